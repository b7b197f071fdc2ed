/* SPDX-License-Identifier: BSD-3-Clause */
/* Control codes that ask where a path of DFS leads: [MS-DFSC] 2.2.2 to 2.2.4. */
#include "dissect/fscc/dfs.h"
#include "dissect/fscc/fsctl.h"
#include "dissect/wire/codes.h"

/* Of FsccFsctl: where fscc_fsctl_target finds what it says. */
enum { TEXT_NAME = 0, TEXT_SITE = 1, TEXT_TARGET = 2, NUMBER_FOUND = 1 };

/* REQ_GET_DFS_REFERRAL: 2.2.2 */
FSCC_FSCTL_LAYOUTS(ask, "FSCTL_DFS_GET_REFERRALS request", FSCC_N16(0, "max_referral_level"),
		   FSCC_NAME(TEXT_NAME, "request_file_name"));

static void
rest_ask(SmbReader *r, FsccFsctl *body)
{
	body->text[TEXT_NAME] = smb_reader_string_unaligned(r, true);
}

/* REQ_GET_DFS_REFERRAL_EX: 2.2.3; the site is there if bit 0 of the flags is set. */
FSCC_FSCTL_LAYOUTS(ask_ex, "FSCTL_DFS_GET_REFERRALS_EX request", FSCC_N16(0, "max_referral_level"),
		   FSCC_N16(1, "request_flags", .flags = SMB_FIELD_SHOW_HEX),
		   FSCC_N32(0, "request_data_length"), FSCC_NAME(TEXT_NAME, "request_file_name"),
		   FSCC_TEXT(TEXT_SITE, "site_name"));

static void
rest_ask_ex(SmbReader *r, FsccFsctl *body)
{
	enum { SITE_NAME = 1 };
	SmbReader data = smb_reader_sub(r, body->n32[0]);

	body->text[TEXT_NAME] = smb_reader_counted_string(&data, smb_reader_le16(&data), true);
	if (body->n16[1] & SITE_NAME)
		body->text[TEXT_SITE] =
			smb_reader_counted_string(&data, smb_reader_le16(&data), true);
	smb_reader_fail(r, data.status);
}

/* RESP_GET_DFS_REFERRAL: 2.2.4 */
FSCC_FSCTL_LAYOUTS(referrals, "FSCTL_DFS_GET_REFERRALS response", FSCC_N16(0, "path_consumed"),
		   FSCC_N16(1, "number_of_referrals"), FSCC_FLAGS(0, "referral_header_flags"),
		   FSCC_LIST("referrals", fscc_referral));

static void
rest_referrals(SmbReader *r, FsccFsctl *body)
{
	body->list = fscc_referral_list(r, body->n16[1], true, &body->n32[NUMBER_FOUND],
					&body->text[TEXT_TARGET]);
}

SmbText
fscc_fsctl_asked_path(const FsccFsctl *body)
{
	return body->text[TEXT_NAME];
}

SmbText
fscc_fsctl_target(const FsccFsctl *body, uint32_t *count)
{
	*count = body->n32[NUMBER_FOUND];
	return body->text[TEXT_TARGET];
}

#define FORM FSCC_FSCTL_FORM

static const FsccFsctlCode codes[] = {
	{ FSCTL_DFS_GET_REFERRALS, FORM(ask, rest_ask), FORM(referrals, rest_referrals) },
	{ FSCTL_DFS_GET_REFERRALS_EX, FORM(ask_ex, rest_ask_ex), FORM(referrals, rest_referrals) },
};

const FsccFsctlCode *
fscc_fsctl_dfs(uint32_t code)
{
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (codes[i].code == code)
			return &codes[i];
	return NULL;
}
