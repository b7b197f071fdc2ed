/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Access to the members of a body through its layout: reading numbers from the wire into them, and
 * getting their values back out.
 */
#include "dissect/wire/layout.h"

uint32_t
smb_list_text(uint32_t bytes)
{
	return bytes < UINT32_MAX / 4 - 1024 ? 4 * bytes + 4096 : UINT32_MAX;
}

bool
smb_list_spend(SmbList *list, uint32_t bytes)
{
	list->capped |= bytes > list->text_left;
	if (!list->capped)
		list->text_left -= bytes;
	return !list->capped;
}

/* Part of the loop over the fields: a call takes as long as the number. */
static inline __attribute__((always_inline)) bool
read_number(SmbReader *r, const SmbField *f, void *body)
{
	void *at = (char *)body + f->offset;

	switch ((SmbFieldKind)f->kind) {
	case SMB_FIELD_U8:
		*(uint8_t *)at = smb_reader_u8(r);
		return true;
	case SMB_FIELD_BOOL:
		*(bool *)at = smb_reader_u8(r) != 0;
		return true;
	case SMB_FIELD_U16:
	case SMB_FIELD_I16:
		*(uint16_t *)at = smb_reader_le16(r);
		return true;
	case SMB_FIELD_U32:
	case SMB_FIELD_I32:
	case SMB_FIELD_UTIME:
	case SMB_FIELD_DOSTIME:
		*(uint32_t *)at = smb_reader_le32(r);
		return true;
	case SMB_FIELD_U64:
	case SMB_FIELD_FILETIME:
		*(uint64_t *)at = smb_reader_le64(r);
		return true;
	case SMB_FIELD_GUID:
		if (f->min_words)
			return false;
		*(SmbSpan *)at = smb_reader_span(r, SMB_GUID_SIZE);
		return true;
	default:
		return false;
	}
}

void
smb_layout_read(SmbReader *r, const SmbLayout *layout, uint16_t first, void *body)
{
	for (uint16_t i = first; i < layout->count; i++)
		if (!read_number(r, &layout->fields[i], body))
			return;
}

void
smb_layout_fill(const SmbLayout *layout, void *body)
{
	static const SmbReader nothing = { .status = SMB_READ_TRUNCATED, .ones = true };

	for (uint16_t i = 0; i < layout->count; i++) {
		const SmbField *f = &layout->fields[i];
		SmbReader r = nothing;

		if (f->kind == SMB_FIELD_OBJECT && f->items)
			smb_layout_fill(f->items, (char *)body + f->offset);
		else if (f->flags & SMB_FIELD_OPTIONAL)
			*(uint64_t *)(void *)((char *)body + f->offset) = SMB_FIELD_NONE;
		else if (f->kind != SMB_FIELD_GUID)
			(void)read_number(&r, f, body);
	}
}

uint64_t
smb_field_number(const SmbField *f, const void *body)
{
	const void *at = (const char *)body + f->offset;

	switch ((SmbFieldKind)f->kind) {
	case SMB_FIELD_U8:
		return *(const uint8_t *)at;
	case SMB_FIELD_BOOL:
		return *(const bool *)at;
	case SMB_FIELD_U16:
		return *(const uint16_t *)at;
	case SMB_FIELD_I16:
		return (uint64_t)(int64_t) * (const int16_t *)at;
	case SMB_FIELD_I32:
		return (uint64_t)(int64_t) * (const int32_t *)at;
	case SMB_FIELD_U32:
	case SMB_FIELD_UTIME:
	case SMB_FIELD_DOSTIME:
		return *(const uint32_t *)at;
	case SMB_FIELD_U64:
	case SMB_FIELD_FILETIME:
		return *(const uint64_t *)at;
	default:
		return 0;
	}
}

SmbText
smb_field_text(const SmbField *f, const void *body)
{
	if (f->kind != SMB_FIELD_TEXT)
		return (SmbText){ .encoding = SMB_TEXT_OEM };
	return *(const SmbText *)(const void *)((const char *)body + f->offset);
}

SmbSpan
smb_field_bytes(const SmbField *f, const void *body)
{
	const void *at = (const char *)body + f->offset;

	switch ((SmbFieldKind)f->kind) {
	case SMB_FIELD_TEXT:
		return ((const SmbText *)at)->bytes;
	case SMB_FIELD_HEX:
	case SMB_FIELD_LENGTH:
	case SMB_FIELD_GUID:
	case SMB_FIELD_ADDRESS:
		return *(const SmbSpan *)at;
	default:
		return (SmbSpan){ NULL, 0 };
	}
}

const SmbField *
smb_layout_find(const SmbLayout *layout, SmbFieldRole role)
{
	for (uint16_t i = 0; layout && i < layout->count; i++)
		if (layout->fields[i].role == role)
			return &layout->fields[i];
	return NULL;
}
