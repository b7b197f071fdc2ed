/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Records of earlier runs back into figures. They come from files and are untrusted: values of the
 * wrong type are treated as absent, names are cut, and what does not exist is not added.
 */
#include <string.h>

#include "output/audit/read/read.h"
#include "output/base/address.h"
#include "output/stats/stats.h"

enum { ADDRESS = 64, CAPTURE_MAX = 4096 };

/* What any record may hold. */
typedef struct {
	char type[OUT_READ_MEMBER], kind[OUT_READ_MEMBER], of[OUT_READ_MEMBER];
	StatsKey key;
	char file[STATS_KEY_MAX], capture[CAPTURE_MAX];
	StatsFigures figures; /* owned */
	StatsInterval interval;
	uint64_t begin_ns, length_ns, asked_ns;
	StatsSlow slow; /* of it, the numbers */
	uint64_t sizes[2][STATS_SIZES], sums[STATS_SUMS];
	uint64_t first_ns, last_ns;
	StatsHorizon horizons[1 + STATS_HORIZONS_MAX]; /* the first is its own */
	bool has_horizon, has_key;
	uint32_t n_further;
	bool mixed;
	OutRecord end;
} Record;

/* ---- Values ---- */

static uint64_t
number(OutJson *j)
{
	return out_read_number(j);
}

static void
read_address(OutJson *j, StatsAddress *to)
{
	char text[ADDRESS];

	*to = (StatsAddress){ 0 };
	if (out_json_string(j, text, sizeof(text)))
		to->family = out_address_read(text, to->bytes);
}

/* Two numbers in an array. */
static bool
read_two(OutJson *j, uint64_t ret[2])
{
	unsigned n = 0;

	if (!out_json_array(j))
		return false;
	while (out_json_element(j)) {
		if (n < 2)
			ret[n] = number(j);
		else
			out_json_skip(j);
		n++;
	}
	return n == 2;
}

static void
read_times(OutJson *j, StatsTimes *to)
{
	char key[OUT_READ_MEMBER];
	uint64_t two[2];

	if (!out_json_object(j))
		return;
	while (out_json_key(j, key, sizeof(key))) {
		if (out_read_is(key, "count"))
			to->count = number(j);
		else if (out_read_is(key, "sum_ns"))
			to->sum = number(j);
		else if (out_read_is(key, "min_ns"))
			to->min = number(j);
		else if (out_read_is(key, "max_ns"))
			to->max = number(j);
		else if (!out_read_is(key, "buckets"))
			out_json_skip(j);
		else
			for (bool more = out_json_array(j); more && out_json_element(j);)
				if (read_two(j, two) && two[0] < STATS_BUCKETS)
					stats_times_add_bucket(to, (uint32_t)two[0], two[1]);
	}
}

/* An object of counts whose names a function gives. */
static void
read_counts(OutJson *j, const char *(*name_of)(unsigned), unsigned n, uint64_t *to)
{
	char key[OUT_READ_MEMBER];

	if (!out_json_object(j))
		return;
	while (out_json_key(j, key, sizeof(key))) {
		unsigned i = 0;

		while (i < n && !out_read_is(key, name_of(i)))
			i++;
		if (i < n)
			to[i] = number(j);
		else
			out_json_skip(j);
	}
}

static void
read_sizes(OutJson *j, uint64_t to[STATS_SIZES])
{
	uint64_t two[2];

	if (!out_json_array(j))
		return;
	while (out_json_element(j))
		if (read_two(j, two))
			to[stats_size_class(two[0])] = two[1];
}

/* ---- Members ---- */

static bool
read_item_member(OutJson *j, const char *key, Record *r)
{
	if (out_read_is(key, "name")) {
		(void)out_json_string(j, r->key.name, sizeof(r->key.name));
		r->key.len = (uint32_t)strlen(r->key.name);
	} else if (out_read_is(key, "address")) {
		read_address(j, &r->key.address);
	} else if (out_read_is(key, "status_code")) {
		r->key.status.value = (uint32_t)number(j);
		r->slow.has_status = true;
	} else if (out_read_is(key, "status_dos")) {
		r->key.status.dos = out_json_is_true(j);
	} else if (out_read_is(key, "version")) {
		r->key.command.version = (uint8_t)number(j);
	} else if (out_read_is(key, "command")) {
		r->key.command.command = (uint16_t)number(j);
	} else if (out_read_is(key, "function")) {
		r->key.command.function = out_json_number(j, -1);
	} else if (out_read_is(key, "counts")) {
		read_counts(j, stats_number_name, STATS_NUMBERS, r->figures.numbers);
	} else if (out_read_is(key, "response")) {
		read_times(j, &r->figures.response);
	} else if (out_read_is(key, "server_time")) {
		read_times(j, &r->figures.server);
	} else if (out_read_is(key, "handshake")) {
		read_times(j, &r->figures.handshake);
	} else {
		return false;
	}
	return true;
}

