/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * UDP 137 and 138: each packet becomes an event of its own, and an SMB message in a datagram
 * becomes another. The names that they give to addresses are remembered.
 */
#include "dissect/conversation/datagram/datagram.h"
#include "dissect/smb1/transaction/subcommand.h"
#include "dissect/smb1/transaction/transaction.h"

enum {
	PORT_NAME = 137,
	SUFFIX_WORKSTATION = 0x00,
	SUFFIX_SERVER = 0x20,
};

static const uint8_t SMB1_MAGIC[] = { 0xFF, 'S', 'M', 'B' };

/* One packet in work. */
typedef struct {
	SmbContext *context;
	const SmbEndpoints *ends;
	SmbConnectionInfo info; /* number 0 */
	SmbStamp when;
	SmbDatagramFacts facts;
	Smb1Facts carried;
	_Alignas(8) uint8_t frame[SMB1_NESTED_MAX];
} Work;

static void
report(Work *w, SmbEvent *event)
{
	const SmbConfig *config = &w->context->config;

	if (!(config->want & event->kind))
		return;
	event->connection = &w->info;
	event->when = w->when;
	config->event(config->user, event);
}

/* ---- Names of addresses ---- */

/*
 * Machines have names of these two kinds; a group may have the first as well; the caller must check
 * that.
 */
static void
learn(Work *w, SmbSpan address, const SmbNetbiosName *name)
{
	SmbDatagramFacts *f = &w->facts;
	uint32_t i = f->n_named;

	if ((name->suffix != SUFFIX_WORKSTATION && name->suffix != SUFFIX_SERVER) || !name->len ||
	    address.len != 4)
		return;
	smb_whois_learn(w->context, address.ptr, name);
	if (i == sizeof(f->named) / sizeof(f->named[0]))
		return;
	f->n_named++;
	memcpy(f->named[i].letters, name->name, sizeof(f->named[i].letters));
	f->named[i].name = (SmbText){ { f->named[i].letters, name->len }, w->context->config.oem };
	f->named[i].suffix = name->suffix;
	smb_span_copy(address, f->named[i].address, 4);
}

/* Valid as long as the name that was read. */
static SmbText
text_of(const Work *w, const SmbNetbiosName *name)
{
	SmbSpan letters = { name->name, name->len };

	return (SmbText){ name->len ? letters : (SmbSpan){ NULL, 0 }, w->context->config.oem };
}

static SmbSpan
sender(const Work *w)
{
	return (SmbSpan){ w->ends->client, w->ends->family == 4 ? 4 : 0 };
}

static void
learn_record(Work *w, const SmbNameRecord *rr)
{
	SmbList addresses = rr->addresses, names = rr->names;
	SmbNameAddress a = { 0 };
	SmbNameOfNode n = { 0 };

	while (addresses.next && addresses.next(&addresses, &a)) {
		if (!a.group)
			learn(w, a.address, &rr->name.name);
	}
	while (names.next && names.next(&names, &n)) {
		if (!n.group && n.active && !n.conflict && !n.releasing)
			learn(w, sender(w), &n.plain);
	}
}

/* Only genuine, positive responses count: a registration is only a request. */
static void
learn_names(Work *w, const SmbNameMessage *m)
{
	SmbList records = m->records;
	SmbNameRecord rr = { 0 };

	if (!m->response || m->rcode || m->lies || m->opcode == SMB_NAME_WACK ||
	    m->opcode == SMB_NAME_RELEASE)
		return;
	while (records.next(&records, &rr)) {
		learn_record(w, &rr);
		rr = (SmbNameRecord){ .type = 0 };
	}
}

/* ---- Name service ---- */

static void
name_service(Work *w, SmbReader r)
{
	SmbDatagramFacts *f = &w->facts;
	SmbEvent event = { .kind = SMB_EVENT_DATAGRAM, .datagram = f };
	SmbNameMessage m;

	f->name_service = true;
	if (smb_name_message_read(&r, &m)) {
		f->layout = &smb_name_message_layout;
		f->body = &m;
		f->type = m.type;
		f->response = m.response;
		if (m.has_name) {
			f->name = text_of(w, &m.name.name);
			f->suffix = m.name.name.suffix;
		}
		learn_names(w, &m);
	}
	f->status = m.lies && r.status == SMB_READ_OK ? SMB_READ_MALFORMED : r.status;
	if (r.status == SMB_READ_TRUNCATED)
		f->incomplete |= SMB_INCOMPLETE_TRUNCATED;
	report(w, &event);
}

/* ---- Datagram service ---- */

/*
 * A write to a mailslot is a request without a response, all of it in one message ([MS-MAIL]
 * 2.2.1).
 */
