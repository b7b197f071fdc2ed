/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The sinks, fed with events made by hand: a whole small session, every kind of event with nothing
 * known, and what happens at limits. Called with a directory, leaves the JSON of the tests there
 * for validate-records.
 */
#include "output/base/sink.h"

#include <check.h>
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define T0 1795328367732283000u

static const char *record_dir;

typedef struct {
	int fd;
	OutWriter *writer;
	OutSink *sink;
	SmbConnectionInfo info;
} Scene;

typedef OutSink *(*NewSink)(OutWriter *writer, const OutOptions *options);

static SmbStamp
at(uint64_t us, uint64_t frame)
{
	return (SmbStamp){ T0 + us * 1000, frame };
}

static Scene
scene_new(NewSink new_sink, OutOptions options)
{
	Scene s = { .fd = memfd_create("scene", 0) };

	options.utc = true;
	s.writer = out_writer_new(s.fd, false);
	s.sink = new_sink(s.writer, &options);
	s.info = (SmbConnectionInfo){ .number = 1,
				      .ends = { .family = 4,
						.client = { 10, 77, 0, 2 },
						.server = { 10, 77, 0, 1 },
						.client_port = 34174,
						.server_port = 139 },
				      .first = at(0, 1),
				      .last = at(41000, 30),
				      .syn_ns = T0,
				      .syn_ack_ns = T0 + 80000 };
	return s;
}

static void
tell(Scene *s, SmbEventKind kind, const void *what)
{
	SmbEvent event = { .kind = kind, .connection = &s->info, .when = at(40000, 30) };

	event.message = what; /* the members of the union are pointers to what the kind says */
	out_sink_event(s->sink, &event);
}

/*
 * Ends the run; what was written, and with a record directory a copy of it there. Free with g_free.
 */
static char *
scene_end(Scene *s, const char *name)
{
	OutTotals totals = {
		.packets = 30, .bytes = 4000, .connections = 1, .messages = 20, .time_ns = T0
	};
	g_autofree char *path = record_dir && name ? g_build_filename(record_dir, name, NULL)
						   : NULL;
	char *text;
	off_t size;

	out_sink_end(s->sink, &totals);
	ck_assert_uint_eq(out_sink_memory(s->sink), 0);
	out_sink_free(s->sink);
	out_writer_free(s->writer);
	size = lseek(s->fd, 0, SEEK_END);
	text = g_malloc0((gsize)size + 1);
	ck_assert_int_eq(pread(s->fd, text, (size_t)size, 0), size);
	close(s->fd);
	if (path)
		ck_assert(g_file_set_contents(path, text, size, NULL));
	return text;
}

static SmbText
text(const char *s)
{
	return smb_text_from_utf8(s);
}

static SmbString *
string(const char *s)
{
	return smb_string_new(text(s), 1000);
}

/* ---- A plain session ---- */

typedef struct {
	SmbString *dialects[1], *account, *domain, *path, *name, *client, *server;
	SmbAuth auth;
	SmbUser user;
	SmbTree tree;
	SmbFile file;
	const SmbAuth *auths[1];
	const SmbUser *users[1];
	const SmbTree *trees[1];
	const SmbFile *files[1];
} Story;

static void
story_init(Story *st, Scene *s)
{
	*st = (Story){ .dialects = { string("NT LM 0.12") },
		       .account = string("alice"),
		       .domain = string("RIGWG"),
		       .path = string("\\\\10.77.0.1\\SHARE"),
		       .name = string("\\hello.txt"),
		       .client = string("RIGCLI"),
		       .server = string("RIGSRV") };
	st->auth = (SmbAuth){ .password_type = SMB_PASSWORD_NTLMV1_LM,
			      .mech = SMB_MECH_NT,
			      .account = st->account,
			      .domain = st->domain,
			      .lm_length = 24,
			      .nt_length = 24,
			      .result = SMB_RESULT_ACCEPTED,
			      .has_status = true,
			      .encryption_type = -1,
			      .krb_error = -1 };
	st->user = (SmbUser){ .uid = 21044, .auth = &st->auth };
	st->tree = (SmbTree){
		.tid = 40321, .path = st->path, .type = SMB_SHARE_DISK, .user = &st->user
	};
	st->file = (SmbFile){
		.fid = 3201, .name = st->name, .has_size = true, .size = 16, .tree = &st->tree
	};
	st->auths[0] = &st->auth;
	st->users[0] = &st->user;
	st->trees[0] = &st->tree;
	st->files[0] = &st->file;
	s->info.dialects = st->dialects;
	s->info.n_dialects = s->info.n_dialects_smb1 = 1;
	s->info.client_name = st->client;
	s->info.server_name = st->server;
}

