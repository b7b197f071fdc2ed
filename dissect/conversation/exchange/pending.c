/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The queue of request messages that wait for their response. SMB1 repeats MIDs (impacket sends 0 on
 * every request, an ECHO gets several responses), so a response belongs to the oldest request that
 * fits it.
 */
#include "dissect/conversation/exchange/pending.h"
#include "dissect/smb1/transaction/transaction.h"

#include <assert.h>
#include <glib.h>

/* By as much packets of one connection are captured in the wrong order, at most. */
static const uint64_t EARLY_NS = UINT64_C(100000000);

enum {
	/*
	 * Of SMB1: MaxMpxCount is 50 in most servers ([MS-CIFS] 2.2.4.52.2), and some clients do not
	 * heed it.
	 */
	OUTSTANDING_SMB1 = 256,
	/* With the same hash of their MID: in SMB2 all MIDs differ ([MS-SMB2] 3.3.5.2.3). */
	CHAIN_MAX = SMB_CAP(256, 2),
};

/* ---- the queue ---- */

size_t
smb_exchanges_size(void)
{
	return sizeof(SmbExchanges);
}

void
smb_pending_expect_raw(SmbConnection *c, SmbPending *p, SmbDir dir, bool expected)
{
	bool *flag = dir == SMB_TO_CLIENT ? &p->raw_reply : &p->raw_request;

	c->expected.raw[dir] += expected;
	c->expected.raw[dir] -= *flag;
	*flag = expected;
}

SmbRequest *
smb_pending_take(SmbPending *p)
{
	SmbRequest *req = p->requests;

	if (req) {
		p->requests = req->next;
		req->next = NULL;
	}
	return req;
}

static void
unlink_it(SmbConnection *c, SmbPending *p)
{
	if (p->raw_reply)
		smb_pending_expect_raw(c, p, SMB_TO_CLIENT, false);
	if (p->raw_request)
		smb_pending_expect_raw(c, p, SMB_TO_SERVER, false);
	*(p->prev ? &p->prev->next : &c->exchanges->oldest) = p->next;
	*(p->next ? &p->next->prev : &c->exchanges->newest) = p->prev;
	if (c->exchanges->chains)
		smb_index_remove(c->exchanges, p);
	c->exchanges->n_pending--;
	c->info.outstanding = c->exchanges->n_pending;
}

void
smb_pending_remove(SmbConnection *c, SmbPending *p)
{
	SmbRequest *req;

	unlink_it(c, p);
	while ((req = smb_pending_take(p)))
		smb_turn(c, SMB_TURN_OVER, req, NULL, 0);
	smb_transaction_free(c, p->joined_request);
	smb_transaction_free(c, p->joined_response);
	smb_pending_release(c->context, p);
}

/* Its requests are over without a response, for the reason `why`; removes it. */
static void
flush(SmbConnection *c, SmbPending *p, uint32_t why)
{
	SmbRequest *req;

	while ((req = smb_pending_take(p))) {
		smb_request_unanswered(c, p, req, why);
		smb_turn(c, SMB_TURN_OVER, req, NULL, 0);
	}
	smb_pending_remove(c, p);
}

static void
give_way(SmbConnection *c, SmbPending *p)
{
	smb_connection_limit(c);
	flush(c, p, SMB_INCOMPLETE_LIMIT);
}

/*
 * SMB2 may have as many requests outstanding as the server grants credits: 512 to 8192 in Windows
 * ([MS-SMB2] 3.3.1.2, note), up to 8192 in Samba.
 */
static void G_GNUC_NO_INLINE
make_room(SmbConnection *c, const SmbMessage *m)
{
	SmbExchanges *ex = c->exchanges;
	uint32_t most = c->context->config.limits.outstanding;

	if (m->version == 1)
		most = MIN(most, OUTSTANDING_SMB1);
	while (ex->n_pending >= most)
		give_way(c, ex->oldest);
	if (ex->n_pending >= SMB_PENDING_FEW && !ex->chains)
		smb_index_new(c);
	if (ex->chains && smb_index_chain(ex, m->mid)->n >= CHAIN_MAX)
		give_way(c, smb_index_chain(ex, m->mid)->oldest);
}

void
smb_pending_note_orphan(SmbConnection *c, const SmbMessage *m)
{
	SmbExchanges *ex = c->exchanges;

	ex->orphans[ex->next_orphan++ % G_N_ELEMENTS(ex->orphans)] =
		(SmbOrphan){ .time_ns = m->when.time_ns,
			     .mid = m->mid,
			     .pid = m->pid,
			     .command = m->command,
			     .version = m->version };
}

