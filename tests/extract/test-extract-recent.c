/* SPDX-License-Identifier: BSD-3-Clause */
/* A file that is renamed: its new name may lie where the one before was. */
#include "cli/extract/files.h"

#include <check.h>
#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "dissect/wire/codes.h"

static GPtrArray *told; /* names of files */
static uint64_t frames;

static void
tell(void *user, const CliFileInfo *info)
{
	(void)user;
	g_ptr_array_add(told, g_strdup(info->path));
}

static void
read_from(CliFiles *files, SmbFile *file, SmbTree *tree, const char *text)
{
	SmbConnectionInfo info = { .number = 1, .ends = { .family = 4 } };
	SmbExchange x = { .step = SMB_STEP_READ,
			  .version = 2,
			  .command = SMB2_READ,
			  .request = { .frame = ++frames },
			  .response = { .frame = ++frames },
			  .has_status = true,
			  .tree = tree,
			  .file = file };

	x.io = (SmbIoFacts){ .asked = 4,
			     .count = 4,
			     .data = { (const uint8_t *)text, (uint32_t)strlen(text) } };
	cli_files_exchange(files, &info, &x, NULL);
}

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
	suite_add_tcase(suite, tc);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
