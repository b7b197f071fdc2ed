/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Text messages from machine to machine ("net send"): [MS-MSRP] 2.2.3. [MS-CIFS] 2.2.2.1 reserves
 * the codes 0xD0 to 0xD7 for them. Strings are OEM whatever FLAGS2 says, and 0x14 ends a line of
 * text.
 */
#include "dissect/smb1/commands.h"
#include "dissect/smb1/fields.h"

typedef struct {
	uint16_t message_group_id, data_length;
	SmbText originator, destination, text;
} Smb1Messenger;

#define ROW(KIND, member, key, ...) SMB_FIELD(Smb1Messenger, KIND, member, key, __VA_ARGS__)
#define NAMES ROW(TEXT, originator, "originator"), ROW(TEXT, destination, "destination")
#define BLOCK \
	ROW(U16, data_length, "data_length", .role = SMB_ROLE_TELLING), ROW(TEXT, text, "text")

static const SmbField send_message_fields[] = { NAMES, BLOCK };
static SMB_LAYOUT(send_message, Smb1Messenger, "send message request");
static const SmbField send_start_fields[] = { NAMES };
static SMB_LAYOUT(send_start, Smb1Messenger, "send start of message request");
static const SmbField send_text_fields[] = { ROW(U16, message_group_id, "message_group_id"),
					     BLOCK };
static SMB_LAYOUT(send_text, Smb1Messenger, "send text of message request");
static const SmbField group_fields[] = { ROW(U16, message_group_id, "message_group_id") };
static SMB_LAYOUT(group, Smb1Messenger, "message group");

static void
read_names(Smb1Block *b, Smb1Messenger *body)
{
	body->originator = smb_reader_format_string(&b->bytes, false);
	body->destination = smb_reader_format_string(&b->bytes, false);
}

/* The length of a text includes the NUL at its end. */
static void
read_text(Smb1Block *b, Smb1Messenger *body)
{
	SmbReader text;

	body->data_length = smb1_block_length(&b->bytes, SMB1_FORMAT_DATA_BLOCK);
	text = smb_reader_sub(&b->bytes, body->data_length);
	body->text = smb_reader_counted_string(&text, smb_reader_left(&text), false);
}

/* 2.2.3.1.1 */
void
smb1_parse_send_message_request(Smb1Block *b)
{
	Smb1Messenger *body = SMB1_BODY(b, Smb1Messenger);

	b->out->layout = &send_message;
	read_names(b, body);
	read_text(b, body);
}

/* 2.2.3.2.1 */
void
smb1_parse_send_start_request(Smb1Block *b)
{
	b->out->layout = &send_start;
	read_names(b, SMB1_BODY(b, Smb1Messenger));
}

/* 2.2.3.2.2, 2.2.3.4.1 */
void
smb1_parse_message_group(Smb1Block *b)
{
	Smb1Messenger *body = SMB1_BODY(b, Smb1Messenger);

	smb1_read_words(b, &group, body);
}

/* 2.2.3.3.1 */
void
smb1_parse_send_text_request(Smb1Block *b)
{
	Smb1Messenger *body = SMB1_BODY(b, Smb1Messenger);

	b->out->layout = &send_text;
	body->message_group_id = smb_reader_le16(&b->words);
	read_text(b, body);
}
