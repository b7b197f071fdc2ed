/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Security identifiers and descriptors ([MS-DTYP] 2.4.2, 2.4.5, 2.4.6): what they say, and each of
 * their offsets, sizes and counts lying. All bytes lie in heap buffers of their size.
 */
#include <check.h>
#include <glib.h>
#include <stdlib.h>

#include "dissect/fscc/security-descriptor.h"

enum { HEADER = 20 };

static void
put_le(GByteArray *to, uint64_t value, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++) {
		uint8_t byte = (uint8_t)(value >> 8 * i);

		g_byte_array_append(to, &byte, 1);
	}
}

static void
put_sid(GByteArray *to, uint8_t revision, uint64_t authority, uint8_t count, uint32_t each)
{
	put_le(to, revision, 1);
	put_le(to, count, 1);
	for (int i = 5; i >= 0; i--)
		put_le(to, authority >> 8 * i & 0xFF, 1);
	for (unsigned i = 0; i < count; i++)
		put_le(to, each, 4);
}

static void
put_acl(GByteArray *to, uint16_t size, uint16_t count)
{
	put_le(to, 2, 2);
	put_le(to, size, 2);
	put_le(to, count, 2);
	put_le(to, 0, 2);
}

static void
put_header(GByteArray *to, uint32_t owner, uint32_t group, uint32_t sacl, uint32_t dacl)
{
	put_le(to, 1, 2);
	put_le(to, 0x8004, 2);
	put_le(to, owner, 4);
	put_le(to, group, 4);
	put_le(to, sacl, 4);
	put_le(to, dacl, 4);
}

/* The whole text, or "-" where it is absent. */
static const char *
said(SmbText text, char out[256])
{
	if (!text.bytes.ptr)
		return "-";
	ck_assert_uint_lt(text.bytes.len, 256);
	memcpy(out, text.bytes.ptr, text.bytes.len);
	out[text.bytes.len] = 0;
	return out;
}

/* Reads the bytes as a SID whose text goes into a buffer of exactly its size. */
static SmbReadStatus
read_sid(const GByteArray *bytes, uint32_t declared, char out[256])
{
	uint8_t *exact = g_memdup2(bytes->data, MAX(bytes->len, 1));
	char *text = malloc(FSCC_SID_TEXT);
	SmbReader r = smb_reader_new(exact, bytes->len, declared);
	SmbText sid = fscc_read_sid(&r, text);

	g_strlcpy(out, said(sid, (char[256]){ 0 }), 256);
	free(text);
	g_free(exact);
	return r.status;
}

