/* SPDX-License-Identifier: BSD-3-Clause */
#include "output/end.h"

#include "output/json.h"
#include "output/words.h"

enum { EXIT_DAMAGED = 2 }; /* an input that was damaged or cut short */

/* What the run as a whole lost, in the words of the records. */
static uint32_t
incomplete_of(const OutTotals *t)
{
	bool dropped = (t->drops_known && t->kernel_drops) ||
		       (t->interface_drops_known && t->interface_drops);

	return (t->gaps || dropped ? SMB_INCOMPLETE_GAP : 0) |
	       (t->evictions || t->limits || t->truncated ? SMB_INCOMPLETE_LIMIT : 0) |
	       (t->exit_code == EXIT_DAMAGED ? SMB_INCOMPLETE_TRUNCATED : 0);
}

void
out_end_json(OutBuffer *b, const OutTotals *t, bool nanoseconds)
{
	uint32_t incomplete = incomplete_of(t);

	out_lit(b, "{\"timestamp\":\"");
	out_time_utc(b, t->time_ns, nanoseconds ? 9 : 6);
	out_lit(b, "\",\"event_type\":\"end\"");
	out_key_bool(b, "complete", !incomplete);
	if (incomplete) {
		out_key(b, "incomplete");
		out_json_incomplete(b, incomplete);
	}
	out_key_u64(b, "packets", t->packets);
	out_key_u64(b, "bytes", t->bytes);
	out_key_u64(b, "connections", t->connections);
	out_key_u64(b, "messages", t->messages);
	out_key_u64(b, "gaps", t->gaps);
	out_key_u64(b, "gap_bytes", t->gap_bytes);
	out_key_u64(b, "skipped_bytes", t->skipped_bytes);
	out_key_u64(b, "evictions", t->evictions);
	out_key_u64(b, "conflicts", t->conflicts);
	out_key_u64(b, "limits", t->limits);
	if (t->truncated)
		out_key_u64(b, "truncated_records", t->truncated);
	if (t->forged)
		out_key_u64(b, "forged", t->forged);
	if (t->encrypted_packets)
		out_key_u64(b, "encrypted_packets", t->encrypted_packets);
	out_key(b, "kernel_drops");
	out_json_i64_or_null(b, t->drops_known, (int64_t)t->kernel_drops);
	out_key(b, "interface_drops");
	out_json_i64_or_null(b, t->interface_drops_known, (int64_t)t->interface_drops);
	out_key(b, "exit_code");
	out_i64(b, t->exit_code);
	out_lit(b, "}\n");
}

static void
put_loss(OutBuffer *b, uint64_t n, const char *one, const char *many, const char *rest, bool colour)
{
	if (n == 0)
		return;
	out_alert_on(b, colour);
	out_count(b, n, one, many);
	out_str(b, rest);
	out_alert_off(b, colour);
	out_char(b, '\n');
}

void
out_end_text(OutBuffer *b, const OutTotals *t, bool colour)
{
	out_count(b, t->connections, "connection", "connections");
	out_lit(b, ", ");
	out_count(b, t->messages, "message", "messages");
	out_lit(b, ", ");
	out_count(b, t->packets, "packet", "packets");
	out_lit(b, ", ");
	out_bytes(b, t->bytes);
	out_char(b, '\n');
	put_loss(b, t->gaps, "gap", "gaps", " in the streams", colour);
	put_loss(b, t->gap_bytes, "byte", "bytes", " missing", colour);
	put_loss(b, t->skipped_bytes, "byte", "bytes", " passed over to find the next message",
		 colour);
	put_loss(b, t->conflicts, "overlap", "overlaps",
		 " whose copies disagree (the first was taken)", colour);
	put_loss(b, t->forged, "packet", "packets",
		 " with numbers of no connection passed over (forged, or long out of date)",
		 colour);
	put_loss(b, t->evictions, "connection", "connections",
		 " given up to stay below the memory limit", colour);
	put_loss(b, t->limits, "time", "times", " a limit was reached", colour);
	put_loss(b, t->truncated, "message", "messages", " of which not all is shown", colour);
	put_loss(b, t->encrypted_packets, "packet", "packets",
		 " that 802.11 encrypts could not be looked into", colour);
	if (t->drops_known)
		put_loss(b, t->kernel_drops, "packet", "packets", " dropped by the kernel", colour);
	if (t->interface_drops_known)
		put_loss(b, t->interface_drops, "packet", "packets", " dropped by the interface",
			 colour);
}
