/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Caps on what grows with the traffic. A build with the option tiny_caps has each so small that it
 * is reached within a few messages, and keeps nothing to use again: whoever still points to what
 * was dropped is found by AddressSanitizer, and by a fuzzer before it is tired.
 *
 * Counts of objects become 1 to 3 then; bytes are left as many as it takes to read a message.
 */
#pragma once

#ifdef SMBTRAIL_TINY_CAPS
#define SMB_CAP(ordinary, tiny) (tiny)
#else
#define SMB_CAP(ordinary, tiny) (ordinary)
#endif
