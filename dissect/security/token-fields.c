/* SPDX-License-Identifier: BSD-3-Clause */
/* The layouts of tokens, and the words that their numbers are translated to. */
#include "dissect/security/token-fields.h"

#include <string.h>

#include "dissect/security/mechanism.h"
#include "dissect/wire/names.h"
#include "dissect/wire/text.h"

#define ROW(KIND, member, name, ...) SMB_FIELD(SmbTokenView, KIND, member, name, __VA_ARGS__)
#define COUNT(fields) (sizeof(fields) / sizeof((fields)[0]))

/* ---- Mechanisms by name ---- */

static const SmbField mech_name_fields[] = {
	SMB_FIELD(SmbMechName, TEXT, name, NULL),
};
static SMB_LAYOUT(mech_name, SmbMechName, "mechanism");

static void
put_number(SmbMechName *mech, uint32_t *used, uint64_t number)
{
	char room[21];
	const char *digits = smb_decimal(room + sizeof(room), number);
	size_t n = strlen(digits);

	if (*used + n + 1 > sizeof(mech->dotted))
		return;
	if (*used)
		mech->dotted[(*used)++] = '.';
	memcpy(mech->dotted + *used, digits, n);
	*used += (uint32_t)n;
}

/*
 * X.690 8.19: seven bits per byte, the first two numbers combined into one. What does not fit is
 * left out.
 */
static void
put_dotted(SmbMechName *mech, SmbSpan oid)
{
	SmbReader r = smb_reader_from_span(oid);
	uint64_t number = 0;
	uint32_t used = 0;
	bool first = true;

	while (smb_reader_left(&r) > 0) {
		uint8_t byte = smb_reader_u8(&r);

		number = (number & UINT64_MAX >> 7) << 7 | (byte & 0x7F);
		if (byte & 0x80)
			continue;
		if (first) {
			uint64_t root = number < 80 ? number / 40 : 2;

			put_number(mech, &used, root);
			number -= 40 * root;
			first = false;
		}
		put_number(mech, &used, number);
		number = 0;
	}
	mech->name = (SmbText){ { (const uint8_t *)mech->dotted, used }, SMB_TEXT_UTF8 };
}

static void
name_mech(SmbMechName *mech, SmbSpan oid)
{
	const char *name = smb_oid_name(oid);

	if (name)
		mech->name = smb_text_from_utf8(name);
	else
		put_dotted(mech, oid);
}

static bool
next_mech(SmbList *list, void *item)
{
	bool lies = false;
	SmbDer at = { .at = list->at, .malformed = &lies };
	SmbDer oid;

	if (!smb_der_expect(&at, SMB_DER_OID, &oid))
		return false;
	list->at = at.at;
	name_mech(item, smb_der_rest(&oid));
	return true;
}

/* ---- NEGOEX by name ---- */

typedef struct {
	SmbText name;
} NegoexMessage;

static const SmbField negoex_message_fields[] = {
	SMB_FIELD(NegoexMessage, TEXT, name, NULL),
};
static SMB_LAYOUT(negoex_message, NegoexMessage, "NEGOEX message");

static bool
next_negoex(SmbList *list, void *item)
{
	/* [MS-NEGOEX] 2.2.6, MESSAGE_TYPE. */
	static const char *const names[] = {
		"INITIATOR_NEGO",
		"ACCEPTOR_NEGO",
		"INITIATOR_META_DATA",
		"ACCEPTOR_META_DATA",
		"CHALLENGE",
		"AP_REQUEST",
		"VERIFY",
		"ALERT",
	};
	NegoexMessage *message = item;
	int32_t type = smb_negoex_next(&list->at);

	if (type < 0)
		return false;
	message->name = smb_text_from_utf8(type < (int32_t)COUNT(names) ? names[type] : "unknown");
	return true;
}

/* ---- Layouts ---- */

static const char *
etype_name(uint32_t value)
{
	return smb_kerberos_etype_name((int32_t)value);
}

/* RFC 4120 5.5.1. */
static const char *
ap_option_name(uint32_t bit)
{
	return bit == 0x40000000 ? "use-session-key" : bit == 0x20000000 ? "mutual-required" : NULL;
}

