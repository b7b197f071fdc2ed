/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Breaks of oplocks and leases: the server's only requests. Each waits here for what the client
 * does about it: an acknowledgment, or the CLOSE that is as good ([MS-CIFS] 3.2.5.42, [MS-SMB2]
 * 3.2.5.19). The acknowledgment is the response half of its exchange.
 */
#include "dissect/conversation/exchange/pending.h"

enum { BREAKS_MAX = SMB_CAP(64, 2) };

static bool
is_about(const SmbExchange *waits, const SmbExchange *by)
{
	const SmbOtherFacts *a = &waits->other, *b = &by->other;

	if (waits->version != by->version)
		return false;
	if (a->lease)
		return b->lease && memcmp(a->lease_key, b->lease_key, sizeof(a->lease_key)) == 0;
	return waits->has_fid && by->has_fid && waits->fid == by->fid &&
	       waits->fid_persistent == by->fid_persistent;
}

static void
over(SmbConnection *c, SmbRequest *req)
{
	c->exchanges->n_breaks--;
	req->next = NULL;
	smb_turn(c, SMB_TURN_OVER, req, NULL, 0);
}

/* No acknowledgment came. If none may have been due, nothing is missing. */
static void
give_up(SmbConnection *c, SmbRequest *req)
{
	SmbExchange *x = &req->x;

	if (x->other.unsure) {
		x->one_way = true;
	} else {
		x->answer = smb_connection_answer(c, SMB_TO_SERVER, req->lost_before,
						  x->request.time_ns);
		x->incomplete |= SMB_INCOMPLETE_NO_RESPONSE;
		if (x->answer == SMB_ANSWER_NONE)
			c->info.unanswered++;
		else
			c->info.unseen++;
	}
	over(c, req);
}

static void
give_up_first(SmbConnection *c)
{
	SmbRequest *req = c->exchanges->breaks;

	c->exchanges->breaks = req->next;
	give_up(c, req);
}

void
smb_break_wait(SmbConnection *c, SmbRequest *req)
{
	SmbRequest **last = &c->exchanges->breaks;

	if (c->exchanges->n_breaks == BREAKS_MAX) {
		smb_connection_limit(c);
		give_up_first(c);
	}
	while (*last)
		last = &(*last)->next;
	*last = req;
	req->next = NULL;
	req->lost_before = c->lost[SMB_TO_SERVER];
	c->exchanges->n_breaks++;
}

bool
smb_break_answer(SmbConnection *c, const SmbExchange *by, const SmbStamp *when)
{
	bool closes = by->step == SMB_STEP_CLOSE;

	for (SmbRequest **at = &c->exchanges->breaks; *at; at = &(*at)->next) {
		SmbRequest *req = *at;

		if (!is_about(&req->x, by))
			continue;
		*at = req->next;
		req->x.response = *when;
		req->x.other.broken = closes ? SMB_BROKEN_CLOSED : SMB_BROKEN_ACKNOWLEDGED;
		over(c, req);
		return true;
	}
	return false;
}

void
smb_break_flush(SmbConnection *c)
{
	while (c->exchanges->breaks)
		give_up_first(c);
}
