/* SPDX-License-Identifier: BSD-3-Clause */
/* What filters keep, and which values they refuse. */
#include <check.h>
#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "output/filter/filter.h"

static SmbText
text(const char *utf8)
{
	return smb_text_from_utf8(utf8);
}

START_TEST(test_globs)
{
	static const struct {
		const char *pattern, *path;
		bool matches;
	} cases[] = {
		{ "*.xls", "\\dir\\Budget.XLS", true },
		{ "budget.xls", "\\dir\\Budget.XLS", true },
		{ "dir/budget.xls", "\\dir\\budget.xls", true },
		{ "\\budget.xls", "\\dir\\budget.xls", false },
		{ "budget.xl?", "budget.xlsx", false },
		{ "*a*b*c", "xxaxxbxxbxxc", true },
		{ "*a*b*c", "xxaxxbxxbxxcd", false },
		{ "*", "", true },
		{ "?", "", false },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
		ck_assert_msg(out_filter_glob(cases[i].pattern, text(cases[i].path)) ==
				      cases[i].matches,
			      "%s against %s", cases[i].pattern, cases[i].path);
}
END_TEST

/* Nobody knows how a name goes on that the capture cuts; only a star takes whatever it is. */
START_TEST(test_globs_of_what_is_cut)
{
	SmbText name = text("\\\\SRV\\DATA");

	name.cut = true;
	ck_assert(!out_filter_glob("DATA", name));
	ck_assert(!out_filter_glob("*\\DATA", name));
	ck_assert(!out_filter_glob("*A", name));
	ck_assert(out_filter_glob("DAT*", name));
}
END_TEST

/* A pattern of many stars against a long name of a stranger: over at once. */
START_TEST(test_globs_take_no_power_of_the_length)
{
	g_autofree char *name = g_strnfill(60000, 'a');

	ck_assert(!out_filter_glob("*a*a*a*a*a*a*a*a*a*b", text(name)));
}
END_TEST

START_TEST(test_bad_values)
{
	static const struct {
		OutFilterKey key;
		const char *value;
	} bad[] = {
		{ OUT_FILTER_CLIENT, "10.0.0" },
		{ OUT_FILTER_CLIENT, "10.0.0.0/33" },
		{ OUT_FILTER_SERVER, "fd00::/129" },
		{ OUT_FILTER_SERVER, "" },
		{ OUT_FILTER_CLIENT, "10.0.0.0/" },
		{ OUT_FILTER_CLIENT, "00:a0:c9:11:22" },
		{ OUT_FILTER_CLIENT, "00:a0:c9:11:22:33:44" },
		{ OUT_FILTER_CLIENT, "00:a0:c9:11:22:3g" },
		{ OUT_FILTER_CLIENT, "00a0c9112233" },
		{ OUT_FILTER_CLIENT, "00:a0:c9:11:22:33/49" },
		{ OUT_FILTER_SERVER, "00000001" },
		{ OUT_FILTER_SERVER, "1.00a0c9112233" },
		{ OUT_FILTER_SERVER, "00000001.00a0c91122" },
		{ OUT_FILTER_SERVER, "00000001.00a0c9112233.0550" },
		{ OUT_FILTER_SERVER, "00000001.00a0c9112233/81" },
		{ OUT_FILTER_COMMAND, "open_sesame" },
		{ OUT_FILTER_COMMAND, "256" },
		{ OUT_FILTER_STATUS, "STATUS_NONSENSE" },
		{ OUT_FILTER_STATUS, "0x100000000" },
		{ OUT_FILTER_CONNECTION, "" },
		{ OUT_FILTER_CONNECTION, "5-3" },
		{ OUT_FILTER_FROM, "yesterday" },
		{ OUT_FILTER_TO, "+-1" },
		{ OUT_FILTER_FROM, "+1.5x" },
		{ OUT_FILTER_FROM, "12" },
		{ OUT_FILTER_FROM, "25:00" },
		{ OUT_FILTER_FROM, "6:00" },
		{ OUT_FILTER_FROM, "2026-11-31" },
		{ OUT_FILTER_FROM, "2026-11-22 06:19:27 CET" },
		{ OUT_FILTER_FROM, "2026-11-22 06:19:27 +01:00x" },
		{ OUT_FILTER_FROM, "1960-01-01" },
		{ OUT_FILTER_COMMAND, "SMB_COM_TREE CONNECT ANDY" },
		{ OUT_FILTER_SERVER, "a host" },
		{ OUT_FILTER_USER, "" },
	};
	OutFilter *filter = out_filter_new(true);

	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
		ck_assert_msg(out_filter_add(filter, bad[i].key, bad[i].value) != NULL, "%s",
			      bad[i].value);
	out_filter_free(filter);
}
END_TEST

/* ---- Events ---- */

typedef struct {
	SmbConnectionInfo info;
	SmbAuth auth;
	SmbUser user;
	SmbTree tree;
	SmbFile file;
	SmbExchange x;
	SmbEvent event;
} Scene;

/* alice of RIGWG reads budget.xls of \\SRV\public, and is refused. */
static void
scene_begin(Scene *s)
{
	*s = (Scene){ .info = { .number = 3,
				.ends = { .family = 4,
					  .client = { 10, 77, 0, 2 },
					  .server = { 10, 77, 0, 1 } } } };
	s->auth.account = smb_string_new(text("Alice"), 64);
	s->auth.domain = smb_string_new(text("RIGWG"), 64);
	s->user.auth = &s->auth;
	s->tree.path = smb_string_new(text("\\\\SRV\\public"), 64);
	s->file.name = smb_string_new(text("\\dir\\budget.xls"), 64);
	s->x = (SmbExchange){ .step = SMB_STEP_READ,
			      .version = 1,
			      .command = 0x2E,
			      .request = { 5000000000, 7 },
			      .response = { 5000001000, 8 },
			      .has_status = true,
			      .status = { false, 0xC0000022u },
			      .failed = true,
			      .user = &s->user,
			      .tree = &s->tree,
			      .file = &s->file };
	s->event = (SmbEvent){ .kind = SMB_EVENT_EXCHANGE,
			       .connection = &s->info,
			       .when = s->x.response,
			       .exchange = &s->x };
}

static void
scene_end(Scene *s)
{
	smb_string_unref(s->auth.account);
	smb_string_unref(s->auth.domain);
	smb_string_unref(s->tree.path);
	smb_string_unref(s->file.name);
}

START_TEST(test_each_key)
{
	static const struct {
		OutFilterKey key;
		const char *value;
		bool keeps;
	} cases[] = {
		{ OUT_FILTER_CLIENT, "10.77.0.2", true },
		{ OUT_FILTER_CLIENT, "10.64.0.0/12", true },
		{ OUT_FILTER_CLIENT, "10.77.0.1", false },
		{ OUT_FILTER_CLIENT, "::/0", false },
		{ OUT_FILTER_SERVER, "10.77.0.0/31", true },
		{ OUT_FILTER_SERVER, "0.0.0.0/0", true },
		{ OUT_FILTER_USER, "alice", true },
		{ OUT_FILTER_USER, "rigwg\\ALICE", true },
		{ OUT_FILTER_USER, "other\\alice", false },
		{ OUT_FILTER_SHARE, "PUBLIC", true },
		{ OUT_FILTER_SHARE, "\\\\srv\\public", true },
		{ OUT_FILTER_SHARE, "pub", false },
		{ OUT_FILTER_FILE, "*.xls", true },
		{ OUT_FILTER_FILE, "*.doc", false },
		{ OUT_FILTER_COMMAND, "SMB_COM_READ_ANDX", true },
		{ OUT_FILTER_COMMAND, "read-andx", true },
		{ OUT_FILTER_COMMAND, "0x2e", true },
		{ OUT_FILTER_COMMAND, "46", true },
		{ OUT_FILTER_COMMAND, "read", true },
		{ OUT_FILTER_COMMAND, "SMB_COM_READ", false },
		{ OUT_FILTER_COMMAND, "SMB1_COMMAND_READ_ANDX", true },
		{ OUT_FILTER_COMMAND, "SMB2_COMMAND_READ", false },
		{ OUT_FILTER_COMMAND, "SMB2_READ", false },
		{ OUT_FILTER_COMMAND, "tree connect", false },
		{ OUT_FILTER_COMMAND, "query path", false },
		{ OUT_FILTER_STATUS, "error", true },
		{ OUT_FILTER_STATUS, "access_denied", true },
		{ OUT_FILTER_STATUS, "STATUS_ACCESS_DENIED", true },
		{ OUT_FILTER_STATUS, "0xc0000022", true },
		{ OUT_FILTER_STATUS, "STATUS_SUCCESS", false },
		{ OUT_FILTER_STATUS, "ERRnoaccess", false },
		{ OUT_FILTER_CONNECTION, "1,3", true },
		{ OUT_FILTER_CONNECTION, "4-9", false },
		{ OUT_FILTER_FROM, "1970-01-01T00:00:05Z", true },
		{ OUT_FILTER_FROM, "1970-01-01 00:00:05.000000001", false },
		{ OUT_FILTER_FROM, "1970-01-01T01:00:05+01:00", true },
		{ OUT_FILTER_TO, "+1", true },
		{ OUT_FILTER_TO, "+0.999999999", false },
		{ OUT_FILTER_FROM, "1970-01-01 00:00:05.000 UTC", true },
		{ OUT_FILTER_FROM, "1970-01-01 01:00:05.000 +0100", true },
		{ OUT_FILTER_FROM, "1970-01-01 01:00:05.001 +0100", false },
		{ OUT_FILTER_FROM, "1969-12-31T23:00:05-01:00", true },
		{ OUT_FILTER_FROM, "1970-01-01", true },
		{ OUT_FILTER_FROM, "1970-01-02", false },
		{ OUT_FILTER_FROM, "1970-01-01 00:01", false },
		{ OUT_FILTER_FROM, "00:00:05", true },
		{ OUT_FILTER_FROM, "00:00:05.000001", false },
		{ OUT_FILTER_FROM, "00:00", true },
		{ OUT_FILTER_FROM, "01:00:05+01:00", true },
		{ OUT_FILTER_FROM, "@5", true },
		{ OUT_FILTER_FROM, "@5.000000001", false },
		{ OUT_FILTER_FROM, "1795328367", false },
		{ OUT_FILTER_FROM, "19700101T000005Z", true },
		/* Up to the end of what is written. */
		{ OUT_FILTER_TO, "1970-01-01", true },
		{ OUT_FILTER_TO, "1970-01-01 00:00:04", false },
		{ OUT_FILTER_TO, "1970-01-01 00:00:04.999", false },
		{ OUT_FILTER_TO, "00:00", true },
		{ OUT_FILTER_TO, "1795328367", true },
	};
	Scene s;

	scene_begin(&s);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		OutFilter *filter = out_filter_new(true);

		ck_assert_ptr_null(out_filter_add(filter, cases[i].key, cases[i].value));
		out_filter_begin(filter, 4000000000);
		ck_assert_msg(out_filter_event(filter, &s.event, SMB_EVENT_EXCHANGE) ==
				      cases[i].keeps,
			      "%s", cases[i].value);
		out_filter_free(filter);
	}
	scene_end(&s);
}
END_TEST

