/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * From exchanges to files in a folder: whatever the wire calls them (CAPEC-126 and what belongs to
 * it), and whatever is in the folder, nothing outside of it is made, changed or read.
 *
 *     above/secret     must stay as it is
 *     above/outside/   must stay empty
 *     above/to/        the folder
 */
#include "cli/extract/files.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dissect/wire/codes.h"

static const char secret_text[] = "nobody may change or see this";

static char *above, *folder, *secret, *outside;
static CliPlace place;
static CliFiles *files;
static SmbConnectionInfo info;
static uint64_t frames;
static GPtrArray *told; /* names in the folder */
static uint64_t told_size, told_missing;
static bool told_whole;

static size_t
tell(void *user, const CliFileInfo *said)
{
	CliRange one;

	(void)user;
	told_size = said->end->size;
	told_whole = said->end->whole;
	told_missing = 0;
	for (uint64_t at = 0; cli_ranges_missing(said->known, at, told_size, &one); at = one.high)
		told_missing += one.high - one.low;
	if (said->end->stored)
		g_ptr_array_add(told, g_strdup(said->end->stored));
	return 0;
}

static void
setup(void)
{
	above = g_dir_make_tmp("smbtrail-files-XXXXXX", NULL);
	folder = g_build_filename(above, "to", NULL);
	secret = g_build_filename(above, "secret", NULL);
	outside = g_build_filename(above, "outside", NULL);
	ck_assert(g_file_set_contents(secret, secret_text, -1, NULL));
	ck_assert_int_eq(g_mkdir(outside, 0700), 0);
	place = (CliPlace){ .store = cli_store_new(folder, NULL),
			    .max_file = UINT64_MAX,
			    .max_total = UINT64_MAX,
			    .max_files = UINT64_MAX };
	ck_assert_ptr_nonnull(place.store);
	told = g_ptr_array_new_with_free_func(g_free);
	files = cli_files_new(&place, false, SIZE_MAX, tell, NULL);
	info = (SmbConnectionInfo){ .number = 1,
				    .ends = { .family = 4, .server = { 10, 0, 0, 1 } } };
}

static void
remove_all(const char *path)
{
	GDir *dir = g_dir_open(path, 0, NULL);
	const char *name;

	while (dir && (name = g_dir_read_name(dir))) {
		g_autofree char *one = g_build_filename(path, name, NULL);

		unlink(one);
	}
	if (dir)
		g_dir_close(dir);
	rmdir(path);
}

static unsigned
entries(const char *path)
{
	GDir *dir = g_dir_open(path, 0, NULL);
	unsigned n = 0;

	while (g_dir_read_name(dir))
		n++;
	g_dir_close(dir);
	return n;
}

/* What every test has to leave as it was. */
static void
teardown(void)
{
	g_autofree char *bytes = NULL;
	struct stat st;

	cli_files_free(files);
	ck_assert_uint_eq(place.memory, 0);
	ck_assert_uint_eq(cli_store_memory(place.store), 0);
	cli_store_free(place.store);
	ck_assert(g_file_get_contents(secret, &bytes, NULL, NULL));
	ck_assert_str_eq(bytes, secret_text);
	ck_assert(lstat(secret, &st) == 0 && st.st_nlink <= 2);
	ck_assert_uint_eq(entries(outside), 0);
	ck_assert_uint_eq(entries(above), 3);
	remove_all(folder);
	remove_all(outside);
	remove_all(above);
	g_ptr_array_free(told, TRUE);
	g_free(folder);
	g_free(secret);
	g_free(outside);
	g_free(above);
}

/* ---- what the wire shows ---- */

static SmbString *
string_of(const char *bytes, size_t n, const SmbEncoding *encoding)
{
	SmbText text = { { (const uint8_t *)bytes, (uint32_t)n }, encoding };

	return smb_string_new(text, UINT32_MAX);
}

static SmbString *
utf8(const char *text)
{
	return string_of(text, strlen(text), SMB_TEXT_UTF8);
}

typedef struct {
	SmbTree tree;
	SmbFile file;
} Open;

