/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The Remote Administration Protocol, spoken over \PIPE\LANMAN ([MS-RAP]): requests describe their
 * own parameters and the data of their answer in descriptor strings, and both are read as these
 * say, not as the opcode would have it.
 */
#pragma once

#include "dissect/smb1/subcommand.h"

void smb1_rap_parse(const Smb1Transaction *t, Smb1More *more);

/*
 * "NetShareEnum": [MS-RAP] 2.5.4, and the functions of LAN Manager that it leaves out; NULL where
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
} Smb1RapNames;

/* rap-names.c; NULL where no document says. */
const Smb1RapNames *smb1_rap_names(uint16_t function, uint16_t level);
