/* SPDX-License-Identifier: BSD-3-Clause */
/* TRANS2 subcommands and information levels, from bytes made after their sections. */
#include <check.h>
#include <glib.h>
#include <stdlib.h>

#include "dissect/smb1/transaction/subcommand.h"
#include "output/base/fields.h"
#include "tests/dissect/smb1/transaction/told.h"

enum { TRANS2 = 0x32 };

typedef struct {
	const char *what;
	int32_t function, level;
	bool response, unicode;
	const char *parameters, *data; /* hex digits, 'OEM text', "u'UTF-16 text'" */
	const char *json;
} Case;

/* ---- Building -------------------------------------------------------------------------------- */

static GByteArray *
bytes_of(const char *text)
{
	GByteArray *out = g_byte_array_new();
	bool quoted = false, wide = false;

	for (; *text; text++) {
		uint8_t pair[2] = { (uint8_t)*text, 0 };

		if (*text == '\'') {
			quoted = !quoted;
			wide = wide && quoted;
		} else if (quoted) {
			g_byte_array_append(out, pair, wide ? 2 : 1);
		} else if (*text == 'u') {
			wide = true;
		} else if (*text != ' ') {
			pair[0] = (uint8_t)(g_ascii_xdigit_value(text[0]) << 4 |
					    g_ascii_xdigit_value(text[1]));
			ck_assert(g_ascii_isxdigit(text[0]) && g_ascii_isxdigit(text[1]));
			g_byte_array_append(out, pair, 1);
			text++;
		}
	}
	return out;
}

/* Sections in heap buffers of just the size that was captured. */
typedef struct {
	Smb1Transaction t;
	Smb1Facts facts;
	Smb1Nested nested;
	_Alignas(8) uint8_t storage[SMB1_NESTED_MAX];
	uint8_t *parameters, *data;
	OutBuffer json;
} Reading;

static SmbSpan
exact(const GByteArray *bytes, uint32_t captured, uint8_t **ret)
{
	*ret = malloc(captured ? captured : 1);
	ck_assert_ptr_nonnull(*ret);
	if (captured)
		memcpy(*ret, bytes->data, captured);
	return (SmbSpan){ *ret, captured };
}

/* Reads a case of which `cut` bytes are missing at the end. */
static Reading *
read_case(const Case *c, uint32_t cut)
{
	g_autoptr(GByteArray) parameters = bytes_of(c->parameters), data = bytes_of(c->data);
	uint32_t data_cut = MIN(cut, data->len);
	Reading *r = g_new0(Reading, 1);
	SmbBlock block;

	r->facts = (Smb1Facts){ .function = c->function, .level = -1 };
	r->nested = (Smb1Nested){ .facts = &r->facts, .storage = r->storage };
	r->t = (Smb1Transaction){ .command = TRANS2,
				  .response = c->response,
				  .unicode = c->unicode,
				  .function = c->function,
				  .level = c->level,
				  .total_parameters = parameters->len,
				  .total_data = data->len,
				  .status = cut ? SMB_READ_TRUNCATED : SMB_READ_OK };
	r->t.data = exact(data, data->len - data_cut, &r->data);
	r->t.parameters = exact(parameters, parameters->len - (cut - data_cut), &r->parameters);
	smb1_transaction_parse(&r->t, &r->nested);
	block = (SmbBlock){ .layout = r->nested.layout,
			    .body = r->nested.body,
			    .status = r->nested.status,
			    .word_count = 255 };
	out_char(&r->json, '{');
	out_fields_json(&r->json, &block, false);
	out_char(&r->json, '}');
	out_char(&r->json, '\0');
	return r;
}

static void
free_reading(Reading *r)
{
	out_buffer_clear(&r->json);
	free(r->parameters);
	free(r->data);
	g_free(r);
}

static uint32_t
size_of(const Case *c)
{
	g_autoptr(GByteArray) parameters = bytes_of(c->parameters), data = bytes_of(c->data);

	return parameters->len + data->len;
}

/* ---- Cases ----------------------------------------------------------------------------------- */

#define STANDARD_INFO "0010000000000000 0700000000000000 01000000 00 00"

