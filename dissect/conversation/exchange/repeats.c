/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Retransmitted messages. Without a reliable transport (direct hosting over IPX, [MS-CIFS] 2.1.2.1)
 * the client repeats a request until it is answered, and a server that has executed it repeats its
 * response. Both are reported once.
 *
 * A sequenced message (SequenceNumber is not 0) is executed once, however often it comes; an
 * unsequenced one may be sent anew after its response, and is a repetition only before that. In all
 * cases the bytes are the same: parts of a WRITE_MPX share a number, and ERRworking precedes the
 * response with the same number.
 */
#include <glib.h>
#include <string.h>

#include "dissect/conversation/exchange/pending.h"

enum {
	SENT_KEPT = SMB_CAP(
		16, 2), /* of each direction; a server keeps one answer, clients wait for a few */
	DIGEST_SIZE = 32,
};

/* Windows 98 waits up to 4 seconds between two attempts. */
#define SENT_FOR_NS (60 * UINT64_C(1000000000))

typedef struct {
	/* SHA-256, so that nobody can craft a collision to hide a message */
	uint8_t digest[DIGEST_SIZE];
	uint32_t length; /* 0: none so far */
	uint64_t last_ns;
} Sent;

struct SmbRepeats {
	Sent sent[2][SENT_KEPT];
	uint32_t next[2]; /* the next one to be replaced */
};

static Sent
sent_new(SmbReader bytes, uint64_t time_ns)
{
	Sent sent = { .length = bytes.end, .last_ns = time_ns };
	GChecksum *sum = g_checksum_new(G_CHECKSUM_SHA256);
	SmbSpan rest = smb_reader_rest(&bytes);
	gsize size = DIGEST_SIZE;

	g_checksum_update(sum, rest.ptr, rest.len);
	g_checksum_get_digest(sum, sent.digest, &size);
	g_checksum_free(sum);
	return sent;
}

/* The same message, not too long ago. */
static Sent *
find(SmbRepeats *self, SmbDir dir, const Sent *sent)
{
	for (uint32_t i = 0; i < SENT_KEPT; i++) {
		Sent *old = &self->sent[dir][i];

		if (old->length == sent->length &&
		    (sent->last_ns <= old->last_ns || sent->last_ns - old->last_ns <= SENT_FOR_NS) &&
		    memcmp(old->digest, sent->digest, DIGEST_SIZE) == 0)
			return old;
	}
	return NULL;
}

static void
keep(SmbRepeats *self, SmbDir dir, const Sent *sent)
{
	self->sent[dir][self->next[dir]] = *sent;
	self->next[dir] = (self->next[dir] + 1) % SENT_KEPT;
}

/*
 * A request is new unless it came before and still waits; a response is new if its request was sent
 * after the previous identical response. The parts of one READ_MPX differ.
 */
static bool
waits(SmbConnection *c, const SmbMessage *m, const Sent *old)
{
	const SmbPending *p = smb_pending_find(c, m);

	if (p && m->response && m->command == SMB_COM_READ_MPX && p->requests)
		return p->requests->x.request.time_ns >= old->last_ns;
	return p != NULL;
}

static bool
is_repeated(SmbConnection *c, const SmbMessage *m, const Sent *old)
{
	return old && (m->sequence_number || waits(c, m, old) != m->response);
}

bool
smb_repeats_seen(SmbConnection *c, const SmbMessage *m, SmbReader bytes)
{
	Sent sent = sent_new(bytes, m->when.time_ns), *old;
	bool repeated;

	if (!c->exchanges->repeats)
		c->exchanges->repeats =
			smb_context_alloc(c->context, sizeof(*c->exchanges->repeats));
	old = find(c->exchanges->repeats, m->dir, &sent);
	repeated = is_repeated(c, m, old);
	if (old)
		old->last_ns = sent.last_ns;
	if (repeated) {
		c->info.repeated++;
		return true;
	}
	/* With a negotiation numbers begin anew, and connection ids may come again. */
	if (m->command == SMB_COM_NEGOTIATE && !m->response)
		*c->exchanges->repeats = (SmbRepeats){ 0 };
	if (!old)
		keep(c->exchanges->repeats, m->dir, &sent);
	return false;
}

void
smb_repeats_forget(SmbConnection *c)
{
	smb_context_release(c->context, c->exchanges->repeats, sizeof(*c->exchanges->repeats));
	c->exchanges->repeats = NULL;
}
