/* SPDX-License-Identifier: BSD-3-Clause */
/* What is left out, packed and added up. */
#include "tests/audit/audit-case.h"

/* ---- caps ---- */

START_TEST(challenges_are_the_same_in_any_order)
{
	AuditKey key = { { 1, 2 } };
	AuditPair up = { 0 }, down = { 0 };

	for (uint64_t i = 0; i < 300; i++) {
		AuditChallenge a = { .id = i, .known = i == 150, .response = i % 9 == 0, .n = 1 };
		AuditChallenge b = { .id = 299 - i, .response = (299 - i) % 9 == 0, .n = 1 };

		audit_pair_challenge(&up, &key, &a);
		audit_pair_challenge(&down, &key, &b);
		if (b.id == 150) {
			b.known = true; /* learned when it is in the list, if it is */
			audit_pair_challenge(&down, &key, &b);
		}
	}
	ck_assert_uint_eq(up.n_challenges, AUDIT_CHALLENGES_MAX);
	ck_assert_uint_eq(down.n_challenges, AUDIT_CHALLENGES_MAX);
	ck_assert(up.challenges_dropped && down.challenges_dropped);
	for (uint32_t i = 0; i < up.n_challenges; i++) {
		ck_assert_uint_eq(up.challenges[i].id, down.challenges[i].id);
		ck_assert(i == 0 || up.challenges[i - 1].id < up.challenges[i].id);
		ck_assert(!up.challenges[i].response);
	}
	audit_pair_clear(&up);
	audit_pair_clear(&down);
}
END_TEST

START_TEST(a_pair_that_is_used_again_is_empty)
{
	AuditCap cap = { 16, NULL };
	AuditPair pair = { 0 }, empty = { 0 };
	AuditTally *t = pair.tallies;

	for (int round = 0; round < 3; round++) {
		audit_tally_add(&t[0], cap, "the same", 2);
		audit_tally_add(&t[1], cap, round ? "another, a longer one" : "one", 1);
		audit_tally_add(&t[1], cap, "", round == 2);
		audit_tally_add(&t[2], cap, "a", 1);
		audit_tally_add(&t[2], cap, "b", 1);
		ck_assert_uint_eq(t[0].n, 1);
		ck_assert_uint_eq(t[0].bytes, 8);
		ck_assert_uint_eq(audit_tally_of(&t[0], "the same"), 2);
		ck_assert_uint_eq(audit_tally_of(&t[1], "one"), !round);
		ck_assert_uint_eq(t[1].n, round == 2 ? 2 : 1);
		ck_assert_uint_eq(t[2].n, 2);
		audit_pair_reuse(&pair);
		ck_assert_uint_eq(audit_pair_memory(&pair), audit_pair_memory(&empty));
		ck_assert_uint_eq(audit_pair_layers(&pair), audit_pair_layers(&empty));
		ck_assert_uint_eq(audit_tally_of(&t[0], "the same"), 0);
		ck_assert_uint_eq(t[0].n, 0);
		ck_assert_uint_eq(t[0].bytes, 0);
	}
	audit_pair_clear(&pair);
}
END_TEST

START_TEST(tallies_keep_the_same_keys_in_any_order)
{
	AuditKey key = { { 1, 2 } };
	AuditCap caps[] = { { 16, NULL }, { 16, &key } };
	char name[8];

	for (size_t c = 0; c < G_N_ELEMENTS(caps); c++) {
		AuditTally up = { 0 }, down = { 0 };

		for (int i = 0; i < 50; i++) {
			g_snprintf(name, sizeof(name), "%02d", i);
			audit_tally_add(&up, caps[c], name, 1);
			g_snprintf(name, sizeof(name), "%02d", 49 - i);
			audit_tally_add(&down, caps[c], name, 1);
		}
		ck_assert_uint_eq(up.n, 16);
		ck_assert_uint_eq(up.bytes, 32);
		ck_assert_uint_eq(up.left_out, 34);
		ck_assert_uint_eq(down.left_out, 34);
		for (uint32_t i = 0; i < 16; i++)
			ck_assert_str_eq(up.items[i].key, down.items[i].key);
		/* Not by what anybody can see in them, but in their order. */
		ck_assert_int_eq(strcmp(up.items[15].key, "15") == 0, !caps[c].key);
		ck_assert_int_lt(strcmp(up.items[14].key, up.items[15].key), 0);
		g_strlcpy(name, up.items[3].key, sizeof(name));
		audit_tally_add(&up, caps[c], name, UINT64_MAX);
		ck_assert_uint_eq(audit_tally_of(&up, name), INT64_MAX);
		audit_tally_clear(&up);
		audit_tally_clear(&down);
	}
}
END_TEST

