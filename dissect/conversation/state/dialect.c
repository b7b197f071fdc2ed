/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a connection negotiated: the dialect resolved in its own list of offers, the server's
 * security mode, the verdict on which side limits the other, and whether signatures were really
 * seen.
 */
#include <string.h>

#include "dissect/conversation/state/state.h"
#include "dissect/wire/names.h"

enum {
	NO_DIALECT = 0xFFFF,
	DIALECT_202 = 0x0202, /* [MS-SMB2] 2.2.4 */
};

static const uint64_t REFUSAL_NS = 60ULL * 1000 * 1000 * 1000;

/* ---- offers ---- */

/* Not 0: several may be in one frame. */
static uint64_t
id_of(const SmbExchange *x)
{
	return x->request.frame << 16 | (x->mid & 0xFFFF);
}

/* Each dialect has a NUL ([MS-CIFS] 2.2.4.52.1), so the last byte is one. */
static bool
is_unended(SmbReader list)
{
	uint32_t left = smb_reader_declared_left(&list);

	if (!left)
		return false;
	smb_reader_skip(&list, left - 1);
	return smb_reader_u8(&list) != 0;
}

void
smb_dialect_request1(SmbConnection *c, SmbRequest *req, const Smb1NegotiateRequest *r)
{
	uint32_t left = c->context->config.limits.dialects;
	SmbList list = r->dialects;
	bool first = !c->state->negotiate_seen;
	SmbText name;

	if (first) {
		c->state->negotiate_ns = req->x.request.time_ns;
		c->state->offers_unended = is_unended(list.at);
	}

	if (!first) {
		req->x.anomalies |= SMB_ANOMALY_SECOND_NEGOTIATE;
		smb_state_later_offers(c, id_of(&req->x));
	}
	c->info.anomalies |= req->x.anomalies;
	c->state->negotiate_seen = true;
	while (list.next && list.next(&list, &name)) {
		req->x.negotiate.n_offered++;
		/* More are counted, not held against those that are remembered one by one. */
		if (!left)
			continue;
		smb_state_add_dialect(c, name, true);
		smb_state_add_offer(c, name, !first);
		if (!--left && smb_reader_left(&list.at))
			smb_connection_limit(c);
	}
	c->info.offers_cut |= list.at.status == SMB_READ_TRUNCATED ||
			      req->x.incomplete & SMB_INCOMPLETE_TRUNCATED;
}

static const char *
unknown_dialect(uint16_t revision, char out[8])
{
	static const char digits[] = "0123456789abcdef";

	out[0] = '0';
	out[1] = 'x';
	for (int i = 0; i < 4; i++)
		out[2 + i] = digits[revision >> (12 - 4 * i) & 0xF];
	out[6] = '\0';
	return out;
}

/* 0 says that there is none ([MS-SMB2] 2.2.4.1.2). */
static bool
names_cipher(const SmbAlgorithms *algorithms)
{
	return (algorithms->ciphers & ~UINT32_C(1)) != 0;
}

void
smb_dialect_request2(SmbConnection *c, SmbRequest *req, const Smb2Facts *facts)
{
	SmbNegotiateFacts *f = &req->x.negotiate;
	SmbText guid;
	char hex[8];

	/* After a negotiate of SMB1 the MessageId is 1 ([MS-SMB2] 3.2.5.2). */
	if (!c->state->negotiate_seen && !c->state->answered_smb2 &&
	    !(c->info.midstream && req->x.mid) && c->info.messages[0] + c->info.messages[1] <= 1)
		c->state->first_is_smb2 = true;
	if (!c->state->negotiate_seen)
		c->state->negotiate_ns = req->x.request.time_ns;
	c->state->negotiate_seen = true;
	f->index = -1;
	f->n_offered = (uint16_t)facts->n_dialects;
	guid = (SmbText){ facts->guid, SMB_TEXT_OEM };
	smb_request_keep(c->context, req, &guid);
	f->client_guid = guid.bytes;
	smb_shared_client(c, facts->guid);
	c->info.offers_cut |= facts->dialects_cut;
	f->client_security_mode = facts->security_mode;
	f->client_capabilities = facts->capabilities;
	f->client_algorithms = facts->algorithms;
	/* [MS-SMB2] 2.2.3: 3.1.1 says it in a negotiate context. */
	c->state->can_encrypt |= names_cipher(&facts->algorithms) || req->x.incomplete ||
				 facts->capabilities & SMB2_GLOBAL_CAP_ENCRYPTION;
	for (uint32_t i = 0; i < facts->n_dialects; i++) {
		const char *name = smb2_dialect_name(facts->dialects[i]);

		smb_state_add_dialect(
			c,
			smb_text_from_utf8(name ? name : unknown_dialect(facts->dialects[i], hex)),
			false);
	}
	if (facts->security_mode & SMB2_NEGOTIATE_SIGNING_ENABLED)
		c->info.signing |= SMB_SIGNING_CLIENT_ENABLED;
	if (facts->security_mode & SMB2_NEGOTIATE_SIGNING_REQUIRED)
		c->info.signing |= SMB_SIGNING_CLIENT_REQUIRED;
}

