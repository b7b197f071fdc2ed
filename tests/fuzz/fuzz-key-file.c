/* SPDX-License-Identifier: BSD-3-Clause */
/* The text of a file of keys. No keytab is opened. */
#include "keys/ring.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GError) error = NULL;
	KeyRing *ring = keys_ring_parse("file", (SmbSpan){ data, (uint32_t)size }, NULL, &error);

	if (!ring == !error)
		__builtin_trap();
	keys_ring_free(ring);
	return 0;
}
