/* SPDX-License-Identifier: BSD-3-Clause */
/* What datagrams have of their own: names of addresses (whois.c), fragments (fragments.c). */
#pragma once

#include "dissect/conversation/context.h"
#include "dissect/netbios/datagram.h"

/* The address has this name from now on. */
void smb_whois_learn(SmbContext *context, const uint8_t address[4], const SmbNetbiosName *name);
/* Its name; absent where none is known. Valid until the next is learnt. */
SmbText smb_whois_find(SmbContext *context, uint8_t family, const uint8_t *address);
/* Gives names to the ends of a connection that did not show any itself. */
void smb_whois_name_ends(SmbConnection *c);
void smb_whois_free(SmbContext *context);

/*
 * One fragment. The whole user data where this fragment completed them, to be given back with
 * smb_fragment_done; else the absent span.
 */
SmbSpan smb_fragment_add(SmbContext *context, const SmbNbDatagram *d, uint64_t now_ns);
void smb_fragment_done(SmbContext *context, const SmbNbDatagram *d);
void smb_fragment_free(SmbContext *context);
