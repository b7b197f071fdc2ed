/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Each attack, as the exchanges that show it, and what only looks like it: the program of a backup,
 * of an inventory or of an administrator, a test suite, somebody who tries again.
 */
#include <check.h>
#include <string.h>

#include "audit/attack/attack.h"
#include "audit/report/report.h"
#include "dissect/wire/codes.h"

static const uint64_t second = 1000000000;
enum { DAY = 86400, RESERVED = 0x77 };

/* ---- a connection ---- */

typedef struct {
	Audit *audit;
	SmbConnectionInfo info;
	uint64_t at_ns, frame;
	SmbAuth auth;
	SmbUser user;
	SmbTree tree;
	const SmbFile *files[64];
	const SmbTree *trees[1];
	const SmbAuth *auths[1];
	SmbRpcFacts rpc;
} Play;

static SmbString *
text(const char *s)
{
	return smb_string_new(smb_text_from_utf8(s), 1024);
}

/* From 10.0.0.`client` to 10.0.0.`server`. */
static Play *
begin(Audit *audit, uint8_t client, uint8_t server)
{
	static uint64_t number;
	Play *p = g_new0(Play, 1);

	p->audit = audit;
	p->info.number = ++number;
	p->info.ends = (SmbEndpoints){ .family = 4,
				       .client = { 10, 0, 0, client },
				       .server = { 10, 0, 0, server },
				       .client_port = (uint16_t)(40000 + number) };
	p->info.version = 1;
	p->info.verdict = SMB_VERDICT_SMB1_CLIENT_LIMITED;
	p->info.end = SMB_END_FIN;
	p->at_ns = DAY * second;
	p->info.first = (SmbStamp){ p->at_ns, 1 };
	p->frame = 1;
	p->auth = (SmbAuth){ .password_type = SMB_PASSWORD_NTLMV2,
			     .result = SMB_RESULT_ACCEPTED,
			     .has_status = true,
			     .encryption_type = -1,
			     .account = text("bob"),
			     .domain = text("CORP") };
	p->user.auth = &p->auth;
	p->tree.type = SMB_SHARE_PIPE;
	p->tree.path = text("\\\\server\\IPC$");
	p->tree.user = &p->user;
	p->trees[0] = &p->tree;
	p->auths[0] = &p->auth;
	p->info.trees = p->trees;
	p->info.auths = p->auths;
	p->info.n_trees = p->info.n_auths = 1;
	p->info.files = p->files;
	p->info.messages[SMB_TO_SERVER] = p->info.messages[SMB_TO_CLIENT] = 1;
	return p;
}

static SmbExchange
whole(Play *p, SmbStep step)
{
	p->frame += 2;
	p->at_ns += 1000000;
	return (SmbExchange){ .step = step,
			      .version = p->info.version > 1 ? 2 : 1,
			      .request = { p->at_ns, p->frame },
			      .response = { p->at_ns + 1000, p->frame + 1 },
			      .has_status = true,
			      .user = &p->user,
			      .tree = &p->tree,
			      .mid = 65,
			      .response_mid = 65 };
}

static void
send(Play *p, const SmbExchange *x)
{
	SmbEvent event = { .kind = SMB_EVENT_EXCHANGE, .connection = &p->info, .exchange = x };

	audit_event(p->audit, &event);
}

static void
negotiate(Play *p)
{
	SmbExchange x = whole(p, SMB_STEP_NEGOTIATE);

	x.negotiate.answered_by = x.version;
	send(p, &x);
}

static void
log_on(Play *p, const char *native_os)
{
	SmbExchange x = whole(p, SMB_STEP_SESSION_SETUP);

	negotiate(p);
	x.session.auth = &p->auth;
	x.session.native_os = smb_text_from_utf8(native_os);
	send(p, &x);
}

static void
nobody(Play *p)
{
	smb_string_unref(p->auth.account);
	smb_string_unref(p->auth.domain);
	p->auth.account = p->auth.domain = NULL;
	p->auth.password_type = SMB_PASSWORD_ANONYMOUS;
}

static SmbExchange
transaction(Play *p, uint16_t command, int32_t function)
{
	SmbExchange x = whole(p, SMB_STEP_TRANSACTION);

	x.command = command;
	x.other.function = function;
	return x;
}

/* A call with its answer. */
static void
call(Play *p, const char *interface, int32_t opnum, const char *name, const char *target,
     uint32_t result)
{
	SmbExchange x = transaction(p, SMB_COM_TRANSACTION, TRANS_TRANSACT_NMPIPE);

	p->rpc = (SmbRpcFacts){ .request = "REQUEST",
				.response = "RESPONSE",
				.opnum = opnum,
				.interface = interface,
				.operation = "Called",
				.called = true,
				.has_result = true,
				.result = result,
				.arguments = { .name = smb_text_from_utf8(name),
					       .target = smb_text_from_utf8(target) } };
	x.rpc = &p->rpc;
	send(p, &x);
}

