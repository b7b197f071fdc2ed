/* SPDX-License-Identifier: BSD-3-Clause */
/* A file that is renamed: its new name may lie where the one before was. */
#include "cli/extract/files.h"

#include <check.h>
#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "dissect/wire/codes.h"

static GPtrArray *told;         /* names of files */
static uint64_t frames, limits; /* `limits`: of all that was told */

static size_t
tell(void *user, const CliFileInfo *info)
{
	(void)user;
	g_ptr_array_add(told, g_strdup(info->path));
	limits += info->text_limit;
	return info->text_limit;
}

static SmbExchange
exchange(SmbStep step, SmbFile *file, SmbTree *tree)
{
	return (SmbExchange){ .step = step,
			      .version = 2,
			      .command = step == SMB_STEP_OPEN ? SMB2_CREATE : SMB2_READ,
			      .request = { .frame = ++frames },
			      .response = { .frame = ++frames },
			      .has_status = true,
			      .tree = tree,
			      .file = file };
}

static void
read_from(CliFiles *files, SmbFile *file, SmbTree *tree, const char *text)
{
	SmbConnectionInfo info = { .number = 1, .ends = { .family = 4 } };
	SmbExchange x = exchange(SMB_STEP_READ, file, tree);

	x.io = (SmbIoFacts){ .asked = 4,
			     .count = 4,
			     .data = { (const uint8_t *)text, (uint32_t)strlen(text) } };
	cli_files_exchange(files, &info, &x, NULL);
}

/* Each version is told with the names of its file, which cost nothing on the wire. */
START_TEST(what_versions_may_tell_is_a_multiple_of_their_exchanges)
{
	enum { VERSIONS = 1000, LEAST = 8 * 1024, OF_EXCHANGE = 256 };
	CliPlace place = { .max_file = UINT64_MAX,
			   .max_total = UINT64_MAX,
			   .max_files = UINT64_MAX };
	SmbConnectionInfo info = { .number = 1, .ends = { .family = 4 } };
	SmbString *name = smb_string_new(smb_text_from_utf8("a.txt"), UINT32_MAX);
	SmbTree tree = { .type = SMB_SHARE_DISK };
	SmbFile file = { .name = name, .fid = 1, .opened = { .frame = 1 } };
	CliFiles *files;

	told = g_ptr_array_new_with_free_func(g_free);
	limits = 0;
	files = cli_files_new(&place, false, SIZE_MAX, tell, NULL);
	for (unsigned i = 0; i < VERSIONS; i++) {
		SmbExchange x = exchange(SMB_STEP_OPEN, &file, &tree);

		x.open.action = SMB_OPENED_CREATED;
		cli_files_exchange(files, &info, &x, NULL);
		read_from(files, &file, &tree, "aaaa");
	}
	cli_files_free(files);
	ck_assert_uint_eq(told->len, VERSIONS);
	ck_assert_uint_ge(limits, LEAST);
	ck_assert_uint_le(limits, LEAST + 2 * VERSIONS * OF_EXCHANGE);
	g_ptr_array_free(told, TRUE);
	smb_string_unref(name);
}
END_TEST

/* Of another file, or share, though the text stands at the same address. */
START_TEST(a_name_is_its_text)
{
	CliPlace place = { .max_file = UINT64_MAX,
			   .max_total = UINT64_MAX,
			   .max_files = UINT64_MAX };
	SmbString *name = smb_string_new(smb_text_from_utf8("a.txt"), UINT32_MAX);
	SmbString *share = smb_string_new(smb_text_from_utf8("\\\\S\\a"), UINT32_MAX);
	SmbTree tree = { .path = share, .type = SMB_SHARE_DISK };
	SmbFile file = { .name = name, .fid = 1, .opened = { .frame = 1 } };
	CliFiles *files;

	told = g_ptr_array_new_with_free_func(g_free);
	files = cli_files_new(&place, false, SIZE_MAX, tell, NULL);
	read_from(files, &file, &tree, "aaaa");
	memcpy(name->bytes, "b.txt", 5);
	read_from(files, &file, &tree, "bbbb");
	share->bytes[4] = 'b';
	read_from(files, &file, &tree, "cccc");
	cli_files_finish(files);
	ck_assert_uint_eq(cli_files_memory(files), 0);
	ck_assert_uint_eq(told->len, 3);
	ck_assert_str_eq(told->pdata[0], "a.txt");
	ck_assert_str_eq(told->pdata[1], "b.txt");
	ck_assert_str_eq(told->pdata[2], "b.txt");
	cli_files_free(files);
	g_ptr_array_unref(told);
	smb_string_unref(name);
	smb_string_unref(share);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("extract-recent");
	TCase *tc = tcase_create("extract-recent");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tc, a_name_is_its_text);
	tcase_add_test(tc, what_versions_may_tell_is_a_multiple_of_their_exchanges);
	suite_add_tcase(suite, tc);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
