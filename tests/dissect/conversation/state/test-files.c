/* SPDX-License-Identifier: BSD-3-Clause */
/* What opens, reads, writes and renames come to, through a connection. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "dissect/dissect.h"
#include "tests/lib/smb-builder.h"
#include "tests/lib/smb2-builder.h"

enum {
	COM_DELETE_DIRECTORY = 0x01,
	COM_OPEN = 0x02,
	COM_CLOSE = 0x04,
	COM_DELETE = 0x06,
	COM_RENAME = 0x07,
	COM_READ = 0x0A,
	COM_TRANSACTION2 = 0x32,
	COM_NT_TRANSACT = 0xA0,
	COM_NT_RENAME = 0xA5,
	SET_PATH_INFORMATION = 6,
	SET_FILE_INFORMATION = 8,
	LEVEL_DISPOSITION = 0x0102,
	LEVEL_POSIX_UNLINK = 0x020A,
	CLASS_DISPOSITION = 13,
	CLASS_DISPOSITION_EX = 64,
	CLASS_RENAME_EX = 65,
	PASS_THROUGH = 1000,
	SMB2_CREATE = 5,
	SMB2_CLOSE = 6,
	SMB2_SET_INFO = 17,
	INFO_FILE = 1,
	INFO_FILESYSTEM = 2,
	DELETE_ON_CLOSE = 0x1000,
};

typedef struct {
	bool deleted, pending, ended;
} Fate;

typedef struct {
	uint32_t n_files, n_ranges, renames;
	SmbFileRange ranges[SMB_RANGES_MAX];
	bool more, by_path, deleted;
	char last_name[32];
	Fate fates[5]; /* of the first files */
} Seen;

/* Copies what the connection's record would say of its first file. */
static void
on_event(void *user, const SmbEvent *event)
{
	Seen *seen = user;
	const SmbConnectionInfo *info = event->connection;
	const SmbFileStory *s;

	if (event->kind != SMB_EVENT_CONNECTION)
		return;
	seen->n_files = info->n_files;
	if (!info->n_files)
		return;
	for (uint32_t i = 0; i < info->n_files && i < G_N_ELEMENTS(seen->fates); i++)
		seen->fates[i] = (Fate){ info->files[i]->story->deleted,
					 info->files[i]->story->delete_pending,
					 info->files[i]->ended };
	s = info->files[0]->story;
	seen->n_ranges = s->read.n;
	memcpy(seen->ranges, s->read.ranges, sizeof(seen->ranges));
	seen->more = s->read.more;
	seen->by_path = s->by_path;
	seen->deleted = s->deleted;
	seen->renames = s->renames;
	if (s->n_renamed)
		smb_text_to_utf8(smb_string_text(s->renamed[s->n_renamed - 1]), seen->last_name,
				 sizeof(seen->last_name));
}

typedef struct {
	SmbContext *context;
	SmbConnection *c;
	Seen seen;
	uint64_t frame;
	uint16_t mid;
} Rig;

static void
rig_begin(Rig *r)
{
	SmbConfig config = { .want = SMB_EVENT_CONNECTION, .event = on_event, .user = &r->seen };
	SmbEndpoints ends = { .family = 4, .client_port = 1025, .server_port = 445 };

	r->context = smb_context_new(&config);
	r->c = smb_connection_new(r->context, &ends, true, false, &(SmbStamp){ 1, 1 });
	r->frame = 1;
}

static void
rig_feed(Rig *r, SmbDir dir, GByteArray *bytes)
{
	uint8_t *exact = g_memdup2(bytes->data, bytes->len);
	SmbStamp when = { ++r->frame, r->frame };

	smb_connection_feed(r->c, dir, (SmbSpan){ exact, bytes->len }, &when);
	g_free(exact);
	g_byte_array_unref(bytes);
}

static void
rig_end(Rig *r)
{
	smb_connection_end(r->c,
			   &(SmbEnding){ .end = SMB_END_FIN,
					 .by_server = false,
					 .seen = { true, true },
					 .acked = { true, true } },
			   &(SmbStamp){ 99, 99 });
	ck_assert_uint_eq(smb_context_memory(r->context) > 1 << 20, 0);
	smb_context_free(r->context);
}

