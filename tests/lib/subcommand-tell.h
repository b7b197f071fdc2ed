/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One reading of a side of a transaction, in whatever state it came: whole, cut, or lying. Unlike a
 * SubCase it says what the status has to be, and is read just once, so that a table can have many.
 *
 *     SubTold -- sub_tell_all --> fields, facts and status are as the row says
 *
 * The rows are constant tables of the test. A row that fails fails the running Check test, and is
 * named by its `what`.
 */
#pragma once

#include "dissect/smb1/transaction/subcommand.h"

typedef struct {
	const char *what;
	uint8_t command; /* SMB_COM_TRANSACTION, _TRANSACTION2 or _NT_TRANSACT */
	bool response, unicode, late;
	int32_t function, level;
	const char *name, *setup;                  /* NULL: none; hex, words */
	const char *parameters, *data, *asked;     /* as of bytes_of; NULL: none */
	uint32_t missing_parameters, missing_data; /* declared, but not captured */
	const char *fields;                        /* NULL: no layout */
	const char *label;                         /* of the layout; NULL: not asked */
	const char *json;  /* the same as an output has it; NULL: not asked */
	const char *facts; /* NULL: nothing */
	const char *there; /* fields where what is unread is all ones; NULL: not asked */
	SmbReadStatus status;
} SubTold;

/* Each row reads as it says, out of heap buffers of just their size. */
void sub_tell_all(const SubTold *rows, size_t count);

#define SUB_TELL(rows) sub_tell_all(rows, sizeof(rows) / sizeof((rows)[0]))
