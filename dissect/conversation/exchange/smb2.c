/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * SMB2 messages of a connection: enough to follow a session that shares its port with SMB1. Every
 * command of a compound is a separate message; requests and responses pair by MessageId ([MS-SMB2]
 * 3.2.5.1).
 */
#include <glib.h>

#include "dissect/conversation/exchange/pending.h"
#include "dissect/smb2/compression.h"

enum {
	/* How much larger than it is a compressed message may become, beside the first KiBs. */
	PLAIN_RATIO = 64,
	PLAIN_MIN = 4096,
	/* How many commands there may be in it: beside the first few, one for so many bytes of it. */
	COMMANDS_MIN = 4,
	COMMAND_BYTES = 32,
};

static const uint64_t UNSOLICITED =
	UINT64_MAX; /* MessageId of an oplock break ([MS-SMB2] 2.2.23.1) */

static SmbRequest *
request_new(SmbConnection *c, const SmbMessage *m)
{
	SmbRequest *req = smb_request_new(c, m, 0);

	smb_exchange_begin(&req->x, smb2_step(m->command));
	return req;
}

/* ---- related commands of a compound ---- */

/* What the CREATE before it is to open, which is about the same file; absent: there is none. */
static SmbText
take_name(SmbConnection *c, SmbRequest *req, const SmbRelated *last)
{
	if (!req->follows_create)
		return (SmbText){ .bytes = { 0 } };
	req->x.compound_file = last->name;
	smb_request_keep(c->context, req, &req->x.compound_file);
	return last->name;
}

/* Its ids are those of the command before it, whatever it names itself ([MS-SMB2] 3.3.5.2.7.2). */
static void
inherit(SmbExchange *x, const SmbRelated *last)
{
	x->uid = last->uid;
	x->tid = last->tid;
	if (!x->has_fid || !(last->has_fid || last->creates))
		return;
	x->fid = last->has_fid ? last->fid : UINT64_MAX;
	x->fid_persistent = last->has_fid ? last->fid_persistent : UINT64_MAX;
}

/* Servers keep the file of a chain over a command that is about none. */
static void
keep_file(SmbRelated *last, const SmbRelated *before)
{
	last->has_fid = before->has_fid;
	last->fid = before->fid;
	last->fid_persistent = before->fid_persistent;
	last->creates = before->creates;
	last->create_mid = before->create_mid;
	last->name = before->name;
}

/* After a CREATE the FileId is known once the response to that comes. */
static void
relate(SmbConnection *c, SmbRequest *req, bool related, SmbText name)
{
	SmbExchange *x = &req->x;
	SmbRelated *last = &c->exchanges->related, before;

	if (related && last->any)
		inherit(x, last);
	req->follows_create = related && smb_names_no_file(x) && last->creates;
	req->create_mid = last->create_mid;
	if (x->step != SMB_STEP_OPEN)
		name = take_name(c, req, last);
	req->related = related;
	req->before_mid = last->mid;
	before = *last;
	*last = (SmbRelated){ .any = true,
			      .uid = x->uid,
			      .mid = x->mid,
			      .tid = x->step == SMB_STEP_TREE_CONNECT ? UINT32_MAX : x->tid,
			      .has_fid = x->has_fid && !smb_names_no_file(x),
			      .fid = x->fid,
			      .fid_persistent = x->fid_persistent,
			      .creates = x->step == SMB_STEP_OPEN || req->follows_create,
			      .create_mid = x->step == SMB_STEP_OPEN ? x->mid : req->create_mid,
			      .name = name };
	if (related && !x->has_fid && x->step != SMB_STEP_OPEN)
		keep_file(last, &before);
}

/* ---- requests and responses ---- */

