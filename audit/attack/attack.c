/* SPDX-License-Identifier: BSD-3-Clause */
/* Which exchange is of interest to which family, and what they share. */
#include "audit/attack/internal.h"

#include <string.h>

enum { IPV4 = 4 };

/* ---- shared ---- */

AuditAttack *
audit_attack_of(const AuditStep *s)
{
	if (!s->facts->attack)
		s->facts->attack = g_new0(AuditAttack, 1);
	return s->facts->attack;
}

void
audit_attack_free(AuditAttack *self)
{
	if (self)
		g_free(self->execution);
	g_free(self);
}

size_t
audit_attack_memory(const AuditAttack *self)
{
	return self ? sizeof(*self) + (self->execution ? sizeof(*self->execution) : 0) : 0;
}

AuditEvidence
audit_attack_here(const AuditStep *s)
{
	return audit_evidence_of(s->audit, s->info,
				 s->x->request.frame ? &s->x->request : &s->x->response);
}

void
audit_attack_see(const AuditStep *s, AuditRuleId rule, const AuditEvidence *at)
{
	AuditSighting *seen = &s->facts->pair.seen[rule];

	seen->count++;
	audit_sighting_evidence(seen, at);
}

void
audit_attack_is(const AuditStep *s, AuditRuleId rule, const AuditEvidence *at)
{
	audit_attack_see(s, rule, at);
	if (rule == AUDIT_SCANNER)
		s->facts->scanner = true;
	else
		audit_attack_of(s)->attack = true;
}

bool
audit_rule_is_attack(AuditRuleId rule)
{
	switch (rule) {
	case AUDIT_ATTACK_ETERNALBLUE:
	case AUDIT_ATTACK_ETERNALROMANCE:
	case AUDIT_ATTACK_DOUBLEPULSAR:
	case AUDIT_MS17_010:
	case AUDIT_RELAY:
	case AUDIT_FORGED:
	case AUDIT_REMOTE_EXECUTION:
	case AUDIT_COERCION:
	case AUDIT_CREDENTIAL_THEFT:
	case AUDIT_RANSOMWARE_RENAMES:
	case AUDIT_SCANNER:
		return true;
	default:
		return false;
	}
}

/* ---- names ---- */

const char *
audit_attack_account(const SmbUser *user, char out[AUDIT_ATTACK_NAME])
{
	const SmbAuth *auth = user ? user->auth : NULL;
	size_t n;

	out[0] = '\0';
	if (!auth || smb_text_is_empty(smb_string_text(auth->account)))
		return out;
	n = smb_text_to_utf8(smb_string_text(auth->domain), out, AUDIT_ATTACK_NAME / 2);
	if (n)
		out[n++] = '\\';
	smb_text_to_utf8(smb_string_text(auth->account), out + n, AUDIT_ATTACK_NAME - n);
	return out;
}

const char *
audit_attack_base(const char *path)
{
	const char *base = path;

	for (const char *c = path; *c; c++)
		if (*c == '\\' || *c == '/')
			base = c + 1;
	return base;
}

const char *
audit_attack_share(const SmbTree *tree, char out[AUDIT_ATTACK_NAME])
{
	char path[AUDIT_PATH_MAX];
	size_t n = smb_text_to_utf8(smb_string_text(tree ? tree->path : NULL), path, sizeof(path));

	while (n && (path[n - 1] == '\\' || path[n - 1] == '/'))
		path[--n] = '\0';
	g_strlcpy(out, audit_attack_base(path), AUDIT_ATTACK_NAME);
	for (char *c = out; *c; c++)
		*c = g_ascii_toupper(*c);
	return out;
}

/* Also with a port, as WebDAV has it: \\host@80\path. */
const char *
audit_attack_host(SmbText path, char out[AUDIT_ATTACK_NAME])
{
	char text[AUDIT_PATH_MAX];
	const char *host;

	smb_text_to_utf8(path, text, sizeof(text));
	host = audit_path_host(text);
	g_strlcpy(out, host ? host : "",
		  MIN((host ? strcspn(host, "\\/@") : 0) + 1, (size_t)AUDIT_ATTACK_NAME));
	return out;
}