static bool
read_interval_member(OutJson *j, const char *key, Record *r)
{
	const struct {
		const char *key;
		uint64_t *to;
	} rows[] = {
		{ "length_ns", &r->length_ns },
		{ "asked_ns", &r->asked_ns },
		{ "requests", &r->interval.requests },
		{ "answered", &r->interval.answered },
		{ "errors", &r->interval.errors },
		{ "bytes_read", &r->interval.read },
		{ "bytes_written", &r->interval.written },
		{ "sum_ns", &r->interval.sum },
		{ "max_ns", &r->interval.max },
		{ "time_ns", &r->slow.time_ns },
		{ "request_frame", &r->slow.request.frame },
		{ "response_frame", &r->slow.response.frame },
		{ "connection", &r->slow.connection },
	};

	/* Of an interval a count, of a slow exchange a time. */
	if (out_read_is(key, "answered") && out_json_peek(j) == '"') {
		r->slow.response.time_ns = out_read_time(j);
		return true;
	}
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		if (!out_read_is(key, rows[i].key))
			continue;
		*rows[i].to = number(j);
		return true;
	}
	return false;
}

/* Of what is not known whose horizon it is, more may be missing than is known. */
static void
read_other_horizon(OutJson *j, Record *r)
{
	StatsHorizon other = { 0 };
	bool has_key = false, has_rank = false;
	char key[OUT_READ_MEMBER];

	if (!out_json_object(j))
		return;
	while (out_json_key(j, key, sizeof(key))) {
		if (out_read_is(key, "key"))
			has_key = out_read_hash_key(j, &other.key);
		else if (out_read_is(key, "horizon"))
			has_rank = out_read_hex(j, &other.rank);
		else
			out_json_skip(j);
	}
	if (has_key && has_rank && r->n_further < STATS_HORIZONS_MAX)
		r->horizons[1 + r->n_further++] = other;
	else
		r->mixed = true;
}

static bool
read_summary_member(OutJson *j, const char *key, Record *r)
{
	if (out_read_is(key, "first")) {
		r->first_ns = out_read_time(j);
	} else if (out_read_is(key, "last")) {
		r->last_ns = out_read_time(j);
	} else if (out_read_is(key, "sums")) {
		read_counts(j, stats_sum_name, STATS_SUMS, r->sums);
	} else if (out_read_is(key, "reads_by_size")) {
		read_sizes(j, r->sizes[STATS_READS]);
	} else if (out_read_is(key, "writes_by_size")) {
		read_sizes(j, r->sizes[STATS_WRITES]);
	} else if (out_read_is(key, "horizon")) {
		r->has_horizon = out_read_hex(j, &r->horizons[0].rank);
	} else if (out_read_is(key, "key")) {
		r->has_key = out_read_hash_key(j, &r->horizons[0].key);
	} else if (out_read_is(key, "other_horizons")) {
		for (bool more = out_json_array(j); more && out_json_element(j);)
			read_other_horizon(j, r);
	} else if (out_read_is(key, "mixed")) {
		r->mixed |= out_json_is_true(j);
	} else {
		return false;
	}
	return true;
}

static bool
read_slow_member(OutJson *j, const char *key, Record *r)
{
	if (out_read_is(key, "begin"))
		r->begin_ns = out_read_time(j);
	else if (out_read_is(key, "file"))
		(void)out_json_string(j, r->file, sizeof(r->file));
	else if (out_read_is(key, "pcap_filename"))
		(void)out_json_string(j, r->capture, sizeof(r->capture));
	else if (out_read_is(key, "client"))
		read_address(j, &r->slow.client);
	else if (out_read_is(key, "server"))
		read_address(j, &r->slow.server);
	else if (out_read_is(key, "timestamp"))
		r->end.time_ns = r->slow.request.time_ns = out_read_time(j);
	else
		return false;
	return true;
}

/* Members of figures, or of the end of a run, whose type comes first. */
static void
read_member(OutJson *j, const char *key, Record *r)
{
	bool taken;

	if (out_read_is(key, "event_type")) {
		(void)out_json_string(j, r->type, sizeof(r->type));
	} else if (out_read_is(key, "kind")) {
		(void)out_json_string(j, r->kind, sizeof(r->kind));
	} else if (out_read_is(key, "verb")) {
		(void)out_json_string(j, r->end.verb, sizeof(r->end.verb));
	} else if (out_read_is(key, "of")) {
		(void)out_json_string(j, r->of, sizeof(r->of));
	} else if (out_read_is(key, "exit_code")) {
		r->end.exit_code = number(j);
	} else if (out_read_is(key, "incomplete")) {
		out_read_incomplete(j, &r->end);
	} else {
		if (out_read_is(r->type, "figures"))
			taken = read_item_member(j, key, r) || read_slow_member(j, key, r) ||
				read_interval_member(j, key, r) || read_summary_member(j, key, r);
		else
			taken = read_slow_member(j, key, r) || out_read_end_member(j, key, &r->end);
		if (!taken)
			out_json_skip(j);
	}
}

