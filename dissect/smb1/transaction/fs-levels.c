/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Information levels that query and set a file system: [MS-CIFS] 2.2.8.2 and, from 1000 on, the
 * classes of [MS-FSCC] 2.5.
 */
#include "dissect/fscc/classes.h"
#include "dissect/smb1/transaction/levels.h"
#include "dissect/wire/names.h"

enum { PASS_THROUGH = 1000, ANSWER_ROWS = 1, NO_CLASS = 0 };

#define ROW(KIND, member, key, ...) SMB_FIELD(FsccFs, KIND, member, key, ##__VA_ARGS__)
#define ANSWER                                                                      \
	ROW(U16, information_level, "information_level", .role = SMB_ROLE_FUNCTION, \
	    .flags = SMB_FIELD_SHOW_HEX, .name_of = smb1_fs_level_name)
#define QUERY(ident, ...)                                                         \
	static const SmbField ident##_fields[] = { ANSWER, __VA_ARGS__ };         \
	static SMB_LAYOUT(ident, FsccFs, "TRANS2_QUERY_FS_INFORMATION response"); \
	static SMB_LAYOUT_AFTER(ident##_alone, ident, ANSWER_ROWS, FsccFs,        \
				"TRANS2_QUERY_FS_INFORMATION response")

/* 2.2.8.2.1, .2 */
QUERY(allocation, ROW(U32, id, "file_system_id"), ROW(U32, sectors_per_unit, "sectors_per_unit"),
      ROW(U32, units32, "total_units"), ROW(U32, free_units32, "available_units"),
      ROW(U16, bytes_in_sector, "bytes_per_sector"));
QUERY(volume, ROW(U32, serial_number, "volume_serial_number", .flags = SMB_FIELD_SHOW_HEX),
      ROW(U8, count, "volume_label_length"), ROW(TEXT, text, "volume_label"));

/*
 * cCharCount counts characters, or bytes in Windows; either way the label extends to the end of the
 * data. 2.2.8.2.2 has no pad byte before it, and Samba sends none; if there is one, the rest is not
 * a whole number of UTF-16 units.
 */
static void
rest_volume(SmbReader *r, void *body, bool unicode)
{
	if (unicode && smb_reader_declared_left(r) % 2)
		smb_reader_skip(r, 1);
	((FsccFs *)body)->text = fscc_text(r, smb_reader_declared_left(r), unicode);
}

static const FsccClass levels[] = {
	{ 0x0001, &allocation_alone, &allocation, NULL, NULL },
	{ 0x0002, &volume_alone, &volume, NULL, rest_volume },
};

/* 2.2.8.2.3 to .6 are the structures of classes. */
static uint32_t
class_of(int32_t level)
{
	static const struct {
		uint16_t level, class;
	} same[] = { { 0x0102, 1 }, { 0x0103, 3 }, { 0x0104, 4 }, { 0x0105, 5 } };

	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++)
		if (same[i].level == level)
			return same[i].class;
	return level >= PASS_THROUGH ? (uint32_t)level - PASS_THROUGH : NO_CLASS;
}

static const FsccClass *
find_level(int32_t level, bool set)
{
	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]) && !set; i++)
		if (levels[i].code == level)
			return &levels[i];
	return fscc_fs_class(class_of(level), set);
}

/* [MS-CIFS] 2.2.6.4.2 */
void
smb1_query_fs_level(const Smb1Transaction *t, Smb1Nested *nested)
{
	SmbReader data = smb1_data_reader(t);
	const FsccClass *level = find_level(t->level, false);
	FsccFs *body;

	if (t->level < 0 || smb1_unix_query_fs(t, nested))
		return;
	body = SMB1_NESTED(nested, FsccFs);
	nested->layout = level->answer;
	body->information_level = (uint16_t)t->level;
	fscc_read_class(&data, level, false, body, t->unicode);
	smb1_nested_settle(nested, t, &data);
}

/* [MS-SMB] 2.2.6.4.1 */
void
smb1_set_fs_level(const Smb1Transaction *t, Smb1Nested *nested)
{
	SmbReader data = smb1_data_reader(t);
	const FsccClass *level = find_level(t->level, true);
	FsccFs *body;

	if (!t->total_data || smb1_unix_set_fs(t, nested))
		return;
	body = SMB1_NESTED(nested, FsccFs);
	nested->layout = level->set;
	fscc_read_class(&data, level, true, body, t->unicode);
	smb1_nested_settle(nested, t, &data);
}
