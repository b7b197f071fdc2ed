/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The answer to TRANS2_GET_DFS_REFERRAL: [MS-CIFS] 2.2.6.16.2, whose data is RESP_GET_DFS_REFERRAL
 * of [MS-DFSC] 2.2.4.
 */
#include "dissect/smb1/levels.h"

enum {
	NAME_LIST_REFERRAL = 0x0002, /* [MS-DFSC] 2.2.5.3 */
	GUID_SIZE = 16,
};

typedef struct {
	uint16_t version, size, server_type, entry_flags;
	uint32_t proximity, time_to_live;
	uint16_t n_expanded;
	SmbText share, dfs_path, alternate_path, network_address, special_name;
	SmbSpan site_guid;
} Referral;

#define ROW(KIND, member, ...) SMB_FIELD(Referral, KIND, member, #member, ##__VA_ARGS__)
static const SmbField referral_fields[] = {
	ROW(U16, version),
	ROW(U16, size),
	ROW(U16, server_type),
	ROW(U16, entry_flags, .flags = SMB_FIELD_SHOW_HEX),
	ROW(U32, proximity, .flags = SMB_FIELD_NONZERO),
	ROW(U32, time_to_live),
	ROW(TEXT, share),
	ROW(TEXT, dfs_path),
	ROW(TEXT, alternate_path),
	ROW(TEXT, network_address),
	ROW(TEXT, special_name),
	ROW(GUID, site_guid),
};
SMB_LAYOUT(referral, Referral, "referral");

typedef struct {
	uint16_t path_consumed, number_of_referrals;
	uint32_t header_flags;
	SmbList referrals;
} Answer;

static const SmbField answer_fields[] = {
	SMB_FIELD(Answer, U16, path_consumed, "path_consumed"),
	SMB_FIELD(Answer, U16, number_of_referrals, "number_of_referrals"),
	SMB_FIELD(Answer, U32, header_flags, "referral_header_flags", .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(Answer, LIST, referrals, "referrals", .items = &referral),
};
SMB_LAYOUT(answer, Answer, "TRANS2_GET_DFS_REFERRAL response");

/* A string at an offset from the beginning of its entry; they stand behind all entries. 0: none. */
static SmbText
text_at(SmbReader *r, uint32_t start, uint16_t offset, bool unicode)
{
	SmbReader at = *r;
	SmbText text = { .encoding = SMB_TEXT_UTF16LE };

	if (!offset || r->status != SMB_READ_OK)
		return text;
	smb_reader_seek(&at, start + offset);
	text = smb_reader_string_unaligned(&at, unicode);
	smb_reader_fail(r, at.status);
	return text;
}

static void
read_paths(SmbReader *r, uint32_t start, bool unicode, Referral *e)
{
	uint16_t path = smb_reader_le16(r), alternate = smb_reader_le16(r),
		 address = smb_reader_le16(r);

	e->dfs_path = text_at(r, start, path, unicode);
	e->alternate_path = text_at(r, start, alternate, unicode);
	e->network_address = text_at(r, start, address, unicode);
}

/* [MS-DFSC] 2.2.5.1 to 2.2.5.4, by version. */
static void
read_version(SmbReader *r, uint32_t start, bool unicode, Referral *e)
{
	if (e->version == 1) {
		e->share = smb_reader_string_unaligned(r, unicode);
		return;
	}
	if (e->version == 2)
		e->proximity = smb_reader_le32(r);
	e->time_to_live = smb_reader_le32(r);
	if (e->version > 2 && e->entry_flags & NAME_LIST_REFERRAL) {
		e->special_name = text_at(r, start, smb_reader_le16(r), unicode);
		e->n_expanded = smb_reader_le16(r);
		e->network_address = text_at(r, start, smb_reader_le16(r), unicode);
		return;
	}
	read_paths(r, start, unicode, e);
	if (e->version > 2 && smb_reader_left(r) >= GUID_SIZE)
		e->site_guid = smb_reader_span(r, GUID_SIZE);
}

static bool
next_referral(SmbList *list, void *item)
{
	uint32_t start = list->at.pos;
	SmbReader *r = &list->at;
	Referral *e = item;

	if (!list->form || r->status != SMB_READ_OK)
		return false;
	list->form--;
	e->version = smb_reader_le16(r);
	e->size = smb_reader_le16(r);
	e->server_type = smb_reader_le16(r);
	e->entry_flags = smb_reader_le16(r);
	read_version(r, start, list->unicode, e);
	if (r->status != SMB_READ_OK)
		return false;
	if (e->size < 8)
		smb_reader_fail(r, SMB_READ_MALFORMED);
	smb_reader_seek(r, start + e->size);
	return true;
}

void
smb1_dfs_referral(const Smb1Transaction *t, Smb1More *more)
{
	SmbReader data = smb1_section_reader(t->data, t->total_data);
	Answer *body = SMB1_MORE(more, Answer);
	Referral item;

	more->layout = &answer;
	body->path_consumed = smb_reader_le16(&data);
	body->number_of_referrals = smb_reader_le16(&data);
	body->header_flags = smb_reader_le32(&data);
	body->referrals = (SmbList){ .at = data,
				     .next = next_referral,
				     .form = body->number_of_referrals,
				     .unicode = t->unicode };
	if (data.status == SMB_READ_OK)
		more->gist->count = smb1_check_list(&data, body->referrals, &item, sizeof(item));
	smb1_more_settle(more, t, &data);
}