static void
story_free(Story *st)
{
	SmbString *all[] = { st->dialects[0], st->account, st->domain, st->path,
			     st->name,        st->client,  st->server };

	for (size_t i = 0; i < G_N_ELEMENTS(all); i++)
		smb_string_unref(all[i]);
}

static SmbExchange
exchange(SmbStep step, uint16_t command, const char *name, uint64_t us, uint64_t took,
	 uint64_t frame)
{
	return (SmbExchange){ .step = step,
			      .version = 1,
			      .command = command,
			      .command_name = name,
			      .chain_length = 1,
			      .request = at(us, frame),
			      .response = at(us + took, frame + 1),
			      .has_status = true,
			      .uid = 21044,
			      .tid = 40321,
			      .mid = frame };
}

static void
tell_logon(Scene *s, Story *st)
{
	SmbNetbios nb = { .request = at(1000, 4),
			  .response = at(1610, 5),
			  .has_names = true,
			  .called = text("*SMBSERVER"),
			  .calling = text("RIGCLI"),
			  .called_suffix = 0x20,
			  .result = SMB_NETBIOS_ACCEPTED };
	SmbExchange x = exchange(SMB_STEP_NEGOTIATE, 0x72, "SMB_COM_NEGOTIATE", 3000, 1930, 6);

	tell(s, SMB_EVENT_NETBIOS, &nb);
	x.uid = x.tid = 0;
	x.negotiate = (SmbNegotiateFacts){ .dialect = text("NT LM 0.12"),
					   .n_offered = 1,
					   .answered_by = 1,
					   .has_security_mode = true,
					   .security_mode = 3,
					   .user_level = true,
					   .challenge_response = true,
					   .challenge_length = 8 };
	tell(s, SMB_EVENT_EXCHANGE, &x);
	s->info.dialect = st->dialects[0];
	s->info.version = 1;
	s->info.verdict = SMB_VERDICT_SMB1_CLIENT_LIMITED;
	s->info.has_security_mode = true;
	s->info.security_mode = 3;
	x = exchange(SMB_STEP_SESSION_SETUP, 0x73, "SMB_COM_SESSION_SETUP_ANDX", 6000, 4200, 8);
	x.chain_length = 2;
	x.session = (SmbSessionFacts){ .account = text("alice"),
				       .domain = text("RIGWG"),
				       .lm_length = 24,
				       .nt_length = 24,
				       .native_os = text("posix"),
				       .server_os = text("Unix"),
				       .server_lanman = text("Samba 4.17.12"),
				       .auth = &st->auth };
	tell(s, SMB_EVENT_EXCHANGE, &x);
	s->info.auths = st->auths;
	s->info.users = st->users;
	s->info.n_auths = s->info.n_users = 1;
	x = exchange(SMB_STEP_TREE_CONNECT, 0x75, "SMB_COM_TREE_CONNECT_ANDX", 6000, 4200, 8);
	x.chain_length = 2;
	x.chain_index = 1;
	x.tree = &st->tree;
	x.tree_connect = (SmbTreeFacts){ .path = text("\\\\10.77.0.1\\SHARE"),
					 .service = text("?????"),
					 .service_back = text("A:"),
					 .native_fs = text("NTFS") };
	tell(s, SMB_EVENT_EXCHANGE, &x);
	s->info.trees = st->trees;
	s->info.n_trees = 1;
	s->info.unsigned_seen = true;
}

