/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a connection of SMB2 shows of its sessions, and what their keys show of its messages.
 *
 *   NEGOTIATE          dialect, cipher, signing algorithm, hash          smb2-setup.c
 *   SESSION_SETUP      a KeySetup: hash, challenge, session key          smb2-setup.c
 *     the last answer  a KeySession, and the channel's signing key       keys_setup_ready()
 *   signed messages    check()
 *   encrypted ones     keys_smb2_decrypt()
 *
 * A key of the file's `session` lines is believed once it fits: of several for one id, and where the
 * negotiation was not seen, each is tried.
 */
#include <string.h>

#include "keys/smb2.h"
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
};

/* ---- signatures: 3.1.4.1 ---- */

static bool
fits(const KeyConnection2 *c, const KeyMessage *msg, const uint8_t *key)
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
fits_channel(const KeyConnection2 *c, const KeyMessage *msg, KeySetup *s)
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
fits_session(KeyRing *ring, const KeyConnection2 *c, const KeyMessage *msg, KeySetup *s)
{
	const KeySession *k = msg->m->command == SMB2_SESSION_SETUP
				      ? keys_session_find(ring, c->guid, msg->id)
				      : NULL;

	if (!k || k->state == KEY_UNKNOWN || !fits(c, msg, k->signing))
		return false;
	s->bound = s->binds;
	memcpy(s->bound_key, k->signing, KEYS_SIZE);
	return true;
}

/* A binding that is not signed with the key of its session: 3.2.4.1.1. */
static bool
breaks_binding(KeyRing *ring, const KeyConnection2 *c, const KeyMessage *msg)
{
	const KeySession *k = msg->m->command == SMB2_SESSION_SETUP
				      ? keys_session_find(ring, c->guid, msg->id)
				      : NULL;

	return k && k->state == KEY_PROVEN && !k->contested;
}

/* Its key is right: that of the session that it made, too. */
static void
proven(KeyRing *ring, KeyConnection2 *c, KeySetup *s)
{
	KeySession *k;

	if (s->state == KEY_PROVEN)
		return;
	s->state = KEY_PROVEN;
	k = keys_session_find(ring, c->guid, s->id);
	if (k && keys_setup_made(s, k))
		k->state = KEY_PROVEN;
}

static bool
fits_given(KeyRing *ring, KeyConnection2 *c, const KeyMessage *msg, KeySetup *s)
{
	for (uint32_t n = 0; keys_setup_use_given(ring, c, s, n); n++)
		if (fits_channel(c, msg, s))
			return true;
	return false;
}

/* The negotiation was not seen: what follows from a session key alone is tried. */
static bool
fits_guess(KeyRing *ring, KeyConnection2 *c, const KeyMessage *msg, KeySetup *s)
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
knows_all(const KeyConnection2 *c)
{
	bool some = false;

	for (uint32_t i = 0; i < KEYS_SETUPS; i++) {
		const KeySetup *s = &c->setups[i];

		if (s->used && (!s->ready || s->state != KEY_PROVEN))
			return false;
		some |= s->used;
	}
	return some && c->negotiated && !c->next && !c->lost;
}

static SmbKeyTrouble
trouble_of(const KeySetup *s)
{
	if (s->doubtful)
		return SMB_KEY_UNSEEN;
	return s->state == KEY_GIVEN ? SMB_KEY_SESSION : s->trouble;
}

/* A signature that none of the keys of its connection makes: keys that the file gives may. */
static SmbSignature
check_given(KeyRing *ring, KeyConnection2 *c, const KeyMessage *msg, KeySetup *s, SmbKeyOutput *out)
{
	if (s->nobody)
		return SMB_SIGNATURE_UNKNOWN;
	if (fits_given(ring, c, msg, s) || fits_guess(ring, c, msg, s)) {
		proven(ring, c, s);
		return SMB_SIGNATURE_RIGHT;
	}
	keys_tell(out, &s->told, trouble_of(s));
	return SMB_SIGNATURE_UNKNOWN;
}

