/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The response to TRANS2_GET_DFS_REFERRAL: [MS-CIFS] 2.2.6.16.2, whose data is
 * RESP_GET_DFS_REFERRAL of [MS-DFSC] 2.2.4.
 */
#include "dissect/smb1/transaction/levels.h"

enum {
	NAME_LIST_REFERRAL = 0x0002, /* [MS-DFSC] 2.2.5.3 */
	GUID_SIZE = 16,
	HEADER_SIZE = 8, /* the fields that all versions begin with: 2.2.5.1 */
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
static SMB_LAYOUT(referral, Referral, "referral");

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
static SMB_LAYOUT(answer, Answer, "TRANS2_GET_DFS_REFERRAL response");

/*
 * A string at an offset from the beginning of its entry; 0: none. Strings follow the entries
 * ([MS-DFSC] 2.2.4), so none begins inside its own entry. Several entries may share one string.
 */
static SmbText
text_at(SmbList *list, uint32_t start, const Referral *e, uint16_t offset)
{
	SmbReader *r = &list->at, at = *r;
	SmbText text = { .encoding = SMB_TEXT_UTF16LE };

	if (!offset || r->status != SMB_READ_OK)
		return text;
	if (offset < e->size)
		smb_reader_fail(&at, SMB_READ_MALFORMED);
	smb_reader_seek(&at, start + offset);
	text = smb_reader_string_unaligned(&at, list->unicode);
	if (!smb_list_spend(list, text.bytes.len))
		smb_reader_fail(&at, SMB_READ_MALFORMED);
	smb_reader_fail(r, at.status);
	return text;
}

static void
read_paths(SmbList *list, SmbReader *entry, uint32_t start, Referral *e)
{
	uint16_t path = smb_reader_le16(entry), alternate = smb_reader_le16(entry),
		 address = smb_reader_le16(entry);

	e->dfs_path = text_at(list, start, e, path);
	e->alternate_path = text_at(list, start, e, alternate);
	e->network_address = text_at(list, start, e, address);
}

/* [MS-DFSC] 2.2.5.1 to 2.2.5.4, by version. */
static void
read_version(SmbList *list, SmbReader *entry, uint32_t start, Referral *e)
{
	if (e->version == 1) {
		e->share = smb_reader_string_unaligned(entry, list->unicode);
		return;
	}
	if (e->version == 2)
		e->proximity = smb_reader_le32(entry);
	e->time_to_live = smb_reader_le32(entry);
	if (e->version > 2 && e->entry_flags & NAME_LIST_REFERRAL) {
		e->special_name = text_at(list, start, e, smb_reader_le16(entry));
		e->n_expanded = smb_reader_le16(entry);
		e->network_address = text_at(list, start, e, smb_reader_le16(entry));
		return;
	}
	read_paths(list, entry, start, e);
	if (e->version > 2 && smb_reader_left(entry) >= GUID_SIZE)
		e->site_guid = smb_reader_span(entry, GUID_SIZE);
}

/* Nothing of an entry is read beyond its declared size, and the next one begins after that. */
static bool
next_referral(SmbList *list, void *item)
{
	uint32_t start = list->at.pos;
	SmbReader *r = &list->at, entry = *r;
	Referral *e = item;

	if (!list->form || r->status != SMB_READ_OK)
		return false;
	list->form--;
	e->version = smb_reader_le16(r);
	e->size = smb_reader_le16(r);
	e->server_type = smb_reader_le16(r);
	e->entry_flags = smb_reader_le16(r);
	smb_reader_seek(r, start);
	if (e->size < HEADER_SIZE)
		smb_reader_fail(r, SMB_READ_MALFORMED);
	entry = smb_reader_sub(r, e->size);
	smb_reader_skip(&entry, HEADER_SIZE);
	read_version(list, &entry, start, e);
	smb_reader_fail(r, entry.status);
	return r->status == SMB_READ_OK;
}

/* Where the first entry leads: a share, or of a domain a domain controller or the domain. */
static SmbText
target_of(SmbList list)
{
	Referral e = { 0 };

	if (!next_referral(&list, &e))
		return (SmbText){ .bytes = { NULL, 0 } };
	return !smb_text_is_empty(e.network_address) ? e.network_address
	       : !smb_text_is_empty(e.share)         ? e.share
						     : e.special_name;
}

void
smb1_dfs_referral(const Smb1Transaction *t, Smb1Nested *nested)
{
	SmbReader data = smb1_data_reader(t);
	Answer *body = SMB1_NESTED(nested, Answer);
	Referral item;

	nested->layout = &answer;
	smb_layout_read(&data, &answer, 0, body);
	body->referrals = (SmbList){ .at = data,
				     .next = next_referral,
				     .form = body->number_of_referrals,
				     .text_left = smb_list_text(t->data.len),
				     .unicode = t->unicode };
	if (data.status == SMB_READ_OK)
		nested->facts->target = target_of(body->referrals);
	if (data.status == SMB_READ_OK)
		nested->facts->count = fscc_check_list(&data, body->referrals, &item, sizeof(item));
	smb1_nested_settle(nested, t, &data);
}
