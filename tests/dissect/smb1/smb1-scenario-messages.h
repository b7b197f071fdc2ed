/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Messages of captures made for this project, one of each command, direction and form, with every
 * field that they have. Times are the numbers of the wire. The table is constant.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

typedef struct {
	bool response;
	const char *hex;
	const char *fields;
} ScenarioMessage;

extern const ScenarioMessage scenario_messages[];
extern const size_t scenario_messages_count;
