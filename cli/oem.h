/* SPDX-License-Identifier: BSD-3-Clause */
#pragma once

#include <glib.h>

#include "dissect/wire/text.h"

/*
 * Which character set the OEM strings of the captures are in: a code page by its number ("850"), or
 * any name that iconv(3) knows, of one or two bytes a character, the lower half being ASCII. For
 * SmbConfig.oem; one block of memory, the caller's (g_free). NULL, with error set, if it is none of
 * these.
 */
SmbEncoding *cli_oem_new(const char *charset, GError **error);
