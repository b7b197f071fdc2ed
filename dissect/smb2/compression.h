/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Compressed messages of SMB 3.1.1 ([MS-SMB2] 2.2.42): what lies behind their header, decompressed
 * into room that the caller lends. As many bytes as wanted, so that the head of a read's response
 * costs little however large it is.
 *
 *   FC 'SMB' size algorithm 0 offset | clear bytes | compressed                    unchained
 *   FC 'SMB' size | algorithm flags length [size] payload | algorithm ...          chained
 *
 * Stateless; nothing is allocated. The message that comes out is one of SMB2, or several.
 */
#pragma once

#include "dissect/wire/reader.h"

/* 2.2.42.2.1: whether a payload of a chain has an OriginalPayloadSize. */
bool smb2_payload_has_size(uint16_t algorithm);

/* Whether the message, from its header on, is a compressed one. */
bool smb2_is_compressed(const SmbReader *bytes);

/*
 * How many bytes a compressed message says that it has once decompressed; 0 if its header is not
 * all there. A number that a stranger chose.
 */
uint64_t smb2_plain_size(SmbReader bytes);

/*
 * Decompresses the first bytes of a message into `room`, and gives a reader over them. It declares
 * as many as the message says it has, so that what was not wanted, not captured or could not be
 * decompressed is what is not here. *ret: OK, also where fewer bytes were wanted than there are;
 * TRUNCATED: the capture has no more of it; MALFORMED: no compressor made this (3.1.5.3), or with
 * an algorithm that is none of 2.2.3.1.3.
 */
SmbReader smb2_decompress(SmbReader bytes, uint8_t *room, uint32_t size, SmbReadStatus *ret);
