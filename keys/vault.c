/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Pages of their own, so that what is asked of the kernel concerns nothing else: MADV_DONTDUMP (no
 * core has them), MADV_DONTFORK (smbtrail-unpack does not inherit them), MLOCK_ONFAULT (pages that
 * are used stay in memory). The limit on locked memory may be small; what cannot be locked is used
 * all the same.
 */
#include "keys/vault.h"

#include <string.h>
#include <sys/mman.h>

/* What is locked is not so in a process that was forked. */
void
keys_vault_share(void *memory, size_t size, bool shared)
{
	(void)madvise(memory, size, shared ? MADV_DOFORK : MADV_DONTFORK);
	(void)mlock2(memory, size, MLOCK_ONFAULT);
}

void *
keys_vault_new(size_t size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (memory == MAP_FAILED)
		return NULL;
	(void)madvise(memory, size, MADV_DONTDUMP);
	keys_vault_share(memory, size, false);
	return memory;
}

void
keys_wipe(void *memory, size_t size)
{
	explicit_bzero(memory, size);
}

void
keys_vault_free(void *memory, size_t size, size_t used)
{
	if (!memory)
		return;
	keys_wipe(memory, used);
	(void)munmap(memory, size);
}
