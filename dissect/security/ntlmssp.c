/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * NTLMSSP messages: [MS-NLMP] 2.2.1. The payload can be in any order and padded anywhere, so every
 * field is located by its Len and its offset; MaxLen is ignored. How long the header is depends on
 * how old the sender is: if the payload begins before the header would end, the header is the
 * shorter one of older versions.
 */
#include "dissect/security/mechanism.h"

enum {
	NTLM_NEGOTIATE = 1,
	NTLM_CHALLENGE = 2,
	NTLM_AUTHENTICATE = 3,

	/* [MS-NLMP] 2.2.2.5 */
	NTLMSSP_NEGOTIATE_UNICODE = 0x00000001,
	NTLMSSP_REQUEST_TARGET = 0x00000004,
	NTLMSSP_NEGOTIATE_OEM_DOMAIN_SUPPLIED = 0x00001000,
	NTLMSSP_NEGOTIATE_OEM_WORKSTATION_SUPPLIED = 0x00002000,
	NTLMSSP_NEGOTIATE_TARGET_INFO = 0x00800000,
	NTLMSSP_NEGOTIATE_VERSION = 0x02000000,
	NTLMSSP_NEGOTIATE_KEY_EXCH = 0x40000000,

	/* [MS-NLMP] 2.2.2.1 */
	AV_EOL = 0,
	AV_NB_COMPUTER_NAME = 1,
	AV_NB_DOMAIN_NAME = 2,
	AV_DNS_COMPUTER_NAME = 3,
	AV_DNS_DOMAIN_NAME = 4,
	AV_DNS_TREE_NAME = 5,
	AV_FLAGS = 6,
	AV_TIMESTAMP = 7,
	AV_TARGET_NAME = 9,
	AV_CHANNEL_BINDINGS = 10,
	AV_FLAGS_MIC = 0x2,
	AV_PAIRS_MAX = 64, /* eleven kinds exist; a list longer than this is bogus */

	/*
	 * Ends of the fixed parts: the shortest header of each message, and the offset of VERSION.
	 */
	NEGOTIATE_LEAST = 16,
	NEGOTIATE_VERSION = 32,
	CHALLENGE_LEAST = 32,
	CHALLENGE_VERSION = 48,
	AUTHENTICATE_LEAST = 52,
	AUTHENTICATE_FLAGS_END = 64,
	AUTHENTICATE_VERSION = 64,
	AUTHENTICATE_MIC_END = 80, /* at the earliest: of senders without VERSION */
	VERSION_SIZE = 8,
	FIELD_SIZE = 8,

	NTLMV1_SIZE = 24,
	/* Offsets in an NTLMv2 response: 2.2.2.8, then 2.2.2.7. */
	NTLMV2_TIME = 24,
	NTLMV2_AV_PAIRS = 44,
};

typedef struct {
	uint16_t len;
	uint32_t offset;
} Field;

typedef struct {
	SmbReader whole;  /* at its beginning, for fields */
	SmbReader at;     /* in the header */
	uint32_t least;   /* where the payload can begin at the earliest */
	uint32_t payload; /* where it does begin, by the fields read so far */
	SmbToken *token;
} Message;

/*
 * Len, MaxLen and offset. A field that points into the fixed header is malformed; it is reported
 * but does not count as payload.
 */
static Field
read_field(Message *m)
{
	Field f = { .len = smb_reader_le16(&m->at) };

	smb_reader_skip(&m->at, 2);
	f.offset = smb_reader_le32(&m->at);
	if (f.len == 0)
		return f;
	if (f.offset < m->least)
		m->token->malformed = true;
	else if (f.offset < m->payload)
		m->payload = f.offset;
	return f;
}

/*
 * An empty field is valid wherever its offset points: senders leave 0 or the end of the payload
 * there.
 */
static SmbSpan
field_bytes(Message *m, Field f)
{
	SmbReader r = m->whole;
	SmbSpan bytes;

	if (f.len > 0)
		smb_reader_seek(&r, f.offset);
	bytes = smb_reader_span(&r, f.len);
	if (r.status != SMB_READ_OK)
		m->token->malformed = true;
	return bytes;
}

