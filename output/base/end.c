/* SPDX-License-Identifier: BSD-3-Clause */
/* The last record of a run: counters, losses, exit status. */
#include "output/base/end.h"

#include <glib.h>
#include <stddef.h>

#include "output/base/json.h"
#include "output/base/time.h"
#include "output/base/words.h"

const OutCounter out_counters[] = {
	{ "packets", offsetof(OutTotals, packets), false },
	{ "bytes", offsetof(OutTotals, bytes), false },
	{ "connections", offsetof(OutTotals, connections), false },
	{ "messages", offsetof(OutTotals, messages), false },
	{ "gaps", offsetof(OutTotals, gaps), false },
	{ "gap_bytes", offsetof(OutTotals, gap_bytes), false },
	{ "skipped_bytes", offsetof(OutTotals, skipped_bytes), false },
	{ "evictions", offsetof(OutTotals, evictions), false },
	{ "conflicts", offsetof(OutTotals, conflicts), false },
	{ "limits", offsetof(OutTotals, limits), false },
	{ "urgent_segments", offsetof(OutTotals, urgent), true },
	{ "truncated_records", offsetof(OutTotals, truncated), true },
	{ "forged", offsetof(OutTotals, forged), true },
	{ "no_answer", offsetof(OutTotals, no_answer), true },
	{ "port_closed", offsetof(OutTotals, port_closed), true },
	{ "tries_omitted", offsetof(OutTotals, tries_omitted), true },
	{ "half_open_evictions", offsetof(OutTotals, half_open_evictions), true },
	{ "encrypted_packets", offsetof(OutTotals, encrypted_packets), true },
	{ "truncated_packets", offsetof(OutTotals, truncated_packets), true },
	{ "malformed_packets", offsetof(OutTotals, malformed_packets), true },
	{ "fragments_dropped", offsetof(OutTotals, fragments_dropped), true },
	{ "implausible_frames", offsetof(OutTotals, implausible_frames), true },
	{ "lost_records", offsetof(OutTotals, lost_records), true },
	{ "lost_bytes", offsetof(OutTotals, lost_bytes), true },
	{ "unsorted", offsetof(OutTotals, unsorted), true },
	{ "outages", offsetof(OutTotals, outages), true },
	{ "unwritten_packets", offsetof(OutTotals, unwritten), true },
};
const size_t out_counters_count = sizeof(out_counters) / sizeof(out_counters[0]);

static uint64_t
counter(const OutTotals *t, size_t i)
{
	return *(const uint64_t *)((const char *)t + out_counters[i].offset);
}

static void
add(uint64_t *to, uint64_t n)
{
	*to = n > UINT64_MAX - *to ? UINT64_MAX : *to + n;
}

void
out_totals_add(OutTotals *to, const OutTotals *from)
{
	for (size_t i = 0; i < out_counters_count; i++)
		add((uint64_t *)((char *)to + out_counters[i].offset), counter(from, i));
	to->drops_known |= from->drops_known;
	add(&to->kernel_drops, from->kernel_drops);
	to->interface_drops_known |= from->interface_drops_known;
	add(&to->interface_drops, from->interface_drops);
	to->damaged |= from->damaged;
	to->interrupted |= from->interrupted;
	to->unread |= from->unread;
	to->left_out |= from->left_out;
	if (from->time_ns > to->time_ns)
		to->time_ns = from->time_ns;
}

void
out_totals_take_written(OutTotals *t, OutWriter *writer)
{
	OutWritten written;

	out_writer_written(writer, &written);
	t->part = written.part;
	t->records = written.records;
	t->lost_records = written.lost_records;
	t->lost_bytes = written.lost_bytes;
}

/* There was more than is kept, or told. */
static bool
is_beyond(const OutTotals *t)
{
	return t->evictions || t->limits || t->truncated || t->left_out;
}

bool
out_totals_lossy(const OutTotals *t)
{
	return is_beyond(t) || t->unread || t->gaps || t->skipped_bytes || t->conflicts ||
	       t->urgent || t->kernel_drops || t->interface_drops || t->truncated_packets ||
	       t->malformed_packets || t->fragments_dropped || t->implausible_frames ||
	       t->outages || t->lost_records;
}

/*
 * What the run as a whole lost, in the terms of the records. Needed bytes of cut packets are among
 * the gaps.
 */
uint32_t
out_totals_incomplete(const OutTotals *t)
{
	bool dropped = (t->drops_known && t->kernel_drops) ||
		       (t->interface_drops_known && t->interface_drops);

	return (t->gaps || dropped || t->fragments_dropped || t->outages ? SMB_INCOMPLETE_GAP : 0) |
	       (is_beyond(t) ? SMB_INCOMPLETE_LIMIT : 0) |
	       (t->damaged ? SMB_INCOMPLETE_TRUNCATED : 0) |
	       (t->interrupted ? SMB_INCOMPLETE_INTERRUPTED : 0) |
	       (t->unread ? SMB_INCOMPLETE_UNREAD : 0) |
	       (t->lost_records ? SMB_INCOMPLETE_OUTPUT : 0);
}

