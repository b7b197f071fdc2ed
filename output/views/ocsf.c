/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The timeline as events of the Open Cybersecurity Schema Framework: SMB Activity for exchanges,
 * Authentication for logons and logoffs, Network Activity for connections and datagrams, and a Base
 * Event for the end of the run. What the classes have no attribute for is in `unmapped`.
 */
#include <glib.h>

#include "output/base/end.h"
#include "output/base/outcome.h"
#include "output/views/lost.h"
#include "output/views/ocsf-activity.h"

#define OCSF_VERSION "1.5.0"

/* Numbers of the schema. */
enum {
	CLASS_BASE = 0,
	CLASS_AUTHENTICATION = 3002,
	CLASS_NETWORK = 4001,
	CLASS_SMB = 4006,
	OUTCOME_UNKNOWN = 0,
	OUTCOME_SUCCESS = 1,
	OUTCOME_FAILURE = 2,
	LOGON = 1,
	LOGOFF = 2,
	TRAFFIC = 6,
};

typedef struct {
	unsigned class, activity;
	const char *name; /* of an activity that is OTHER */
	uint64_t time_ns;
	unsigned status;
} Event;

/* ---- What all events have ---- */

static void
put_class(OutBuffer *b, const Event *e)
{
	static const char *const status[] = { "Unknown", "Success", "Failure" };

	out_lit(b, "{\"class_uid\":");
	out_u64(b, e->class);
	out_key_u64(b, "category_uid", e->class / 1000);
	out_key_u64(b, "activity_id", e->activity);
	out_view_word(b, "activity_name", e->name);
	out_key_u64(b, "type_uid", e->class * UINT64_C(100) + e->activity);
	out_lit(b, ",\"severity_id\":1");
	out_key_u64(b, "time", e->time_ns / 1000000);
	out_key_u64(b, "status_id", e->status);
	out_key_str(b, "status", status[e->status]);
}

static void
put_metadata(OutView *self, OutBuffer *b, uint64_t time_ns, bool host)
{
	const char *capture = self->base.options.capture_name;

	out_lit(b, ",\"metadata\":{\"version\":\"" OCSF_VERSION "\",\"product\":{\"name\":"
		   "\"smbtrail\",\"vendor_name\":\"smbtrail\"},\"original_time\":\"");
	out_time_utc(b, time_ns, self->base.options.nanoseconds ? 9 : 6);
	out_char(b, '"');
	if (host) /* the one that has `actor` */
		out_lit(b, ",\"profiles\":[\"host\"]");
	if (capture) {
		out_key(b, "log_name");
		out_str_json(b, capture);
	}
	out_char(b, '}');
}

static OutBuffer *
begin(OutView *self, OutConn *conn, const Event *e, bool host)
{
	OutBuffer *b = out_view_begin(self, conn, e->time_ns);

	put_class(b, e);
	put_metadata(self, b, e->time_ns, host);
	return b;
}

/* Ends `unmapped`, which is the last object, and the event. */
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

/* An end of a kind that has no IP address is known by the address that it has. */
static void
put_endpoint(OutBuffer *b, const SmbConnectionInfo *info, bool server)
{
	const SmbEndpoints *ends = &info->ends;
	const uint8_t *address = server ? ends->server : ends->client;
	const SmbString *name = server ? info->server_name : info->client_name;
	bool ip = ends->family == 4 || ends->family == 6;

	out_str(b, server ? ",\"dst_endpoint\":{" : ",\"src_endpoint\":{");
	if (ip)
		out_lit(b, "\"ip\":\"");
	else
		out_lit(b, "\"uid\":\"");
	if (ends->family)
		out_address(b, ends->family, address);
	else
		out_lit(b, "unknown");
	out_char(b, '"');
	if (ends->family == 2) {
		out_lit(b, ",\"mac\":\"");
		out_address(b, ends->family, address);
		out_char(b, '"');
	}
	if (ip)
		out_key_u64(b, "port", server ? ends->server_port : ends->client_port);
	out_view_text(b, "name", smb_string_text(name));
	out_char(b, '}');
}

static void
put_connection(OutView *self, OutBuffer *b, OutConn *conn)
{
	out_lit(b, ",\"connection_info\":{\"direction_id\":0");
	out_view_put_ends(self, b, conn);
	out_char(b, '}');
}

/* What is kept of `connection_info`. */
static void
ocsf_ends(OutView *self, OutBuffer *b, const SmbConnectionInfo *info)
{
	const SmbEndpoints *ends = &info->ends;
	bool tcp = info->number != 0;

	(void)self;
	out_lit(b, ",\"uid\":\"");
	out_u64(b, info->number);
	out_char(b, '"');
	if (ends->family != 4 && ends->family != 6)
		return;
	out_str(b, tcp ? ",\"protocol_num\":6,\"protocol_name\":\"tcp\""
		       : ",\"protocol_num\":17,\"protocol_name\":\"udp\"");
	out_key_u64(b, "protocol_ver_id", ends->family);
	out_lit(b, ",\"community_uid\":\"");
	out_community_id(b, ends, tcp ? 6 : 17);
	out_char(b, '"');
}

