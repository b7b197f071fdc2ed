/* SPDX-License-Identifier: BSD-3-Clause */
/* What opens, reads, writes and renames come to, through a connection. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "dissect/dissect.h"
#include "tests/smb-builder.h"

enum { COM_READ = 0x0A, COM_RENAME = 0x07, COM_DELETE = 0x06 };

typedef struct {
	uint32_t n_files, n_ranges, renames;
	SmbFileRange ranges[SMB_RANGES_MAX];
	bool more, by_path, deleted;
	char last_name[32];
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
	smb_connection_end(r->c, SMB_END_FIN, false, &(SmbStamp){ 99, 99 });
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

/* [MS-CIFS] 2.2.4.8 and 2.2.4.7 */
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
		 build_simple(h, &attributes, 1, names->data, (uint16_t)names->len));
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
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