/* A file that was written; freed at the end. */
static void
write_file(Play *p, const char *share, const char *name, uint64_t bytes)
{
	SmbTree *tree = g_new0(SmbTree, 1);
	SmbFile *file = g_new0(SmbFile, 1);

	tree->path = text(share);
	tree->type = SMB_SHARE_DISK;
	file->name = text(name);
	file->tree = tree;
	file->user = &p->user;
	file->bytes_written = bytes;
	file->opened = (SmbStamp){ p->at_ns, p->frame };
	p->files[p->info.n_files++] = file;
}

static void
end(Play *p)
{
	SmbEvent event = { .kind = SMB_EVENT_CONNECTION, .connection = &p->info };

	p->info.last = (SmbStamp){ p->at_ns + second, p->frame + 1 };
	audit_event(p->audit, &event);
	for (uint32_t i = 0; i < p->info.n_files; i++) {
		smb_string_unref(p->files[i]->name);
		smb_string_unref(p->files[i]->tree->path);
		g_free((gpointer)p->files[i]->tree);
		g_free((gpointer)p->files[i]);
	}
	smb_string_unref(p->auth.account);
	smb_string_unref(p->auth.domain);
	smb_string_unref(p->tree.path);
	g_free(p);
}

/* ---- what is found ---- */

static bool
has_rule(const Audit *audit, AuditRuleId rule)
{
	AuditReport *report = audit_report_new(audit, NULL);
	bool found = false;

	for (guint i = 0; i < report->findings->len; i++) {
		const AuditFinding *f = &g_array_index(report->findings, AuditFinding, i);

		found |= f->rule == rule;
		if (f->rule == rule)
			ck_assert_uint_ge(f->shown.n, 1);
	}
	audit_report_free(report);
	return found;
}

/* Clients of the inventory. */
static uint32_t
customers(const Audit *audit)
{
	AuditReport *report = audit_report_new(audit, NULL);
	uint32_t n = report->clients->len - report->scanners - report->guessers - report->attackers;

	audit_report_free(report);
	return n;
}

/* The details of the first finding of that rule, in one line. */
static char *
details(const Audit *audit, AuditRuleId rule)
{
	AuditReport *report = audit_report_new(audit, NULL);
	GString *s = g_string_new(NULL);
	AuditTally accounts;

	for (guint i = 0; i < report->findings->len; i++) {
		const AuditFinding *f = &g_array_index(report->findings, AuditFinding, i);
		GPtrArray *texts;

		if (f->rule != rule)
			continue;
		texts = audit_finding_details(f, &accounts);
		for (guint j = 0; j < texts->len; j++)
			g_string_append_printf(s, "%s; ", (char *)g_ptr_array_index(texts, j));
		if (accounts.n)
			g_string_append(s, accounts.items[0].key);
		audit_tally_clear(&accounts);
		g_ptr_array_unref(texts);
		break;
	}
	audit_report_free(report);
	return g_string_free(s, FALSE);
}

#define FOUND(audit, rule) \
	ck_assert_msg(has_rule(audit, rule), "%s must be found", audit_rule(rule)->id)
#define NOT_FOUND(audit, rule) \
	ck_assert_msg(!has_rule(audit, rule), "%s must not be found", audit_rule(rule)->id)

/* ---- exploits ---- */

START_TEST(eternalblue_completes_one_transaction_with_another)
{
	for (int i = 0; i < 2; i++) {
		Audit *audit = audit_new(NULL);
		Play *p = begin(audit, 1, 2);
		SmbExchange x;

		log_on(p, "Windows");
		x = transaction(p, SMB_COM_NT_TRANSACT, 0);
		x.anomalies = i ? 0 : SMB_ANOMALY_OTHER_SECONDARY;
		send(p, &x);
		end(p);
		ck_assert_int_eq(has_rule(audit, AUDIT_ATTACK_ETERNALBLUE), !i);
		ck_assert_uint_eq(customers(audit), i);
		ck_assert_int_eq(has_rule(audit, AUDIT_SMB1_IN_USE), i);
		ck_assert_uint_eq(audit_free(audit), 0);
	}
}
END_TEST

static void
groom(Audit *audit)
{
	Play *p = begin(audit, 1, 2);

	p->info.foreign = 1;
	p->info.messages[SMB_TO_CLIENT] = 0;
	p->info.verdict = SMB_VERDICT_NONE;
	p->info.version = 0;
	end(p);
}

START_TEST(many_messages_that_look_like_smb2_are_grooming)
{
	Audit *audit = audit_new(NULL);

	groom(audit);
	groom(audit);
	NOT_FOUND(audit, AUDIT_ATTACK_ETERNALBLUE);
	groom(audit);
	FOUND(audit, AUDIT_ATTACK_ETERNALBLUE);
	ck_assert_uint_eq(customers(audit), 0);
	audit_free(audit);
}
END_TEST

