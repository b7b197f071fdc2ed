/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Both UDP services through the front door. Input: records of a length byte pair, the low bit of
 * the first telling the port; so fragments can be built.
 */
#include <stdlib.h>

#include "dissect/dissect.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
on_event(void *user, const SmbEvent *event)
{
	uint32_t *events = user;

	if (event->connection->number ||
	    (event->kind == SMB_EVENT_DATAGRAM && event->datagram->n_named > 8))
		__builtin_trap();
	(*events)++;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint32_t events = 0, fed = 0;
	const SmbConfig config = { .want = SMB_EVENT_DATAGRAM | SMB_EVENT_MESSAGE,
				   .event = on_event,
				   .user = &events };
	SmbContext *context = smb_context_new(&config);
	SmbReader r = smb_reader_new(data, (uint32_t)size, (uint32_t)size);

	while (smb_reader_left(&r) > 2) {
		uint8_t bits = smb_reader_u8(&r);
		uint32_t len = smb_reader_u8(&r) | (uint32_t)(bits >> 4) << 8;
		SmbEndpoints ends = { .family = 4,
				      .client = { 10, 0, 0, 1 },
				      .server = { 10, 0, 0, 255 } };
		SmbStamp when = { .time_ns = (uint64_t)fed * 100000000u, .frame = ++fed };
		SmbSpan payload =
			smb_reader_span(&r, len < smb_reader_left(&r) ? len : smb_reader_left(&r));

		ends.client_port = ends.server_port = bits & 1 ? 137 : 138;
		smb_context_datagram(context, &ends, payload, payload.len + (bits >> 1 & 1) * 9,
				     &when);
	}
	if (events < fed || events > 2 * fed)
		__builtin_trap();
	if (smb_context_free(context) != 0)
		abort();
	return 0;
}