/* ---- answers ---- */

static void
take_signing(SmbConnectionInfo *info, const SmbNegotiateFacts *f)
{
	if (f->signing_enabled)
		info->signing |= SMB_SIGNING_SERVER_ENABLED;
	if (f->signing_required)
		info->signing |= SMB_SIGNING_SERVER_REQUIRED;
}

uint32_t
smb_offered_mechanisms(SmbSpan token)
{
	SmbToken read;

	smb_token_read(token, SMB_TEXT_OEM, &read);
	return read.offered;
}

static void
take_security_mode(SmbConnection *c, SmbNegotiateFacts *f, const Smb1NegotiateResponse *r)
{
	SmbConnectionInfo *info = &c->info;

	if (r->form == 1) {
		info->share_level = info->plaintext = true;
		return;
	}
	if (!r->mode_seen)
		return;
	f->has_security_mode = info->has_security_mode = true;
	f->security_mode = info->security_mode = r->security_mode;
	f->user_level = r->security_mode & NEGOTIATE_USER_SECURITY;
	f->challenge_response = r->security_mode & NEGOTIATE_ENCRYPT_PASSWORDS;
	f->signing_enabled = r->security_mode & NEGOTIATE_SECURITY_SIGNATURES_ENABLED;
	f->signing_required = r->security_mode & NEGOTIATE_SECURITY_SIGNATURES_REQUIRED;
	info->share_level = !f->user_level;
	info->plaintext = !f->challenge_response;
	if (r->form == 17)
		take_signing(info, f);
}

static void
take_dialect(SmbConnection *c, SmbExchange *x, uint16_t index)
{
	SmbNegotiateFacts *f = &x->negotiate;
	SmbText name = smb_state_offer(c, index, 0);

	f->index = index;
	if (index == NO_DIALECT) {
		f->refused = c->state->refused = true;
		f->index = -1;
		return;
	}
	if (!name.bytes.ptr) {
		if (c->state->negotiate_seen && !x->incomplete)
			x->anomalies |= SMB_ANOMALY_DIALECT_INDEX;
		return;
	}
	f->dialect = name;
	smb_context_set_string(c->context, &c->info.dialect, name);
	c->info.version = 1;
}

/*
 * Says what a second answer says of its own request, and does nothing more: there is one negotiate
 * ([MS-CIFS] 2.2.4.52), and both ends know which.
 */
static void
take_second(SmbConnection *c, SmbRequest *req, uint16_t index)
{
	SmbNegotiateFacts *f = &req->x.negotiate;

	req->x.anomalies |= SMB_ANOMALY_SECOND_NEGOTIATE;
	c->info.anomalies |= SMB_ANOMALY_SECOND_NEGOTIATE;
	f->refused = index == NO_DIALECT;
	f->index = f->refused ? -1 : index;
	if (req->x.request.frame)
		f->dialect = smb_state_offer(c, index, id_of(&req->x));
}

