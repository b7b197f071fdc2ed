/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The next message after a loss: bytes are searched for a plausible header, also across the seam
 * between two pieces, and what is skipped is counted into the gap.
 */
#include <glib.h>

#include "dissect/conversation/stream/first.h"
#include "dissect/conversation/stream/stream.h"

void
smb_resync_lose(SmbHalf *h, SmbDir dir, const SmbStamp *when)
{
	h->mode = SMB_HALF_LOST;
	h->head_len = h->tail_len = 0;
	if (!h->gap_waits) {
		h->gap = (SmbGap){ .dir = dir };
		h->gap_waits = true;
		h->gap_when = *when;
	}
}

static void
found(SmbConnection *c, SmbDir dir, uint32_t skipped)
{
	SmbHalf *h = &c->stream->half[dir];

	h->gap.skipped += skipped;
	h->mode = SMB_HALF_HEADER;
	h->head_len = h->tail_len = 0;
	smb_stream_report_gap(c, h);
}

/*
 * A message that does not begin like SMB: if an earlier length was wrong, the header of an SMB
 * message may be among these bytes.
 */
uint32_t
smb_resync_hidden(SmbConnection *c, SmbSpan bytes, const SmbFirst *first)
{
	SmbSpan searched = smb_span_first(bytes, SMB_HIDDEN_WITHIN);
	uint32_t at;

	/* Without TCP, lengths are not needed to find messages. */
	if (first->type != SMB_NBSS_MESSAGE ||
	    smb_transport(&c->info.ends, SMB_OVER_NBSS) != SMB_OVER_NBSS)
		return bytes.len;
	at = smb_nbss_find(searched, c->stream->direct);
	return smb_first_is_smb(smb_span_after(searched, at + SMB_NBSS_HEADER_SIZE)) ? at
										     : bytes.len;
}

void
smb_resync_leave(SmbConnection *c, SmbDir dir, uint32_t passed, const SmbStamp *when)
{
	SmbHalf *h = &c->stream->half[dir];

	c->info.anomalies |= SMB_ANOMALY_NOT_SMB;
	h->len = 0;
	smb_resync_lose(h, dir, when);
	found(c, dir, SMB_NBSS_HEADER_SIZE + passed);
}

/*
 * The end of the last bytes together with the beginning of these: a message may begin between the
 * two.
 */
static bool
search_seam(SmbConnection *c, SmbDir dir, SmbSpan bytes, const SmbStamp *when)
{
	SmbHalf *h = &c->stream->half[dir];
	uint8_t seam[SMB_TAIL * 2 + 1];
	uint32_t tail = h->tail_len;
	uint32_t len = tail + smb_span_copy(bytes, seam + tail, sizeof(seam) - SMB_TAIL);
	SmbSpan both = { seam, len };
	uint32_t at;

	smb_span_copy((SmbSpan){ h->tail, tail }, seam, tail);
	at = smb_nbss_find(both, c->stream->direct);
	if (at >= tail)
		return false;
	found(c, dir, at);
	smb_stream_bytes(c, dir, (SmbSpan){ seam + at, tail - at }, when);
	return true;
}

/* Keeps the last bytes for the next seam. */
static void
keep_tail(SmbHalf *h, SmbSpan bytes)
{
	uint8_t both[SMB_TAIL * 2];
	uint32_t len = smb_span_copy((SmbSpan){ h->tail, h->tail_len }, both, SMB_TAIL);
	uint32_t keep = MIN(bytes.len, SMB_TAIL);

	len += smb_span_copy(smb_span_after(bytes, bytes.len - keep), both + len, keep);
	h->gap.skipped += bytes.len + h->tail_len;
	h->tail_len = (uint8_t)smb_span_copy(smb_span_after((SmbSpan){ both, len },
							    len > SMB_TAIL ? len - SMB_TAIL : 0),
					     h->tail, SMB_TAIL);
	h->gap.skipped -= h->tail_len;
}

/*
 * The answer to a session request that waits for one has no mark of SMB: three types, each with its
 * length (RFC 1002 4.3.3 to 4.3.5).
 */
static bool
answers_session(const SmbConnection *c, SmbDir dir, SmbSpan bytes)
{
	static const uint8_t answers[][SMB_NBSS_HEADER_SIZE] = { { SMB_NBSS_POSITIVE, 0, 0, 0 },
								 { SMB_NBSS_NEGATIVE, 0, 0, 1 },
								 { SMB_NBSS_RETARGET, 0, 0, 6 } };
	const SmbHalf *h = &c->stream->half[dir];

	if (dir != SMB_TO_CLIENT || !c->stream->netbios_waits || h->tail_len || h->gap.skipped)
		return false;
	for (size_t i = 0; i < G_N_ELEMENTS(answers); i++)
		if (smb_span_begins(bytes, answers[i], SMB_NBSS_HEADER_SIZE))
			return true;
	return false;
}

SmbSpan
smb_resync_search(SmbConnection *c, SmbDir dir, SmbSpan bytes, const SmbStamp *when)
{
	SmbHalf *h = &c->stream->half[dir];
	uint32_t at;

	if (!h->gap_waits)
		smb_resync_lose(h, dir, when);
	if (answers_session(c, dir, bytes)) {
		found(c, dir, 0);
		return bytes;
	}
	if (h->tail_len && search_seam(c, dir, bytes, when))
		return bytes;
	at = smb_nbss_find(bytes, c->stream->direct);
	if (at < bytes.len) {
		found(c, dir, at + h->tail_len);
		return smb_span_after(bytes, at);
	}
	keep_tail(h, bytes);
	return smb_span_after(bytes, bytes.len);
}
