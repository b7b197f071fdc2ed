/* SPDX-License-Identifier: BSD-3-Clause */
/* Names and messages as RFC 1002 has them. */
#include "tests/dissect/netbios/names-case.h"

/* ---- RFC 1002 4.1: names ---- */

static const char LETTERS[] = "FCEJEHFDFCFGCACACACACACACACACAAA"; /* RIGSRV<00> */

static void
put(GByteArray *to, const void *bytes, uint32_t n)
{
	g_byte_array_append(to, bytes, n);
}

static void
put_be16(GByteArray *to, uint32_t value)
{
	put(to, (const uint8_t[]){ (uint8_t)(value >> 8), (uint8_t)value }, 2);
}

static void
put_letters(GByteArray *to)
{
	put(to, "\x20", 1);
	put(to, LETTERS, 32);
}

static void
put_label(GByteArray *to, uint8_t len, char letter)
{
	char bytes[255];

	memset(bytes, letter, sizeof(bytes));
	put(to, &len, 1);
	put(to, bytes, len);
}

/* Reads the name at `at`. The bytes lie in a heap buffer of their size. */
static SmbReadStatus
read_name_at(const GByteArray *bytes, uint32_t at, SmbScopedName *name, uint32_t *ret_behind)
{
	static uint8_t *exact;
	SmbReader r;

	g_free(exact); /* of the call before: the name points into itself only */
	exact = g_memdup2(bytes->data, bytes->len);
	r = smb_reader_new(exact, bytes->len, bytes->len);
	smb_reader_skip(&r, at);
	ck_assert_int_eq(smb_scoped_name_read(&r, name), r.status == SMB_READ_OK);
	*ret_behind = r.pos;
	return r.status;
}

/*
 * A name at 0, and after it `n` pointers, each to the one before it: the last one is followed n
 * times.
 */
START_TEST(a_few_pointers_are_followed)
{
	for (uint32_t n = 1; n <= 12; n++) {
		GByteArray *bytes = g_byte_array_new();
		SmbScopedName name;
		uint32_t behind, last = 0;
		SmbReadStatus status;

		put_letters(bytes);
		put(bytes, "", 1);
		for (uint32_t i = 0; i < n; i++) {
			uint32_t to = last;

			last = bytes->len;
			put_be16(bytes, 0xC000 | to);
		}
		put_be16(bytes, 0x1234);
		status = read_name_at(bytes, last, &name, &behind);
		ck_assert_int_eq(status, n <= 8 ? SMB_READ_OK : SMB_READ_MALFORMED);
		if (n <= 8) {
			ck_assert_uint_eq(behind, last + 2);
			ck_assert(smb_text_equal(name.text, smb_text_from_utf8("RIGSRV")));
		}
		g_byte_array_unref(bytes);
	}
}
END_TEST

/* A scope that goes on elsewhere: reading goes on after the first pointer, not after the last. */
START_TEST(a_scope_may_be_pointed_to)
{
	GByteArray *bytes = g_byte_array_new();
	SmbScopedName name;
	uint32_t behind, com, netbios;

	com = bytes->len;
	put(bytes, "\3COM", 5); /* with the empty label */
	netbios = bytes->len;
	put(bytes, "\7NETBIOS", 8);
	put_be16(bytes, 0xC000 | com);
	put_letters(bytes);
	put_be16(bytes, 0xC000 | netbios);
	put(bytes, "behind", 6);
	ck_assert_int_eq(read_name_at(bytes, netbios + 10, &name, &behind), SMB_READ_OK);
	ck_assert_uint_eq(behind, bytes->len - 6);
	ck_assert(!name.lies);
	ck_assert(smb_text_equal(name.text, smb_text_from_utf8("RIGSRV")));
	ck_assert(smb_text_equal(name.scope, smb_text_from_utf8("NETBIOS.COM")));
	g_byte_array_unref(bytes);
}
END_TEST

