/* SPDX-License-Identifier: BSD-3-Clause */
/* Which connections that carried no data are told, and how they ended. */
#include "cli/pipeline/internal.h"

/* Reported of the connections that did not come about. */
#define CLI_TRIES_MAX SMB_CAP(1000, 2)

/*
 * Whether an answer could have come before the capture ended: after as long a client sends its SYN
 * again (RFC 6298 section 2).
 */
static bool
had_time(const CapFlow *flow, uint64_t time_ns)
{
	enum { NS_PER_SECOND = 1000000000 };

	return flow->last_ns > flow->first_ns || time_ns >= flow->first_ns + NS_PER_SECOND;
}

/*
 * How a connection ended that carried no data. A flood of SYNs would be nothing but lines: those
 * without a connection are counted, and the first CLI_TRIES_MAX of them reported.
 */
static SmbEnd
end_without_data(CliPipeline *self, const CapFlow *flow, SmbEnd end, uint64_t time_ns)
{
	if (flow->refused) {
		self->totals.port_closed++;
		end = SMB_END_PORT_CLOSED;
	} else if (flow->unanswered && end != SMB_END_EVICTED && had_time(flow, time_ns)) {
		self->totals.no_answer++;
		end = SMB_END_NO_ANSWER;
	} else {
		return end;
	}
	if (self->tries < CLI_TRIES_MAX) {
		self->tries++;
		return end;
	}
	self->totals.tries_omitted++;
	return SMB_END_OPEN;
}

bool
cli_pipeline_worth_telling(CliPipeline *self, const CapFlow *flow, SmbEnd *end, uint64_t time_ns)
{
	if (!cli_has_ports(flow))
		return flow->syn_ns && flow->syn_ack_ns;
	if (!flow->syn_seen || !cli_is_smb_port(flow->port[CAP_FROM_B]))
		return false;
	*end = end_without_data(self, flow, *end, time_ns);
	if (*end == SMB_END_NO_ANSWER || *end == SMB_END_PORT_CLOSED)
		return true;
	return *end != SMB_END_OPEN && flow->syn_ack_ns && flow->last_ns > flow->syn_ack_ns;
}
