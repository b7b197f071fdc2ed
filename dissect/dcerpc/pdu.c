/* SPDX-License-Identifier: BSD-3-Clause */
/* The PDUs of connection-oriented DCE/RPC: C706 12.6.4, with the additions of [MS-RPCE] 2.2.2. */
#include "dissect/dcerpc/pdu.h"

enum {
	VERSION = 5,
	DREP_LITTLE_ENDIAN = 0x10, /* C706 14.1: the high half of its first byte */
	NAME_COUNT = 20,
};

static uint16_t
u16(const DcePdu *pdu, SmbReader *r)
{
	return pdu->big_endian ? smb_reader_be16(r) : smb_reader_le16(r);
}

static uint32_t
u32(const DcePdu *pdu, SmbReader *r)
{
	return pdu->big_endian ? smb_reader_be32(r) : smb_reader_le32(r);
}

/* p_syntax_id_t: a UUID and a version of 32 bits, the major one in the low half. */
static void
read_syntax(const DcePdu *pdu, SmbReader *r, DceSyntax *syntax)
{
	uint32_t first = u32(pdu, r), version;
	uint16_t second = u16(pdu, r), third = u16(pdu, r);

	for (unsigned i = 0; i < 4; i++)
		syntax->uuid[i] = (uint8_t)(first >> 8 * i);
	for (unsigned i = 0; i < 2; i++) {
		syntax->uuid[4 + i] = (uint8_t)(second >> 8 * i);
		syntax->uuid[6 + i] = (uint8_t)(third >> 8 * i);
	}
	for (unsigned i = 8; i < 16; i++)
		syntax->uuid[i] = smb_reader_u8(r);
	version = u32(pdu, r);
	syntax->version = (uint16_t)version;
	syntax->version_minor = (uint16_t)(version >> 16);
}

bool
dce_next_context(DcePdu *pdu, DceContext *ret_context)
{
	SmbReader *r = &pdu->contexts;
	DceSyntax skipped;

	*ret_context = (DceContext){ .id = u16(pdu, r) };
	ret_context->n_transfer = smb_reader_u8(r);
	smb_reader_skip(r, 1); /* reserved */
	read_syntax(pdu, r, &ret_context->interface);
	for (unsigned i = 0; i < ret_context->n_transfer && smb_reader_left(r); i++)
		read_syntax(pdu, r, i ? &skipped : &ret_context->transfer);
	return r->status == SMB_READ_OK;
}

bool
dce_next_result(DcePdu *pdu, DceResult *ret_result)
{
	SmbReader *r = &pdu->contexts;

	*ret_result = (DceResult){ .result = u16(pdu, r) };
	ret_result->reason = u16(pdu, r);
	read_syntax(pdu, r, &ret_result->transfer);
	return r->status == SMB_READ_OK;
}

/* C706 12.6.4.3, 12.6.4.1: bind and alter_context. */
static void
read_bind(DcePdu *pdu, SmbReader *r)
{
	pdu->max_transmit = u16(pdu, r);
	pdu->max_receive = u16(pdu, r);
	pdu->association_group = u32(pdu, r);
	pdu->n_contexts = smb_reader_u8(r);
	smb_reader_skip(r, 3); /* reserved */
	pdu->contexts = *r;
}

/*
 * 12.6.4.4, 12.6.4.2: the responses to these; the secondary address has a length and is padded to 4
 * bytes.
 */
static void
read_bind_ack(DcePdu *pdu, SmbReader *r)
{
	pdu->max_transmit = u16(pdu, r);
	pdu->max_receive = u16(pdu, r);
	pdu->association_group = u32(pdu, r);
	smb_reader_skip(r, u16(pdu, r));
	smb_reader_align(r, 4);
	pdu->n_contexts = smb_reader_u8(r);
	smb_reader_skip(r, 3); /* reserved */
	pdu->contexts = *r;
}

/* 12.6.4.5 */
static void
read_bind_nak(DcePdu *pdu, SmbReader *r)
{
	pdu->reject_reason = u16(pdu, r);
}

/* The security trailer: auth_type, auth_level, auth_pad_length, reserved, context id. */
static void
read_trailer(DcePdu *pdu, SmbReader r)
{
	if (!pdu->auth_length)
		return;
	smb_reader_skip(&r, pdu->stub_length + 1);
	pdu->auth_level = smb_reader_u8(&r);
	pdu->padding = smb_reader_u8(&r);
	pdu->has_trailer = r.status == SMB_READ_OK;
}

/*
 * The bytes after the headers, without the security trailer that auth_length announces ([MS-RPCE]
 * 2.2.2.11).
 */
static void
measure_stub(DcePdu *pdu, SmbReader *r)
{
	uint32_t left = pdu->fragment_length > r->pos ? pdu->fragment_length - r->pos : 0;
	uint32_t trailer = pdu->auth_length ? pdu->auth_length + 8u : 0;

	pdu->stub_length = left > trailer ? left - trailer : 0;
	read_trailer(pdu, *r);
	pdu->stub = smb_reader_after(r, r->pos);
	if (pdu->stub.end > pdu->stub_length)
		pdu->stub.end = pdu->stub_length;
	if (pdu->stub.limit > pdu->stub.end)
		pdu->stub.limit = pdu->stub.end;
}