START_TEST(a_pointer_that_is_cut_or_leads_on_is_none)
{
	static const uint16_t to[] = { 34, 35, 36, 37, 0x3FFF };
	GByteArray *bytes = g_byte_array_new();
	SmbScopedName name;
	uint32_t behind;

	put_letters(bytes);
	put(bytes, "", 1);
	for (size_t i = 0; i < G_N_ELEMENTS(to); i++) {
		g_byte_array_set_size(bytes, 34);
		put_be16(bytes, 0xC000 | to[i]);
		put(bytes, "\xC0", 2);
		ck_assert_int_eq(read_name_at(bytes, 34, &name, &behind), SMB_READ_MALFORMED);
		ck_assert_uint_eq(behind, 34);
	}
	g_byte_array_set_size(bytes, 34);
	put(bytes, "\xC0", 1);
	ck_assert_int_eq(read_name_at(bytes, 34, &name, &behind), SMB_READ_MALFORMED);
	g_byte_array_unref(bytes);
}
END_TEST

/* RFC 1002 4.1: labels of 63 bytes at most, names of 255. The first label and its length are 33. */
START_TEST(labels_and_names_have_a_size)
{
	static const struct {
		uint8_t labels[5];
		SmbReadStatus status;
		bool lies;
		uint32_t scope_len;
	} rows[] = {
		{ { 1 }, SMB_READ_OK, false, 1 },
		{ { 63 }, SMB_READ_OK, false, 63 },
		{ { 64 }, SMB_READ_MALFORMED, false, 0 },
		{ { 0x80 }, SMB_READ_MALFORMED, false, 0 },
		{ { 0xBF }, SMB_READ_MALFORMED, false, 0 },
		{ { 63, 63, 63 }, SMB_READ_OK, false, 191 },
		{ { 63, 63, 63, 29 }, SMB_READ_OK, false, 221 }, /* 33 + 192 + 30 = 255 */
		{ { 63, 63, 63, 30 }, SMB_READ_OK, true, 222 },
		{ { 63, 63, 63, 31 }, SMB_READ_OK, true, 191 }, /* no room for the last one */
		{ { 63, 63, 63, 31, 5 }, SMB_READ_OK, true, 197 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		GByteArray *bytes = g_byte_array_new();
		SmbScopedName *name = g_new0(SmbScopedName, 1);
		uint32_t behind;

		put_letters(bytes);
		for (int k = 0; k < 5 && rows[i].labels[k]; k++)
			put_label(bytes, rows[i].labels[k], (char)('a' + k));
		put(bytes, "", 1);
		ck_assert_msg(read_name_at(bytes, 0, name, &behind) == rows[i].status, "row %zu",
			      i);
		if (rows[i].status == SMB_READ_OK) {
			ck_assert_msg(name->lies == rows[i].lies, "row %zu", i);
			ck_assert_uint_eq(name->scope.bytes.len, rows[i].scope_len);
			ck_assert_uint_eq(behind, bytes->len);
		}
		g_free(name);
		g_byte_array_unref(bytes);
	}
}
END_TEST

START_TEST(a_first_label_of_another_length_is_no_name)
{
	static const uint8_t lengths[] = { 0, 1, 31, 33, 63 };

	for (size_t i = 0; i < G_N_ELEMENTS(lengths); i++) {
		GByteArray *bytes = g_byte_array_new();
		SmbScopedName name;
		uint32_t behind;

		put_letters(bytes);
		put(bytes, LETTERS, 32);
		put(bytes, "", 1);
		bytes->data[0] = lengths[i];
		ck_assert_int_eq(read_name_at(bytes, 0, &name, &behind), SMB_READ_MALFORMED);
		ck_assert_ptr_null(name.text.bytes.ptr);
		g_byte_array_unref(bytes);
	}
}
END_TEST

/* ---- RFC 1002 4.2.1.1: what kind of message it is ---- */

enum {
	RESPONSE = 0x8000,
	DESIRED = 0x0100, /* RD */
};

/* The header with these flags, a question of a type (0: none), a record of a type (0: none). */
static GByteArray *
message(uint32_t bits, uint16_t question, uint16_t record, const void *data, uint16_t n)
{
	GByteArray *p = g_byte_array_new();

	put_be16(p, 0x1234);
	put_be16(p, bits);
	put_be16(p, question != 0);
	put_be16(p, record != 0);
	put_be16(p, 0);
	put_be16(p, 0);
	if (question) {
		put_letters(p);
		put(p, "", 1);
		put_be16(p, question);
		put_be16(p, 1);
	}
	if (record) {
		put_letters(p);
		put(p, "", 1);
		put_be16(p, record);
		put_be16(p, 1);
		put_be16(p, 0);
		put_be16(p, 300);
		put_be16(p, n);
		put(p, data, n);
	}
	return p;
}

/* As names_read_cut; the bytes stay, for who looks at the lists: freed with the next. */
static bool
read_whole(GByteArray *p, SmbNameMessage *m, SmbReadStatus *ret_status)
{
	static uint8_t *exact;
	SmbReader r;
	bool good;

	g_free(exact);
	exact = g_memdup2(p->data, p->len);
	r = smb_reader_new(exact, p->len, p->len);
	good = smb_name_message_read(&r, m);
	*ret_status = r.status;
	g_byte_array_unref(p);
	return good;
}

START_TEST(each_kind_has_its_name)
{
	static const struct {
		uint32_t bits;
		uint16_t question, record;
		const char *type, *error;
	} rows[] = {
		{ 0 << 11 | DESIRED, 0x20, 0, "query", NULL },
		{ 0 << 11, 0x21, 0, "node_status", NULL },
		{ RESPONSE, 0, 0x21, "node_status", NULL },
		{ RESPONSE, 0, 0x20, "query", NULL },
		{ RESPONSE | 3, 0, 0x0A, "query", "NAM_ERR" }, /* 4.2.14 */
		{ RESPONSE, 0x20, 0x02, "redirect", NULL },    /* 4.2.15 */
		{ 0, 0x20, 0x02, "query", NULL },              /* no answer, so no redirection */
		{ 5 << 11 | DESIRED, 0x20, 0x20, "registration", NULL }, /* 4.2.2 */
		{ 5 << 11, 0x20, 0x20, "overwrite", NULL },              /* 4.2.3 */
		{ 15 << 11 | DESIRED, 0x20, 0x20, "multihomed_registration", NULL },
		{ RESPONSE | 5 << 11 | DESIRED, 0, 0x20, "registration", NULL }, /* 4.2.5 */
		{ RESPONSE | 5 << 11, 0, 0x20, "registration", NULL },
		{ RESPONSE | 5 << 11 | 6, 0, 0x20, "registration", "ACT_ERR" }, /* 4.2.6 */
		{ RESPONSE | 5 << 11 | 7, 0, 0x20, "conflict", "CFT_ERR" },     /* 4.2.8 */
		{ RESPONSE | 6 << 11 | 7, 0, 0x20, "release", "CFT_ERR" },
		{ 5 << 11 | DESIRED | 7, 0x20, 0x20, "registration", "CFT_ERR" },
		{ RESPONSE | 5 << 11, 0, 0x02, "registration", NULL },
		{ 6 << 11, 0x20, 0x20, "release", NULL },      /* 4.2.9 */
		{ RESPONSE | 7 << 11, 0, 0x0A, "wack", NULL }, /* 4.2.16 */
		{ 8 << 11, 0x20, 0x20, "refresh", NULL },      /* 4.2.4 */
		{ 9 << 11, 0x20, 0x20, "refresh", NULL },
		{ 5 << 11 | DESIRED, 0x21, 0x21, "registration", NULL },
		{ 3 << 11, 0x20, 0, NULL, NULL },
		{ RESPONSE | 1, 0, 0x20, "query", "FMT_ERR" },
		{ RESPONSE | 2, 0, 0x20, "query", "SRV_ERR" },
		{ RESPONSE | 4, 0, 0x20, "query", "IMP_ERR" },
		{ RESPONSE | 5, 0, 0x20, "query", "RFS_ERR" },
		{ RESPONSE | 8, 0, 0x20, "query", NULL },
		{ RESPONSE | 15, 0, 0x20, "query", NULL },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		GByteArray *p = message(rows[i].bits, rows[i].question, rows[i].record,
					"\x60\0\x0A\x4D\0\1", 6);
		SmbReadStatus status;
		SmbNameMessage m;

		ck_assert(read_whole(p, &m, &status));
		ck_assert_int_eq(status, SMB_READ_OK);
		ck_assert_msg(g_strcmp0(m.type, rows[i].type) == 0, "row %zu: %s", i, m.type);
		ck_assert_int_eq(m.response, rows[i].bits >> 15);
		ck_assert_uint_eq(m.opcode, rows[i].bits >> 11 & 15);
		ck_assert_uint_eq(m.rcode, rows[i].bits & 15);
		ck_assert_int_eq(m.error.bytes.ptr != NULL, rows[i].error != NULL);
		if (rows[i].error)
			ck_assert(smb_text_equal(m.error, smb_text_from_utf8(rows[i].error)));
		ck_assert(m.has_name);
	}
}
END_TEST

START_TEST(a_message_of_nothing_has_no_name)
{
	SmbReadStatus status;
	SmbNameMessage m;

	ck_assert(read_whole(message(0, 0, 0, "", 0), &m, &status));
	ck_assert_int_eq(status, SMB_READ_OK);
	ck_assert(!m.has_name && !m.lies);
}
END_TEST

/* Bytes behind the header that no count announces are nobody's. */
START_TEST(a_name_that_is_not_announced_is_none)
{
	GByteArray *p = message(0, 0, 0, "", 0);
	SmbReadStatus status;
	SmbNameMessage m;

	put_letters(p);
	put(p, "", 1);
	ck_assert(read_whole(p, &m, &status));
	ck_assert_int_eq(status, SMB_READ_OK);
	ck_assert(!m.has_name);
}
END_TEST

/* An entry that the message does not hold whole is not listed; without its header it is no message. */
START_TEST(entries_are_whole)
{
	for (uint16_t question = 0; question <= SMB_NAME_TYPE_NB;
	     question = (uint16_t)(question + SMB_NAME_TYPE_NB)) {
		uint16_t record = question ? 0 : SMB_NAME_TYPE_A;
		GByteArray *whole = message(0, question, record, "\12\0\0\1", 4);

		for (uint32_t n = 0; n <= whole->len; n++) {
			GByteArray *cut = g_byte_array_new();
			SmbNameQuestion q = { 0 };
			SmbNameRecord rr = { 0 };
			SmbReadStatus status;
			SmbNameMessage m;
			bool good;

			put(cut, whole->data, n);
			good = read_whole(cut, &m, &status);
			ck_assert_int_eq(good, n >= 12);
			if (!good)
				continue;
			ck_assert_int_eq(m.questions.next(&m.questions, &q),
					 question && n == whole->len);
			ck_assert_int_eq(m.records.next(&m.records, &rr),
					 record && n == whole->len);
		}
		g_byte_array_unref(whole);
	}
}
END_TEST

/*
 * Names that are pointed to cost their text: a question of 253 characters, a record of a name of its
 * own with the end of that scope, and 31 records that point to the question. What there is for them
 * is 4 bytes for each of the message, and 4096.
 */
START_TEST(names_that_are_pointed_to_have_a_budget)
{
	static const uint8_t labels[] = { 63, 63, 63, 25, 3 };
	enum { QUESTION = 12, COM = QUESTION + 33 + 3 * 64 + 26, TOLD = (4 * 689 + 4096) / 253 };
	GByteArray *p = message(0, 0, 0, "", 0);
	SmbNameRecord rr = { 0 };
	SmbReadStatus status;
	SmbNameMessage m;
	uint32_t n = 0;

	p->data[5] = 1;
	p->data[7] = 32;
	put_letters(p);
	for (size_t i = 0; i < sizeof(labels); i++)
		put_label(p, labels[i], (char)('a' + i));
	put(p, "\0\0\x20\0\1", 5);
	put_letters(p);
	put_be16(p, 0xC000 | COM);
	put(p, "\0\1\0\1\0\0\0\0\0\0", 10);
	for (uint32_t i = 0; i < 31; i++) {
		put_be16(p, 0xC000 | QUESTION);
		put(p, "\0\1\0\1\0\0\0\0\0\0", 10);
	}
	ck_assert_uint_eq(p->len, 689);
	ck_assert(read_whole(p, &m, &status));
	ck_assert(m.lies);
	while (m.records.next(&m.records, &rr))
		n++;
	ck_assert(m.records.capped);
	ck_assert_uint_eq(n, 1 + TOLD);
}
END_TEST

/* RFC 1002 4.2.13 (ADDR_ENTRY), 4.2.1.3 (A). */
START_TEST(records_have_addresses)
{
	static const char two[] = "\x60\0\x0A\x4D\0\1\xA0\0\x0A\x4D\0\2";
	static const struct {
		uint16_t type, size;
		uint32_t addresses;
		bool a;
	} rows[] = { { 0x20, 12, 2, false }, { 0x20, 11, 1, false }, { 0x20, 7, 1, false },
		     { 0x20, 6, 1, false },  { 0x20, 5, 0, false },  { 0x20, 0, 0, false },
		     { 0x01, 4, 0, true },   { 0x01, 3, 0, false },  { 0x0A, 12, 0, false },
		     { 0x02, 12, 0, false } };

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		SmbNameRecord rr = { 0 };
		SmbNameAddress a = { 0 };
		SmbReadStatus status;
		SmbNameMessage m;
		uint32_t n = 0;

		ck_assert(read_whole(message(RESPONSE, 0, rows[i].type, two, rows[i].size), &m,
				     &status));
		ck_assert(m.records.next(&m.records, &rr));
		ck_assert_uint_eq(rr.ttl, 300);
		/* What has no room for one address has none, rather than an empty list. */
		ck_assert_int_eq(rr.addresses.next != NULL,
				 rows[i].type == 0x20 && rows[i].size >= 6);
		while (rr.addresses.next && rr.addresses.next(&rr.addresses, &a)) {
			n++;
			ck_assert_int_eq(a.group, n == 2);
			ck_assert_uint_eq(a.node_type, n == 1 ? 3 : 1);
			ck_assert_mem_eq(a.address.ptr, n == 1 ? "\x0A\x4D\0\1" : "\x0A\x4D\0\2",
					 4);
		}
		ck_assert_msg(n == rows[i].addresses, "row %zu: %u", i, n);
		ck_assert_int_eq(rr.address.ptr != NULL, rows[i].a);
		ck_assert(!m.records.next(&m.records, &rr));
	}
}
END_TEST

