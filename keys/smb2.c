/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a connection of SMB2 shows of its sessions, and what their keys show of its messages.
 *
 *   NEGOTIATE          dialect, cipher, signing algorithm, hash          negotiate()
 *   SESSION_SETUP      a KeySetup: hash, challenge, session key          setup_request(), _response()
 *     the last answer  a KeySession, and the channel's signing key       ready()
 *   signed messages    check()
 *   encrypted ones     keys_smb2_decrypt()
 *
 * A key of the file's `session` lines is believed once it fits: of several for one id, and where the
 * negotiation was not seen, each is tried.
 */
#include <string.h>

#include "keys/internal.h"
#include "keys/vault.h"

enum {
	/* [MS-SMB2] 2.2.41 */
	TRANSFORM_SIZE = 52,
	TRANSFORM_SIGNATURE = 4,
	TRANSFORM_NONCE = 20,
	TRANSFORM_LENGTH = 36,
	TRANSFORM_SESSION = 44,

	/* Bits of the nonce of AES-GMAC: 3.1.4.1. */
	ROLE_SERVER = 1,
	ROLE_CANCEL = 2,

	HEADER = 64,
	NOBODY = 3, /* SMB2_SESSION_FLAG_IS_GUEST, _IS_NULL */
};

/* A message as it is checked. */
typedef struct {
	const SmbMessage *m;
	SmbSpan bytes;
	bool whole;
	uint64_t id; /* of its session */
} Message;

static void
tell(SmbKeyOutput *out, bool *told, SmbKeyTrouble trouble)
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

static void
negotiate(KeyConnection2 *c, const SmbKeyInput *in, const Message *msg)
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

static KeySetup *
setup_add(KeyRing *ring, KeyConnection2 *c, uint64_t id)
{
	uint32_t at = 0;

	while (at < KEYS_SETUPS && c->setups[at].used)
		at++;
	if (at == KEYS_SETUPS) {
		at = c->next++ % KEYS_SETUPS;
		ring->limits++;
	}
	keys_wipe(&c->setups[at], sizeof(c->setups[at]));
	c->setups[at].used = true;
	c->setups[at].id = id;
	return &c->setups[at];
}

static KeySetup *
setup_find(KeyConnection2 *c, uint64_t id)
{
	for (uint32_t i = 0; id && i < KEYS_SETUPS; i++)
		if (c->setups[i].used && c->setups[i].id == id)
			return &c->setups[i];
	return NULL;
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
		if (s->part.key.size)
			(void)keys_kerberos_reply(ring, &s->part, t, &s->session);
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
	KeySetup *s = setup_find(c, id);

	if (s && (s->ready || s->nobody)) {
		s->again = true;
	} else {
		if (!s)
			s = setup_add(ring, c, id);
		s->binds = binds;
		/* One that has an id already began before the capture did. */
		s->whole = c->negotiated && c->whole && (!id || binds);
		s->trouble = SMB_KEY_MISSING;
		memcpy(s->hash, c->hash, KEYS_HASH);
	}
	s->open = true;
	return s;
}

static void
setup_request(KeyRing *ring, KeyConnection2 *c, const SmbKeyInput *in, const Message *msg)
{
	KeySetup *s = setup_find(c, in->message->uid);

	if (!s || !s->open)
		s = setup_begin(ring, c, in);
	s->mid = in->message->mid;
	s->waits = true;
	/* The same user proves itself again: 3.3.5.5.2. The keys stay. */
	if (s->again)
		return;
	s->whole &= msg->whole;
	keys_preauth(s->hash, msg->bytes);
	take_token(ring, s, in->token);
}

/* Its session, with the keys that all channels share; NULL for another channel of an unknown one. */
static KeySession *
session_of(KeyRing *ring, const KeyConnection2 *c, const KeySetup *s)
{
	KeySession *k = keys_session_find(ring, c->guid, s->id);

	if (s->binds)
		return k;
	k = keys_session_add(ring, c->guid, s->id);
	k->dialect = c->dialect;
	k->cipher = c->cipher;
	memcpy(k->hash, s->hash, KEYS_HASH);
	return k;
}

/* Derives everything from s->session. */
static void
ready(KeyRing *ring, KeyConnection2 *c, KeySetup *s)
{
	KeySession channel = { .dialect = c->dialect, .cipher = c->cipher };
	KeySession *k = session_of(ring, c, s);

	s->n_signing = keys_session_signing(&channel, &s->session, s->hash, s->signing);
	s->ready = true;
	if (!k || s->binds)
		return;
	k->state = s->state;
	k->full = s->session;
	memcpy(k->signing, s->signing[0], KEYS_SIZE);
	keys_session_derive(k);
}

