/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The words that sinks print for what events say: part of the records, so they never change. And
 * what a deletion's flags mean, which both versions share.
 */
#include "dissect/event.h"

#include <string.h>

/* Enumerations: the value is the index. */
#define NAME(table, value) \
	((size_t)(value) < sizeof(table) / sizeof((table)[0]) ? (table)[(size_t)(value)] : NULL)

/* Bits: the number of the one bit is the index; several bits or none have no name. */
static const char *
bit_name(const char *const *table, size_t count, uint32_t bit)
{
	size_t index;

	if (bit == 0 || (bit & (bit - 1)))
		return NULL;
	index = (size_t)__builtin_ctz(bit);
	return index < count ? table[index] : NULL;
}

/* In the order of the bits of SmbAnomaly. */
static const char *const anomalies[] = {
	"short_header",    "word_count",  "byte_count",        "andx_offset",
	"andx_chain",      "fields",      "dialect_index",     "second_negotiate",
	"reply_bit",       "no_request",  "plaintext_unasked", "empty_blob",
	"token",           "not_smb",     "credits",           "mid_changed",
	"other_secondary", "not_offered",
};

const char *
smb_anomaly_name(SmbAnomaly one)
{
	return bit_name(anomalies, sizeof(anomalies) / sizeof(anomalies[0]), (uint32_t)one);
}

/* In the order of the bits of SmbIncomplete. */
static const char *const incompletes[] = {
	"gap",   "truncated",   "midstream", "no_response", "no_request",
	"limit", "interrupted", "unread",    "output",
};

const char *
smb_incomplete_name(SmbIncomplete one)
{
	return bit_name(incompletes, sizeof(incompletes) / sizeof(incompletes[0]), (uint32_t)one);
}

const char *
smb_print_part_name(SmbPrintPart part)
{
	static const char *const names[] = {
		[SMB_PRINT_SMB1_NEGOTIATE] = "smb1_negotiate",
		[SMB_PRINT_SMB1_SETUP] = "smb1_setup",
		[SMB_PRINT_SMB2_NEGOTIATE] = "smb2_negotiate",
		[SMB_PRINT_SMB2_SETUP] = "smb2_setup",
		[SMB_PRINT_NTLM_NEGOTIATE] = "ntlm_negotiate",
		[SMB_PRINT_NTLM_AUTHENTICATE] = "ntlm_authenticate",
		[SMB_PRINT_SMB1_NEGOTIATE_BACK] = "smb1_negotiate",
		[SMB_PRINT_SMB1_SETUP_BACK] = "smb1_setup",
		[SMB_PRINT_SMB2_NEGOTIATE_BACK] = "smb2_negotiate",
		[SMB_PRINT_NTLM_CHALLENGE] = "ntlm_challenge",
	};

	return NAME(names, part);
}

const char *
smb_signature_name(SmbSignature signature)
{
	static const char *const names[] = {
		[SMB_SIGNATURE_RIGHT] = "right",
		[SMB_SIGNATURE_UNKNOWN] = "unknown",
		[SMB_SIGNATURE_WRONG] = "wrong",
	};

	return NAME(names, signature);
}

const char *
smb_key_trouble_name(SmbKeyTrouble trouble)
{
	static const char *const names[] = {
		[SMB_KEY_MISSING] = "missing", [SMB_KEY_PASSWORD] = "password",
		[SMB_KEY_TICKET] = "ticket",   [SMB_KEY_SESSION] = "session",
		[SMB_KEY_UNSEEN] = "unseen",   [SMB_KEY_NO_ROOM] = "no_room",
	};

	return NAME(names, trouble);
}

const char *
smb_verdict_name(SmbVerdict verdict)
{
	static const char *const names[] = {
		[SMB_VERDICT_SMB2_DIRECT] = "smb2_direct",
		[SMB_VERDICT_SMB1_OFFERED_SMB2_CHOSEN] = "smb1_offered_smb2_chosen",
		[SMB_VERDICT_SMB1_CLIENT_LIMITED] = "smb1_client_limited",
		[SMB_VERDICT_SMB1_SERVER_LIMITED] = "smb1_server_limited",
		[SMB_VERDICT_PRE_NT] = "pre_nt",
		[SMB_VERDICT_REFUSED] = "refused",
	};

	return NAME(names, verdict);
}

