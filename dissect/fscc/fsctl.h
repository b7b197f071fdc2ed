/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What control codes carry: FSCTLs of [MS-FSCC] 2.3, of [MS-SMB2] 2.2.31 and 2.2.32, and IOCTLs
 * that go the same way. SMB2 has them in IOCTL, SMB1 in NT_TRANSACT_IOCTL.
 *
 * All of them have one body: the numbers, texts and spans that a form has are members of arrays,
 * and the rows of its layout give them their names. A form is a layout, which smb_layout_read fills
 * in the order of its rows, and a function for what follows the numbers.
 */
#pragma once

#include "dissect/fscc/lists.h"
#include "dissect/fscc/security-descriptor.h"

typedef struct {
	/* SMB1 shows these before the fields: the code, as an answer does not repeat it. */
	uint32_t code;
	SmbSpan data;
	uint64_t n64[16];
	uint32_t n32[20];
	uint16_t n16[6];
	uint8_t n8[4];
	SmbText text[6];
	SmbSpan bytes[4];
	SmbList list;
	char sid_text[FSCC_SID_TEXT];
} FsccFsctl;

typedef void (*FsccFsctlRest)(SmbReader *r, FsccFsctl *body);

/* One direction of a code. */
typedef struct {
	const SmbLayout *fields; /* NULL: no data, or nothing that is known of it */
	/* With the rows of SMB1: the length of the data, and before it the code. */
	const SmbLayout *with_data, *with_code;
	FsccFsctlRest rest; /* NULL: nothing follows the numbers */
} FsccFsctlForm;

typedef struct {
	uint32_t code;
	FsccFsctlForm request, response;
} FsccFsctlCode;

/* One direction of a code; NULL if no form of it is known. */
const FsccFsctlForm *fscc_fsctl_form(uint32_t code, bool response);

/* Reads all of a form into a zeroed body; failures latch in r. */
void fscc_read_fsctl(SmbReader *r, const FsccFsctlForm *form, FsccFsctl *body);

/*
 * "FSCTL_SET_SPARSE": [MS-FSCC] 2.3, [MS-SMB] 2.2.7.2.1, [MS-SMB2] 2.2.31; NULL if unknown.
 */
const char *fscc_fsctl_name(uint32_t code);

/* ---- The tables, one for each kind of code ---- */

/* fsctl-file.c: of a file's data and attributes. */
const FsccFsctlCode *fscc_fsctl_file(uint32_t code);
/* fsctl-volume.c: of a volume, and of where a file is on it. */
const FsccFsctlCode *fscc_fsctl_volume(uint32_t code);
/* fsctl-server.c: of the server, its pipes and shares. */
const FsccFsctlCode *fscc_fsctl_server(uint32_t code);

/* fsctl-reparse.c: of reparse points. */
const FsccFsctlCode *fscc_fsctl_reparse(uint32_t code);

/* fsctl-dfs.c: [MS-DFSC] 2.2.2 to 2.2.4. */
const FsccFsctlCode *fscc_fsctl_dfs(uint32_t code);
/* Of a body of these codes that was read: the path that is asked about. */
SmbText fscc_fsctl_asked_path(const FsccFsctl *body);
/* The same: where the first referral leads, and how many there are. */
SmbText fscc_fsctl_target(const FsccFsctl *body, uint32_t *count);

/* ---- What the tables are made of ---- */

/* An item of a list whose items have only numbers. */
typedef struct {
	uint64_t n64[3];
	uint32_t n32[3];
} FsccFsctlItem;

/* The next `count` items of this layout: checked, and what is wrong latches in r, which stays. */
SmbList fscc_fixed_list(SmbReader *r, const SmbLayout *items, uint32_t count);
/* The same, of all that are left. */
SmbList fscc_fixed_list_left(SmbReader *r, const SmbLayout *items);

#define FSCC_FSCTL(KIND, member, key, ...) SMB_FIELD(FsccFsctl, KIND, member, key, ##__VA_ARGS__)
#define FSCC_N64(i, key, ...) FSCC_FSCTL(U64, n64[i], key, ##__VA_ARGS__)
#define FSCC_N32(i, key, ...) FSCC_FSCTL(U32, n32[i], key, ##__VA_ARGS__)
#define FSCC_N16(i, key, ...) FSCC_FSCTL(U16, n16[i], key, ##__VA_ARGS__)
#define FSCC_N8(i, key, ...) FSCC_FSCTL(U8, n8[i], key, ##__VA_ARGS__)
#define FSCC_FLAGS(i, key) FSCC_N32(i, key, .flags = SMB_FIELD_SHOW_HEX)
#define FSCC_TIME(i, key) FSCC_FSCTL(FILETIME, n64[i], key)
#define FSCC_GUID(i, key) FSCC_FSCTL(GUID, bytes[i], key)
#define FSCC_HEX(i, key) FSCC_FSCTL(HEX, bytes[i], key)
#define FSCC_TEXT(i, key, ...) FSCC_FSCTL(TEXT, text[i], key, ##__VA_ARGS__)
#define FSCC_NAME(i, key) FSCC_TEXT(i, key, .role = SMB_ROLE_FILE)
#define FSCC_LIST(key, layout) FSCC_FSCTL(LIST, list, key, .items = &(layout))
#define FSCC_RESERVED32(i, key) FSCC_N32(i, key, .flags = SMB_FIELD_NONZERO)
#define FSCC_RESERVED16(i, key) FSCC_N16(i, key, .flags = SMB_FIELD_NONZERO)

#define FSCC_FSCTL_ROWS_BEFORE 2
#define FSCC_FSCTL_CODE                                                      \
	FSCC_FSCTL(U32, code, "function_code", .role = SMB_ROLE_FUNCTION,    \
		   .flags = SMB_FIELD_SHOW_HEX, .name_of = fscc_fsctl_name), \
		FSCC_FSCTL(LENGTH, data, "ioctl_data", .flags = SMB_FIELD_MASKED)
/* The three layouts of a form, from its rows. */
#define FSCC_FSCTL_LAYOUTS(ident, label, ...)                                      \
	static const SmbField ident##_fields[] = { FSCC_FSCTL_CODE, __VA_ARGS__ }; \
	static SMB_LAYOUT(ident, FsccFsctl, label);                                \
	static SMB_LAYOUT_AFTER(ident##_data, ident, 1, FsccFsctl, label);         \
	static SMB_LAYOUT_AFTER(ident##_alone, ident, FSCC_FSCTL_ROWS_BEFORE, FsccFsctl, label)
#define FSCC_FSCTL_FORM(ident, rest)                        \
	{                                                   \
		&ident##_alone, &ident##_data, &ident, rest \
	}
#define FSCC_NO_FORM                   \
	{                              \
		NULL, NULL, NULL, NULL \
	}