START_TEST(a_sid_is_reported_as_the_specification_writes_it)
{
	static const struct {
		uint8_t revision, count;
		uint64_t authority;
		uint32_t each;
		const char *text;
	} rows[] = {
		{ 1, 0, 5, 0, "S-1-5" },
		{ 1, 1, 5, 18, "S-1-5-18" },
		{ 1, 2, 0, 4294967295u, "S-1-0-4294967295-4294967295" },
		{ 1, 1, 0xFFFFFFFF, 0, "S-1-4294967295-0" },
		{ 1, 1, 0x100000000, 10, "S-1-0x100000000-10" },
		{ 1, 15, 0xFFFFFFFFFFFF, 4294967295u,
		  "S-1-0xFFFFFFFFFFFF-4294967295-4294967295-4294967295-4294967295-4294967295"
		  "-4294967295-4294967295-4294967295-4294967295-4294967295-4294967295-4294967295"
		  "-4294967295-4294967295-4294967295" },
		{ 1, 16, 5, 1, "-" },
		{ 1, 255, 5, 1, "-" },
		{ 0, 1, 5, 18, "-" },
		{ 2, 1, 5, 18, "-" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		GByteArray *bytes = g_byte_array_new();
		char out[256];
		SmbReadStatus status;

		put_sid(bytes, rows[i].revision, rows[i].authority, rows[i].count, rows[i].each);
		status = read_sid(bytes, bytes->len, out);
		ck_assert_str_eq(out, rows[i].text);
		ck_assert_int_eq(status, *out == '-' ? SMB_READ_MALFORMED : SMB_READ_OK);
		g_byte_array_unref(bytes);
	}
}
END_TEST

START_TEST(an_incomplete_sid_is_absent)
{
	GByteArray *bytes = g_byte_array_new();
	char out[256];

	put_sid(bytes, 1, 5, 3, 7);
	for (uint32_t whole = bytes->len, n = whole - 1; n > 0; n--) {
		g_byte_array_set_size(bytes, n);
		ck_assert_int_eq(read_sid(bytes, n, out), SMB_READ_MALFORMED);
		ck_assert_str_eq(out, "-");
		ck_assert_int_eq(read_sid(bytes, whole, out), SMB_READ_TRUNCATED);
		ck_assert_str_eq(out, "-");
	}
	g_byte_array_unref(bytes);
}
END_TEST

/* Good parts that a descriptor at 40 has no business with: offsets that wrap lead to them. */
static void
put_strange_parts(uint8_t *before)
{
	static const uint8_t parts[40] = { 1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0, /* S-1-5-18 at 0 */
					   2, 0, 8, 0, 0, 0, 0, 0 /* an empty list at 12 */ };

	memcpy(before, parts, sizeof(parts));
}

/* Reads the descriptor that begins after `before` bytes of the message. */
static SmbReadStatus
read_descriptor(const GByteArray *bytes, uint32_t before, FsccSecurityDescriptor *sd)
{
	uint8_t *exact = g_malloc0(before + bytes->len);
	SmbReader r = smb_reader_new(exact, before + bytes->len, before + bytes->len);

	if (before >= 40)
		put_strange_parts(exact);
	memcpy(exact + before, bytes->data, bytes->len);
	smb_reader_skip(&r, before);
	memset(sd, 0, sizeof(*sd));
	fscc_read_security_descriptor(&r, sd);
	g_free(exact);
	return r.status;
}

/* An entry of 4 bytes, of a type whose form is not published ([MS-DTYP] 2.4.4.1). */
enum { ACE_WITHOUT_BODY = 0x00040004 };

/* Offsets count from the descriptor, wherever that stands. */
START_TEST(all_four_parts_are_read)
{
	static const uint32_t before[] = { 0, 1, 33 };

	for (size_t i = 0; i < G_N_ELEMENTS(before); i++) {
		GByteArray *bytes = g_byte_array_new();
		FsccSecurityDescriptor sd;
		char out[256];

		put_header(bytes, HEADER, HEADER + 12, HEADER + 24, HEADER + 32);
		put_sid(bytes, 1, 5, 1, 18);
		put_sid(bytes, 1, 1, 1, 0);
		put_acl(bytes, 8, 0);
		put_acl(bytes, 16, 2);
		put_le(bytes, ACE_WITHOUT_BODY, 4);
		put_le(bytes, ACE_WITHOUT_BODY, 4);
		ck_assert_int_eq(read_descriptor(bytes, before[i], &sd), SMB_READ_OK);
		ck_assert_uint_eq(sd.revision, 1);
		ck_assert_uint_eq(sd.control, 0x8004);
		ck_assert_str_eq(said(sd.owner, out), "S-1-5-18");
		ck_assert_str_eq(said(sd.group, out), "S-1-1-0");
		ck_assert_uint_eq(sd.sacl_aces, 0);
		ck_assert_uint_eq(sd.dacl_aces, 2);
		g_byte_array_unref(bytes);
	}
}
END_TEST

START_TEST(an_offset_of_zero_is_an_absent_part)
{
	GByteArray *bytes = g_byte_array_new();
	FsccSecurityDescriptor sd;
	char out[256];

	put_header(bytes, 0, 0, 0, 0);
	ck_assert_int_eq(read_descriptor(bytes, 4, &sd), SMB_READ_OK);
	ck_assert_str_eq(said(sd.owner, out), "-");
	ck_assert_str_eq(said(sd.group, out), "-");
	ck_assert_uint_eq(sd.sacl_aces + sd.dacl_aces, 0);
	g_byte_array_unref(bytes);
}
END_TEST

/* A part that lies is none, and the others are reported all the same. */
START_TEST(an_offset_that_lies_spoils_its_own_part)
{
	/* Those that would wrap to a good place are among them: the descriptor is at 40. */
	static const uint32_t lies[] = { HEADER + 12,     HEADER + 13,    HEADER + 5,
					 0x7FFFFFFF,      0xFFFFFFFF,     0xFFFFFFFF - 3,
					 0xFFFFFFFF - 39, 0xFFFFFFFF - 27 };

	for (size_t i = 0; i < G_N_ELEMENTS(lies); i++) {
		for (unsigned part = 0; part < 4; part++) {
			GByteArray *bytes = g_byte_array_new();
			uint32_t at[4] = { HEADER, HEADER, 0, 0 };
			FsccSecurityDescriptor sd;
			char out[256];

			at[part] = lies[i];
			put_header(bytes, at[0], at[1], at[2], at[3]);
			put_sid(bytes, 1, 5, 1, 18);
			ck_assert_int_eq(read_descriptor(bytes, 40, &sd), SMB_READ_MALFORMED);
			ck_assert_str_eq(said(sd.owner, out), part == 0 ? "-" : "S-1-5-18");
			ck_assert_str_eq(said(sd.group, out), part == 1 ? "-" : "S-1-5-18");
			g_byte_array_unref(bytes);
		}
	}
}
END_TEST

START_TEST(an_acl_holds_its_entries)
{
	static const struct {
		uint16_t size, count;
		uint32_t there; /* bytes after its header */
		SmbReadStatus status;
	} rows[] = {
		{ 8, 0, 0, SMB_READ_OK },
		{ 7, 0, 0, SMB_READ_MALFORMED },
		{ 0, 0, 0, SMB_READ_MALFORMED },
		{ 12, 1, 4, SMB_READ_OK },
		{ 11, 1, 4, SMB_READ_MALFORMED },
		{ 12, 2, 4, SMB_READ_MALFORMED },
		{ 13, 1, 4, SMB_READ_MALFORMED },
		{ 12, 1, 3, SMB_READ_MALFORMED },
		{ 8, 65535, 0, SMB_READ_MALFORMED },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		GByteArray *bytes = g_byte_array_new();
		FsccSecurityDescriptor sd;

		put_header(bytes, 0, 0, 0, HEADER);
		put_acl(bytes, rows[i].size, rows[i].count);
		put_le(bytes, ACE_WITHOUT_BODY, rows[i].there);
		ck_assert_msg(read_descriptor(bytes, 3, &sd) == rows[i].status, "row %zu", i);
		ck_assert_uint_eq(sd.dacl_aces, rows[i].count);
		g_byte_array_unref(bytes);
	}
}
END_TEST

/* How many entries of a list an output would show, out of this many bytes of entries. */
static uint32_t
aces_in(const GByteArray *entries, SmbReadStatus *ret_status, char fields[64])
{
	GByteArray *bytes = g_byte_array_new();
	FsccSecurityDescriptor sd = { 0 };
	_Alignas(8) uint8_t item[SMB_ITEM_MAX] = { 0 };
	SmbReader r;
	uint32_t n = 0;

	put_header(bytes, 0, 0, 0, HEADER);
	put_acl(bytes, (uint16_t)(8 + entries->len), 1);
	g_byte_array_append(bytes, entries->data, entries->len);
	r = smb_reader_new(bytes->data, bytes->len, bytes->len);
	fscc_read_security_descriptor(&r, &sd);
	*fields = 0;
	for (; sd.dacl.next(&sd.dacl, item); n++)
		for (uint16_t i = 0; i < fscc_ace.count; i++) {
			const SmbField *f = &fscc_ace.fields[i];
			const uint8_t *at = item + f->offset;
			bool there = f->kind == SMB_FIELD_U64
					     ? *(const uint64_t *)at != SMB_FIELD_NONE
				     : f->kind == SMB_FIELD_GUID ? ((const SmbSpan *)at)->len == 16
				     : f->kind == SMB_FIELD_TEXT
					     ? ((const SmbText *)at)->bytes.ptr != NULL
					     : false;

			if (there) {
				g_strlcat(fields, " ", 64);
				g_strlcat(fields, f->key, 64);
			}
		}
	*ret_status = r.status;
	g_byte_array_unref(bytes);
	return n;
}

/* [MS-DTYP] 2.4.4: which types have an object, and which have a form at all. */
START_TEST(an_entry_has_the_fields_of_its_type)
{
	for (unsigned type = 0; type <= 0x20; type++) {
		bool object = (type >= 5 && type <= 8) || type == 0xB || type == 0xC ||
			      type == 0xF || type == 0x10;
		bool known = type <= 0x13 && type != 4;

		for (unsigned flags = 0; flags < 4; flags++) {
			GByteArray *entry = g_byte_array_new();
			g_autofree char *want =
				g_strdup_printf("%s%s%s%s%s", known ? " mask" : "",
						object ? " object_flags" : "",
						object && flags & 1 ? " object_type" : "",
						object && flags & 2 ? " inherited_object_type" : "",
						known ? " sid" : "");
			unsigned guids = object ? (flags & 1) + (flags >> 1) : 0;
			SmbReadStatus status;
			char fields[64];

			put_le(entry, type, 2);
			put_le(entry, 4 + 4 + (object ? 4 : 0) + 16 * guids + 12, 2);
			put_le(entry, 0x1F01FF, 4);
			if (object)
				put_le(entry, flags, 4);
			for (unsigned i = 0; i < 2 * guids; i++)
				put_le(entry, 0, 8);
			put_sid(entry, 1, 5, 1, 18);
			ck_assert_uint_eq(aces_in(entry, &status, fields), 1);
			ck_assert_str_eq(fields, want);
			ck_assert_int_eq(status, SMB_READ_OK);
			g_byte_array_unref(entry);
		}
	}
}
END_TEST

/* An entry less than its head, or longer than its list, is none; one too short for its type shows what it has. */
START_TEST(an_entry_is_as_long_as_it_says)
{
	static const struct {
		uint16_t size;
		uint32_t shown;
		const char *fields;
	} rows[] = { { 0, 0, "" },      { 3, 0, "" },           { 4, 1, " mask" },
		     { 8, 1, " mask" }, { 20, 1, " mask sid" }, { 21, 0, "" } };

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		GByteArray *entry = g_byte_array_new();
		SmbReadStatus status;
		char fields[64];

		put_le(entry, 0, 2);
		put_le(entry, rows[i].size, 2);
		put_le(entry, 0x1F01FF, 4);
		put_sid(entry, 1, 5, 1, 18);
		ck_assert_uint_eq(aces_in(entry, &status, fields), rows[i].shown);
		ck_assert_str_eq(fields, rows[i].fields);
		ck_assert_int_eq(status, rows[i].size == 20 ? SMB_READ_OK : SMB_READ_MALFORMED);
		g_byte_array_unref(entry);
	}
}
END_TEST

