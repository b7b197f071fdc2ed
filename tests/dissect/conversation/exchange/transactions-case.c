/* SPDX-License-Identifier: BSD-3-Clause */
/* What the tests of transactions in parts share: see transactions-case.h. */
#include "tests/dissect/conversation/exchange/transactions-case.h"

Seen seen;
SmbContext *context;
SmbConnection *connection;

static void
on_event(void *user, const SmbEvent *e)
{
	(void)user;
	if (e->kind == SMB_EVENT_EXCHANGE) {
		seen.exchanges++;
		seen.last = *e->exchange;
		if (seen.last.step == SMB_STEP_OPEN)
			smb_text_to_utf8(seen.last.open.name, seen.name, sizeof(seen.name));
		g_strlcpy(seen.about,
			  seen.last.step == SMB_STEP_TRANSACTION && seen.last.other.about
				  ? seen.last.other.about
				  : "",
			  sizeof(seen.about));
	} else if (e->kind == SMB_EVENT_MESSAGE) {
		const SmbBlock *b = &e->message->blocks[e->message->n_blocks - 1];

		seen.incomplete = e->message->incomplete;
		seen.anomalies = e->message->anomalies;
		seen.size = b->nested_size;
		seen.read += b->nested_layout != NULL;
		if (b->nested_layout)
			g_strlcpy(seen.layout, b->nested_layout->name, sizeof(seen.layout));
	} else if (e->kind == SMB_EVENT_CONNECTION) {
		seen.limits = (uint32_t)e->connection->limits;
	}
}

void
start(void)
{
	SmbConfig config = { .want = ~0u, .event = on_event, .limits.message = MESSAGE_MAX };
	SmbEndpoints ends = { .family = 4, .client_port = 40000, .server_port = 445 };

	memset(&seen, 0, sizeof(seen));
	context = smb_context_new(&config);
	connection = smb_connection_new(context, &ends, true, false, &(SmbStamp){ 1, 1 });
}

void
stop(void)
{
	smb_connection_end(
		connection,
		&(SmbEnding){ .end = SMB_END_FIN, .seen = { true, true }, .acked = { true, true } },
		&(SmbStamp){ 1000, 1000 });
	ck_assert_uint_eq(smb_context_free(context), 0);
}

void
send_message(SmbDir dir, GByteArray *message)
{
	SmbStamp when = { ++seen.frame, seen.frame };
	uint8_t *exact = g_memdup2(message->data, message->len);

	smb_connection_feed(connection, dir, (SmbSpan){ exact, message->len }, &when);
	g_free(exact);
	g_byte_array_unref(message);
}

/* Of SET_PATH_INFORMATION: level, reserved, name. */
static const uint8_t parameters[600] = { 2, 0, 0, 0, 0, 0, '\\', 'a', 0 };
const uint8_t data[600];

/* A block's words and its bytes; the sections begin behind them, counted from the SMB header. */
void
append_part(GByteArray *message, const uint16_t *head, uint8_t n_words, int counts, const Part *p,
	    const char *name)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	uint16_t words[64] = { 0 }, at;
	bool displaced = n_words < 14;

	memcpy(words, head, n_words * sizeof(words[0]));
	if (name)
		build_text(bytes, name);
	at = (uint16_t)(message->len - 4 + 1 + n_words * 2 + 2 + bytes->len);
	words[0] = p->total_parameters;
	words[1] = p->total_data;
	words[counts] = p->p_len;
	words[counts + 1] = at;
	if (displaced)
		words[counts + 2] = p->p_at;
	words[counts + 2 + displaced] = p->d_len;
	words[counts + 3 + displaced] = (uint16_t)(at + p->p_len);
	if (displaced)
		words[counts + 4 + displaced] = p->d_at;
	g_byte_array_append(bytes, (p->rap ? (const uint8_t *)p->rap : parameters) + p->p_at,
			    p->p_len);
	g_byte_array_append(bytes, (p->data ? (const uint8_t *)p->data : data) + p->d_at, p->d_len);
	build_block(message, words, n_words, bytes->data, (uint16_t)bytes->len);
}

GByteArray *
message_of(uint8_t command, bool reply, uint16_t mid, uint16_t pid)
{
	return build_message((BuildHeader){
		.command = command, .reply = reply, .tid = 1, .pid = pid, .uid = 2, .mid = mid });
}

void
ask_for(uint16_t function, Part p)
{
	const uint16_t head[15] = { [2] = 2, [13] = 1, [14] = function };
	GByteArray *message = message_of(COM_TRANSACTION2, false, 1, PID);

	append_part(message, head, 15, 9, &p, NULL);
	send_message(SMB_TO_SERVER, build_end(message));
}

void
ask(Part p)
{
	ask_for(SET_PATH_INFORMATION, p);
}

void
go_on_as(uint16_t mid, uint16_t pid, Part p)
{
	static const uint16_t head[9] = { [8] = 0xFFFF };
	GByteArray *message = message_of(COM_TRANSACTION2 + 1, false, mid, pid);

	append_part(message, head, 9, 2, &p, NULL);
	send_message(SMB_TO_SERVER, build_end(message));
}

void
go_on(Part p)
{
	go_on_as(1, PID, p);
}

void
answer(Part p)
{
	static const uint16_t head[10];
	GByteArray *message = message_of(COM_TRANSACTION2, true, 1, PID);

	append_part(message, head, 10, 3, &p, NULL);
	send_message(SMB_TO_CLIENT, build_end(message));
}
