/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The first bytes of a session message, looked at once: SmbFirst (context.h) says which protocol
 * it is, whether all of it is needed, and which file a write or a read is about.
 */
#pragma once

#include "dissect/conversation/context.h"

/*
 * Reads what the first bytes of a session message of this type show; fewer bytes show less. `ids`:
 * also read those of a write or a read.
 */
void smb_first_look(SmbSpan bytes, SmbDir dir, uint8_t type, bool ids, SmbFirst *ret);
/* Whether the message begins with one of the marks of four bytes. */
bool smb_first_is_smb(SmbSpan bytes);
