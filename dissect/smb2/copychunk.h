/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Copies that the server makes ([MS-SMB2] 2.2.31.1, 2.2.32.1, 2.2.32.3): the client asks for a key
 * of the file to copy from, and names the file by it in the request to copy, which goes to the file
 * to copy to. Of the inputs and outputs of these IOCTLs this is what following them needs.
 */
#pragma once

#include "dissect/wire/reader.h"

enum { SMB2_RESUME_KEY_SIZE = 24 };

/* The key at the beginning of both, the answer with it and the request to copy; absent if cut. */
SmbSpan smb2_resume_key(SmbSpan bytes);

/* TotalBytesWritten of the response to a request to copy; 0 if it is not there. */
uint32_t smb2_copied(SmbSpan output);