const char *
audit_attack_address(const AuditAddress *address, char out[AUDIT_ATTACK_NAME])
{
	char *to = out;

	/* No printf: it is asked for at each tree connect. */
	for (int i = 0; address->family == IPV4 && i < 4; i++) {
		uint8_t byte = address->bytes[i];

		if (i > 0)
			*to++ = '.';
		if (byte >= 100)
			*to++ = (char)('0' + byte / 100);
		if (byte >= 10)
			*to++ = (char)('0' + byte / 10 % 10);
		*to++ = (char)('0' + byte % 10);
	}
	*to = '\0';
	return out;
}

/* ---- the exchanges ---- */

static void
take_call(const AuditStep *s)
{
	audit_execution_call(s);
	audit_coercion_call(s);
	audit_theft_call(s);
}

/* All calls that it writes; one whose arguments follow is that of a later exchange. */
static void
take_calls(const AuditStep *s)
{
	SmbExchange x = *s->x;
	const AuditStep one = { s->audit, s->facts, s->info, &x };

	for (; x.rpc; x.rpc = x.rpc->more)
		if (x.rpc->interface && !x.rpc->arguments_follow)
			take_call(&one);
}

/* The same as of audit_attack_exchange. */
static bool
take_rpc(const AuditStep *s)
{
	size_t before = audit_attack_memory(s->facts->attack);
	uint32_t marks = s->facts->pair.tallies[AUDIT_MARKS].n;

	if (s->x->rpc->more)
		take_calls(s);
	else if (s->x->rpc->arguments_follow)
		return false; /* the call is that of a later exchange */
	else
		take_call(s);
	return audit_attack_memory(s->facts->attack) != before ||
	       s->facts->pair.tallies[AUDIT_MARKS].n != marks;
}

static void
take_other(const AuditStep *s, bool other)
{
	const SmbExchange *x = s->x;

	if (x->version == 1 && other)
		audit_exploits_take(s);
	if (x->step == SMB_STEP_CLOSE)
		audit_renames_closed(s);
	else if (other && !smb_text_is_empty(x->other.name_to)) {
		audit_execution_named(s);
		audit_renames_take(s);
	} else
		audit_scanning_take(s);
	if (x->step == SMB_STEP_SESSION_SETUP) {
		audit_exploits_setup(s);
		audit_relay_take(s);
	}
}

bool
audit_attack_exchange(const Audit *audit, AuditFacts *facts, const SmbConnectionInfo *info,
		      const SmbExchange *x)
{
	AuditStep s = { audit, facts, info, x };
	bool other = x->step != SMB_STEP_CLOSE && smb_exchange_other(x);
	uint32_t marks = facts->pair.tallies[AUDIT_MARKS].n;
	uint32_t written = facts->pair.tallies[AUDIT_WRITTEN].n;
	const AuditAttack *before = facts->attack;

	if (!other && !x->rpc && (x->step == SMB_STEP_READ || x->step == SMB_STEP_WRITE))
		return false;
	if (!x->rpc || (!x->rpc->interface && !x->rpc->more))
		take_other(&s, other);
	else
		return take_rpc(&s);
	return facts->attack != before || facts->pair.tallies[AUDIT_MARKS].n != marks ||
	       facts->pair.tallies[AUDIT_WRITTEN].n != written;
}

void
audit_attack_file(const Audit *audit, AuditFacts *facts, const SmbConnectionInfo *info,
		  const SmbFile *file)
{
	AuditStep s = { audit, facts, info, NULL };

	audit_execution_file(&s, file);
}

void
audit_attack_end(const Audit *audit, AuditFacts *facts, const SmbConnectionInfo *info)
{
	AuditStep s = { audit, facts, info, NULL };

	audit_exploits_end(&s);
	audit_scanning_end(&s);
	audit_execution_end(&s);
	audit_renames_end(&s);
	if (audit_attack_apart(facts))
		audit_scanning_logons(&s);
}

bool
audit_attack_apart(const AuditFacts *facts)
{
	return facts->scanner || audit_attack_ran(facts);
}

bool
audit_attack_ran(const AuditFacts *facts)
{
	return facts->attack && facts->attack->attack;
}