static void
tell_file(Scene *s, Story *st)
{
	SmbExchange x = exchange(SMB_STEP_OPEN, 0x2D, "SMB_COM_OPEN_ANDX", 12000, 710, 12);

	x.tree = &st->tree;
	x.has_fid = true;
	x.fid = 3201;
	x.open = (SmbOpenFacts){ .name = text("\\hello.txt"),
				 .to_read = true,
				 .action = SMB_OPENED_EXISTING,
				 .has_size = true,
				 .size = 16 };
	tell(s, SMB_EVENT_EXCHANGE, &x);
	s->info.files = st->files;
	s->info.n_files = 1;
	for (unsigned i = 0; i < 2; i++) {
		x = exchange(SMB_STEP_READ, 0x2E, "SMB_COM_READ_ANDX", 13000 + i * 1000, 400,
			     14 + 2 * i);
		x.tree = &st->tree;
		x.file = &st->file;
		x.has_fid = true;
		x.fid = 3201;
		x.io = i ? (SmbIoFacts){ 16, 4080, 0 } : (SmbIoFacts){ 0, 4096, 16 };
		tell(s, SMB_EVENT_EXCHANGE, &x);
	}
	x = exchange(SMB_STEP_OPEN, 0x2D, "SMB_COM_OPEN_ANDX", 15000, 300, 18);
	x.open = (SmbOpenFacts){ .name = text("\\secret\x1b[2J.txt"),
				 .to_read = true,
				 .to_write = true };
	x.failed = true;
	x.status.value = 0xC0000022;
	tell(s, SMB_EVENT_EXCHANGE, &x);
}

static char *
plain_session(NewSink new_sink, OutOptions options, const char *name)
{
	Scene s = scene_new(new_sink, options);
	Story st;
	char *written;

	story_init(&st, &s);
	tell_logon(&s, &st);
	tell_file(&s, &st);
	s.info.end = SMB_END_RESET;
	s.info.end_by_server = true;
	s.info.errors = 1;
	tell(&s, SMB_EVENT_CONNECTION, NULL);
	ck_assert_ptr_null(s.info.sink_data);
	written = scene_end(&s, name);
	story_free(&st);
	return written;
}

static const char golden[] =
	"#1  10.77.0.2:34174 (RIGCLI) -> 10.77.0.1:139 (RIGSRV)   NT LM 0.12   NTLMv1+LM as RIGWG\\alice   not signed   "
	"41 ms   2026-11-22 06:19:27.732 UTC   reset by server   1 error\n"
	"    0.000   0.08 ms  connect\n"
	"    0.001   0.61 ms  netbios session   *SMBSERVER<20> from RIGCLI<00>        accepted\n"
	"    0.003   1.93 ms  negotiate         offers NT LM 0.12                     NT LM 0.12, signing not "
	"offered, no extended security\n"
	"    0.006   4.20 ms  session setup     RIGWG\\alice, NTLMv1+LM, from posix    uid 21044, Unix, Samba 4.17.12\n"
	"    0.006   4.20 ms  + tree connect    \\\\10.77.0.1\\SHARE                     tid 40321, disk, NTFS\n"
	"    0.012   0.71 ms  open              \\hello.txt to read                    16 bytes, fid 3201\n"
	"    0.013   0.40 ms  read  x2          \\hello.txt 0-4096                     16 bytes, end of file\n"
	"    0.015   0.30 ms  open              \\secret\\x1b[2J.txt to read, write     STATUS_ACCESS_DENIED\n"
	"\n"
	"1 connection, 20 messages, 30 packets, 4000 bytes\n";

START_TEST(a_session_as_text)
{
	g_autofree char *written = plain_session(out_timeline_new, (OutOptions){ 0 }, NULL);

	ck_assert_str_eq(written, golden);
}
END_TEST

START_TEST(errors_stand_out_in_colour_and_lines_fit)
{
	g_autofree char *written = plain_session(out_timeline_new,
						 (OutOptions){ .colour = true, .columns = 100 },
						 NULL);
	g_auto(GStrv) lines = g_strsplit(written, "\n", -1);

	ck_assert(strstr(written, "\033[1;31mSTATUS_ACCESS_DENIED\033[0m\n") != NULL);
	for (size_t i = 1; lines[i]; i++)
		if (!strstr(lines[i], "\033"))
			ck_assert_uint_le(out_width(lines[i], strlen(lines[i])), 100);
	/* The heading and the negotiation are too long for one line, and are not cut. */
	ck_assert(g_str_has_prefix(lines[1], "    ") && strstr(lines[1], "2026-11-22"));
	ck_assert(strstr(written, "NT LM 0.12, signing not offered") != NULL);
}
END_TEST

START_TEST(live_lines_carry_their_connection)
{
	g_autofree char *written =
		plain_session(out_timeline_new, (OutOptions){ .live = true }, NULL);

	ck_assert(g_str_has_prefix(
		written,
		"#1 opened  10.77.0.2:34174 (RIGCLI) -> 10.77.0.1:139 (RIGSRV)   2026-11-22"));
	ck_assert(strstr(written, "\n#1        0.013   0.40 ms  read  x2") != NULL);
	ck_assert(strstr(written, "1 error   closed\n") != NULL);
}
END_TEST

