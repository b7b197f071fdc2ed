/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Prints what a command block carries, by the layout that describes it, so that a new command needs
 * no code here.
 *
 * Left out: fields that this form of the block does not have, secrets unless asked for, texts,
 * spans and lists that are not there, and, in a block that could not be read to its end, every zero
 * (it means unread).
 */
#pragma once

#include "dissect/event.h"
#include "output/base/writer.h"

/*
 * Begins a limit (out_limit) for what is printed of a message: a small multiple of its bytes, up to
 * a fixed maximum. Real messages stay far below.
 */
void out_fields_limit(OutBuffer *b, const SmbMessage *m);

/* Keys with values, each with its comma, inside an open object. */
void out_fields_json(OutBuffer *b, const SmbBlock *block, bool reveal);
/* A line `key: value` a field, indented by so many spaces; lists and objects indent their items
 * further. */
void out_fields_text(OutBuffer *b, const SmbBlock *block, bool reveal, unsigned indent);
/*
 * The value of one field alone; false, with nothing printed, if it is not shown, zero, or a list or
 * object.
 */
bool out_field_value(OutBuffer *b, const SmbBlock *block, const SmbField *f, bool reveal);
/* The published name of a number's whole value; NULL if it has none, or is absent. */
const char *out_field_name(const SmbBlock *block, const SmbField *f);

/*
 * What a transaction is about (SmbBlock.nested), as a block for the functions above; without a
 * layout if there is nothing.
 */
SmbBlock out_fields_nested(const SmbBlock *block);