void
out_totals_json(OutBuffer *b, const OutTotals *t)
{
	for (size_t i = 0; i < out_counters_count; i++) {
		if (!counter(t, i) && out_counters[i].optional)
			continue;
		out_json_comma(b);
		out_json_word(b, out_counters[i].key);
		out_char(b, ':');
		out_u64(b, counter(t, i));
	}
	out_key(b, "kernel_drops");
	out_json_i64_or_null(b, t->drops_known, (int64_t)t->kernel_drops);
	out_key(b, "interface_drops");
	out_json_i64_or_null(b, t->interface_drops_known, (int64_t)t->interface_drops);
}

void
out_end_json(OutBuffer *b, const OutTotals *t, bool nanoseconds)
{
	uint32_t incomplete = out_totals_incomplete(t);

	out_lit(b, "{\"timestamp\":\"");
	out_time_record(b, t->time_ns, nanoseconds ? 9 : 6);
	out_lit(b, "\",\"event_type\":\"end\"");
	if (t->verb)
		out_key_str(b, "verb", t->verb);
	if (t->site) {
		out_key(b, "site");
		out_str_json(b, t->site);
	}
	if (t->interim)
		out_key_bool(b, "interim", true);
	out_key_bool(b, "complete", !incomplete);
	if (incomplete) {
		out_key(b, "incomplete");
		out_json_incomplete(b, incomplete);
	}
	out_totals_json(b, t);
	if (t->part) {
		out_key_u64(b, "part", t->part);
		out_key_u64(b, "records", t->records);
	}
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

static void
put_alert(OutBuffer *b, bool applies, const char *text, bool colour)
{
	if (!applies)
		return;
	out_alert_on(b, colour);
	out_str(b, text);
	out_alert_off(b, colour);
	out_char(b, '\n');
}

/* How the run ended, if not as expected. */
static void
put_state(OutBuffer *b, const OutTotals *t, bool colour)
{
	put_alert(b, t->interrupted, "interrupted: the input was not read to its end", colour);
	put_alert(b, t->interim && !t->interrupted, "interim report: the run goes on", colour);
	put_alert(b, t->unread, "at least one input could not be read, or not all of it", colour);
}

static void
put_live(OutBuffer *b, const OutTotals *t, bool colour)
{
	if (t->drops_known)
		put_loss(b, t->kernel_drops, "packet", "packets", " dropped by the kernel", colour);
	if (t->interface_drops_known)
		put_loss(b, t->interface_drops, "packet", "packets", " dropped by the interface",
			 colour);
	put_loss(b, t->outages, "time", "times", " an interface was down or away", colour);
	put_loss(b, t->unwritten, "packet", "packets", " that -w could not write", colour);
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
	put_loss(b, t->no_answer, "connection", "connections",
		 " tried without an answer from the server's address", colour);
	put_loss(b, t->port_closed, "connection", "connections", " tried to a closed port", colour);
	put_loss(b, t->tries_omitted, "of these", "of these", " not listed", colour);
	put_loss(b, t->gaps, "gap", "gaps", " in the streams", colour);
	put_loss(b, t->gap_bytes, "byte", "bytes", " missing", colour);
	put_loss(b, t->skipped_bytes, "byte", "bytes", " skipped while resynchronising", colour);
	put_loss(b, t->conflicts, "overlap", "overlaps",
		 " whose copies disagree (the first was taken)", colour);
	put_loss(b, t->urgent, "segment", "segments",
		 " with urgent data, which the receiver may read otherwise", colour);
	put_loss(b, t->forged, "packet", "packets",
		 " with numbers of no connection, or of one that was over, skipped (forged, "
		 "long out of date, or captured again)",
		 colour);
	put_loss(b, t->evictions - MIN(t->half_open_evictions, t->evictions), "connection",
		 "connections", " dropped to stay within the memory limit", colour);
	put_loss(b, t->half_open_evictions, "half-open connection", "half-open connections",
		 " dropped to stay within the memory limit", colour);
	put_loss(b, t->limits, "time", "times",
		 " there was more at once than is kept (no option changes this limit)", colour);
	put_loss(b, t->truncated, "message", "messages", " of which not all is shown", colour);
	put_loss(b, t->encrypted_packets, "packet", "packets", " encrypted by 802.11, not decoded",
		 colour);
	put_loss(b, t->truncated_packets, "packet", "packets", " cut by the snapshot length",
		 colour);
	put_loss(b, t->malformed_packets, "packet", "packets",
		 " whose headers lie about their length", colour);
	put_loss(b, t->fragments_dropped, "IP fragment", "IP fragments", " never put together",
		 colour);
	put_loss(b, t->implausible_frames, "frame", "frames", " whose numbers no session has",
		 colour);
	put_loss(b, t->unsorted, "line", "lines",
		 " behind later ones: more than --memory has room for to be sorted", colour);
	put_live(b, t, colour);
	put_loss(b, t->lost_records, "line", "lines", " of the output had no place and were lost",
		 colour);
	put_state(b, t, colour);
}
