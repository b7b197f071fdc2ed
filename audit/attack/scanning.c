/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Scanners: programs that say what they are, and what only probes ask for:
 *
 *   a pipe without a name   PeekNamedPipe with FID 0, which nobody opened: where MS17-010 is missing
 *                           the server answers with STATUS_INSUFF_SERVER_RESOURCES
 *   another address         a tree connect to IPC$ of an address that is not the server's, by nobody
 *                           and with nothing after it (WannaCry has two in it). Names may be
 *                           aliases, and those who come through a NAT log on and open something
 *   one dialect alone       several negotiates, each of one dialect and with no logon after it
 *   many negotiates         on one connection, which no client sends
 *
 * Many servers that are only asked for their dialects are a scanner's as well (report/). Somebody
 * who tries again, or gives up over signing, is none.
 */
#include <string.h>

#include "audit/attack/internal.h"
#include "dissect/wire/codes.h"

enum { FLOOD = 8 }; /* negotiates on one connection */

static const char *const tools[] = { "nmap", "nessus", "openvas" };
/* Their first letters: nearly all other names are told apart by that. */
static const char tools_begin[] = "nNoO";

static bool
is_tool(const AuditStep *s, SmbText text)
{
	char name[AUDIT_ATTACK_NAME];
	uint32_t at = 0, first;

	if (!smb_text_next(text, &at, &first) || first == 0 || first >= 0x80 ||
	    !strchr(tools_begin, (int)first))
		return false;
	smb_text_to_utf8(text, name, sizeof(name));
	for (size_t i = 0; i < G_N_ELEMENTS(tools); i++) {
		if (g_ascii_strncasecmp(name, tools[i], strlen(tools[i])) != 0)
			continue;
		audit_attack_mark(s, AUDIT_MARK_PROBE, audit_attack_here(s).time_ns,
				  "calls itself ", name, NULL);
		return true;
	}
	return false;
}

static void
take_setup(const AuditStep *s)
{
	const SmbSessionFacts *f = &s->x->session;
	AuditEvidence at = audit_attack_here(s);

	if (is_tool(s, f->native_os) || is_tool(s, f->native_lanman) || is_tool(s, f->host))
		audit_attack_is(s, AUDIT_SCANNER, &at);
}

/* FID 0 is a FID like any other, if it was opened. */
static void
take_peek(const AuditStep *s)
{
	const SmbExchange *x = s->x;
	AuditEvidence at = audit_attack_here(s);

	if (!x->has_fid || x->fid || x->file || s->info->midstream)
		return;
	audit_attack_is(s, AUDIT_SCANNER, &at);
	audit_attack_mark(s, AUDIT_MARK_PROBE, at.time_ns, "asked whether MS17-010 is missing",
			  NULL, NULL);
	if (!x->status.dos && x->status.value == STATUS_INSUFF_SERVER_RESOURCES)
		audit_attack_see(s, AUDIT_MS17_010, &at);
}

/* Four numbers, and what the server is not. */
static bool
is_foreign(const AuditStep *s, const char *host)
{
	char own[AUDIT_ATTACK_NAME];

	return host[0] && strspn(host, "0123456789.") == strlen(host) && strchr(host, '.') &&
	       *audit_attack_address(&s->facts->pair.server, own) && strcmp(host, own) != 0;
}

static void
take_tree(const AuditStep *s)
{
	char host[AUDIT_ATTACK_NAME], path[AUDIT_KEY_MAX];
	AuditScanning *self;

	audit_attack_host(s->x->tree_connect.path, host);
	if (!is_foreign(s, host))
		return;
	self = &audit_attack_of(s)->scanning;
	self->foreign_at = audit_attack_here(s);
	smb_text_to_utf8(s->x->tree_connect.path, path, sizeof(path));
	g_strlcpy(self->foreign, path, sizeof(self->foreign));
}