/* clang-format off */
static const Case cases[] = {
{
	"2.2.6.1.2 OPEN2",
	0,
	-1,
	true,
	false,
	"0940 2000 00000000 07000000 4200 0000 0000 0280 00000000 0000 00000000",
	"",
	"{\"fid\":16393,\"file_attributes\":32,\"creation_time\":null,\"file_data_size\":7,\"access_mode\":66,"
	"\"resource_type\":0,\"nm_pipe_status\":0,\"action_taken\":32770,\"ea_error_offset\":0,\"ea_length\":0}"
},
	{ "2.2.6.14.1 CREATE_DIRECTORY with attributes",
	  0xD,
	  -1,
	  false,
	  false,
	  "00000000 '\\d' 00",
	  "0c000000 00 01 0200 'k' 00 'vw'",
	  "{\"extended_attributes\":[{\"flags\":0,\"name\":\"k\",\"value\":\"7677\"}]}" },
	{ "2.2.6.14.2 CREATE_DIRECTORY", 0xD, -1, true, false, "0300", "", "{\"ea_error_offset\":3}" },
	{ "2.2.6.15 SESSION_SETUP: bytes, which are secrets",
	  0xE,
	  -1,
	  false,
	  false,
	  "0102",
	  "03",
	  "{}" },
	{ "2.2.8.1.6 NAMES_INFO, two entries",
	  1,
	  0x103,
	  true,
	  false,
	  "0100 0200 0100 0000 1000",
	  "10000000 00000000 02000000 'ab' 0000 00000000 00000000 01000000 'c'",
	  "{\"information_level\":259,\"sid\":1,\"search_count\":2,\"end_of_search\":1,\"ea_error_offset\":0,"
	  "\"last_name_offset\":16,\"file\":\"ab\",\"entries\":[{\"next_entry_offset\":16,\"file_index\":0,"
	  "\"file_name_length\":2,\"file_name\":\"ab\"},{\"next_entry_offset\":0,\"file_index\":0,"
	  "\"file_name_length\":1,\"file_name\":\"c\"}]}" },
	{ "2.2.8.1.1 INFO_STANDARD, Unicode: aligned name, NUL behind it",
	  2,
	  1,
	  true,
	  true,
	  "0100 0100 0000 0000",
	  "00000000 00000000 00000000 07000000 00100000 2000 02 00 u'a' 0000",
	  "{\"information_level\":1,\"search_count\":1,\"end_of_search\":1,\"ea_error_offset\":0,"
	  "\"last_name_offset\":0,\"file\":\"a\",\"entries\":[{\"creation_time\":null,\"last_access_time\":null,"
	  "\"last_write_time\":null,\"file_data_size\":7,\"allocation_size\":4096,\"attributes\":32,"
	  "\"file_name\":\"a\"}]}" },
	{ "2.2.8.2.1 INFO_ALLOCATION",
	  3,
	  1,
	  true,
	  false,
	  "",
	  "01000000 02000000 03000000 04000000 0002",
	  "{\"information_level\":1,\"file_system_id\":1,\"sectors_per_unit\":2,\"total_units\":3,"
	  "\"available_units\":4,\"bytes_per_sector\":512}" },
	{ "2.2.8.2.6 ATTRIBUTE_INFO",
	  3,
	  0x105,
	  true,
	  true,
	  "",
	  "07000000 ff000000 08000000 u'NTFS'",
	  "{\"information_level\":261,\"file_system_attributes\":7,\"max_file_name_length\":255,"
	  "\"file_system_name_length\":8,\"file_system_name\":\"NTFS\"}" },
	{ "2.2.8.3.7 STANDARD_INFO",
	  7,
	  0x102,
	  true,
	  true,
	  "0000",
	  STANDARD_INFO,
	  "{\"information_level\":258,\"ea_error_offset\":0,\"allocation_size\":4096,\"end_of_file\":7,"
	  "\"number_of_links\":1,\"delete_pending\":0,\"directory\":0}" },
	{ "2.2.8.3.12 STREAM_INFO",
	  5,
	  0x109,
	  true,
	  true,
	  "0000",
	  "00000000 04000000 0700000000000000 0010000000000000 u'::'",
	  "{\"information_level\":265,\"ea_error_offset\":0,\"streams\":[{\"next_entry_offset\":0,"
	  "\"stream_name_length\":4,\"stream_size\":7,\"stream_allocation_size\":4096,\"stream_name\":\"::\"}]}" },
	{ "2.2.8.3.13 COMPRESSION_INFO",
	  5,
	  0x10B,
	  true,
	  true,
	  "0000",
	  "0700000000000000 0200 0c 0d 0e",
	  "{\"information_level\":267,\"ea_error_offset\":0,\"compressed_file_size\":7,\"compression_format\":2,"
	  "\"compression_unit_shift\":12,\"chunk_shift\":13,\"cluster_shift\":14}" },
	{ "2.2.8.4.4 SET_FILE_DISPOSITION_INFO",
	  8,
	  0x102,
	  false,
	  true,
	  "0900 0201 0000",
	  "01",
	  "{\"delete_pending\":1}" },
	{ "2.2.8.4.6 SET_FILE_END_OF_FILE_INFO",
	  8,
	  0x104,
	  false,
	  true,
	  "0900 0401 0000",
	  "0000000001000000",
	  "{\"end_of_file\":4294967296}" },
	{ "[MS-FSCC] 2.4.42.1 rename",
	  8,
	  1010,
	  false,
	  true,
	  "0900 f203 0000",
	  "01 000000 00000000 04000000 u'\\b'",
	  "{\"replace_if_exists\":1,\"root_directory\":0,\"file_name_length\":4,\"new_name\":\"\\\\b\"}" },
	{ "2.2.6.16.2 DFS referral, version 1",
	  0x10,
	  -1,
	  true,
	  true,
	  "",
	  "0400 0100 02000000 0100 0e00 0100 0000 u'\\s' 0000",
	  "{\"path_consumed\":4,\"number_of_referrals\":1,\"referral_header_flags\":2,\"referrals\":[{"
	  "\"version\":1,\"size\":14,\"server_type\":1,\"entry_flags\":0,\"share\":\"\\\\s\"}]}" },
	{ "UNIX extensions: capabilities",
	  3,
	  0x200,
	  true,
	  true,
	  "",
	  "0100 0000 ff00000000000000",
	  "{\"information_level\":512,\"unix_major_version\":1,\"unix_minor_version\":0,"
	  "\"unix_capabilities\":255}" },
	{ "UNIX extensions: where a link leads",
	  5,
	  0x201,
	  true,
	  true,
	  "0300",
	  "u'u1' 0000",
	  "{\"information_level\":513,\"ea_error_offset\":3,\"link_target\":\"u1\"}" },
};
/* clang-format on */

