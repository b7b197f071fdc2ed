/* SPDX-License-Identifier: BSD-3-Clause */
/* Logons that failed, as outcomes of their connection. */
#include "dissect/conversation/state/outcome.h"

#include <glib.h>

/* What a status says of a logon: [MS-ERREF] 2.3.1; DOS errors: [MS-CIFS] 2.2.2.4. */
static const SmbReason logon_reasons[] = {
	{ false, STATUS_ACCESS_DENIED, SMB_WHY_ACCESS_DENIED },
	{ false, STATUS_WRONG_PASSWORD, SMB_WHY_WRONG_PASSWORD },
	{ false, STATUS_NO_SUCH_USER, SMB_WHY_NO_SUCH_USER },
	{ false, STATUS_ACCOUNT_LOCKED_OUT, SMB_WHY_ACCOUNT_LOCKED },
	{ false, STATUS_ACCOUNT_DISABLED, SMB_WHY_ACCOUNT_DISABLED },
	{ false, STATUS_ACCOUNT_EXPIRED, SMB_WHY_ACCOUNT_DISABLED },
	{ false, STATUS_PASSWORD_EXPIRED, SMB_WHY_PASSWORD_EXPIRED },
	{ false, STATUS_PASSWORD_MUST_CHANGE, SMB_WHY_PASSWORD_EXPIRED },
	{ false, STATUS_ACCOUNT_RESTRICTION, SMB_WHY_LOGON_NOT_ALLOWED },
	{ false, STATUS_INVALID_LOGON_HOURS, SMB_WHY_LOGON_NOT_ALLOWED },
	{ false, STATUS_INVALID_WORKSTATION, SMB_WHY_LOGON_NOT_ALLOWED },
	{ false, STATUS_LOGON_NOT_GRANTED, SMB_WHY_LOGON_NOT_ALLOWED },
	{ false, STATUS_LOGON_TYPE_NOT_GRANTED, SMB_WHY_LOGON_NOT_ALLOWED },
	{ false, STATUS_NTLM_BLOCKED, SMB_WHY_NTLM_BLOCKED },
	{ false, STATUS_TIME_DIFFERENCE_AT_DC, SMB_WHY_CLOCK_SKEW },
	{ false, STATUS_REQUEST_NOT_ACCEPTED, SMB_WHY_SERVER_FULL },
	{ false, STATUS_TOO_MANY_SESSIONS, SMB_WHY_SERVER_FULL },
	{ true, DOS(ERRDOS, ERRDOS_NOACCESS), SMB_WHY_ACCESS_DENIED },
	{ true, DOS(ERRDOS, ERRDOS_REQNOTACCEP), SMB_WHY_SERVER_FULL },
	{ true, DOS(ERRSRV, ERRSRV_ACCESS), SMB_WHY_ACCESS_DENIED },
	{ true, DOS(ERRSRV, ERRSRV_TOOMANYUIDS), SMB_WHY_SERVER_FULL },
	{ true, DOS(ERRSRV, ERRSRV_ACCOUNT_EXPIRED), SMB_WHY_ACCOUNT_DISABLED },
	{ true, DOS(ERRSRV, ERRSRV_BAD_CLIENT), SMB_WHY_LOGON_NOT_ALLOWED },
	{ true, DOS(ERRSRV, ERRSRV_BAD_LOGON_TIME), SMB_WHY_LOGON_NOT_ALLOWED },
	{ true, DOS(ERRSRV, ERRSRV_PASSWORD_EXPIRED), SMB_WHY_PASSWORD_EXPIRED },
};

static bool
is_ntlm(const SmbAuth *auth)
{
	return auth->mech == SMB_MECH_NTLMSSP || auth->mech == SMB_MECH_SPNEGO_NTLMSSP;
}

static SmbWhy
why_refused(const SmbAuth *auth)
{
	SmbWhy why = smb_reason_find(logon_reasons, G_N_ELEMENTS(logon_reasons), auth->status);

	if (auth->krb_error == KRB_AP_ERR_SKEW)
		return SMB_WHY_CLOCK_SKEW;
	/* [MS-NLMP] 3.2.5.1.1: a server that does not take NTLM at all. */
	if (is_ntlm(auth) && !auth->status.dos && auth->status.value == STATUS_NOT_SUPPORTED)
		return SMB_WHY_NTLM_BLOCKED;
	return why ? why : SMB_WHY_LOGON_REFUSED;
}