START_TEST(a_session_setup_that_makes_a_hole_in_the_pool)
{
	for (int i = 0; i < 2; i++) {
		Audit *audit = audit_new(NULL);
		Play *p = begin(audit, 1, 2);
		SmbExchange x = whole(p, SMB_STEP_SESSION_SETUP);

		p->auth.password_type = SMB_PASSWORD_NONE;
		negotiate(p);
		x.session.auth = &p->auth;
		x.session.misfit = !i;
		send(p, &x);
		end(p);
		ck_assert_int_eq(has_rule(audit, AUDIT_ATTACK_ETERNALBLUE), !i);
		ck_assert_uint_eq(customers(audit), i);
		audit_free(audit);
	}
}
END_TEST

START_TEST(eternalromance_renames_a_pipe)
{
	for (int i = 0; i < 2; i++) {
		Audit *audit = audit_new(NULL);
		Play *p = begin(audit, 1, 2);
		SmbExchange x;

		log_on(p, "Windows");
		x = transaction(p, SMB_COM_NT_TRANSACT, NT_TRANSACT_RENAME);
		p->tree.type = i ? SMB_SHARE_DISK : SMB_SHARE_PIPE; /* Samba's clients rename so */
		send(p, &x);
		end(p);
		ck_assert_int_eq(has_rule(audit, AUDIT_ATTACK_ETERNALROMANCE), !i);
		ck_assert_uint_eq(customers(audit), i);
		audit_free(audit);
	}
}
END_TEST

/* TRANS2_SESSION_SETUP with MID 65, answered with that MID and status. */
static Audit *
session_setup(uint64_t mid, uint32_t status, bool sweeps)
{
	Audit *audit = audit_new(NULL);
	Play *p = begin(audit, 1, 2);
	SmbExchange x;

	log_on(p, "Windows");
	x = transaction(p, SMB_COM_TRANSACTION2, TRANS2_SESSION_SETUP);
	x.status.value = status;
	x.failed = true;
	x.response_mid = mid;
	send(p, &x);
	if (sweeps) {
		x.other.function = RESERVED;
		send(p, &x);
	}
	end(p);
	return audit;
}

START_TEST(doublepulsar_answers_with_another_mid)
{
	static const struct {
		uint64_t mid;
		uint32_t status;
		bool implant;
	} table[] = { { 81, STATUS_NOT_IMPLEMENTED, true },
		      { 97, STATUS_NOT_IMPLEMENTED, true },
		      { 65, STATUS_NOT_IMPLEMENTED, false },
		      { 66, STATUS_NOT_IMPLEMENTED, false },
		      { 81, STATUS_ACCESS_DENIED, false } };

	for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
		Audit *audit = session_setup(table[i].mid, table[i].status, false);

		ck_assert_int_eq(has_rule(audit, AUDIT_ATTACK_DOUBLEPULSAR), table[i].implant);
		ck_assert_int_eq(has_rule(audit, AUDIT_SCANNER), !table[i].implant);
		ck_assert_uint_eq(customers(audit), 0);
		audit_free(audit);
	}
}
END_TEST

START_TEST(a_test_suite_asks_for_all_functions)
{
	Audit *audit = session_setup(65, STATUS_NOT_IMPLEMENTED, true);

	NOT_FOUND(audit, AUDIT_SCANNER);
	ck_assert_uint_eq(customers(audit), 1);
	audit_free(audit);
}
END_TEST

/* ---- scanners ---- */

START_TEST(a_pipe_that_nobody_opened_is_a_probe)
{
	static const struct {
		uint64_t fid;
		bool opened;
		uint32_t status;
		bool scanner, missing;
	} table[] = {
		{ 0, false, STATUS_INSUFF_SERVER_RESOURCES, true, true },
		{ 0, false, STATUS_ACCESS_DENIED, true, false },
		{ 0, true, STATUS_SUCCESS, false, false }, /* 0 is a FID like any other */
		{ 7, false, STATUS_INSUFF_SERVER_RESOURCES, false, false },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
		Audit *audit = audit_new(NULL);
		Play *p = begin(audit, 1, 2);
		SmbFile pipe = { .pipe = true };
		SmbExchange x;

		log_on(p, "Windows");
		x = transaction(p, SMB_COM_TRANSACTION, TRANS_PEEK_NMPIPE);
		x.has_fid = true;
		x.fid = table[i].fid;
		x.file = table[i].opened ? &pipe : NULL;
		x.status.value = table[i].status;
		send(p, &x);
		end(p);
		ck_assert_int_eq(has_rule(audit, AUDIT_SCANNER), table[i].scanner);
		ck_assert_int_eq(has_rule(audit, AUDIT_MS17_010), table[i].missing);
		ck_assert_uint_eq(customers(audit), !table[i].scanner);
		audit_free(audit);
	}
}
END_TEST

