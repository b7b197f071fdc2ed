/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The account of memory, counted names, the caps, and the last step of an event on its way to the
 * sink.
 */
#include <glib.h>

#include "dissect/conversation/context.h"
#include "dissect/deal.h"
#include "dissect/wire/memory.h"

static uint32_t
or_default(uint32_t value, uint32_t fallback)
{
	return value ? value : fallback;
}

SmbLimits
smb_limits_with_defaults(const SmbLimits *given)
{
	/* As many as a server of Windows or Samba grants credits ([MS-SMB2] 3.3.1.2, note). */
	const uint32_t outstanding = SMB_CAP(8192, 3);

	return (SmbLimits){
		.outstanding = MIN(or_default(given->outstanding, outstanding), outstanding),
		.users = or_default(given->users, SMB_CAP(16, 2)),
		.trees = or_default(given->trees, SMB_CAP(64, 2)),
		.files = or_default(given->files, SMB_CAP(256, 2)),
		.auths = or_default(given->auths, SMB_CAP(64, 1)),
		.dialects = or_default(given->dialects, SMB_CAP(64, 3)),
		.message = or_default(given->message, SMB_CAP(1 << 20, 1024)),
		.head = MAX(or_default(given->head, SMB_CAP(512, 128)), SMB_FIRST_BYTES),
		.name = or_default(given->name, SMB_CAP(2048, 24)),
		.token = or_default(given->token, SMB_CAP(1 << 16, 512)),
		.data = or_default(given->data, SMB_CAP(1 << 24, 1024)),
	};
}

size_t
smb_context_memory(const SmbContext *self)
{
	return self->memory;
}

uint64_t
smb_context_messages(const SmbContext *self)
{
	return self->messages;
}

void
smb_context_number_after(SmbContext *self, uint64_t number)
{
	self->connections = number;
}

void
smb_context_discount(SmbContext *self, uint64_t messages, uint64_t limits)
{
	self->messages = messages;
	self->limits = limits;
}

uint64_t
smb_context_connections(const SmbContext *self)
{
	return self->connections;
}

uint64_t
smb_context_limits(const SmbContext *self)
{
	return self->limits;
}

void *
smb_context_alloc(SmbContext *self, size_t size)
{
	self->memory += smb_memory_cost(size);
	return g_malloc0(size);
}

void
smb_context_release(SmbContext *self, void *p, size_t size)
{
	if (!p)
		return;
	self->memory -= smb_memory_cost(size);
	g_free(p);
}

SmbString *
smb_context_string(SmbContext *self, SmbText text)
{
	SmbString *string = smb_string_new(text, self->config.limits.name);

	self->memory += smb_string_memory(string);
	return string;
}

void
smb_context_unref(SmbContext *self, SmbString *string)
{
	if (string && string->refs == 1)
		self->memory -= smb_string_memory(string);
	smb_string_unref(string);
}

void
smb_context_set_string(SmbContext *self, SmbString **slot, SmbText text)
{
	/* Every message of a logon names the same system again. */
	if (*slot && text.bytes.ptr && (*slot)->encoding == text.encoding &&
	    (*slot)->cut == text.cut && smb_span_equal(smb_string_text(*slot).bytes, text.bytes))
		return;
	smb_context_unref(self, *slot);
	*slot = smb_context_string(self, text);
}

void
smb_emit(SmbConnection *c, SmbEvent *event, const SmbStamp *when)
{
	if (!smb_wants(c, event->kind))
		return;
	event->connection = &c->info;
	event->when = *when;
	c->context->config.event(c->context->config.user, event);
}

SmbAnswer
smb_connection_answer(const SmbConnection *c, SmbDir dir, uint32_t lost_before, uint64_t asked_ns)
{
	static const uint64_t PATIENCE_NS = UINT64_C(5000000000);
	const SmbConnectionInfo *info = &c->info;
	bool captured = info->bytes[dir] || !info->one_way;
	bool implied = c->answers_unseen && !info->messages[SMB_TO_CLIENT];
	bool soon = info->end == SMB_END_CAPTURE_END && c->ended_ns - asked_ns < PATIENCE_NS;

	return c->lost[dir] != lost_before || !captured || implied || soon ||
			       info->end == SMB_END_EVICTED
		       ? SMB_ANSWER_NOT_SEEN
		       : SMB_ANSWER_NONE;
}

void
smb_connection_limit(SmbConnection *c)
{
	c->info.limits++;
	c->info.incomplete |= SMB_INCOMPLETE_LIMIT;
}
