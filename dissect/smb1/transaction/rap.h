/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The Remote Administration Protocol, spoken over \PIPE\LANMAN ([MS-RAP]): requests describe their
 * own parameters and the data of their answer in descriptor strings, and both are read as these
 * say, not as the opcode would have it.
 */
#pragma once

#include "dissect/smb1/transaction/subcommand.h"

void smb1_rap_parse(const Smb1Transaction *t, Smb1Nested *nested);

/*
 * "NetShareEnum": [MS-RAP] 2.5.4, and the functions of LAN Manager that it leaves out; NULL if
 * unknown.
 */
const char *smb1_rap_name(uint32_t function);

/*
 * What the items of an entry mean, in the order of its descriptor; NULL for an item that is
 * padding.
 */
typedef struct {
	uint16_t function, level;
	const char *const *names;
	uint8_t n_names;
	const char *begins; /* of a level that has a password: its descriptor up to that */
} Smb1RapNames;

/*
 * rap-names.c; NULL if no document says, or the entries of a level that has a password are laid out
 * in another way.
 */
const Smb1RapNames *smb1_rap_names(uint16_t function, uint16_t level, SmbText descriptor);

/* An item by this name is a secret. */
bool smb1_rap_is_secret(const char *name);

/*
 * Neither the function's parameters nor any level of its response holds a secret. Functions about
 * shares, users, logons and services, and unknown ones, are not open; but the parameters of those
 * that only query are.
 */
bool smb1_rap_is_open(uint16_t function, bool answer);

/* The first string parameter of the function is a name. */
bool smb1_rap_takes_name(uint16_t function);
