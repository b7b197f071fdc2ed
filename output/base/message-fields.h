/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The contents of a message as text: in the few words that fit on a line, as header and fields
 * (-v), and as bytes (-x). Everything goes by the layouts of the message's blocks (fields.h) and is
 * appended to a buffer.
 */
#pragma once

#include "dissect/event.h"
#include "output/base/writer.h"

/* "open andx + read andx" */
void out_message_commands(OutBuffer *b, const SmbMessage *m);
/* The most telling fields of all its commands. */
void out_message_brief(OutBuffer *b, const SmbMessage *m, bool reveal);
/* -v: header and every field, indented. */
void out_message_details(OutBuffer *b, const SmbMessage *m, bool reveal);
/*
 * -x: offset, 16 bytes (8 on a terminal of less than 80 columns; 0: no terminal), the same as
 * ASCII; what was not captured is counted. `hidden`: one for each
 * byte, not 0 if an asterisk replaces it (out_message_secrets); NULL: none. False if not all are
 * shown: of what was compressed, two for each byte that was sent.
 */
bool out_message_bytes(OutBuffer *b, const SmbMessage *m, const uint8_t *hidden, unsigned columns);
