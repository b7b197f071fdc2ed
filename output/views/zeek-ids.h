/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Ids as Zeek's: a letter and 17 digits of base 62. Zeek draws them by lot in every run; these
 * follow from what they name, so that they are the same whenever and with whatever else a capture
 * is read.
 */
#pragma once

#include "dissect/event.h"
#include "output/base/buffer.h"
#include "output/views/view.h"

/* "C...", of the ends of a connection and its first packet. */
void zeek_put_uid(OutView *self, OutBuffer *b, const SmbConnectionInfo *info);

/*
 * "F...", of what makes a file one for Zeek (get_file_handle in base/protocols/smb/files.zeek): both
 * addresses, the tree, the name at the open, and when it was written last before that. It ties rows
 * together; files.log, of which it names a row there, is not written. The exchange has a file.
 */
void zeek_put_fuid(OutBuffer *b, const SmbConnectionInfo *info, const SmbExchange *x);
