/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Information levels that query and set one file: the QUERY and SET levels ([MS-CIFS] 2.2.8.3,
 * 2.2.8.4) and, from 1000 on, the file information classes of [MS-FSCC] 2.4.
 */
#include "dissect/fscc/classes.h"
#include "dissect/smb1/transaction/levels.h"
#include "dissect/wire/names.h"

enum {
	PASS_THROUGH = 1000,
	ANSWER_ROWS = 2,
	LEVEL_ALL = 0x0107,
	SHORT_ALL_SIZE = 72, /* of SMB_QUERY_FILE_ALL_INFO up to its name */
	NO_CLASS = 0,
};

#define ROW FSCC_FILE
#define RESERVED FSCC_FILE_RESERVED
#define PATH_LAYOUT(ident, label) SMB_LAYOUT(ident, FsccFile, label)
#define QUERY(ident, ...)                                                                   \
	static const SmbField query_##ident##_fields[] = { FSCC_FILE_ANSWER, __VA_ARGS__ }; \
	static PATH_LAYOUT(query_##ident, "TRANS2 query information response");             \
	static SMB_LAYOUT_AFTER(alone_##ident, query_##ident, ANSWER_ROWS, FsccFile,        \
				"TRANS2 query information response")
#define SET(ident, ...)                                                 \
	static const SmbField set_##ident##_fields[] = { __VA_ARGS__ }; \
	static PATH_LAYOUT(set_##ident, "TRANS2 set information request")

/* Only the parameter: for a response without data. */
static const SmbField answer_fields[] = { FSCC_FILE_ANSWER };
static PATH_LAYOUT(answer, "TRANS2 information response");
static SMB_LAYOUT_AFTER(nothing, answer, ANSWER_ROWS, FsccFile, "TRANS2 information response");
/* The same number is another level when it is set. */
static const SmbField set_answer_fields[] = {
	ROW(U16, information_level, "information_level", .role = SMB_ROLE_FUNCTION,
	    .flags = SMB_FIELD_SHOW_HEX, .name_of = smb1_set_level_name),
	ROW(U16, ea_error_offset, "ea_error_offset"),
};
static PATH_LAYOUT(set_answer, "TRANS2 information response");
static const SmbField answer_without_level_fields[] = {
	ROW(U16, ea_error_offset, "ea_error_offset"),
};
static PATH_LAYOUT(answer_without_level, "TRANS2_CREATE_DIRECTORY response");

/* 2.2.8.3.1, 2.2.8.3.2, 2.2.8.4.1 */
#define DOS_TIMES                                                      \
	ROW(DOSTIME, creation_dostime, "creation_time"),               \
		ROW(DOSTIME, last_access_dostime, "last_access_time"), \
		ROW(DOSTIME, last_write_dostime, "last_write_time")
#define DOS_SIZES                                                               \
	ROW(U32, file_data_size, "file_data_size", .role = SMB_ROLE_TELLING),   \
		ROW(U32, allocation32, "allocation_size"),                      \
		ROW(U16, attributes, "attributes", .flags = SMB_FIELD_SHOW_HEX, \
		    .name_of = smb1_file_attribute_name)
QUERY(standard, DOS_TIMES, DOS_SIZES);
QUERY(ea_size, DOS_TIMES, DOS_SIZES, ROW(U32, ea_size, "ea_size"));
SET(standard, DOS_TIMES);

/* 2.2.8.3.3, 2.2.8.3.4, 2.2.8.4.2 */
#define EAS ROW(LIST, list, "extended_attributes", .items = &smb1_fea_layout)
QUERY(eas, EAS);
SET(eas, EAS);

/* 2.2.8.3.10 */
QUERY(all, FSCC_FILE_TIMES, FSCC_FILE_ATTRIBUTES, RESERVED(U32, reserved, "reserved"),
      FSCC_FILE_STANDARD, RESERVED(U16, padding, "reserved2"), ROW(U32, ea_size, "ea_size"),
      FSCC_FILE_NAME);
/* [MS-FSCC] 2.4.28.1, .42.1: a handle of 4 bytes */
SET(rename, ROW(U8, replace_if_exists, "replace_if_exists"), RESERVED(U8, reserved8, "reserved"),
    RESERVED(U16, padding, "reserved2"), ROW(U32, root_directory, "root_directory"),
    FSCC_FILE_NAME_TO("new_name"));
/* .43 */
SET(rename_ex, FSCC_FILE_HEX(U32, flags, "rename_flags"), RESERVED(U32, reserved, "reserved"),
    ROW(U64, number, "root_directory"), FSCC_FILE_NAME_TO("new_name"));

static void
rest_eas(SmbReader *r, void *body, bool unicode)
{
	(void)unicode;
	((FsccFile *)body)->list = smb1_fea_list(r);
}

/* ---- Which level is what --------------------------------------------------------------------- */

#define FSCC(n) (PASS_THROUGH + (n))
#define Q(ident) &alone_##ident, &query_##ident
#define NOT_QUERIED NULL, NULL

/* What SMB1 has alone, and classes that have another form in it. */
static const FsccClass levels[] = {
	{ 0x0001, Q(standard), &set_standard, NULL },
	{ 0x0002, Q(ea_size), NULL, NULL },
	{ 0x0002, NOT_QUERIED, &set_eas, rest_eas },
	{ 0x0003, Q(eas), NULL, rest_eas },
	{ 0x0004, Q(eas), NULL, rest_eas },
	/* SMB_INFO_IS_NAME_VALID: the status is the answer */
	{ 0x0006, &nothing, &answer, NULL, NULL },
	{ LEVEL_ALL, Q(all), NULL, fscc_rest_name },
	{ FSCC(10), NOT_QUERIED, &set_rename, fscc_rest_new_name },
	{ FSCC(11), NOT_QUERIED, &set_rename, fscc_rest_new_name },
	{ FSCC(65), NOT_QUERIED, &set_rename_ex, fscc_rest_new_name },
};

/* 2.2.8.3.6 to .13, 2.2.8.4.3 to .6: the structures of classes, by level; query and set. */
static uint32_t
class_of(int32_t level, bool set)
{
	static const struct {
		uint16_t level, query, set;
	} same[] = {
		{ 0x0101, 4, 4 },         { 0x0102, 5, 13 },        { 0x0103, 7, 19 },
		{ 0x0104, 9, 20 },        { 0x0108, 21, NO_CLASS }, { 0x0109, 22, NO_CLASS },
		{ 0x010B, 28, NO_CLASS },
	};

	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++)
		if (same[i].level == level)
			return set ? same[i].set : same[i].query;
	return level >= PASS_THROUGH ? (uint32_t)level - PASS_THROUGH : NO_CLASS;
}

static const FsccClass *
find_level(int32_t level, bool set)
{
	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++)
		if (levels[i].code == level && (set ? levels[i].set : levels[i].query))
			return &levels[i];
	return fscc_file_class(class_of(level, set), set);
}

