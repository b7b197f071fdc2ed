/* SPDX-License-Identifier: BSD-3-Clause */
/* Sinks that know nothing, and their limits. */
#include "tests/output/sinks-case.h"

/* ---- Nothing known ---- */

/* Every step, both versions, with neither names nor halves; then the same as errors. */
static void
tell_bare_exchanges(Scene *s)
{
	for (unsigned i = 0; i < SMB_STEPS * 8; i++) {
		SmbExchange x = { .step = (SmbStep)(i / 8), .version = i & 1 ? 2 : 1 };

		if (x.step == SMB_STEP_SESSION_SETUP)
			x.session.lm_length = x.session.nt_length = -1;
		else if (x.step > SMB_STEP_WRITE || x.step == SMB_STEP_OTHER)
			x.other.function = -1;
		x.request = i & 2 ? at(i, 2) : (SmbStamp){ 0 };
		x.response = i & 4 ? at(i + 1, 3) : (SmbStamp){ 0 };
		x.incomplete = (i & 2 ? 0 : SMB_INCOMPLETE_NO_REQUEST) |
			       (i & 4 ? 0 : SMB_INCOMPLETE_NO_RESPONSE);
		x.answer = i & 4 ? SMB_ANSWER_GIVEN : SMB_ANSWER_NONE;
		x.anomalies = i & 1 ? 0x3FFF : 0;
		x.has_fid = i & 1;
		tell(s, SMB_EVENT_EXCHANGE, &x);
		x.failed = x.has_status = true;
		x.status = (SmbStatus){ i & 1, 0x00FF00EE };
		tell(s, SMB_EVENT_EXCHANGE, &x);
	}
}

static void
tell_bare_messages(Scene *s)
{
	for (uint8_t version = 1; version <= 5; version++) {
		SmbMessage m = { .version = version, .when = at(1, 2), .n_blocks = version <= 2 };

		m.status.dos = version == 1;
		tell(s, SMB_EVENT_MESSAGE, &m);
		m.anomalies = 0x3FFF;
		m.incomplete = SMB_INCOMPLETE_TRUNCATED;
		m.has_signature = true;
		m.response = true;
		tell(s, SMB_EVENT_MESSAGE, &m);
		m.transport = SMB_OVER_IPX;
		tell(s, SMB_EVENT_MESSAGE, &m);
	}
}

static char *
bare_session(NewSink new_sink, OutOptions options, const char *name)
{
	Scene s = scene_new(new_sink, options);
	SmbNetbios nb = { .request = at(1, 2) };
	SmbGap gap = { .bytes = 4380, .skipped = 100, .cause = SMB_GAP_SNAPLEN };

	s.info.ends = (SmbEndpoints){ 0 };
	s.info.syn_ns = s.info.syn_ack_ns = 0;
	tell(&s, SMB_EVENT_OPENED, NULL);
	tell(&s, SMB_EVENT_NETBIOS, &nb);
	nb.result = SMB_NETBIOS_REFUSED;
	nb.error = 0x99;
	tell(&s, SMB_EVENT_NETBIOS, &nb);
	nb.result = SMB_NETBIOS_RETARGETED;
	tell(&s, SMB_EVENT_NETBIOS, &nb);
	tell_bare_messages(&s);
	tell_bare_exchanges(&s);
	tell(&s, SMB_EVENT_GAP, &gap);
	s.info.outstanding = s.info.unanswered = 2;
	s.info.incomplete = SMB_INCOMPLETE_GAP;
	s.info.midstream = s.info.one_way = true;
	s.info.end = SMB_END_EVICTED;
	tell(&s, SMB_EVENT_CONNECTION, NULL);
	return scene_end(&s, name);
}

START_TEST(nothing_known_is_still_reported)
{
	g_autofree char *plain = bare_session(out_timeline_new, (OutOptions){ 0 }, NULL);
	g_autofree char *verbose = bare_session(
		out_timeline_new,
		(OutOptions){ .verbose = true, .colour = true, .columns = 80, .live = true }, NULL);
	g_autofree char *json =
		bare_session(out_timeline_json_new, (OutOptions){ 0 }, "bare.ndjson");
	g_autofree char *messages = bare_session(out_messages_json_new,
						 (OutOptions){ .nanoseconds = true },
						 "messages.ndjson");

	ck_assert(
		strstr(plain,
		       "began before the capture   one direction only   incomplete: gap   dropped") !=
		NULL);
	ck_assert(strstr(plain, "2 requests without an answer\n") != NULL);
	ck_assert(
		strstr(plain,
		       "4380 bytes from the client missing: cut by the snapshot length, then 100 bytes") !=
		NULL);
	ck_assert(strstr(plain, "no answer  open") != NULL);
	ck_assert(strstr(plain, "(request not seen)") != NULL);
	ck_assert(strstr(plain, " \n") == NULL); /* no line ends in spaces */
	ck_assert(strstr(verbose, "closed\n") != NULL);
	ck_assert(strstr(json, "\"src_ip\":null,\"src_port\":0") != NULL);
	ck_assert(strstr(json, "\"community_id\"") == NULL);
	ck_assert(strstr(json,
			 "\"complete\":false,\"incomplete\":[\"no_request\",\"no_response\"]") ==
		  NULL);
	ck_assert(strstr(json,
			 "\"complete\":false,\"incomplete\":[\"no_response\",\"no_request\"]") !=
		  NULL);
	ck_assert(strstr(messages, ".732284000Z\",\"event_type\":\"message\"") != NULL);
}
END_TEST