/* SMB2 answers a negotiate of SMB1 as well ([MS-SMB2] 3.3.5.3). */
static bool
is_answer(const SmbOrphan *o, const SmbMessage *m)
{
	if (o->version == 2 && m->version == 1)
		return o->command == SMB2_NEGOTIATE && m->command == SMB_COM_NEGOTIATE;
	return o->version == m->version && o->mid == m->mid && o->command == m->command &&
	       o->pid == m->pid;
}

/*
 * Whether the answer to a request came just before it: captures of several interfaces or queues
 * have packets in the wrong order. It is not paired, since it was reported, but there was one.
 */
static bool
is_early(SmbExchanges *ex, const SmbMessage *m)
{
	for (size_t i = 0; ex->next_orphan && i < G_N_ELEMENTS(ex->orphans); i++) {
		SmbOrphan *o = &ex->orphans[i];

		if (!is_answer(o, m) || m->when.time_ns > o->time_ns + EARLY_NS)
			continue;
		*o = (SmbOrphan){ 0 };
		return true;
	}
	return false;
}

SmbPending *
smb_pending_new(SmbConnection *c, const SmbMessage *m)
{
	uint32_t most = c->context->config.limits.outstanding;
	SmbPending *p;

	if (c->exchanges->n_pending >= MIN(most, SMB_PENDING_FEW))
		make_room(c, m);
	p = smb_pending_alloc(c->context);
	p->version = m->version;
	p->command = m->command;
	p->pid = m->pid;
	p->tid = m->tid;
	p->uid = m->uid;
	p->mid = m->mid;
	p->answers_left = 1;
	p->lost_before = c->lost[SMB_TO_CLIENT];
	p->early = is_early(c->exchanges, m);
	p->prev = c->exchanges->newest;
	*(c->exchanges->newest ? &c->exchanges->newest->next : &c->exchanges->oldest) = p;
	c->exchanges->newest = p;
	c->exchanges->n_pending++;
	if (c->exchanges->chains)
		smb_index_add(c, p);
	c->info.outstanding = c->exchanges->n_pending;
	return p;
}

uint32_t
smb_exchange_flush(SmbConnection *c)
{
	uint32_t outstanding = 0;

	while (c->exchanges->oldest) {
		outstanding += !c->exchanges->oldest->early;
		flush(c, c->exchanges->oldest, 0);
	}
	smb_break_flush(c);
	return outstanding;
}

void
smb_exchange_clear(SmbConnection *c)
{
	/* Only a connection with SMB has any, and its end flushed them. */
	assert(!c->exchanges->oldest);
	smb_index_free(c);
	smb_repeats_forget(c);
}

/* ---- which request a response belongs to ---- */

/* WRITE_RAW ends with a WRITE_COMPLETE ([MS-CIFS] 2.2.4.25.2, 2.2.4.29). */
static bool
command_answers(uint8_t version, uint16_t response, uint16_t request)
{
	return response == request ||
	       (version == 1 && response == SMB_COM_WRITE_COMPLETE && request == SMB_COM_WRITE_RAW);
}

/*
 * How well a request fits: the MID and the command must, PID, TID and UID should. A tree connect is
 * answered with the TID that it gave, a session setup with the UID, and servers that put a PID of
 * their own into the answer exist. A transaction that is completed by a secondary of another kind
 * is answered as that kind (an attack does it: EternalBlue).
 */
enum { FITS_NOT, FITS_KIND, FITS_MID, FITS_PID, FITS_ALL };

static int
fits(const SmbPending *p, const SmbMessage *m)
{
	if (p->mid != m->mid || p->version != m->version)
		return FITS_NOT;
	if (!command_answers(m->version, m->command, p->command))
		return p->version == 1 && p->pid == m->pid && smb1_is_transaction(m->command) &&
				       smb1_is_transaction(p->command)
			       ? FITS_KIND
			       : FITS_NOT;
	if (p->pid != m->pid)
		return FITS_MID;
	return p->tid == m->tid && p->uid == m->uid ? FITS_ALL : FITS_PID;
}

/*
 * The oldest best match; a request with only an interim response counts as abandoned once the same
 * MID comes again.
 */
SmbPending *
smb_pending_find(const SmbConnection *c, const SmbMessage *response)
{
	const SmbExchanges *ex = c->exchanges;
	SmbPending *best = NULL, *p = smb_pending_oldest(ex, response->mid);
	int best_fit = FITS_NOT;

	for (; p; p = smb_pending_newer(ex, p)) {
		int fit = fits(p, response);

		if (fit > best_fit || (best && fit == best_fit && best->interim)) {
			best_fit = fit;
			best = p;
		}
		if (best_fit == FITS_ALL && !best->interim)
			break;
	}
	return best;
}