static void
put_endpoints(OutBuffer *b, const SmbConnectionInfo *info)
{
	put_endpoint(b, info, false);
	put_endpoint(b, info, true);
}

/* ---- Users ---- */

/* A name is needed, or an identifier: an anonymous logon has one in Windows. */
static void
put_user(OutBuffer *b, const SmbAuth *auth)
{
	SmbText account = auth ? smb_string_text(auth->account) : (SmbText){ 0 };

	out_lit(b, "\"user\":{\"name\":");
	if (!smb_text_is_empty(account))
		out_text_json(b, account);
	else if (auth && auth->password_type == SMB_PASSWORD_ANONYMOUS)
		out_lit(b, "\"ANONYMOUS LOGON\",\"uid\":\"S-1-5-7\"");
	else
		out_lit(b, "\"unknown\",\"type_id\":0");
	if (auth)
		out_view_text(b, "domain", smb_string_text(auth->domain));
	out_char(b, '}');
}

static void
put_protocol(OutBuffer *b, const SmbAuth *auth)
{
	bool kerberos = auth->password_type == SMB_PASSWORD_KERBEROS;
	bool plain = auth->password_type == SMB_PASSWORD_PLAINTEXT;

	if (kerberos)
		out_lit(b, ",\"auth_protocol_id\":2,\"auth_protocol\":\"Kerberos\"");
	else if (plain)
		out_lit(b, ",\"auth_protocol_id\":99,\"auth_protocol\":\"plaintext\"");
	else if (auth->password_type == SMB_PASSWORD_LM)
		out_lit(b, ",\"auth_protocol_id\":99,\"auth_protocol\":\"LM\"");
	else if (auth->password_type == SMB_PASSWORD_NONE ||
		 auth->password_type == SMB_PASSWORD_MALFORMED)
		out_lit(b, ",\"auth_protocol_id\":0,\"auth_protocol\":\"Unknown\"");
	else
		out_lit(b, ",\"auth_protocol_id\":1,\"auth_protocol\":\"NTLM\"");
	if (plain)
		out_lit(b, ",\"logon_type_id\":8,\"logon_type\":\"Network Cleartext\"");
	else
		out_lit(b, ",\"logon_type_id\":3,\"logon_type\":\"Network\"");
	out_key_bool(b, "is_cleartext", plain);
}

static unsigned
status_of(const SmbExchange *x)
{
	if (out_view_refused(x))
		return OUTCOME_FAILURE;
	return x->response.frame ? OUTCOME_SUCCESS : OUTCOME_UNKNOWN;
}

static void
put_status(OutBuffer *b, const SmbExchange *x)
{
	if (!x->has_status)
		return;
	out_lit(b, ",\"status_code\":\"0x");
	out_hex(b, x->status.value, 8);
	out_lit(b, "\",\"status_detail\":\"");
	out_view_reason(b, x);
	out_char(b, '"');
}

/* What is told of an exchange of any class, below `unmapped`. */
static void
put_unmapped(OutBuffer *b, const SmbConnectionInfo *info, const SmbExchange *x, const OutFold *fold)
{
	out_lit(b, ",\"unmapped\":{\"connection\":");
	out_u64(b, info->number);
	if (x->request.frame)
		out_view_number(b, "frame_request", x->request.frame);
	if (fold->last.frame)
		out_view_number(b, "frame_response", fold->last.frame);
	if (out_view_has_rtt(x, fold))
		out_view_number(b, "rtt_ns", out_view_rtt(x, fold));
	if (x->answer != SMB_ANSWER_GIVEN)
		out_view_word(b, "answer", smb_answer_name(x->answer));
}

static void
put_session(OutBuffer *b, const SmbExchange *x)
{
	out_lit(b, ",\"session\":{\"uid\":\"");
	out_u64(b, x->uid);
	out_lit(b, "\",\"is_remote\":true}");
}

/* A logon is what was decided, not what this round was answered. */
static unsigned
decided(const SmbAuth *logon)
{
	return !logon                                 ? OUTCOME_UNKNOWN
	       : logon->result == SMB_RESULT_ACCEPTED ? OUTCOME_SUCCESS
	       : logon->result == SMB_RESULT_REFUSED  ? OUTCOME_FAILURE
						      : OUTCOME_UNKNOWN;
}