static SmbText
field_text(Message *m, Field f, const SmbEncoding *encoding)
{
	return (SmbText){ field_bytes(m, f), encoding };
}

/*
 * 2.2.2.10. The flag alone does not mean that it is there: older senders begin their payload in its
 * place.
 */
static void
read_version(Message *m, uint32_t offset)
{
	SmbReader r = m->whole;
	SmbToken *t = m->token;

	if (!(t->flags & NTLMSSP_NEGOTIATE_VERSION) || m->payload < offset + VERSION_SIZE ||
	    m->whole.end < offset + VERSION_SIZE)
		return;
	smb_reader_seek(&r, offset);
	t->version_major = smb_reader_u8(&r);
	t->version_minor = smb_reader_u8(&r);
	t->version_build = smb_reader_le16(&r);
	t->has_version = true;
}

static SmbText *
av_text(SmbToken *t, uint16_t id)
{
	switch (id) {
	case AV_NB_COMPUTER_NAME:
		return &t->nb_computer;
	case AV_NB_DOMAIN_NAME:
		return &t->nb_domain;
	case AV_DNS_COMPUTER_NAME:
		return &t->dns_computer;
	case AV_DNS_DOMAIN_NAME:
		return &t->dns_domain;
	case AV_DNS_TREE_NAME:
		return &t->dns_tree;
	case AV_TARGET_NAME:
		return &t->target_spn;
	default:
		return NULL;
	}
}

/* What the server states about itself, and what the client adds when it repeats that. */
static void
take_pair(SmbToken *t, uint16_t id, SmbSpan value)
{
	SmbReader r = smb_reader_from_span(value);
	SmbText *text = av_text(t, id);

	if (text && !text->bytes.ptr)
		*text = (SmbText){ value, SMB_TEXT_UTF16LE };
	switch (id) {
	case AV_FLAGS:
		t->av_flags |= smb_reader_le32(&r);
		break;
	case AV_TIMESTAMP:
		t->timestamp = smb_reader_le64(&r);
		break;
	case AV_CHANNEL_BINDINGS:
		/* All zeros mean "none". */
		while (smb_reader_left(&r) > 0)
			t->has_channel_bindings |= smb_reader_u8(&r) != 0;
		break;
	}
}

/* 2.2.2.1. A list must end with MsvAvEOL; one that ends without it was cut. */
static void
read_av_pairs(SmbReader r, SmbToken *t)
{
	for (uint32_t n = 0; n < AV_PAIRS_MAX; n++) {
		uint16_t id = smb_reader_le16(&r);
		uint16_t len = smb_reader_le16(&r);
		SmbSpan value = smb_reader_span(&r, len);

		if (r.status != SMB_READ_OK)
			break;
		if (id == AV_EOL)
			return;
		if (t->n_av_ids < SMB_AV_IDS)
			t->av_ids[t->n_av_ids++] = id <= UINT8_MAX ? (uint8_t)id : UINT8_MAX;
		take_pair(t, id, value);
	}
	t->malformed = true;
}

/*
 * A name whose flag is not set. Its field may hold anything or not be there at all, but some
 * senders only forget the flag: a name that is inside the token is reported.
 */
static SmbText
unflagged_name(Message *m)
{
	SmbText none = { { NULL, 0 }, SMB_TEXT_OEM };
	bool malformed = m->token->malformed;
	uint32_t payload = m->payload;
	SmbText name;
	Field f;

	if (smb_reader_left(&m->at) < FIELD_SIZE)
		return none;
	f = read_field(m);
	name = field_text(m, f, m->whole.oem);
	if (f.len > 0 && m->token->malformed == malformed)
		return name;
	m->token->malformed = malformed;
	m->payload = payload;
	return none;
}

/* 2.2.1.1. Names are always OEM here. */
static SmbText
negotiate_name(Message *m, uint32_t flag)
{
	Field f;

	if (!(m->token->flags & flag))
		return unflagged_name(m);
	f = read_field(m);
	return field_text(m, f, m->whole.oem);
}

