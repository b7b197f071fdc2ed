/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The timeline in the Elastic Common Schema. What it has no field for is below `smbtrail`, as
 * keywords and numbers of one kind each, so that no index refuses a document.
 */
#include <glib.h>

#include "output/base/end.h"
#include "output/base/outcome.h"
#include "output/views/lost.h"
#include "output/views/view.h"

#define ECS_VERSION "8.17.0"

/* ---- What all documents have ---- */

static void
put_mac(OutBuffer *b, const uint8_t address[6])
{
	static const char digits[] = "0123456789ABCDEF";

	for (unsigned i = 0; i < 6; i++) {
		if (i)
			out_char(b, '-');
		out_char(b, digits[address[i] >> 4]);
		out_char(b, digits[address[i] & 15]);
	}
}

static void
put_end(OutBuffer *b, const SmbEndpoints *ends, const uint8_t *address, uint16_t port)
{
	bool ip = ends->family == 4 || ends->family == 6;

	if (!ends->family)
		return;
	out_lit(b, "\"address\":\"");
	out_address(b, ends->family, address);
	out_char(b, '"');
	if (ip) {
		out_lit(b, ",\"ip\":\"");
		out_address(b, ends->family, address);
		out_char(b, '"');
	} else if (ends->family == 2) {
		out_lit(b, ",\"mac\":\"");
		put_mac(b, address);
		out_char(b, '"');
	}
	if (ip)
		out_key_u64(b, "port", port);
}

static void
put_network(OutBuffer *b, const SmbConnectionInfo *info)
{
	static const char *const types[] = { NULL, NULL, NULL, "ipx", "ipv4", NULL, "ipv6" };
	const SmbEndpoints *ends = &info->ends;
	bool ip = ends->family == 4 || ends->family == 6, tcp = info->number != 0;

	out_lit(b, ",\"network\":{\"protocol\":");
	out_str(b, tcp ? "\"smb\"" : "\"netbios\"");
	if (ends->family < G_N_ELEMENTS(types))
		out_view_word(b, "type", types[ends->family]);
	if (!ip)
		return;
	out_key_str(b, "transport", tcp ? "tcp" : "udp");
	out_key_str(b, "iana_number", tcp ? "6" : "17");
	out_lit(b, ",\"community_id\":\"");
	out_community_id(b, ends, tcp ? 6 : 17);
	out_char(b, '"');
}

/* Left open where the record may add to it: source, destination, network. */
static void
ecs_ends(OutView *self, OutBuffer *b, const SmbConnectionInfo *info)
{
	const char *interface = out_base_interface(&self->base, info);

	if (interface) {
		out_lit(b, ",\"observer\":{\"ingress\":{\"interface\":{\"name\":");
		out_str_json(b, interface);
		out_lit(b, "}}}");
	}
	put_network(b, info);
	out_char(b, '}');
}

static void
put_side(OutBuffer *b, const SmbConnectionInfo *info, bool server, bool counted)
{
	SmbDir sent = server ? SMB_TO_CLIENT : SMB_TO_SERVER;
	const SmbEndpoints *ends = &info->ends;
	const SmbString *name = server ? info->server_name : info->client_name;

	out_str(b, server ? ",\"destination\":{" : ",\"source\":{");
	if (server)
		put_end(b, ends, ends->server, ends->server_port);
	else
		put_end(b, ends, ends->client, ends->client_port);
	out_view_text(b, "domain", smb_string_text(name));
	if (counted)
		out_view_number(b, "bytes", out_view_sent(info, sent));
	if (counted && *info->history) /* else they are not known */
		out_view_number(b, "packets", info->segments[sent].packets);
	out_char(b, '}');
}

/* `counted`: with what each of them sent. */
static void
put_sides(OutBuffer *b, const SmbConnectionInfo *info, bool counted)
{
	put_side(b, info, false, counted);
	put_side(b, info, true, counted);
}

static void
put_related(OutBuffer *b, const SmbConnectionInfo *info, const SmbAuth *user)
{
	const SmbEndpoints *ends = &info->ends;
	bool ip = ends->family == 4 || ends->family == 6;
	bool named = user && !smb_text_is_empty(smb_string_text(user->account));

	if (!ip && !named)
		return;
	out_lit(b, ",\"related\":{");
	if (ip) {
		out_lit(b, "\"ip\":[\"");
		out_address(b, ends->family, ends->client);
		out_lit(b, "\",\"");
		out_address(b, ends->family, ends->server);
		out_lit(b, "\"]");
	}
	if (named) {
		out_key(b, "user");
		out_char(b, '[');
		out_text_json(b, smb_string_text(user->account));
		out_char(b, ']');
	}
	out_char(b, '}');
}