/* [MS-CIFS] 2.2.4.11: READ of so many bytes, all of which come. */
static void
rig_read(Rig *r, uint32_t offset, uint16_t count)
{
	BuildHeader h = { .command = COM_READ, .tid = 1, .uid = 1, .mid = ++r->mid };
	uint16_t asked[] = { 5, count, (uint16_t)offset, (uint16_t)(offset >> 16), 0 };
	uint16_t answered[] = { count, 0, 0, 0, 0 };
	g_autofree uint8_t *data = g_malloc0(count + 3u);

	data[0] = 1;
	data[1] = (uint8_t)count;
	data[2] = (uint8_t)(count >> 8);
	rig_feed(r, SMB_TO_SERVER, build_simple(h, asked, 5, NULL, 0));
	h.reply = true;
	rig_feed(r, SMB_TO_CLIENT, build_simple(h, answered, 5, data, (uint16_t)(count + 3)));
}

/* [MS-CIFS] 2.2.4.8, 2.2.4.7 and 2.2.4.2, which has no search attributes */
static void
rig_path(Rig *r, uint8_t command, const char *from, const char *to)
{
	BuildHeader h = { .command = command, .tid = 1, .uid = 1, .mid = ++r->mid };
	g_autoptr(GByteArray) names = g_byte_array_new();
	uint16_t attributes = 0x16;

	build_le(names, 4, 1);
	build_text(names, from);
	if (to) {
		build_le(names, 4, 1);
		build_text(names, to);
	}
	rig_feed(r, SMB_TO_SERVER,
		 build_simple(h, &attributes, command != COM_DELETE_DIRECTORY, names->data,
			      (uint16_t)names->len));
	h.reply = true;
	rig_feed(r, SMB_TO_CLIENT, build_simple(h, NULL, 0, NULL, 0));
}

START_TEST(test_reads_that_touch_are_one_range)
{
	Rig r = { 0 };

	rig_begin(&r);
	rig_read(&r, 0, 100);
	rig_read(&r, 200, 100);
	rig_read(&r, 100, 100);
	rig_read(&r, 50, 20);
	rig_end(&r);
	ck_assert_uint_eq(r.seen.n_ranges, 1);
	ck_assert_uint_eq(r.seen.ranges[0].low, 0);
	ck_assert_uint_eq(r.seen.ranges[0].high, 300);
	ck_assert(!r.seen.more);
}
END_TEST

START_TEST(test_ranges_are_capped_and_say_so)
{
	Rig r = { 0 };

	rig_begin(&r);
	for (uint32_t i = 20; i-- > 0;)
		rig_read(&r, i * 1000, 10);
	rig_end(&r);
	ck_assert_uint_eq(r.seen.n_ranges, SMB_RANGES_MAX);
	ck_assert(r.seen.more);
	ck_assert_uint_eq(r.seen.ranges[0].low, 0);
	ck_assert_uint_eq(r.seen.ranges[SMB_RANGES_MAX - 1].high, 19010);
	for (uint32_t i = 1; i < SMB_RANGES_MAX; i++)
		ck_assert_uint_lt(r.seen.ranges[i - 1].high, r.seen.ranges[i].low);
}
END_TEST

START_TEST(test_renames_chain)
{
	Rig r = { 0 };

	rig_begin(&r);
	rig_path(&r, COM_RENAME, "\\a.txt", "\\b.txt");
	rig_path(&r, COM_RENAME, "b.txt", "c.txt");
	rig_path(&r, COM_DELETE, "\\c.txt", NULL);
	rig_end(&r);
	ck_assert_uint_eq(r.seen.n_files, 1);
	ck_assert(r.seen.by_path);
	ck_assert_uint_eq(r.seen.renames, 2);
	ck_assert_str_eq(r.seen.last_name, "c.txt");
	ck_assert(r.seen.deleted);
}
END_TEST

/* ---- Deletions -------------------------------------------------------------------------------- */

