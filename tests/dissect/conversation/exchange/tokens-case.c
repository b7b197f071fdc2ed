/* SPDX-License-Identifier: BSD-3-Clause */
/* What the tests of tokens share: messages of both protocols, and what was told of them. */
#include "tests/dissect/conversation/exchange/tokens-case.h"

/* ---- What happened --------------------------------------------------------------------------- */

Fixture fixture;

const void *
tokens_value_of(const SmbLayout *layout, const void *body, const char *key)
{
	for (uint16_t i = 0; i < layout->count; i++)
		if (g_strcmp0(layout->fields[i].key, key) == 0)
			return (const char *)body + layout->fields[i].offset;
	return NULL;
}

void
tokens_copy_text(const SmbLayout *layout, const void *body, const char *key, char *out)
{
	const void *text = tokens_value_of(layout, body, key);

	if (text)
		smb_text_to_utf8(*(const SmbText *)text, out, 32);
}

void
tokens_see_message(Log *log, const SmbMessage *m)
{
	const SmbBlock *block = &m->blocks[m->n_blocks ? m->n_blocks - 1 : 0];
	Shown *s = &log->shown[log->n_shown++];
	const SmbLayout *inside;
	const void *number;

	ck_assert_uint_lt(log->n_shown, G_N_ELEMENTS(log->shown));
	if (!block->nested_layout)
		return;
	ck_assert_str_eq(block->nested_layout->fields[0].key, "token");
	inside = block->nested_layout->fields[0].items;
	tokens_copy_text(inside, block->nested, "kind", s->kind);
	tokens_copy_text(inside, block->nested, "realm", s->realm);
	tokens_copy_text(inside, block->nested, "account", s->account);
	s->length = *(const uint64_t *)tokens_value_of(inside, block->nested, "length");
	s->pieces = *(const uint32_t *)tokens_value_of(inside, block->nested, "pieces");
	s->malformed = *(const bool *)tokens_value_of(inside, block->nested, "malformed");
	number = tokens_value_of(inside, block->nested, "declared_length");
	s->declared = number ? *(const uint64_t *)number : 0;
	number = tokens_value_of(inside, block->nested, "lm_length");
	s->lm_length = number ? *(const uint16_t *)number : 0;
}

void
tokens_see_exchange(Log *log, const SmbExchange *x)
{
	const SmbSessionFacts *f = &x->session;
	Told *t = &log->told[log->n_told++];

	ck_assert_uint_lt(log->n_told, G_N_ELEMENTS(log->told));
	t->request = x->request.frame;
	t->response = x->response.frame;
	t->anomalies = x->anomalies;
	if (x->step != SMB_STEP_SESSION_SETUP)
		return;
	g_strlcpy(t->token, f->token ? f->token : "", sizeof(t->token));
	g_strlcpy(t->token_back, f->token_back ? f->token_back : "", sizeof(t->token_back));
	t->challenge = f->challenge.len ? f->challenge.ptr[0] : 0;
	t->has_auth = f->auth != NULL;
	if (!f->auth)
		return;
	t->auth = *f->auth;
	smb_text_to_utf8(smb_string_text(f->auth->account), t->account, sizeof(t->account));
	smb_text_to_utf8(smb_string_text(f->auth->realm), t->realm, sizeof(t->realm));
}

void
tokens_on_event(void *user, const SmbEvent *e)
{
	Log *log = user;

	if (e->kind == SMB_EVENT_MESSAGE) {
		tokens_see_message(log, e->message);
	} else if (e->kind == SMB_EVENT_EXCHANGE) {
		tokens_see_exchange(log, e->exchange);
	} else if (e->kind == SMB_EVENT_CONNECTION) {
		log->limits = e->connection->limits;
		log->anomalies = e->connection->anomalies;
		smb_text_to_utf8(smb_string_text(e->connection->client_name), log->client,
				 sizeof(log->client));
		log->challenge_print = e->connection->prints[SMB_PRINT_NTLM_CHALLENGE] != NULL;
	}
}

void
tokens_start_limited(bool smb2, uint32_t token_limit)
{
	SmbConfig config = { .want = ~0u, .event = tokens_on_event, .user = &fixture.log };
	SmbEndpoints ends = { .family = 4, .client_port = 1025, .server_port = 445 };
	SmbStamp first = { 1, 1 };

	memset(&fixture, 0, sizeof(fixture));
	config.limits.token = token_limit;
	fixture.smb2 = smb2;
	fixture.frame = 1;
	fixture.context = smb_context_new(&config);
	fixture.empty = smb_context_memory(fixture.context);
	fixture.connection = smb_connection_new(fixture.context, &ends, true, false, &first);
}

void
tokens_start(bool smb2)
{
	tokens_start_limited(smb2, 0);
}