/* clang-format off */
#define BEGIN_ROWS \
	ROW(TEXT, kind, "kind"), \
	ROW(U64, length, "length"), \
	ROW(U32, pieces, "pieces", .flags = SMB_FIELD_NONZERO), \
	ROW(BOOL, token.malformed, "malformed", .flags = SMB_FIELD_NONZERO), \
	ROW(TEXT, wrap, "spnego"), \
	ROW(LIST, mech_types, "mech_types", .items = &mech_name), \
	ROW(BOOL, token.not_first, "not_first_mechanism", .flags = SMB_FIELD_NONZERO), \
	ROW(TEXT, neg_state, "neg_state"), \
	ROW(TEXT, supported.name, "supported_mech"), \
	ROW(TEXT, token.hint_name, "hint_name"), \
	ROW(LENGTH, token.hint_address, "hint_address_length"), \
	ROW(BOOL, token.has_mech_list_mic, "mech_list_mic", .flags = SMB_FIELD_NONZERO)
#define FLAGS_ROW \
	ROW(U32, token.flags, "negotiate_flags", .flags = SMB_FIELD_SHOW_HEX | SMB_FIELD_NONZERO, .name_of = smb_ntlmssp_flag_name)
#define VERSION_ROWS \
	ROW(U8, token.version_major, "version_major", .flags = SMB_FIELD_NONZERO), \
	ROW(U8, token.version_minor, "version_minor", .flags = SMB_FIELD_NONZERO), \
	ROW(U16, token.version_build, "version_build", .flags = SMB_FIELD_NONZERO)
#define TARGET_ROWS \
	ROW(TEXT, token.nb_computer, "netbios_computer"), \
	ROW(TEXT, token.nb_domain, "netbios_domain"), \
	ROW(TEXT, token.dns_computer, "dns_computer"), \
	ROW(TEXT, token.dns_domain, "dns_domain"), \
	ROW(TEXT, token.dns_tree, "dns_tree"), \
	ROW(FILETIME, token.timestamp, "timestamp", .flags = SMB_FIELD_NONZERO), \
	ROW(U32, token.av_flags, "av_flags", .flags = SMB_FIELD_SHOW_HEX | SMB_FIELD_NONZERO, .name_of = smb_av_flag_name)
#define KERBEROS_ROWS \
	ROW(TEXT, token.target_realm, "target_realm"), \
	ROW(TEXT, token.realm, "realm"), \
	ROW(TEXT, service, "service")
#define ETYPE_ROW(member, name) ROW(I32, member, name, .flags = SMB_FIELD_NONZERO, .name_of = etype_name)

static const SmbField plain_fields[] = { BEGIN_ROWS };
static const SmbField part_fields[] = {
	BEGIN_ROWS,
	ROW(U64, declared_length, "declared_length"),
};
static const SmbField negotiate_fields[] = {
	BEGIN_ROWS,
	FLAGS_ROW,
	ROW(TEXT, token.domain, "domain"),
	ROW(TEXT, token.host, "host"),
	VERSION_ROWS,
};
static const SmbField challenge_fields[] = {
	BEGIN_ROWS,
	FLAGS_ROW,
	ROW(TEXT, token.target_name, "target_name"),
	ROW(HEX, token.challenge, "server_challenge"),
	TARGET_ROWS,
	VERSION_ROWS,
};
static const SmbField authenticate_fields[] = {
	BEGIN_ROWS,
	FLAGS_ROW,
	ROW(TEXT, token.account, "account", .role = SMB_ROLE_ACCOUNT),
	ROW(TEXT, token.domain, "domain"),
	ROW(TEXT, token.host, "host"),
	ROW(U16, token.lm_length, "lm_length"),
	ROW(U16, token.nt_length, "nt_length"),
	ROW(U16, token.session_key_length, "session_key_length"),
	ROW(BOOL, token.has_mic, "mic", .flags = SMB_FIELD_NONZERO),
	ROW(BOOL, token.has_channel_bindings, "channel_bindings", .flags = SMB_FIELD_NONZERO),
	ROW(TEXT, token.target_spn, "target_spn"),
	TARGET_ROWS,
	ROW(FILETIME, token.client_time, "client_time", .flags = SMB_FIELD_NONZERO),
	VERSION_ROWS,
};
static const SmbField ap_req_fields[] = {
	BEGIN_ROWS,
	KERBEROS_ROWS,
	ETYPE_ROW(ticket_type, "ticket_encryption_type"),
	ROW(U32, token.ticket_kvno, "ticket_kvno", .flags = SMB_FIELD_NONZERO),
	ETYPE_ROW(part_type, "authenticator_encryption_type"),
	ROW(U32, token.ap_options, "ap_options", .flags = SMB_FIELD_SHOW_HEX, .name_of = ap_option_name),
};
static const SmbField ap_rep_fields[] = {
	BEGIN_ROWS,
	KERBEROS_ROWS,
	ETYPE_ROW(part_type, "encryption_type"),
};
static const SmbField error_fields[] = {
	BEGIN_ROWS,
	KERBEROS_ROWS,
	ROW(TEXT, token.client_realm, "client_realm"),
	ROW(I32, error_code, "error_code", .flags = SMB_FIELD_NONZERO),
	ROW(TEXT, error_name, "error_name"),
	ROW(TEXT, token.error_text, "error_text"),
};
static const SmbField kerberos_fields[] = {
	BEGIN_ROWS,
	KERBEROS_ROWS,
	ROW(TEXT, message, "kerberos_message"),
};
static const SmbField negoex_fields[] = {
	BEGIN_ROWS,
	ROW(LIST, negoex, "negoex_messages", .items = &negoex_message),
};