static bool
is_over(const SmbConnectionInfo *info)
{
	return info->end == SMB_END_FIN || info->end == SMB_END_RESET;
}

/*
 * A ticket that the server turned down (RFC 4178 4.2.2): it goes on with another mechanism, unless
 * somebody leaves. Where the capture ends there is still hope.
 */
static bool
may_go_on(const SmbConnectionInfo *info, const SmbAuth *auth)
{
	return auth->result == SMB_RESULT_REFUSED && auth->has_status &&
	       !smb_status_failed(auth->status) && !is_over(info);
}

bool
smb_logon_failed(const SmbConnectionInfo *info, const SmbAuth *auth)
{
	return auth->mech != SMB_MECH_SHARE && !may_go_on(info, auth) &&
	       (auth->result == SMB_RESULT_REFUSED || auth->result == SMB_RESULT_ABANDONED);
}

/* The last logon that failed, if none was accepted, nor may have been: its answer was not seen. */
static const SmbAuth *
failed_logon(const SmbConnectionInfo *info)
{
	const SmbAuth *last = NULL;

	for (uint32_t i = 0; i < info->n_auths; i++) {
		if (info->auths[i]->result == SMB_RESULT_ACCEPTED)
			return NULL;
		if (smb_logon_failed(info, info->auths[i]))
			last = info->auths[i];
		else if (info->auths[i]->result == SMB_RESULT_UNKNOWN &&
			 (!smb_outcome_is_whole(info) || !is_over(info)))
			last = NULL;
	}
	return last;
}

/* A server that asks for plain text takes it. */
static bool
is_old_secret(const SmbConnectionInfo *info, SmbPasswordType type)
{
	return (type == SMB_PASSWORD_PLAINTEXT && !info->plaintext) || type == SMB_PASSWORD_LM ||
	       type == SMB_PASSWORD_NTLMV1_LM || type == SMB_PASSWORD_NTLM_ONLY ||
	       type == SMB_PASSWORD_NTLMV1_ESS || type == SMB_PASSWORD_LM_OR_LMV2;
}

void
smb_outcome_take_logon(const SmbConnection *c, SmbOutcome *o, const SmbAuth *auth,
		       uint64_t left_frame)
{
	o->stage = SMB_STAGE_LOGON;
	o->account = smb_string_ref(auth->account);
	if (auth->result == SMB_RESULT_ABANDONED) {
		o->why = SMB_WHY_CLIENT_LEFT_AFTER_CHALLENGE;
		o->by = SMB_BY_CLIENT;
		o->frame = left_frame;
		return;
	}
	o->why = why_refused(auth);
	o->nobody = auth->password_type == SMB_PASSWORD_ANONYMOUS;
	o->keyless = o->why == SMB_WHY_ACCESS_DENIED &&
		     (!c->state->can_encrypt || auth->password_type == SMB_PASSWORD_ANONYMOUS);
	if (o->keyless && smb_server_is_known_for_encryption(c, NULL))
		o->why = SMB_WHY_ENCRYPTION_REQUIRED;
	o->without_key = c->state->can_encrypt;
	o->by = SMB_BY_SERVER;
	o->frame = auth->response.frame;
	/* The status of a ticket that was turned down says only that the server goes on. */
	o->has_status = auth->has_status && smb_status_failed(auth->status);
	o->status = auth->status;
	o->kerberos = auth->password_type == SMB_PASSWORD_KERBEROS;
	o->old_secret = is_old_secret(&c->info, auth->password_type);
	o->no_secret = auth->password_type == SMB_PASSWORD_EMPTY;
}

void
smb_outcome_settle_logon(SmbConnection *c, SmbOutcome *o, const SmbOutcomeInput *input)
{
	const SmbAuth *auth = failed_logon(&c->info);

	if (!auth || c->state->progress.tree_connected)
		return;
	if (auth->result == SMB_RESULT_ABANDONED && auth->abandoned_by_server)
		return; /* lost */
	smb_outcome_take_logon(c, o, auth, input->when.frame);
}
