/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Parameters, data and the request's parameters each lie in a heap buffer of their own of exactly
 * their size.
 */
#include "tests/lib/subcommand-case.h"

#include <stdlib.h>
#include <string.h>

#include "tests/lib/hostile-names.h"

/* Exactly-sized copies, so that a read beyond is seen. */
typedef struct {
	uint8_t *exact;
	SmbSpan span;
} SubPart;

static SubPart
part_new(const GByteArray *bytes, uint32_t len)
{
	SubPart part = { .exact = malloc(len ? len : 1) };

	ck_assert_ptr_nonnull(part.exact);
	if (len)
		memcpy(part.exact, bytes->data, len);
	part.span = (SmbSpan){ part.exact, len };
	return part;
}

SubRun *
sub_run_new(const SubCase *c)
{
	SubRun *run = calloc(1, sizeof(*run));

	ck_assert_ptr_nonnull(run);
	run->c = c;
	run->parameters = bytes_of(c->parameters);
	run->data = bytes_of(c->data);
	run->asked = bytes_of(c->asked ? c->asked : "");
	return run;
}

void
sub_run_free(SubRun *run)
{
	g_byte_array_free(run->parameters, TRUE);
	g_byte_array_free(run->data, TRUE);
	g_byte_array_free(run->asked, TRUE);
	free(run);
}

GString *
sub_read(SubRun *run, SubTarget target, uint32_t parameters, uint32_t data)
{
	const SubCase *c = run->c;
	g_autoptr(GByteArray) setup = bytes_of(c->setup ? c->setup : "");
	SubPart p = part_new(run->parameters, parameters), d = part_new(run->data, data),
		a = part_new(run->asked, run->asked->len);
	bool whole = parameters == run->parameters->len && data == run->data->len;
	GString *out = g_string_new(NULL);
	Smb1Transaction t = {
		.command = target.command,
		.response = c->response,
		.unicode = c->unicode,
		.function = c->function,
		.level = -1,
		.name = smb_text_from_utf8(c->name),
		.n_setup = setup->len / 2,
		.parameters = p.span,
		.data = d.span,
		.asked = a.span,
		.total_parameters = run->parameters->len,
		.total_data = run->data->len,
		.status = whole ? SMB_READ_OK : SMB_READ_TRUNCATED,
	};

	for (uint32_t i = 0; i < t.n_setup; i++)
		t.setup[i] = (uint16_t)(setup->data[2 * i] | setup->data[2 * i + 1] << 8);
	run->facts = (Smb1Facts){ .function = -1 };
	run->nested = (Smb1Nested){ .facts = &run->facts, .storage = run->storage };
	target.parse(&t, &run->nested);
	render(out, run->nested.layout, run->nested.body, 255);
	free(p.exact);
	free(d.exact);
	free(a.exact);
	return out;
}

static void
sub_check(const SubCase *c, SubTarget target)
{
	SubRun *run = sub_run_new(c);
	uint32_t parameters = run->parameters->len, data = run->data->len;
	g_autoptr(GString) facts = g_string_new(NULL);
	g_autoptr(GString) fields = sub_read(run, target, parameters, data);

	ask_names(run->nested.layout);
	render_facts(facts, &run->facts);
	ck_assert_msg(g_str_equal(fields->str, c->fields), "%s:\n got  %s\n want %s", c->what,
		      fields->str, c->fields);
	ck_assert_msg(g_str_equal(facts->str, c->facts ? c->facts : ""), "%s: facts%s", c->what,
		      facts->str);
	ck_assert_msg(run->nested.status == SMB_READ_OK, "%s: status %d", c->what,
		      run->nested.status);
	for (uint32_t cut = 0; cut < parameters; cut++)
		g_string_free(sub_read(run, target, cut, 0), TRUE);
	for (uint32_t cut = 0; cut < data; cut++) {
		g_string_free(sub_read(run, target, parameters, cut), TRUE);
		/* What the capture cuts is no lie. */
		ck_assert_msg(run->nested.status != SMB_READ_MALFORMED, "%s, cut at %u", c->what,
			      cut);
	}
	sub_run_free(run);
}

void
sub_spoil(SubRun *run, SubTarget target, GByteArray *bytes)
{
	static const uint8_t values[] = { 0x00, 0x01, 0x39, 0x7F, 0x80, 0xFF };

	for (uint32_t at = 0; at < bytes->len; at++) {
		uint8_t kept = bytes->data[at];

		for (size_t i = 0; i < sizeof(values); i++) {
			bytes->data[at] = values[i];
			g_string_free(sub_read(run, target, run->parameters->len, run->data->len),
				      TRUE);
		}
		bytes->data[at] = kept;
	}
}

void
sub_check_all(const SubCase *cases, size_t count, SubTarget target)
{
	for (size_t i = 0; i < count; i++) {
		SubRun *run = sub_run_new(&cases[i]);

		sub_check(&cases[i], target);
		sub_spoil(run, target, run->parameters);
		sub_spoil(run, target, run->data);
		sub_spoil(run, target, run->asked);
		sub_run_free(run);
	}
}

int
sub_main(const char *name, void (*add)(TCase *tc))
{
	Suite *suite = suite_create(name);
	TCase *tc = tcase_create(name);
	SRunner *runner;
	int failed;

	add(tc);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
