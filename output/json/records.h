/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The bodies of the two large records of `timeline --json`; output/json/timeline.c puts the common
 * keys around them.
 */
#pragma once

#include "output/base/fold.h"
#include "output/base/json.h"

/*
 * The keys of an `smb` record after the common ones: frame_request, frame_response and the object
 * `smb`, with EVE's names where EVE has one. `id` is the ordinal of the exchange in its connection.
 * `fold` is given for READ and WRITE, else NULL.
 *
 * EVE's `access` is "normal" or "delete on close"; here it is the requested access, as words:
 * "read", "write", "delete", "execute", "attributes", joined by ", ".
 */
void out_smb_json(OutBuffer *b, const SmbConnectionInfo *info, const SmbExchange *x,
		  const OutFold *fold, uint64_t id);

/* smb-facts.c: what `smb` has of its step. Private to output/json. */
void out_smb_facts_json(OutBuffer *b, const SmbConnectionInfo *info, const SmbExchange *x,
			const OutFold *fold);

/* `smb.auth`, and the same in the list of sessions. */
void out_auth_json(OutBuffer *b, const SmbAuth *auth);

/* The keys of a `connection` record after the common ones. */
void out_connection_json(OutBuffer *b, const SmbConnectionInfo *info);

/* "disabled", "enabled" or "required"; NULL if it is not known. */
const char *out_signing_server(const SmbConnectionInfo *info);
const char *out_signing_client(const SmbConnectionInfo *info);

/*
 * EVE's spelling of a share's type: FILE, PIPE, PRINT, and COMM for what EVE does not have; NULL if
 * unknown.
 */
const char *out_share_type(SmbShareType type);

/* The access that an open requests, as words; nothing if none. */
void out_access_words(OutBuffer *b, const SmbOpenFacts *open);