static void
put_authentication(OutView *self, OutConn *conn, const SmbExchange *x, const OutFold *fold)
{
	bool off = x->step == SMB_STEP_LOGOFF;
	const SmbAuth *auth = off ? out_view_user(conn->info, x) : out_view_logon(x);
	Event e = { CLASS_AUTHENTICATION, off ? LOGOFF : LOGON, off ? "Logoff" : "Logon",
		    out_view_time(x), off ? status_of(x) : decided(auth) };
	OutBuffer *b = begin(self, conn, &e, false);

	put_status(b, x);
	out_char(b, ',');
	put_user(b, auth);
	if (auth)
		put_protocol(b, auth);
	out_lit(b, ",\"is_remote\":true,\"service\":{\"name\":\"SMB\"}");
	put_session(b, x);
	put_endpoints(b, conn->info);
	put_unmapped(b, conn->info, x, fold);
	if (auth) {
		out_view_word(b, "password_type", smb_password_type_name(auth->password_type));
		out_view_word(b, "mechanism", smb_mech_name(auth->mech));
		out_view_text(b, "host", smb_string_text(auth->host));
		out_key_bool(b, "guest", auth->guest);
		out_key_if(b, "null_session", auth->null_session);
		out_view_text(b, "service", smb_string_text(auth->service));
		out_view_text(b, "realm", smb_string_text(auth->realm));
	}
	if (x->step == SMB_STEP_TREE_CONNECT)
		out_view_text(b, "share", x->tree_connect.path);
	end(self, b, x->incomplete);
}

/* ---- SMB Activity ---- */

static void
put_more(OutBuffer *b, const SmbExchange *x, const OutFold *fold)
{
	out_view_number(b, "requests", fold->requests);
	if (x->step == SMB_STEP_READ || x->step == SMB_STEP_WRITE)
		out_view_number(b, "bytes", fold->count);
	if ((x->step == SMB_STEP_READ || x->step == SMB_STEP_WRITE) && x->request.frame)
		out_view_number(b, "offset", x->io.offset);
	if (out_view_deed(x) == OUT_DEED_RENAME)
		out_view_text(b, "renamed_to", x->other.name_to);
	out_view_put_function(b, x);
	if (x->rpc)
		out_view_word(b, "operation", x->rpc->operation);
}

static void
ocsf_exchange(OutView *self, OutConn *conn, const SmbExchange *x, const OutFold *fold)
{
	const SmbAuth *user = out_view_user(conn->info, x);
	bool known = user && !smb_text_is_empty(smb_string_text(user->account));
	unsigned activity = ocsf_activity(x);
	Event e = { CLASS_SMB, activity, activity == OCSF_OTHER ? out_view_action(x) : NULL,
		    out_view_time(x), status_of(x) };
	OutBuffer *b;

	if (x->step == SMB_STEP_LOGOFF || (x->step == SMB_STEP_SESSION_SETUP && x->session.auth)) {
		put_authentication(self, conn, x, fold);
		return;
	}
	b = begin(self, conn, &e, known);
	put_status(b, x);
	ocsf_activity_put(b, conn->info, x);
	put_connection(self, b, conn);
	put_endpoints(b, conn->info);
	if (known) {
		out_lit(b, ",\"actor\":{");
		put_user(b, user);
		out_char(b, '}');
	}
	put_unmapped(b, conn->info, x, fold);
	put_more(b, x, fold);
	end(self, b, x->incomplete);
	if (out_view_logon(x)) /* at share level the password is for the tree */
		put_authentication(self, conn, x, fold);
}

/* ---- Network Activity ---- */

static unsigned
ending_of(const SmbConnectionInfo *info)
{
	enum { CLOSE = 2, RESET = 3, FAIL = 4, REFUSE = 5 };

	switch (info->end) {
	case SMB_END_FIN:
		return CLOSE;
	case SMB_END_RESET:
		return RESET;
	case SMB_END_NO_ANSWER:
		return FAIL;
	case SMB_END_PORT_CLOSED:
		return REFUSE;
	default:
		return TRAFFIC; /* that it ended was not seen */
	}
}

static void
put_traffic(OutBuffer *b, const SmbConnectionInfo *info)
{
	uint64_t out = out_view_sent(info, SMB_TO_SERVER), in = out_view_sent(info, SMB_TO_CLIENT);
	uint64_t packets[] = { info->segments[0].packets, info->segments[1].packets };

	out_lit(b, ",\"traffic\":{");
	out_view_number(b, "bytes", in + out);
	out_view_number(b, "bytes_out", out);
	out_view_number(b, "bytes_in", in);
	if (*info->history) { /* else they are not known */
		out_view_number(b, "packets", packets[0] + packets[1]);
		out_view_number(b, "packets_out", packets[SMB_TO_SERVER]);
		out_view_number(b, "packets_in", packets[SMB_TO_CLIENT]);
	}
	out_char(b, '}');
}

