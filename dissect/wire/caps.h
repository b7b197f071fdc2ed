/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Caps on what grows with the traffic. In a build with the option tiny_caps each is so small that
 * it is reached within a few messages, and no memory is kept for reuse: AddressSanitizer then finds
 * any pointer to something that was dropped, and a fuzzer reaches every cap quickly.
 *
 * Caps on objects are then 1 to 3; byte limits stay large enough to read a message.
 */
#pragma once

#ifdef SMBTRAIL_TINY_CAPS
#define SMB_CAP(ordinary, tiny) (tiny)
#else
#define SMB_CAP(ordinary, tiny) (ordinary)
#endif