/* Up to the object `event`, which the caller goes on with, after its first keys. */
static OutBuffer *
begin(OutView *self, OutConn *conn, uint64_t time_ns)
{
	OutBuffer *b = out_view_begin(self, conn, time_ns);

	out_lit(b, "{\"@timestamp\":\"");
	out_time_utc(b, time_ns, self->base.options.nanoseconds ? 9 : 6);
	out_lit(b, "\",\"ecs\":{\"version\":\"" ECS_VERSION "\"}");
	if (self->base.options.capture_name) {
		out_lit(b, ",\"log\":{\"file\":{\"path\":");
		out_str_json(b, self->base.options.capture_name);
		out_lit(b, "}}");
	}
	out_lit(b, ",\"event\":{\"kind\":\"event\",\"module\":\"smbtrail\"");
	return b;
}

/* Ends `smbtrail`, which is the last object, and the document. */
static void
end(OutView *self, OutBuffer *b, uint32_t incomplete)
{
	if (incomplete) {
		out_key(b, "incomplete");
		out_json_incomplete(b, incomplete);
	}
	if (out_view_cut(self, b))
		out_key_bool(b, "truncated", true);
	out_lit(b, "}}\n");
	out_view_record(self);
}

/* ---- Exchanges ---- */

/* event.category and event.type, of the lists that the schema allows together. */
static const char *
categories_of(const SmbExchange *x)
{
	if (out_view_logon(x))
		return ",\"category\":[\"network\",\"authentication\"],\"type\":[\"protocol\",\"start\"";
	if (x->step == SMB_STEP_LOGOFF)
		return ",\"category\":[\"network\",\"session\"],\"type\":[\"protocol\",\"end\"";
	if (!out_view_is_file(x))
		return ",\"category\":[\"network\"],\"type\":[\"protocol\"";
	switch (out_view_deed(x)) {
	case OUT_DEED_OPEN:
		if (x->open.action == SMB_OPENED_CREATED)
			return ",\"category\":[\"network\",\"file\"],\"type\":[\"protocol\",\"creation\"";
		if (x->open.action > SMB_OPENED_CREATED)
			return ",\"category\":[\"network\",\"file\"],\"type\":[\"protocol\",\"change\"";
		return ",\"category\":[\"network\",\"file\"],\"type\":[\"protocol\",\"access\"";
	case OUT_DEED_READ:
		return ",\"category\":[\"network\",\"file\"],\"type\":[\"protocol\",\"access\"";
	case OUT_DEED_MAKE:
		return ",\"category\":[\"network\",\"file\"],\"type\":[\"protocol\",\"creation\"";
	case OUT_DEED_WRITE:
	case OUT_DEED_RENAME:
	case OUT_DEED_SET:
		return ",\"category\":[\"network\",\"file\"],\"type\":[\"protocol\",\"change\"";
	case OUT_DEED_DELETE:
		return ",\"category\":[\"network\",\"file\"],\"type\":[\"protocol\",\"deletion\"";
	default:
		return ",\"category\":[\"network\",\"file\"],\"type\":[\"protocol\",\"info\"";
	}
}

/* A logon is what was decided, not what this round was answered. */
static const char *
outcome_of(const SmbExchange *x)
{
	if (x->step == SMB_STEP_SESSION_SETUP && x->session.auth) {
		SmbResult result = x->session.auth->result;

		return result == SMB_RESULT_ACCEPTED  ? "success"
		       : result == SMB_RESULT_REFUSED ? "failure"
						      : "unknown";
	}
	if (out_view_refused(x))
		return "failure";
	return x->response.frame ? "success" : "unknown";
}

static void
put_event(OutBuffer *b, const SmbExchange *x, const OutFold *fold)
{
	out_str(b, categories_of(x));
	out_char(b, ']');
	out_key_str(b, "action", out_view_action(x));
	out_key_str(b, "outcome", outcome_of(x));
	if (x->request.frame && fold->last.frame && fold->last.time_ns >= x->request.time_ns)
		out_key_u64(b, "duration", fold->last.time_ns - x->request.time_ns);
	out_char(b, '}');
	if (!x->has_status || !(x->failed || smb_rpc_failed(x->rpc)))
		return;
	out_lit(b, ",\"error\":{\"code\":\"");
	out_view_reason(b, x);
	out_lit(b, "\"}");
}

