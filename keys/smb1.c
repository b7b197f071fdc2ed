/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Signatures of SMB1: [MS-CIFS] 3.1.4.1, 3.2.4.1.3, 3.2.5.3. A connection has one key, that of the
 * first user who logged on (and not as a guest). That logon counts as number 0, its answer as 1; each
 * request after it takes two numbers, its own and that of its answer, a NT_CANCEL one.
 */
#include <string.h>

#include "keys/internal.h"
#include "keys/vault.h"

enum {
	HEADER = 32,
	FIRST_REQUEST = 2,
	GUEST = 1,        /* of Action: [MS-CIFS] 2.2.4.53.2 */
	SLACK_MAX = 512,  /* numbers that may be skipped */
	SLACK_LOST = 128, /* after a loss */
	SLACK_WRONG = 2,  /* a message that was not genuine may have taken numbers, or not */
	/* Bytes that are hashed when a number is looked for: for one message, and for each byte of all. */
	WORK = 1 << 20,
	WORK_RATIO = 32,
	NO_NUMBER = UINT32_MAX,
};

static uint64_t
id_of(const SmbMessage *m)
{
	return (uint64_t)m->pid_high << 48 | (uint64_t)m->pid << 32 | m->mid;
}

/* Clients that expect to sign later write this in place of a signature. */
static bool
is_signed(const SmbMessage *m)
{
	return m->has_signature && memcmp(m->signature, "BSRSPYL ", KEYS_SIGNATURE1) != 0;
}

static uint64_t
work_of(const KeyConnection1 *c, const SmbMessage *m)
{
	return (uint64_t)c->size + m->bytes.limit;
}

static bool
fits(const KeyConnection1 *c, const SmbMessage *m, uint32_t sequence)
{
	uint8_t computed[KEYS_SIGNATURE1];

	keys_sign1((SmbSpan){ c->mac, c->size }, (SmbSpan){ m->bytes.base, m->bytes.limit },
		   sequence, computed);
	return keys_equal(computed, m->signature, KEYS_SIGNATURE1);
}

/* ---- the logon ---- */

static void
take_key(KeyConnection1 *c, const Key *key, SmbSpan response)
{
	c->state = KEY_PROVEN;
	memcpy(c->mac, key->bytes, KEYS_SIZE);
	c->size = KEYS_SIZE;
	c->size += smb_span_copy(response, c->mac + c->size, KEYS_RESPONSE);
}

static void
take_ntlm(KeyRing *ring, KeyConnection1 *c, const KeyLogon *logon, SmbSpan response)
{
	Key key = { 0 };
	bool known;

	if (keys_ntlm_find(ring, logon, &key, &known) && response.len <= KEYS_RESPONSE) {
		take_key(c, &key, response);
	} else {
		c->state = KEY_UNKNOWN;
		c->trouble = !known             ? SMB_KEY_MISSING
			     : logon->challenge ? SMB_KEY_PASSWORD
						: SMB_KEY_UNSEEN;
	}
	keys_wipe(&key, sizeof(key));
}

static void
take_token(KeyRing *ring, KeyConnection1 *c, const SmbToken *t)
{
	Key key = { 0 };

	if (t->kind == SMB_TOKEN_NTLM_CHALLENGE) {
		c->challenged = smb_span_copy(t->challenge, c->challenge, 8) == 8;
	} else if (t->kind == SMB_TOKEN_NTLM_AUTHENTICATE && !keys_ntlm_anonymous(t)) {
		KeyLogon logon = { .account = t->account,
				   .domain = t->domain,
				   .lm = t->lm,
				   .nt = t->nt,
				   .challenge = c->challenged ? c->challenge : NULL,
				   .ntlmssp = true,
				   .flags = t->flags,
				   .session_key = t->session_key };

		take_ntlm(ring, c, &logon, (SmbSpan){ NULL, 0 });
	} else if (t->kind == SMB_TOKEN_KERBEROS_AP_REQ) {
		c->state = KEY_UNKNOWN;
		c->trouble = ring->n_tickets ? SMB_KEY_TICKET : SMB_KEY_MISSING;
		if (keys_kerberos_request(ring, t, &key, &c->part))
			take_key(c, &key, (SmbSpan){ NULL, 0 });
	} else if (t->kind == SMB_TOKEN_KERBEROS_AP_REP && c->part.key.size) {
		if (keys_kerberos_reply(ring, &c->part, t, &key) && key.size)
			take_key(c, &key, (SmbSpan){ NULL, 0 });
	}
	keys_wipe(&key, sizeof(key));
}