/* 12.6.4.9 */
static void
read_request(DcePdu *pdu, SmbReader *r)
{
	pdu->alloc_hint = u32(pdu, r);
	pdu->context_id = u16(pdu, r);
	pdu->opnum = u16(pdu, r);
	if (pdu->flags & DCE_OBJECT_UUID)
		smb_reader_skip(r, 16);
	measure_stub(pdu, r);
}

/* 12.6.4.10, and 12.6.4.7: a fault begins like a response. */
static void
read_response(DcePdu *pdu, SmbReader *r)
{
	pdu->alloc_hint = u32(pdu, r);
	pdu->context_id = u16(pdu, r);
	smb_reader_skip(r, 2); /* cancel_count, reserved */
	if (pdu->type == DCE_FAULT) {
		pdu->status = u32(pdu, r);
		smb_reader_skip(r, 4); /* reserved2 */
	}
	measure_stub(pdu, r);
}

typedef void (*ReadFn)(DcePdu *pdu, SmbReader *r);

static const ReadFn readers[NAME_COUNT] = {
	[DCE_REQUEST] = read_request,    [DCE_RESPONSE] = read_response,
	[DCE_FAULT] = read_response,     [DCE_BIND] = read_bind,
	[DCE_BIND_ACK] = read_bind_ack,  [DCE_BIND_NAK] = read_bind_nak,
	[DCE_ALTER_CONTEXT] = read_bind, [DCE_ALTER_CONTEXT_RESPONSE] = read_bind_ack,
};

/*
 * 12.6.3.1: the common fields. The byte order is known from a later field; the fields before that
 * are single bytes.
 */
bool
dce_pdu_read(SmbReader bytes, DcePdu *ret_pdu)
{
	SmbReader from = smb_reader_after(&bytes, bytes.pos), r;
	DcePdu *pdu = ret_pdu;
	int drep = smb_reader_peek(&from, 4);

	*pdu = (DcePdu){ 0 };
	pdu->version = smb_reader_u8(&from);
	pdu->version_minor = smb_reader_u8(&from);
	pdu->type = smb_reader_u8(&from);
	pdu->flags = smb_reader_u8(&from);
	smb_reader_skip(&from, 4); /* packed_drep */
	pdu->big_endian = !(drep & DREP_LITTLE_ENDIAN);
	pdu->fragment_length = u16(pdu, &from);
	pdu->auth_length = u16(pdu, &from);
	pdu->call_id = u32(pdu, &from);
	if (from.status != SMB_READ_OK || pdu->version != VERSION || pdu->version_minor > 1 ||
	    pdu->fragment_length < DCE_HEADER_SIZE || !dce_type_name(pdu->type))
		return false;
	r = from;
	if (r.end > pdu->fragment_length)
		r.end = pdu->fragment_length;
	if (r.limit > r.end)
		r.limit = r.end;
	if (readers[pdu->type])
		readers[pdu->type](pdu, &r);
	pdu->state = r.status;
	return true;
}

bool
dce_pdu_may_begin(SmbSpan bytes)
{
	SmbReader r = smb_reader_from_span(bytes);
	int version = smb_reader_peek(&r, 0), minor = smb_reader_peek(&r, 1),
	    type = smb_reader_peek(&r, 2);

	return version == VERSION && minor <= 1 && (type < 0 || dce_type_name((uint8_t)type));
}

const char *
dce_type_name(uint8_t type)
{
	static const char *const names[NAME_COUNT] = {
		[DCE_REQUEST] = "REQUEST",
		[DCE_RESPONSE] = "RESPONSE",
		[DCE_FAULT] = "FAULT",
		[DCE_BIND] = "BIND",
		[DCE_BIND_ACK] = "BINDACK",
		[DCE_BIND_NAK] = "BINDNAK",
		[DCE_ALTER_CONTEXT] = "ALTER_CONTEXT",
		[DCE_ALTER_CONTEXT_RESPONSE] = "ALTER_CONTEXT_RESP",
		[DCE_AUTH3] = "AUTH3",
		[DCE_SHUTDOWN] = "SHUTDOWN",
		[DCE_CO_CANCEL] = "CO_CANCEL",
		[DCE_ORPHANED] = "ORPHANED",
	};

	return type < NAME_COUNT ? names[type] : NULL;
}

SmbSpan
dce_without_length(SmbSpan data, uint32_t *total)
{
	enum { MESSAGE_LENGTH = 2 };
	SmbReader r = smb_reader_from_span(data);
	uint16_t length = smb_reader_le16(&r);
	DcePdu pdu;

	/* What is a PDU from its first byte on is none from its third: that would be of a type 5. */
	if (*total <= MESSAGE_LENGTH || length < *total - MESSAGE_LENGTH || !dce_pdu_read(r, &pdu))
		return data;
	*total -= MESSAGE_LENGTH;
	return smb_span_after(data, MESSAGE_LENGTH);
}