/* Two layouts for each: the fields, and the single field `token` that holds them. */
#define LAYOUT(ident) \
	static const SmbLayout ident##_inside = { .size = sizeof(SmbTokenView), .count = COUNT(ident##_fields), .fields = ident##_fields }; \
	static const SmbField ident##_field[] = { { .key = "token", .kind = SMB_FIELD_OBJECT, .items = &ident##_inside } }; \
	static const SmbLayout ident##_layout = { .name = "security token", .size = sizeof(SmbTokenView), .count = 1, .fields = ident##_field }

LAYOUT(plain);
LAYOUT(part);
LAYOUT(negotiate);
LAYOUT(challenge);
LAYOUT(authenticate);
LAYOUT(ap_req);
LAYOUT(ap_rep);
LAYOUT(error);
LAYOUT(kerberos);
LAYOUT(negoex);
/* clang-format on */

static const SmbLayout *const layouts[] = {
	[SMB_TOKEN_PART] = &part_layout,
	[SMB_TOKEN_UNKNOWN] = &plain_layout,
	[SMB_TOKEN_SPNEGO_ONLY] = &plain_layout,
	[SMB_TOKEN_NTLM_NEGOTIATE] = &negotiate_layout,
	[SMB_TOKEN_NTLM_CHALLENGE] = &challenge_layout,
	[SMB_TOKEN_NTLM_AUTHENTICATE] = &authenticate_layout,
	[SMB_TOKEN_KERBEROS_AP_REQ] = &ap_req_layout,
	[SMB_TOKEN_KERBEROS_AP_REP] = &ap_rep_layout,
	[SMB_TOKEN_KERBEROS_ERROR] = &error_layout,
	[SMB_TOKEN_KERBEROS_OTHER] = &kerberos_layout,
	[SMB_TOKEN_NEGOEX] = &negoex_layout,
};

/* ---- Words ---- */

/* RFC 4178 4.2.2. */
static const char *
neg_state_name(int state)
{
	static const char *const names[] = { "accept-completed", "accept-incomplete", "reject",
					     "request-mic" };

	if (state < 0)
		return NULL;
	return state < (int)COUNT(names) ? names[state] : "unknown";
}

static const char *
wrap_name(const SmbToken *t)
{
	if (t->kind == SMB_TOKEN_PART || t->wrap == SMB_TOKEN_RAW)
		return NULL;
	return t->wrap == SMB_TOKEN_NEG_INIT ? "NegTokenInit" : "NegTokenResp";
}

static void
describe_kerberos(SmbTokenView *view)
{
	const SmbToken *t = &view->token;

	view->service = smb_text_from_utf8(t->service[0] ? t->service : NULL);
	view->message = smb_text_from_utf8(t->message);
	view->ticket_type = t->encryption_type == -1 ? 0 : t->encryption_type;
	view->part_type = t->part_type == -1 ? 0 : t->part_type;
	view->error_code = t->error_code == -1 ? 0 : t->error_code;
	view->error_name = smb_text_from_utf8(smb_kerberos_error_name((uint32_t)t->error_code));
}

static SmbList
list_of(SmbSpan bytes, SmbListNext next)
{
	return (SmbList){ .at = smb_reader_from_span(bytes), .next = bytes.ptr ? next : NULL };
}

const SmbLayout *
smb_token_describe(SmbTokenView *view)
{
	const SmbToken *t = &view->token;

	view->kind = smb_text_from_utf8(smb_token_kind_name(t->kind));
	view->wrap = smb_text_from_utf8(wrap_name(t));
	view->neg_state = smb_text_from_utf8(neg_state_name(t->neg_state));
	view->supported.name = (SmbText){ { NULL, 0 }, SMB_TEXT_UTF8 };
	if (t->supported_mech.ptr)
		name_mech(&view->supported, t->supported_mech);
	view->mech_types = list_of(t->mech_types, next_mech);
	view->negoex = list_of(t->negoex, next_negoex);
	describe_kerberos(view);
	return layouts[t->kind];
}