/* Takes over both strings. */
static void
opened(Open *o, SmbString *share, SmbString *name)
{
	*o = (Open){ .tree = { .path = share, .type = SMB_SHARE_DISK },
		     .file = { .name = name, .fid = ++frames, .opened = { .frame = frames } } };
}

static void
closed(Open *o)
{
	smb_string_unref(o->tree.path);
	smb_string_unref(o->file.name);
}

static void
shown(Open *o, SmbStep step, uint64_t at, const char *text)
{
	SmbExchange x = { .step = step,
			  .version = 2,
			  .command = step == SMB_STEP_WRITE ? SMB2_WRITE : SMB2_READ,
			  .request = { .frame = ++frames },
			  .response = { .frame = ++frames },
			  .has_status = true,
			  .tree = &o->tree,
			  .file = &o->file };

	x.io = (SmbIoFacts){ .offset = at,
			     .asked = (uint32_t)strlen(text),
			     .count = (uint32_t)strlen(text),
			     .data = { (const uint8_t *)text, (uint32_t)strlen(text) } };
	cli_files_exchange(files, &info, &x, NULL);
}

/* A file of the share "data" that was written from its beginning on. */
static void
wrote(const char *name, const char *text)
{
	Open o;

	opened(&o, utf8("\\\\S\\data"), utf8(name));
	shown(&o, SMB_STEP_WRITE, 0, text);
	closed(&o);
}

static void
finished(void)
{
	cli_files_finish(files);
}

/* What was stored is plain files of their owner alone, each by itself, below the folder. */
static void
check_stored(void)
{
	for (guint i = 0; i < told->len; i++) {
		const char *name = g_ptr_array_index(told, i);
		g_autofree char *path = g_build_filename(folder, name, NULL);
		struct stat st;

		ck_assert_msg(!strchr(name, '/') && !strstr(name, ".."), "%s", name);
		ck_assert_msg(lstat(path, &st) == 0, "%s", name);
		ck_assert_msg(S_ISREG(st.st_mode) && st.st_nlink == 1, "%s", name);
		ck_assert_msg((st.st_mode & 07777) == 0600, "%s", name);
		for (guint j = 0; j < i; j++)
			ck_assert_str_ne(name, g_ptr_array_index(told, j));
	}
}

static char *
contents(const char *name)
{
	g_autofree char *path = g_build_filename(folder, name, NULL);
	char *bytes = NULL;

	ck_assert_msg(g_file_get_contents(path, &bytes, NULL, NULL), "%s", name);
	return bytes;
}

/* How many stored files have just these bytes. */
static unsigned
with_contents(const char *text)
{
	unsigned n = 0;

	for (guint i = 0; i < told->len; i++) {
		g_autofree char *bytes = contents(g_ptr_array_index(told, i));

		n += strcmp(bytes, text) == 0;
	}
	return n;
}

/* ---- names ---- */

