/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The floor beside the others: datagrams of UDP 137 and 138, which belong to no connection.
 *
 *   UDP 137  name service ------------------------------> event; names of addresses (whois.c)
 *   UDP 138  datagram --- whole ---> SMB message -------> events
 *                     \-- fragment -> fragments.c --^
 *
 * A datagram is reported at once. Only the names that it proves are kept, and fragments that wait
 * for the rest. Both belong to the context and have a fixed size. The name unused for longest makes
 * room for a new one; fragments are dropped two seconds after the first.
 *
 *   datagram.c   a datagram becomes events
 *   fragments.c  datagrams reassembled
 *   whois.c      NetBIOS names of addresses
 *
 * Connections use whois.c once, at their end. smb_context_datagram and smb_context_message, the
 * door of this floor, are declared in dissect/dissect.h.
 */
#pragma once

#include "dissect/conversation/context.h"
#include "dissect/netbios/datagram.h"

/*
 * The address has this name, or this one as well if it had another one; the names of another address
 * may make room.
 */
void smb_whois_learn(SmbContext *context, const uint8_t address[4], const SmbNetbiosName *name);
/*
 * The first name of an address, absent if none is known, and another one that contradicts it. Valid
 * until the next is learnt.
 */
SmbText smb_whois_find(SmbContext *context, uint8_t family, const uint8_t *address,
		       SmbText *ret_other);
/* Gives names to the ends of a connection that did not show any itself. */
void smb_whois_name_ends(SmbConnection *c);
/* Frees the table. */
void smb_whois_free(SmbContext *context);

/*
 * Takes in a fragment (RFC 1002 4.4.1). Returns the whole user data if this completed it (release
 * it with smb_fragment_done); else the absent span.
 */
SmbSpan smb_fragment_add(SmbContext *context, const SmbNbDatagram *d, uint64_t now_ns);
/* The datagram that this fragment completed is not needed any more. */
void smb_fragment_done(SmbContext *context, const SmbNbDatagram *d);
/* Frees all fragments. */
void smb_fragment_free(SmbContext *context);