/* [MS-CIFS] 2.2.6.6.2, 2.2.6.8.2: EaErrorOffset, which servers older than NT do not send. */
static void
read_answer(const Smb1Transaction *t, FsccFile *body)
{
	SmbReader parameters = smb_reader_from_span(t->parameters);

	body->information_level = (uint16_t)t->level;
	body->ea_error_offset = smb_reader_le16(&parameters);
}

/*
 * Samba answers FileAllInformation in the form of SMB_QUERY_FILE_ALL_INFO, which has 28 bytes less
 * before the name. It is recognised by a name length that fits at the offset that it has in that
 * form.
 */
static bool
is_short_all(const Smb1Transaction *t)
{
	SmbReader data = smb_reader_from_span(t->data);
	uint32_t length;

	if (t->level != FSCC(18))
		return false;
	smb_reader_skip(&data, SHORT_ALL_SIZE - 4);
	length = smb_reader_le32(&data);
	return data.status == SMB_READ_OK && length == t->total_data - SHORT_ALL_SIZE;
}

void
smb1_query_path_level(const Smb1Transaction *t, Smb1Nested *nested)
{
	SmbReader data = smb1_data_reader(t);
	const FsccClass *level = find_level(is_short_all(t) ? LEVEL_ALL : t->level, false);
	FsccFile *body;

	if (t->level < 0 || smb1_unix_query(t, nested))
		return;
	body = SMB1_NESTED(nested, FsccFile);
	nested->layout = level->answer;
	read_answer(t, body);
	fscc_read_class(&data, level, false, body, t->unicode);
	smb1_nested_settle(nested, t, &data);
}

void
smb1_set_path_level(const Smb1Transaction *t, Smb1Nested *nested)
{
	SmbReader data = smb1_data_reader(t);
	const FsccClass *level = find_level(t->level, true);
	FsccFile *body;

	if (!t->total_data || smb1_unix_set(t, nested))
		return;
	body = SMB1_NESTED(nested, FsccFile);
	nested->layout = level->set;
	fscc_read_class(&data, level, true, body, t->unicode);
	nested->facts->name_to = body->name_to;
	nested->facts->disposition = body->disposition;
	nested->facts->has_size = body->sets_size;
	nested->facts->size = body->end_of_file;
	smb1_nested_settle(nested, t, &data);
}

/* [MS-CIFS] 2.2.6.7.2, 2.2.6.9.2, 2.2.6.14.2: only the parameter. */
void
smb1_set_path_answer(const Smb1Transaction *t, Smb1Nested *nested)
{
	if (!t->total_parameters || smb1_unix_set_answer(t, nested))
		return;
	nested->layout = t->level < 0 ? &answer_without_level : &set_answer;
	read_answer(t, SMB1_NESTED(nested, FsccFile));
}
