/* SPDX-License-Identifier: BSD-3-Clause */
/* The table of rules, and the names of severities and scopes. */
#include "audit/rules.h"

#include <stddef.h>
#include <string.h>

static const AuditRule rules[AUDIT_RULES] = {
	[AUDIT_PLAINTEXT_PASSWORD] = { "plaintext-password", AUDIT_CRITICAL, AUDIT_OF_PAIR,
				       "A password crossed the network in plain text.",
				       "Forbid plain-text passwords on the client (EnablePlainTextPassword 0); where the server asks for them, let it ask for "
				       "challenge/response (Samba: encrypt passwords = yes); change the password.",
				       "[MS-CIFS] 2.2.4.53.1, 3.2.4.2.4",
				       "Forbid plain-text passwords on the client (EnablePlainTextPassword 0), or replace its software; change the password." },
	[AUDIT_PLAINTEXT_UNASKED] = { "plaintext-unasked", AUDIT_CRITICAL, AUDIT_OF_CLIENT,
				      "The client sent a password in plain text though the server had asked for challenge/response.",
				      "Replace the client's software, or forbid it to send plain-text passwords; change the password.",
				      "[MS-CIFS] 2.2.4.52.2, 3.2.4.2.4" },
	[AUDIT_LM_RESPONSE] = { "lm-response", AUDIT_CRITICAL, AUDIT_OF_PAIR,
				"The client sent an LM response, or one that cannot be told from it (LM-or-LMv2, LM-or-NTLM): an LM hash can be cracked within hours.",
				"Set LmCompatibilityLevel 3 or more on the client (Samba: client lanman auth = no) and 5 on the server, or on the domain controllers for accounts of a domain (Samba: lanman auth = no).",
				"[MS-NLMP] 3.3.1",
				"Set LmCompatibilityLevel 3 or more on the client (Samba: client lanman auth = no)." },
	[AUDIT_STATIC_CHALLENGE] = { "static-challenge", AUDIT_CRITICAL, AUDIT_OF_SERVER,
				     "The server gave the same challenge more than once, or one that attack tools give: responses can be looked up in tables.",
				     "Find out whether this server is a rogue one (Responder, Metasploit); if it is yours, replace its software.",
				     "[MS-NLMP] 3.2.5.1.1, [MS-CIFS] 3.3.5.42" },
	[AUDIT_GUESS_SUCCEEDED] = { "guess-succeeded", AUDIT_CRITICAL, AUDIT_OF_PAIR,
				    "Passwords were tried at a program's pace, and one was accepted: its account is known to whoever tried.",
				    "Lock the account and change its password, look at what it did since, and find out who runs the program on the client.",
				    "[MS-CIFS] 2.2.4.53.2, [MS-ERREF] 2.3.1" },
	[AUDIT_ATTACK_ETERNALBLUE] = { "attack-eternalblue", AUDIT_CRITICAL, AUDIT_OF_PAIR,
				       "EternalBlue (MS17-010, as in WannaCry) was used against the server: messages that nothing else sends.",
				       "Take client and server off the network and examine both; then install MS17-010 and turn SMB1 off on the server.",
				       "[MS-CIFS] 2.2.4.47, 2.2.4.62, [MS-SMB] 2.2.4.6.1, [MS-SMB2] 2.2.1" },
	[AUDIT_ATTACK_ETERNALROMANCE] = { "attack-eternalromance", AUDIT_CRITICAL, AUDIT_OF_PAIR,
					  "EternalRomance or a relative of it (MS17-010) was used against the server: it renames a pipe by a reserved function.",
					  "Take client and server off the network and examine both; then install MS17-010 and turn SMB1 off on the server.",
					  "[MS-CIFS] 2.2.7.5" },
	[AUDIT_ATTACK_DOUBLEPULSAR] = { "attack-doublepulsar", AUDIT_CRITICAL, AUDIT_OF_PAIR,
					"The server answers as the implant DoublePulsar does: it has been taken over, unless it is a honeypot.",
					"Take the server off the network and install it anew; find out who asks it, and how they know.",
					"[MS-CIFS] 2.2.6.15, 3.3.4.1" },
	[AUDIT_MS17_010] = { "ms17-010-missing", AUDIT_CRITICAL, AUDIT_OF_SERVER,
			     "The server answers a probe for MS17-010 as one does that lacks it: whoever reaches it can take it over (EternalBlue).",
			     "Install MS17-010, or turn SMB1 off on the server, and find out who sent the probe.",
			     "[MS-CIFS] 2.2.5.5, 3.3.5.57.6" },
	[AUDIT_RELAY] = { "relay", AUDIT_CRITICAL, AUDIT_OF_PAIR,
			  "One challenge or response was given on two connections of different ends, or a response was made for another server or changed on "
			  "its way: the client passed it on to log on here as somebody else.",
			  "Find out who the client is, and require signing on the server (RequireSecuritySignature, Samba: server signing = mandatory).",
			  "[MS-NLMP] 3.1.5.1.2, 3.2.5.1.1, 3.3.2" },
	[AUDIT_FORGED] = { "forged", AUDIT_CRITICAL, AUDIT_OF_PAIR,
			   "A message is not what its sender signed or encrypted (--keys): it was changed on the way, or made by somebody without the key.",
			   "Look at the first such frame and find out who can change what client and server send each other; require encryption.",
			   "[MS-SMB2] 3.1.5.1, 3.2.5.1.3, [MS-CIFS] 3.1.5.1" },
	[AUDIT_SMB1_IN_USE] = { "smb1-in-use", AUDIT_HIGH, AUDIT_OF_PAIR,
				"Client and server agreed on SMB1.",
				"Move the side that has to change to SMB2 or later, then turn SMB1 off on the server.",
				"[MS-CIFS] 2.2.4.52, [MS-SMB2] 3.3.5.3" },
	[AUDIT_SMB1_LOCKED_OUT] = { "smb1-only-locked-out", AUDIT_HIGH, AUDIT_OF_CLIENT,
				    "The client, or a program on it, speaks only SMB1, and every server that it asked refused: it cannot open a share.",
				    "Update the program, or replace the client: no server here takes what it speaks.",
				    "[MS-CIFS] 2.2.4.52, [MS-SMB2] 3.3.5.3" },
	[AUDIT_PRE_NT_DIALECT] = { "pre-nt-dialect", AUDIT_HIGH, AUDIT_OF_PAIR,
				   "A dialect older than NT LM 0.12 was chosen, which has no signing and no Unicode.",
				   "Update the side that has to change, or replace it; then forbid dialects below NT1 on the other.",
				   "[MS-CIFS] 2.2.4.52, 1.7" },
	[AUDIT_SHARE_LEVEL_SECURITY] = { "share-level-security", AUDIT_HIGH, AUDIT_OF_SERVER,
					 "The server works with share-level security: whoever knows a share's password is let in, and nobody knows who it was.",
					 "Switch the server to user-level security.",
					 "[MS-CIFS] 2.2.4.52.2, 2.2.4.55.1" },
	[AUDIT_NTLMV1] = { "ntlmv1", AUDIT_HIGH, AUDIT_OF_PAIR,
			   "The client sent an NTLMv1 response, which can be reversed to the hash of the password.",
			   "Set LmCompatibilityLevel 3 or more on the client (Samba: client NTLMv2 auth = yes) and 5 on the server, or on the domain controllers for accounts of a domain (Samba: ntlm auth = ntlmv2-only).",
			   "[MS-NLMP] 3.3.1",
			   "Set LmCompatibilityLevel 3 or more on the client (Samba: client NTLMv2 auth = yes)." },
	[AUDIT_NTLMV1_ESS] = { "ntlmv1-ess", AUDIT_HIGH, AUDIT_OF_PAIR,
			       "The client sent an NTLMv1 response with extended session security, which can be reversed to the hash of the password.",
			       "Set LmCompatibilityLevel 3 or more on the client (Samba: client NTLMv2 auth = yes) and 5 on the server, or on the domain controllers for accounts of a domain (Samba: ntlm auth = ntlmv2-only).",
			       "[MS-NLMP] 3.3.1",
			       "Set LmCompatibilityLevel 3 or more on the client (Samba: client NTLMv2 auth = yes)." },
	[AUDIT_NTLM_RELAYABLE] = { "ntlm-relayable", AUDIT_HIGH, AUDIT_OF_SERVER,
				   "The server takes or offers NTLM, and requires neither signing nor encryption: an attacker in between can relay a logon to it.",
				   "Require signing on the server (RequireSecuritySignature, Samba: server signing = mandatory).",
				   "[MS-SMB2] 3.3.5.5.3, [MS-SMB] 3.3.5.3" },
	[AUDIT_DOWNGRADE] = { "downgrade", AUDIT_HIGH, AUDIT_OF_PAIR,
			      "Client and server agreed on SMB2 or later on other connections, but on SMB1 on these.",
			      "Find the program on the client that still speaks SMB1, or the middlebox that strips SMB2 from the client's offer.",
			      "[MS-SMB2] 3.3.5.3, 3.3.5.15.12" },
	[AUDIT_PASSWORD_GUESSING] = { "password-guessing", AUDIT_HIGH, AUDIT_OF_CLIENT,
				      "Many passwords or many accounts were tried in a short time, and refused: somebody guesses, or a program with an old "
				      "password does not wait.",
				      "Find out which program on the client it is; let the server lock accounts and delay refusals.",
				      "[MS-CIFS] 2.2.4.53.2, [MS-ERREF] 2.3.1" },
	[AUDIT_ACCOUNT_LOCKED_OUT] = { "account-locked-out", AUDIT_HIGH, AUDIT_OF_CLIENT,
				       "The server has locked the account: too many wrong passwords, or logons without a response, came before.",
				       "Find the program that logs on with it (an old stored password, an empty response, somebody who guesses) before the account "
				       "is unlocked.",
				       "[MS-ERREF] 2.3.1, [MS-NLMP] 3.2.5.1.2" },
	[AUDIT_REMOTE_EXECUTION] = { "remote-execution", AUDIT_HIGH, AUDIT_OF_PAIR,
				     "A program was started on the server from the client, or set up to start, by a service or a task: administrators' programs (PsExec, PDQ Deploy, "
				     "SCCM) do this, and so do those who break in.",
				     "Ask whoever owns the account whether it was them; let only administration hosts reach ADMIN$ and IPC$ of servers.",
				     "[MS-SCMR] 3.1.4.12, 3.1.4.19, [MS-TSCH] 3.2.5.2.1, 3.2.5.4.2" },
	[AUDIT_COERCION] = { "coercion", AUDIT_HIGH, AUDIT_OF_PAIR,
			     "The server was asked to connect to another host, where its logon can be relayed: attackers do this (PetitPotam, DFSCoerce, "
			     "SpoolSample), and so do administrators' programs that call it by an alias, and printing.",
			     "Find out what the client is; require signing and channel binding where the server's account may log on, and stop the Print "
			     "Spooler and EFS where they are not needed.",
			     "[MS-EFSR] 3.1.4.2, [MS-DFSNM] 3.1.4.4, [MS-FSRVP] 3.1.4.9, [MS-EVEN] 3.1.4.1, [MS-RPRN] 3.1.4.10" },
	[AUDIT_CREDENTIAL_THEFT] = { "credential-theft", AUDIT_HIGH, AUDIT_OF_PAIR,
				     "Stored credentials of the server or its domain were asked for: attackers do this (secretsdump, DCSync, Zerologon), and so do "
				     "administrators' programs for backup and Entra Connect.",
				     "Ask whoever owns the account whether it was them; if not, change the passwords of all accounts that the server holds.",
				     "[MS-RRP] 3.1.5.17, 3.1.5.20, [MS-LSAD] 3.1.4.6.6, [MS-NRPC] 3.5.4.4.2, [MS-DRSR] 4.1.10" },
	[AUDIT_RANSOMWARE_RENAMES] = { "ransomware-renames", AUDIT_HIGH, AUDIT_OF_PAIR,
				       "Many files in many directories were renamed to one new extension, or read and written over whole, within a minute: ransomware "
				       "does this, and so do administrators' programs that convert or tag files.",
				       "Look at the files; if they cannot be opened, take the client off the network and the share offline.",
				       "[MS-CIFS] 2.2.4.8, [MS-FSCC] 2.4.42" },
	[AUDIT_SMB1_SERVER_LIMITED] = { "smb1-server-limited", AUDIT_MEDIUM, AUDIT_OF_SERVER,
					"The client offered SMB2, and the server chose SMB1: the server is the blocker.",
					"Update the server, or turn SMB2 on there.",
					"[MS-SMB2] 3.2.5.2, [MS-SMB] 2.2.4.5" },
	[AUDIT_ANONYMOUS_SESSION] = { "anonymous-session", AUDIT_MEDIUM, AUDIT_OF_SERVER,
				      "The server let somebody in anonymously: without a name and a password, or whatever they were.",
				      "Restrict what anonymous sessions reach on the server (RestrictNullSessAccess 1; Windows lets the session itself in all the same), or refuse them (Samba: restrict anonymous = 2).",
				      "[MS-NLMP] 3.2.5.1.2" },
	[AUDIT_GUEST_LOGON] = { "guest-logon", AUDIT_MEDIUM, AUDIT_OF_SERVER,
				"The server let somebody in as guest: it did not check who it was.",
				"Disable the guest account on the server (Samba: map to guest = never).",
				"[MS-CIFS] 2.2.4.53.2, [MS-SMB2] 2.2.6" },
	[AUDIT_SIGNING_NOT_USED] = { "signing-not-used", AUDIT_MEDIUM, AUDIT_OF_PAIR,
				     "The server offers signing, and the messages were not signed.",
				     "Require signing on one side at least (RequireSecuritySignature of LanmanServer or LanmanWorkstation, Samba: server signing = mandatory, client signing = required).",
				     "[MS-CIFS] 2.2.4.52.2, [MS-SMB2] 3.3.5.5.3" },
	[AUDIT_SIGNING_IS_DISABLED] = { "signing-disabled", AUDIT_MEDIUM, AUDIT_OF_SERVER,
					"The server does not offer signing in SMB1.",
					"Turn SMB1 off on the server; else turn signing on there (EnableSecuritySignature, Samba: server signing = auto), and require it.",
					"[MS-CIFS] 2.2.4.52.2" },
	[AUDIT_KERBEROS_RC4] = { "kerberos-rc4", AUDIT_MEDIUM, AUDIT_OF_SERVER,
				 "A Kerberos ticket was encrypted with RC4 or DES, whose key comes from the password alone: it can be cracked offline, if a person chose that (computers choose theirs at random).",
				 "Give the server's account AES keys (msDS-SupportedEncryptionTypes; change its password once).",
				 "RFC 4120 5.3, RFC 8429" },
	[AUDIT_LOGON_FAILURES] = { "logon-failures", AUDIT_MEDIUM, AUDIT_OF_CLIENT,
				   "Repeated logon failures.",
				   "Look at the statuses (the timeline says what they mean): an old stored password, a clock that is off, an account that is disabled, a domain controller that is not reached, or somebody who guesses passwords.",
				   "[MS-CIFS] 2.2.4.53.2, [MS-ERREF] 2.3.1" },
	[AUDIT_CHANGE_NOTIFY_UNSUPPORTED] = { "change-notify-unsupported", AUDIT_LOW,
					      AUDIT_OF_SERVER,
					      "The server does not support change notification: Windows keeps no handle on directories, and may drop the connection "
					      "without notice.",
					      "Turn change notification on (Samba: change notify = yes), or update the server.",
					      "[MS-CIFS] 2.2.7.4" },
	[AUDIT_CONNECTION_LOST] = { "connection-lost", AUDIT_LOW, AUDIT_OF_PAIR,
				    "A connection ended by reset or silence while requests waited for an answer.",
				    "Look at the network, at firewalls that forget idle connections, and at the server's log.",
				    "[MS-CIFS] 3.2.6.1" },
	[AUDIT_SMB1_ONLY_OFFERED] = { "smb1-offered", AUDIT_INFO, AUDIT_OF_CLIENT,
				      "The client offered SMB1, which was not chosen.",
				      "Turn SMB1 off on the client, unless another server needs it.",
				      "[MS-SMB2] 3.2.4.2.2.1" },
	[AUDIT_BROWSER_SERVICE] = { "browser-service", AUDIT_INFO, AUDIT_OF_CLIENT,
				    "The computer browser asked for the list of servers, which it does over SMB1 and NetBIOS alone.",
				    "Nothing to do on its own: the list under Network goes away with SMB1.",
				    "[MS-BRWS] 3.3.5.6" },
	[AUDIT_SCANNER] = { "scanner", AUDIT_INFO, AUDIT_OF_CLIENT,
			    "A scanner, or a program that looks for weaknesses, runs on the client; a client that does nothing else is kept out of the "
			    "inventory.",
			    "Make sure that it is one of yours.", "[MS-CIFS] 3.2.4.2" },
};

static const char *const severities[AUDIT_SEVERITIES] = { "info", "low", "medium", "high",
							  "critical" };

const AuditRule *
audit_rule(AuditRuleId id)
{
	return &rules[id];
}

const char *
audit_rule_fix(const AuditRule *rule, AuditScope scope)
{
	return scope == AUDIT_OF_CLIENT && rule->fix_client ? rule->fix_client : rule->fix;
}

int
audit_rule_find(const char *id)
{
	for (int i = 0; i < AUDIT_RULES; i++)
		if (strcmp(rules[i].id, id) == 0)
			return i;
	return -1;
}

const char *
audit_severity_name(AuditSeverity severity)
{
	return severities[severity];
}

int
audit_severity_find(const char *name)
{
	for (int i = 0; i < AUDIT_SEVERITIES; i++)
		if (strcmp(severities[i], name) == 0)
			return i;
	return -1;
}

const char *
audit_scope_name(AuditScope scope)
{
	static const char *const names[] = { "pair", "client", "server" };

	return names[scope];
}