static void
request(SmbConnection *c, SmbMessage *m, const Smb2Facts *facts)
{
	SmbRequest *req = request_new(c, m);
	bool from_server = m->dir == SMB_TO_CLIENT;
	SmbPending *p;

	req->x.request = m->when;
	req->x.one_way = m->command == SMB2_CANCEL;
	req->x.from_server = from_server;
	req->x.has_fid = facts->has_fid;
	req->x.fid = facts->fid;
	req->x.fid_persistent = facts->fid_persistent;
	relate(c, req, m->flags & SMB2_FLAGS_RELATED_OPERATIONS, facts->name);
	c->answers_unseen |= !from_server && m->command > SMB2_SESSION_SETUP && m->uid &&
			     m->uid != UINT64_MAX;
	if (!req->x.one_way && !from_server) {
		p = smb_pending_new(c, m);
		p->requests = req;
		p->asked = (Smb2Asked){ true, facts->info_type, facts->info_class };
	}
	smb_turn(c, SMB_TURN_ASKED, req, m, 0);
	smb_pending_give_up(c, &req->x, m);
	if (req->x.one_way)
		smb_turn(c, SMB_TURN_OVER, req, NULL, 0);
	else if (from_server)
		smb_break_wait(c, req);
	else if (req->x.step == SMB_STEP_CLOSE || req->x.step == SMB_STEP_OPLOCK_BREAK)
		smb_break_answer(c, &req->x, &m->when);
}

static void
answer(SmbConnection *c, SmbRequest *req, SmbMessage *m)
{
	smb_request_answer(c, req, m, m->status);
	smb_turn(c, SMB_TURN_ANSWERED, req, m, 0);
}

static void
response(SmbConnection *c, SmbMessage *m, SmbPending *p)
{
	SmbRequest *req;

	if (!p) {
		m->anomalies |= SMB_ANOMALY_NO_REQUEST;
		c->info.orphans++;
		smb_pending_note_orphan(c, m);
		req = request_new(c, m);
		req->x.incomplete |= SMB_INCOMPLETE_NO_REQUEST;
		answer(c, req, m);
		return;
	}
	if (m->status.value == STATUS_PENDING) {
		/* The answer itself follows under the same MessageId ([MS-SMB2] 3.3.4.4). */
		p->interim = true;
		p->async_id = m->async_id;
		return;
	}
	req = smb_pending_take(p);
	c->exchanges->behind = p->next;
	smb_pending_remove(c, p);
	if (req)
		answer(c, req, m);
	c->exchanges->behind = NULL;
}

/* An SMB1 negotiate that lists "SMB 2.???" is answered in SMB2 ([MS-SMB2] 3.3.5.3.1). */
static SmbPending *
pending_for(SmbConnection *c, SmbMessage *m)
{
	SmbPending *p = smb_pending_find(c, m);

	if (p)
		return p;
	if (m->command == SMB2_NEGOTIATE && smb_pending_may_walk(c))
		for (p = c->exchanges->oldest; p; p = p->next)
			if (p->version == 1 && p->command == SMB_COM_NEGOTIATE)
				return p;
	p = smb_pending_find_renumbered(c, m);
	if (p)
		m->anomalies |= SMB_ANOMALY_MID_CHANGED;
	return p;
}

/* A message that can be read: what it is a response to, its credits, its token. */
static SmbPending *
pair(SmbConnection *c, SmbMessage *m, bool is_request)
{
	SmbPending *p = !is_request && m->n_blocks ? pending_for(c, m) : NULL;

	if (p && p->requests)
		m->response_to = p->requests->x.request.frame;
	if (!is_request)
		smb2_read_output(&c->context->smb2,
				 p && p->command == m->command ? p->asked : (Smb2Asked){ 0 });
	if (p && p->version == 1)
		smb_credits_use(c, 1); /* its SMB1 negotiate has MessageId 0 */
	smb_credits_count(c, m);
	smb_turn(c, SMB_TURN_MESSAGE, p ? p->requests : NULL, m, 0);
	return p;
}

/* ---- messages, compounds, and what they are in ---- */

/* What is said of all commands of a message. */
typedef struct {
	SmbDir dir;
	bool cut;       /* bytes of it were lost */
	uint8_t inside; /* SmbMessage.inside */
	bool decrypted; /* SmbMessage.decrypted */
	uint32_t sent;  /* SmbMessage.sent */
	SmbStamp when;
} Frame;

