/* SPDX-License-Identifier: BSD-3-Clause */
/* What the tests of sinks share: a scene with a session in it. */
#include "tests/output/sinks-case.h"

const char *record_dir;

SmbStamp
at(uint64_t us, uint64_t frame)
{
	return (SmbStamp){ T0 + us * 1000, frame };
}

Scene
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

void
tell(Scene *s, SmbEventKind kind, const void *what)
{
	SmbEvent event = { .kind = kind, .connection = &s->info, .when = at(40000, 30) };

	event.message = what; /* the members of the union are pointers to what the kind says */
	out_sink_event(s->sink, &event);
}

char *
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

SmbText
text(const char *s)
{
	return smb_text_from_utf8(s);
}

SmbString *
string(const char *s)
{
	return smb_string_new(text(s), 1000);
}

/* ---- A plain session ---- */

void
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

void
story_free(Story *st)
{
	SmbString *all[] = { st->dialects[0], st->account, st->domain, st->path,
			     st->name,        st->client,  st->server };

	for (size_t i = 0; i < G_N_ELEMENTS(all); i++)
		smb_string_unref(all[i]);
}

SmbExchange
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

void
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
					   .capabilities_seen = true,
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

void
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

char *
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

const char golden[] =
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