/* The keys of 3.1.1 depend on every message of the negotiation and of the logon. */
static bool
is_derivable(const KeyConnection2 *c, const KeySetup *s)
{
	return c->dialect && (c->dialect < SMB2_DIALECT_311 || s->whole);
}

/* Forgets the key: the n-th one of the file takes its place. False: there is none. */
static bool
use_given(KeyRing *ring, KeyConnection2 *c, KeySetup *s, uint32_t n)
{
	const KeyGiven *given = given_key(ring, s->id, n);

	if (!given || !is_derivable(c, s))
		return false;
	s->session = given->key;
	s->state = KEY_GIVEN;
	ready(ring, c, s);
	return true;
}

/* The logon was accepted. */
static void
setup_done(KeyRing *ring, KeyConnection2 *c, KeySetup *s, SmbKeyOutput *out)
{
	if (s->nobody)
		return;
	if (!is_derivable(c, s))
		s->trouble = SMB_KEY_UNSEEN;
	else if (s->state == KEY_PROVEN)
		ready(ring, c, s);
	else if (!use_given(ring, c, s, 0) && s->trouble != SMB_KEY_MISSING)
		tell(out, &s->told, s->trouble);
}

static void
setup_response(KeyRing *ring, KeyConnection2 *c, const SmbKeyInput *in, const Message *msg,
	       SmbKeyOutput *out)
{
	KeySetup *s = setup_waiting(c, in->message->mid);
	uint32_t status = in->message->status.value;

	if (!s)
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
		setup_done(ring, c, s, out);
	}
}

/* ---- signatures: 3.1.4.1 ---- */

static bool
fits(const KeyConnection2 *c, const Message *msg, const uint8_t *key)
{
	const SmbMessage *m = msg->m;
	bool server = m->dir == SMB_TO_CLIENT;
	uint32_t role = (server ? ROLE_SERVER : 0) |
			(!server && m->command == SMB2_CANCEL ? ROLE_CANCEL : 0);
	uint8_t computed[KEYS_SIGNATURE];

	keys_sign2(c->signing, key, msg->bytes, m->mid, role, computed);
	return keys_equal(computed, m->signature, KEYS_SIGNATURE);
}

static bool
fits_channel(const KeyConnection2 *c, const Message *msg, KeySetup *s)
{
	for (uint8_t i = 0; s->ready && i < s->n_signing; i++) {
		if (!fits(c, msg, s->signing[i]))
			continue;
		if (i)
			memcpy(s->signing[0], s->signing[i], KEYS_SIZE);
		s->n_signing = 1;
		return true;
	}
	return false;
}

/* What is signed with the session's key, though there is a channel's: 3.2.4.1.1, 3.3.4.1.1. */
static bool
fits_session(KeyRing *ring, const KeyConnection2 *c, const Message *msg)
{
	const KeySession *k = msg->m->command == SMB2_SESSION_SETUP
				      ? keys_session_find(ring, c->guid, msg->id)
				      : NULL;

	return k && k->state != KEY_UNKNOWN && fits(c, msg, k->signing);
}

/* A binding that is not signed with the key of its session: 3.2.4.1.1. */
static bool
breaks_binding(KeyRing *ring, const KeyConnection2 *c, const Message *msg)
{
	const KeySession *k = msg->m->command == SMB2_SESSION_SETUP
				      ? keys_session_find(ring, c->guid, msg->id)
				      : NULL;

	return k && k->state == KEY_PROVEN;
}

/* Its key is right: that of the session, too. */
static void
proven(KeyRing *ring, KeyConnection2 *c, KeySetup *s)
{
	KeySession *k = s->binds ? NULL : keys_session_find(ring, c->guid, s->id);

	s->state = KEY_PROVEN;
	if (k)
		k->state = KEY_PROVEN;
}

static bool
fits_given(KeyRing *ring, KeyConnection2 *c, const Message *msg, KeySetup *s)
{
	for (uint32_t n = 0; use_given(ring, c, s, n); n++)
		if (fits_channel(c, msg, s))
			return true;
	return false;
}

/* The negotiation was not seen: what follows from a session key alone is tried. */
static bool
fits_guess(KeyRing *ring, KeyConnection2 *c, const Message *msg, KeySetup *s)
{
	static const struct {
		uint16_t dialect;
		KeysSigning signing;
		KeysCipher cipher;
	} guesses[] = {
		{ SMB2_DIALECT_210, KEYS_HMAC_SHA256, KEYS_NO_CIPHER },
		{ SMB2_DIALECT_300, KEYS_AES_CMAC, KEYS_AES128_CCM },
	};

	if (c->dialect)
		return false;
	for (size_t i = 0; i < G_N_ELEMENTS(guesses); i++) {
		c->dialect = guesses[i].dialect;
		c->signing = guesses[i].signing;
		c->cipher = guesses[i].cipher;
		if (fits_given(ring, c, msg, s))
			return true;
	}
	c->dialect = 0;
	s->ready = false;
	s->state = KEY_UNKNOWN;
	return false;
}

