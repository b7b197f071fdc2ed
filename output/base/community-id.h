/* SPDX-License-Identifier: BSD-3-Clause */
/* Community ID v1: a hash of the five-tuple that is the same for both directions and in every tool
 * that computes it. */
#pragma once

#include "dissect/event.h"
#include "output/base/writer.h"

/*
 * "1:LQU9qZlK+B5F3KDmev6m5PMibrg=" without quotes, seed 0; nothing if the addresses are unknown.
 * Allocates, so call it once per connection.
 */
void out_community_id(OutBuffer *b, const SmbEndpoints *ends, uint8_t protocol);