/* What the scratch has was read out of this. */
static SmbMessage *
complete(SmbConnection *c, const Frame *f)
{
	SmbMessage *m = &c->context->smb2.message;

	m->dir = f->dir;
	m->transport = smb_transport(&c->info.ends, SMB_OVER_NBSS);
	m->when = f->when;
	m->inside = f->inside;
	m->decrypted = f->decrypted;
	m->sent = f->sent;
	if (f->cut)
		m->incomplete |= SMB_INCOMPLETE_TRUNCATED;
	return m;
}

/* A message of that side cannot be read, and may have been anything. */
static void
unreadable(SmbConnection *c, SmbDir dir)
{
	c->lost[dir]++;
	smb_credits_lost(c);
}

/*
 * Of its header the capture has a part only: it cannot be paired, nor does what is missing say
 * anything. Where the command is there, it is shown.
 */
static void
beginning(SmbConnection *c, const SmbMessage *m)
{
	c->info.incomplete |= m->incomplete;
	unreadable(c, m->dir);
	if (!smb_message_has(m, SMB2_END_COMMAND))
		return;
	smb_message_count(c, m);
	smb_message_emit(c, m);
}

static void
whole(SmbConnection *c, SmbMessage *m, const Frame *f)
{
	const Smb2Facts *facts = &c->context->smb2.facts;
	bool readable = m->version == 2 && !m->foreign;
	bool is_request = f->dir == SMB_TO_SERVER ||
			  (m->command == SMB2_OPLOCK_BREAK && m->mid == UNSOLICITED);
	SmbPending *p = NULL;

	if (readable) {
		p = pair(c, m, is_request);
	} else {
		c->info.encrypted |= m->version == 3;
		c->info.foreign += m->foreign && f->dir == SMB_TO_SERVER;
		if (!m->decrypted || m->foreign)
			unreadable(c, f->dir);
	}
	if (c->context->config.keys && m->version == 2)
		smb_keyed_message(c, m);
	smb_message_count(c, m);
	smb_message_emit(c, m);
	if (readable && m->n_blocks && is_request)
		request(c, m, facts);
	else if (readable && m->n_blocks)
		response(c, m, p);
	smb_token_done(c->context);
}

/* One command of a compound, as it lies in the scratch. */
static void
command(SmbConnection *c, const Frame *f)
{
	SmbMessage *m = complete(c, f);

	if (m->partial_header)
		beginning(c, m);
	else
		whole(c, m, f);
}

/* A few bytes may stand for a thousand commands, each of which is told. */
static uint32_t
most_commands(const Frame *f)
{
	return f->sent ? COMMANDS_MIN + f->sent / COMMAND_BYTES : UINT32_MAX;
}

static void
commands(SmbConnection *c, SmbReader bytes, const Frame *f)
{
	Smb2Scratch *scratch = &c->context->smb2;
	uint32_t taken, left = most_commands(f);

	bytes.oem = c->context->config.oem;
	c->exchanges->related = (SmbRelated){ .uid = UINT64_MAX, .tid = UINT32_MAX };
	do {
		taken = smb2_dissect(bytes, f->dir == SMB_TO_CLIENT, scratch);
		if (scratch->message.anomalies & SMB_ANOMALY_SHORT_HEADER) {
			smb_credits_lost(c);
			return;
		}
		command(c, f);
		bytes = smb_reader_after(&bytes, taken);
	} while (taken && smb_reader_left(&bytes) && --left);
	if (left)
		return;
	smb_connection_limit(c);
	unreadable(c, f->dir);
}

/* ---- compressed messages ---- */

/* Room for a message that is decompressed, as long as its commands are handled. */
typedef struct {
	uint8_t *bytes;
	uint32_t size;
} Room;

/*
 * Whether all of a message is needed of which the beginning is here. The data of a pipe may have to
 * be read, and a signature is that of the whole.
 */
static bool
needs_all(const SmbConnection *c, SmbDir dir, const SmbReader *plain)
{
	SmbSpan first = { plain->base, plain->limit };

	return c->expected.pipes || c->context->config.keys || c->context->config.keep_data ||
	       smb2_need(first, dir == SMB_TO_CLIENT, 0, 1);
}

/*
 * How many bytes of a compressed message are made: no more than it says, than a message may have,
 * and than is in proportion to what was sent.
 */
