/* SPDX-License-Identifier: BSD-3-Clause */
#pragma once

#include <glib.h>
#include <stdbool.h>

/*
 * Which character set the OEM strings of the captures are in: a code page by its number ("850"), or
 * any name that iconv(3) knows, of one or two bytes a character, the lower half being ASCII. For the
 * whole process, so it is to be called before anything is read. False, with error set, if it is
 * none of these.
 */
bool cli_oem_set(const char *charset, GError **error);
