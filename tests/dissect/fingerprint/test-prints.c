/* SPDX-License-Identifier: BSD-3-Clause */
/* Fingerprints: what stands in them, and what never does. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "dissect/fingerprint/fingerprint.h"
#include "dissect/wire/codes.h"
#include "tests/lib/token-case.h"

static SmbPrint print;

static SmbText
ascii(const char *text)
{
	return smb_text_from_utf8(text);
}

static SmbSpan
guid_of(const char *digits, Bytes *room)
{
	*room = hex(digits);
	return (SmbSpan){ room->bytes, room->len };
}

static const char *
negotiate2(SmbMessage m, Smb2Facts f, uint64_t first_mid)
{
	smb_print_smb2_negotiate(&print, &m, &f, first_mid);
	return print.text;
}

static Smb2Facts
two_dialects(void)
{
	return (Smb2Facts){ .dialects = { 0x0202, 0x0210 }, .n_dialects = 2, .security_mode = 1 };
}

START_TEST(negotiate_of_windows_7)
{
	SmbMessage m = { .credits = 31, .credit_charge = 1, .process = 0xFEFF };
	Smb2Facts f = two_dialects();
	Bytes room;

	f.guid = guid_of("5b4b5e2a 1c74 e711 8a01 000c29b5d9c1", &room);
	ck_assert_str_eq(negotiate2(m, f, 0), "c1.smb2_negotiate:0202,0210;1;0;t;-;0;31;1;feff;0");
	/* the same after SMB1 was answered with SMB 2.???: the next MessageId is 1 */
	m.mid = 1;
	ck_assert_str_eq(negotiate2(m, f, 1), "c1.smb2_negotiate:0202,0210;1;0;t;-;0;31;1;feff;0");
	ck_assert_str_eq(negotiate2(m, f, 0), "c1.smb2_negotiate:0202,0210;1;0;t;-;1;31;1;feff;0");
}
END_TEST

START_TEST(signing_that_is_required_is_a_setting)
{
	SmbMessage m = { .process = 0 };
	Smb2Facts f = two_dialects();
	static const uint16_t modes[] = { 1, 2, 3 };

	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		f.security_mode = modes[i];
		ck_assert_str_eq(negotiate2(m, f, 0),
				 "c1.smb2_negotiate:0202,0210;1;0;-;-;0;0;0;0;0");
	}
	f.security_mode = 0;
	ck_assert_str_eq(negotiate2(m, f, 0), "c1.smb2_negotiate:0202,0210;0;0;-;-;0;0;0;0;0");
}
END_TEST

START_TEST(guids_by_kind)
{
	static const struct {
		const char *digits, *kind;
	} cases[] = {
		{ "00000000000000000000000000000000", ";0;" },
		{ "4d41494e000000000000000000000000", ";n;" },   /* MAIN */
		{ "6162636465666768696a6b6c6d6e6f70", ";a;" },   /* abcdefghijklmnop */
		{ "5b4b5e2a1c74e7118a01000c29b5d9c1", ";t;" },   /* 2017 */
		{ "5b4b5e2a1c74e7418a01000c29b5d9c1", ";x;" },   /* version 4 */
		{ "5b4b5e2a1c7400108a01000c29b5d9c1", ";x;" },   /* version 1, 1582 */
		{ "5b4b5e2a1c74e7110a01000c29b5d9c1", ";x;" },   /* of another variant */
		{ "4d41494e00000000000000000000000001", ";-;" }, /* 17 bytes */
		{ "4d41", ";-;" },
	};
	SmbMessage m = { .process = 0 };
	Smb2Facts f = two_dialects();
	Bytes room;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		f.guid = guid_of(cases[i].digits, &room);
		ck_assert_msg(strstr(negotiate2(m, f, 0) +
					     sizeof("c1.smb2_negotiate:0202,0210;1;0") - 1,
				     cases[i].kind) != NULL,
			      "%s: %s", cases[i].digits, print.text);
	}
}
END_TEST

START_TEST(ids_that_say_nothing_are_one)
{
	SmbMessage m = { .process = 4711, .mid = 12 };

	ck_assert_str_eq(negotiate2(m, two_dialects(), 0),
			 "c1.smb2_negotiate:0202,0210;1;0;-;-;x;0;0;x;0");
}
END_TEST

START_TEST(no_dialects_and_no_list)
{
	SmbMessage m = { .process = 0 };
	Smb2Facts f = { .n_dialects = 0 };
	SmbList none = { .next = NULL };

	ck_assert_str_eq(negotiate2(m, f, 0), "c1.smb2_negotiate:;0;0;-;-;0;0;0;0;0");
	smb_print_smb1_negotiate(&print, &m, none);
	ck_assert_str_eq(print.text, "c1.smb1_negotiate:;00;0000;0;0;0;0");
}
END_TEST

static uint32_t n_items;

static bool
next_name(SmbList *list, void *item)
{
	(void)list;
	*(SmbText *)item = ascii("a;b%\x01\xC3\xA4,c");
	return n_items-- > 0;
}