/* [MS-CIFS] 2.2.4.3: opened under that FID. */
static void
rig_open(Rig *r, const char *name, uint16_t fid)
{
	BuildHeader h = { .command = COM_OPEN, .tid = 1, .uid = 1, .mid = ++r->mid };
	uint16_t asked[] = { 2, 0x16 }, answered[] = { fid, 0, 0, 0, 0, 0, 2 };
	g_autoptr(GByteArray) bytes = g_byte_array_new();

	build_le(bytes, 4, 1);
	build_text(bytes, name);
	rig_feed(r, SMB_TO_SERVER, build_simple(h, asked, 2, bytes->data, (uint16_t)bytes->len));
	h.reply = true;
	rig_feed(r, SMB_TO_CLIENT, build_simple(h, answered, 7, NULL, 0));
}

static void
rig_close(Rig *r, uint16_t fid)
{
	BuildHeader h = { .command = COM_CLOSE, .tid = 1, .uid = 1, .mid = ++r->mid };
	uint16_t asked[] = { fid, 0, 0 };

	rig_feed(r, SMB_TO_SERVER, build_simple(h, asked, 3, NULL, 0));
	h.reply = true;
	rig_feed(r, SMB_TO_CLIENT, build_simple(h, NULL, 0, NULL, 0));
}

/* A TRANS2 whose parameters and data stand one after the other ([MS-CIFS] 2.2.4.46.1). */
static void
rig_trans2(Rig *r, uint16_t function, const GByteArray *parameters, const GByteArray *data)
{
	BuildHeader h = { .command = COM_TRANSACTION2, .tid = 1, .uid = 1, .mid = ++r->mid };
	uint16_t p = (uint16_t)parameters->len, d = (uint16_t)data->len, at = 32 + 1 + 30 + 2;
	uint16_t asked[] = { p, d, 2, 0, 0, 0, 0, 0, 0, p, at, d, (uint16_t)(at + p), 1, function };
	uint16_t answered[] = { 2, 0, 0, 2, 32 + 1 + 20 + 2, 0, 0, 0, 0, 0 };
	g_autoptr(GByteArray) bytes = g_byte_array_new();

	build2_bytes(bytes, parameters->data, parameters->len);
	build2_bytes(bytes, data->data, data->len);
	rig_feed(r, SMB_TO_SERVER, build_simple(h, asked, 15, bytes->data, (uint16_t)bytes->len));
	h.reply = true;
	rig_feed(r, SMB_TO_CLIENT, build_simple(h, answered, 10, "\0", 2));
}

static void
rig_set_file(Rig *r, uint16_t fid, uint16_t level, const void *bytes, guint n)
{
	g_autoptr(GByteArray) parameters = g_byte_array_new(), data = g_byte_array_new();

	build_le(parameters, fid, 2);
	build_le(parameters, level, 2);
	build_le(parameters, 0, 2);
	build2_bytes(data, bytes, n);
	rig_trans2(r, SET_FILE_INFORMATION, parameters, data);
}

static void
rig_set_path(Rig *r, const char *path, uint16_t level, const void *bytes, guint n)
{
	g_autoptr(GByteArray) parameters = g_byte_array_new(), data = g_byte_array_new();

	build_le(parameters, level, 2);
	build_le(parameters, 0, 4);
	build_text(parameters, path);
	build2_bytes(data, bytes, n);
	rig_trans2(r, SET_PATH_INFORMATION, parameters, data);
}

static void
assert_fate(const Rig *r, uint32_t i, bool deleted, bool pending)
{
	ck_assert_uint_lt(i, r->seen.n_files);
	ck_assert_msg(r->seen.fates[i].deleted == deleted, "file %u deleted: %d", i, !deleted);
	ck_assert_msg(r->seen.fates[i].pending == pending, "file %u pending: %d", i, !pending);
}