START_TEST(a_program_that_says_what_it_is)
{
	static const struct {
		const char *native_os;
		bool scanner;
	} table[] = { { "Nmap", true }, { "Windows 2000 2195", false } };

	for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
		Audit *audit = audit_new(NULL);
		Play *p = begin(audit, 1, 2);

		log_on(p, table[i].native_os);
		end(p);
		ck_assert_int_eq(has_rule(audit, AUDIT_SCANNER), table[i].scanner);
		audit_free(audit);
	}
}
END_TEST

/* A tree connect to that path, by somebody or by nobody. */
static Audit *
connect_to(const char *path, bool somebody, uint32_t files)
{
	Audit *audit = audit_new(NULL);
	Play *p = begin(audit, 1, 2);
	SmbExchange x;

	if (!somebody)
		nobody(p);
	log_on(p, "Windows");
	x = whole(p, SMB_STEP_TREE_CONNECT);
	x.tree_connect.path = smb_text_from_utf8(path);
	send(p, &x);
	for (uint32_t i = 0; i < files; i++)
		write_file(p, "\\\\server\\IPC$", "srvsvc", 1);
	end(p);
	return audit;
}

START_TEST(the_address_of_another_host)
{
	static const struct {
		const char *path;
		bool somebody;
		uint32_t files;
		bool scanner;
	} table[] = {
		{ "\\\\192.168.56.20\\IPC$", false, 0, true },
		{ "\\\\10.0.0.2\\IPC$", false, 0, false },      /* the server's own */
		{ "\\\\192.168.56.20\\IPC$", true, 0, false },  /* through a NAT */
		{ "\\\\192.168.56.20\\IPC$", false, 1, false }, /* the same, to look at the shares */
		{ "\\\\alias\\IPC$", false, 0, false },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
		Audit *audit = connect_to(table[i].path, table[i].somebody, table[i].files);

		ck_assert_int_eq(has_rule(audit, AUDIT_SCANNER), table[i].scanner);
		ck_assert_uint_eq(customers(audit), !table[i].scanner);
		audit_free(audit);
	}
}
END_TEST

/* Only a negotiate, of that dialect. */
static void
probe(Audit *audit, uint8_t server, const char *dialect, SmbWhy why)
{
	Play *p = begin(audit, 1, server);
	SmbString *offer = text(dialect);

	p->info.dialects = &offer;
	p->info.n_dialects = 1;
	p->info.n_auths = p->info.n_trees = 0;
	p->info.outcome.why = why;
	negotiate(p);
	end(p);
	smb_string_unref(offer);
}

START_TEST(dialects_one_by_one)
{
	static const char *const dialects[] = { "SMB 2.0.2", "SMB 2.1", "SMB 3.0", "SMB 3.1.1" };

	for (int i = 0; i < 2; i++) {
		Audit *audit = audit_new(NULL);

		/* Somebody who tries again has one and the same program. */
		for (size_t j = 0; j < G_N_ELEMENTS(dialects); j++)
			probe(audit, 2, dialects[i ? 0 : j], SMB_WHY_NONE);
		ck_assert_int_eq(has_rule(audit, AUDIT_SCANNER), !i);
		ck_assert_uint_eq(customers(audit), i);
		audit_free(audit);
	}
}
END_TEST

START_TEST(many_servers_asked_for_their_dialects)
{
	static const struct {
		uint8_t servers;
		SmbWhy why;
		bool scanner;
	} table[] = { { 5, SMB_WHY_NONE, true },
		      { 4, SMB_WHY_NONE, false },
		      /* a client that requires signing, and goes through all its servers */
		      { 5, SMB_WHY_SIGNING_MISMATCH, false } };

	for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
		Audit *audit = audit_new(NULL);

		for (uint8_t j = 0; j < table[i].servers; j++)
			probe(audit, 2 + j, "NT LM 0.12", table[i].why);
		ck_assert_int_eq(has_rule(audit, AUDIT_SCANNER), table[i].scanner);
		ck_assert_uint_eq(customers(audit), !table[i].scanner);
		audit_free(audit);
	}
}
END_TEST

/* Connections are kept out, not addresses: others may be behind the same one. */
START_TEST(who_shares_an_address_with_a_scanner_stays_a_customer)
{
	Audit *audit = audit_new(NULL);
	Play *p = begin(audit, 1, 9);

	for (uint8_t i = 0; i < 5; i++)
		probe(audit, 2 + i, "NT LM 0.12", SMB_WHY_NONE);
	log_on(p, "Windows");
	end(p);
	p = begin(audit, 1, 9);
	log_on(p, "Nmap");
	end(p);
	FOUND(audit, AUDIT_SCANNER);
	ck_assert_uint_eq(customers(audit), 1);
	audit_free(audit);
}
END_TEST