/* The first answer counts; a second is an anomaly, and never a verdict. */
void
smb_dialect_response1(SmbConnection *c, SmbRequest *req, const SmbBlock *block)
{
	const Smb1NegotiateResponse *r = block->body;
	SmbNegotiateFacts *f = &req->x.negotiate;

	c->state->negotiate_answered = true;
	if (!r)
		return;
	if (c->state->answered_smb1 || c->state->answered_smb2) {
		take_second(c, req, r->dialect_index);
		return;
	}
	c->state->answered_smb1 = true;
	f->answered_by = 1;
	take_dialect(c, &req->x, r->dialect_index);
	c->info.anomalies |= req->x.anomalies;
	if (f->refused)
		return;
	take_security_mode(c, f, r);
	f->extended_security = c->info.extended_security = r->capabilities & CAP_EXTENDED_SECURITY;
	f->capabilities_seen = c->info.capabilities_seen = r->capabilities_seen;
	f->challenge_length = (uint8_t)r->challenge.len;
	f->challenge = r->challenge;
	f->token = r->security_blob;
	smb_logon_challenge(c, r->challenge);
	f->capabilities = r->capabilities;
	f->max_buffer_size = r->max_buffer_size;
	f->server_guid = r->server_guid;
	f->domain = r->primary_domain;
	f->server = r->server;
	if (!c->info.server_name && !smb_text_is_empty(r->server))
		smb_context_set_string(c->context, &c->info.server_name, r->server);
}

/* Names of dialects are in ASCII, whatever the code page. */
static bool
is_name(SmbText dialect, const char *name)
{
	return smb_span_equal(dialect.bytes, smb_text_from_utf8(name).bytes);
}

/* Of what the wildcard or 2.0.2 is the answer to ([MS-SMB2] 3.3.5.3.1, 3.3.5.3.2). */
static bool
offers_by_smb1(const SmbConnection *c, uint16_t dialect)
{
	const char *name = dialect == SMB2_DIALECT_WILDCARD ? "SMB 2.???"
			   : dialect == DIALECT_202         ? "SMB 2.002"
							    : NULL;
	bool offered = false;

	for (uint32_t i = 0; name && i < c->state->offers.n; i++)
		offered |= is_name(smb_string_text(c->state->offers.items[i]), name);
	return offered;
}

static bool
offers_by_smb2(const SmbConnection *c, uint16_t dialect)
{
	const char *name = smb2_dialect_name(dialect);
	char hex[8];

	if (!name)
		name = unknown_dialect(dialect, hex);
	for (uint32_t i = c->info.n_dialects_smb1; i < c->info.n_dialects; i++)
		if (is_name(smb_string_text(c->info.dialects[i]), name))
			return true;
	return false;
}

/* Of one that was read whole; algorithm 0 of ciphers and compression says that there is none. */
static bool
is_beyond(const SmbNegotiateFacts *f)
{
	const SmbAlgorithms *offered = &f->client_algorithms, *chosen = &f->algorithms;

	return (chosen->ciphers & ~offered->ciphers & ~UINT32_C(1)) ||
	       (chosen->compressions & ~offered->compressions & ~UINT32_C(1)) ||
	       (chosen->signings & ~offered->signings);
}

/*
 * A client has to close the connection if the dialect is none of its own, and to fail if a
 * negotiate context names something else than it did ([MS-SMB2] 3.2.5.2).
 */
static void
hold_against_offer(SmbConnection *c, SmbRequest *req, const SmbMessage *m, uint16_t dialect)
{
	const SmbExchange *x = &req->x;
	bool known = x->request.frame && !c->info.offers_cut && !x->incomplete && !m->incomplete &&
		     c->info.n_dialects < c->context->config.limits.dialects;
	bool offered = x->version == 1 ? offers_by_smb1(c, dialect) : offers_by_smb2(c, dialect);
	bool beyond = x->version != 1 && dialect == SMB2_DIALECT_311 && is_beyond(&x->negotiate);

	if (!known || (offered && !beyond))
		return;
	req->x.anomalies |= SMB_ANOMALY_NOT_OFFERED;
	c->info.anomalies |= SMB_ANOMALY_NOT_OFFERED;
}

