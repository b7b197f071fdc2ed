/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A client makes its response from the challenge that it was given: it repeats the names in there
 * ([MS-NLMP] 3.1.5.1.2), and NTProofStr is a keyed hash of the challenge, of random bytes and of the
 * time (3.3.2). So no two responses have the same proof, and one that names another server than the
 * challenge before it answers somebody else's.
 */
#include "dissect/conversation/state/response.h"

#include <glib.h>

void
smb_response_prove(SmbAuth *auth, SmbSpan nt)
{
	static const uint8_t zeros[sizeof(auth->proof)];

	auth->has_proof = smb_nt_response_is_v2(nt) && !smb_span_begins(nt, zeros, sizeof(zeros)) &&
			  smb_span_copy(nt, auth->proof, sizeof(auth->proof)) ==
				  sizeof(auth->proof);
}

uint64_t
smb_response_name(SmbText name)
{
	const uint64_t basis = 0xcbf29ce484222325u, prime = 0x100000001b3u; /* FNV-1a */
	SmbReader r = smb_reader_from_span(name.bytes);
	uint64_t hash = basis;

	if (smb_text_is_empty(name))
		return 0;
	while (smb_reader_left(&r))
		hash = (hash ^ (uint8_t)g_ascii_tolower((char)smb_reader_u8(&r))) * prime;
	return hash ? hash : 1;
}

void
smb_response_take(SmbAttempt *attempt, const SmbToken *authenticate)
{
	uint64_t name = smb_response_name(authenticate->nb_computer);
	SmbAuth *auth = &attempt->auth;

	smb_response_prove(auth, authenticate->nt);
	/* A client repeats the flags that it is given: a server could have set this one. */
	auth->mic_gone = authenticate->mic_gone && !attempt->challenger_mic;
	auth->names_differ = name && attempt->challenger && name != attempt->challenger;
}