/* ---- remote execution ---- */

static void
service(Play *p, const char *name, const char *program, uint32_t created, uint32_t started)
{
	call(p, "svcctl", 15, NULL, NULL, 0);
	call(p, "svcctl", 12, name, program, created);
	call(p, "svcctl", 19, NULL, NULL, started);
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
		Play *p = begin(audit, 1, 2);

		/* On two connections, as Windows may. */
		log_on(p, "Windows");
		write_file(p, table[i].share, table[i].file, table[i].bytes);
		end(p);
		p = begin(audit, 1, 2);
		log_on(p, "Windows");
		p->at_ns += 30 * second;
		service(p, "PSEXESVC", "%SystemRoot%\\PSEXESVC.exe", table[i].created,
			table[i].started);
		end(p);
		ck_assert_int_eq(has_rule(audit, AUDIT_REMOTE_EXECUTION), table[i].found);
		ck_assert_uint_eq(customers(audit), 1); /* administrators do it too */
		audit_free(audit);
	}
}
END_TEST

START_TEST(a_file_and_a_service_that_are_days_apart_have_nothing_in_common)
{
	Audit *audit = audit_new(NULL);
	Play *p = begin(audit, 1, 2);

	write_file(p, "\\\\server\\ADMIN$", "agent.exe", 1);
	log_on(p, "Windows");
	p->at_ns += 2 * DAY * second;
	service(p, "agent", "C:\\Windows\\agent.exe", 0, 0);
	end(p);
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
		Play *p = begin(audit, 1, 2);

		log_on(p, "Windows");
		service(p, "BTOBTO", table[i].program, 0, 1053); /* it never says that it runs */
		end(p);
		ck_assert_int_eq(has_rule(audit, AUDIT_REMOTE_EXECUTION), table[i].found);
		audit_free(audit);
	}
}
END_TEST

START_TEST(a_mere_start_is_none)
{
	Audit *audit = audit_new(NULL);
	Play *p = begin(audit, 1, 2);

	log_on(p, "Windows");
	write_file(p, "\\\\server\\C$", "tools\\inventory.exe", 100);
	call(p, "svcctl", 16, "RemoteRegistry", NULL, 0);
	call(p, "svcctl", 19, NULL, NULL, 0);
	end(p);
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
		Play *p = begin(audit, 1, 2);
		g_autofree char *said = NULL;

		log_on(p, "Windows");
		call(p, table[i].interface, table[i].opnum, "\\Update", NULL, table[i].result);
		end(p);
		ck_assert_int_eq(has_rule(audit, AUDIT_REMOTE_EXECUTION), table[i].found);
		said = details(audit, AUDIT_REMOTE_EXECUTION);
		ck_assert_str_eq(said,
				 table[i].found ? "\\Update set up with Called; CORP\\bob" : "");
		audit_free(audit);
	}
}
END_TEST

/* ---- coercion ---- */

START_TEST(a_path_on_another_host)
{
	static const struct {
		const char *interface, *target;
		int32_t opnum;
		bool found;
	} table[] = {
		{ "efsrpc", "\\\\10.0.0.66\\share\\file", 0, true },
		{ "efsrpc", "\\\\evil@80\\share\\file", 4, true },
		{ "efsrpc", "\\\\server\\share\\file", 0, false },
		{ "efsrpc", "\\\\SERVER.corp.example\\share\\file", 0, false },
		{ "efsrpc", "\\\\10.0.0.2\\share\\file", 0, false },
		{ "efsrpc", "C:\\data\\file", 4, false },
		{ "dfsnm", "evil", 12, true },
		{ "dfsnm", "SERVER", 12, false },
		{ "fsrvp", "\\\\evil\\share", 8, true },
		{ "fsrvp", "\\\\server\\vms", 8, false }, /* a backup of virtual machines */
		{ "srvsvc", "\\\\evil\\share", 15, false },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
		Audit *audit = audit_new(NULL);
		Play *p = begin(audit, 1, 2);

		log_on(p, "Windows");
		call(p, table[i].interface, table[i].opnum, NULL, table[i].target, 53);
		end(p);
		ck_assert_msg(has_rule(audit, AUDIT_COERCION) == table[i].found, "%s",
			      table[i].target);
		ck_assert_uint_eq(customers(audit), 1);
		audit_free(audit);
	}
}
END_TEST