void
smb_dialect_response2(SmbConnection *c, SmbRequest *req, const SmbMessage *m,
		      const Smb2Facts *facts)
{
	SmbNegotiateFacts *f = &req->x.negotiate;
	const char *name = smb2_dialect_name(facts->dialect);
	char hex[8];

	/* [MS-SMB2] 3.3.5.4: no dialect in common. */
	if (m->status.value == STATUS_NOT_SUPPORTED && !c->state->negotiate_answered &&
	    smb_was_asked(&req->x))
		f->refused = c->state->refused = true;
	c->state->negotiate_answered = true;
	if (smb_status_failed(m->status) || !m->blocks[0].body)
		return;
	c->state->answered_smb2 = true;
	/* [MS-SMB2] 3.2.5.2, Connection.SupportsEncryption. */
	c->state->server_encrypts = facts->dialect == SMB2_DIALECT_311
					    ? names_cipher(&facts->algorithms) || m->incomplete
					    : facts->dialect >= SMB2_DIALECT_300 &&
						      facts->capabilities &
							      SMB2_GLOBAL_CAP_ENCRYPTION;
	smb_shared_server(c, facts->guid);
	f->answered_by = 2;
	f->dialect = smb_text_from_utf8(name);
	/* All servers set a bit of it ([MS-SMB2] 2.2.4), unless the capture is cut before it. */
	f->has_security_mode = facts->security_mode || !m->incomplete;
	c->info.has_security_mode = f->has_security_mode;
	f->security_mode = c->info.security_mode = facts->security_mode;
	f->user_level = f->challenge_response = true;
	f->signing_enabled = facts->security_mode & SMB2_NEGOTIATE_SIGNING_ENABLED;
	f->signing_required = facts->security_mode & SMB2_NEGOTIATE_SIGNING_REQUIRED;
	f->capabilities = facts->capabilities;
	f->algorithms = facts->algorithms;
	hold_against_offer(c, req, m, facts->dialect);
	f->token = facts->blob;
	f->server_guid = facts->guid;
	/* The wildcard only says that an SMB2 negotiate follows ([MS-SMB2] 3.3.5.3.1). */
	if (facts->dialect != SMB2_DIALECT_WILDCARD && facts->dialect) {
		smb_context_set_string(c->context, &c->info.dialect,
				       smb_text_from_utf8(
					       name ? name : unknown_dialect(facts->dialect, hex)));
		f->dialect = smb_string_text(c->info.dialect);
	}
	c->info.version = facts->dialect >= SMB2_DIALECT_300 ? 3 : 2;
	c->info.share_level = c->info.plaintext = false;
	c->info.signing &= ~(uint32_t)(SMB_SIGNING_SERVER_ENABLED | SMB_SIGNING_SERVER_REQUIRED);
	take_signing(&c->info, f);
}

/* ---- the verdict: in the order refused, pre_nt, then the limited ones ---- */

static bool
offers_smb2(const SmbConnection *c)
{
	for (uint32_t i = 0; i < c->state->offers.n; i++) {
		SmbText offer = smb_string_text(c->state->offers.items[i]);

		if (smb_span_begins(offer.bytes, "SMB 2", 5))
			return true;
	}
	return false;
}

static bool
is_nt(SmbText dialect)
{
	return is_name(dialect, "NT LM 0.12") || is_name(dialect, "NT LANMAN 1.0");
}

/*
 * Whether the server refused all dialects: it said so, or left without a word soon after the first
 * negotiate. A server that was silent for a minute looked at no dialect.
 */
static bool
is_refused(const SmbConnection *c, bool left_mute)
{
	uint64_t since = c->state->negotiate_ns;

	return c->state->refused || (left_mute && since && !c->state->negotiate_answered &&
				     c->info.last.time_ns - since < REFUSAL_NS);
}

static SmbVerdict
verdict(const SmbConnection *c, bool left_mute)
{
	bool newer = offers_smb2(c), refused = is_refused(c, left_mute);

	if (c->state->first_is_smb2)
		return refused ? SMB_VERDICT_REFUSED : SMB_VERDICT_SMB2_DIRECT;
	if (!c->state->offers.n)
		return SMB_VERDICT_NONE;
	if (c->state->answered_smb2)
		return newer || c->info.offers_cut ? SMB_VERDICT_SMB1_OFFERED_SMB2_CHOSEN
						   : SMB_VERDICT_NONE;
	if (refused)
		return SMB_VERDICT_REFUSED;
	if (!c->info.dialect)
		return SMB_VERDICT_NONE;
	if (!is_nt(smb_string_text(c->info.dialect)))
		return SMB_VERDICT_PRE_NT;
	if (newer)
		return SMB_VERDICT_SMB1_SERVER_LIMITED;
	return c->info.offers_cut ? SMB_VERDICT_NONE : SMB_VERDICT_SMB1_CLIENT_LIMITED;
}

