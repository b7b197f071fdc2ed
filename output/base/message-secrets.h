/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Finds the bytes of a message that are or may be secrets, before they are dumped. It goes by the
 * flags of fields (dissect/wire/layout.h), not by commands.
 */
#pragma once

#include "dissect/event.h"

/*
 * One byte for each captured byte of the message, not 0 if it must not be shown; NULL if all may be
 * shown. Free with g_free. Secrets are: fields that are marked as secret; all of a command that
 * carries secrets and could not be read completely; parts of a transaction that is not complete
 * yet; everything sent over a named pipe, where accounts and services are managed.
 */
uint8_t *out_message_secrets(const SmbMessage *m, const SmbConnectionInfo *info);
