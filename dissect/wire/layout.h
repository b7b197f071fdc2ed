/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Layouts: a body struct described by a table, so that code that prints, filters or masks it needs
 * nothing specific to a command.
 *
 *   typedef struct { uint16_t fid; SmbText name; } Body;      the struct, filled by a parse function
 *
 *   static const SmbField body_fields[] = {                   one row a member:
 *           SMB_FIELD(Body, U16, fid, "fid", .role = SMB_ROLE_FID),
 *           SMB_FIELD(Body, TEXT, name, "file_name", .role = SMB_ROLE_FILE),
 *   };           |     |    |      |            |
 *                |     |    |      |            what it means to filters and lines
 *                |     |    |      the JSON key
 *                |     |    the member; does not compile unless its size is that of the kind
 *                |     how its bytes are to be understood
 *                the struct
 *   static SMB_LAYOUT(body, Body, "read request");             names body_fields
 *
 * Layouts and fields are constant tables of the program. A body is the parser's: it lives as long
 * as the message that it was read from, and texts, spans and lists in it point into that message.
 * Rows are in the order of the wire wherever smb_layout_read is to fill the struct.
 */
#pragma once

#include "dissect/wire/reader.h"
#include "dissect/wire/text.h"

#include <stddef.h>

enum {
	SMB_GUID_SIZE = 16,
	SMB_ITEM_MAX = 960, /* bytes of the largest struct of a list's item */
};

/* What a member is, and how it is shown. */
typedef enum {
	SMB_FIELD_U8,
	SMB_FIELD_U16,
	SMB_FIELD_U32,
	SMB_FIELD_U64,
	SMB_FIELD_I16,
	SMB_FIELD_I32,
	SMB_FIELD_BOOL,
	SMB_FIELD_TEXT,   /* SmbText */
	SMB_FIELD_HEX,    /* SmbSpan, shown as hex */
	SMB_FIELD_LENGTH, /* SmbSpan; only its length is shown */
	SMB_FIELD_GUID,   /* SmbSpan of 16 bytes, first three parts little-endian */
	/* uint64_t, 100 ns since 1601 ([MS-DTYP] 2.3.3); 0 and the two "no time" values are null */
	SMB_FIELD_FILETIME,
	/*
	 * uint32_t, seconds since 1970, local to the server ([MS-CIFS] 2.2.1.4.3); 0 and -1 are
	 * null
	 */
	SMB_FIELD_UTIME,
	/* uint32_t, SMB_DATE in the low half, SMB_TIME in the high one ([MS-CIFS] 2.2.1.4.1, .2) */
	SMB_FIELD_DOSTIME,
	SMB_FIELD_LIST,    /* SmbList: an array, decoded while it is printed */
	SMB_FIELD_ADDRESS, /* SmbSpan of 4 or 16 bytes, an IP address; of 6, that of an adapter */
	SMB_FIELD_OBJECT,  /* a nested struct, described by `items` */
	/* SmbPart: the fields of another struct among this one's, where forms differ by item */
	SMB_FIELD_PART,
} SmbFieldKind;

/* SmbField.flags. */
enum {
	SMB_FIELD_SECRET = 1,   /* only printed with --reveal-secrets */
	SMB_FIELD_SHOW_HEX = 2, /* a mask or an id: text shows 0x.., JSON keeps the number */
	SMB_FIELD_NONZERO = 4,  /* left out where zero */
	SMB_FIELD_MASKED = 8, /* may hold secrets: its bytes are not dumped, as those of a secret */
	/*
	 * A number that not every form of the struct has: SMB_FIELD_NONE says that it is not there.
	 * The member is a uint64_t, the number on the wire is smaller.
	 */
	SMB_FIELD_OPTIONAL = 16,
};

#define SMB_FIELD_NONE UINT64_MAX

/*
 * What a field means beyond its key. Filters, message lines and masks go by this, never by how a
 * key is spelt. A text without a role is shown in a message's line; a number without one is not.
 */