/* The ids that the response itself gives are not those of its request. */
static bool
fits_without_mid(const SmbPending *p, const SmbMessage *m)
{
	bool gives_uid, gives_tid;

	if (p->version == 1) {
		gives_uid = p->command == SMB_COM_SESSION_SETUP_ANDX;
		gives_tid = p->command == SMB_COM_TREE_CONNECT ||
			    p->command == SMB_COM_TREE_CONNECT_ANDX || gives_uid;
	} else {
		gives_uid = p->command == SMB2_SESSION_SETUP;
		gives_tid = p->command == SMB2_TREE_CONNECT;
	}
	return p->version == m->version && p->requests &&
	       command_answers(m->version, m->command, p->command) && p->pid == m->pid &&
	       (gives_uid || p->uid == m->uid) && (gives_tid || p->tid == m->tid);
}

SmbPending *
smb_pending_find_renumbered(SmbConnection *c, const SmbMessage *response)
{
	SmbPending *found = NULL;

	if (c->info.midstream || c->info.gaps || c->info.incomplete & SMB_INCOMPLETE_LIMIT ||
	    !smb_pending_may_walk(c))
		return NULL;
	for (SmbPending *p = c->exchanges->oldest; p; p = p->next) {
		if (!fits_without_mid(p, response))
			continue;
		if (found)
			return NULL;
		found = p;
	}
	return found;
}

SmbPending *
smb_pending_find_raw(const SmbConnection *c, SmbDir dir)
{
	for (SmbPending *p = c->exchanges->oldest; p; p = p->next)
		if (dir == SMB_TO_CLIENT ? p->raw_reply : p->raw_request)
			return p;
	return NULL;
}

/* ---- for the floor above ---- */

static SmbPending *
find_async(SmbConnection *c, uint64_t async_id)
{
	SmbPending *p = smb_pending_may_walk(c) ? c->exchanges->newest : NULL;

	while (p && !(p->version == 2 && p->interim && p->async_id == async_id))
		p = p->prev;
	return p;
}

/*
 * SMB1 has the ids of the request on its NT_CANCEL ([MS-CIFS] 2.2.4.65). SMB2 has them too until
 * the server gives the request an AsyncId; then it has the AsyncId ([MS-SMB2] 3.2.4.24).
 */
SmbPending *
smb_pending_find_cancelled(SmbConnection *c, const SmbMessage *cancel)
{
	const SmbExchanges *ex = c->exchanges;
	SmbPending *p;

	if (cancel->version == 2 && cancel->flags & SMB2_FLAGS_ASYNC_COMMAND)
		return find_async(c, cancel->async_id);
	for (p = smb_pending_newest(ex, cancel->mid); p; p = smb_pending_older(ex, p))
		if (p->version == cancel->version && p->mid == cancel->mid && p->pid == cancel->pid)
			return p;
	return NULL;
}

const SmbExchange *
smb_pending_cancelled(SmbConnection *c, const SmbMessage *cancel)
{
	const SmbPending *p = smb_pending_find_cancelled(c, cancel);

	return p && p->requests ? &p->requests->x : NULL;
}

const SmbExchange *
smb_pending_waiting(const SmbConnection *c, uint8_t version, uint16_t command, uint64_t mid)
{
	const SmbExchanges *ex = c->exchanges;
	const SmbPending *p = smb_pending_oldest(ex, mid);

	for (; p; p = smb_pending_newer(ex, p))
		if (p->mid == mid && p->command == command && p->version == version && p->requests)
			return &p->requests->x;
	return NULL;
}

SmbAttempt *
smb_pending_release_attempt(SmbConnection *c, bool (*may)(const SmbAttempt *attempt))
{
	SmbPending *p = smb_pending_may_walk(c) ? c->exchanges->oldest : NULL;

	for (; p; p = p->next) {
		SmbRequest *req = p->requests;

		if (req && req->attempt && may(req->attempt))
			return smb_request_release_attempt(req);
	}
	return NULL;
}

/* The commands of a compound wait one behind the other, and those behind another CREATE are about its file. */
void
smb_pending_created(SmbConnection *c, const SmbExchange *create)
{
	for (SmbPending *p = c->exchanges->behind; p; p = p->next) {
		SmbExchange *x = p->requests ? &p->requests->x : NULL;

		if (!x || !p->requests->related || x->step == SMB_STEP_OPEN)
			break;
		if (!p->requests->follows_create || p->requests->create_mid != create->mid)
			continue;
		x->has_fid = create->has_fid && !create->failed;
		x->fid = create->fid;
		x->fid_persistent = create->fid_persistent;
	}
}