static void
ocsf_connection(OutView *self, OutConn *conn, const SmbConnectionInfo *info)
{
	uint64_t first = info->first.time_ns, last = MAX(first, info->last.time_ns);
	static const unsigned outcomes[] = { [OUT_FATE_UNKNOWN] = OUTCOME_UNKNOWN,
					     [OUT_FATE_SUCCESS] = OUTCOME_SUCCESS,
					     [OUT_FATE_FAILURE] = OUTCOME_FAILURE };
	bool failed = info->outcome.why != 0;
	Event e = { CLASS_NETWORK, ending_of(info), NULL, first, outcomes[out_view_fate(info)] };
	OutBuffer *b = begin(self, conn, &e, false);

	if (failed) {
		out_key(b, "status_detail");
		out_outcome_json(b, info, &info->outcome);
	}
	out_key_u64(b, "start_time", first / 1000000);
	out_key_u64(b, "end_time", last / 1000000);
	out_key_u64(b, "duration", last / 1000000 - first / 1000000);
	put_connection(self, b, conn);
	put_endpoints(b, info);
	put_traffic(b, info);
	out_lit(b, ",\"app_name\":\"smb\",\"unmapped\":{\"connection\":");
	out_u64(b, info->number);
	out_view_text(b, "dialect", smb_string_text(info->dialect));
	out_view_word(b, "end", smb_end_name(info->end));
	out_view_number(b, "messages", info->messages[0] + info->messages[1]);
	out_view_number(b, "gap_bytes", info->gap_bytes);
	out_key_bool(b, "encrypted", info->encrypted);
	end(self, b, info->incomplete | (info->midstream ? SMB_INCOMPLETE_MIDSTREAM : 0));
}

static void
ocsf_datagram(OutView *self, OutConn *conn, const SmbEvent *event)
{
	const SmbDatagramFacts *d = event->datagram;
	Event e = { CLASS_NETWORK, TRAFFIC, NULL, event->when.time_ns, OUTCOME_UNKNOWN };
	OutBuffer *b = begin(self, conn, &e, false);

	put_connection(self, b, conn);
	put_endpoints(b, conn->info);
	out_str(b,
		d->name_service ? ",\"app_name\":\"netbios-ns\"" : ",\"app_name\":\"netbios-dgm\"");
	out_lit(b, ",\"unmapped\":{\"frame_request\":");
	out_u64(b, event->when.frame);
	out_view_word(b, "type", d->type);
	if (d->name_service)
		out_key_bool(b, "response", d->response);
	out_view_netbios_name(b, "name", d->name, d->suffix);
	out_view_netbios_name(b, "from", d->from, d->from_suffix);
	out_view_text(b, "mailslot", d->mailslot);
	end(self, b, d->incomplete);
}

/* Of events about no connection. */
static void
begin_unmapped(OutBuffer *b)
{
	out_lit(b, ",\"metadata\":{\"version\":\"" OCSF_VERSION "\",\"product\":{\"name\":"
		   "\"smbtrail\",\"vendor_name\":\"smbtrail\"}},\"unmapped\":{");
}

void
out_ocsf_lost(OutBuffer *b, const OutLost *lost)
{
	Event e = { CLASS_BASE, OCSF_OTHER, "lost", lost->time_ns, OUTCOME_FAILURE };

	put_class(b, &e);
	out_key_u64(b, "start_time", lost->since_ns / 1000000);
	begin_unmapped(b);
	out_view_number(b, "lost_records", lost->records);
	out_view_number(b, "lost_bytes", lost->bytes);
	out_key_str(b, "cause", lost->cause);
	out_lit(b, "}}\n");
}

static void
ocsf_end(OutView *self, const OutTotals *totals)
{
	OutBuffer *b = out_writer_buffer(self->base.writer);
	uint32_t incomplete = out_totals_incomplete(totals);
	Event e = { CLASS_BASE, OCSF_OTHER, "end", totals->time_ns,
		    incomplete ? OUTCOME_FAILURE : OUTCOME_SUCCESS };

	put_class(b, &e);
	begin_unmapped(b);
	for (size_t i = 0; i < out_counters_count; i++)
		out_view_number(b, out_counters[i].key,
				*(const uint64_t *)((const char *)totals + out_counters[i].offset));
	out_key_bool(b, "interim", totals->interim);
	out_key(b, "exit_code");
	out_i64(b, totals->exit_code);
	if (incomplete) {
		out_key(b, "incomplete");
		out_json_incomplete(b, incomplete);
	}
	out_lit(b, "}}\n");
}

OutSink *
out_ocsf_new(OutWriter *writer, const OutOptions *options)
{
	static const OutViewForm form = {
		.folds = true,
		.exchange = ocsf_exchange,
		.datagram = ocsf_datagram,
		.connection = ocsf_connection,
		.end = ocsf_end,
		.ends = ocsf_ends,
	};

	return out_view_new(writer, options, &form, false);
}
