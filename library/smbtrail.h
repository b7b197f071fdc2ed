/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * libsmbtrail: bytes of SMB in, events out.
 *
 * The library dissects NetBIOS session service, SMB1, SMB2 and SMB3. It reads no file, no socket, no
 * clock and no environment: whoever uses it captures packets and puts TCP streams together (the
 * program smbtrail does both), and hands over the bytes of each direction in order.
 *
 *     SmbContext *context = smb_context_new(&(SmbConfig){ .want = ..., .event = on_event });
 *       │
 *       │  smb_connection_new(context, &ends, hinted, midstream, &stamp)
 *       ▼
 *     SmbConnection ◄── smb_connection_feed(connection, direction, bytes, &stamp)
 *       │           ◄── smb_connection_gap()   bytes that are missing
 *       │
 *       │  on_event(user, const SmbEvent *)    messages, exchanges, logons, files ...
 *       ▼
 *     smb_connection_end(connection, &ending, &stamp)   its last events; frees it
 *     smb_context_free(context)                         after its last connection
 *
 * Ownership: the caller owns the context and its connections. The bytes that it feeds are borrowed
 * until the call returns. Everything that an event points to is the library's, and valid until the
 * function returns (dissect/event.h); what is needed for longer is copied.
 *
 * Threads: a context and its connections belong to one thread. Contexts share nothing, so several
 * threads may have one each.
 *
 * Errors: bytes of a stranger cannot make a call fail. What is malformed or cut is marked in events,
 * what reaches a limit (SmbLimits) is counted. If there is no memory, GLib ends the process.
 *
 * Headers are installed as they are in the source: dissect/dissect.h has the functions,
 * dissect/event.h, exchange.h, message.h and connection.h what events say, dissect/wire/ texts,
 * fields and the names of published numbers. Compile and link with pkg-config (smbtrail). Before
 * version 1.0 structures may change with each minor version, which is part of the library's name.
 */
#pragma once

#ifdef __cplusplus
extern "C" {
#endif

#include "dissect/dissect.h"
#include "dissect/wire/codes.h"
#include "dissect/wire/names.h"

#ifdef __cplusplus
}
#endif