static const char *const hostile[] = {
	/* CAPEC-126, 139: relative paths */
	"..\\..\\outside\\a",
	"../../outside/b",
	"..\\../outside\\c",
	"x\\..\\..\\..\\outside\\d",
	"....//....//outside/e",
	"..\\\\..\\\\outside\\f",
	".\\.\\..\\outside\\g",
	"a/../../secret",
	"..",
	".",
	"...",
	"..\\",
	"\\..\\..",
	"../secret",
	"..\\secret",
	/* CAPEC-597: absolute ones */
	"/tmp/h",
	"\\\\?\\C:\\i",
	"\\\\.\\PhysicalDrive0",
	"C:\\j",
	"C:k",
	"\\\\host\\share\\l",
	"//host/m",
	"file:///etc/passwd",
	/* CAPEC-64, 76, 78, 79, 80: slashes and dots in other letters */
	"..%2f..%2foutside%2fn",
	"..%5c..%5coutside%5co",
	"%2e%2e/outside/p",
	"..%252f..%252fq",
	"..%c0%af..%c0%afr",
	"..%u2215s",
	"\\/\\/..\\/outside\\/t",
	"..\xc0\xaf..\xc0\xafoutside\xc0\xafu",
	"\xc0\xae\xc0\xae/outside/v",
	"\xef\xbc\x8e\xef\xbc\x8e\xef\xbc\x8foutside\xef\xbc\x8fw",
	"..\xe2\x88\x95outside\xe2\x88\x95x",
	"\xe2\x80\xa5/outside/y",
	"..\xe2\x81\x84outside",
	/* CAPEC-3, 52: characters before and behind, dots and spaces at the end */
	"\x01../outside/z",
	"... /.. /outside/A",
	".. /.. /outside/B",
	"..\t/outside/C",
	"D.txt. . .",
	"E.txt:stream",
	"F::$DATA",
	"\n../outside/G",
	/* hidden files, options, other languages */
	".bashrc",
	"-rf",
	"--help",
	"~/.ssh/authorized_keys",
	"$HOME/H",
	"`id`",
	"$(id)",
	"|id",
	"a;rm -rf .",
	"*",
	"?",
	"a\x1b]0;title\x07",
	"gpj.\xe2\x80\xae"
	"exe",
	"<script>",
	/* devices, and names that mean something here */
	"NUL",
	"con.txt",
	"COM1",
	"com\xc2\xb9.log",
	"LPT\xc2\xb3",
	"AUX . txt",
	"manifest.ndjson",
	"I.partial",
	"J.txt.partial",
	"K.PARTIAL",
};

START_TEST(no_name_leads_out_of_the_folder)
{
	for (size_t i = 0; i < G_N_ELEMENTS(hostile); i++) {
		g_autofree char *text = g_strdup_printf("bytes of %zu", i);

		wrote(hostile[i], text);
	}
	finished();
	ck_assert_uint_eq(told->len, G_N_ELEMENTS(hostile));
	check_stored();
	for (size_t i = 0; i < G_N_ELEMENTS(hostile); i++) {
		g_autofree char *text = g_strdup_printf("bytes of %zu", i);

		ck_assert_msg(with_contents(text) == 1, "%s", hostile[i]);
	}
	ck_assert_int_eq(place.error, 0);
	ck_assert_uint_eq(entries(folder), G_N_ELEMENTS(hostile));
}
END_TEST

/* The same in other encodings, and in the share: a tree connect's path is the client's as well. */
START_TEST(no_share_leads_out_of_the_folder)
{
	static const char wide[] = ".\0.\0\\\0.\0.\0/\0.\0.\0/\0a\0\0\xd8/\0";
	static const char oem[] = "..\x5c..\x2f\xff\x80\x01\x5c.";
	static const char *const shares[] = { "\\\\..\\..", ".", "\\\\S\\../../outside", "/",
					      "\\\\S\\\x01\n" };
	Open o;

	opened(&o, string_of(wide, sizeof(wide) - 1, SMB_TEXT_UTF16LE),
	       string_of(wide, sizeof(wide) - 1, SMB_TEXT_UTF16LE));
	shown(&o, SMB_STEP_WRITE, 0, "wide");
	closed(&o);
	opened(&o, string_of(oem, sizeof(oem) - 1, SMB_TEXT_OEM),
	       string_of(oem, sizeof(oem) - 1, SMB_TEXT_OEM));
	shown(&o, SMB_STEP_WRITE, 0, "oem");
	closed(&o);
	for (size_t i = 0; i < G_N_ELEMENTS(shares); i++) {
		opened(&o, utf8(shares[i]), utf8("..\\..\\secret"));
		shown(&o, SMB_STEP_WRITE, 0, "utf-8");
		closed(&o);
	}
	finished();
	ck_assert_uint_eq(told->len, 2 + G_N_ELEMENTS(shares));
	check_stored();
}
END_TEST