/* The spooler of 10.0.0.2 is to tell `host` of changes, and logs on at 10.0.0.`then` afterwards. */
static bool
spooled(const char *host, uint8_t then, uint64_t after)
{
	Audit *audit = audit_new(NULL);
	Play *p = begin(audit, 1, 2);
	bool found;

	log_on(p, "Windows");
	call(p, "spoolss", 65, NULL, host, 0);
	end(p);
	if (then) {
		p = begin(audit, 2, then);
		p->at_ns += after * second;
		log_on(p, "Windows");
		end(p);
	}
	found = has_rule(audit, AUDIT_COERCION);
	audit_free(audit);
	return found;
}

START_TEST(the_spooler_is_told_with_the_logon_that_it_makes)
{
	ck_assert(!spooled("\\\\desk", 0, 0)); /* it names the client, as in printing */
	ck_assert(spooled("\\\\desk", 1, 2));
	ck_assert(!spooled("\\\\desk", 1, 3600));
	ck_assert(!spooled("\\\\desk", 3, 2));     /* another server altogether */
	ck_assert(spooled("\\\\10.0.0.66", 0, 0)); /* not the client */
	ck_assert(!spooled("\\\\10.0.0.1", 0, 0));
	ck_assert(!spooled("\\\\server", 0, 0));
}
END_TEST

/* Servers without a text are not the host that has none: there may be more than are looked at. */
START_TEST(a_host_without_a_name_is_none_of_ipv6)
{
	enum { SERVERS = 100 };
	const AuditKey key = { { 1, 2 } };
	Audit *audit = audit_new(NULL);
	AuditPair asked = { .client = { 4, { 10, 0, 0, 1 } }, .server = { 4, { 10, 0, 0, 2 } } };
	AuditSighting seen;
	AuditCallbacks *callbacks;
	AuditReport *report;
	bool capped;

	for (uint8_t i = 0; i < SERVERS; i++) {
		AuditPair pair = { .client = asked.server, .server = { 6, { 0xfd, i } } };

		pair.numbers[AUDIT_N_CONNECTIONS] = 1;
		audit_add(audit, &pair);
		audit_pair_clear(&pair);
	}
	audit_tally_add(&asked.tallies[AUDIT_MARKS], (AuditCap){ 8, NULL },
			"000000000001 callback||x|bob", 1);
	report = audit_report_new(audit, NULL);
	callbacks = audit_callbacks_new(report->pairs, &asked.server, &key);
	ck_assert_uint_eq(audit_callbacks_find(callbacks, &asked, &seen, &capped), 0);
	ck_assert(!capped);
	audit_callbacks_free(callbacks);
	audit_pair_clear(&asked);
	audit_report_free(report);
	audit_free(audit);
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
		Play *p = begin(audit, 1, 2);

		log_on(p, "Windows");
		call(p, "winreg", 15, table[i].key, NULL, 0);
		call(p, "winreg", table[i].then, "C:\\temp\\x", NULL, 0);
		end(p);
		ck_assert_int_eq(has_rule(audit, AUDIT_CREDENTIAL_THEFT), table[i].found);
		audit_free(audit);
	}
}
END_TEST

