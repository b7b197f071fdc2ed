/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The structures of [MS-FSCC], which SMB1 and SMB2 carry alike: information classes of files and
 * file systems (classes.h), entries of directories (directory.h), changes, quotas and security
 * descriptors (security-descriptor.h), and what control codes carry (fsctl.h).
 *
 * This header has what all of them need: chains of entries, each of which says where the next one
 * begins. Stateless; texts, spans and lists point into the bytes that were read.
 */
#pragma once

#include "dissect/wire/layout.h"

/*
 * Reads a text of n bytes in a level. By [MS-CIFS] 2.2.8 most are Unicode whatever the message's
 * flags say; servers differ, so zeros in every second byte decide.
 */
SmbText fscc_text(SmbReader *r, uint32_t n, bool unicode);

/*
 * Walks a list that was read, so that errors in it are noticed; `item` has room for one item of
 * `size` bytes. Latches a failure in r, and returns the number of items.
 */
uint32_t fscc_check_list(SmbReader *r, SmbList list, void *item, size_t size);

/*
 * Moves to the next entry of a list, `next` bytes after the start of this one, or ends the list
 * (0). An offset into this entry, which could go on forever, or past the end of the list latches
 * MALFORMED. Of a reader that has not failed.
 */
void fscc_follow(SmbReader *r, uint32_t start, uint32_t next);

/* The list that takes all that is left in r, walked as by fscc_check_list. */
SmbList fscc_list(SmbReader *r, SmbListNext next, void *item, size_t size);

/* A reader over all that the given one still declares; that one moves past it. */
SmbReader fscc_rest(SmbReader *r);

/*
 * FILE_FULL_EA_INFORMATION (2.4.16) and FILE_GET_EA_INFORMATION (2.4.16.1): lists that take all
 * that is left, and their items.
 */
extern const SmbLayout fscc_full_ea, fscc_get_ea;
SmbList fscc_full_ea_list(SmbReader *r);
SmbList fscc_get_ea_list(SmbReader *r);
