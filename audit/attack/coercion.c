/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Calls that make a server log on at another host, where its logon can be relayed: by a path of
 * EFSRPC ([MS-EFSR] 3.1.4.2), DFSNM ([MS-DFSNM] 3.1.4), FSRVP ([MS-FSRVP] 3.1.4) or a copy of a log
 * ([MS-EVEN] 3.1.4.1, 3.1.4.9, 3.1.4.11) that is on another host than the called one. Whoever calls a
 * server by an alias names another host as well, which is why this is dual.
 *
 * A client that wants to be told of changes of a printer ([MS-RPRN] 3.1.4.10.3, 3.1.4.10.4) names
 * itself, and so does SpoolSample: that is told if another host is named, or together with the
 * logon that the server then makes (callbacks.c). So is a name by which the client calls the server,
 * if nothing else says that it is the server's.
 */
#include <string.h>

#include "audit/attack/internal.h"

enum { FIND_FIRST = 62, FIND_FIRST_EX = 65 };

/* The name, or its first label. */
static bool
is_name(SmbText name, const char *host)
{
	char own[AUDIT_ATTACK_NAME];
	size_t label = strcspn(host, ".");

	smb_text_to_utf8(name, own, sizeof(own));
	if (!own[0])
		return false;
	if (g_ascii_strcasecmp(own, host) == 0)
		return true;
	return strspn(host, "0123456789.") != strlen(host) && strcspn(own, ".") == label &&
	       g_ascii_strncasecmp(own, host, label) == 0;
}

static bool
is_address(const char *host)
{
	return strspn(host, "0123456789.") == strlen(host);
}

/*
 * The server, by the names that it gave itself. The first label of its own may be that of a host in
 * another domain, which is seen where its domain is known.
 */
static bool
is_named(const SmbConnectionInfo *info, const char *host)
{
	char dns[AUDIT_ATTACK_NAME];

	smb_text_to_utf8(smb_string_text(info->server_dns), dns, sizeof(dns));
	if (strchr(dns, '.') && strchr(host, '.') && !is_address(host))
		return g_ascii_strcasecmp(dns, host) == 0;
	return is_name(smb_string_text(info->server_name), host) ||
	       is_name(smb_string_text(info->server_dns), host);
}

/* Whether it is the server, by what is known of it. */
static bool
is_called(const AuditStep *s, const char *host)
{
	static const char *const self[] = { "localhost", "127.0.0.1", ".", "?" };
	char own[AUDIT_ATTACK_NAME];

	for (size_t i = 0; i < G_N_ELEMENTS(self); i++)
		if (g_ascii_strcasecmp(host, self[i]) == 0)
			return true;
	if (strcmp(audit_attack_address(&s->facts->pair.server, own), host) == 0)
		return true;
	/* Servers take any address for theirs: a client may call it by that of the other host. */
	if (is_address(host) && own[0])
		return false;
	return is_named(s->info, host);
}

/*
 * Whether the client calls the server by it. That may be an alias; and servers take any name for
 * theirs, so that of the other host, too.
 */
static bool
is_alias(const AuditStep *s, const char *host)
{
	char own[AUDIT_ATTACK_NAME];

	if (is_address(host) && *audit_attack_address(&s->facts->pair.server, own))
		return false;
	audit_attack_host(smb_string_text(s->x->tree ? s->x->tree->path : NULL), own);
	/* Of a name with a domain another one is none, where the server says which is its own. */
	if (s->info->server_dns && strchr(host, '.') && !is_address(host))
		return g_ascii_strcasecmp(own, host) == 0;
	return is_name(smb_text_from_utf8(own), host);
}

/* Whether it is the client, as far as its name is known. */
static bool
may_be_caller(const AuditStep *s, const char *host)
{
	const SmbAuth *auth = s->x->user ? s->x->user->auth : NULL;
	SmbString *name = s->info->client_name ? s->info->client_name : auth ? auth->host : NULL;
	char own[AUDIT_ATTACK_NAME];

	if (strcmp(audit_attack_address(&s->facts->pair.client, own), host) == 0)
		return true;
	if (is_address(host))
		return !own[0];
	return !name || is_name(smb_string_text(name), host);
}

static void
found(const AuditStep *s, AuditMarkKind kind, const char *host)
{
	const SmbRpcFacts *rpc = s->x->rpc;
	AuditEvidence at = audit_attack_here(s);
	char account[AUDIT_ATTACK_NAME];

	audit_attack_mark(s, kind, at.time_ns, host,
			  rpc->operation ? rpc->operation : rpc->interface,
			  audit_attack_account(s->x->user, account));
	if (kind == AUDIT_MARK_COERCION)
		audit_attack_see(s, AUDIT_COERCION, &at);
	else
		audit_sighting_evidence(&s->facts->pair.seen[AUDIT_COERCION], &at);
}

/* False if it is not certain that it is another host, of which `kind` is told. */
static bool
tell(const AuditStep *s, AuditMarkKind kind, const char *host)
{
	bool alias = host[0] && is_alias(s, host);

	if (!host[0] || is_called(s, host))
		return false;
	found(s, alias ? AUDIT_MARK_ALIAS : kind, host);
	return !alias;
}

/* The host, which may be written without the backslashes. Returns `out`. */
static const char *
bare_host(SmbText target, char out[AUDIT_ATTACK_NAME])
{
	if (!*audit_attack_host(target, out))
		smb_text_to_utf8(target, out, AUDIT_ATTACK_NAME);
	return out;
}

/* The host that the spooler is to tell. */
static void
spooler(const AuditStep *s)
{
	char host[AUDIT_ATTACK_NAME];

	bare_host(s->x->rpc->arguments.target, host);
	tell(s, may_be_caller(s, host) ? AUDIT_MARK_CALLBACK : AUDIT_MARK_COERCION, host);
}

static bool
is_for_changes(const SmbRpcFacts *rpc)
{
	return strcmp(rpc->interface, "spoolss") == 0 &&
	       (rpc->opnum == FIND_FIRST || rpc->opnum == FIND_FIRST_EX);
}

/* What has a host among its arguments, if they could be read. */
static bool
may_coerce(const SmbRpcFacts *rpc)
{
	return is_for_changes(rpc) || strcmp(rpc->interface, "dfsnm") == 0 ||
	       strcmp(rpc->interface, "efsrpc") == 0 || strcmp(rpc->interface, "fsrvp") == 0 ||
	       strcmp(rpc->interface, "eventlog") == 0;
}

void
audit_coercion_call(const AuditStep *s)
{
	const SmbRpcFacts *rpc = s->x->rpc;
	char host[AUDIT_ATTACK_NAME];

	if (!audit_call_is_asked(rpc) || !may_coerce(rpc))
		return;
	/* Tools seal it. Whether the server then logs on at whoever asked shows where it was to go. */
	if (rpc->arguments.sealed)
		found(s, AUDIT_MARK_SEALED, "");
	if (smb_text_is_empty(rpc->arguments.target))
		return;
	if (is_for_changes(rpc)) {
		spooler(s);
		return;
	}
	if (strcmp(rpc->interface, "dfsnm") == 0)
		tell(s, AUDIT_MARK_COERCION, bare_host(rpc->arguments.target, host));
	else if (!tell(s, AUDIT_MARK_COERCION, audit_attack_host(rpc->arguments.target, host)))
		/* The other file of two, which the server is to make. */
		tell(s, AUDIT_MARK_COERCION, audit_attack_host(rpc->arguments.name, host));
}
