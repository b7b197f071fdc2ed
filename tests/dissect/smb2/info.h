/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The cases of test-info.c: what the buffers of IOCTL, QUERY_DIRECTORY, CHANGE_NOTIFY, QUERY_INFO and
 * SET_INFO hold, one case for each structure of [MS-FSCC] and [MS-SMB2] 2.2.31 and 2.2.32, with bytes
 * made after their sections.
 *
 *     info-cases.c      classes, entries, changes, quotas, security
 *     info-fsctls.c     control codes
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

typedef struct {
	/*
	 * 'i', 'o': input, output of a control code; 'f', 'v': query of a file, of a file system;
	 * 'F', 'V': set; 's': security; 'u': quotas; 'd': entries; 'c': changes; 'q', 'e': input of
	 * a query of quotas, of extended attributes.
	 */
	char kind;
	uint32_t code;      /* or class; 'q', 'e': type and class */
	const char *bytes;  /* hex pairs */
	const char *fields; /* key=value, lists in brackets */
} InfoCase;

extern const InfoCase info_cases[];
extern const size_t info_cases_count;
extern const InfoCase info_fsctls[];
extern const size_t info_fsctls_count;
