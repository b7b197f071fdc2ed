/* SPDX-License-Identifier: BSD-3-Clause */
/* Entries of a referral: [MS-DFSC] 2.2.5. */
#include "dissect/fscc/dfs.h"

enum {
	NAME_LIST_REFERRAL = 0x0002, /* [MS-DFSC] 2.2.5.3 */
	HEADER_SIZE = 8,             /* the fields that all versions begin with: 2.2.5.1 */
};

typedef struct {
	uint16_t version, size, server_type, entry_flags;
	/* SMB_FIELD_NONE: not in this version */
	uint64_t proximity, time_to_live, n_expanded;
	SmbText share, dfs_path, alternate_path, network_address, special_name;
	SmbSpan site_guid;
} Referral;

#define ROW(KIND, member, ...) SMB_FIELD(Referral, KIND, member, #member, ##__VA_ARGS__)
static const SmbField fscc_referral_fields[] = {
	ROW(U16, version),
	ROW(U16, size),
	ROW(U16, server_type),
	ROW(U16, entry_flags, .flags = SMB_FIELD_SHOW_HEX),
	ROW(U64, proximity, .flags = SMB_FIELD_OPTIONAL),
	ROW(U64, time_to_live, .flags = SMB_FIELD_OPTIONAL),
	ROW(TEXT, share),
	ROW(TEXT, dfs_path),
	ROW(TEXT, alternate_path),
	ROW(TEXT, network_address),
	ROW(TEXT, special_name),
	SMB_FIELD(Referral, U64, n_expanded, "number_of_expanded_names",
		  .flags = SMB_FIELD_OPTIONAL),
	ROW(GUID, site_guid),
};
SMB_LAYOUT(fscc_referral, Referral, "referral");

/*
 * A string at an offset from the beginning of its entry; 0: none. Strings follow the entries
 * ([MS-DFSC] 2.2.4), so none begins inside its own entry. Several entries may share one string.
 */
static SmbText
text_at(SmbList *list, uint32_t start, const Referral *e, uint16_t offset)
{
	SmbReader *r = &list->at, at = *r;
	SmbText text = { .encoding = SMB_TEXT_UTF16LE };

	if (!offset)
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
	if (e->version > 2 && smb_reader_left(entry) >= SMB_GUID_SIZE)
		e->site_guid = smb_reader_span(entry, SMB_GUID_SIZE);
}

/* Nothing of an entry is read beyond its declared size, and the next one begins after that. */
static bool
next_referral(SmbList *list, void *item)
{
	uint32_t start = list->at.pos;
	SmbReader *r = &list->at, entry = *r;
	Referral *e = item;

	if (!list->form)
		return false;
	list->form--;
	e->proximity = e->time_to_live = e->n_expanded = SMB_FIELD_NONE;
	e->version = smb_reader_le16(r);
	e->size = smb_reader_le16(r);
	e->server_type = smb_reader_le16(r);
	e->entry_flags = smb_reader_le16(r);
	smb_reader_seek(r, start);
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

SmbList
fscc_referral_list(SmbReader *r, uint16_t count, bool unicode, uint32_t *found, SmbText *target)
{
	SmbList list = { .at = *r,
			 .next = next_referral,
			 .form = count,
			 .text_left = smb_list_text(smb_reader_left(r)),
			 .unicode = unicode };
	Referral item;

	*target = target_of(list);
	*found = fscc_check_list(r, list, &item, sizeof(item));
	return list;
}