START_TEST(verbose_shows_the_facts)
{
	g_autofree char *written =
		plain_session(out_timeline_new, (OutOptions){ .verbose = true }, NULL);

	ck_assert(strstr(written, "          command: SMB_COM_OPEN_ANDX (0x2d)\n") != NULL);
	ck_assert(strstr(written, "          status: STATUS_ACCESS_DENIED (0xc0000022)\n") != NULL);
	ck_assert(strstr(written, "          request in frame: 14\n") != NULL);
	ck_assert(strstr(written, "read  x2") == NULL); /* every message has its own fields */
}
END_TEST

START_TEST(a_session_as_json)
{
	g_autofree char *written = plain_session(out_timeline_json_new,
						 (OutOptions){ .capture_name = "cap \"1\".pcap" },
						 "session.ndjson");
	g_auto(GStrv) lines = g_strsplit(written, "\n", -1);

	ck_assert_uint_eq(g_strv_length(lines),
			  10); /* netbios, 7 smb (two reads in one), connection, end, "" */
	ck_assert(g_str_has_prefix(
		lines[0],
		"{\"timestamp\":\"2026-11-22T06:19:27.733283Z\",\"event_type\":\"netbios\","
		"\"src_ip\":\"10.77.0.2\",\"src_port\":34174,\"dest_ip\":\"10.77.0.1\",\"dest_port\":139,"
		"\"proto\":\"TCP\",\"community_id\":\"1:"));
	ck_assert(strstr(lines[0], "\"pcap_filename\":\"cap \\\"1\\\".pcap\",\"complete\":true,") !=
		  NULL);
	ck_assert(strstr(lines[0], "\"called\":\"*SMBSERVER<20>\",\"calling\":\"RIGCLI<00>\"") !=
		  NULL);
	ck_assert(
		strstr(lines[2],
		       "\"auth\":{\"password_type\":\"NTLMv1+LM\",\"mech\":\"nt\",\"account\":\"alice\","
		       "\"domain\":\"RIGWG\",\"host\":\"\",\"lm_length\":24,\"nt_length\":24,\"guest\":false,"
		       "\"result\":\"accepted\",\"challenged\":false,\"status\":\"STATUS_SUCCESS\"}") !=
		NULL);
	ck_assert(strstr(lines[3], "\"command\":\"SMB1_COMMAND_TREE_CONNECT_ANDX\"") != NULL);
	ck_assert(strstr(lines[5], "\"frame_request\":14,\"frame_response\":17,") != NULL);
	ck_assert(strstr(lines[5],
			 "\"read\":{\"offset\":0,\"length\":16,\"requests\":2,\"asked\":8176,"
			 "\"end_of_file\":true}") != NULL);
	ck_assert(strstr(lines[7],
			 "\"dialect_verdict\":\"smb1_client_limited\",\"security_mode\":3,") !=
		  NULL);
	ck_assert(strstr(lines[7],
			 "\"duration\":0.041000,\"end\":\"reset\",\"end_by\":\"server\"") != NULL);
	ck_assert(g_str_has_prefix(
		lines[8], "{\"timestamp\":\"2026-11-22T06:19:27.732283Z\",\"event_type\":\"end\""));
}
END_TEST

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

int
main(int argc, char **argv)
{
	Suite *suite = suite_create("sinks");
	TCase *tc = tcase_create("sinks");
	SRunner *runner = srunner_create(suite);
	int failed;

	record_dir = argc > 1 ? argv[1] : NULL;
	suite_add_tcase(suite, tc);
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, a_session_as_text);
	tcase_add_test(tc, errors_stand_out_in_colour_and_lines_fit);
	tcase_add_test(tc, live_lines_carry_their_connection);
	tcase_add_test(tc, verbose_shows_the_facts);
	tcase_add_test(tc, a_session_as_json);
	tcase_add_test(tc, nothing_known_is_still_reported);
	tcase_add_test(tc, a_long_connection_is_printed_in_parts);
	tcase_add_test(tc, reads_that_wait_are_reported_when_nothing_comes);
	tcase_add_test(tc, a_pause_that_was_chosen_ends_at_the_answer);
	tcase_add_test(tc, a_sink_can_be_freed_early);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