static void
put_user(OutBuffer *b, const SmbAuth *user)
{
	if (!user || smb_text_is_empty(smb_string_text(user->account)))
		return;
	out_lit(b, ",\"user\":{\"name\":");
	out_text_json(b, smb_string_text(user->account));
	out_view_text(b, "domain", smb_string_text(user->domain));
	out_char(b, '}');
}

static void
put_file(OutBuffer *b, const SmbExchange *x)
{
	SmbText name = out_view_name(x);
	OutPathParts parts;
	SmbText share = x->tree ? smb_string_text(x->tree->path) : (SmbText){ 0 };
	bool directory = out_view_is_directory(x);
	uint64_t size;
	bool sized = out_view_size_now(x, &size);

	if (!out_view_is_file(x) || (smb_text_is_empty(name) && smb_text_is_empty(share)))
		return;
	parts = out_view_parts(name);
	out_lit(b, ",\"file\":{\"path\":");
	out_view_path_json(b, share, name);
	out_view_text(b, "name", parts.base);
	if (!directory)
		out_view_text(b, "extension", parts.extension);
	out_view_text(b, "fork_name", parts.stream);
	if (directory || sized)
		out_key_str(b, "type", directory ? "dir" : "file");
	if (sized)
		out_view_number(b, "size", size);
	out_char(b, '}');
}

static void
put_rpc(OutBuffer *b, const SmbRpcFacts *rpc)
{
	out_lit(b, ",\"dcerpc\":{");
	out_view_word(b, "request", rpc->request);
	out_view_word(b, "response", rpc->response);
	out_view_word(b, "interface", rpc->interface);
	out_view_word(b, "operation", rpc->operation);
	if (rpc->opnum >= 0)
		out_view_number(b, "opnum", (uint64_t)rpc->opnum);
	out_char(b, '}');
}

static void
put_io(OutBuffer *b, const SmbExchange *x, const OutFold *fold)
{
	out_view_number(b, "bytes", fold->count);
	if (x->request.frame)
		out_view_number(b, "offset", x->io.offset);
}

static void
put_auth(OutBuffer *b, const SmbAuth *auth)
{
	out_lit(b, ",\"auth\":{\"mechanism\":");
	out_json_word(b, smb_mech_name(auth->mech));
	out_view_word(b, "password_type", smb_password_type_name(auth->password_type));
	out_view_word(b, "result", smb_result_name(auth->result));
	out_view_text(b, "host", smb_string_text(auth->host));
	out_key_bool(b, "guest", auth->guest);
	out_key_if(b, "null_session", auth->null_session);
	out_view_text(b, "service", smb_string_text(auth->service));
	out_view_text(b, "realm", smb_string_text(auth->realm));
	out_char(b, '}');
}

/* A session may be any 64 bits, and a type of numbers for them there is none: a keyword. */
static void
put_ids(OutBuffer *b, const SmbExchange *x)
{
	out_lit(b, ",\"session_id\":\"");
	out_u64(b, x->uid);
	out_lit(b, "\",\"tree_id\":\"");
	out_u64(b, x->tid);
	out_char(b, '"');
}

static void
put_facts(OutBuffer *b, const SmbExchange *x, const OutFold *fold)
{
	if (x->step == SMB_STEP_TREE_CONNECT && !x->tree)
		out_view_text(b, "share", x->tree_connect.path);
	if (x->step == SMB_STEP_READ || x->step == SMB_STEP_WRITE)
		put_io(b, x, fold);
	if (out_view_logon(x))
		put_auth(b, out_view_logon(x));
	out_view_put_function(b, x);
	if (out_view_deed(x) == OUT_DEED_RENAME)
		out_view_text(b, "renamed_to", x->other.name_to);
	if (!out_view_is_file(x))
		out_view_text(b, "name", out_view_name(x));
	if (x->rpc)
		put_rpc(b, x->rpc);
}