START_TEST(texts_are_escaped)
{
	SmbMessage m = { .flags = 0x18, .flags2 = 0xC857, .tid = 0xFFFF, .pid = 0xFEFF };
	SmbList names = { .next = next_name };

	n_items = 2;
	smb_print_smb1_negotiate(&print, &m, names);
	ck_assert_str_eq(print.text, "c1.smb1_negotiate:a%3bb%25%01%e4%2cc,a%3bb%25%01%e4%2cc;"
				     "18;c843;ffff;0;feff;0");
	ck_assert(!print.cut);
}
END_TEST

START_TEST(what_does_not_fit_is_cut)
{
	SmbMessage m = { .flags = 0 };
	SmbList names = { .next = next_name };
	Smb1SessionSetupRequest r = { .form = 13 };
	char longest[66];

	n_items = 1000;
	smb_print_smb1_negotiate(&print, &m, names);
	ck_assert_uint_eq(print.n, SMB_PRINT_MAX);
	ck_assert(print.cut);
	ck_assert_int_eq(print.text[print.n - 1], '~');
	ck_assert_int_eq(print.text[print.n], '\0');
	memset(longest, 'x', sizeof(longest) - 1);
	longest[65] = '\0';
	r.native_os = ascii(longest);
	smb_print_smb1_setup(&print, &m, &r);
	ck_assert(print.cut);
	ck_assert_int_eq(print.text[print.n - 1], '~');
	longest[64] = '\0';
	r.native_os = ascii(longest);
	smb_print_smb1_setup(&print, &m, &r);
	ck_assert(!print.cut);
}
END_TEST

START_TEST(answer_of_smb1)
{
	SmbMessage m = { .flags = 0x98 };
	Smb1NegotiateResponse r = { .form = 17,
				    .security_mode = 0x0F,
				    .max_mpx_count = 50,
				    .max_vcs = 1,
				    .max_buffer_size = 16644,
				    .max_raw_size = 65536,
				    .session_key = 4711,
				    .capabilities = 0x8001F3FC };

	smb_print_smb1_negotiate_back(&print, &m, &r, ascii("NT LM 0.12"));
	ck_assert_str_eq(print.text, "s1.smb1_negotiate:17;NT LM "
				     "0.12;3;50;1;16644;65536;x;8001f3fc;98;-");
}
END_TEST

START_TEST(ntlm_messages)
{
	SmbToken t;
	void *copy = read_token(token_ntlm_negotiate, sizeof(token_ntlm_negotiate), &t);

	smb_print_ntlm(&print, &t);
	ck_assert_str_eq(print.text, "c1.ntlm_negotiate:62088215;6.1.0");
	free(copy);
	copy = read_token(token_ntlm_challenge, sizeof(token_ntlm_challenge), &t);
	smb_print_ntlm(&print, &t);
	ck_assert_str_eq(print.text, "s1.ntlm_challenge:62888215;6.1.0;2.1.4.3.7");
	free(copy);
	copy = read_token(token_ntlmv2, sizeof(token_ntlmv2), &t);
	smb_print_ntlm(&print, &t);
	ck_assert_int_eq(strncmp(print.text, "c1.ntlm_authenticate:", 21), 0);
	ck_assert_ptr_nonnull(strstr(print.text, ";lnuk;"));
	free(copy);
	copy = read_token(token_raw_negotiate, sizeof(token_raw_negotiate), &t);
	smb_print_ntlm(&print, &t);
	ck_assert_ptr_null(strstr(print.text, "RIGWG"));
	ck_assert_ptr_nonnull(strstr(print.text, ";-"));
	free(copy);
}
END_TEST

/* ---- Shapes ---- */

/* What messages are printed from. */
typedef struct {
	SmbMessage m;
	Smb1SessionSetupRequest setup;
	Smb1SessionSetupResponse setup_back;
	Smb1NegotiateResponse negotiate_back;
	Smb2Facts facts;
	SmbToken token;
} Source;

static const SmbPrintPart shaped[] = {
	SMB_PRINT_SMB1_SETUP,        SMB_PRINT_SMB1_SETUP_BACK, SMB_PRINT_SMB1_NEGOTIATE_BACK,
	SMB_PRINT_SMB2_NEGOTIATE,    SMB_PRINT_SMB2_SETUP,      SMB_PRINT_SMB2_NEGOTIATE_BACK,
	SMB_PRINT_NTLM_AUTHENTICATE,
};

static SmbPrint
print_of(SmbPrintPart part, const Source *source, bool shape)
{
	SmbPrint p = { .shape = shape };

	switch (part) {
	case SMB_PRINT_SMB1_SETUP:
		smb_print_smb1_setup(&p, &source->m, &source->setup);
		break;
	case SMB_PRINT_SMB1_SETUP_BACK:
		smb_print_smb1_setup_back(&p, &source->m, 3, &source->setup_back);
		break;
	case SMB_PRINT_SMB1_NEGOTIATE_BACK:
		smb_print_smb1_negotiate_back(&p, &source->m, &source->negotiate_back,
					      ascii("NT LM 0.12"));
		break;
	case SMB_PRINT_SMB2_NEGOTIATE:
		smb_print_smb2_negotiate(&p, &source->m, &source->facts, 0);
		break;
	case SMB_PRINT_SMB2_SETUP:
		smb_print_smb2_setup(&p, &source->m, &source->facts);
		break;
	case SMB_PRINT_SMB2_NEGOTIATE_BACK:
		smb_print_smb2_negotiate_back(&p, &source->m, &source->facts);
		break;
	default:
		smb_print_ntlm(&p, &source->token);
	}
	return p;
}

