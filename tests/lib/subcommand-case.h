/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Cases for tests of what is inside of transactions: parameters and data as they are put together,
 * and the fields that must come out of them. Every case is also read cut at each byte, and with
 * each byte spoilt.
 *
 *     SubCase -- sub_run_new --> SubRun -- sub_read --> fields, SubRun.facts, SubRun.nested
 *
 * Cases are constant tables of the test. A SubRun holds the bytes of one case; sub_run_free frees
 * it. `nested` points into `storage` and lasts until the next sub_read.
 */
#pragma once

#include <check.h>
#include <glib.h>

#include "dissect/smb1/transaction/subcommand.h"
#include "tests/lib/smb1-case.h"

typedef struct {
	const char *what;
	bool response, unicode;
	int32_t function;
	const char *name;              /* of the request */
	const char *setup;             /* hex, words */
	const char *parameters, *data; /* hex, 'OEM text', u'UTF-16 text' */
	const char *asked;             /* of a response: the request's parameters */
	const char *fields;
	const char *facts; /* NULL: nothing */
} SubCase;

typedef struct {
	Smb1TransactionParse parse;
	uint8_t command;
} SubTarget;

typedef struct {
	const SubCase *c;
	GByteArray *parameters, *data, *asked;
	_Alignas(8) uint8_t storage[SMB1_NESTED_MAX];
	Smb1Facts facts;
	Smb1Nested nested;
	GString *fields;
} SubRun;

/* A case ready to be read. */
SubRun *sub_run_new(const SubCase *c);

/* Frees a run and its bytes. */
void sub_run_free(SubRun *run);

/*
 * Reads the case with so many bytes of its parts, renders all that came out, and returns the
 * rendering.
 */
GString *sub_read(SubRun *run, SubTarget target, uint32_t parameters, uint32_t data);

/* Reads the case with each byte of one of its parts spoilt; nothing is read past its end. */
void sub_spoil(SubRun *run, SubTarget target, GByteArray *bytes);

/* Each case gives its fields and facts; cut or spoilt anywhere, nothing is read past its end. */
void sub_check_all(const SubCase *cases, size_t count, SubTarget target);

#define SUB_CHECK(cases, target) sub_check_all(cases, sizeof(cases) / sizeof((cases)[0]), target)

/* The main() of such a test: runs the tests that `add` adds, and gives the exit status. */
int sub_main(const char *name, void (*add)(TCase *tc));
