/* SPDX-License-Identifier: BSD-3-Clause */
/* Where the keys of SMB2 come from: negotiation and logons of a connection ([MS-SMB2] 3.2.5.2, 3.2.5.3). */
#include <string.h>

#include "keys/smb2.h"
#include "keys/vault.h"

enum {
	NOBODY = 3, /* SMB2_SESSION_FLAG_IS_GUEST, _IS_NULL */

	MUTUAL = 0x20000000, /* of APOptions: RFC 4120 5.5.1 */
};

void
keys_tell(SmbKeyOutput *out, bool *told, SmbKeyTrouble trouble)
{
	if (*told || trouble == SMB_KEY_FINE)
		return;
	*told = true;
	out->trouble = trouble;
}

/* ---- NEGOTIATE: 3.2.5.2 ---- */

static KeysCipher
cipher_of(uint16_t dialect, const SmbAlgorithms *chosen)
{
	if (dialect < SMB2_DIALECT_300)
		return KEYS_NO_CIPHER;
	if (dialect < SMB2_DIALECT_311)
		return KEYS_AES128_CCM;
	for (int id = KEYS_AES128_CCM; id <= KEYS_AES256_GCM; id++)
		if (chosen->ciphers & UINT32_C(1) << id)
			return (KeysCipher)id;
	return KEYS_NO_CIPHER;
}

static KeysSigning
signing_of(uint16_t dialect, const SmbAlgorithms *chosen)
{
	if (dialect < SMB2_DIALECT_300)
		return KEYS_HMAC_SHA256;
	for (int id = KEYS_HMAC_SHA256; dialect >= SMB2_DIALECT_311 && id <= KEYS_AES_GMAC; id++)
		if (chosen->signings & UINT32_C(1) << id)
			return (KeysSigning)id;
	return KEYS_AES_CMAC;
}

void
keys_setup_negotiate(KeyConnection2 *c, const SmbKeyInput *in, const KeyMessage *msg)
{
	if (c->negotiated)
		return;
	if (!in->message->response) {
		memset(c->hash, 0, sizeof(c->hash));
		c->whole = msg->whole;
		keys_preauth(c->hash, msg->bytes);
		return;
	}
	if (in->message->status.value != STATUS_SUCCESS || !in->dialect ||
	    in->dialect == SMB2_DIALECT_WILDCARD)
		return;
	c->negotiated = true;
	c->whole &= msg->whole;
	keys_preauth(c->hash, msg->bytes);
	c->dialect = in->dialect;
	c->cipher = cipher_of(in->dialect, &in->algorithms);
	c->signing = signing_of(in->dialect, &in->algorithms);
	smb_span_copy(in->guid, c->guid, sizeof(c->guid));
}

/* ---- the setups of a connection ---- */

/* How little is lost with a place. */
static int
spare(const KeySetup *s)
{
	if (!s->used)
		return 3;
	if (s->gone)
		return 2;
	return !s->ready && !s->open;
}

KeySetup *
keys_setup_add(KeyRing *ring, KeyConnection2 *c, uint64_t id)
{
	uint32_t at = c->next % KEYS_SETUPS;

	for (uint32_t i = 0, first = at; i < KEYS_SETUPS; i++)
		if (spare(&c->setups[(first + i) % KEYS_SETUPS]) > spare(&c->setups[at]))
			at = (first + i) % KEYS_SETUPS;
	if (c->setups[at].used) {
		ring->limits += !c->setups[at].gone;
		c->next = at + 1;
	}
	keys_wipe(&c->setups[at], sizeof(c->setups[at]));
	c->setups[at].used = true;
	c->setups[at].id = id;
	return &c->setups[at];
}

KeySetup *
keys_setup_find(KeyConnection2 *c, uint64_t id)
{
	for (uint32_t i = 0; id && i < KEYS_SETUPS; i++)
		if (c->setups[i].used && c->setups[i].id == id)
			return &c->setups[i];
	return NULL;
}

void
keys_setup_gone(KeyConnection2 *c, uint64_t id)
{
	KeySetup *s = keys_setup_find(c, id);

	if (s)
		s->gone = true;
}

static KeySetup *
setup_waiting(KeyConnection2 *c, uint64_t mid)
{
	for (uint32_t i = 0; i < KEYS_SETUPS; i++)
		if (c->setups[i].used && c->setups[i].waits && c->setups[i].mid == mid)
			return &c->setups[i];
	return NULL;
}

/* The n-th key that the file gives for an id. */
static const KeyGiven *
given_key(const KeyRing *ring, uint64_t id, uint32_t n)
{
	for (uint32_t i = 0; i < ring->n_given; i++)
		if (ring->given[i].id == id && n-- == 0)
			return &ring->given[i];
	return NULL;
}