static void
put_smb(OutBuffer *b, const SmbConnectionInfo *info, const SmbExchange *x, const OutFold *fold)
{
	out_lit(b, ",\"smbtrail\":{\"connection\":");
	out_u64(b, info->number);
	if (x->request.frame)
		out_view_number(b, "frame_request", x->request.frame);
	if (fold->last.frame)
		out_view_number(b, "frame_response", fold->last.frame);
	out_key(b, "command");
	out_view_command(b, x);
	out_view_text(b, "dialect", smb_string_text(info->dialect));
	if (x->has_status) {
		out_lit(b, ",\"status\":\"");
		out_status(b, x->status);
		out_char(b, '"');
	}
	if (x->answer != SMB_ANSWER_GIVEN)
		out_view_word(b, "answer", smb_answer_name(x->answer));
	out_key_u64(b, "requests", fold->requests);
	if (out_view_has_rtt(x, fold))
		out_key_u64(b, "rtt_ns", out_view_rtt(x, fold));
	put_ids(b, x);
	if (x->tree)
		out_view_text(b, "share", smb_string_text(x->tree->path));
	put_facts(b, x, fold);
}

static void
ecs_exchange(OutView *self, OutConn *conn, const SmbExchange *x, const OutFold *fold)
{
	const SmbAuth *user = out_view_user(conn->info, x);
	OutBuffer *b = begin(self, conn, out_view_time(x));

	put_event(b, x, fold);
	out_view_put_ends(self, b, conn);
	put_sides(b, conn->info, false);
	put_user(b, user);
	put_file(b, x);
	put_related(b, conn->info, user);
	put_smb(b, conn->info, x, fold);
	end(self, b, x->incomplete);
}

/* ---- Everything else ---- */

/* From `category` on to `smbtrail`, of what is about no user and no file. */
static void
put_network_event(OutView *self, OutBuffer *b, OutConn *conn, bool counted)
{
	const SmbConnectionInfo *info = conn->info;

	out_char(b, '}');
	out_view_put_ends(self, b, conn);
	if (counted) {
		b->len--; /* it goes on */
		out_view_number(b, "bytes",
				out_view_sent(info, SMB_TO_SERVER) +
					out_view_sent(info, SMB_TO_CLIENT));
		if (*info->history)
			out_view_number(b, "packets",
					info->segments[0].packets + info->segments[1].packets);
		out_char(b, '}');
	}
	put_sides(b, info, counted);
	put_related(b, conn->info, NULL);
	out_lit(b, ",\"smbtrail\":{\"connection\":");
	out_u64(b, conn->info->number);
}

static void
ecs_netbios(OutView *self, OutConn *conn, const SmbNetbios *n)
{
	bool asked = n->request.frame != 0;
	OutBuffer *b = begin(self, conn, asked ? n->request.time_ns : n->response.time_ns);

	out_lit(b, ",\"category\":[\"network\"],\"type\":[\"protocol\"],\"action\":"
		   "\"netbios_session\"");
	out_key_str(b, "outcome",
		    n->result == SMB_NETBIOS_UNANSWERED ? "unknown"
		    : n->result == SMB_NETBIOS_REFUSED  ? "failure"
							: "success");
	put_network_event(self, b, conn, false);
	if (n->has_names) {
		out_view_text(b, "called", n->called);
		out_view_text(b, "calling", n->calling);
	}
	out_view_word(b, "result", smb_netbios_result_name(n->result));
	end(self, b, n->incomplete);
}

static void
ecs_gap(OutView *self, OutConn *conn, const SmbEvent *event)
{
	OutBuffer *b = begin(self, conn, event->when.time_ns);

	out_lit(b, ",\"category\":[\"network\"],\"type\":[\"info\"],\"action\":\"gap\"");
	put_network_event(self, b, conn, false);
	out_key_str(b, "direction", event->gap->dir == SMB_TO_SERVER ? "to_server" : "to_client");
	out_view_number(b, "bytes", event->gap->bytes);
	out_view_word(b, "cause", smb_gap_cause_name(event->gap->cause));
	end(self, b, SMB_INCOMPLETE_GAP);
}

static void
ecs_datagram(OutView *self, OutConn *conn, const SmbEvent *event)
{
	const SmbDatagramFacts *d = event->datagram;
	OutBuffer *b = begin(self, conn, event->when.time_ns);

	out_lit(b, ",\"category\":[\"network\"],\"type\":[\"protocol\"],\"action\":");
	out_str(b, d->name_service ? "\"name_service\"" : "\"datagram\"");
	put_network_event(self, b, conn, false);
	out_view_number(b, "frame_request", event->when.frame);
	out_view_word(b, "type", d->type);
	if (d->name_service)
		out_key_bool(b, "response", d->response);
	out_view_netbios_name(b, "name", d->name, d->suffix);
	out_view_netbios_name(b, "from", d->from, d->from_suffix);
	out_view_text(b, "mailslot", d->mailslot);
	end(self, b, d->incomplete);
}