START_TEST(cases_read_as_their_sections_say)
{
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		Reading *r = read_case(&cases[i], 0);

		ck_assert_msg(r->nested.status == SMB_READ_OK, "%s: status %d", cases[i].what,
			      r->nested.status);
		ck_assert_msg(g_str_equal(r->json.data, cases[i].json), "%s:\n got  %s\n want %s",
			      cases[i].what, r->json.data, cases[i].json);
		free_reading(r);
	}
}
END_TEST

/* What the capture cuts is truncated, never malformed. */
START_TEST(cut_cases_are_truncated)
{
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
		for (uint32_t cut = 1; cut <= size_of(&cases[i]); cut++) {
			Reading *r = read_case(&cases[i], cut);

			ck_assert_msg(r->nested.status == SMB_READ_TRUNCATED, "%s cut by %u: %d",
				      cases[i].what, cut, r->nested.status);
			free_reading(r);
		}
}
END_TEST

/* ---- All levels ------------------------------------------------------------------------------ */

typedef struct {
	int32_t function;
	bool response;
	const char *parameters;
	uint16_t levels[64];
} Levels;

static const Levels all_levels[] = {
	{ 1,
	  true,
	  "0000 0100 0100 0000 0000",
	  { 1, 2, 3, 0x101, 0x102, 0x103, 0x104, 0x105, 0x106, 0x202, 0x20B, 1001, 1002, 1003, 1012,
	    1037, 1038 } },
	{ 5, true, "0000", { 1,     2,     3,     4,     0x101, 0x102, 0x103, 0x104, 0x107,
			     0x108, 0x109, 0x10B, 0x200, 0x201, 0x204, 0x206, 0x208, 0x20B,
			     1004,  1005,  1006,  1007,  1008,  1009,  1014,  1015,  1016,
			     1017,  1018,  1021,  1022,  1023,  1024,  1025,  1026,  1028,
			     1029,  1033,  1034,  1035,  1048,  1059 } },
	{ 6, false, "", { 1,     2,     0x101, 0x102, 0x103, 0x104, 0x200, 0x201,
			  0x203, 0x204, 0x206, 0x208, 0x209, 0x20A, 0x20B, 1004,
			  1010,  1011,  1013,  1014,  1015,  1016,  1019,  1020,
			  1023,  1025,  1027,  1029,  1039,  1040,  1064 } },
	{ 3,
	  true,
	  "",
	  { 1, 2, 0x102, 0x103, 0x104, 0x105, 0x200, 0x201, 0x202, 1001, 1002, 1003, 1004, 1005,
	    1006, 1007, 1008, 1009, 1011 } },
	{ 4, false, "", { 0x200, 1002, 1006, 1008 } },
};

