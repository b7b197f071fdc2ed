/* SPDX-License-Identifier: BSD-3-Clause */
/* The sink that feeds an audit and prints nothing. */
#include "output/audit/audit.h"
#include "output/base/sink-base.h"

typedef struct {
	OutSinkBase base; /* first; of it only the memory is used */
	Audit *audit;
} AuditSink;

static void
event(OutSink *sink, const SmbEvent *e)
{
	AuditSink *self = (AuditSink *)sink;

	audit_event(self->audit, e);
	self->base.memory = audit_memory(self->audit);
}

static void
forget(OutSink *sink, SmbConnectionInfo *info)
{
	AuditSink *self = (AuditSink *)sink;

	audit_forget(self->audit, info);
	self->base.memory = audit_memory(self->audit);
}

static void
end(OutSink *sink, const OutTotals *totals)
{
	(void)sink;
	(void)totals;
}

/* Its memory belongs to the audit. */
static size_t
sink_free(OutSink *sink)
{
	g_free(sink);
	return 0;
}

OutSink *
out_audit_sink_new(Audit *audit)
{
	static const OutSinkClass class = {
		.event = event, .forget = forget, .end = end, .free = sink_free
	};
	AuditSink *self = g_new0(AuditSink, 1);

	self->base.sink = (OutSink){ .class = &class,
				     .want = SMB_EVENT_EXCHANGE | SMB_EVENT_FORGOTTEN |
					     SMB_EVENT_CONNECTION | SMB_WANT_PRINTS };
	self->audit = audit;
	self->base.memory = audit_memory(audit);
	return &self->base.sink;
}