/* ---- SESSION_SETUP ---- */

static void
take_ntlm(KeyRing *ring, KeySetup *s, const SmbToken *t)
{
	KeyLogon logon = { .account = t->account,
			   .domain = t->domain,
			   .lm = t->lm,
			   .nt = t->nt,
			   .challenge = s->challenged ? s->challenge : NULL,
			   .ntlmssp = true,
			   .flags = t->flags,
			   .session_key = t->session_key };
	bool known;

	s->nobody = keys_ntlm_anonymous(t);
	if (keys_ntlm_find(ring, &logon, &s->session, &known)) {
		s->state = KEY_PROVEN;
		return;
	}
	s->state = KEY_UNKNOWN;
	s->trouble = !known ? SMB_KEY_MISSING : s->challenged ? SMB_KEY_PASSWORD : SMB_KEY_UNSEEN;
}

static void
take_ticket(KeyRing *ring, KeySetup *s, const SmbToken *t)
{
	s->mutual = t->ap_options & MUTUAL;
	s->replied = false;
	if (keys_kerberos_request(ring, t, &s->session, &s->part)) {
		s->state = KEY_PROVEN;
		return;
	}
	s->state = KEY_UNKNOWN;
	s->trouble = ring->n_tickets ? SMB_KEY_TICKET : SMB_KEY_MISSING;
}

static void
take_token(KeyRing *ring, KeySetup *s, const SmbToken *t)
{
	switch (t ? t->kind : SMB_TOKEN_NONE) {
	case SMB_TOKEN_NTLM_CHALLENGE:
		s->challenged = smb_span_copy(t->challenge, s->challenge, 8) == 8;
		break;
	case SMB_TOKEN_NTLM_AUTHENTICATE:
		take_ntlm(ring, s, t);
		break;
	case SMB_TOKEN_KERBEROS_AP_REQ:
		take_ticket(ring, s, t);
		break;
	case SMB_TOKEN_KERBEROS_AP_REP:
		if (!s->part.key.size)
			break;
		s->replied = keys_kerberos_reply(ring, &s->part, t, &s->session);
		s->broken = !s->replied && t->part_cipher.len > 0;
		break;
	default:
		break;
	}
}

/* A logon begins: of a session, of another channel of one, or once more of the same. */
static KeySetup *
setup_begin(KeyRing *ring, KeyConnection2 *c, const SmbKeyInput *in)
{
	uint64_t id = in->message->uid;
	bool binds = id && in->session_flags & SMB2_SESSION_FLAG_BINDING;
	KeySetup *s = keys_setup_find(c, id);

	if (s && (s->ready || s->nobody)) {
		s->again = true;
	} else {
		if (!s)
			s = keys_setup_add(ring, c, id);
		s->binds = binds;
		s->late = id && !binds;
		s->doubtful = false;
		/* One that has an id already began before the capture did. */
		s->whole = c->negotiated && c->whole && (!id || binds);
		s->trouble = SMB_KEY_MISSING;
		memcpy(s->hash, c->hash, KEYS_HASH);
	}
	s->open = true;
	s->gone = false;
	return s;
}

void
keys_setup_request(KeyRing *ring, KeyConnection2 *c, const SmbKeyInput *in, const KeyMessage *msg)
{
	KeySetup *s = keys_setup_find(c, in->message->uid);

	if (!s || !s->open)
		s = setup_begin(ring, c, in);
	s->mid = in->message->mid;
	s->waits = true;
	s->broken = false;
	/* The same user proves itself again: 3.3.5.5.2. The keys stay. */
	if (s->again)
		return;
	s->whole &= msg->whole;
	keys_preauth(s->hash, msg->bytes);
	take_token(ring, s, in->token);
}

/* Whether the table has the session that the setup made. */
bool
keys_setup_made(const KeySetup *s, const KeySession *k)
{
	return !s->binds && k->full.size == s->session.size &&
	       keys_equal(k->full.bytes, s->session.bytes, KEYS_SIZE_MAX) &&
	       memcmp(k->hash, s->hash, KEYS_HASH) == 0;
}

/*
 * Its session, with the keys that all channels share, in the place of an older one; NULL: they are
 * not for this setup to set.
 */