void
tokens_stop(void)
{
	SmbStamp when = { ++fixture.frame * 1000, fixture.frame };

	smb_connection_end(fixture.connection,
			   &(SmbEnding){ .end = SMB_END_FIN,
					 .by_server = true,
					 .seen = { true, true },
					 .acked = { true, true } },
			   &when);
	/* What connections share stays: users of sessions, fingerprints (state/prints.c). */
	ck_assert_uint_le(smb_context_memory(fixture.context), fixture.empty + 56 * 1024);
	smb_context_free(fixture.context);
}

void
tokens_feed_cut(SmbDir dir, GByteArray *message, uint32_t cut)
{
	SmbStamp when = { ++fixture.frame * 1000, fixture.frame };
	uint32_t n = message->len - cut;
	uint8_t *copy = g_memdup2(message->data, n);

	smb_connection_feed(fixture.connection, dir, (SmbSpan){ copy, n }, &when);
	if (cut)
		smb_connection_gap(fixture.connection, dir, cut, SMB_GAP_SNAPLEN, &when);
	g_free(copy);
	g_byte_array_unref(message);
}

/* ---- Messages -------------------------------------------------------------------------------- */

GByteArray *
tokens_setup2(bool reply, uint32_t status, uint64_t session, SmbSpan blob)
{
	GByteArray *a = g_byte_array_new();
	uint32_t fixed = reply ? 8 : 24;

	build_le(a, 0, 4);
	build_le(a, 0x424D53FEu, 4);
	build_le(a, 64, 2);
	build_le(a, 0, 2);
	build_le(a, status, 4);
	build_le(a, 1, 2); /* SESSION_SETUP */
	build_le(a, 1, 2);
	build_le(a, reply, 4);
	build_le(a, 0, 4);
	build_le(a, fixture.mid, 8);
	build_le(a, 0, 8);
	build_le(a, session, 8);
	build_le(a, 0, 16);
	build_le(a, fixed + 1, 2);
	if (reply)
		build_le(a, 0, 2);
	else
		build_le(a, 0, 10);
	build_le(a, blob.len ? 64 + fixed : 0, 2); /* an ERROR Response (2.2.2) looks the same */
	build_le(a, blob.len, 2);
	if (!reply)
		build_le(a, 0, 8);
	g_byte_array_append(a, blob.ptr, blob.len);
	return build_end(a);
}

GByteArray *
tokens_setup1(bool reply, uint32_t status, uint64_t uid, SmbSpan blob)
{
	BuildHeader h = { .command = COM_SESSION_SETUP_ANDX,
			  .reply = reply,
			  .status = status,
			  .pid = 7,
			  .uid = (uint16_t)uid,
			  .mid = (uint16_t)fixture.mid };
	uint16_t request[12] = { 0xFF, 0, 4356, 50, 1, 0, 0, (uint16_t)blob.len, 0, 0, 0, 0x8000 };
	uint16_t response[4] = { 0xFF, 0, 0, (uint16_t)blob.len };
	GByteArray *bytes = g_byte_array_new();
	GByteArray *a;

	if (blob.len)
		g_byte_array_append(bytes, blob.ptr, blob.len);
	build_text(bytes, "Unix");
	build_text(bytes, "Samba");
	a = build_simple(h, reply ? response : request, reply ? 4 : 12, bytes->data,
			 (uint16_t)bytes->len);
	g_byte_array_unref(bytes);
	return a;
}

GByteArray *
tokens_setup(bool reply, uint32_t status, uint64_t uid, SmbSpan blob)
{
	return (fixture.smb2 ? tokens_setup2 : tokens_setup1)(reply, status, uid, blob);
}

void
tokens_ask_as(uint64_t uid, SmbSpan blob)
{
	fixture.mid++;
	tokens_feed_cut(SMB_TO_SERVER, tokens_setup(false, 0, uid, blob), 0);
}

void
tokens_ask(SmbSpan blob)
{
	tokens_ask_as(fixture.mid ? UID : 0, blob);
}

void
tokens_answer(uint32_t status, SmbSpan blob)
{
	tokens_feed_cut(SMB_TO_CLIENT, tokens_setup(true, status, UID, blob), 0);
}

const SmbSpan nothing = { (const uint8_t *)"", 0 };

const Told *
tokens_last_told(void)
{
	ck_assert_uint_gt(fixture.log.n_told, 0);
	return &fixture.log.told[fixture.log.n_told - 1];
}

const Shown *
tokens_shown(uint32_t i)
{
	ck_assert_uint_lt(i, fixture.log.n_shown);
	return &fixture.log.shown[i];
}

SmbSpan
tokens_piece(SmbSpan token, uint32_t from, uint32_t to)
{
	return (SmbSpan){ token.ptr + from, to - from };
}
