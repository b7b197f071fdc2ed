/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * NetBIOS session service of a connection (RFC 1002 4.3): the session request with its answer. What
 * a session message carries goes up if it is SMB's or was waited for.
 */
#include <glib.h>

#include "dissect/conversation/stream/stream.h"

enum {
	/* Collected of a message with data of a pipe: 64 KiB, and what is before them (state/pipe.c). */
	PIPE_MESSAGE = SMB_CAP(65536 + 512, 1024),
	/* A session request with two scoped names has at most 2 * 255 bytes. */
	SERVICE_MESSAGE_MAX = 1024,
	MARK = 4, /* bytes of it: FF or FE, "SMB" */
	/*
	 * Answers without a request that are told: a session has one (RFC 1002 4.3), but whoever sends
	 * four bytes can send as many as there is room for.
	 */
	ORPHANS_MAX = SMB_CAP(4, 1),
	DIRECT_TCP = 445, /* has no sessions */
};

static uint32_t
needed(SmbConnection *c, const SmbFirst *first)
{
	const SmbLimits *limits = &c->context->config.limits;

	if (first->type != SMB_NBSS_MESSAGE)
		return SERVICE_MESSAGE_MAX;
	if (first->protocol != SMB_FIRST_SMB1 && first->protocol != SMB_FIRST_SMB2)
		return c->context->config.keep_data ? limits->head : SMB_FIRST_BYTES;
	if (first->whole)
		return limits->message;
	if (c->expected.pipes && first->carries && c->up->wanted(c, first))
		return MIN(MAX(PIPE_MESSAGE, limits->head), limits->message);
	return MIN(limits->head, limits->message);
}

uint32_t
smb_session_need(SmbConnection *c, const SmbFirst *first, uint32_t total)
{
	uint32_t max = c->context->config.limits.message;
	uint32_t need = needed(c, first);

	if (need >= max && total > max)
		smb_connection_limit(c);
	return MAX(need, SMB_FIRST_BYTES);
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
	SmbNetbios *n = &c->stream->netbios;

	smb_session_flush(c, when);
	c->stream->direct = false;
	*n = (SmbNetbios){ .request = *when, .incomplete = cut ? SMB_INCOMPLETE_TRUNCATED : 0 };
	n->has_names = smb_nbss_request_read(bytes, &c->stream->called, &c->stream->calling);
	c->stream->netbios_waits = true;
	c->stream->netbios_lost = c->lost[SMB_TO_CLIENT];
	/* An answer came just before: the capture has packets in the wrong order. */
	c->stream->netbios_lost -= c->stream->netbios_orphan;
	if (!n->has_names)
		return;
	c->info.netbios_asked = true;
	n->called = smb_netbios_name_text(&c->stream->called, c->context->config.oem);
	n->calling = smb_netbios_name_text(&c->stream->calling, c->context->config.oem);
	n->called_suffix = c->stream->called.suffix;
	n->calling_suffix = c->stream->calling.suffix;
	smb_context_set_string(c->context, &c->info.client_name, n->calling);
	if (is_a_name(n->called))
		smb_context_set_string(c->context, &c->info.server_name, n->called);
}

static void
answer(SmbConnection *c, uint8_t type, SmbReader *bytes, const SmbStamp *when)
{
	SmbEvent event = { .kind = SMB_EVENT_NETBIOS, .netbios = &c->stream->netbios };
	SmbNetbios *n = &c->stream->netbios;

	c->stream->netbios_orphan = !c->stream->netbios_waits;
	if (c->stream->netbios_orphan) {
		if (c->stream->netbios_orphans == ORPHANS_MAX) {
			smb_connection_limit(c);
			return;
		}
		c->stream->netbios_orphans++;
		*n = (SmbNetbios){ .incomplete = SMB_INCOMPLETE_NO_REQUEST };
	}
	c->stream->netbios_waits = false;
	n->response = *when;
	if (type == SMB_NBSS_POSITIVE) {
		n->result = SMB_NETBIOS_ACCEPTED;
	} else if (type == SMB_NBSS_NEGATIVE) {
		n->result = SMB_NETBIOS_REFUSED;
		c->stream->netbios_refused = true;
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
	SmbEvent event = { .kind = SMB_EVENT_NETBIOS, .netbios = &c->stream->netbios };

	if (!c->stream->netbios_waits)
		return;
	c->stream->netbios_waits = false;
	c->stream->netbios.incomplete |= SMB_INCOMPLETE_NO_RESPONSE;
	c->stream->netbios.answer = smb_connection_answer(c, SMB_TO_CLIENT, c->stream->netbios_lost,
							  c->stream->netbios.request.time_ns);
	smb_emit(c, &event, when);
}

/*
 * A session message. One that begins with no mark is data without a header if such are waited for,
 * else an anomaly.
 */
static void
smb(SmbConnection *c, const SmbFirst *first, SmbReader bytes, bool cut, const SmbStamp *when)
{
	if (smb_session_knows(c, first))
		c->up->message(c, first, bytes, cut, when);
	else if (bytes.limit >= MARK || !cut)
		c->info.anomalies |= SMB_ANOMALY_NOT_SMB;
}

void
smb_session_message(SmbConnection *c, const SmbFirst *first, SmbReader bytes, bool cut,
		    const SmbStamp *when)
{
	SmbHalf *h = &c->stream->half[first->dir];

	h->spoke |= first->type != SMB_NBSS_KEEPALIVE;
	h->spoke_smb |= first->type == SMB_NBSS_MESSAGE;
	h->strayed |= first->type != SMB_NBSS_MESSAGE &&
		      (first->type != SMB_NBSS_REQUEST || c->info.ends.server_port == DIRECT_TCP);
	switch (first->type) {
	case SMB_NBSS_MESSAGE:
		smb(c, first, bytes, cut, when);
		break;
	case SMB_NBSS_REQUEST:
		request(c, &bytes, cut, when);
		break;
	case SMB_NBSS_POSITIVE:
	case SMB_NBSS_NEGATIVE:
	case SMB_NBSS_RETARGET:
		answer(c, first->type, &bytes, when);
		break;
	case SMB_NBSS_KEEPALIVE:
		c->info.keepalives++;
		break;
	default:
		break;
	}
}