static KeySession *
session_of(KeyRing *ring, const KeyConnection2 *c, const KeySetup *s)
{
	KeySession *k = keys_session_find(ring, c->guid, s->id);
	bool proven = k && k->state == KEY_PROVEN, contested;

	if (s->binds || (s->late && proven && s->state != KEY_PROVEN))
		return NULL;
	contested = k && (k->contested || (proven && !keys_setup_made(s, k)));
	k = keys_session_add(ring, c->guid, s->id);
	k->contested = contested;
	k->dialect = c->dialect;
	k->cipher = c->cipher;
	memcpy(k->hash, s->hash, KEYS_HASH);
	return k;
}

/* Derives everything from s->session. */
void
keys_setup_ready(KeyRing *ring, KeyConnection2 *c, KeySetup *s)
{
	KeySession channel = { .dialect = c->dialect, .cipher = c->cipher };
	KeySession *k = session_of(ring, c, s);

	s->n_signing = keys_session_signing(&channel, &s->session, s->hash, s->signing);
	s->ready = c->ready = true;
	if (!k)
		return;
	k->state = s->state;
	k->full = s->session;
	memcpy(k->signing, s->signing[0], KEYS_SIZE);
	keys_session_derive(k);
}

/* The keys of 3.1.1 depend on every message of the negotiation and of the logon. */
bool
keys_setup_derivable(const KeyConnection2 *c, const KeySetup *s)
{
	return c->dialect && (c->dialect < SMB2_DIALECT_311 || s->whole);
}

/* Forgets the key: the n-th one of the file takes its place. False: there is none. */
bool
keys_setup_use_given(KeyRing *ring, KeyConnection2 *c, KeySetup *s, uint32_t n)
{
	const KeyGiven *given = given_key(ring, s->id, n);

	if (!given || !keys_setup_derivable(c, s))
		return false;
	s->session = given->key;
	s->state = KEY_GIVEN;
	s->doubtful = false;
	keys_setup_ready(ring, c, s);
	return true;
}

/*
 * The key of a logon is not the session's for certain if the AP-REP may have brought another
 * ([MS-KILE] 3.1.1.2), and if it was not the session's first one, whose keys stay ([MS-SMB2]
 * 3.3.5.5.2). `whole`: the last answer was.
 */
void
keys_setup_accept(KeyRing *ring, KeyConnection2 *c, KeySetup *s, bool whole)
{
	bool ticket_only = s->part.key.size && !s->replied;

	if (s->late || (ticket_only && (s->mutual || !whole))) {
		s->state = KEY_GIVEN;
		s->doubtful = true;
	}
	keys_setup_ready(ring, c, s);
}

/* An older session that had its id is no more. */
static void
forget_session(KeyRing *ring, KeyConnection2 *c, const KeySetup *s)
{
	KeySession *k = s->binds || s->late ? NULL : keys_session_find(ring, c->guid, s->id);

	if (k)
		keys_wipe(k, sizeof(*k));
}

/* The logon was accepted. */
static void
setup_done(KeyRing *ring, KeyConnection2 *c, KeySetup *s, bool whole, SmbKeyOutput *out)
{
	if (s->nobody || !keys_setup_derivable(c, s) || s->state != KEY_PROVEN)
		forget_session(ring, c, s);
	if (s->nobody)
		return;
	if (!keys_setup_derivable(c, s))
		s->trouble = SMB_KEY_UNSEEN;
	else if (s->state == KEY_PROVEN)
		keys_setup_accept(ring, c, s, whole);
	else if (!keys_setup_use_given(ring, c, s, 0) && s->trouble != SMB_KEY_MISSING)
		keys_tell(out, &s->told, s->trouble);
}

void
keys_setup_response(KeyRing *ring, KeyConnection2 *c, const SmbKeyInput *in, const KeyMessage *msg,
		    SmbKeyOutput *out)
{
	KeySetup *s = setup_waiting(c, in->message->mid);
	uint32_t status = in->message->status.value;

	/* An interim response is none, and no part of the hash: 3.2.5.3. */
	if (!s || status == STATUS_PENDING)
		return;
	s->waits = false;
	if (!s->id)
		s->id = in->message->uid;
	if (status == STATUS_MORE_PROCESSING_REQUIRED) {
		if (s->again)
			return;
		s->whole &= msg->whole;
		keys_preauth(s->hash, msg->bytes);
		take_token(ring, s, in->token);
		return;
	}
	s->open = false;
	if (s->again) {
		s->again = false;
	} else if (status != STATUS_SUCCESS) {
		/* A refusal that is signed may be none: check() decides. */
		if (s->binds || s->state != KEY_PROVEN || !in->message->has_signature)
			keys_wipe(s, sizeof(*s));
		else
			s->open = true;
	} else {
		take_token(ring, s, in->token);
		s->nobody |= (in->session_flags & NOBODY) != 0;
		setup_done(ring, c, s, msg->whole, out);
	}
}