/* The vectors of the paper: the key 00..0f, the bytes 00, 01, 02 and so on. */
START_TEST(ranks_are_siphash)
{
	AuditKey key = { { 0x0706050403020100u, 0x0f0e0d0c0b0a0908u } };
	uint8_t bytes[15];

	for (uint8_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = i;
	ck_assert_uint_eq(audit_rank(&key, bytes, 0), 0x726fdb47dd0e0e31u);
	ck_assert_uint_eq(audit_rank(&key, bytes, 8), 0x93f5f5799a932462u);
	ck_assert_uint_eq(audit_rank(&key, bytes, 15), 0xa129ca6149be45e5u);
}
END_TEST

/* The inventory of 600 pairs, of which every hundredth sent an LM response, in some order. */
static Audit *
audit_of_many(size_t memory, uint64_t key, unsigned step)
{
	AuditLimits limits = { .memory = memory, .key = { { key, key } } };
	Audit *audit = audit_new(&limits);

	for (unsigned i = 0; i < 1200; i++) {
		unsigned client = i * step % 600;
		Built b = audit_test_built(SMB_VERDICT_SMB1_CLIENT_LIMITED,
					   client % 100 ? SMB_PASSWORD_NTLMV2 : SMB_PASSWORD_LM);

		b.info.number = 1;
		b.info.ends.client[2] = (uint8_t)(client >> 8);
		b.info.ends.client[3] = (uint8_t)client;
		audit_test_play(audit, &b);
	}
	return audit;
}

static OutBuffer
json_of(const Audit *audit)
{
	FILE *file = tmpfile();
	OutWriter *writer = out_writer_new(fileno(file), false);
	AuditReport *report = audit_report_new(audit, NULL);
	OutBuffer text = { 0 };
	long size;

	out_audit_json(writer, report);
	audit_report_free(report);
	out_writer_free(writer);
	ck_assert_int_eq(fseek(file, 0, SEEK_END), 0);
	size = ftell(file);
	ck_assert_int_gt(size, 0);
	rewind(file);
	out_buffer_reserve(&text, (size_t)size);
	text.len = fread(text.data, 1, (size_t)size, file);
	ck_assert_uint_eq(text.len, (size_t)size);
	fclose(file);
	return text;
}

START_TEST(what_is_left_out_is_the_same_in_any_order_and_the_critical_goes_last)
{
	static const size_t memories[] = { 1200 << 10, 500 << 10, 300 << 10, 16 << 10, 3 << 10 };

	for (size_t m = 0; m < G_N_ELEMENTS(memories); m++) {
		Audit *up = audit_of_many(memories[m], 1, 7),
		      *down = audit_of_many(memories[m], 1, 593);
		AuditReport *report = audit_report_new(up, NULL);
		OutBuffer a = json_of(up), b = json_of(down);
		AuditPair scratch = { 0 };
		uint64_t critical = 0;

		ck_assert(up->has_horizon);
		ck_assert_uint_le(audit_memory(up), memories[m]);
		ck_assert_uint_eq(up->connections, 1200);
		ck_assert_uint_lt(report->kept, 1200);
		ck_assert_uint_eq(a.len, b.len);
		ck_assert_mem_eq(a.data, b.data, a.len);
		for (guint i = 0; i < report->pairs->len; i++) {
			const AuditPair *pair =
				audit_kept_read(g_array_index(report->pairs, const AuditKept *, i),
						&scratch);

			/* Each layer that is kept is whole. */
			ck_assert(pair->numbers[AUDIT_N_CONNECTIONS] == (pair->bare ? 0 : 2));
			critical += pair->seen[AUDIT_LM_RESPONSE].count;
		}
		audit_pair_clear(&scratch);
		/* Six pairs have two of them. */
		ck_assert_uint_eq(critical + report->left_out[AUDIT_CRITICAL], 12);
		ck_assert_int_eq(critical < 12, m == 4);
		ck_assert_int_eq(audit_has_all(up, AUDIT_LAYER_CHALLENGES), m != 4);
		ck_assert(audit_report_may_miss(report));
		audit_report_free(report);
		out_buffer_clear(&a);
		out_buffer_clear(&b);
		audit_free(up);
		audit_free(down);
	}
}
END_TEST

/* What may become a finding is one that is here, and takes nothing off what is left out. */
START_TEST(what_is_not_settled_hides_nothing_that_is_left_out)
{
	Audit *audit = audit_new(&(AuditLimits){ 0 });
	AuditTrait closed = { .id = AUDIT_CLOSED_OUT_SMB1, .count = 3 };
	AuditPair pair = { .client = { .family = 4, .bytes = { 10, 0, 0, 2 } },
			   .server = { .family = 4, .bytes = { 10, 0, 0, 1 } } };
	AuditReport *report;

	audit_traits_add(&pair.traits, &closed);
	audit_add(audit, &pair);
	audit_add_left_out(audit, AUDIT_HIGH, 2);
	report = audit_report_new(audit, NULL);
	ck_assert_uint_eq(report->left_out[AUDIT_HIGH], 2);
	audit_report_free(report);
	audit_pair_clear(&pair);
	audit_free(audit);
}
END_TEST

static guint
bare_of(const AuditReport *report)
{
	guint bare = 0;

	for (guint i = 0; i < report->pairs->len; i++)
		bare += audit_kept_is_bare(g_array_index(report->pairs, const AuditKept *, i));
	return bare;
}

/* Memory in which some of the pairs keep their details and some do not; 0 where there is none such. */
static size_t
memory_of_half(void)
{
	for (size_t memory = 32 << 20; memory > 1 << 20; memory -= memory / 32) {
		Audit *audit = audit_of_many(memory, 1, 7);
		AuditReport *report = audit_report_new(audit, NULL);
		guint bare = bare_of(report);

		audit_report_free(report);
		audit_free(audit);
		if (bare > 150 && bare < 450)
			return memory;
	}
	return 0;
}

START_TEST(who_does_not_know_the_key_cannot_choose_what_is_left_out)
{
	size_t memory = memory_of_half();
	Audit *audits[] = { audit_of_many(memory, 1, 7), audit_of_many(memory, 2, 7) };
	AuditReport *reports[] = { audit_report_new(audits[0], NULL),
				   audit_report_new(audits[1], NULL) };
	guint n = MIN(reports[0]->pairs->len, reports[1]->pairs->len), same = 0;

	ck_assert_uint_gt(memory, 0);
	for (guint i = 0; i < n; i++)
		same += audit_kept_is_bare(g_array_index(reports[0]->pairs, const AuditKept *, i)) ==
			audit_kept_is_bare(g_array_index(reports[1]->pairs, const AuditKept *, i));
	ck_assert_uint_gt(same, n / 4);
	ck_assert_uint_lt(same, n - n / 8);
	for (int i = 0; i < 2; i++) {
		audit_report_free(reports[i]);
		audit_free(audits[i]);
	}
}
END_TEST

static void
add_all(Audit *to, const Audit *from)
{
	OutBuffer text = json_of(from);
	OutJson json = { .at = text.data, .end = text.data + text.len, .begin = text.data };
	OutTotals totals = { 0 };
	OutAuditRecord record;

	do {
		ck_assert(out_audit_read(&json, to, &totals, &record, NULL));
	} while (out_json_next_line(&json));
	audit_settle(to);
	out_buffer_clear(&text);
}

/* Three audits, added up in all orders and both groupings. */
static OutBuffer
sum_of(Audit *const parts[3], const AuditLimits *limits, int order, bool group)
{
	static const uint8_t orders[6][3] = { { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 },
					      { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 } };
	Audit *all = audit_new(limits), *two = audit_new(limits);
	OutBuffer text;

	add_all(two, parts[orders[order][0]]);
	add_all(two, parts[orders[order][1]]);
	if (group) {
		add_all(all, parts[orders[order][2]]);
		add_all(all, two);
		text = json_of(all);
	} else {
		add_all(two, parts[orders[order][2]]);
		text = json_of(two);
	}
	audit_free(all);
	audit_free(two);
	return text;
}

/* Every member that can be there, at its largest, or the largest but for a bit. */
static void
fill(AuditPair *pair, const AuditKey *key, uint64_t large)
{
	char account[] = "account A", domain[] = "", host[] = "host";
	AuditEvidence at = {
		.capture = "a.pcap", .time_ns = large, .connection = 1, .frame = large
	};
	AuditSighting seen = { .count = large, .refused = large };

	audit_sighting_evidence(&seen, &at);
	at = (AuditEvidence){ .capture = "b.pcap", .time_ns = 0, .connection = large, .frame = 0 };
	audit_sighting_evidence(&seen, &at);
	pair->first_ns = large;
	pair->last_ns = 1;
	for (int i = 0; i < AUDIT_NUMBERS; i++)
		pair->numbers[i] = large >> (i % 64);
	for (int i = 0; i < AUDIT_RULES; i++)
		audit_sighting_merge(&pair->seen[i], &seen);
	for (uint32_t i = 0; i < 20; i++, account[8]++) {
		AuditIdentity who = { .account = account,
				      .domain = domain,
				      .host = host,
				      .has_status = i & 1,
				      .guest = i & 2,
				      .status = { .value = UINT32_MAX - i } };
		AuditChallenge challenge = { .id = large - i,
					     .known = i & 1,
					     .n = 1,
					     .uses = { { UINT16_MAX, large, at } } };
		AuditAuth *auth = audit_pair_auth(pair, key, &who);

		ck_assert_ptr_nonnull(auth);
		auth->lm_length = INT32_MAX;
		auth->nt_length = INT32_MIN;
		auth->last_ns = auth->incomplete = auth->encrypted = large;
		audit_sighting_merge(&auth->seen, &seen);
		audit_pair_challenge(pair, key, &challenge);
	}
	audit_sighting_clear(&seen);
}

START_TEST(what_is_packed_comes_out_as_it_was)
{
	const AuditKey key = { { 1, 2 } };
	const uint64_t large[] = { 0, 1, 127, 128, INT64_MAX, (uint64_t)INT64_MAX + 1, UINT64_MAX };
	AuditPair pair = { 0 }, again = { 0 };
	uint8_t *packed, *repacked;
	size_t n;

	fill(&pair, &key, large[_i]);
	n = audit_pack(&pair, NULL);
	/* What counts for it until it is measured (inventory.c). */
	ck_assert_uint_le(n, audit_pair_memory(&pair) * 3 / 2);
	packed = g_malloc(n);
	ck_assert_uint_eq(audit_pack(&pair, packed), n);
	audit_unpack(packed, &again);
	ck_assert_uint_eq(audit_pack(&again, NULL), n);
	repacked = g_malloc(n);
	(void)audit_pack(&again, repacked);
	ck_assert_mem_eq(packed, repacked, n);
	ck_assert_uint_eq(again.first_ns, pair.first_ns);
	ck_assert_uint_eq(again.last_ns, pair.last_ns);
	ck_assert_mem_eq(again.numbers, pair.numbers, sizeof(pair.numbers));
	ck_assert_uint_eq(again.n_auths, 20);
	ck_assert_str_eq(again.auths[19].who.account, pair.auths[19].who.account);
	ck_assert_int_eq(again.auths[0].nt_length, INT32_MIN);
	ck_assert_uint_eq(again.n_challenges, pair.n_challenges);
	ck_assert_uint_eq(audit_pair_memory(&again), audit_pair_memory(&pair));
	g_free(packed);
	g_free(repacked);
	audit_pair_clear(&pair);
	audit_pair_clear(&again);
}
END_TEST

START_TEST(audits_with_caps_reached_add_up_in_any_order)
{
	/* Made with the same key, or each with another one, and less or more memory for the sum. */
	for (int way = 0; way < 3; way++) {
		AuditLimits limits = { .memory = way == 1 ? 700 << 10 : 4 << 20,
				       .key = { { 1, 1 } } };
		Audit *parts[3];
		OutBuffer first;

		for (unsigned i = 0; i < 3; i++)
			parts[i] = audit_of_many((size_t)(900 + i * 200) << 10,
						 way == 2 ? i + 1 : 1, 7);
		first = sum_of(parts, &limits, 0, false);
		ck_assert_uint_gt(first.len, 1000);
		for (int i = 0; i < 12; i++) {
			OutBuffer text = sum_of(parts, &limits, i / 2, i % 2);

			ck_assert_msg(text.len == first.len &&
					      memcmp(text.data, first.data, text.len) == 0,
				      "way %d, order %d", way, i);
			out_buffer_clear(&text);
		}
		out_buffer_clear(&first);
		for (int i = 0; i < 3; i++)
			audit_free(parts[i]);
	}
}
END_TEST

void
audit_test_add_sums(TCase *tc)
{
	tcase_add_test(tc, tallies_keep_the_same_keys_in_any_order);
	tcase_add_test(tc, ranks_are_siphash);
	tcase_add_test(tc, what_is_left_out_is_the_same_in_any_order_and_the_critical_goes_last);
	tcase_add_test(tc, what_is_not_settled_hides_nothing_that_is_left_out);
	tcase_add_test(tc, who_does_not_know_the_key_cannot_choose_what_is_left_out);
	tcase_add_loop_test(tc, what_is_packed_comes_out_as_it_was, 0, 7);
	tcase_add_test(tc, audits_with_caps_reached_add_up_in_any_order);
	tcase_add_test(tc, challenges_are_the_same_in_any_order);
	tcase_add_test(tc, a_pair_that_is_used_again_is_empty);
}
