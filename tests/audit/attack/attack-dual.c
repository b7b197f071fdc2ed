/* SPDX-License-Identifier: BSD-3-Clause */
/* What is found of what administrators do, too: execution, theft, ransomware. */
#include "audit/attack/internal.h"
#include "tests/audit/attack/attack-case.h"

/* ---- remote execution ---- */

static void
service(Play *p, const char *name, const char *program, uint32_t created, uint32_t started)
{
	play_call(p, "svcctl", 15, NULL, NULL, 0);
	play_call(p, "svcctl", 12, name, program, created);
	play_call(p, "svcctl", 19, NULL, NULL, started);
}

START_TEST(psexec_writes_a_file_and_starts_it)
{
	static const struct {
		const char *share, *file;
		uint64_t bytes;
		uint32_t created, started;
		bool found;
	} table[] = {
		{ "\\\\server\\ADMIN$", "PSEXESVC.exe", 100, 0, 0, true },
		{ "\\\\server\\C$", "Windows\\psexesvc.exe", 100, 0, 0, true },
		{ "\\\\server\\data", "PSEXESVC.exe", 100, 0, 0, false },
		{ "\\\\server\\ADMIN$", "agent.exe", 100, 0, 0, false },    /* not that one */
		{ "\\\\server\\ADMIN$", "PSEXESVC.exe", 0, 0, 0, false },   /* only read */
		{ "\\\\server\\ADMIN$", "PSEXESVC.exe", 100, 5, 0, false }, /* access denied */
		{ "\\\\server\\ADMIN$", "PSEXESVC.exe", 100, 0, 2, false }, /* not found there */
	};

	for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
		Audit *audit = audit_new(NULL);
		Play *p = play_begin(audit, 1, 2);

		/* On two connections, as Windows may. */
		play_log_on(p, "Windows");
		play_write_file(p, table[i].share, table[i].file, table[i].bytes);
		play_end(p);
		p = play_begin(audit, 1, 2);
		play_log_on(p, "Windows");
		p->at_ns += 30 * second;
		service(p, "PSEXESVC", "%SystemRoot%\\PSEXESVC.exe", table[i].created,
			table[i].started);
		play_end(p);
		ck_assert_int_eq(play_has_rule(audit, AUDIT_REMOTE_EXECUTION), table[i].found);
		ck_assert_uint_eq(play_customers(audit), 1); /* administrators do it too */
		audit_free(audit);
	}
}
END_TEST

/*
 * Whoever opens many files after it, names it only when it is there, or has the server copy it, does
 * not hide it.
 */
START_TEST(a_file_that_makes_room_for_others_was_written_too)
{
	enum { WRITTEN, RENAMED, COPIED, WAYS };

	for (int way = WRITTEN; way < WAYS; way++) {
		SmbFileStory story = { .n_renamed = way == RENAMED,
				       .renames = way == RENAMED,
				       .copied = way == COPIED };
		Audit *audit = audit_new(NULL);
		Play *p = play_begin(audit, 1, 2);

		play_log_on(p, "Windows");
		play_write_file(p, "\\\\server\\ADMIN$", "PSEXESVC.exe", way == WRITTEN);
		((SmbFile *)(gpointer)p->files[0])->story = &story;
		story.renamed[0] = p->files[0]->name;
		play_forget_file(p);
		service(p, "PSEXESVC", "%SystemRoot%\\PSEXESVC.exe", 0, 0);
		play_end(p);
		ck_assert(play_has_rule(audit, AUDIT_REMOTE_EXECUTION));
		audit_free(audit);
	}
}
END_TEST

static uint64_t
marks_left_out(const Audit *audit)
{
	AuditReport *report = audit_report_new(audit, NULL);
	AuditPair scratch = { 0 };
	uint64_t n = 0;

	for (guint i = 0; i < report->pairs->len; i++) {
		const AuditKept *kept = g_array_index(report->pairs, const AuditKept *, i);

		n += audit_kept_read(kept, &scratch)->tallies[AUDIT_MARKS].left_out;
	}
	audit_pair_clear(&scratch);
	audit_report_free(report);
	return n;
}

/*
 * Others that are set up after it, or fail, hide none. Of more than are remembered it is told that
 * they were set up, and that one that is not known was started.
 */