/*
 * Whether every session of the connection is known with its key: a message of another one is then
 * not of this connection.
 */
static bool
knows_all(const KeyConnection2 *c, bool lost)
{
	bool some = false;

	for (uint32_t i = 0; i < KEYS_SETUPS; i++) {
		const KeySetup *s = &c->setups[i];

		if (s->used && (!s->ready || s->state != KEY_PROVEN))
			return false;
		some |= s->used;
	}
	return some && c->negotiated && !c->next && !lost;
}

static SmbSignature
check_known(KeyRing *ring, KeyConnection2 *c, const Message *msg, KeySetup *s, SmbKeyOutput *out)
{
	/* Its last answer was not recognised, and this may be it. */
	if (s->open && !s->ready && s->state == KEY_PROVEN && is_derivable(c, s))
		ready(ring, c, s);
	if (fits_channel(c, msg, s)) {
		proven(ring, c, s);
		return SMB_SIGNATURE_RIGHT;
	}
	if (fits_session(ring, c, msg))
		return SMB_SIGNATURE_RIGHT;
	if ((s->state == KEY_PROVEN && s->ready) || breaks_binding(ring, c, msg))
		return SMB_SIGNATURE_WRONG;
	if (s->nobody)
		return SMB_SIGNATURE_UNKNOWN;
	if (fits_given(ring, c, msg, s) || fits_guess(ring, c, msg, s)) {
		proven(ring, c, s);
		return SMB_SIGNATURE_RIGHT;
	}
	tell(out, &s->told, s->state == KEY_GIVEN ? SMB_KEY_SESSION : s->trouble);
	return SMB_SIGNATURE_UNKNOWN;
}

/* A response whose request was of a session with a known key, which it does not name. */
static bool
is_of_another(KeyConnection2 *c, const Message *msg)
{
	const KeySetup *s = NULL;
	uint32_t at = msg->m->mid % KEYS_WAITING;

	if (msg->m->response && c->asked[at].mid == msg->m->mid)
		s = setup_find(c, c->asked[at].id);
	return s && s->ready && s->state == KEY_PROVEN;
}

static SmbSignature
check(KeyRing *ring, KeyConnection2 *c, const SmbKeyInput *in, const Message *msg,
      SmbKeyOutput *out)
{
	KeySetup *s = setup_find(c, msg->id);
	const KeySession *k;

	if (!msg->whole || msg->bytes.len < HEADER)
		return SMB_SIGNATURE_UNKNOWN;
	if (s)
		return check_known(ring, c, msg, s, out);
	k = keys_session_find(ring, c->guid, msg->id);
	/* No channel of the session: Samba signs with the session's key all the same. */
	if (k && k->state != KEY_UNKNOWN && fits(c, msg, k->signing))
		return SMB_SIGNATURE_RIGHT;
	if (is_of_another(c, msg) || breaks_binding(ring, c, msg))
		return SMB_SIGNATURE_WRONG;
	/*
	 * The answer to a logon that failed was wiped with it; and a server that has no such
	 * session has no key for its refusal.
	 */
	if (k || msg->m->command == SMB2_SESSION_SETUP || smb_status_failed(msg->m->status))
		return SMB_SIGNATURE_UNKNOWN;
	if (knows_all(c, in->lost))
		return SMB_SIGNATURE_WRONG;
	s = setup_add(ring, c, msg->id);
	s->trouble = SMB_KEY_UNSEEN;
	return check_known(ring, c, msg, s, out);
}

/* ---- messages ---- */

static Message
message_of(KeyConnection2 *c, const SmbMessage *m)
{
	uint64_t *last = &c->last_id[m->dir];

	/* All ones: that of the command before it in its compound (3.3.5.2.7.2). */
	if (m->uid != UINT64_MAX)
		*last = m->uid;
	return (Message){ .m = m,
			  .bytes = { m->bytes.base, m->bytes.limit },
			  .whole = m->bytes.limit == m->bytes.end,
			  .id = *last };
}

void
keys_smb2_message(KeyRing *ring, KeyConnection *connection, const SmbKeyInput *in,
		  SmbKeyOutput *out)
{
	const SmbMessage *m = in->message;
	KeyConnection2 *c = &connection->two;
	Message msg = message_of(c, m);
	/* An interim response is not signed (3.3.4.1.1), but may have a signature's bytes. */
	bool is_signed = m->flags & SMB2_FLAGS_SIGNED ||
			 (m->has_signature && m->status.value != STATUS_PENDING);

	out->session = msg.id;
	if (!m->response) {
		c->asked[m->mid % KEYS_WAITING].mid = m->mid;
		c->asked[m->mid % KEYS_WAITING].id = msg.id;
	}
	if (m->command == SMB2_NEGOTIATE && !is_signed)
		negotiate(c, in, &msg);
	else if (m->command == SMB2_SESSION_SETUP && !m->response)
		setup_request(ring, c, in, &msg);
	else if (m->command == SMB2_SESSION_SETUP)
		setup_response(ring, c, in, &msg, out);
	if (is_signed && !in->encrypted)
		out->signature = check(ring, c, in, &msg, out);
}