/* 00:a0:c9:11:22:33, and the same after network 1 of IPX. */
START_TEST(test_addresses_without_ip)
{
	static const struct {
		uint8_t family;
		const char *value;
		bool keeps;
	} cases[] = {
		{ 2, "00:a0:c9:11:22:33", true },
		{ 2, "00:A0:C9:11:22:33", true },
		{ 2, "00:a0:c9:11:22:34", false },
		{ 2, "00:a0:c9:00:00:00/24", true },
		{ 2, "00:a0:c8:00:00:00/24", false },
		{ 2, "00000001.00a0c9112233", false },
		{ 2, "0.0.0.0/0", false },
		{ 3, "00000001.00a0c9112233", true },
		{ 3, "00000001.00A0C9112233", true },
		{ 3, "00000002.00a0c9112233", false },
		{ 3, "00000001.00a0c9112234", false },
		{ 3, "00000001.000000000000/32", true },
		{ 3, "00:a0:c9:11:22:33", false },
		{ 4, "00:a0:c9:11:22:33/0", false },
	};
	static const uint8_t ipx[10] = { 0, 0, 0, 1, 0x00, 0xa0, 0xc9, 0x11, 0x22, 0x33 };

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		OutFilter *filter = out_filter_new(true);
		bool mac = cases[i].family == 2;
		Scene s;

		scene_begin(&s);
		s.info.ends.family = cases[i].family;
		memcpy(s.info.ends.server, mac ? ipx + 4 : ipx, mac ? 6 : 10);
		ck_assert_ptr_null(out_filter_add(filter, OUT_FILTER_SERVER, cases[i].value));
		ck_assert_msg(out_filter_event(filter, &s.event, SMB_EVENT_EXCHANGE) ==
				      cases[i].keeps,
			      "%s", cases[i].value);
		out_filter_free(filter);
		scene_end(&s);
	}
}
END_TEST

