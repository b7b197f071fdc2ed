/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Caps on what grows with the traffic. A build with the option tiny_caps has each so small that it
 * is reached within a few messages, and keeps nothing to use again: AddressSanitizer then finds any
 * pointer to what was dropped, and a fuzzer gets there quickly.
 *
 * Counts of objects become 1 to 3 then; byte limits stay large enough to read a message.
 */
#pragma once

#ifdef SMBTRAIL_TINY_CAPS
#define SMB_CAP(ordinary, tiny) (tiny)
#else
#define SMB_CAP(ordinary, tiny) (ordinary)
#endif
