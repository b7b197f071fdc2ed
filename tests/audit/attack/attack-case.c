/* SPDX-License-Identifier: BSD-3-Clause */
/* What the tests of attacks share: a connection that is played to an audit, and what the audit finds. */
#include "tests/audit/attack/attack-case.h"

const uint64_t second = 1000000000;

/* ---- a connection ---- */

SmbString *
play_text(const char *s)
{
	return smb_string_new(smb_text_from_utf8(s), 1024);
}

Play *
play_begin(Audit *audit, uint8_t client, uint8_t server)
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
			     .account = play_text("bob"),
			     .domain = play_text("CORP") };
	p->user.auth = &p->auth;
	p->tree.type = SMB_SHARE_PIPE;
	p->tree.path = play_text("\\\\server\\IPC$");
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

SmbExchange
play_whole(Play *p, SmbStep step)
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

void
play_send(Play *p, const SmbExchange *x)
{
	SmbEvent event = { .kind = SMB_EVENT_EXCHANGE, .connection = &p->info, .exchange = x };

	audit_event(p->audit, &event);
}

void
play_negotiate(Play *p)
{
	SmbExchange x = play_whole(p, SMB_STEP_NEGOTIATE);

	x.negotiate.answered_by = x.version;
	play_send(p, &x);
}

void
play_log_on(Play *p, const char *native_os)
{
	SmbExchange x = play_whole(p, SMB_STEP_SESSION_SETUP);

	play_negotiate(p);
	x.session.auth = &p->auth;
	x.session.native_os = smb_text_from_utf8(native_os);
	play_send(p, &x);
}

void
play_nobody(Play *p)
{
	smb_string_unref(p->auth.account);
	smb_string_unref(p->auth.domain);
	p->auth.account = p->auth.domain = NULL;
	p->auth.password_type = SMB_PASSWORD_ANONYMOUS;
}

SmbExchange
play_transaction(Play *p, uint16_t command, int32_t function)
{
	SmbExchange x = play_whole(p, SMB_STEP_TRANSACTION);

	x.command = command;
	x.other.function = function;
	return x;
}

void
play_call(Play *p, const char *interface, int32_t opnum, const char *name, const char *target,
	  uint32_t result)
{
	SmbExchange x = play_transaction(p, SMB_COM_TRANSACTION, TRANS_TRANSACT_NMPIPE);

	p->rpc = (SmbRpcFacts){ .request = "REQUEST",
				.response = "RESPONSE",
				.call_id = p->rpc.call_id + 1,
				.opnum = opnum,
				.interface = interface,
				.operation = "Called",
				.called = true,
				.has_result = true,
				.result = result,
				.arguments = { .sealed = p->sealed,
					       .name = smb_text_from_utf8(name),
					       .target = smb_text_from_utf8(target) } };
	x.rpc = &p->rpc;
	play_send(p, &x);
}

void
play_write_file(Play *p, const char *share, const char *name, uint64_t bytes)
{
	SmbTree *tree = g_new0(SmbTree, 1);
	SmbFile *file = g_new0(SmbFile, 1);

	tree->path = play_text(share);
	tree->type = SMB_SHARE_DISK;
	file->name = play_text(name);
	file->tree = tree;
	file->user = &p->user;
	file->bytes_written = bytes;
	file->opened = (SmbStamp){ p->at_ns, p->frame };
	p->files[p->info.n_files++] = file;
}

static void
file_free(const SmbFile *file)
{
	smb_string_unref(file->name);
	smb_string_unref(file->tree->path);
	g_free((gpointer)file->tree);
	g_free((gpointer)file);
}

void
play_forget_file(Play *p)
{
	const SmbFile *file = p->files[--p->info.n_files];
	SmbForgotten forgotten = { .file = file };
	SmbEvent event = { .kind = SMB_EVENT_FORGOTTEN,
			   .connection = &p->info,
			   .forgotten = &forgotten };

	audit_event(p->audit, &event);
	file_free(file);
}

void
play_end(Play *p)
{
	SmbEvent event = { .kind = SMB_EVENT_CONNECTION, .connection = &p->info };

	p->info.last = (SmbStamp){ p->at_ns + second, p->frame + 1 };
	audit_event(p->audit, &event);
	for (uint32_t i = 0; i < p->info.n_files; i++)
		file_free(p->files[i]);
	smb_string_unref(p->auth.account);
	smb_string_unref(p->auth.domain);
	smb_string_unref(p->tree.path);
	g_free(p);
}

/* ---- what is found ---- */

bool
play_has_rule(const Audit *audit, AuditRuleId rule)
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

uint32_t
play_customers(const Audit *audit)
{
	AuditReport *report = audit_report_new(audit, NULL);
	uint32_t n = report->clients->len - report->scanners - report->guessers - report->attackers;

	audit_report_free(report);
	return n;
}

char *
play_details(const Audit *audit, AuditRuleId rule)
{
	AuditReport *report = audit_report_new(audit, NULL);
	GString *s = g_string_new(NULL);
	AuditTally accounts;

	for (guint i = 0; i < report->findings->len; i++) {
		const AuditFinding *f = &g_array_index(report->findings, AuditFinding, i);
		GPtrArray *texts;

		if (f->rule != rule)
			continue;
		texts = audit_finding_details(report, f, &accounts);
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