const char *
smb_password_type_name(SmbPasswordType type)
{
	static const char *const names[] = {
		[SMB_PASSWORD_ANONYMOUS] = "Anonymous",   [SMB_PASSWORD_EMPTY] = "Empty",
		[SMB_PASSWORD_PLAINTEXT] = "Plaintext",   [SMB_PASSWORD_LM] = "LM",
		[SMB_PASSWORD_LM_OR_LMV2] = "LM-or-LMv2", [SMB_PASSWORD_LM_OR_NTLM] = "LM-or-NTLM",
		[SMB_PASSWORD_NTLMV1_LM] = "NTLMv1+LM",   [SMB_PASSWORD_NTLM_ONLY] = "NTLM-only",
		[SMB_PASSWORD_NTLMV1_ESS] = "NTLMv1-ESS", [SMB_PASSWORD_NTLMV2] = "NTLMv2",
		[SMB_PASSWORD_KERBEROS] = "Kerberos",     [SMB_PASSWORD_MALFORMED] = "Malformed",
	};

	return NAME(names, type);
}

const char *
smb_mech_name(SmbMech mech)
{
	static const char *const names[] = {
		[SMB_MECH_NONE] = "none",
		[SMB_MECH_LANMAN] = "lanman",
		[SMB_MECH_NT] = "nt",
		[SMB_MECH_NTLMSSP] = "ntlmssp",
		[SMB_MECH_SPNEGO_NTLMSSP] = "spnego-ntlmssp",
		[SMB_MECH_SPNEGO_KERBEROS] = "spnego-kerberos",
		[SMB_MECH_SHARE] = "share",
	};

	return NAME(names, mech);
}

bool
smb_auth_is_nobody(const SmbAuth *auth)
{
	return auth->guest || auth->null_session || auth->password_type == SMB_PASSWORD_ANONYMOUS;
}

const char *
smb_result_name(SmbResult result)
{
	static const char *const names[] = {
		[SMB_RESULT_UNKNOWN] = "unknown",
		[SMB_RESULT_ACCEPTED] = "accepted",
		[SMB_RESULT_REFUSED] = "refused",
		[SMB_RESULT_ABANDONED] = "abandoned",
	};

	return NAME(names, result);
}

const char *
smb_share_type_name(SmbShareType type)
{
	static const char *const names[] = {
		[SMB_SHARE_DISK] = "disk",
		[SMB_SHARE_PRINTER] = "printer",
		[SMB_SHARE_PIPE] = "pipe",
		[SMB_SHARE_COMM] = "comm",
	};

	return NAME(names, type);
}

const char *
smb_end_name(SmbEnd end)
{
	static const char *const names[] = {
		[SMB_END_FIN] = "fin",
		[SMB_END_RESET] = "reset",
		[SMB_END_TIMEOUT] = "timeout",
		[SMB_END_CAPTURE_END] = "capture_end",
		[SMB_END_EVICTED] = "evicted",
		[SMB_END_REUSED] = "reused",
		[SMB_END_NO_ANSWER] = "no_answer",
		[SMB_END_PORT_CLOSED] = "port_closed",
	};

	return NAME(names, end);
}

const char *
smb_silent_name(SmbSilent silent)
{
	static const char *const names[] = {
		[SMB_SILENT_CLIENT] = "client", [SMB_SILENT_SERVER] = "server"
	};

	return NAME(names, silent);
}

const char *
smb_step_name(SmbStep step)
{
	static const char *const names[] = {
		[SMB_STEP_NEGOTIATE] = "negotiate",
		[SMB_STEP_SESSION_SETUP] = "session_setup",
		[SMB_STEP_TREE_CONNECT] = "tree_connect",
		[SMB_STEP_OPEN] = "open",
		[SMB_STEP_READ] = "read",
		[SMB_STEP_WRITE] = "write",
		[SMB_STEP_CLOSE] = "close",
		[SMB_STEP_TREE_DISCONNECT] = "tree_disconnect",
		[SMB_STEP_LOGOFF] = "logoff",
		[SMB_STEP_TRANSACTION] = "transaction",
		[SMB_STEP_NOTIFY] = "notify",
		[SMB_STEP_LOCK] = "lock",
		[SMB_STEP_PATH] = "path",
		[SMB_STEP_SEARCH] = "search",
		[SMB_STEP_ECHO] = "echo",
		[SMB_STEP_CANCEL] = "cancel",
		[SMB_STEP_UNLOCK] = "unlock",
		[SMB_STEP_OPLOCK_BREAK] = "oplock_break",
		[SMB_STEP_OTHER] = "other",
	};

	return NAME(names, step);
}