static uint32_t
plain_size(SmbConnection *c, SmbReader bytes, bool all)
{
	const SmbLimits *limits = &c->context->config.limits;
	uint64_t says = smb2_plain_size(bytes);
	uint64_t most = PLAIN_MIN + (uint64_t)PLAIN_RATIO * smb_reader_left(&bytes);

	if (!all)
		return (uint32_t)MIN(says, MAX(limits->head, SMB_FIRST_BYTES));
	most = MIN(most, limits->message);
	if (says > most)
		smb_connection_limit(c);
	return (uint32_t)MIN(says, most);
}

static SmbReader
decompress(SmbConnection *c, SmbReader bytes, bool all, Room *room, SmbReadStatus *ret)
{
	smb_context_release(c->context, room->bytes, room->size);
	room->size = plain_size(c, bytes, all);
	room->bytes = room->size ? smb_context_alloc(c->context, room->size) : NULL;
	return smb2_decompress(bytes, room->bytes, room->size, ret);
}

static bool
is_message(SmbReader plain)
{
	return smb_reader_le32(&plain) == SMB2_PROTOCOL_ID && plain.limit >= SMB2_HEADER_SIZE;
}

/*
 * The compressed message itself, and then what is in it: as much as is needed, like of every other
 * message, and if it was cut or is damaged, what stands before that.
 */
static void
compressed(SmbConnection *c, SmbReader bytes, Frame *f)
{
	Room room = { 0 };
	SmbReadStatus status;
	SmbReader plain = decompress(c, bytes, false, &room, &status);
	bool readable = is_message(plain);
	SmbMessage *m;

	if (readable && needs_all(c, f->dir, &plain))
		plain = decompress(c, bytes, true, &room, &status);
	(void)smb2_dissect(bytes, f->dir == SMB_TO_CLIENT, &c->context->smb2);
	m = complete(c, f);
	if (status == SMB_READ_MALFORMED)
		m->anomalies |= SMB_ANOMALY_FIELDS;
	if (!(m->anomalies & SMB_ANOMALY_SHORT_HEADER)) {
		smb_message_count(c, m);
		smb_message_emit(c, m);
	}
	f->inside = m->version;
	f->sent = smb_reader_left(&bytes);
	f->cut |= status != SMB_READ_OK;
	if (readable)
		commands(c, plain, f);
	if (!readable || status != SMB_READ_OK)
		unreadable(c, f->dir);
	smb_context_release(c->context, room.bytes, room.size);
}

static void
not_encrypted(SmbConnection *c, SmbReader bytes, Frame *f)
{
	if (smb2_is_compressed(&bytes))
		compressed(c, bytes, f);
	else
		commands(c, bytes, f);
}

/* ---- encrypted messages ---- */

/* With keys: the encrypted message itself, and then what is in it, which may be compressed. */
static void
encrypted(SmbConnection *c, SmbReader bytes, Frame *f)
{
	uint32_t size = 0, room = bytes.limit - bytes.pos;
	uint8_t *opened = NULL;

	(void)smb2_dissect(bytes, f->dir == SMB_TO_CLIENT, &c->context->smb2);
	if (c->context->smb2.message.anomalies & SMB_ANOMALY_SHORT_HEADER) {
		smb_credits_lost(c);
		return;
	}
	opened = smb_keyed_open(c, f->dir, bytes, &f->when, &size);
	f->decrypted = opened != NULL;
	command(c, f);
	if (!opened)
		return;
	f->inside = c->context->smb2.message.version;
	not_encrypted(c, smb_reader_new(opened, size, size), f);
	smb_context_release(c->context, opened, room);
}

static bool
is_encrypted(SmbReader bytes)
{
	return smb_reader_le32(&bytes) == SMB2_TRANSFORM_PROTOCOL_ID;
}

void
smb_message2(SmbConnection *c, SmbDir dir, SmbReader bytes, bool cut, const SmbStamp *when)
{
	Frame f = { .dir = dir, .cut = cut, .when = *when };
	if (c->context->config.keys && is_encrypted(bytes))
		encrypted(c, bytes, &f);
	else
		not_encrypted(c, bytes, &f);
}