START_TEST(test_smb1_dispositions_delete_when_closed)
{
	static const struct {
		uint16_t level;
		guint size;
	} ways[] = { { LEVEL_DISPOSITION, 1 },
		     { PASS_THROUGH + CLASS_DISPOSITION, 1 },
		     { PASS_THROUGH + CLASS_DISPOSITION_EX, 4 } };

	for (uint32_t i = 0; i < G_N_ELEMENTS(ways); i++) {
		Rig r = { 0 };

		rig_begin(&r);
		rig_open(&r, "\\a", 7);
		rig_set_file(&r, 7, ways[i].level, "\1\0\0", ways[i].size);
		rig_close(&r, 7);
		rig_open(&r, "\\b", 8);
		rig_set_file(&r, 8, ways[i].level, "\1\0\0", ways[i].size);
		rig_open(&r, "\\c", 9);
		rig_set_file(&r, 9, ways[i].level, "\1\0\0", ways[i].size);
		rig_set_file(&r, 9, ways[i].level, "\0\0\0", ways[i].size);
		rig_close(&r, 9);
		/* Cut short, it says nothing. */
		rig_open(&r, "\\d", 10);
		rig_set_file(&r, 10, ways[i].level, "\1\0\0", ways[i].size - 1);
		rig_close(&r, 10);
		rig_end(&r);
		assert_fate(&r, 0, true, true);
		assert_fate(&r, 1, false, true);
		assert_fate(&r, 2, false, false);
		assert_fate(&r, 3, false, false);
	}
}
END_TEST

START_TEST(test_smb1_paths_are_deleted)
{
	Rig r = { 0 };

	rig_begin(&r);
	rig_open(&r, "\\a", 7);
	rig_close(&r, 7);
	rig_set_path(&r, "a", LEVEL_DISPOSITION, "\1", 1);
	rig_open(&r, "\\b", 8);
	rig_set_path(&r, "\\b", LEVEL_POSIX_UNLINK, "\0", 2);
	rig_open(&r, "\\d", 9);
	rig_close(&r, 9);
	rig_path(&r, COM_DELETE_DIRECTORY, "\\d", NULL);
	rig_open(&r, "\\e", 10);
	rig_path(&r, COM_DELETE, "\\e", NULL);
	/* Which files a pattern stands for is the server's to know. */
	rig_open(&r, "\\f", 11);
	rig_path(&r, COM_DELETE, "\\?", NULL);
	rig_end(&r);
	assert_fate(&r, 0, true, false);
	assert_fate(&r, 1, true, false);
	assert_fate(&r, 2, true, false);
	assert_fate(&r, 3, true, false);
	ck_assert_uint_eq(r.seen.n_files, 5);
	ck_assert(!r.seen.fates[4].deleted);
}
END_TEST

START_TEST(test_smb1_handles_and_paths_are_renamed)
{
	/* [MS-FSCC] 2.4.43: flags, reserved, root, length, name */
	static const uint8_t name[] = { 1, 0, 0, 0, 0, 0, 0, 0, 0,   0, 0,   0,
					0, 0, 0, 0, 4, 0, 0, 0, 'n', 0, '1', 0 };
	/* 2.4.42.1: a boolean, reserved, root, length, name */
	static const uint8_t short_name[] = { 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 'n', 0, '2', 0 };
	Rig r = { 0 };

	rig_begin(&r);
	rig_open(&r, "\\a", 7);
	rig_set_file(&r, 7, PASS_THROUGH + CLASS_RENAME_EX, name, sizeof(name));
	rig_set_path(&r, "n1", PASS_THROUGH + 10, short_name, sizeof(short_name));
	rig_end(&r);
	ck_assert_uint_eq(r.seen.n_files, 1);
	ck_assert_uint_eq(r.seen.renames, 2);
	ck_assert_str_eq(r.seen.last_name, "n2");
}
END_TEST

/* [MS-CIFS] 2.2.4.66.1: a rename; the level before it makes a link. */
START_TEST(test_nt_rename_renames_at_one_level)
{
	for (uint16_t level = 0x0103; level <= 0x0104; level++) {
		BuildHeader h = { .command = COM_NT_RENAME, .tid = 1, .uid = 1, .mid = 99 };
		uint16_t words[] = { 0x16, level, 0, 0 };
		static const uint8_t names[] = "\4\\a\0\4\\b";
		Rig r = { 0 };

		rig_begin(&r);
		rig_open(&r, "\\a", 7);
		rig_feed(&r, SMB_TO_SERVER, build_simple(h, words, 4, names, sizeof(names)));
		h.reply = true;
		rig_feed(&r, SMB_TO_CLIENT, build_simple(h, NULL, 0, NULL, 0));
		rig_end(&r);
		ck_assert_uint_eq(r.seen.renames, level == 0x0104);
	}
}
END_TEST