/* Every way of opening a file is "open"; names of functions and the words on the screen. */
START_TEST(test_words_of_the_timeline)
{
	static const struct {
		SmbStep step;
		uint16_t command;
		int32_t function;
		const char *value;
		bool keeps;
	} cases[] = {
		{ SMB_STEP_OPEN, 0xA2, -1, "open", true },
		{ SMB_STEP_OPEN, 0x02, -1, "open", true },
		{ SMB_STEP_OPEN, 0x32, 0, "open", true },
		{ SMB_STEP_OPEN, 0x32, 0, "SMB_COM_OPEN", false },
		{ SMB_STEP_OPEN, 0x32, 0, "SMB1_COMMAND_TRANS2", true },
		{ SMB_STEP_PATH, 0x32, 5, "query path", true },
		{ SMB_STEP_PATH, 0x32, 5, "Query-Path", true },
		{ SMB_STEP_PATH, 0x32, 5, "TRANS2_QUERY_PATH_INFORMATION", true },
		{ SMB_STEP_PATH, 0x32, 6, "query path", false },
		{ SMB_STEP_SEARCH, 0x32, 1, "search", true },
		{ SMB_STEP_TREE_CONNECT, 0x75, -1, "tree connect", true },
		{ SMB_STEP_TREE_CONNECT, 0x75, -1, "tree_connect", true },
		{ SMB_STEP_CLOSE, 0x04, -1, "open", false },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		OutFilter *filter = out_filter_new(true);
		Scene s;

		scene_begin(&s);
		s.x.step = cases[i].step;
		s.x.command = cases[i].command;
		if (s.x.step >= SMB_STEP_CLOSE) {
			s.x.other.function = cases[i].function;
			s.x.other.level = -1;
			if (cases[i].function == 5)
				s.x.other.function_name = "TRANS2_QUERY_PATH_INFORMATION";
		}
		ck_assert_ptr_null(out_filter_add(filter, OUT_FILTER_COMMAND, cases[i].value));
		ck_assert_msg(out_filter_event(filter, &s.event, SMB_EVENT_EXCHANGE) ==
				      cases[i].keeps,
			      "%s of 0x%02x", cases[i].value, cases[i].command);
		out_filter_free(filter);
		scene_end(&s);
	}
}
END_TEST

