/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The Remote Administration Protocol, spoken over \PIPE\LANMAN ([MS-RAP]): requests describe their
 * own parameters and the data of the response in descriptor strings, and both are read by these,
 * not by what the opcode implies. Stateless: the response is read with the request's parameters at
 * hand (Smb1Transaction.asked).
 */
#pragma once

#include "dissect/smb1/transaction/subcommand.h"

/* Reads one direction of a RAP call by t->parameters; failures set the status of `nested`. */
void smb1_rap_parse(const Smb1Transaction *t, Smb1Nested *nested);

/* "NetShareEnum": [MS-RAP] 2.5.4, and LAN Manager functions that it leaves out; NULL if unknown. */
const char *smb1_rap_name(uint32_t function);

/* The names of the items of an entry, in the order of its descriptor; NULL for padding. */
typedef struct {
	uint16_t function, level;
	const char *const *names;
	uint8_t n_names;
	/*
	 * Of a function with passwords in some level: how the descriptor of this one begins, up to
	 * its password if it has one.
	 */
	const char *begins;
} Smb1RapNames;

/*
 * The names for a level, from rap-names.c; NULL if no document has them, or if some level of the
 * function has a password and the descriptor is not the documented one.
 */
const Smb1RapNames *smb1_rap_names(uint16_t function, uint16_t level, SmbText descriptor);

/* True if one of them is that of a secret. */
bool smb1_rap_has_secrets(const Smb1RapNames *names);
/* True if an item of this name is a secret. */
bool smb1_rap_is_secret(const char *name);

/*
 * True if neither the function's parameters nor any level of its response (`answer`) holds a
 * secret. Functions about shares, users, logons and services, and unknown ones, are not open; but
 * the parameters of those that only query are.
 */
bool smb1_rap_is_open(uint16_t function, bool answer);

/* True if the first string parameter of the function is a name. */
bool smb1_rap_takes_name(uint16_t function);
