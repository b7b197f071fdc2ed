/* SPDX-License-Identifier: BSD-3-Clause */
#pragma once

#include <glib.h>
#include <stdbool.h>

/*
 * The interfaces that could be opened, a line each: number, name, description, state and addresses,
 * or as records of JSON. Free with g_free; NULL with error set.
 */
char *cli_list_interfaces(bool json, GError **error);