START_TEST(test_hosts_by_name)
{
	static const struct {
		OutFilterKey key;
		const char *value;
		bool keeps;
	} cases[] = {
		{ OUT_FILTER_CLIENT, "rigcli", true },       { OUT_FILTER_CLIENT, "WS?", true },
		{ OUT_FILTER_CLIENT, "files01", false },     { OUT_FILTER_SERVER, "FILES01", true },
		{ OUT_FILTER_SERVER, "files*", true },       { OUT_FILTER_SERVER, "rigcli", false },
		{ OUT_FILTER_SERVER, "alias", true },        { OUT_FILTER_SERVER, "print", true },
		{ OUT_FILTER_SERVER, "print.rig", true },    { OUT_FILTER_SERVER, "srv", true },
		{ OUT_FILTER_SERVER, "srv.rig.test", true }, { OUT_FILTER_SERVER, "rig", false },
		{ OUT_FILTER_SERVER, "10.77.0.1", true },
	};
	const SmbTree *trees[1];
	const SmbAuth *auths[1];

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		OutFilter *filter = out_filter_new(true);
		SmbEvent end = { .kind = SMB_EVENT_CONNECTION };
		SmbString *names[5] = { smb_string_new(text("RIGCLI"), 64),
					smb_string_new(text("FILES01"), 64),
					smb_string_new(text("srv.rig.test"), 64),
					smb_string_new(text("WS1"), 64),
					smb_string_new(text("cifs/print.rig"), 64) };
		Scene s;

		scene_begin(&s);
		smb_string_unref(s.tree.path);
		s.tree.path = smb_string_new(text("\\\\alias\\public"), 64);
		trees[0] = &s.tree;
		auths[0] = &s.auth;
		s.info.trees = trees;
		s.info.auths = auths;
		s.info.n_trees = s.info.n_auths = 1;
		s.info.client_name = names[0];
		s.info.server_name = names[1];
		s.info.server_dns = names[2];
		s.auth.host = names[3];
		s.auth.target_spn = names[4];
		end.connection = &s.info;
		ck_assert_ptr_null(out_filter_add(filter, cases[i].key, cases[i].value));
		ck_assert_msg(out_filter_event(filter, &s.event, SMB_EVENT_EXCHANGE) ==
				      cases[i].keeps,
			      "%s", cases[i].value);
		/* What was learnt before the names were shown. */
		out_filter_learn(filter, &end);
		out_filter_learned(filter);
		s.info.client_name = s.info.server_name = s.info.server_dns = NULL;
		s.info.n_trees = s.info.n_auths = 0;
		ck_assert_msg(out_filter_event(filter, &s.event, SMB_EVENT_EXCHANGE) ==
				      cases[i].keeps,
			      "%s, learnt", cases[i].value);
		ck_assert(out_filter_matched(filter) == cases[i].keeps);
		out_filter_free(filter);
		scene_end(&s);
		for (size_t n = 0; n < G_N_ELEMENTS(names); n++)
			smb_string_unref(names[n]);
	}
}
END_TEST