/* ---- Limits ---- */

START_TEST(a_long_connection_is_printed_in_parts)
{
	Scene s = scene_new(out_timeline_new, (OutOptions){ 0 });
	SmbExchange x = exchange(SMB_STEP_ECHO, 0x2B, "SMB_COM_ECHO", 5, 5, 2);
	g_autofree char *written = NULL;
	size_t most = 0;

	for (unsigned i = 0; i < 40000; i++) {
		x.other.count = i; /* equal ones would be folded */
		tell(&s, SMB_EVENT_EXCHANGE, &x);
		most = MAX(most, out_sink_memory(s.sink));
	}
	tell(&s, SMB_EVENT_CONNECTION, NULL);
	ck_assert_uint_le(most, 3 * 1024 * 1024);
	written = scene_end(&s, NULL);
	ck_assert(g_str_has_prefix(written, "#1  10.77.0.2:34174 -> 10.77.0.1:139   no dialect"));
	ck_assert(strstr(written, "   (continued)\n") != NULL);
}
END_TEST

START_TEST(reads_that_wait_are_reported_when_nothing_comes)
{
	Scene s = scene_new(out_timeline_json_new, (OutOptions){ .live = true });
	SmbExchange x = exchange(SMB_STEP_READ, 0x2E, "SMB_COM_READ_ANDX", 5, 5, 2);
	g_autofree char *written = NULL;
	off_t before;

	x.has_fid = true;
	x.io = (SmbIoFacts){ 0, 10, 10 };
	tell(&s, SMB_EVENT_EXCHANGE, &x);
	out_sink_idle(s.sink, T0 + 1000000000);
	before = lseek(s.fd, 0, SEEK_END);
	ck_assert_int_eq(before, 0);
	out_sink_idle(s.sink, T0 + 3000000000);
	ck_assert_int_gt(lseek(s.fd, 0, SEEK_END), before);
	tell(&s, SMB_EVENT_CONNECTION, NULL);
	written = scene_end(&s, "idle.ndjson");
	ck_assert(strstr(written, "\"requests\":1") != NULL);
}
END_TEST

/* With a pause that was chosen: what was answered waits for no answer that takes longer. */
START_TEST(a_pause_that_was_chosen_ends_at_the_answer)
{
	Scene s =
		scene_new(out_timeline_json_new, (OutOptions){ .live = true, .fold_ns = 40000000 });
	SmbExchange x = exchange(SMB_STEP_READ, 0x2E, "SMB_COM_READ_ANDX", 5, 5, 2);
	g_autofree char *written = NULL;

	x.has_fid = true;
	for (unsigned i = 0; i < 4; i++) {
		/* 39, 80, and 30 ms between the answers; the request is always there at once. */
		static const uint64_t ms[] = { 0, 39, 119, 149 };

		x.request.time_ns = T0 + (i ? ms[i - 1] : 0) * 1000000;
		x.response.time_ns = T0 + ms[i] * 1000000;
		x.io = (SmbIoFacts){ 10 * i, 10, 10 };
		tell(&s, SMB_EVENT_EXCHANGE, &x);
	}
	out_sink_idle(s.sink, T0 + 190000000);
	ck_assert_int_gt(lseek(s.fd, 0, SEEK_END), 0);
	tell(&s, SMB_EVENT_CONNECTION, NULL);
	written = scene_end(&s, "pause.ndjson");
	ck_assert_ptr_nonnull(strstr(written, "\"requests\":2"));
	ck_assert_ptr_null(strstr(written, "\"requests\":1"));
	ck_assert_ptr_null(strstr(written, "\"requests\":4"));
}
END_TEST

/* A sink freed in the middle of connections (an output error) frees what they had. */
START_TEST(a_sink_can_be_freed_early)
{
	NewSink all[] = { out_timeline_new, out_timeline_json_new, out_messages_json_new };

	for (size_t i = 0; i < G_N_ELEMENTS(all); i++) {
		Scene s = scene_new(all[i], (OutOptions){ .verbose = true });
		SmbExchange x = exchange(SMB_STEP_READ, 0x2E, "SMB_COM_READ_ANDX", 5, 5, 2);
		SmbMessage m = { .version = 1 };

		x.has_fid = true;
		tell(&s, SMB_EVENT_MESSAGE, &m);
		tell(&s, SMB_EVENT_EXCHANGE, &x);
		ck_assert_uint_gt(out_sink_memory(s.sink), 0);
		out_sink_free(s.sink);
		out_writer_free(s.writer);
		close(s.fd);
	}
}
END_TEST

void
sinks_add_bare(TCase *tc)
{
	tcase_add_test(tc, nothing_known_is_still_reported);
	tcase_add_test(tc, a_long_connection_is_printed_in_parts);
	tcase_add_test(tc, reads_that_wait_are_reported_when_nothing_comes);
	tcase_add_test(tc, a_pause_that_was_chosen_ends_at_the_answer);
	tcase_add_test(tc, a_sink_can_be_freed_early);
}