/* ---- Records ---- */

static int
kind_of(const char *name)
{
	for (int i = 0; i <= STATS_KINDS; i++)
		if (out_read_is(name, stats_kind_name((unsigned)i)))
			return i;
	return -1;
}

static void
take_figures(Record *r, Stats *stats)
{
	int kind = kind_of(r->of);
	StatsFigures *to;

	if (kind < 0 || (kind == STATS_ALL && out_read_is(r->kind, "item")))
		return;
	if (!out_read_is(r->kind, "item")) {
		stats_figures_merge(&stats->others[kind], &r->figures);
		return;
	}
	r->key.kind = (StatsKind)kind;
	if (kind == STATS_SERVER || kind == STATS_CLIENT || kind == STATS_STATUS)
		r->key.len = 0;
	to = stats_figures(stats, &r->key);
	stats_figures_merge(to, &r->figures);
	stats_settle(stats, to);
}

static const char *
take_interval(const Record *r, Stats *stats)
{
	StatsInterval *to;

	if (!r->length_ns)
		return NULL;
	if (!stats_intervals_adopt(&stats->intervals, r->asked_ns, r->length_ns))
		return "its intervals have another length: give the same --interval to all";
	to = stats_interval(&stats->intervals, r->begin_ns);
	stats_interval_merge(to, &r->interval);
	return NULL;
}

static void
take_slow(const Record *r, Stats *stats)
{
	StatsSlow *slow;

	if (!stats_slow_wanted(stats, r->slow.time_ns))
		return;
	slow = g_new(StatsSlow, 1);
	*slow = r->slow;
	slow->status = r->key.status;
	slow->capture = *r->capture ? g_strdup(r->capture) : NULL;
	slow->command = g_strdup(r->key.name);
	slow->file = *r->file ? g_strdup(r->file) : NULL;
	stats_slow_add(stats, slow);
}

static void
take_summary(const Record *r, Stats *stats)
{
	for (int i = 0; i < STATS_SUMS; i++)
		stats->sums[i] = stats_sum(stats->sums[i], r->sums[i]);
	for (int i = 0; i < STATS_SIZES; i++) {
		uint64_t *reads = &stats->sizes[STATS_READS][i];
		uint64_t *writes = &stats->sizes[STATS_WRITES][i];

		*reads = stats_sum(*reads, r->sizes[STATS_READS][i]);
		*writes = stats_sum(*writes, r->sizes[STATS_WRITES][i]);
	}
	stats_cover(stats, r->first_ns);
	stats_cover(stats, r->last_ns);
	if (r->has_horizon && r->has_key)
		stats_add_horizon(stats, &r->horizons[0]);
	for (uint32_t i = 1; i <= r->n_further; i++)
		stats_add_horizon(stats, &r->horizons[i]);
	stats->mixed |= r->mixed || r->has_horizon != r->has_key;
}

static const char *
take_record(Record *r, Stats *stats, OutTotals *totals, OutFiguresRecord *ret_record)
{
	/* That of another verb has packets and an exit status that are not those of the figures. */
	if (out_read_is(r->type, "end") && *r->end.verb && !out_read_is(r->end.verb, "stats"))
		return NULL;
	if (out_read_is(r->type, "end")) {
		out_read_take_end(&r->end, totals);
		*ret_record = r->end.totals.interim ? OUT_FIGURES_INTERIM : OUT_FIGURES_END;
		return NULL;
	}
	if (!out_read_is(r->type, "figures"))
		return NULL;
	if (out_read_is(r->kind, "interval"))
		return take_interval(r, stats);
	if (out_read_is(r->kind, "slow")) {
		take_slow(r, stats);
	} else if (out_read_is(r->kind, "summary")) {
		take_summary(r, stats);
		*ret_record = OUT_FIGURES_SUMMARY;
	} else {
		take_figures(r, stats);
	}
	return NULL;
}

const char *
out_figures_read(OutJson *j, Stats *stats, OutTotals *totals, OutFiguresRecord *ret_record)
{
	Record *r = g_new0(Record, 1);
	char key[OUT_READ_MEMBER];
	const char *wrong;

	*ret_record = OUT_FIGURES_OTHER;
	r->key.command.function = -1;
	if (!out_json_object(j))
		out_json_fail(j, "not a record");
	while (out_json_key(j, key, sizeof(key)))
		read_member(j, key, r);
	out_json_finish(j);
	wrong = j->wrong ? j->wrong : take_record(r, stats, totals, ret_record);
	stats_figures_clear(&r->figures);
	g_free(r);
	return wrong;
}