/* RFC 1002 4.2.18: each bit of NAME_FLAGS, and as many names as there are. */
START_TEST(a_node_shows_the_state_of_each_name)
{
	const uint16_t size = 1 + 3 * 18 + 6;
	uint8_t bytes[61];

	memcpy(bytes, "\3", 1);
	memcpy(bytes + 1, "ALPHA          \x00\x84\x00", 18);
	memcpy(bytes + 19, "BETA\0\0\0\0\0\0\0\0\0\0\0\x20\x1E\x00", 18);
	memcpy(bytes + 37, "GAMMA          \x1D\x60\x00", 18);
	memcpy(bytes + 55, "\1\2\3\4\5\6", 6);
	for (uint16_t n = 0; n <= size; n++) {
		SmbNameRecord rr = { 0 };
		SmbNameOfNode node = { 0 };
		SmbReadStatus status;
		SmbNameMessage m;
		uint32_t names = 0;

		ck_assert(read_whole(message(RESPONSE, 0, 0x21, bytes, n), &m, &status));
		ck_assert(m.records.next(&m.records, &rr));
		while (rr.names.next(&rr.names, &node)) {
			static const bool active[] = { true, true, false };

			ck_assert_int_eq(node.active, active[names]);
			ck_assert_int_eq(node.group, names == 0);
			ck_assert_int_eq(node.releasing, names == 1);
			ck_assert_int_eq(node.conflict, names == 1);
			ck_assert_int_eq(node.permanent, names == 1);
			ck_assert_uint_eq(node.node_type, names == 2 ? 3 : 0);
			ck_assert_uint_eq(node.plain.len, names == 1 ? 4 : 5);
			names++;
		}
		ck_assert_uint_eq(names, n ? MIN((n - 1u) / 18, 3u) : 0);
		ck_assert_int_eq(rr.unit_id.ptr != NULL, n == size);
	}
}
END_TEST