static SmbSignature
check_known(KeyRing *ring, KeyConnection2 *c, const KeyMessage *msg, KeySetup *s, SmbKeyOutput *out)
{
	bool setup = msg->m->command == SMB2_SESSION_SETUP;

	/* Its last answer was not recognised, and this may be it. */
	if (s->open && !s->ready && s->state == KEY_PROVEN && keys_setup_derivable(c, s))
		keys_setup_accept(ring, c, s, false);
	if (fits_channel(c, msg, s)) {
		proven(ring, c, s);
		return SMB_SIGNATURE_RIGHT;
	}
	if (fits_session(ring, c, msg, s))
		return SMB_SIGNATURE_RIGHT;
	if (s->broken && setup && msg->m->response)
		return SMB_SIGNATURE_WRONG;
	if (breaks_binding(ring, c, msg))
		return SMB_SIGNATURE_WRONG;
	/* A binding is signed with the key of a session whose logon was not seen: 3.2.4.1.1. */
	if (s->binds && setup)
		return SMB_SIGNATURE_UNKNOWN;
	if (s->state == KEY_PROVEN && s->ready)
		return SMB_SIGNATURE_WRONG;
	return check_given(ring, c, msg, s, out);
}

/* A response whose request was of a session with a known key, which it does not name. */
static bool
is_of_another(KeyConnection2 *c, const KeyMessage *msg)
{
	const KeySetup *s = NULL;
	uint32_t at = msg->m->mid % KEYS_WAITING;

	if (msg->m->response && c->asked[at].mid == msg->m->mid)
		s = keys_setup_find(c, c->asked[at].id);
	return s && s->ready && s->state == KEY_PROVEN;
}

static SmbSignature
check(KeyRing *ring, KeyConnection2 *c, const KeyMessage *msg, SmbKeyOutput *out)
{
	KeySetup *s = keys_setup_find(c, msg->id);
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
	if (knows_all(c))
		return SMB_SIGNATURE_WRONG;
	s = keys_setup_add(ring, c, msg->id);
	s->trouble = SMB_KEY_UNSEEN;
	return check_known(ring, c, msg, s, out);
}

/* ---- messages ---- */

static KeyMessage
message_of(KeyConnection2 *c, const SmbMessage *m)
{
	uint64_t *last = &c->last_id[m->dir];

	/* All ones: that of the command before it in its compound (3.3.5.2.7.2). */
	if (m->uid != UINT64_MAX)
		*last = m->uid;
	return (KeyMessage){ .m = m,
			     .bytes = { m->bytes.base, m->bytes.limit },
			     .whole = m->bytes.limit == m->bytes.end,
			     .id = *last };
}

/*
 * Responses whose signature clients do not verify (3.2.5.1.3), or which a server that has no key
 * for the session cannot sign: Samba leaves the request's signature in them.
 */
static bool
is_exempt(const SmbMessage *m)
{
	return m->response && (m->mid == UINT64_MAX || m->status.value == STATUS_PENDING ||
			       m->status.value == STATUS_USER_SESSION_DELETED ||
			       m->status.value == STATUS_NETWORK_SESSION_EXPIRED);
}

/*
 * An interim response and a negotiation are not signed (3.3.4.1.1, 3.2.4.1.1), but may have a
 * signature's bytes.
 */
static bool
is_signed(const SmbMessage *m)
{
	return m->flags & SMB2_FLAGS_SIGNED ||
	       (m->has_signature && m->status.value != STATUS_PENDING &&
		m->command != SMB2_NEGOTIATE);
}

/* What negotiations, logons and their ends say of keys. */
static void
follow(KeyRing *ring, KeyConnection2 *c, const SmbKeyInput *in, const KeyMessage *msg,
       SmbKeyOutput *out)
{
	const SmbMessage *m = msg->m;

	if (m->command == SMB2_NEGOTIATE && !is_signed(m))
		keys_setup_negotiate(c, in, msg);
	else if (m->command == SMB2_SESSION_SETUP && !m->response)
		keys_setup_request(ring, c, in, msg);
	else if (m->command == SMB2_SESSION_SETUP)
		keys_setup_response(ring, c, in, msg, out);
	else if (m->command == SMB2_LOGOFF && m->response && m->status.value == STATUS_SUCCESS)
		keys_setup_gone(c, msg->id);
}

