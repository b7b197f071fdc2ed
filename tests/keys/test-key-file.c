/* SPDX-License-Identifier: BSD-3-Clause */
/* Files of keys: every kind of line, and what is said of one that is wrong. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "keys/internal.h"

static KeyRing *
parse(const char *text, GError **error)
{
	return keys_ring_parse("my.keys",
			       (SmbSpan){ (const uint8_t *)text, (uint32_t)strlen(text) }, NULL,
			       error);
}

START_TEST(every_kind_of_line)
{
	g_autoptr(GError) error = NULL;
	KeyRing *ring = parse("# comment\n\n"
			      "password alice Passw0rd\r\n"
			      "  password \"AD\\Carol Smith\" two words \n"
			      "password bob \" kept \"\n"
			      "nthash DOM\\dave 0123456789abcdef0123456789ABCDEF  \n"
			      "session 0xabc 00112233445566778899aabbccddeeff\n"
			      "session 2748 00112233445566778899aabbccddeeff"
			      "00112233445566778899aabbccddeeff\n"
			      "keytab my.keytab",
			      &error);

	ck_assert_msg(ring != NULL, "%s", error ? error->message : "");
	ck_assert_uint_eq(ring->n_accounts, 4);
	ck_assert_str_eq(ring->accounts[0].name, "alice");
	ck_assert_str_eq(ring->accounts[0].domain, "");
	ck_assert_str_eq(ring->accounts[1].name, "carol smith");
	ck_assert_str_eq(ring->accounts[1].domain, "ad");
	ck_assert_str_eq(ring->accounts[3].domain, "dom");
	ck_assert_uint_eq(ring->accounts[3].nt[1], 0x23);
	ck_assert_uint_eq(ring->n_given, 2);
	ck_assert_uint_eq(ring->given[0].id, 2748);
	ck_assert_uint_eq(ring->given[1].id, 2748);
	ck_assert_uint_eq(ring->given[0].key.size, 16);
	ck_assert_uint_eq(ring->given[1].key.size, 32);
	keys_ring_free(ring);
}
END_TEST

/* Blanks at the end, and quotes that are not those of the whole, belong to a password. */
START_TEST(passwords_are_taken_as_they_are)
{
	static const struct {
		const char *line, *password;
	} table[] = {
		{ "password a x ", "x " },           { "password a  x", "x" },
		{ "password a \" x \"", " x " },     { "password a \"\"", "" },
		{ "password a \"x", "\"x" },         { "password a #x", "#x" },
		{ "password a x\ty", "x\ty" },       { "password a \xC3\xA4", "\xC3\xA4" },
		{ "password a a\"b\"c", "a\"b\"c" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
		KeyRing *ring = parse(table[i].line, NULL);
		KeyAccount wanted = { 0 };

		ck_assert_msg(ring && ring->n_accounts == 1, "%s", table[i].line);
		keys_ntlm_hash(smb_text_from_utf8(table[i].password), &wanted);
		ck_assert_mem_eq(ring->accounts[0].nt, wanted.nt, KEYS_SIZE);
		keys_ring_free(ring);
	}
}
END_TEST

/* The message names file and line, and nothing that stands in it. */
START_TEST(wrong_lines_are_named)
{
	static const char *const lines[] = {
		"secret alice Sesame",
		"password",
		"password alice",
		"password \"alice Sesame",
		"password DOM\\ Sesame",
		"nthash alice Sesame",
		"nthash alice 0123456789abcdef0123456789abcde",
		"nthash alice 0123456789abcdef0123456789abcdeg",
		"session Sesame 00112233445566778899aabbccddeeff",
		"session 0 00112233445566778899aabbccddeeff",
		"session 5",
		"session 5 Sesame",
		"session 18446744073709551616 00112233445566778899aabbccddeeff",
		"keytab",
	};

	for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
		g_autofree char *text = g_strconcat("# first\n", lines[i], "\n", NULL);
		g_autoptr(GError) error = NULL;

		ck_assert_msg(parse(text, &error) == NULL, "%s", lines[i]);
		ck_assert_msg(g_str_has_prefix(error->message, "my.keys:2: "), "%s",
			      error->message);
		ck_assert_msg(!strstr(error->message, "Sesame"), "%s", error->message);
	}
}
END_TEST

START_TEST(too_many_lines_are_refused)
{
	g_autoptr(GString) text = g_string_new(NULL);
	g_autoptr(GError) error = NULL;

	for (int i = 0; i <= KEYS_ACCOUNTS; i++)
		g_string_append(text, "password a b\n");
	ck_assert_ptr_null(parse(text->str, &error));
	ck_assert(strstr(error->message, "too many accounts"));
}
END_TEST

/* ---- the table of connections ---- */

START_TEST(connections_beyond_the_cap_take_an_idle_place)
{
	KeyRing *ring = parse("", NULL);
	const SmbKeyHooks *hooks = keys_ring_hooks(ring);
	void *states[KEYS_CONNECTIONS], *more = NULL, *none = NULL, *late = NULL, *first;
	bool taken;

	for (int i = 0; i < KEYS_CONNECTIONS; i++) {
		states[i] = hooks->open(hooks->ring, &states[i], &taken);
		ck_assert(states[i] && !taken);
	}
	/* The oldest is in use. */
	ring->uses[0].ready = true;
	first = states[1];
	more = hooks->open(hooks->ring, &more, &taken);
	ck_assert(taken && more == first && !states[1] && states[0]);
	ck_assert_uint_eq(keys_ring_limits(ring), 1);
	for (int i = 0; i < KEYS_CONNECTIONS; i++)
		ring->uses[i].ready = true;
	ck_assert_ptr_null(hooks->open(hooks->ring, &none, &taken));
	ck_assert_uint_eq(keys_ring_limits(ring), 2);
	/* Where keys are, too, once it is idle for long. */
	ring->age += KEYS_BUSY;
	first = states[0];
	late = hooks->open(hooks->ring, &late, &taken);
	ck_assert(taken && late == first && !states[0]);
	ring->uses[0].ready = true;
	first = states[2];
	hooks->close(hooks->ring, states[2]);
	ck_assert_ptr_eq(hooks->open(hooks->ring, &none, &taken), first);
	ck_assert(!taken);
	keys_ring_free(ring);
}
END_TEST

START_TEST(sessions_beyond_the_cap_take_the_oldest_place)
{
	static const uint8_t guid[16] = { 1 };
	KeyRing *ring = parse("", NULL);

	for (uint64_t id = 1; id <= 8 * KEYS_SESSIONS; id++) {
		keys_session_add(ring, guid, id);
		ck_assert(keys_session_find(ring, guid, id) != NULL);
	}
	ck_assert_uint_gt(keys_ring_limits(ring), 0);
	ck_assert_ptr_null(keys_session_find(ring, (const uint8_t[16]){ 2 }, 8 * KEYS_SESSIONS));
	keys_ring_free(ring);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("keys/file");
	TCase *tc = tcase_create("file");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tc, every_kind_of_line);
	tcase_add_test(tc, passwords_are_taken_as_they_are);
	tcase_add_test(tc, wrong_lines_are_named);
	tcase_add_test(tc, too_many_lines_are_refused);
	tcase_add_test(tc, connections_beyond_the_cap_take_an_idle_place);
	tcase_add_test(tc, sessions_beyond_the_cap_take_the_oldest_place);
	suite_add_tcase(suite, tc);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