static void
setup_request(KeyRing *ring, KeyConnection1 *c, const SmbKeyInput *in)
{
	KeyLogon logon = { .account = in->account,
			   .domain = in->domain,
			   .lm = in->lm,
			   .nt = in->nt,
			   .challenge = c->challenged ? c->challenge : NULL };

	c->waits = true;
	if (in->token)
		take_token(ring, c, in->token);
	else if (in->nt.len || in->lm.len > 1)
		take_ntlm(ring, c, &logon, in->nt.len ? in->nt : in->lm);
}

static void
setup_response(KeyRing *ring, KeyConnection1 *c, const SmbKeyInput *in, SmbKeyOutput *out)
{
	const SmbMessage *m = in->message;

	if (!c->waits)
		return;
	c->waits = false;
	if (in->token)
		take_token(ring, c, in->token);
	if (smb_status_goes_on(m->status))
		return;
	/* A status that was changed on the way: what follows shows it, if that is signed. */
	c->refused = smb_status_failed(m->status) && c->state == KEY_PROVEN && is_signed(m);
	if ((smb_status_failed(m->status) && !c->refused) || in->session_flags & GUEST) {
		c->state = KEY_UNKNOWN;
		return;
	}
	if (c->state != KEY_PROVEN) {
		if (c->trouble == SMB_KEY_PASSWORD || c->trouble == SMB_KEY_TICKET) {
			out->trouble = c->told ? SMB_KEY_FINE : c->trouble;
			c->told = true;
		}
		return;
	}
	c->active = true;
	c->next = FIRST_REQUEST;
}

/* ---- signatures ---- */

static void
wait_for(KeyConnection1 *c, const SmbMessage *m, uint32_t sequence)
{
	uint32_t at;

	/* It has the ids of the request that it cancels, and no answer: [MS-CIFS] 2.2.4.65. */
	if (m->command == SMB_COM_NT_CANCEL)
		return;
	at = c->n_waiting++ % KEYS_WAITING;
	c->waiting[at].id = id_of(m);
	c->waiting[at].sequence = sequence;
}

/* The number of the last request with these ids, or NO_NUMBER; false if there was none. */
static bool
waited_for(const KeyConnection1 *c, const SmbMessage *m, uint32_t *ret_sequence)
{
	uint64_t id = id_of(m);

	for (uint32_t n = 0; n < MIN(c->n_waiting, KEYS_WAITING); n++) {
		uint32_t at = (c->n_waiting - 1 - n) % KEYS_WAITING;

		*ret_sequence = c->waiting[at].sequence;
		if (c->waiting[at].id == id)
			return true;
	}
	return false;
}

/*
 * A request has the next number. After a loss, and after one that was not genuine, it may have a
 * later one; after one that took one number where two were counted, the one before. NO_NUMBER: none
 * of these fits.
 */
static uint32_t
number_of(KeyConnection1 *c, const SmbMessage *m, uint32_t tries)
{
	for (uint32_t i = 0; i <= tries; i++) {
		if (fits(c, m, c->next + i))
			return c->next + i;
		c->spent += work_of(c, m);
	}
	if (c->next > FIRST_REQUEST && fits(c, m, c->next - 1))
		return c->next - 1;
	return NO_NUMBER;
}

/*
 * How many numbers may be tried. The messages of a connection pay for that: else each of many that are
 * small and not genuine would have all numbers tried that may have been skipped.
 */
static uint32_t
tries_for(KeyConnection1 *c, const SmbMessage *m)
{
	uint64_t earned = WORK + WORK_RATIO * c->earned, affordable;

	c->earned += m->bytes.limit;
	affordable = MIN(earned - MIN(c->spent, earned), (uint64_t)WORK) / work_of(c, m);
	return (uint32_t)MIN((uint64_t)c->slack, MAX(affordable, (uint64_t)SLACK_WRONG));
}