/* The name that a layout gives to a value of the field with this key. */
static const char *
name_of(const SmbLayout *layout, const char *key, uint32_t value)
{
	for (uint32_t i = 0; i < layout->count; i++) {
		if (g_str_equal(layout->fields[i].key, key))
			return layout->fields[i].name_of(value);
	}
	ck_abort_msg("no field %s in %s", key, layout->name);
	return NULL;
}

static const SmbLayout *
items_of(const SmbLayout *layout, const char *key)
{
	for (uint32_t i = 0; i < layout->count; i++) {
		if (g_str_equal(layout->fields[i].key, key))
			return layout->fields[i].items;
	}
	ck_abort_msg("no list %s in %s", key, layout->name);
	return NULL;
}

START_TEST(values_have_the_names_of_the_specification)
{
	const SmbLayout *m = &smb_name_message_layout, *record = items_of(m, "records");
	const SmbLayout *address = items_of(record, "addresses");
	static const struct {
		uint16_t type;
		const char *name;
	} types[] = { { 1, "A" }, { 2, "NS" }, { 10, "NULL" }, { 32, "NB" }, { 33, "NBSTAT" } };

	for (size_t i = 0; i < G_N_ELEMENTS(types); i++) {
		ck_assert_str_eq(name_of(record, "type", types[i].type), types[i].name);
		ck_assert_str_eq(name_of(items_of(m, "questions"), "type", types[i].type),
				 types[i].name);
	}
	ck_assert_ptr_null(name_of(record, "type", 3));
	ck_assert_str_eq(name_of(address, "node_type", 0), "B node");
	ck_assert_str_eq(name_of(address, "node_type", 3), "H node");
	ck_assert_ptr_null(name_of(address, "node_type", 4));
	ck_assert_str_eq(name_of(m, "opcode", 7), "wack");
	ck_assert_ptr_null(name_of(m, "opcode", 1));
	ck_assert_ptr_null(name_of(m, "opcode", 16));
	ck_assert_str_eq(name_of(m, "flags", 0x40), "authoritative");
	ck_assert_str_eq(name_of(m, "flags", 0x20), "truncated");
	ck_assert_str_eq(name_of(m, "flags", 0x10), "recursion desired");
	ck_assert_str_eq(name_of(m, "flags", 0x08), "recursion available");
	ck_assert_str_eq(name_of(m, "flags", 0x01), "broadcast");
	ck_assert_ptr_null(name_of(m, "flags", 0x02));
	ck_assert_str_eq(name_of(record, "suffix", 0x20), "file server");
}
END_TEST

void
names_add_rfc(TCase *tc)
{
	tcase_add_test(tc, a_few_pointers_are_followed);
	tcase_add_test(tc, a_scope_may_be_pointed_to);
	tcase_add_test(tc, a_pointer_that_is_cut_or_leads_on_is_none);
	tcase_add_test(tc, labels_and_names_have_a_size);
	tcase_add_test(tc, a_first_label_of_another_length_is_no_name);
	tcase_add_test(tc, each_kind_has_its_name);
	tcase_add_test(tc, a_message_of_nothing_has_no_name);
	tcase_add_test(tc, a_name_that_is_not_announced_is_none);
	tcase_add_test(tc, entries_are_whole);
	tcase_add_test(tc, names_that_are_pointed_to_have_a_budget);
	tcase_add_test(tc, records_have_addresses);
	tcase_add_test(tc, a_node_shows_the_state_of_each_name);
	tcase_add_test(tc, values_have_the_names_of_the_specification);
}
