/* SPDX-License-Identifier: BSD-3-Clause */
#include "capture/source/ahead.h"

#include <unistd.h>

void
cap_ahead_begin(CapAhead *self, int fd, uint64_t offset)
{
	*self = (CapAhead){ .fd = fd, .bytes = g_malloc(CAP_AHEAD), .offset = offset };
}

void
cap_ahead_clear(CapAhead *self)
{
	g_free(self->bytes);
	*self = (CapAhead){ 0 };
}

bool
cap_ahead_fill(CapAhead *self, size_t need)
{
	size_t left = self->len - self->at;

	memmove(self->bytes, self->bytes + self->at, left);
	self->offset += self->at;
	self->at = 0;
	self->len = left;
	while (self->len < need) {
		ssize_t n = pread(self->fd, self->bytes + self->len, CAP_AHEAD - self->len,
				  (off_t)(self->offset + self->len));

		/* Also where a signal came: libpcap waits or ends. */
		if (n <= 0)
			return false;
		self->len += (size_t)n;
	}
	return true;
}

bool
cap_ahead_at_end(const CapAhead *self)
{
	uint8_t more;

	return self->at == self->len &&
	       pread(self->fd, &more, 1, (off_t)cap_ahead_offset(self)) == 0;
}