static void
put_moment(OutView *self, OutBuffer *b, const char *key, uint64_t ns)
{
	out_json_comma(b);
	out_json_word(b, key);
	out_lit(b, ":\"");
	out_time_utc(b, ns, self->base.options.nanoseconds ? 9 : 6);
	out_char(b, '"');
}

static void
put_counts(OutBuffer *b, const SmbConnectionInfo *info)
{
	out_view_text(b, "dialect", smb_string_text(info->dialect));
	out_view_word(b, "end", smb_end_name(info->end));
	out_view_number(b, "messages", info->messages[0] + info->messages[1]);
	out_view_number(b, "errors", info->errors);
	out_view_number(b, "gap_bytes", info->gap_bytes);
	out_view_number(b, "unanswered", info->unanswered);
	out_key_bool(b, "encrypted", info->encrypted);
	out_view_word(b, "outcome", info->outcome.why ? smb_why_name(info->outcome.why) : NULL);
}

static void
ecs_connection(OutView *self, OutConn *conn, const SmbConnectionInfo *info)
{
	static const char *const fates[] = {
		[OUT_FATE_UNKNOWN] = "unknown", [OUT_FATE_SUCCESS] = "success", [OUT_FATE_FAILURE] = "failure"
	};
	uint64_t first = info->first.time_ns, last = info->last.time_ns;
	OutBuffer *b = begin(self, conn, first);

	out_lit(b, ",\"category\":[\"network\"],\"type\":[\"connection\",\"end\"],"
		   "\"action\":\"connection\"");
	out_key_str(b, "outcome", fates[out_view_fate(info)]);
	put_moment(self, b, "start", first);
	put_moment(self, b, "end", last);
	out_key_u64(b, "duration", last > first ? last - first : 0);
	if (info->outcome.why) {
		out_key(b, "reason");
		out_outcome_json(b, info, &info->outcome);
	}
	put_network_event(self, b, conn, true);
	put_counts(b, info);
	end(self, b, info->incomplete | (info->midstream ? SMB_INCOMPLETE_MIDSTREAM : 0));
}

static void
ecs_end(OutView *self, const OutTotals *totals)
{
	OutBuffer *b = out_writer_buffer(self->base.writer);
	uint32_t incomplete = out_totals_incomplete(totals);

	out_lit(b, "{\"@timestamp\":\"");
	out_time_utc(b, totals->time_ns, totals->time_ns % 1000 ? 9 : 6);
	out_lit(b, "\",\"ecs\":{\"version\":\"" ECS_VERSION "\"},\"event\":{\"kind\":\"metric\","
		   "\"module\":\"smbtrail\",\"action\":\"end\"},\"smbtrail\":{\"totals\":{");
	for (size_t i = 0; i < out_counters_count; i++)
		out_view_number(b, out_counters[i].key,
				*(const uint64_t *)((const char *)totals + out_counters[i].offset));
	out_char(b, '}');
	out_key_bool(b, "interim", totals->interim);
	out_key(b, "exit_code");
	out_i64(b, totals->exit_code);
	if (incomplete) {
		out_key(b, "incomplete");
		out_json_incomplete(b, incomplete);
	}
	out_lit(b, "}}\n");
}

void
out_ecs_lost(OutBuffer *b, const OutLost *lost)
{
	out_lit(b, "{\"@timestamp\":\"");
	out_time_utc(b, lost->time_ns, 6);
	out_lit(b, "\",\"ecs\":{\"version\":\"" ECS_VERSION "\"},\"event\":{\"kind\":\"metric\","
		   "\"module\":\"smbtrail\",\"action\":\"lost\",\"start\":\"");
	out_time_utc(b, lost->since_ns, 6);
	out_lit(b, "\"},\"smbtrail\":{\"totals\":{\"lost_records\":");
	out_u64(b, lost->records);
	out_key_u64(b, "lost_bytes", lost->bytes);
	out_char(b, '}');
	out_key_str(b, "cause", lost->cause);
	out_lit(b, "}}\n");
}

OutSink *
out_ecs_new(OutWriter *writer, const OutOptions *options)
{
	static const OutViewForm form = {
		.folds = true,
		.exchange = ecs_exchange,
		.netbios = ecs_netbios,
		.gap = ecs_gap,
		.datagram = ecs_datagram,
		.connection = ecs_connection,
		.end = ecs_end,
		.ends = ecs_ends,
	};

	return out_view_new(writer, options, &form, false);
}