typedef enum {
	SMB_ROLE_NONE,
	SMB_ROLE_TELLING,     /* a number that a message's line shows */
	SMB_ROLE_FUNCTION,    /* a number that says what is done, shown by its name */
	SMB_ROLE_CONTROL,     /* the same, of an IOCTL or FSCTL: its control code */
	SMB_ROLE_FID,         /* the open file that the command is about; also shown */
	SMB_ROLE_FILE,        /* text: path of a file, directory, pipe or search pattern */
	SMB_ROLE_SHARE,       /* text: path of a share */
	SMB_ROLE_ACCOUNT,     /* text: the user who logs on */
	SMB_ROLE_DESCRIPTION, /* text that describes bytes (RAP); a line leaves it out */
	SMB_ROLE_SETUP, /* setup words of a transaction, which a line shows by their meaning */
	/* Where the parts of a transaction, or the data of a read or write, are in the message. */
	SMB_ROLE_PARAMETER_OFFSET,
	SMB_ROLE_PARAMETER_COUNT,
	SMB_ROLE_TOTAL_PARAMETER_COUNT,
	SMB_ROLE_DATA_OFFSET,
	SMB_ROLE_DATA_COUNT,
	SMB_ROLE_TOTAL_DATA_COUNT,
	/* What a machine announces of itself. */
	SMB_ROLE_OS_MAJOR,
	SMB_ROLE_OS_MINOR,
	SMB_ROLE_WORKGROUP,
	SMB_ROLE_COMMENT,
} SmbFieldRole;

typedef struct SmbLayout SmbLayout;
typedef struct SmbList SmbList;

/*
 * Stores the next item of a list in `item` (the zeroed struct that the list's layout describes);
 * false at its end. Capped by the bytes.
 */
typedef bool (*SmbListNext)(SmbList *list, void *item);

/*
 * An array that is decoded while it is walked; copy it before walking, so that it can be walked
 * again.
 */
struct SmbList {
	SmbReader at;      /* what is still to be decoded */
	SmbListNext next;  /* NULL: an absent list */
	uint32_t form;     /* for next's own use: an information level, a count */
	const void *owner; /* the same: the body that holds the list, where its items need it */
	/*
	 * How many bytes of text outside the list its items may still point to. Without this budget
	 * a text that many items share would be printed once for each. `capped`: the budget was
	 * used up, and the list ended there.
	 */
	uint32_t text_left;
	bool unicode, capped;
};

/*
 * The part of a body whose form depends on what the rest of it says: a context by its type. Its
 * fields are shown as if they stood in the body itself. layout NULL: it has none, or none that
 * could be read.
 */
typedef struct {
	const SmbLayout *layout;
	const void *body; /* in the same item or body, which must not be moved */
} SmbPart;

/* The initial text_left of a list of that many bytes: real lists share a path or two. */
uint32_t smb_list_text(uint32_t bytes);
/*
 * Subtracts that many bytes from text_left; if fewer are left, returns false and marks the list as
 * capped.
 */
bool smb_list_spend(SmbList *list, uint32_t bytes);

/* One member of a body. Made by SMB_FIELD. */
typedef struct {
	/*
	 * The JSON key; text shows spaces for underscores. NULL in a list of bare values. A PART's
	 * is not shown.
	 */
	const char *key;
	uint16_t offset;        /* of the member in the body */
	uint8_t kind;           /* SmbFieldKind */
	uint8_t flags;          /* SMB_FIELD_SECRET ... */
	uint8_t role;           /* SmbFieldRole */
	uint8_t min_words;      /* present only if the block's word_count is at least this */
	const SmbLayout *items; /* of a LIST or OBJECT */
	/*
	 * Of a number: the name of a value or of a single bit, shown beside it in text; may be
	 * NULL.
	 */
	const char *(*name_of)(uint32_t value);
} SmbField;

struct SmbLayout {
	const char *name; /* "read andx request" */
	uint16_t size;    /* of the body struct, for lists' items */
	uint16_t count;
	const SmbField *fields;
};