START_TEST(no_two_files_are_one)
{
	static const char zero[] = "x\0y";
	Open o;

	opened(&o, utf8("\\\\S\\a"), utf8("b\nc"));
	shown(&o, SMB_STEP_WRITE, 0, "first");
	closed(&o);
	opened(&o, utf8("\\\\S\\a\nb"), utf8("c"));
	shown(&o, SMB_STEP_WRITE, 0, "other");
	closed(&o);
	opened(&o, utf8("\\\\S\\data"), string_of(zero, 3, SMB_TEXT_UTF8));
	shown(&o, SMB_STEP_WRITE, 0, "third");
	closed(&o);
	wrote("x", "fourth");
	wrote("a:b", "fifth");
	wrote("a;b", "sixth");
	wrote("A;B", "SIXTH"); /* servers do not look at case: the last write wins */
	finished();
	ck_assert_uint_eq(told->len, 6);
	check_stored();
	ck_assert_uint_eq(with_contents("first"), 1);
	ck_assert_uint_eq(with_contents("other"), 1);
	ck_assert_uint_eq(with_contents("third"), 1);
	ck_assert_uint_eq(with_contents("fourth"), 1);
	ck_assert_uint_eq(with_contents("fifth"), 1);
	ck_assert_uint_eq(with_contents("SIXTH"), 1);
}
END_TEST

/* Whoever takes the numbered names first does not keep another file from being stored. */
START_TEST(collisions_have_no_end)
{
	enum { TAKEN = 300 };

	for (unsigned i = 1; i <= TAKEN; i++) {
		g_autofree char *path =
			g_strdup_printf("%s/10.0.0.1_data_a_b~%u.partial", folder, i);

		ck_assert(g_file_set_contents(path, "mine", 4, NULL));
	}
	wrote("a:b", "one");
	wrote("a;b", "two");
	wrote("a?b", "three");
	finished();
	ck_assert_uint_eq(told->len, 3);
	check_stored();
	ck_assert_uint_eq(with_contents("one") + with_contents("two") + with_contents("three"), 3);
	ck_assert_uint_eq(entries(folder), TAKEN + 3);
}
END_TEST

START_TEST(only_what_is_not_whole_is_called_partial)
{
	Open o;

	opened(&o, utf8("\\\\S\\data"), utf8("whole.txt.PARTIAL"));
	o.file.has_size = true;
	o.file.size = 3;
	shown(&o, SMB_STEP_READ, 0, "abc");
	closed(&o);
	finished();
	ck_assert(told_whole);
	ck_assert_str_eq(g_ptr_array_index(told, 0), "10.0.0.1_data_whole.txt_PARTIAL");
}
END_TEST

/* ---- links ---- */

static char *
in_folder(const char *name)
{
	return g_build_filename(folder, name, NULL);
}

START_TEST(no_link_in_the_folder_is_followed)
{
	g_autofree char *first = in_folder("10.0.0.1_data_a.txt.partial");
	g_autofree char *second = in_folder("10.0.0.1_data_b.txt");
	g_autofree char *third = in_folder("10.0.0.1_data_c.txt.partial");
	g_autofree char *fourth = in_folder("10.0.0.1_data_d");
	g_autofree char *nowhere = g_build_filename(outside, "made", NULL);

	ck_assert(symlink(secret, first) == 0);
	ck_assert(symlink("../outside/made", second) == 0);
	ck_assert(link(secret, third) == 0);
	ck_assert(symlink(outside, fourth) == 0);
	wrote("a.txt", "a");
	wrote("b.txt", "b");
	wrote("c.txt", "c");
	wrote("d\\made", "d");
	finished();
	ck_assert_uint_eq(told->len, 4);
	check_stored();
	ck_assert_int_ne(access(nowhere, F_OK), 0);
	ck_assert_uint_eq(entries(folder), 8);
}
END_TEST

/* What was put in a file's place while few descriptors were open is not taken for it. */
static void
replaced_by(int (*put)(const char *from, const char *to))
{
	g_autofree char *path = in_folder("10.0.0.1_data_a.txt.partial");
	Open o;

	opened(&o, utf8("\\\\S\\data"), utf8("a.txt"));
	shown(&o, SMB_STEP_WRITE, 0, "begin");
	for (unsigned i = 0; i < 100; i++) {
		g_autofree char *name = g_strdup_printf("other-%u", i);

		wrote(name, name);
	}
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(put(secret, path), 0);
	shown(&o, SMB_STEP_WRITE, 5, "nobody");
	shown(&o, SMB_STEP_READ, 0, "nobody");
	closed(&o);
	finished();
	ck_assert(place.error == ELOOP || place.error == ESTALE);
	ck_assert_uint_gt(place.left_out, 0);
}

