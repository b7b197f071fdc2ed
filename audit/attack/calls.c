/* SPDX-License-Identifier: BSD-3-Clause */
/* Which call an answer is to, and what handle it gives. */
#include <string.h>

#include "audit/attack/internal.h"

/* A pipe that is opened after another one may have its FID. */
AuditCall
audit_call_of(const AuditStep *s)
{
	return (AuditCall){ .pipe = s->x->fid,
			    .opened = s->x->file ? s->x->file->opened.frame : 0,
			    .call_id = s->x->rpc->call_id,
			    .waits = true };
}

bool
audit_call_is_answered(const AuditCall *call, const AuditStep *s)
{
	AuditCall here = audit_call_of(s);

	return call->waits && call->pipe == here.pipe && call->opened == here.opened &&
	       call->call_id == here.call_id;
}

bool
audit_call_is_asked(const SmbRpcFacts *rpc)
{
	return rpc->request && strcmp(rpc->request, "REQUEST") == 0;
}

bool
audit_call_failed(const SmbRpcFacts *rpc)
{
	return !rpc->ambiguous && (rpc->fault || (rpc->has_result && rpc->result));
}

AuditHandle
audit_handle_asked(const AuditStep *s)
{
	const SmbRpcArguments *a = &s->x->rpc->arguments;
	AuditHandle handle = { .known = a->has_handle };

	memcpy(handle.bytes, a->handle, sizeof(handle.bytes));
	return handle;
}

AuditHandle
audit_handle_given(const AuditStep *s)
{
	const SmbRpcFacts *rpc = s->x->rpc;
	AuditHandle handle = { .known = rpc->gives_handle };

	memcpy(handle.bytes, rpc->given_handle, sizeof(handle.bytes));
	return handle;
}

bool
audit_handle_is(const AuditHandle *a, const AuditHandle *b)
{
	return a->known && b->known && memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}

void
audit_take_out(void *items, uint32_t *n, size_t size, uint32_t at)
{
	char *item = (char *)items + at * size;

	--*n;
	memmove(item, item + size, (*n - at) * size);
}