static SmbSignature
check_request(KeyConnection1 *c, const SmbMessage *m)
{
	uint32_t tries = tries_for(c, m);
	uint32_t sequence = number_of(c, m, tries), before;
	/* Its number may be one that was not tried. */
	bool unsure = c->adrift || tries < c->slack;

	/* Further parts of a transaction may have the number of the first. */
	if (sequence == NO_NUMBER && waited_for(c, m, &before) && before != NO_NUMBER &&
	    fits(c, m, before))
		return SMB_SIGNATURE_RIGHT;
	if (sequence == NO_NUMBER) {
		c->slack = MIN(c->slack + (c->adrift ? SLACK_LOST : SLACK_WRONG), SLACK_MAX);
		wait_for(c, m, unsure ? NO_NUMBER : c->next);
		return unsure ? SMB_SIGNATURE_UNKNOWN : SMB_SIGNATURE_WRONG;
	}
	c->slack = 0;
	c->adrift = false;
	wait_for(c, m, sequence);
	c->next = sequence + (m->command == SMB_COM_NT_CANCEL ? 1 : 2);
	return SMB_SIGNATURE_RIGHT;
}

static SmbSignature
check_response(KeyConnection1 *c, const SmbMessage *m)
{
	uint32_t sequence;

	/* An answer to nothing: its ids were changed, unless the request is not in the capture. */
	if (!waited_for(c, m, &sequence))
		return c->lost || (m->response_to && c->n_waiting > KEYS_WAITING)
			       ? SMB_SIGNATURE_UNKNOWN
			       : SMB_SIGNATURE_WRONG;
	if (sequence == NO_NUMBER)
		return SMB_SIGNATURE_UNKNOWN;
	if (fits(c, m, sequence + 1))
		return SMB_SIGNATURE_RIGHT;
	return SMB_SIGNATURE_WRONG;
}

/* Before the first signature that is right, nobody may have signed at all. */
static SmbSignature
check(KeyConnection1 *c, const SmbMessage *m, SmbKeyOutput *out)
{
	bool whole = m->bytes.limit == m->bytes.end;
	SmbSignature signature;

	if (m->bytes.limit < HEADER)
		return SMB_SIGNATURE_UNKNOWN;
	/* The server's own request, an oplock break, has no number: [MS-CIFS] 3.3.4.2. */
	if (m->dir == SMB_TO_CLIENT && !m->response)
		return SMB_SIGNATURE_UNKNOWN;
	if (!whole && !m->response) {
		c->slack = MIN(c->slack + SLACK_WRONG, SLACK_MAX);
		wait_for(c, m, c->next);
	}
	if (!whole)
		return SMB_SIGNATURE_UNKNOWN;
	signature = m->response ? check_response(c, m) : check_request(c, m);
	if (signature == SMB_SIGNATURE_RIGHT) {
		out->late = c->confirmed ? 0 : c->suspect;
		c->confirmed = true;
	}
	if (c->confirmed || signature == SMB_SIGNATURE_UNKNOWN)
		return signature;
	c->suspect++;
	return SMB_SIGNATURE_UNKNOWN;
}

/*
 * Whether a message is of the logon that the key may come from. An answer is known by its ids: its
 * command may have been changed on the way.
 */
static bool
is_setup(KeyConnection1 *c, const SmbMessage *m)
{
	uint32_t sequence;

	if (c->active && c->refused && !c->confirmed && m->command == SMB_COM_SESSION_SETUP_ANDX &&
	    !m->response) {
		c->active = c->refused = false;
		c->suspect = 0;
	}
	if (c->active)
		return false;
	return m->command == SMB_COM_SESSION_SETUP_ANDX ||
	       (m->response && c->waits && waited_for(c, m, &sequence) && sequence == 0);
}

void
keys_smb1_message(KeyRing *ring, KeyConnection *connection, const SmbKeyInput *in,
		  SmbKeyOutput *out)
{
	const SmbMessage *m = in->message;
	KeyConnection1 *c = &connection->one;
	bool setup = is_setup(c, m);

	if (in->challenge.len == 8)
		c->challenged = smb_span_copy(in->challenge, c->challenge, 8) == 8;
	if (setup && !m->response) {
		setup_request(ring, c, in);
		wait_for(c, m, 0);
	} else if (setup) {
		setup_response(ring, c, in, out);
	}
	if (in->lost) {
		c->slack = MIN(c->slack + SLACK_LOST, SLACK_MAX);
		c->lost = c->adrift = true;
	}
	if (!is_signed(m))
		return;
	out->signature = SMB_SIGNATURE_UNKNOWN;
	if (c->active && !in->message->connectionless && !(setup && !m->response))
		out->signature = check(c, m, out);
	else if (!c->told && m->command != SMB_COM_SESSION_SETUP_ANDX &&
		 m->command != SMB_COM_NEGOTIATE) {
		c->told = c->trouble != SMB_KEY_FINE;
		out->trouble = c->trouble;
	}
}