static bool
is_same(const SmbPrint *a, const SmbPrint *b)
{
	return a->n == b->n && memcmp(a->text, b->text, a->n) == 0;
}

/* Numbers that a text is made of: not those that say how many there are, and no pointers. */
static void
change(Source *s, unsigned i)
{
	uint64_t *wide[] = { &s->m.mid, &s->m.uid };
	uint32_t *numbers[] = { &s->m.tid,
				&s->m.process,
				&s->m.flags,
				&s->setup.capabilities,
				&s->negotiate_back.max_buffer_size,
				&s->negotiate_back.max_raw_size,
				&s->negotiate_back.session_key,
				&s->negotiate_back.capabilities,
				&s->facts.capabilities,
				&s->facts.max_transact,
				&s->facts.max_read,
				&s->facts.max_write,
				&s->token.flags };
	uint16_t *short_numbers[] = { &s->m.flags2,
				      &s->m.credits,
				      &s->m.credit_charge,
				      &s->setup.max_buffer_size,
				      &s->setup.max_mpx_count,
				      &s->negotiate_back.max_mpx_count,
				      &s->negotiate_back.max_vcs,
				      &s->facts.dialect,
				      &s->facts.security_mode,
				      &s->facts.dialects[0],
				      &s->facts.dialects[1],
				      &s->token.version_build };
	static const char *const names[] = { "a", "ab", "b", "" };
	SmbText *texts[] = { &s->setup.native_os, &s->setup.native_lanman, &s->setup_back.native_os,
			     &s->setup_back.native_lanman };

	if (i < 64)
		*wide[i % 2] ^= UINT64_C(1) << i / 2;
	else if (i < 64 + 13 * 32)
		*numbers[(i - 64) % 13] ^= UINT32_C(1) << (i - 64) / 13;
	else if (i < 64 + 13 * 32 + 12 * 16)
		*short_numbers[(i - 480) % 12] ^= (uint16_t)(1u << (i - 480) / 12);
	else
		*texts[(i - 672) % 4] = ascii(names[(i - 672) / 4]);
}
enum { CHANGES = 672 + 16 };

/* Whatever makes another text makes another shape; a shape that did not fit says nothing. */
START_TEST(messages_of_one_shape_have_one_text)
{
	static Source source, changed;
	unsigned other = 0;

	source.token.kind = SMB_TOKEN_NTLM_AUTHENTICATE;
	source.token.has_version = true;
	source.facts.n_dialects = 2;
	source.setup.native_os = ascii("Unix");
	source.setup_back.native_lanman = ascii("Samba");
	for (unsigned i = 0; i < CHANGES; i++) {
		SmbPrintPart part = shaped[_i];
		SmbPrint a = print_of(part, &source, true), b, c, d;

		changed = source;
		change(&changed, i);
		b = print_of(part, &changed, true);
		c = print_of(part, &source, false);
		d = print_of(part, &changed, false);
		ck_assert(!a.cut && !b.cut);
		if (!is_same(&c, &d)) {
			ck_assert(!is_same(&a, &b));
			other++;
		}
	}
	ck_assert_uint_gt(other, 20);
}
END_TEST

START_TEST(a_shape_that_does_not_fit_is_cut)
{
	static char name[SMB_PRINT_MAX + 1];
	Source source = { .setup.form = 13 };

	memset(name, 'x', SMB_PRINT_MAX);
	source.setup.native_os = ascii(name);
	ck_assert(print_of(SMB_PRINT_SMB1_SETUP, &source, true).cut);
	source.setup.native_os = ascii(name + 200);
	ck_assert(!print_of(SMB_PRINT_SMB1_SETUP, &source, true).cut);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("fingerprints");
	TCase *tc = tcase_create("all");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tc, negotiate_of_windows_7);
	tcase_add_test(tc, signing_that_is_required_is_a_setting);
	tcase_add_test(tc, guids_by_kind);
	tcase_add_test(tc, ids_that_say_nothing_are_one);
	tcase_add_test(tc, no_dialects_and_no_list);
	tcase_add_test(tc, texts_are_escaped);
	tcase_add_test(tc, what_does_not_fit_is_cut);
	tcase_add_test(tc, answer_of_smb1);
	tcase_add_test(tc, ntlm_messages);
	tcase_add_loop_test(tc, messages_of_one_shape_have_one_text, 0,
			    sizeof(shaped) / sizeof(shaped[0]));
	tcase_add_test(tc, a_shape_that_does_not_fit_is_cut);
	suite_add_tcase(suite, tc);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
