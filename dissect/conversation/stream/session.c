/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * NetBIOS session service of a connection (RFC 1002 4.3): the request with its answer, and session
 * messages handed to the protocol whose first bytes they carry.
 */
#include "dissect/conversation/internal.h"

enum {
	PIPE_MESSAGE =
		SMB_CAP(65536, 1024), /* of a message with a pipe's data as much is collected */
	SERVICE_MESSAGE_MAX = 1024,
}; /* a session request with two scoped names has at most 2 * 255 bytes */

static const uint8_t SMB1_MAGIC[] = { 0xFF, 'S', 'M', 'B' };
static const uint8_t SMB1_ENCRYPTED[] = { 0xFF, 'E' };
static const uint8_t SMB2_MAGIC[] = { 0xFE, 'S', 'M', 'B' };
static const uint8_t SMB3_TRANSFORM[] = { 0xFD, 'S', 'M', 'B' };
static const uint8_t SMB3_COMPRESSED[] = { 0xFC, 'S', 'M', 'B' };

static bool
is_smb2(SmbSpan first)
{
	return smb_span_begins(first, SMB2_MAGIC, 4) || smb_span_begins(first, SMB3_TRANSFORM, 4) ||
	       smb_span_begins(first, SMB3_COMPRESSED, 4);
}

uint32_t
smb_session_need(SmbConnection *c, SmbDir dir, uint8_t type, SmbSpan first, uint32_t total)
{
	const SmbLimits *limits = &c->context->config.limits;
	bool response = dir == SMB_TO_CLIENT;
	uint32_t need = SMB_FIRST_BYTES;

	if (type != SMB_NBSS_MESSAGE)
		need = SERVICE_MESSAGE_MAX;
	else if (smb_span_begins(first, SMB1_MAGIC, 4))
		need = smb1_need(first, response,
				 c->pipes && smb_pipe_carries1(c, dir, first) ? PIPE_MESSAGE
									      : limits->head,
				 limits->message);
	else if (is_smb2(first))
		need = smb2_need(first, response,
				 c->pipes && smb_pipe_carries2(c, dir, first) ? PIPE_MESSAGE
									      : limits->head,
				 limits->message);
	if (need >= limits->message && total > limits->message)
		smb_connection_limit(c);
	return need < SMB_FIRST_BYTES ? SMB_FIRST_BYTES : need;
}

bool
smb_session_is_smb(SmbSpan first)
{
	return smb_span_begins(first, SMB1_MAGIC, 4) || is_smb2(first);
}

static bool
is_encrypted(const SmbConnection *c, SmbSpan first)
{
	return smb_span_begins(first, SMB1_ENCRYPTED, 2) && c->logged_on;
}

bool
smb_session_knows(SmbConnection *c, SmbDir dir, SmbSpan first)
{
	return smb_session_is_smb(first) || is_encrypted(c, first) ||
	       smb_pending_find_raw(c, dir == SMB_TO_CLIENT);
}

static SmbText
name_text(const SmbNetbiosName *name)
{
	return (SmbText){ { name->name, name->len }, SMB_TEXT_OEM };
}

/* "*SMBSERVER" is what clients call a server whose name they do not know. */
static bool
is_a_name(SmbText name)
{
	return !smb_text_is_empty(name) && name.bytes.ptr[0] != '*';
}

static void
request(SmbConnection *c, SmbReader *bytes, bool cut, const SmbStamp *when)
{
	SmbNetbios *n = &c->netbios;

	smb_session_flush(c, when);
	c->direct = false;
	*n = (SmbNetbios){ .request = *when, .incomplete = cut ? SMB_INCOMPLETE_TRUNCATED : 0 };
	n->has_names = smb_nbss_request_read(bytes, &c->called, &c->calling);
	c->netbios_waits = true;
	if (!n->has_names)
		return;
	n->called = name_text(&c->called);
	n->calling = name_text(&c->calling);
	n->called_suffix = c->called.suffix;
	n->calling_suffix = c->calling.suffix;
	smb_context_set_string(c->context, &c->info.client_name, n->calling);
	if (is_a_name(n->called))
		smb_context_set_string(c->context, &c->info.server_name, n->called);
}

static void
answer(SmbConnection *c, uint8_t type, SmbReader *bytes, const SmbStamp *when)
{
	SmbEvent event = { .kind = SMB_EVENT_NETBIOS, .netbios = &c->netbios };
	SmbNetbios *n = &c->netbios;

	if (!c->netbios_waits)
		*n = (SmbNetbios){ .incomplete = SMB_INCOMPLETE_NO_REQUEST };
	c->netbios_waits = false;
	n->response = *when;
	if (type == SMB_NBSS_POSITIVE) {
		n->result = SMB_NETBIOS_ACCEPTED;
	} else if (type == SMB_NBSS_NEGATIVE) {
		n->result = SMB_NETBIOS_REFUSED;
		n->error = smb_reader_u8(bytes);
		c->info.errors++;
	} else {
		n->result = SMB_NETBIOS_RETARGETED;
		smb_span_copy(smb_reader_span(bytes, 4), n->retarget_ip, 4);
		n->retarget_port = smb_reader_be16(bytes);
	}
	if (bytes->status != SMB_READ_OK)
		n->incomplete |= SMB_INCOMPLETE_TRUNCATED;
	smb_emit(c, &event, when);
}

void
smb_session_flush(SmbConnection *c, const SmbStamp *when)
{
	SmbEvent event = { .kind = SMB_EVENT_NETBIOS, .netbios = &c->netbios };

	if (!c->netbios_waits)
		return;
	c->netbios_waits = false;
	c->netbios.incomplete |= SMB_INCOMPLETE_NO_RESPONSE;
	smb_emit(c, &event, when);
}

/*
 * A message that begins with none of the signatures: data without a header after a raw command, or
 * an anomaly.
 */
static void
without_header(SmbConnection *c, SmbDir dir, SmbReader bytes, bool cut, const SmbStamp *when)
{
	if (smb_pending_find_raw(c, dir == SMB_TO_CLIENT))
		smb_message1_raw(c, dir, bytes, cut, when);
	else if (bytes.limit)
		c->info.anomalies |= SMB_ANOMALY_NOT_SMB;
}

static void
encrypted(SmbConnection *c, SmbDir dir, SmbReader bytes, const SmbStamp *when)
{
	SmbMessage *m = &c->context->smb1.message;

	*m = (SmbMessage){ .version = 5,
			   .dir = dir,
			   .response = dir == SMB_TO_CLIENT,
			   .bytes = bytes,
			   .when = *when };
	c->info.encrypted = true;
	smb_message_count(c, m);
	smb_message_emit(c, m);
}

void
smb_session_message(SmbConnection *c, SmbDir dir, uint8_t type, SmbReader bytes, bool cut,
		    const SmbStamp *when)
{
	SmbSpan first = { bytes.base, bytes.limit };

	if (type == SMB_NBSS_REQUEST)
		request(c, &bytes, cut, when);
	else if (type == SMB_NBSS_POSITIVE || type == SMB_NBSS_NEGATIVE ||
		 type == SMB_NBSS_RETARGET)
		answer(c, type, &bytes, when);
	else if (type != SMB_NBSS_MESSAGE)
		return;
	else if (smb_span_begins(first, SMB1_MAGIC, 4))
		smb_message1(c, dir, bytes, cut, when);
	else if (is_smb2(first))
		smb_message2(c, dir, bytes, cut, when);
	else if (is_encrypted(c, first))
		encrypted(c, dir, bytes, when);
	else
		without_header(c, dir, bytes, cut, when);
}