START_TEST(test_times_of_day_over_midnight)
{
	OutFilter *filter = out_filter_new(true);
	Scene s;

	scene_begin(&s);
	s.x.request.time_ns = UINT64_C(86400000000000) + 60000000000;
	ck_assert_ptr_null(out_filter_add(filter, OUT_FILTER_FROM, "23:50"));
	ck_assert_ptr_null(out_filter_add(filter, OUT_FILTER_TO, "00:10"));
	out_filter_begin(filter, UINT64_C(85000000000000));
	ck_assert(out_filter_event(filter, &s.event, SMB_EVENT_EXCHANGE));
	s.x.request.time_ns += UINT64_C(600000000000);
	ck_assert(!out_filter_event(filter, &s.event, SMB_EVENT_EXCHANGE));
	out_filter_free(filter);
	scene_end(&s);
}
END_TEST

START_TEST(test_values_of_a_key_are_alternatives_and_keys_conditions)
{
	OutFilter *filter = out_filter_new(true);
	Scene s;

	scene_begin(&s);
	ck_assert_ptr_null(out_filter_add(filter, OUT_FILTER_USER, "bob"));
	ck_assert(!out_filter_event(filter, &s.event, SMB_EVENT_EXCHANGE));
	ck_assert_ptr_null(out_filter_add(filter, OUT_FILTER_USER, "alice"));
	ck_assert(out_filter_event(filter, &s.event, SMB_EVENT_EXCHANGE));
	ck_assert_ptr_null(out_filter_add(filter, OUT_FILTER_FILE, "*.doc"));
	ck_assert(!out_filter_event(filter, &s.event, SMB_EVENT_EXCHANGE));
	out_filter_free(filter);
	scene_end(&s);
}
END_TEST

