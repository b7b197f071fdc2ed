/* SPDX-License-Identifier: BSD-3-Clause */
/* Flows and datagrams reach the dissector. */
#include "cli/workers/take.h"

SmbConnection *
cli_take_open(SmbContext *context, const CliItemOpen *open)
{
	SmbConnection *connection = smb_connection_new(context, &open->ends, open->hinted,
						       open->midstream, &open->first);

	smb_connection_handshake(connection, open->syn_ns, open->syn_ack_ns);
	return connection;
}

void
cli_take_datagram(SmbContext *context, const SmbEndpoints *ends, SmbSpan payload, uint32_t declared,
		  const SmbStamp *when)
{
	if (ends->family < 4)
		smb_context_message(context, ends, payload, declared, when);
	else
		smb_context_datagram(context, ends, payload, declared, when);
}