START_TEST(a_service_is_not_hidden_behind_others)
{
	static const struct {
		uint32_t others, created, started;
		bool found;
		const char *said;
	} table[] = {
		{ 0, 0, 0, true, "psexesvc.exe started as service PSEXESVC" },
		{ 1, 0, 0, true,
		  "psexesvc.exe started as service PSEXESVC or another one set up with it" },
		{ 1, 1073, 0, true, "psexesvc.exe started as service PSEXESVC" },
		{ 15, 0, 0, true, "psexesvc.exe started as service PSEXESVC or another one" },
		{ 40, 0, 0, true, "psexesvc.exe set up as service PSEXESVC" },
		{ 40, 0, 0, true, "the service (unknown) started" },
		{ 1, 0, 5, false, "" }, /* none was started */
	};

	for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
		Audit *audit = audit_new(NULL);
		Play *p = play_begin(audit, 1, 2);
		g_autofree char *said = NULL;

		play_log_on(p, "Windows");
		play_write_file(p, "\\\\server\\ADMIN$", "PSEXESVC.exe", 100);
		play_call(p, "svcctl", 12, "PSEXESVC", "%SystemRoot%\\PSEXESVC.exe", 0);
		for (uint32_t n = 0; n < table[i].others; n++)
			play_call(p, "svcctl", 12, "Other", "C:\\other.exe", table[i].created);
		play_call(p, "svcctl", 19, NULL, NULL, table[i].started);
		play_end(p);
		ck_assert_int_eq(play_has_rule(audit, AUDIT_REMOTE_EXECUTION), table[i].found);
		said = play_details(audit, AUDIT_REMOTE_EXECUTION);
		ck_assert_msg(strstr(said, table[i].said), "%s", said);
		ck_assert_uint_eq(marks_left_out(audit), 0);
		audit_free(audit);
	}
}
END_TEST

START_TEST(a_file_and_a_service_that_are_days_apart_have_nothing_in_common)
{
	Audit *audit = audit_new(NULL);
	Play *p = play_begin(audit, 1, 2);

	play_write_file(p, "\\\\server\\ADMIN$", "agent.exe", 1);
	play_log_on(p, "Windows");
	p->at_ns += 2 * DAY * second;
	service(p, "agent", "C:\\Windows\\agent.exe", 0, 0);
	play_end(p);
	NOT_FOUND(audit, AUDIT_REMOTE_EXECUTION);
	audit_free(audit);
}
END_TEST

START_TEST(smbexec_has_a_command_line_for_a_service)
{
	static const struct {
		const char *program;
		bool found;
	} table[] = {
		{ "%COMSPEC% /Q /c echo dir ^> \\\\127.0.0.1\\C$\\__output", true },
		{ "\"C:\\Windows\\System32\\cmd.exe\" /c whoami", true },
		{ "powershell.exe -enc AAAA", true },
		{ "C:\\Windows\\system32\\svchost.exe -k netsvcs", false },
		{ "\"C:\\Program Files\\Backup\\agent.exe\" /c", false },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
		Audit *audit = audit_new(NULL);
		Play *p = play_begin(audit, 1, 2);

		play_log_on(p, "Windows");
		service(p, "BTOBTO", table[i].program, 0, 1053); /* it never says that it runs */
		play_end(p);
		ck_assert_int_eq(play_has_rule(audit, AUDIT_REMOTE_EXECUTION), table[i].found);
		audit_free(audit);
	}
}
END_TEST

START_TEST(a_mere_start_is_none)
{
	Audit *audit = audit_new(NULL);
	Play *p = play_begin(audit, 1, 2);

	play_log_on(p, "Windows");
	play_write_file(p, "\\\\server\\C$", "tools\\inventory.exe", 100);
	play_call(p, "svcctl", 16, "RemoteRegistry", NULL, 0);
	play_call(p, "svcctl", 19, NULL, NULL, 0);
	play_end(p);
	NOT_FOUND(audit, AUDIT_REMOTE_EXECUTION);
	audit_free(audit);
}
END_TEST

START_TEST(jobs_and_tasks)
{
	static const struct {
		const char *interface;
		int32_t opnum;
		uint32_t result;
		bool found;
	} table[] = { { "atsvc", 0, 0, true },
		      { "atsvc", 2, 0, false }, /* lists them */
		      { "atsvc", 0, 5, false },
		      { "ITaskSchedulerService", 1, 0, true },
		      { "ITaskSchedulerService", 7, 0, false } };

	for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
		Audit *audit = audit_new(NULL);
		Play *p = play_begin(audit, 1, 2);
		g_autofree char *said = NULL;

		play_log_on(p, "Windows");
		play_call(p, table[i].interface, table[i].opnum, "\\Update", NULL, table[i].result);
		play_end(p);
		ck_assert_int_eq(play_has_rule(audit, AUDIT_REMOTE_EXECUTION), table[i].found);
		said = play_details(audit, AUDIT_REMOTE_EXECUTION);
		ck_assert_str_eq(said,
				 table[i].found ? "\\Update set up with Called; CORP\\bob" : "");
		audit_free(audit);
	}
}
END_TEST

/* ---- theft ---- */