START_TEST(zeros_and_replication)
{
	for (int i = 0; i < 4; i++) {
		Audit *audit = audit_new(NULL);
		Play *p = begin(audit, 1, 2);
		SmbExchange x;

		if (i == 3) { /* a domain controller's own account */
			smb_string_unref(p->auth.account);
			p->auth.account = text("DC2$");
		}
		log_on(p, "Windows");
		x = transaction(p, SMB_COM_TRANSACTION, TRANS_TRANSACT_NMPIPE);
		p->rpc = (SmbRpcFacts){ .request = "REQUEST",
					.interface = i < 2 ? "netlogon" : "drsuapi",
					.opnum = i < 2 ? 26 : 3,
					.operation = "Called",
					.arguments = { .zero_credential = i == 0 } };
		x.rpc = &p->rpc;
		send(p, &x);
		end(p);
		ck_assert_int_eq(has_rule(audit, AUDIT_CREDENTIAL_THEFT), i == 0 || i == 2);
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
	Play *p = begin(audit, 1, 2);
	bool found;

	log_on(p, "Windows");
	for (unsigned i = 0; i < files; i++) {
		SmbExchange x = whole(p, SMB_STEP_PATH);
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
		send(p, &x);
	}
	end(p);
	found = has_rule(audit, AUDIT_RANSOMWARE_RENAMES);
	ck_assert_uint_eq(customers(audit), 1);
	audit_free(audit);
	return found;
}

START_TEST(many_files_get_one_new_extension)
{
	ck_assert(renamed("a#.docx", "a#.docx.locked", 20, 5, 0));
	ck_assert(renamed("a#.docx", "b#.wncry", 60, 8, 0));
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
	Play *p = begin(audit, 1, 2);
	bool found;

	log_on(p, "Windows");
	for (unsigned i = 0; i < 30; i++) {
		SmbExchange x = whole(p, SMB_STEP_CLOSE);
		g_autofree char *name = g_strdup_printf("d%u\\a%u.docx", i % 6, i);
		SmbFile file = { .name = text(name),
				 .has_size = true,
				 .size = 1000,
				 .reads = bytes_read > 0,
				 .writes = bytes_written > 0,
				 .bytes_read = bytes_read,
				 .bytes_written = bytes_written };

		x.file = &file;
		send(p, &x);
		smb_string_unref(file.name);
	}
	end(p);
	found = has_rule(audit, AUDIT_RANSOMWARE_RENAMES);
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

/* ---- relays ---- */

static void
challenged(Audit *audit, uint8_t client, uint8_t server, uint64_t session, const char *challenge)
{
	Play *p = begin(audit, client, server);
	SmbExchange x = whole(p, SMB_STEP_SESSION_SETUP);

	x.uid = session;
	x.session.challenge = (SmbSpan){ (const uint8_t *)challenge, 8 };
	negotiate(p);
	send(p, &x);
	end(p);
}

START_TEST(one_challenge_from_two_servers_is_relayed)
{
	static const struct {
		uint8_t client, server;
		uint64_t session;
		bool relay;
	} table[] = {
		{ 66, 3, 8, true },
		{ 66, 3, 7, false }, /* the ids are the same: the other side of a NAT */
		{ 66, 66, 7, false },
		{ 5, 66, 8, false }, /* one server: static-challenge */
	};

	for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
		Audit *audit = audit_new(NULL);

		challenged(audit, 1, 66, 7, "ABCDEFGH");
		challenged(audit, 9, 66, 7, "IJKLMNOP");
		challenged(audit, table[i].client, table[i].server, table[i].session, "ABCDEFGH");
		ck_assert_int_eq(has_rule(audit, AUDIT_RELAY), table[i].relay);
		/* A third one, and it is no relay but a server with a weakness. */
		challenged(audit, 7, 99, 9, "ABCDEFGH");
		NOT_FOUND(audit, AUDIT_RELAY);
		audit_free(audit);
	}
}
END_TEST

/* The same response, sent once to each. */
static void
answered(Audit *audit, uint8_t client, uint8_t server, uint64_t session, uint8_t proof)
{
	Play *p = begin(audit, client, server);
	SmbExchange x = whole(p, SMB_STEP_SESSION_SETUP);

	x.uid = session;
	x.session.auth = &p->auth;
	p->auth.has_proof = proof != 0;
	memset(p->auth.proof, proof, sizeof(p->auth.proof));
	p->auth.request = x.request;
	negotiate(p);
	send(p, &x);
	end(p);
}

START_TEST(one_response_to_two_servers_is_relayed)
{
	static const struct {
		uint8_t client, server;
		uint64_t session;
		uint8_t proof;
		bool relay;
	} table[] = {
		{ 66, 3, 8, 1, true },  { 66, 3, 8, 2, false }, /* another one */
		{ 66, 3, 8, 0, false },                         /* not of NTLMv2 */
		{ 66, 3, 7, 1, false },                         /* the other side of a NAT */
		{ 1, 66, 8, 1, false }, /* the same again: whoever it is, it is no other server */
	};

	for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
		Audit *audit = audit_new(NULL);

		answered(audit, 1, 66, 7, 1);
		answered(audit, table[i].client, table[i].server, table[i].session, table[i].proof);
		ck_assert_int_eq(has_rule(audit, AUDIT_RELAY), table[i].relay);
		NOT_FOUND(audit, AUDIT_STATIC_CHALLENGE);
		audit_free(audit);
	}
}
END_TEST

/* Challenge and response of one relay are one finding. */
START_TEST(a_relay_is_told_once)
{
	Audit *audit = audit_new(NULL);
	AuditReport *report;
	guint n = 0;

	for (int i = 0; i < 2; i++) {
		Play *p = begin(audit, i ? 66 : 1, i ? 3 : 66);
		SmbExchange x = whole(p, SMB_STEP_SESSION_SETUP);

		x.uid = (uint64_t)i;
		x.session.challenge = (SmbSpan){ (const uint8_t *)"ABCDEFGH", 8 };
		x.session.auth = &p->auth;
		p->auth.has_proof = true;
		p->auth.request = x.request;
		negotiate(p);
		send(p, &x);
		end(p);
	}
	report = audit_report_new(audit, NULL);
	for (guint i = 0; i < report->findings->len; i++) {
		const AuditFinding *f = &g_array_index(report->findings, AuditFinding, i);

		if (f->rule != AUDIT_RELAY)
			continue;
		n++;
		ck_assert_uint_eq(f->count, 1);
		ck_assert_uint_eq(f->pair->client.bytes[3], 66);
	}
	ck_assert_uint_eq(n, 1);
	audit_report_free(report);
	audit_free(audit);
}
END_TEST