/* The size in bytes of a member of each kind; an OBJECT has its own size. */
#define SMB_KIND_SIZE_U8(size) sizeof(uint8_t)
#define SMB_KIND_SIZE_U16(size) sizeof(uint16_t)
#define SMB_KIND_SIZE_U32(size) sizeof(uint32_t)
#define SMB_KIND_SIZE_U64(size) sizeof(uint64_t)
#define SMB_KIND_SIZE_I16(size) sizeof(int16_t)
#define SMB_KIND_SIZE_I32(size) sizeof(int32_t)
#define SMB_KIND_SIZE_BOOL(size) sizeof(bool)
#define SMB_KIND_SIZE_TEXT(size) sizeof(SmbText)
#define SMB_KIND_SIZE_HEX(size) sizeof(SmbSpan)
#define SMB_KIND_SIZE_LENGTH(size) sizeof(SmbSpan)
#define SMB_KIND_SIZE_GUID(size) sizeof(SmbSpan)
#define SMB_KIND_SIZE_FILETIME(size) sizeof(uint64_t)
#define SMB_KIND_SIZE_UTIME(size) sizeof(uint32_t)
#define SMB_KIND_SIZE_DOSTIME(size) sizeof(uint32_t)
#define SMB_KIND_SIZE_LIST(size) sizeof(SmbList)
#define SMB_KIND_SIZE_ADDRESS(size) sizeof(SmbSpan)
#define SMB_KIND_SIZE_OBJECT(size) (size)
#define SMB_KIND_SIZE_PART(size) sizeof(SmbPart)

/* Evaluates to 0, and does not compile if a member does not have the size of its kind. */
#define SMB_KIND_CHECK(KIND, size) (0 * sizeof(char[(size) == SMB_KIND_SIZE_##KIND(size) ? 1 : -1]))

/* A row: SMB_FIELD(Body, U16, access_mode, "access_mode", .flags = SMB_FIELD_SHOW_HEX). */
#define SMB_FIELD(Type, KIND, member, name, ...)                                \
	{                                                                       \
		.key = (name),                                                  \
		.offset = offsetof(Type, member) +                              \
			  SMB_KIND_CHECK(KIND, sizeof(((Type *)NULL)->member)), \
		.kind = SMB_FIELD_##KIND, __VA_ARGS__                           \
	}

/* The layout `ident` of the rows `ident_fields`; put "static" before it if it is private. */
#define SMB_LAYOUT(ident, Type, label)                                                         \
	const SmbLayout ident = { .name = (label),                                             \
				  .size = sizeof(Type),                                        \
				  .count = sizeof(ident##_fields) / sizeof(ident##_fields[0]), \
				  .fields = ident##_fields }

/* The layout `ident` of the rows of another after its first `n`; it has the same body. */
#define SMB_LAYOUT_AFTER(ident, other, n, Type, label)                                          \
	const SmbLayout ident = { .name = (label),                                              \
				  .size = sizeof(Type),                                         \
				  .count = sizeof(other##_fields) / sizeof(other##_fields[0]) - \
					   (n),                                                 \
				  .fields = other##_fields + (n) }

/*
 * Reads the numbers and GUIDs that rows `first` and on describe, little-endian and in their order,
 * into their members of `body`, up to the first row that is neither, or a
 * GUID that only some forms of a command have. Failures latch in the reader.
 */
void smb_layout_read(SmbReader *r, const SmbLayout *layout, uint16_t first, void *body);

/*
 * Sets all numbers of a body to all ones, also those of objects in it: what a reading with
 * SmbReader.ones leaves so was not read.
 */
void smb_layout_fill(const SmbLayout *layout, void *body);

/* The number in a field's member, a signed one sign-extended to 64 bits; 0 if it is no number. */
uint64_t smb_field_number(const SmbField *f, const void *body);
/* The text in a field's member; the absent text if the field is not a text. */
SmbText smb_field_text(const SmbField *f, const void *body);
/* The bytes that a field's member points to: of a text, or of a span; absent for other kinds. */
SmbSpan smb_field_bytes(const SmbField *f, const void *body);
/* The first field with a role; NULL if there is none, or no layout. */
const SmbField *smb_layout_find(const SmbLayout *layout, SmbFieldRole role);
