/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The entries of a directory: classes of [MS-FSCC] 2.4 that QUERY_DIRECTORY lists, and FIND levels of
 * SMB1, which are the same structures. Decoded while they are printed.
 */
#pragma once

#include "dissect/fscc/lists.h"

/* Layouts of the items of a list of entries. */
extern const SmbLayout fscc_entry_directory, fscc_entry_full, fscc_entry_names, fscc_entry_both,
	fscc_entry_id_full, fscc_entry_id_both, fscc_entry_id_global_tx, fscc_entry_id_extd,
	fscc_entry_id_64_extd, fscc_entry_id_64_extd_both, fscc_entry_id_all_extd,
	fscc_entry_id_all_extd_both, fscc_entry_posix;

typedef struct {
	SmbList entries;
} FsccEntries;

typedef struct {
	uint8_t code;
	const SmbLayout *items; /* one of the above */
	const SmbLayout *body;  /* of an FsccEntries */
} FsccEntryClass;

/* The class of that code; NULL if entries of a directory have none such. */
const FsccEntryClass *fscc_entry_class(uint32_t code);

/*
 * A list of all entries that are left in r, which it moves past. `unicode`: as of fscc_text. The
 * entries are checked, and failures latch in r; *count gets their number, *first the first name.
 */
SmbList fscc_entry_list(SmbReader *r, const FsccEntryClass *class, bool unicode, uint32_t *count,
			SmbText *first);