static void
read_mailslot(Work *w, SmbMessage *m)
{
	SmbDatagramFacts *f = &w->facts;
	SmbBlock *block = &m->blocks[0];
	Smb1Transaction t = { .command = (uint8_t)m->command, .level = -1 };
	Smb1TransactionPart part;

	if (!m->n_blocks || !smb1_transaction_part(m, &m->blocks[0], &part) || !part.request)
		return;
	t.name = w->context->smb1.facts[0].name;
	t.function = part.request->function;
	t.unicode = m->flags2 & SMB_FLAGS2_UNICODE;
	t.oem = m->bytes.oem;
	t.parameters = part.parameters;
	t.data = part.data;
	t.total_parameters = part.counts.total_parameter_count;
	t.total_data = part.counts.total_data_count;
	if (part.data.len < part.counts.total_data_count)
		t.status = SMB_READ_TRUNCATED;
	f->mailslot = t.name;
	smb1_transaction_read(&t, &w->carried, block, w->frame, w->context->nested_there);
	f->frame_layout = block->nested_layout;
	f->frame = block->nested;
	f->frame_status = block->nested_status;
	block->nested_size = t.data.len;
}

static void
message(Work *w, SmbReader bytes)
{
	Smb1Scratch *scratch = &w->context->smb1;
	SmbMessage *m = &scratch->message;
	SmbEvent event = { .kind = SMB_EVENT_MESSAGE, .message = m };
	int flags = smb_reader_peek(&bytes, 9);

	bytes.oem = w->context->config.oem;
	smb1_dissect(bytes, flags >= 0 && flags & SMB_FLAGS_REPLY, scratch);
	m->transport = smb_transport(w->ends, SMB_OVER_NBDGM);
	m->dir = SMB_TO_SERVER;
	m->when = w->when;
	m->response_to = 0;
	if (bytes.limit < bytes.end)
		m->incomplete |= SMB_INCOMPLETE_TRUNCATED;
	if (m->n_blocks == 0 && m->anomalies & SMB_ANOMALY_SHORT_HEADER)
		return;
	w->context->messages++;
	w->context->limits += (m->incomplete & SMB_INCOMPLETE_LIMIT) != 0;
	if (w->context->config.want & (SMB_EVENT_MESSAGE | SMB_EVENT_DATAGRAM))
		read_mailslot(w, m);
	report(w, &event);
}

static void
user_data(Work *w, SmbReader bytes)
{
	SmbReader peek = bytes;

	if (smb_span_begins(smb_reader_rest(&peek), SMB1_MAGIC, sizeof(SMB1_MAGIC)))
		message(w, bytes);
}

static void
carried(Work *w, const SmbNbDatagram *d, SmbEvent *event)
{
	SmbDatagramFacts *f = &w->facts;
	SmbSpan whole;

	f->fragment = d->more || d->packet_offset;
	if (!f->fragment) {
		user_data(w, d->user_data);
		report(w, event);
		return;
	}
	whole = smb_fragment_add(w->context, d, w->when.time_ns);
	f->reassembled = whole.ptr;
	if (whole.ptr)
		user_data(w, smb_reader_from_span(whole));
	report(w, event);
	if (whole.ptr)
		smb_fragment_done(w->context, d);
}

static void
put_names(Work *w, const SmbNbDatagram *d)
{
	SmbDatagramFacts *f = &w->facts;

	if (d->has_destination) {
		f->name = text_of(w, &d->destination.name);
		f->suffix = d->destination.name.suffix;
	}
	if (d->has_source) {
		f->from = text_of(w, &d->source.name);
		f->from_suffix = d->source.name.suffix;
	}
}

static void
datagram_service(Work *w, SmbReader r)
{
	SmbDatagramFacts *f = &w->facts;
	SmbEvent event = { .kind = SMB_EVENT_DATAGRAM, .datagram = f };
	SmbNbDatagram d;

	if (smb_dgm_read(&r, &d)) {
		f->layout = smb_dgm_layout(d.type);
		f->body = &d;
		f->type = d.type_name;
		put_names(w, &d);
	}
	f->status = d.lies && r.status == SMB_READ_OK ? SMB_READ_MALFORMED : r.status;
	if (r.status == SMB_READ_TRUNCATED || d.user_data.limit < d.user_data.end)
		f->incomplete |= SMB_INCOMPLETE_TRUNCATED;
	/* Another may have forwarded it: then the name is not that of the address it came from. */
	if (d.has_source && smb_span_equal(d.source_ip, sender(w)))
		learn(w, sender(w), &d.source.name);
	if (r.status == SMB_READ_OK && f->layout && smb_dgm_carries(d.type))
		carried(w, &d, &event);
	else
		report(w, &event);
}

void
smb_context_datagram(SmbContext *self, const SmbEndpoints *ends, SmbSpan payload, uint32_t declared,
		     const SmbStamp *when)
{
	SmbReader r = smb_reader_new(payload.ptr, payload.len, declared);
	Work w = { .context = self, .ends = ends, .when = *when };

	w.info.ends = *ends;
	w.info.first = w.info.last = *when;
	r.oem = self->config.oem;
	if (ends->client_port == PORT_NAME || ends->server_port == PORT_NAME)
		name_service(&w, r);
	else
		datagram_service(&w, r);
}

void
smb_context_message(SmbContext *self, const SmbEndpoints *ends, SmbSpan payload, uint32_t declared,
		    const SmbStamp *when)
{
	Work w = { .context = self, .ends = ends, .when = *when };

	w.info.ends = *ends;
	w.info.first = w.info.last = *when;
	user_data(&w, smb_reader_new(payload.ptr, payload.len, declared));
}