SmbString *
smb_file_name(const SmbFile *file)
{
	const SmbFileStory *s = file->story;

	return s && s->n_renamed ? s->renamed[s->n_renamed - 1] : file->name;
}

SmbText
smb_exchange_file_name(const SmbExchange *x)
{
	return x->file ? smb_string_text(smb_file_name(x->file)) : x->compound_file;
}

SmbRpcBound
smb_rpc_bound(const SmbRpcFacts *rpc, uint32_t which)
{
	/* Not about the interface, but about features of the association: [MS-RPCE] 2.2.2.4. */
	enum { NEGOTIATE_ACK = 3 };
	const uint8_t *uuid = rpc->interfaces[which].uuid;
	SmbRpcBound best = SMB_RPC_NOT_ANSWERED;

	/* It may have been asked for in several transfer syntaxes. */
	for (uint32_t i = 0; i < rpc->n_interfaces; i++) {
		const SmbRpcInterface *one = &rpc->interfaces[i];
		SmbRpcBound is = one->result == 0 ? SMB_RPC_ACCEPTED : SMB_RPC_REJECTED;

		if (one->answered && one->result != NEGOTIATE_ACK && is > best &&
		    memcmp(one->uuid, uuid, sizeof(one->uuid)) == 0)
			best = is;
	}
	return best;
}

bool
smb_rpc_is_bind(const SmbRpcFacts *rpc)
{
	return rpc && !rpc->called && rpc->n_interfaces;
}

bool
smb_rpc_is_refused_bind(const SmbRpcFacts *rpc)
{
	return rpc && rpc->response && strcmp(rpc->response, "BINDNAK") == 0;
}

bool
smb_rpc_failed(const SmbRpcFacts *rpc)
{
	bool answered = false;

	if (!rpc || rpc->fault)
		return rpc != NULL;
	if (smb_rpc_is_refused_bind(rpc))
		return true;
	for (uint32_t i = 0; smb_rpc_is_bind(rpc) && i < rpc->n_interfaces; i++) {
		if (smb_rpc_bound(rpc, i) == SMB_RPC_ACCEPTED)
			return false;
		answered |= smb_rpc_bound(rpc, i) == SMB_RPC_REJECTED;
	}
	return answered;
}

const char *
smb_answer_name(SmbAnswer answer)
{
	static const char *const names[] = {
		[SMB_ANSWER_NONE] = "none",
		[SMB_ANSWER_WAITING] = "waiting",
		[SMB_ANSWER_NOT_SEEN] = "not_seen",
	};

	return NAME(names, answer);
}

const char *
smb_broken_name(SmbBroken broken)
{
	static const char *const names[] = {
		[SMB_BROKEN_ACKNOWLEDGED] = "acknowledged",
		[SMB_BROKEN_CLOSED] = "closed",
	};

	return NAME(names, broken);
}

const char *
smb_netbios_result_name(SmbNetbiosResult result)
{
	static const char *const names[] = {
		[SMB_NETBIOS_ACCEPTED] = "accepted",
		[SMB_NETBIOS_REFUSED] = "refused",
		[SMB_NETBIOS_RETARGETED] = "retargeted",
	};

	return NAME(names, result);
}

const char *
smb_gap_cause_name(SmbGapCause cause)
{
	static const char *const names[] = {
		[SMB_GAP_MISSING] = "missing",
		[SMB_GAP_SNAPLEN] = "snaplen",
		[SMB_GAP_KERNEL_DROP] = "kernel_drop",
		[SMB_GAP_EVICTED] = "evicted",
		[SMB_GAP_LIMIT] = "limit",
	};

	return NAME(names, cause);
}

uint8_t
smb_disposition(uint32_t flags)
{
	enum { DELETE = 1, POSIX_SEMANTICS = 2, ON_CLOSE = 8 };

	if (flags & DELETE)
		return SMB_DISPOSITION_SET | SMB_DISPOSITION_DELETE |
		       (flags & POSIX_SEMANTICS ? SMB_DISPOSITION_POSIX : 0);
	/* It says how a deletion goes that the open asked for, not whether. */
	return flags & ON_CLOSE ? 0 : SMB_DISPOSITION_SET;
}