void
audit_scanning_take(const AuditStep *s)
{
	const SmbExchange *x = s->x;

	if (x->step == SMB_STEP_SESSION_SETUP)
		take_setup(s);
	else if (x->step == SMB_STEP_TREE_CONNECT)
		take_tree(s);
	else if (x->version == 1 && x->command == SMB_COM_TRANSACTION &&
		 x->other.function == TRANS_PEEK_NMPIPE)
		take_peek(s);
}

/* Nobody in particular, who has logged on, and looked at nothing but IPC$. */
static bool
is_nobody_in_ipc(const SmbConnectionInfo *info)
{
	char share[AUDIT_ATTACK_NAME];

	for (uint32_t i = 0; i < info->n_auths; i++)
		if (!smb_text_is_empty(smb_string_text(info->auths[i]->account)) ||
		    info->auths[i]->password_type == SMB_PASSWORD_KERBEROS)
			return false;
	for (uint32_t i = 0; i < info->n_trees; i++)
		if (strcmp(audit_attack_share(info->trees[i], share), "IPC$") != 0)
			return false;
	return info->n_auths && info->n_trees && !info->n_files && !info->midstream;
}

static void
end_foreign(const AuditStep *s, const AuditScanning *self)
{
	if (!self->foreign_at.frame || !is_nobody_in_ipc(s->info))
		return;
	audit_attack_is(s, AUDIT_SCANNER, &self->foreign_at);
	audit_attack_mark(s, AUDIT_MARK_PROBE, self->foreign_at.time_ns,
			  "connects to the share of another host: ", self->foreign, NULL);
}

/* What a probe offered, if that was one dialect. Whether it is one, audit_judge_is_probe says. */
static void
end_version(const AuditStep *s)
{
	char dialect[AUDIT_ATTACK_NAME];

	if (s->info->n_dialects != 1 || !audit_judge_is_probe(s->facts, s->info))
		return;
	smb_text_to_utf8(smb_string_text(s->info->dialects[0]), dialect, sizeof(dialect));
	audit_attack_mark(s, AUDIT_MARK_VERSION, s->info->first.time_ns, dialect, NULL, NULL);
}

static void
end_flood(const AuditStep *s)
{
	char number[AUDIT_ATTACK_NAME];

	if (s->facts->negotiates <= FLOOD)
		return;
	s->facts->scanner = true;
	g_snprintf(number, sizeof(number), "%u", s->facts->negotiates);
	audit_attack_mark(s, AUDIT_MARK_PROBE, s->info->first.time_ns,
			  "negotiates on one connection: ", number, NULL);
}

static void
mark_logon(const AuditStep *s, const AuditIdentity *who, uint64_t time_ns)
{
	g_autofree char *account = who->domain[0]
					   ? g_strconcat(who->domain, "\\", who->account, NULL)
					   : g_strdup(who->account);

	audit_attack_mark(s, AUDIT_MARK_LOGON, time_ns,
			  "logged on where a scanner or an attack showed itself", NULL, account);
}

/*
 * They are no customers, and are not kept as logons. But whoever guesses passwords could call himself
 * a scanner, or negotiate a few times more.
 */
void
audit_scanning_logons(const AuditStep *s)
{
	AuditPair *pair = &s->facts->pair;

	for (uint32_t i = 0; i < pair->n_auths; i++) {
		const AuditAuth *auth = &pair->auths[i];

		if (!audit_guesses_prove(&auth->who))
			continue;
		for (uint32_t j = 0; j < auth->seen.n; j++) {
			mark_logon(s, &auth->who, auth->seen.first[j].time_ns);
			audit_sighting_evidence(&pair->seen[AUDIT_GUESS_SUCCEEDED],
						&auth->seen.first[j]);
		}
		if (auth->seen.count > auth->seen.n)
			mark_logon(s, &auth->who, auth->last_ns);
	}
}

void
audit_scanning_end(const AuditStep *s)
{
	if (s->facts->attack)
		end_foreign(s, &s->facts->attack->scanning);
	end_version(s);
	end_flood(s);
}
