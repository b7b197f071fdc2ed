/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The lists of extensions that commands of SMB2 carry: negotiate contexts ([MS-SMB2] 2.2.3.1),
 * create contexts (2.2.13.2), tree connect contexts (2.2.9.2) and the data of errors (2.2.2).
 * Private to dissect/smb2.
 *
 *   command's body --- SmbList ----> item     type or name, length
 *                                      PART --> what this type consists of (SmbPart)
 *
 * A list is decoded while it is printed; what following a session needs of it is read once before,
 * into the facts. Items are those of the layouts below. Their texts and spans point into the
 * message. Contents are shown as far as they are captured, and not at all if they are wrong.
 */
#pragma once

#include "dissect/smb2/commands.h"

/*
 * For the lists that are counted, in `form`: moves to the next context, which is aligned to 8
 * bytes. False: there is none.
 */
static inline bool
smb2_context_begins(SmbList *list)
{
	if (list->form == 0)
		return false;
	list->form--;
	smb_reader_align(&list->at, 8);
	return true;
}

/* The fixed fields of a context were read: gives its data. False: they are not all there. */
static inline bool
smb2_context_data(SmbList *list, uint32_t length, SmbReader *ret_data)
{
	bool there = list->at.status == SMB_READ_OK;

	*ret_data = smb_reader_sub(&list->at, length);
	return there;
}

/* The layout of contents that were read from `data`; NULL if they lie. */
static inline const SmbLayout *
smb2_context_layout(const SmbReader *data, const SmbLayout *layout)
{
	return data->status == SMB_READ_MALFORMED ? NULL : layout;
}

/*
 * The list of `count` negotiate contexts that begins at an offset from the header; their algorithms
 * go into the facts. Failures latch in b->at.
 */
SmbList smb2_negotiate_contexts(Smb2Block *b, uint32_t offset, uint16_t count);
extern const SmbLayout smb2_negotiate_context;
/* The name of a compression algorithm (2.2.3.1.3); NULL for an unassigned one. */
const char *smb2_compression_name(uint32_t value);

/*
 * The list of create contexts in `length` bytes at an offset from the header; the open that one of
 * them takes up again, and the key of a lease, go into the facts. Failures latch in b->at.
 */
SmbList smb2_create_contexts(Smb2Block *b, uint32_t offset, uint32_t length, bool response);
extern const SmbLayout smb2_create_context;

/*
 * The list of `count` tree connect contexts that begins at an offset from the header. Failures latch
 * in b->at.
 */
SmbList smb2_tree_connect_contexts(Smb2Block *b, uint32_t offset, uint16_t count);
extern const SmbLayout smb2_tree_connect_context;