START_TEST(test_a_connection_is_kept_with_its_events)
{
	OutFilter *filter = out_filter_new(true);
	SmbEvent end = { .kind = SMB_EVENT_CONNECTION },
		 forgotten = { .kind = SMB_EVENT_FORGOTTEN };
	Scene s;

	scene_begin(&s);
	end.connection = forgotten.connection = &s.info;
	ck_assert_ptr_null(out_filter_add(filter, OUT_FILTER_STATUS, "error"));
	ck_assert(!out_filter_event(filter, &end, SMB_EVENT_EXCHANGE));
	ck_assert(!out_filter_event(filter, &forgotten, SMB_EVENT_EXCHANGE));
	ck_assert(out_filter_event(filter, &s.event, SMB_EVENT_EXCHANGE));
	ck_assert(out_filter_event(filter, &forgotten, SMB_EVENT_EXCHANGE));
	ck_assert(out_filter_event(filter, &end, SMB_EVENT_EXCHANGE));
	out_filter_free(filter);
	filter = out_filter_new(true);
	ck_assert_ptr_null(out_filter_add(filter, OUT_FILTER_CLIENT, "10.77.0.2"));
	ck_assert(out_filter_event(filter, &end, SMB_EVENT_EXCHANGE));
	out_filter_free(filter);
	scene_end(&s);
}
END_TEST

/* Otherwise whoever was told of its beginning would not hear of its end. */
START_TEST(test_a_connection_that_changes_its_name_passes_to_its_end)
{
	OutFilter *filter = out_filter_new(true);
	SmbEvent end = { .kind = SMB_EVENT_CONNECTION };
	SmbString *names[2] = { smb_string_new(text("ALICE"), 64),
				smb_string_new(text("MALLORY"), 64) };
	Scene s;

	scene_begin(&s);
	end.connection = &s.info;
	ck_assert_ptr_null(out_filter_add(filter, OUT_FILTER_CLIENT, "alice"));
	for (unsigned i = 0; i < 2; i++) {
		s.info.client_name = names[0];
		ck_assert(out_filter_event(filter, &s.event, SMB_EVENT_EXCHANGE));
		ck_assert(out_filter_memory(filter) > 0);
		s.info.client_name = names[1];
		ck_assert(out_filter_event(filter, &s.event, SMB_EVENT_EXCHANGE));
		ck_assert(out_filter_event(filter, &end, SMB_EVENT_EXCHANGE));
		/* One that had that name never does not, whatever its number. */
		ck_assert_uint_eq(out_filter_memory(filter), 0);
		ck_assert(!out_filter_event(filter, &s.event, SMB_EVENT_EXCHANGE));
		ck_assert(!out_filter_event(filter, &end, SMB_EVENT_EXCHANGE));
	}
	/* Those who do not ask for the end of a connection say when it is over. */
	s.info.client_name = names[0];
	ck_assert_ptr_null(out_filter_add(filter, OUT_FILTER_STATUS, "error"));
	ck_assert(out_filter_event(filter, &s.event, SMB_EVENT_EXCHANGE));
	ck_assert(out_filter_memory(filter) > 0);
	out_filter_over(filter, &s.info);
	ck_assert_uint_eq(out_filter_memory(filter), 0);
	s.info.client_name = NULL;
	out_filter_free(filter);
	scene_end(&s);
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		smb_string_unref(names[i]);
}
END_TEST

/*
 * Names of a connection are looked at when there may be others: whoever shows many long ones does not
 * have all of them read again with each small message. What is longer than a name can be is none.
 */
