/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Fingerprints: what a message shows of the software that made it, as one line of text in which
 * only such things stand that software decides: lists and their order, sizes, bits, habits. Nothing
 * of a user, a host or a session is in it: no names, no times, no values of GUIDs, no bits that
 * settings change where these are known. So messages of one software, asked the same, have the same
 * text, and its hash can be looked up.
 *
 *   c1.smb2_negotiate:0202,0210,0300,0302,0311;1;7f;t;1.0001/32,2.0002.0001;0;0;0;0
 *   |  |              '-- fields, separated by ';', lists by ',' and '.'
 *   |  '-- part: the kind of message (SmbPrintPart)
 *   '-- c client, s server; the version of this grammar
 *
 * Each part stands alone. Of an answer it depends on what was asked, as with JA3S. Fields:
 *
 *   c1.smb1_negotiate    dialects; Flags; Flags2; TID; UID; PID; MID
 *   c1.smb1_setup        WordCount; MaxBufferSize; MaxMpxCount; Capabilities; Flags2; NativeOS;
 *                        NativeLanMan
 *   c1.smb2_negotiate    dialects; SecurityMode; Capabilities; ClientGuid; contexts; MessageId;
 *                        credits asked for; CreditCharge; Reserved (process); Flags
 *   c1.smb2_setup        SecurityMode; Capabilities; credits asked for; CreditCharge;
 *                        Reserved; "spnego" or "raw"
 *   c1.ntlm_negotiate    NegotiateFlags; version
 *   c1.ntlm_authenticate NegotiateFlags; version; order of the payload; AV pairs
 *   s1.smb1_negotiate    WordCount; dialect; SecurityMode; MaxMpxCount; MaxNumberVcs;
 *                        MaxBufferSize; MaxRawSize; SessionKey; Capabilities; Flags; GUID
 *   s1.smb1_setup        WordCount; Flags; NativeOS; NativeLanMan
 *   s1.smb2_negotiate    dialect; SecurityMode; Capabilities; ServerGuid; MaxTransactSize;
 *                        MaxReadSize; MaxWriteSize; ServerStartTime; contexts; credits; token
 *   s1.ntlm_challenge    NegotiateFlags; version; AV pairs
 *
 * Numbers that are bits or codes are hexadecimal, counts and sizes are decimal. What does not fit is
 * cut, and the text ends in '~': such a one is never in a table.
 *
 *   - ids (TID, UID, PID, MID, MessageId, process): "0" to "9", "feff", "ffff"; "x": another value
 *   - times and keys: "0" or "x"
 *   - GUIDs: "-" absent, "0" zero, "t" made from the time (RFC 4122 version 1), "a" sixteen letters
 *     and digits, "n" a name filled up with zeros, "x" others
 *   - SecurityMode of SMB2: "0" or "1": signing that is required counts as enabled; that of SMB1
 *     is without the bits of signing, and so is Flags2
 *   - texts: other characters than letters, digits and " +-/_()" are %XX
 *   - a context is its type, then ".id" of each algorithm, "/n" the length of the salt, "+n" flags;
 *     what a netname says is left out
 *   - MessageId: less that of the negotiate of SMB1 that was answered with SMB2
 *   - version: "10.0.19041", "-" none
 *   - the payload: letters of "lnuk" (LM response, NT response, user, key) in the order of offsets
 *   - AV pairs: ids in their order; of a challenge without 5 (the forest), of an AUTHENTICATE those
 *     that the client adds, from 6 on
 *   - NegotiateFlags of a challenge: without what the target is (domain or server)
 *   - token: "-" none, "h" with the hint of [MS-SPNG] 2.2.1, "n" with NEGOEX, "s" others
 *
 * Stateless and pure: each function writes a text into the caller's buffer, whatever the message is.
 *
 * Writing texts is slow, and most messages have one that was written before. So the caller may have
 * the shape of a message instead (SmbPrint.shape): the values that the text would be made of, as they
 * are, which takes a tenth. Messages of the same shape have the same text.
 */
#pragma once

#include "dissect/message.h"
#include "dissect/security/token.h"
#include "dissect/smb1/commands.h"
#include "dissect/smb2/message.h"

enum { SMB_PRINT_MAX = 511 };

typedef struct {
	char text[SMB_PRINT_MAX + 1];
	uint32_t n;
	bool cut;   /* it ends in '~'; of a shape: it did not fit, and says nothing */
	bool shape; /* set by the caller, and kept */
} SmbPrint;

/* `dialects`: a copy of the list. */
void smb_print_smb1_negotiate(SmbPrint *p, const SmbMessage *m, SmbList dialects);
/* `dialect`: the one chosen, by name; absent: none. */
void smb_print_smb1_negotiate_back(SmbPrint *p, const SmbMessage *m, const Smb1NegotiateResponse *r,
				   SmbText dialect);
void smb_print_smb1_setup(SmbPrint *p, const SmbMessage *m, const Smb1SessionSetupRequest *r);
void smb_print_smb1_setup_back(SmbPrint *p, const SmbMessage *m, uint8_t words,
			       const Smb1SessionSetupResponse *r);
/* `first_mid`: MessageId that a negotiate has at this point, 0 or 1. */
void smb_print_smb2_negotiate(SmbPrint *p, const SmbMessage *m, const Smb2Facts *f,
			      uint64_t first_mid);
void smb_print_smb2_negotiate_back(SmbPrint *p, const SmbMessage *m, const Smb2Facts *f);
void smb_print_smb2_setup(SmbPrint *p, const SmbMessage *m, const Smb2Facts *f);
/* Of the NTLMSSP message in a token: NEGOTIATE, CHALLENGE or AUTHENTICATE. */
void smb_print_ntlm(SmbPrint *p, const SmbToken *token);
