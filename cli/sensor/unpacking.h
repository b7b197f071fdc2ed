/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The process that starts smbtrail-unpack for a run, which may start none once its sandbox is
 * closed. It is forked before anything was opened and before there are keys in memory, gives up all
 * privileges and the right to write files (Landlock), and ends with the run.
 */
#pragma once

#include <glib.h>

#include "capture/source/unpacker.h"

/* NULL with error set if there can be no such process. */
CapUnpacker *cli_unpacking_start(GError **error);