static void
read_negotiate(Message *m)
{
	SmbToken *t = m->token;

	m->least = NEGOTIATE_LEAST;
	t->flags = smb_reader_le32(&m->at);
	t->has_flags = m->at.status == SMB_READ_OK;
	t->domain = negotiate_name(m, NTLMSSP_NEGOTIATE_OEM_DOMAIN_SUPPLIED);
	t->host = negotiate_name(m, NTLMSSP_NEGOTIATE_OEM_WORKSTATION_SUPPLIED);
	read_version(m, NEGOTIATE_VERSION);
}

/*
 * 2.2.1.2. In its oldest form the message ends with the challenge, so what follows is only read if
 * its flag is set.
 */
static void
read_challenge(Message *m)
{
	SmbToken *t = m->token;
	Field name, info;
	SmbSpan pairs;
	bool unicode;

	m->least = CHALLENGE_LEAST;
	name = read_field(m);
	t->flags = smb_reader_le32(&m->at);
	t->has_flags = m->at.status == SMB_READ_OK;
	t->challenge = smb_reader_span(&m->at, 8);
	unicode = t->flags & NTLMSSP_NEGOTIATE_UNICODE;
	if (t->flags & NTLMSSP_REQUEST_TARGET)
		t->target_name = field_text(m, name, unicode ? SMB_TEXT_UTF16LE : m->whole.oem);
	if (t->flags & NTLMSSP_NEGOTIATE_TARGET_INFO) {
		smb_reader_skip(&m->at, 8);
		info = read_field(m);
		pairs = field_bytes(m, info);
		if (pairs.len > 0)
			read_av_pairs(smb_reader_from_span(pairs), t);
		t->says_mic = t->av_flags & AV_FLAGS_MIC;
	}
	read_version(m, CHALLENGE_VERSION);
}

/*
 * Without flags the encoding of names is unknown. OEM text has no NUL, and in the UTF-16 of western
 * names every second byte is one, so a single NUL decides.
 */
static const SmbEncoding *
guess_encoding(SmbSpan bytes, const SmbEncoding *oem)
{
	SmbReader r = smb_reader_from_span(bytes);

	while (smb_reader_left(&r) > 0)
		if (smb_reader_u8(&r) == 0)
			return SMB_TEXT_UTF16LE;
	return oem;
}

/*
 * The fields after the 52 bytes that every AUTHENTICATE has. Senders as old as Windows 9x have
 * their payload there, later ones the session key and the flags.
 */
static Field
read_authenticate_flags(Message *m)
{
	SmbToken *t = m->token;
	Field key = { 0 };

	if (m->payload < AUTHENTICATE_FLAGS_END || m->whole.end < AUTHENTICATE_FLAGS_END)
		return key;
	key = (Field){ .len = smb_reader_le16(&m->at) };
	smb_reader_skip(&m->at, 2);
	key.offset = smb_reader_le32(&m->at);
	t->session_key_length = key.len;
	t->flags = smb_reader_le32(&m->at);
	t->has_flags = true;
	if (t->flags & NTLMSSP_NEGOTIATE_KEY_EXCH)
		t->session_key = field_bytes(m, key);
	read_version(m, AUTHENTICATE_VERSION);
	return key;
}

static SmbText
authenticate_text(Message *m, Field f)
{
	SmbSpan bytes = field_bytes(m, f);

	if (!m->token->has_flags)
		return (SmbText){ bytes, guess_encoding(bytes, m->whole.oem) };
	return (SmbText){ bytes, m->token->flags & NTLMSSP_NEGOTIATE_UNICODE ? SMB_TEXT_UTF16LE
									     : m->whole.oem };
}

static bool
overlaps(SmbSpan a, SmbSpan b)
{
	return a.len && b.len && a.ptr < b.ptr + b.len && b.ptr < a.ptr + a.len;
}

/* A name has no bytes of a response or a key: whose do would be told with it. */
static SmbText
authenticate_name(Message *m, Field f)
{
	const SmbToken *t = m->token;
	SmbText name = authenticate_text(m, f);

	if (overlaps(name.bytes, t->lm) || overlaps(name.bytes, t->nt) ||
	    overlaps(name.bytes, t->session_key)) {
		m->token->malformed = true;
		name.bytes = (SmbSpan){ NULL, 0 };
	}
	return name;
}