START_TEST(hives_that_are_saved)
{
	static const struct {
		const char *key;
		int32_t then;
		bool found;
	} table[] = { { "SAM", 20, true },
		      { "SECURITY", 31, true },
		      { "SOFTWARE", 20, false },
		      { "SAM", 17, false }, /* only looked at */
		      { "SYSTEM\\Setup", 20, false } };

	for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
		Audit *audit = audit_new(NULL);
		Play *p = play_begin(audit, 1, 2);

		play_log_on(p, "Windows");
		play_call(p, "winreg", 15, table[i].key, NULL, 0);
		play_call(p, "winreg", 15, "SOFTWARE\\Vendor", NULL, 0);
		play_call(p, "winreg", table[i].then, "C:\\temp\\x", NULL, 0);
		play_end(p);
		ck_assert_int_eq(play_has_rule(audit, AUDIT_CREDENTIAL_THEFT), table[i].found);
		audit_free(audit);
	}
}
END_TEST

/* What is saved after it is something else. */
START_TEST(a_hive_is_saved_once)
{
	Audit *audit = audit_new(NULL);
	Play *p = play_begin(audit, 1, 2);
	AuditReport *report;
	uint64_t n = 0;

	play_log_on(p, "Windows");
	play_call(p, "winreg", 15, "SAM", NULL, 0);
	play_call(p, "winreg", 20, "C:\\temp\\x", NULL, 0);
	play_call(p, "winreg", 15, "SOFTWARE", NULL, 0);
	play_call(p, "winreg", 20, "C:\\temp\\y", NULL, 0);
	play_end(p);
	report = audit_report_new(audit, NULL);
	for (guint i = 0; i < report->findings->len; i++) {
		const AuditFinding *f = &g_array_index(report->findings, AuditFinding, i);

		n += f->rule == AUDIT_CREDENTIAL_THEFT ? f->count : 0;
	}
	ck_assert_uint_eq(n, 1);
	audit_report_free(report);
	audit_free(audit);
}
END_TEST

START_TEST(secrets_of_the_lsa)
{
	static const struct {
		const char *interface;
		int32_t opnum;
		bool found;
	} table[] = { { "lsarpc", 43, true },  { "lsarpc", 30, true },  { "lsarpc", 139, true },
		      { "lsarpc", 141, true }, { "lsarpc", 42, false }, /* stored */
		      { "lsarpc", 6, false },  { "samr", 43, false } };

	for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
		Audit *audit = audit_new(NULL);
		Play *p = play_begin(audit, 1, 2);

		play_log_on(p, "Windows");
		play_call(p, table[i].interface, table[i].opnum, "G$BCKUPKEY_P", NULL, 0);
		play_end(p);
		ck_assert_int_eq(play_has_rule(audit, AUDIT_CREDENTIAL_THEFT), table[i].found);
		ck_assert_uint_eq(play_customers(audit), 1);
		audit_free(audit);
	}
}
END_TEST

START_TEST(zeros_and_replication)
{
	for (int i = 0; i < 4; i++) {
		Audit *audit = audit_new(NULL);
		Play *p = play_begin(audit, 1, 2);
		SmbExchange x;

		if (i == 3) { /* a domain controller's own account */
			smb_string_unref(p->auth.account);
			p->auth.account = play_text("DC2$");
		}
		play_log_on(p, "Windows");
		x = play_transaction(p, SMB_COM_TRANSACTION, TRANS_TRANSACT_NMPIPE);
		p->rpc = (SmbRpcFacts){ .request = "REQUEST",
					.interface = i < 2 ? "netlogon" : "drsuapi",
					.opnum = i < 2 ? 26 : 3,
					.operation = "Called",
					.arguments = { .zero_credential = i == 0 } };
		x.rpc = &p->rpc;
		play_send(p, &x);
		play_end(p);
		ck_assert_int_eq(play_has_rule(audit, AUDIT_CREDENTIAL_THEFT), i == 0 || i == 2);
		audit_free(audit);
	}
}
END_TEST

/* ---- ransomware ---- */

/* So many files in so many directories, `apart` seconds after each other; %d is a number. */
static bool
renamed(const char *from, const char *to, unsigned files, unsigned directories, uint64_t apart)
{
	Audit *audit = audit_new(NULL);
	Play *p = play_begin(audit, 1, 2);
	bool found;

	play_log_on(p, "Windows");
	for (unsigned i = 0; i < files; i++) {
		SmbExchange x = play_whole(p, SMB_STEP_PATH);
		g_autofree char *number = g_strdup_printf("%u", i);
		g_auto(GStrv) a = g_strsplit(from, "#", 2), b = g_strsplit(to, "#", 2);
		g_autofree char *old =
			g_strdup_printf("d%u\\%s%s%s", i % directories, a[0], number, a[1]);
		g_autofree char *new =
			g_strdup_printf("d%u\\%s%s%s", i % directories, b[0], number, b[1]);

		p->at_ns += apart * second;
		x.request.time_ns = p->at_ns;
		x.other.name = smb_text_from_utf8(old);
		x.other.name_to = smb_text_from_utf8(new);
		play_send(p, &x);
	}
	play_end(p);
	found = play_has_rule(audit, AUDIT_RANSOMWARE_RENAMES);
	ck_assert_uint_eq(play_customers(audit), 1);
	audit_free(audit);
	return found;
}