START_TEST(responses_that_were_made_for_another_or_changed)
{
	static const struct {
		bool differ, gone;
		const char *said;
	} table[] = {
		{ false, false, "" },
		{ true, false, "the response names another server than the challenge; CORP\\bob" },
		{ false, true, "the response had a MIC, which was cut out; CORP\\bob" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
		Audit *audit = audit_new(NULL);
		Play *p = begin(audit, 1, 2);
		g_autofree char *said = NULL;

		p->auth.names_differ = table[i].differ;
		p->auth.mic_gone = table[i].gone;
		p->auth.request = (SmbStamp){ p->at_ns, p->frame };
		log_on(p, "Windows");
		end(p);
		said = details(audit, AUDIT_RELAY);
		ck_assert_str_eq(said, table[i].said);
		ck_assert_uint_eq(customers(audit), 1); /* the victim is one */
		audit_free(audit);
	}
}
END_TEST

/* ---- marks ---- */

START_TEST(keys_from_files_may_be_anything)
{
	static const char *const none[] = { "",
					    "000000000001",
					    "000000000001 ",
					    "000000000001 file",
					    "000000000001 file|a|b",
					    "00000000000x file|a|b|c",
					    "000000000001 unknown|a|b|c" };
	AuditMark mark;

	for (size_t i = 0; i < G_N_ELEMENTS(none); i++)
		ck_assert(!audit_mark_read(none[i], &mark));
	ck_assert(audit_mark_read("000000000012 file|a|b|c|d", &mark));
	ck_assert_uint_eq(mark.second, 12);
	ck_assert_int_eq(mark.kind, AUDIT_MARK_FILE);
	ck_assert_str_eq(mark.account, "c|d");
	g_strfreev(mark.parts);
}
END_TEST

START_TEST(names_cannot_forge_parts_of_a_mark)
{
	Audit *audit = audit_new(NULL);
	Play *p = begin(audit, 1, 2);
	g_autofree char *said = NULL;

	log_on(p, "Windows");
	call(p, "atsvc", 0, NULL, "a|b|c\nd", 0);
	end(p);
	said = details(audit, AUDIT_REMOTE_EXECUTION);
	ck_assert_str_eq(said, "a?b?c?d set up with Called; CORP\\bob");
	audit_free(audit);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("attack");
	TCase *t = tcase_create("exploits");

	tcase_add_test(t, eternalblue_completes_one_transaction_with_another);
	tcase_add_test(t, many_messages_that_look_like_smb2_are_grooming);
	tcase_add_test(t, a_session_setup_that_makes_a_hole_in_the_pool);
	tcase_add_test(t, eternalromance_renames_a_pipe);
	tcase_add_test(t, doublepulsar_answers_with_another_mid);
	tcase_add_test(t, a_test_suite_asks_for_all_functions);
	suite_add_tcase(s, t);
	t = tcase_create("scanners");
	tcase_add_test(t, a_pipe_that_nobody_opened_is_a_probe);
	tcase_add_test(t, a_program_that_says_what_it_is);
	tcase_add_test(t, the_address_of_another_host);
	tcase_add_test(t, dialects_one_by_one);
	tcase_add_test(t, many_servers_asked_for_their_dialects);
	tcase_add_test(t, who_shares_an_address_with_a_scanner_stays_a_customer);
	suite_add_tcase(s, t);
	t = tcase_create("dual");
	tcase_add_test(t, psexec_writes_a_file_and_starts_it);
	tcase_add_test(t, a_file_and_a_service_that_are_days_apart_have_nothing_in_common);
	tcase_add_test(t, smbexec_has_a_command_line_for_a_service);
	tcase_add_test(t, a_mere_start_is_none);
	tcase_add_test(t, jobs_and_tasks);
	tcase_add_test(t, a_path_on_another_host);
	tcase_add_test(t, a_host_without_a_name_is_none_of_ipv6);
	tcase_add_test(t, the_spooler_is_told_with_the_logon_that_it_makes);
	tcase_add_test(t, hives_that_are_saved);
	tcase_add_test(t, zeros_and_replication);
	tcase_add_test(t, many_files_get_one_new_extension);
	tcase_add_test(t, many_files_are_written_over);
	suite_add_tcase(s, t);
	t = tcase_create("pairs");
	tcase_add_test(t, one_challenge_from_two_servers_is_relayed);
	tcase_add_test(t, one_response_to_two_servers_is_relayed);
	tcase_add_test(t, a_relay_is_told_once);
	tcase_add_test(t, responses_that_were_made_for_another_or_changed);
	tcase_add_test(t, keys_from_files_may_be_anything);
	tcase_add_test(t, names_cannot_forge_parts_of_a_mark);
	suite_add_tcase(s, t);
	return s;
}

int
main(void)
{
	SRunner *runner = srunner_create(suite());
	int failed;

	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
