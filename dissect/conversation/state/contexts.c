/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which interfaces a client has bound on a pipe, by the ids that it gave them (C706 12.6.3.1). An id may
 * be given again. Whether it means the new interface then is for the server to say; until it has, and
 * where its answer is not known to be to that bind, an id goes on to mean an interface whose calls
 * are telling: nobody hides them by asking for what the server refuses.
 */
#include "dissect/conversation/state/state.h"
#include "dissect/dcerpc/pdu.h"

static uint32_t
place_of(const SmbBindings *self, uint16_t id)
{
	uint32_t at = 0;

	while (at < self->n && self->bound[at].context_id != id)
		at++;
	return at;
}

const SmbRpcInterface *
smb_bindings_find(const SmbBindings *self, uint16_t id)
{
	uint32_t at = place_of(self, id);

	return at < self->n ? &self->bound[at] : NULL;
}

/* Of a full table one goes whose calls say nothing; SMB_RPC_INTERFACES: there is none, or no need. */
static uint32_t
make_room(const SmbBindings *self, const SmbRpcInterface *asked)
{
	uint32_t at = 0;

	if (!dce_interface_is_telling(asked->name))
		return SMB_RPC_INTERFACES;
	while (at < SMB_RPC_INTERFACES && dce_interface_is_telling(self->bound[at].name))
		at++;
	return at;
}

/* What the id means until the server has answered. */
static void
ask(SmbConnection *c, SmbBindings *self, const SmbRpcInterface *asked, SmbRpcInterface *ret_before)
{
	uint32_t at = place_of(self, asked->context_id);

	*ret_before = (SmbRpcInterface){ .context_id = asked->context_id };
	if (at == SMB_RPC_INTERFACES) {
		smb_connection_limit(c);
		at = make_room(self, asked);
		if (at < SMB_RPC_INTERFACES)
			self->bound[at] = *asked;
		return;
	}
	if (at < self->n) {
		*ret_before = self->bound[at];
		if (dce_interface_is_telling(ret_before->name) &&
		    !dce_interface_is_telling(asked->name))
			return;
	} else {
		self->n++;
	}
	self->bound[at] = *asked;
}

void
smb_bindings_asked(SmbConnection *c, SmbBindings *self, DcePdu *pdu, SmbRpcFacts *facts)
{
	DceContext context;

	self->unsure |= self->waits;
	self->waits = true;
	self->call_id = pdu->call_id;
	self->n_asked = 0;
	for (unsigned i = 0; i < pdu->n_contexts && dce_next_context(pdu, &context); i++) {
		SmbRpcInterface asked = { .context_id = context.id,
					  .version = context.interface.version,
					  .version_minor = context.interface.version_minor,
					  .name = dce_interface_name(context.interface.uuid) };
		SmbRpcInterface before;

		smb_span_copy((SmbSpan){ context.interface.uuid, 16 }, asked.uuid, 16);
		ask(c, self, &asked, &before);
		/* What the server says of more than these is not known: the id means what it may. */
		if (self->n_asked == SMB_RPC_INTERFACES)
			continue;
		self->asked[self->n_asked] = facts->interfaces[self->n_asked] = asked;
		self->before[self->n_asked++] = before;
	}
	if (pdu->n_contexts > SMB_RPC_INTERFACES)
		smb_connection_limit(c);
	facts->n_interfaces = self->n_asked;
}

/* What it means from now on. One that was refused, and meant nothing before, is called in vain. */
static void
decide(SmbBindings *self, uint32_t i)
{
	const SmbRpcInterface *asked = &self->asked[i], *before = &self->before[i];
	uint32_t at = place_of(self, asked->context_id);

	if (at == self->n)
		return;
	if (asked->result == DCE_ACCEPTED)
		self->bound[at] = *asked;
	else if (before->name)
		self->bound[at] = *before;
}

void
smb_bindings_answered(SmbBindings *self, DcePdu *pdu, SmbRpcFacts *facts)
{
	bool sure = self->waits && !self->unsure && self->call_id == pdu->call_id;
	DceResult result;

	for (unsigned i = 0; i < pdu->n_contexts && i < self->n_asked; i++) {
		if (!dce_next_result(pdu, &result))
			break;
		self->asked[i].answered = true;
		self->asked[i].result = result.result;
		self->asked[i].reason = result.reason;
		if (sure)
			decide(self, i);
	}
	self->waits = self->waits && self->call_id != pdu->call_id;
	for (uint32_t i = 0; i < self->n_asked; i++)
		facts->interfaces[i] = self->asked[i];
	facts->n_interfaces = self->n_asked;
}