START_TEST(test_names_are_looked_at_when_they_are_shown)
{
	OutFilter *filter = out_filter_new(true);
	SmbTree tree = { .path = smb_string_new(text("\\\\FILES01\\public"), 64) };
	const SmbTree *trees[] = { &tree };
	g_autofree char *letters = g_strnfill(600, 'f');
	SmbString *name = smb_string_new(text(letters), UINT32_MAX);
	Scene s;

	scene_begin(&s);
	ck_assert_ptr_null(out_filter_add(filter, OUT_FILTER_SERVER, "f*"));
	s.x.step = SMB_STEP_READ;
	s.info.n_trees = 0;
	s.info.server_name = name;
	ck_assert(!out_filter_event(filter, &s.event, SMB_EVENT_EXCHANGE));
	s.info.server_name = NULL;
	s.info.trees = trees;
	s.info.n_trees = 1;
	ck_assert(!out_filter_event(filter, &s.event, SMB_EVENT_EXCHANGE));
	s.x.step = SMB_STEP_TREE_CONNECT;
	ck_assert(out_filter_event(filter, &s.event, SMB_EVENT_EXCHANGE));
	s.x.step = SMB_STEP_READ;
	ck_assert(out_filter_event(filter, &s.event, SMB_EVENT_EXCHANGE));
	out_filter_over(filter, &s.info);
	ck_assert_uint_eq(out_filter_memory(filter), 0);
	out_filter_free(filter);
	scene_end(&s);
	smb_string_unref(name);
	smb_string_unref(tree.path);
}
END_TEST

/* A bit for each connection: what was learned leaves room for those that are read then. */
START_TEST(test_what_is_learned_takes_little)
{
	SmbEvent end = { .kind = SMB_EVENT_CONNECTION };
	Scene s;

	scene_begin(&s);
	end.connection = &s.info;
	s.info.client_name = smb_string_new(text("ALICE"), 64);
	for (size_t room = 0; room <= 65536; room += 65536) {
		OutFilter *filter = out_filter_new(true);

		ck_assert_ptr_null(out_filter_add(filter, OUT_FILTER_CLIENT, "alice"));
		out_filter_set_room(filter, room);
		for (s.info.number = 1; s.info.number < 100000; s.info.number += 2)
			out_filter_learn(filter, &end);
		out_filter_learned(filter);
		ck_assert(out_filter_left_out(filter) == !room);
		ck_assert_uint_lt(out_filter_memory(filter), 100000 / 4);
		s.info.number = 77777;
		ck_assert(out_filter_event(filter, &s.event, SMB_EVENT_EXCHANGE));
		s.info.number = 77778;
		ck_assert(out_filter_event(filter, &s.event, SMB_EVENT_EXCHANGE) == !room);
		out_filter_free(filter);
	}
	smb_string_unref(s.info.client_name);
	scene_end(&s);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("filter");
	TCase *tc = tcase_create("all");
	SRunner *runner;
	int failed;

	tcase_add_test(tc, test_globs);
	tcase_add_test(tc, test_globs_of_what_is_cut);
	tcase_add_test(tc, test_globs_take_no_power_of_the_length);
	tcase_add_test(tc, test_bad_values);
	tcase_add_test(tc, test_each_key);
	tcase_add_test(tc, test_addresses_without_ip);
	tcase_add_test(tc, test_words_of_the_timeline);
	tcase_add_test(tc, test_hosts_by_name);
	tcase_add_test(tc, test_times_of_day_over_midnight);
	tcase_add_test(tc, test_values_of_a_key_are_alternatives_and_keys_conditions);
	tcase_add_test(tc, test_a_connection_is_kept_with_its_events);
	tcase_add_test(tc, test_a_connection_that_changes_its_name_passes_to_its_end);
	tcase_add_test(tc, test_names_are_looked_at_when_they_are_shown);
	tcase_add_test(tc, test_what_is_learned_takes_little);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