/* The parameters of a request have the level in them. */
static GByteArray *
parameters_of(const Levels *set, uint16_t level)
{
	uint8_t path[] = { (uint8_t)level, (uint8_t)(level >> 8), 0, 0, 0, 0, 'x', 0 };
	uint8_t file[] = { 9, 0, (uint8_t)level, (uint8_t)(level >> 8) };
	GByteArray *bytes = bytes_of(set->parameters);

	if (set->function == 6)
		g_byte_array_append(bytes, path, sizeof(path));
	else if (set->function == 4)
		g_byte_array_append(bytes, file, sizeof(file));
	return bytes;
}

/*
 * Every level has a layout that is not "some bytes", whatever its data are; nothing is read beyond
 * them.
 */
static void
check_level(const Levels *set, uint16_t level, GRand *random, uint32_t size)
{
	g_autoptr(GByteArray) parameters = parameters_of(set, level);
	uint8_t *exact_data = malloc(size ? size : 1);
	_Alignas(8) uint8_t storage[SMB1_NESTED_MAX];
	Smb1Facts facts = { .function = set->function, .level = -1 };
	Smb1Nested nested = { .facts = &facts, .storage = storage };
	Smb1Transaction t = { .command = TRANS2,
			      .response = set->response,
			      .unicode = size & 1,
			      .function = set->function,
			      .level = level,
			      .parameters = { parameters->data, parameters->len },
			      .data = { exact_data, size },
			      .total_parameters = parameters->len,
			      .total_data = size ? size : 1 };
	OutBuffer text = { 0 };
	SmbBlock block;

	for (uint32_t i = 0; i < size; i++)
		exact_data[i] = g_rand_int_range(random, 0, 3) ? 0 : (uint8_t)g_rand_int(random);
	smb1_transaction_parse(&t, &nested);
	block = (SmbBlock){ .layout = nested.layout, .body = nested.body, .word_count = 255 };
	ck_assert_msg(nested.layout != NULL, "function %d level %u", set->function, level);
	ck_assert_str_ne(nested.layout->fields[nested.layout->count - 1].key, "data");
	out_char(&text, '{');
	out_fields_json(&text, &block, false);
	out_fields_text(&text, &block, false, 2);
	out_buffer_clear(&text);
	free(exact_data);
}

START_TEST(every_level_is_known)
{
	g_autoptr(GRand) random = g_rand_new_with_seed(2);

	for (size_t i = 0; i < G_N_ELEMENTS(all_levels); i++)
		for (size_t n = 0; all_levels[i].levels[n]; n++)
			for (uint32_t size = 0; size < 160; size++)
				check_level(&all_levels[i], all_levels[i].levels[n], random, size);
}
END_TEST

/* An offset into the entry itself would never end: it is a lie, and so is one beyond the data. */
START_TEST(lying_entries_are_malformed)
{
	static const char *const lies[] = { "0400 0000", "ff00 0000", "ffff ffff" };

	for (size_t i = 0; i < G_N_ELEMENTS(lies); i++) {
		g_autofree char *data = g_strconcat(lies[i], "00000000 01000000 'a'", NULL);
		Case c = { "lie", 1, 0x103, true, false, "0000 0100 0100 0000 0000", data, NULL };
		Reading *r = read_case(&c, 0);

		ck_assert_int_eq(r->nested.status, SMB_READ_MALFORMED);
		free_reading(r);
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("trans2");
	TCase *tcase = tcase_create("trans2");
	SRunner *runner;
	int failed;

	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, cases_read_as_their_sections_say);
	tcase_add_test(tcase, cut_cases_are_truncated);
	tcase_add_test(tcase, every_level_is_known);
	tcase_add_test(tcase, lying_entries_are_malformed);
	add_trans2_bounds(tcase);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
