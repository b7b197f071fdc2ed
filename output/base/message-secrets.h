/* SPDX-License-Identifier: BSD-3-Clause */
/* Which bytes of a message are secrets, or may be, for who dumps them. */
#pragma once

#include "dissect/event.h"

/*
 * One byte for each that is there of the message, not 0 where it is not to be shown; NULL where all
 * of them may be. Free with g_free. Secrets are: what the fields of the message say; all of a
 * command that carries some and could not be read to its end; parts of a transaction whose whole is
 * not known yet; what is spoken over a named pipe, where accounts and services are managed.
 */
uint8_t *out_message_secrets(const SmbMessage *m, const SmbConnectionInfo *info);