START_TEST(a_header_that_is_not_whole_has_no_parts)
{
	GByteArray *bytes = g_byte_array_new();

	put_header(bytes, 1, 1, 1, 1);
	for (uint32_t n = HEADER - 1; n > 0; n--) {
		FsccSecurityDescriptor sd;

		g_byte_array_set_size(bytes, n);
		ck_assert_int_eq(read_descriptor(bytes, 0, &sd), SMB_READ_MALFORMED);
		ck_assert_ptr_null(sd.owner.bytes.ptr);
		ck_assert_uint_eq(sd.dacl_aces, 0);
		ck_assert(!sd.sacl.next && !sd.dacl.next);
	}
	g_byte_array_unref(bytes);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("security-descriptor");
	TCase *tc = tcase_create("all");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tc, a_sid_is_reported_as_the_specification_writes_it);
	tcase_add_test(tc, an_incomplete_sid_is_absent);
	tcase_add_test(tc, all_four_parts_are_read);
	tcase_add_test(tc, an_offset_of_zero_is_an_absent_part);
	tcase_add_test(tc, an_offset_that_lies_spoils_its_own_part);
	tcase_add_test(tc, an_acl_holds_its_entries);
	tcase_add_test(tc, a_header_that_is_not_whole_has_no_parts);
	tcase_add_test(tc, an_entry_has_the_fields_of_its_type);
	tcase_add_test(tc, an_entry_is_as_long_as_it_says);
	suite_add_tcase(suite, tc);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