void
keys_smb2_message(KeyRing *ring, KeyConnection *connection, const SmbKeyInput *in,
		  SmbKeyOutput *out)
{
	const SmbMessage *m = in->message;
	KeyConnection2 *c = &connection->two;
	KeyMessage msg = message_of(c, m);

	out->session = msg.id;
	c->lost |= in->lost;
	if (!m->response) {
		c->asked[m->mid % KEYS_WAITING].mid = m->mid;
		c->asked[m->mid % KEYS_WAITING].id = msg.id;
	}
	follow(ring, c, in, &msg, out);
	if (is_signed(m) && !in->encrypted)
		out->signature = check(ring, c, &msg, out);
	if (out->signature == SMB_SIGNATURE_WRONG && is_exempt(m))
		out->signature = SMB_SIGNATURE_UNKNOWN;
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
	for (uint32_t n = 0; !s->binds && keys_setup_use_given(ring, c, s, n); n++) {
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

/*
 * Whether this connection has shown that the session's key in the table, with which a message does
 * not open, is that of its own: what another connection proved may be another session of that id.
 */
static bool
is_own(const KeySetup *s, const KeySession *k)
{
	if (!s || !k || k->state != KEY_PROVEN)
		return false;
	return s->binds ? s->bound && keys_equal(s->bound_key, k->signing, KEYS_SIZE)
			: s->state == KEY_PROVEN && s->ready && keys_setup_made(s, k);
}

/* It was changed: the key is right. */
static SmbDecryption
not_authentic(SmbKeyOutput *out)
{
	out->signature = SMB_SIGNATURE_WRONG;
	return SMB_NOT_AUTHENTIC;
}

/* The table of sessions lost it, or has another one of that id; this connection has its key. */
static SmbDecryption
opens_again(KeyRing *ring, KeyConnection2 *c, KeySetup *s, SmbDir dir, SmbSpan transform,
	    uint8_t *plain, SmbKeyOutput *out)
{
	const KeySession *k;

	keys_setup_ready(ring, c, s);
	k = keys_session_find(ring, c->guid, s->id);
	return k && opens(k, dir, transform, out->size, plain) ? SMB_DECRYPTED : not_authentic(out);
}

/* With a key that the table of sessions does not have (now). */
static SmbDecryption
opens_late(KeyRing *ring, KeyConnection2 *c, KeySetup *s, SmbDir dir, SmbSpan transform,
	   uint8_t *plain, SmbKeyOutput *out)
{
	if (!s) {
		s = keys_setup_add(ring, c, out->session);
		s->trouble = SMB_KEY_UNSEEN;
	}
	if (s->state == KEY_PROVEN && s->ready && !s->binds)
		return opens_again(ring, c, s, dir, transform, plain, out);
	if (opens_given(ring, c, s, dir, transform, out->size, plain))
		return SMB_DECRYPTED;
	keys_tell(out, &s->told, trouble_of(s));
	return s->state == KEY_GIVEN && !s->doubtful ? SMB_NOT_AUTHENTIC : SMB_NOT_DECRYPTED;
}

SmbDecryption
keys_smb2_decrypt(KeyRing *ring, KeyConnection *connection, SmbDir dir, SmbSpan transform,
		  bool lost, uint8_t *plain, SmbKeyOutput *out)
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
	c->lost |= lost;
	k = keys_session_find(ring, c->guid, out->session);
	s = keys_setup_find(c, out->session);
	/* All of it is here: a length that is larger than that was changed. */
	if (r.status != SMB_READ_OK || !size || size > smb_reader_left(&r))
		return is_own(s, k) ? not_authentic(out) : SMB_NOT_DECRYPTED;
	out->size = size;
	if (k && k->state != KEY_UNKNOWN && opens(k, dir, transform, size, plain)) {
		k->state = KEY_PROVEN;
		if (s && keys_setup_made(s, k))
			s->state = KEY_PROVEN;
		return SMB_DECRYPTED;
	}
	if (is_own(s, k) || (!s && knows_all(c)))
		return not_authentic(out);
	return opens_late(ring, c, s, dir, transform, plain, out);
}