/* ---- The same over SMB2 ---- */

static void
rig2_feed(Rig *r, SmbDir dir, GByteArray *a)
{
	rig_feed(r, dir, build_end(a));
}

static Build2Header
rig2_header(Rig *r, uint16_t command)
{
	return (Build2Header){ .command = command, .mid = ++r->mid, .tid = 1, .session = 1 };
}

static void
rig2_open(Rig *r, const char *name, uint64_t fid, uint32_t options)
{
	Build2Header h = rig2_header(r, SMB2_CREATE);
	GByteArray *a = build2_message(h), *b;

	build2_create_request(a, name, options);
	rig2_feed(r, SMB_TO_SERVER, a);
	h.response = true;
	b = build2_message(h);
	build2_create_response(b, fid);
	rig2_feed(r, SMB_TO_CLIENT, b);
}

static void
rig2_close(Rig *r, uint64_t fid)
{
	Build2Header h = rig2_header(r, SMB2_CLOSE);
	GByteArray *a = build2_message(h), *b;

	build2_close_request(a, fid);
	rig2_feed(r, SMB_TO_SERVER, a);
	h.response = true;
	b = build2_message(h);
	build2_close_response(b);
	rig2_feed(r, SMB_TO_CLIENT, b);
}

static void
rig2_set(Rig *r, uint64_t fid, uint8_t type, uint8_t class, const void *bytes, uint16_t n,
	 uint32_t status)
{
	Build2Header h = rig2_header(r, SMB2_SET_INFO);
	GByteArray *a = build2_message(h), *b;

	build2_set_info_request(a, fid, type, class, bytes, n);
	rig2_feed(r, SMB_TO_SERVER, a);
	h.response = true;
	h.status = status;
	b = build2_message(h);
	if (status)
		build2_error_response(b);
	else
		build2_set_info_response(b);
	rig2_feed(r, SMB_TO_CLIENT, b);
}

START_TEST(test_smb2_dispositions_delete_when_closed)
{
	static const struct {
		uint8_t type, class;
		const char *bytes;
		uint16_t n;
		uint32_t status;
		bool pending;
	} cases[] = {
		{ INFO_FILE, CLASS_DISPOSITION, "\1", 1, 0, true },
		{ INFO_FILE, CLASS_DISPOSITION, "\0", 1, 0, false },
		{ INFO_FILE, CLASS_DISPOSITION, "\1", 0, 0, false },
		{ INFO_FILE, CLASS_DISPOSITION, "\1", 1, 0xC0000121, false },
		{ INFO_FILESYSTEM, CLASS_DISPOSITION, "\1", 1, 0, false },
		{ INFO_FILE, CLASS_DISPOSITION_EX, "\1\0\0", 4, 0, true },
		{ INFO_FILE, CLASS_DISPOSITION_EX, "\x13\0\0", 4, 0, true },
		{ INFO_FILE, CLASS_DISPOSITION_EX, "\2\0\0", 4, 0, false },
		{ INFO_FILE, CLASS_DISPOSITION_EX, "\1\0\0", 3, 0, false },
		{ INFO_FILE, CLASS_DISPOSITION + 1, "\1\0\0\0\0\0\0", 8, 0, false },
	};

	for (uint32_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		Rig r = { 0 };

		rig_begin(&r);
		rig2_open(&r, "a", 7, 0);
		rig2_set(&r, 7, cases[i].type, cases[i].class, cases[i].bytes, cases[i].n,
			 cases[i].status);
		rig2_close(&r, 7);
		rig_end(&r);
		assert_fate(&r, 0, cases[i].pending, cases[i].pending);
	}
}
END_TEST