void
smb_dialect_verdict(SmbConnection *c, bool left_mute)
{
	c->info.verdict = verdict(c, left_mute);
}

SmbServerMode
smb_dialect_server_mode(const SmbConnection *c)
{
	/* A mode that is not on the wire is that of the core protocol, or not captured. */
	bool core = c->info.share_level && c->info.plaintext;

	return (SmbServerMode){ .unseen = !c->info.has_security_mode && !core,
				.share_level = c->info.share_level,
				.challenged = !c->info.plaintext };
}

/* ---- signing, by what was seen: flags are wrong in both directions ---- */

/*
 * What SMB2 clients sign even if nothing else is signed ([MS-SMB2] 3.2.4.1.1), and what is never
 * signed.
 */
static bool
says_nothing(const SmbMessage *m, int32_t function)
{
	if (m->version == 1)
		return m->command == SMB_COM_NEGOTIATE || m->command == SMB_COM_SESSION_SETUP_ANDX;
	return m->command == SMB2_NEGOTIATE || m->command == SMB2_SESSION_SETUP ||
	       m->command == SMB2_TREE_CONNECT ||
	       (m->command == SMB2_IOCTL && (function == FSCTL_VALIDATE_NEGOTIATE_INFO ||
					     function == FSCTL_QUERY_NETWORK_INTERFACE_INFO));
}

/*
 * "BSRSPYL " is a placeholder of clients that expect to sign later. What a server sends back as it came is
 * no signature: that would be another one ([MS-CIFS] 3.1.4.1), and clients could send anything.
 */
static bool
is_signed(const SmbMessage *m, const SmbRequest *answered)
{
	const size_t n = sizeof(m->signature) / 2;

	if (m->version == 2)
		return m->flags & SMB2_FLAGS_SIGNED;
	return m->has_signature && memcmp(m->signature, "BSRSPYL ", n) != 0 &&
	       !(m->response && answered && memcmp(m->signature, answered->signature, n) == 0);
}

/* Both ways, after the logon, and changing from message to message. */
void
smb_dialect_signature(SmbConnection *c, const SmbMessage *m, const SmbRequest *answered,
		      int32_t function)
{
	size_t n = m->version == 1 ? 8 : 16;

	/* Where one direction is not captured, nothing says that the logon was accepted. */
	if (c->info.signing_observed || says_nothing(m, function) ||
	    (c->state->setups_seen && !c->expected.logged_on &&
	     c->info.messages[m->dir == SMB_TO_SERVER ? SMB_TO_CLIENT : SMB_TO_SERVER]))
		return;
	c->state->signable_seen[m->dir] = true;
	if (!is_signed(m, answered)) {
		if (!c->info.unsigned_seen)
			c->info.unsigned_seen = smb_logon_can_sign(c, m->uid);
		return;
	}
	c->state->signed_seen[m->dir] = true;
	if (!c->state->first_signature_set) {
		memcpy(c->state->first_signature, m->signature, n);
		c->state->first_signature_set = true;
	} else if (memcmp(c->state->first_signature, m->signature, n) != 0) {
		c->state->signatures_differ = true;
	}
	c->info.signing_observed = c->state->signed_seen[0] && c->state->signed_seen[1] &&
				   c->state->signatures_differ;
}

bool
smb_dialect_is_nt1(SmbText dialect)
{
	return is_name(dialect, "NT LM 0.12");
}

bool
smb_dialect_offers_nt1(const SmbConnection *c)
{
	bool nt1 = false;

	for (uint32_t i = 0; i < c->state->offers.n; i++)
		nt1 |= smb_dialect_is_nt1(smb_string_text(c->state->offers.items[i]));
	return nt1;
}

bool
smb_dialect_offers_newer(const SmbConnection *c)
{
	return offers_smb2(c) || c->info.offers_cut || c->state->first_is_smb2;
}

void
smb_dialect_settle_signing(SmbConnection *c)
{
	const SmbState *s = c->state;

	if (s->signatures_differ && (s->signed_seen[0] || !s->signable_seen[0]) &&
	    (s->signed_seen[1] || !s->signable_seen[1]))
		c->info.signing_observed = true;
}