START_TEST(many_files_get_one_new_extension)
{
	ck_assert(renamed("a#.docx", "a#.docx.locked", 20, 5, 0));
	ck_assert(renamed("a#.docx", "b#.wncry", 60, 8, 0));
	ck_assert(renamed("a#.docx", "a#.{01234567-89ab-cdef-0123-456789abcdef}", 60, 8, 0));
	ck_assert(renamed("a#.docx", "a#.docx.locked. .", 60, 8, 0));
	ck_assert(!renamed("a#.docx", "a#.docx.locked", 19, 5, 0));
	ck_assert(!renamed("a#.docx", "a#.docx.locked", 20, 4, 0));
	ck_assert(!renamed("a#.docx", "a#.docx.locked", 40, 8, 10)); /* somebody tidies up */
	ck_assert(!renamed("a#.docx", "b#.docx", 60, 8, 0));         /* the extension stays */
	ck_assert(!renamed("a#.vbk.tmp", "a#.vbk", 60, 8, 0));       /* a backup is complete */
	ck_assert(!renamed("~a#.tmp", "a#.xlsx", 60, 8, 0));         /* saved documents */
	ck_assert(!renamed("a#.dll", "a#.dll.bak", 60, 8, 0));       /* an update */
	ck_assert(!renamed("a#.log", "a#.log.1", 60, 8, 0));         /* logs that are turned over */
}
END_TEST

static bool
rewritten(uint64_t bytes_read, uint64_t bytes_written)
{
	Audit *audit = audit_new(NULL);
	Play *p = play_begin(audit, 1, 2);
	bool found;

	play_log_on(p, "Windows");
	for (unsigned i = 0; i < 30; i++) {
		SmbExchange x = play_whole(p, SMB_STEP_CLOSE);
		g_autofree char *name = g_strdup_printf("d%u\\a%u.docx", i % 6, i);
		SmbFile file = { .name = play_text(name),
				 .has_size = true,
				 .size = 1000,
				 .reads = bytes_read > 0,
				 .writes = bytes_written > 0,
				 .bytes_read = bytes_read,
				 .bytes_written = bytes_written };

		x.file = &file;
		play_send(p, &x);
		smb_string_unref(file.name);
	}
	play_end(p);
	found = play_has_rule(audit, AUDIT_RANSOMWARE_RENAMES);
	audit_free(audit);
	return found;
}

START_TEST(many_files_are_written_over)
{
	ck_assert(rewritten(1000, 1040));
	ck_assert(!rewritten(1000, 0));  /* a backup */
	ck_assert(!rewritten(0, 1000));  /* a restore */
	ck_assert(!rewritten(1000, 10)); /* a database */
}
END_TEST

/* Of the programs that a command line may name the likeliest is first. */
START_TEST(programs_that_a_line_may_name)
{
	static const struct {
		const char *line, *programs;
	} cases[] = {
		{ "C:\\Windows\\a.exe -k b.exe", "a.exe" },
		{ "C:\\Program Files\\a.exe", "a.exe/program" },
		{ "taskkill /im explorer.exe", "taskkill/im/im explorer.exe" },
		{ "a b.exe", "a/a b.exe" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char programs[AUDIT_ATTACK_NAME];

		ck_assert(!audit_program_of(cases[i].line, false, programs));
		ck_assert_str_eq(programs, cases[i].programs);
	}
}
END_TEST

void
play_add_dual(TCase *tc)
{
	tcase_add_test(tc, programs_that_a_line_may_name);
	tcase_add_test(tc, psexec_writes_a_file_and_starts_it);
	tcase_add_test(tc, a_file_that_makes_room_for_others_was_written_too);
	tcase_add_test(tc, a_service_is_not_hidden_behind_others);
	tcase_add_test(tc, a_file_and_a_service_that_are_days_apart_have_nothing_in_common);
	tcase_add_test(tc, smbexec_has_a_command_line_for_a_service);
	tcase_add_test(tc, a_mere_start_is_none);
	tcase_add_test(tc, jobs_and_tasks);
	tcase_add_test(tc, hives_that_are_saved);
	tcase_add_test(tc, a_hive_is_saved_once);
	tcase_add_test(tc, secrets_of_the_lsa);
	tcase_add_test(tc, zeros_and_replication);
	tcase_add_test(tc, many_files_get_one_new_extension);
	tcase_add_test(tc, many_files_are_written_over);
}
