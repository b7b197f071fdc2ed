/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A token described by layouts, for sinks that print every field of a message. Secrets (responses,
 * session keys, MICs, the blob itself) are not among the fields; their lengths are.
 */
#pragma once

#include "dissect/security/token.h"

enum { SMB_OID_TEXT = 64 };

/* An item of mech_types: a well-known name, or the numbers of the identifier. */
typedef struct {
	SmbText name; /* may point into `dotted` */
	char dotted[SMB_OID_TEXT];
} SmbMechName;

/*
 * What the layouts describe: a token, and its numbers as words. It owns nothing; it lives as long
 * as the blob that the token was read from.
 */
typedef struct {
	SmbToken token;
	uint64_t length;          /* of the blob */
	uint64_t declared_length; /* PART: of the whole token */
	uint32_t pieces;          /* number of messages that it was split over; 0: not split */
	SmbText kind, wrap, neg_state, service, message, error_name;
	SmbMechName supported;
	SmbList mech_types, negoex;
	int32_t ticket_type, part_type, error_code; /* 0: none */
} SmbTokenView;

/*
 * Fills in what is derived from view->token, and returns the layout of the view: one field,
 * `token`. The view must not be moved afterwards. NULL if there is no token.
 */
const SmbLayout *smb_token_describe(SmbTokenView *view);
