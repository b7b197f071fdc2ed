/* SPDX-License-Identifier: BSD-3-Clause */
/* The NetBIOS datagram service: header, names and user data of one packet (RFC 1002 4.4). */
#include "dissect/netbios/datagram.h"

#include "dissect/wire/names.h"

enum {
	FLAG_MORE = 0x01, /* RFC 1002 4.4.1 */
	FLAG_FIRST = 0x02,
	NODE_TYPE_SHIFT = 2,
};

static const char *
node_type_name(uint32_t type)
{
	static const char *const names[] = { "B node", "P node", "M node", "NBDD" };

	return type < 4 ? names[type] : NULL;
}

static const char *
suffix_name(uint32_t suffix)
{
	return smb_netbios_suffix_name((uint8_t)suffix);
}

#define HEAD_FIELDS                                                                              \
	SMB_FIELD(SmbNbDatagram, U16, id, "id", .flags = SMB_FIELD_SHOW_HEX),                    \
		SMB_FIELD(SmbNbDatagram, U8, flags, "flags", .flags = SMB_FIELD_SHOW_HEX),       \
		SMB_FIELD(SmbNbDatagram, BOOL, first, "first"),                                  \
		SMB_FIELD(SmbNbDatagram, BOOL, more, "more"),                                    \
		SMB_FIELD(SmbNbDatagram, U8, node_type, "node_type", .name_of = node_type_name), \
		SMB_FIELD(SmbNbDatagram, ADDRESS, source_ip, "source_ip"),                       \
		SMB_FIELD(SmbNbDatagram, U16, source_port, "source_port")
#define DESTINATION_FIELDS                                                                  \
	SMB_FIELD(SmbNbDatagram, TEXT, destination.text, "destination"),                    \
		SMB_FIELD(SmbNbDatagram, U8, destination.name.suffix, "destination_suffix", \
			  .flags = SMB_FIELD_SHOW_HEX, .name_of = suffix_name),             \
		SMB_FIELD(SmbNbDatagram, TEXT, destination.scope, "destination_scope")

static const SmbField smb_dgm_data_layout_fields[] = {
	HEAD_FIELDS,
	SMB_FIELD(SmbNbDatagram, U16, length, "length"),
	SMB_FIELD(SmbNbDatagram, U16, packet_offset, "packet_offset"),
	SMB_FIELD(SmbNbDatagram, TEXT, source.text, "source"),
	SMB_FIELD(SmbNbDatagram, U8, source.name.suffix, "source_suffix",
		  .flags = SMB_FIELD_SHOW_HEX, .name_of = suffix_name),
	SMB_FIELD(SmbNbDatagram, TEXT, source.scope, "source_scope"),
	DESTINATION_FIELDS,
	SMB_FIELD(SmbNbDatagram, U32, user_length, "user_data_length"),
};
SMB_LAYOUT(smb_dgm_data_layout, SmbNbDatagram, "datagram");

static const SmbField smb_dgm_error_layout_fields[] = {
	HEAD_FIELDS,
	SMB_FIELD(SmbNbDatagram, U8, error_code, "error_code", .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(SmbNbDatagram, TEXT, error, "error"),
};
SMB_LAYOUT(smb_dgm_error_layout, SmbNbDatagram, "datagram error");

static const SmbField smb_dgm_query_layout_fields[] = { HEAD_FIELDS, DESTINATION_FIELDS };
SMB_LAYOUT(smb_dgm_query_layout, SmbNbDatagram, "datagram query");

typedef void (*ReadBody)(SmbReader *r, SmbNbDatagram *d);

static bool
read_name(SmbReader *r, SmbNbDatagram *d, SmbScopedName *name)
{
	bool good = smb_scoped_name_read(r, name);

	d->lies |= name->lies;
	return good && name->text.bytes.ptr;
}

static void
read_destination(SmbReader *r, SmbNbDatagram *d)
{
	d->has_destination = read_name(r, d, &d->destination);
}

/*
 * RFC 1002 4.4.2. The length counts the bytes after PACKET_OFFSET. If it is wrong, the end of the
 * packet counts.
 */
static void
read_data(SmbReader *r, SmbNbDatagram *d)
{
	uint32_t start, left;
	bool length_lies;

	d->length = smb_reader_be16(r);
	d->packet_offset = smb_reader_be16(r);
	start = r->pos;
	left = smb_reader_declared_left(r);
	d->has_source = read_name(r, d, &d->source);
	read_destination(r, d);
	if (r->status != SMB_READ_OK)
		return;
	length_lies = d->length > left || d->length < r->pos - start;
	d->lies |= length_lies;
	d->user_length = (length_lies ? left : d->length) - (r->pos - start);
	d->user_data = smb_reader_after(r, r->pos);
	if (d->user_data.end > d->user_length)
		d->user_data.end = d->user_length;
	if (d->user_data.limit > d->user_length)
		d->user_data.limit = d->user_length;
}

/* RFC 1002 4.4.3. */
static void
read_error(SmbReader *r, SmbNbDatagram *d)
{
	static const char *const names[] = { "destination name not present",
					     "invalid source name format",
					     "invalid destination name format" };

	d->error_code = smb_reader_u8(r);
	if (d->error_code >= 0x82 && d->error_code <= 0x84)
		d->error = smb_text_from_utf8(names[d->error_code - 0x82]);
}

static const struct {
	const char *name;
	const SmbLayout *layout;
	ReadBody read;
} types[] = {
	[SMB_DGM_DIRECT_UNIQUE] = { "direct_unique", &smb_dgm_data_layout, read_data },
	[SMB_DGM_DIRECT_GROUP] = { "direct_group", &smb_dgm_data_layout, read_data },
	[SMB_DGM_BROADCAST] = { "broadcast", &smb_dgm_data_layout, read_data },
	[SMB_DGM_ERROR] = { "error", &smb_dgm_error_layout, read_error },
	[SMB_DGM_QUERY] = { "query", &smb_dgm_query_layout, read_destination },
	[SMB_DGM_QUERY_POSITIVE] = { "query_positive", &smb_dgm_query_layout, read_destination },
	[SMB_DGM_QUERY_NEGATIVE] = { "query_negative", &smb_dgm_query_layout, read_destination },
};

const SmbLayout *
smb_dgm_layout(uint8_t type)
{
	return type < sizeof(types) / sizeof(types[0]) ? types[type].layout : NULL;
}

bool
smb_dgm_carries(uint8_t type)
{
	return smb_dgm_layout(type) == &smb_dgm_data_layout;
}

bool
smb_dgm_read(SmbReader *r, SmbNbDatagram *ret_datagram)
{
	SmbNbDatagram *d = ret_datagram;

	*d = (SmbNbDatagram){ .type = smb_reader_u8(r) };
	d->flags = smb_reader_u8(r);
	d->more = d->flags & FLAG_MORE;
	d->first = d->flags & FLAG_FIRST;
	d->node_type = d->flags >> NODE_TYPE_SHIFT & 3;
	d->id = smb_reader_be16(r);
	d->source_ip = smb_reader_span(r, 4);
	d->source_port = smb_reader_be16(r);
	if (!smb_dgm_layout(d->type))
		smb_reader_fail(r, SMB_READ_MALFORMED);
	if (r->status != SMB_READ_OK)
		return false;
	d->type_name = types[d->type].name;
	types[d->type].read(r, d);
	return true;
}