START_TEST(test_the_last_close_deletes)
{
	Rig r = { 0 };

	rig_begin(&r);
	rig2_open(&r, "a", 7, 0);
	rig2_open(&r, "a", 8, 0);
	rig2_open(&r, "b", 9, DELETE_ON_CLOSE);
	rig2_open(&r, "b", 10, 0);
	rig2_set(&r, 7, INFO_FILE, CLASS_DISPOSITION, "\1", 1, 0);
	rig2_close(&r, 7);
	rig2_close(&r, 9);
	rig2_close(&r, 8);
	rig_end(&r);
	assert_fate(&r, 0, false, true);
	assert_fate(&r, 1, true, true);
	assert_fate(&r, 2, false, false);
	assert_fate(&r, 3, false, true);
	ck_assert(!r.seen.fates[3].ended);
}
END_TEST

START_TEST(test_posix_semantics_do_not_wait_for_others)
{
	Rig r = { 0 };

	rig_begin(&r);
	rig2_open(&r, "a", 7, 0);
	rig2_open(&r, "a", 8, 0);
	rig2_set(&r, 7, INFO_FILE, CLASS_DISPOSITION_EX, "\3\0\0", 4, 0);
	rig2_close(&r, 7);
	rig2_close(&r, 8);
	rig_end(&r);
	assert_fate(&r, 0, true, true);
	assert_fate(&r, 1, false, false);
}
END_TEST

START_TEST(test_any_handle_takes_a_deletion_back)
{
	Rig r = { 0 };

	rig_begin(&r);
	rig2_open(&r, "a", 7, 0);
	rig2_open(&r, "a", 8, 0);
	rig2_open(&r, "b", 9, DELETE_ON_CLOSE);
	rig2_set(&r, 7, INFO_FILE, CLASS_DISPOSITION, "\1", 1, 0);
	rig2_set(&r, 8, INFO_FILE, CLASS_DISPOSITION, "\0", 1, 0);
	/* What the open asked for is not pending yet, and stays. */
	rig2_set(&r, 9, INFO_FILE, CLASS_DISPOSITION, "\0", 1, 0);
	rig2_close(&r, 7);
	rig2_close(&r, 8);
	rig2_close(&r, 9);
	rig_end(&r);
	assert_fate(&r, 0, false, false);
	assert_fate(&r, 1, false, false);
	assert_fate(&r, 2, true, false);
}
END_TEST

START_TEST(test_smb2_renames_of_both_classes)
{
	static const uint8_t name[] = { 1, 0, 0, 0, 0, 0, 0, 0, 0,   0, 0,   0,
					0, 0, 0, 0, 4, 0, 0, 0, 'n', 0, '1', 0 };
	static const uint8_t classes[] = { 10, 65, 11, 72 };

	for (uint32_t i = 0; i < G_N_ELEMENTS(classes); i++) {
		Rig r = { 0 };

		rig_begin(&r);
		rig2_open(&r, "a", 7, 0);
		rig2_set(&r, 7, INFO_FILE, classes[i], name, sizeof(name), 0);
		rig2_set(&r, 7, INFO_FILESYSTEM, classes[i], name, sizeof(name), 0);
		rig_end(&r);
		ck_assert_uint_eq(r.seen.renames, i < 2); /* the others make links */
		ck_assert_str_eq(r.seen.last_name, i < 2 ? "n1" : "");
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("files");
	TCase *tc = tcase_create("all");
	SRunner *runner;
	int failed;

	tcase_add_test(tc, test_reads_that_touch_are_one_range);
	tcase_add_test(tc, test_ranges_are_capped_and_say_so);
	tcase_add_test(tc, test_renames_chain);
	tcase_add_test(tc, test_smb1_dispositions_delete_when_closed);
	tcase_add_test(tc, test_smb1_paths_are_deleted);
	tcase_add_test(tc, test_smb1_handles_and_paths_are_renamed);
	tcase_add_test(tc, test_nt_rename_renames_at_one_level);
	tcase_add_test(tc, test_smb2_dispositions_delete_when_closed);
	tcase_add_test(tc, test_the_last_close_deletes);
	tcase_add_test(tc, test_posix_semantics_do_not_wait_for_others);
	tcase_add_test(tc, test_any_handle_takes_a_deletion_back);
	tcase_add_test(tc, test_smb2_renames_of_both_classes);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