/* The fields that are not empty, by their offsets; equal ones stay in the order of the header. */
static void
note_order(SmbToken *t, const Field *fields, const char *letters)
{
	uint32_t n = 0, offsets[sizeof(t->payload_order)];

	for (uint32_t i = 0, at; letters[i]; i++) {
		if (fields[i].len == 0)
			continue;
		for (at = n; at > 0 && offsets[at - 1] > fields[i].offset; at--) {
			offsets[at] = offsets[at - 1];
			t->payload_order[at] = t->payload_order[at - 1];
		}
		offsets[at] = fields[i].offset;
		t->payload_order[at] = letters[i];
		n++;
	}
}

/*
 * 2.2.1.3. The MIC has no flag of its own in the message; the AV pairs in the NTLMv2 response tell
 * whether it is present.
 */
static void
read_authenticate(Message *m)
{
	enum { LM, NT, DOMAIN, USER, HOST, KEY, N };
	Field f[N] = { { 0 } };
	SmbToken *t = m->token;
	SmbReader r;

	m->least = AUTHENTICATE_LEAST;
	for (int i = LM; i <= HOST; i++)
		f[i] = read_field(m);
	t->lm_length = f[LM].len;
	t->nt_length = f[NT].len;
	if (m->at.status != SMB_READ_OK)
		return;
	f[KEY] = read_authenticate_flags(m);
	note_order(t, f, "lnduwk");
	t->lm = field_bytes(m, f[LM]);
	t->nt = field_bytes(m, f[NT]);
	t->domain = authenticate_name(m, f[DOMAIN]);
	t->account = authenticate_name(m, f[USER]);
	t->host = authenticate_name(m, f[HOST]);
	if (!smb_nt_response_is_v2(t->nt))
		return;
	r = smb_reader_from_span(t->nt);
	smb_reader_skip(&r, NTLMV2_TIME);
	t->client_time = smb_reader_le64(&r);
	smb_reader_skip(&r, NTLMV2_AV_PAIRS - NTLMV2_TIME - 8);
	read_av_pairs(r, t);
	t->has_mic = t->av_flags & AV_FLAGS_MIC;
	/* Who sets the flag sends one (3.1.5.1.2); who is in between can only cut it out. */
	t->mic_gone = t->has_mic && !t->malformed && m->payload < AUTHENTICATE_MIC_END;
}

bool
smb_nt_response_is_v2(SmbSpan nt)
{
	SmbReader r = smb_reader_from_span(nt);

	smb_reader_skip(&r, 16);
	return nt.len > NTLMV1_SIZE && smb_reader_le16(&r) == 0x0101;
}

void
smb_ntlmssp_read(SmbSpan message, SmbToken *ret_token)
{
	Message m = {
		.whole = smb_reader_from_span(message),
		.at = smb_reader_from_span(message),
		.payload = UINT32_MAX,
		.token = ret_token,
	};
	static const struct {
		SmbTokenKind kind;
		void (*read)(Message *m);
	} types[] = {
		[NTLM_NEGOTIATE] = { SMB_TOKEN_NTLM_NEGOTIATE, read_negotiate },
		[NTLM_CHALLENGE] = { SMB_TOKEN_NTLM_CHALLENGE, read_challenge },
		[NTLM_AUTHENTICATE] = { SMB_TOKEN_NTLM_AUTHENTICATE, read_authenticate },
	};
	uint32_t type;

	m.whole.oem = ret_token->oem;
	smb_reader_skip(&m.at, 8);
	type = smb_reader_le32(&m.at);
	if (type >= sizeof(types) / sizeof(types[0]) || !types[type].read) {
		ret_token->malformed = true;
		return;
	}
	ret_token->kind = types[type].kind;
	ret_token->mechanism = SMB_OFFER_NTLMSSP;
	types[type].read(&m);
	if (m.at.status != SMB_READ_OK)
		ret_token->malformed = true;
}
