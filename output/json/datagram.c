/* SPDX-License-Identifier: BSD-3-Clause */
/* The `datagram` record: a packet of the name service or the datagram service. */
#include "output/json/datagrams.h"

#include "output/base/fields.h"

static SmbBlock
block_of(const SmbLayout *layout, const void *body, SmbReadStatus status)
{
	return (SmbBlock){
		.layout = layout, .body = body, .status = status, .word_count = UINT8_MAX
	};
}

/* The object of a mailslot's contents is named after the service that reads it. */
static void
put_frame(OutBuffer *b, const SmbDatagramFacts *d)
{
	SmbBlock block = block_of(d->frame_layout, d->frame, d->frame_status);
	bool browser = smb_text_equal(d->mailslot, smb_text_from_utf8("\\MAILSLOT\\BROWSE")) ||
		       smb_text_equal(d->mailslot, smb_text_from_utf8("\\MAILSLOT\\LANMAN"));

	if (!d->frame_layout)
		return;
	if (browser)
		out_key(b, "browser");
	else
		out_key(b, "mailslot_data");
	out_lit(b, "{\"kind\":");
	out_json_word(b, d->frame_layout->name);
	out_fields_json(b, &block, false);
	out_char(b, '}');
}

void
out_datagram_json(OutBuffer *b, const SmbDatagramFacts *d)
{
	SmbBlock block = block_of(d->layout, d->body, d->status);

	out_key(b, "netbios");
	out_lit(b, "{\"service\":");
	out_json_word(b, d->name_service ? "name" : "datagram");
	out_key_str(b, "type", d->type);
	if (d->name_service)
		out_key_bool(b, "response", d->response);
	out_fields_json(b, &block, false);
	if (d->status == SMB_READ_MALFORMED)
		out_key_bool(b, "malformed", true);
	if (d->fragment)
		out_key_bool(b, "reassembled", d->reassembled);
	out_char(b, '}');
	if (d->mailslot.bytes.ptr)
		out_key_text(b, "mailslot", d->mailslot);
	put_frame(b, d);
}