/* ---- encrypted messages: 3.1.4.3 ---- */

static bool
opens(const KeySession *k, SmbDir dir, SmbSpan transform, uint32_t size, uint8_t *plain)
{
	SmbSpan authenticated = { transform.ptr + TRANSFORM_NONCE,
				  TRANSFORM_SIZE - TRANSFORM_NONCE };

	return keys_decrypt(k->cipher, k->cipher_key[dir], transform.ptr + TRANSFORM_NONCE,
			    authenticated,
			    smb_span_first(smb_span_after(transform, TRANSFORM_SIZE), size),
			    transform.ptr + TRANSFORM_SIGNATURE, plain);
}

/* With any key that the file has for its session. */
static bool
opens_given(KeyRing *ring, KeyConnection2 *c, KeySetup *s, SmbDir dir, SmbSpan transform,
	    uint32_t size, uint8_t *plain)
{
	bool guess = !c->dialect;

	if (guess) {
		c->dialect = SMB2_DIALECT_300;
		c->signing = KEYS_AES_CMAC;
		c->cipher = KEYS_AES128_CCM;
	}
	for (uint32_t n = 0; !s->binds && use_given(ring, c, s, n); n++) {
		const KeySession *k = keys_session_find(ring, c->guid, s->id);

		if (!k || !opens(k, dir, transform, size, plain))
			continue;
		proven(ring, c, s);
		return true;
	}
	if (guess) {
		c->dialect = 0;
		s->ready = false;
	}
	return false;
}

/* It was changed: the key is right. */
static SmbDecryption
not_authentic(SmbKeyOutput *out)
{
	out->signature = SMB_SIGNATURE_WRONG;
	return SMB_NOT_AUTHENTIC;
}

/* The table of sessions lost it, this connection did not. */
static SmbDecryption
opens_again(KeyRing *ring, KeyConnection2 *c, KeySetup *s, SmbDir dir, SmbSpan transform,
	    uint8_t *plain, SmbKeyOutput *out)
{
	const KeySession *k;

	if (s->binds)
		return SMB_NOT_DECRYPTED;
	ready(ring, c, s);
	k = keys_session_find(ring, c->guid, s->id);
	return k && opens(k, dir, transform, out->size, plain) ? SMB_DECRYPTED : not_authentic(out);
}

SmbDecryption
keys_smb2_decrypt(KeyRing *ring, KeyConnection *connection, SmbDir dir, SmbSpan transform,
		  uint8_t *plain, SmbKeyOutput *out)
{
	KeyConnection2 *c = &connection->two;
	SmbReader r = smb_reader_from_span(transform);
	KeySession *k;
	KeySetup *s;
	uint32_t size;

	smb_reader_seek(&r, TRANSFORM_LENGTH);
	size = smb_reader_le32(&r);
	smb_reader_seek(&r, TRANSFORM_SESSION);
	out->session = smb_reader_le64(&r);
	k = keys_session_find(ring, c->guid, out->session);
	/* All of it is here: a length that is larger than that was changed. */
	if (r.status != SMB_READ_OK || !size || size > smb_reader_left(&r))
		return k && k->state == KEY_PROVEN ? not_authentic(out) : SMB_NOT_DECRYPTED;
	out->size = size;
	if (k && k->state != KEY_UNKNOWN && opens(k, dir, transform, size, plain)) {
		k->state = KEY_PROVEN;
		return SMB_DECRYPTED;
	}
	if (k && k->state == KEY_PROVEN)
		return not_authentic(out);
	s = setup_find(c, out->session);
	if (!s && knows_all(c, false))
		return not_authentic(out);
	if (!s) {
		s = setup_add(ring, c, out->session);
		s->trouble = SMB_KEY_UNSEEN;
	}
	if (s->state == KEY_PROVEN)
		return opens_again(ring, c, s, dir, transform, plain, out);
	if (opens_given(ring, c, s, dir, transform, size, plain))
		return SMB_DECRYPTED;
	tell(out, &s->told, s->state == KEY_GIVEN ? SMB_KEY_SESSION : s->trouble);
	return s->state == KEY_GIVEN ? SMB_NOT_AUTHENTIC : SMB_NOT_DECRYPTED;
}