START_TEST(what_was_replaced_is_not_written)
{
	replaced_by(symlink);
}
END_TEST

START_TEST(what_was_linked_is_not_written)
{
	replaced_by(link);
}
END_TEST

START_TEST(the_folder_itself_is_no_link)
{
	static const char *const ends[] = { "", "/", "//" };
	g_autofree char *way = g_build_filename(above, "way", NULL);

	ck_assert(symlink(outside, way) == 0);
	for (size_t i = 0; i < G_N_ELEMENTS(ends); i++) {
		g_autofree char *path = g_strconcat(way, ends[i], NULL);
		GError *error = NULL;

		ck_assert_msg(!cli_store_new(path, &error), "%s", path);
		ck_assert_ptr_nonnull(error);
		g_error_free(error);
	}
	ck_assert_int_eq(unlink(way), 0);
}
END_TEST

/* ---- caps and holes ---- */

START_TEST(caps_hold_for_one_and_for_all)
{
	place.max_file = 4;
	place.max_total = 10;
	wrote("a", "aaaaaa");
	wrote("b", "bbbbbb");
	wrote("c", "cccccc");
	finished();
	ck_assert_uint_eq(place.stored, 8);
	ck_assert_uint_eq(place.left_out, 2 + 2 + 6);
	ck_assert_uint_eq(told->len, 2);
	check_stored();
	ck_assert(!told_whole);
	ck_assert_uint_eq(with_contents("aaaa") + with_contents("bbbb"), 2);
}
END_TEST

START_TEST(holes_take_no_room)
{
	static const uint64_t far = (uint64_t)1 << 30;
	g_autofree char *path = NULL;
	struct stat st;
	Open o;

	opened(&o, utf8("\\\\S\\data"), utf8("a"));
	shown(&o, SMB_STEP_WRITE, far, "end");
	shown(&o, SMB_STEP_WRITE, 0, "begin");
	/* Where no file has a byte: left out, and not the disk's fault. */
	shown(&o, SMB_STEP_WRITE, UINT64_MAX - 1, "x");
	shown(&o, SMB_STEP_WRITE, INT64_MAX, "x");
	closed(&o);
	finished();
	ck_assert_str_eq(g_ptr_array_index(told, 0), "10.0.0.1_data_a.partial");
	ck_assert(!told_whole);
	ck_assert_uint_eq(told_size, far + 3);
	ck_assert_uint_eq(told_missing, far - 5);
	ck_assert_uint_eq(place.left_out, 2);
	ck_assert_int_eq(place.error, 0);
	path = in_folder("10.0.0.1_data_a.partial");
	ck_assert(stat(path, &st) == 0);
	ck_assert_uint_eq((uint64_t)st.st_size, far + 3);
	ck_assert_int_lt(st.st_blocks, 1024);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("extract-files");
	TCase *tc = tcase_create("extract-files");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, no_name_leads_out_of_the_folder);
	tcase_add_test(tc, no_share_leads_out_of_the_folder);
	tcase_add_test(tc, no_two_files_are_one);
	tcase_add_test(tc, collisions_have_no_end);
	tcase_add_test(tc, only_what_is_not_whole_is_called_partial);
	tcase_add_test(tc, no_link_in_the_folder_is_followed);
	tcase_add_test(tc, what_was_replaced_is_not_written);
	tcase_add_test(tc, what_was_linked_is_not_written);
	tcase_add_test(tc, the_folder_itself_is_no_link);
	tcase_add_test(tc, caps_hold_for_one_and_for_all);
	tcase_add_test(tc, holes_take_no_room);
	suite_add_tcase(suite, tc);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
