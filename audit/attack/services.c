/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Services that are set up and started ([MS-SCMR] 3.1.4). A start names its service by a handle, which
 * the answer to a call gave that set the service up or opened it by its name:
 *
 *     OpenService(name)           -> handle      opened[]
 *     CreateService(name, path)   -> handle      opened[], set_up[]
 *     ChangeServiceConfig(handle, path)          set_up[], by the handle's name
 *     StartService(handle)                       what is set up by that name
 *
 * Where the handle was not seen, of all that is set up each may be the one. What is set up and not
 * started is a mark, and so are a start of what was set up on another connection, and that something
 * starts with the system: executed.c puts them together.
 *
 * What a server answers is taken for the call that it answers alone: who asks for several things at
 * once, or gives two calls one number, hides none.
 */
#include <string.h>

#include "audit/attack/internal.h"

enum {
	CHANGE_SERVICE_W = 11,
	CREATE_SERVICE_W = 12,
	OPEN_SERVICE_W = 16,
	START_SERVICE_W = 19,
	CHANGE_SERVICE_A = 23,
	CREATE_SERVICE_A = 24,
	OPEN_SERVICE_A = 28,
	START_SERVICE_A = 31,
	CREATE_SERVICE_WOW64A = 44,
	CREATE_SERVICE_WOW64W = 45,
	CREATE_WOW_SERVICE = 60,

	UTF8_MAX = 4, /* bytes of a character */

	/* [MS-ERREF] 2.2: nothing was started */
	ERROR_FILE_NOT_FOUND = 2,
	ERROR_PATH_NOT_FOUND = 3,
	ERROR_ACCESS_DENIED = 5,
	ERROR_SERVICE_DISABLED = 1058,
};

/* ---- handles ---- */

static void
opened(const AuditStep *s, AuditExecution *self, const char *name)
{
	AuditOpened *one;

	if (self->n_opened == AUDIT_ATTACK_SERVICES)
		audit_take_out(self->opened, &self->n_opened, sizeof(*self->opened), 0);
	one = &self->opened[self->n_opened++];
	*one = (AuditOpened){ .call = audit_call_of(s) };
	g_strlcpy(one->name, name, sizeof(one->name));
}

/* The name of the service; NULL: not known. */
static const char *
name_of(const AuditExecution *self, const AuditHandle *handle)
{
	for (uint32_t i = self->n_opened; handle->known && i-- > 0;)
		if (audit_handle_is(&self->opened[i].handle, handle))
			return self->opened[i].name;
	return NULL;
}

static void
opened_answered(const AuditStep *s, AuditExecution *self)
{
	for (uint32_t i = self->n_opened; i-- > 0;) {
		AuditOpened *one = &self->opened[i];

		if (!audit_call_is_answered(&one->call, s))
			continue;
		one->call.waits = false;
		one->handle = audit_handle_given(s);
		if (audit_call_failed(s->x->rpc))
			audit_take_out(self->opened, &self->n_opened, sizeof(*one), i);
	}
}

/* ---- what is set up ---- */

/* It is told with a start that another connection has, or that comes when this is forgotten. */
static void
leave(const AuditStep *s, const AuditService *service)
{
	audit_attack_mark(s, service->command ? AUDIT_MARK_COMMAND_SET_UP : AUDIT_MARK_SET_UP,
			  service->at.time_ns, service->command ? service->line : service->program,
			  service->service, service->account);
	if (service->starts_itself)
		audit_attack_mark(s, AUDIT_MARK_STARTS_ITSELF, service->at.time_ns,
				  service->service, NULL, service->account);
	audit_sighting_evidence(&s->facts->pair.seen[AUDIT_REMOTE_EXECUTION], &service->at);
}

static void
make_room(const AuditStep *s, AuditExecution *self)
{
	if (self->n_set_up < AUDIT_ATTACK_SERVICES)
		return;
	leave(s, &self->set_up[0]);
	self->more = true;
	audit_take_out(self->set_up, &self->n_set_up, sizeof(*self->set_up), 0);
}

static void
set_up(const AuditStep *s, AuditExecution *self, const char *name)
{
	const SmbRpcArguments *a = &s->x->rpc->arguments;
	char line[AUDIT_LINE_MAX];
	AuditService *service;

	self->sets_up = true;
	make_room(s, self);
	service = &self->set_up[self->n_set_up++];
	*service = (AuditService){ .call = audit_call_of(s),
				   .at = audit_attack_here(s),
				   .starts_itself = a->starts_itself };
	smb_text_to_utf8(a->target, line, sizeof(line));
	service->command =
		audit_program_of(line, a->target.cut || strlen(line) >= sizeof(line) - UTF8_MAX,
				 service->program);
	g_strlcpy(service->service, name, sizeof(service->service));
	g_strlcpy(service->line, line, sizeof(service->line));
	audit_attack_account(s->x->user, service->account);
}

static void
created(const AuditStep *s, AuditExecution *self, const SmbRpcArguments *a)
{
	char name[AUDIT_ATTACK_NAME];

	smb_text_to_utf8(a->name, name, sizeof(name));
	g_strlcpy(self->named_last, name, sizeof(self->named_last));
	opened(s, self, name);
	set_up(s, self, name);
}

static bool
may_be(const AuditService *service, const char *name)
{
	return !name || g_ascii_strcasecmp(service->service, name) == 0;
}

/* Other changes leave its program as it is, but it may be one that was set up before. */
static void
changed(const AuditStep *s, AuditExecution *self, const SmbRpcArguments *a)
{
	AuditHandle handle = audit_handle_asked(s);
	const char *name = name_of(self, &handle);

	if (!smb_text_is_empty(a->target))
		set_up(s, self, name ? name : self->named_last);
	else
		for (uint32_t i = 0; a->starts_itself && i < self->n_set_up; i++)
			self->set_up[i].starts_itself |= may_be(&self->set_up[i], name);
}

/* Whether it was set up; where that is not said, it stays. */
static void
set_up_answered(const AuditStep *s, AuditExecution *self)
{
	for (uint32_t i = self->n_set_up; i-- > 0;) {
		if (!audit_call_is_answered(&self->set_up[i].call, s))
			continue;
		self->set_up[i].call.waits = false;
		if (audit_call_failed(s->x->rpc))
			audit_take_out(self->set_up, &self->n_set_up, sizeof(*self->set_up), i);
	}
}

/* ---- starts ---- */

static void
tell_started(const AuditStep *s, const AuditStart *start, const AuditService *service, bool several)
{
	g_autofree char *where = g_strconcat(service->service,
					     several ? " or another one set up with it" : "", NULL);

	audit_attack_mark(s, service->command ? AUDIT_MARK_COMMAND : AUDIT_MARK_SERVICE,
			  start->at.time_ns, service->command ? service->line : service->program,
			  where, start->account);
	if (service->command)
		audit_attack_see(s, AUDIT_REMOTE_EXECUTION, &start->at);
	else /* proof, if the file is found */
		audit_sighting_evidence(&s->facts->pair.seen[AUDIT_REMOTE_EXECUTION], &start->at);
}

static void
started(const AuditStep *s, AuditExecution *self, const AuditStart *start)
{
	const char *name = name_of(self, &start->handle);
	uint32_t n = 0, left = 0;

	for (uint32_t i = 0; i < self->n_set_up; i++)
		n += may_be(&self->set_up[i], name);
	for (uint32_t i = 0; i < self->n_set_up; i++)
		if (may_be(&self->set_up[i], name))
			tell_started(s, start, &self->set_up[i], n > 1);
		else
			self->set_up[left++] = self->set_up[i];
	self->n_set_up = left;
	if (n == 0 || (!name && self->more))
		audit_attack_mark(s, AUDIT_MARK_START, start->at.time_ns, name ? name : "", NULL,
				  start->account);
}

/* Of more than wait for an answer the first is taken for started: it was asked for. */
static void
start(const AuditStep *s, AuditExecution *self)
{
	AuditStart *one;

	if (self->n_starts == AUDIT_ATTACK_STARTS) {
		AuditStart first = self->starts[0];

		audit_take_out(self->starts, &self->n_starts, sizeof(*one), 0);
		started(s, self, &first);
	}
	one = &self->starts[self->n_starts++];
	*one = (AuditStart){ .call = audit_call_of(s),
			     .handle = audit_handle_asked(s),
			     .at = audit_attack_here(s) };
	audit_attack_account(s->x->user, one->account);
}

/* A command line is no service, and fails to say that it has started; it runs all the same. */
static bool
was_started(const SmbRpcFacts *rpc)
{
	if (!audit_call_failed(rpc))
		return true;
	return !rpc->fault && rpc->result != ERROR_FILE_NOT_FOUND &&
	       rpc->result != ERROR_PATH_NOT_FOUND && rpc->result != ERROR_ACCESS_DENIED &&
	       rpc->result != ERROR_SERVICE_DISABLED;
}

static void
start_answered(const AuditStep *s, AuditExecution *self)
{
	for (uint32_t i = 0; i < self->n_starts; i++) {
		AuditStart one = self->starts[i];

		if (!audit_call_is_answered(&one.call, s))
			continue;
		audit_take_out(self->starts, &self->n_starts, sizeof(one), i);
		if (was_started(s->x->rpc))
			started(s, self, &one);
		return;
	}
}

/* ---- calls ---- */

static bool
is_create(int32_t opnum)
{
	return opnum == CREATE_SERVICE_W || opnum == CREATE_SERVICE_A ||
	       opnum == CREATE_SERVICE_WOW64W || opnum == CREATE_SERVICE_WOW64A ||
	       opnum == CREATE_WOW_SERVICE;
}

static bool
is_one_of(int32_t opnum, int32_t w, int32_t a)
{
	return opnum == w || opnum == a;
}

static void
asked(const AuditStep *s, AuditExecution *self)
{
	const SmbRpcFacts *rpc = s->x->rpc;
	char name[AUDIT_ATTACK_NAME];

	if (is_one_of(rpc->opnum, START_SERVICE_W, START_SERVICE_A)) {
		start(s, self);
	} else if (is_create(rpc->opnum)) {
		created(s, self, &rpc->arguments);
	} else if (is_one_of(rpc->opnum, CHANGE_SERVICE_W, CHANGE_SERVICE_A)) {
		changed(s, self, &rpc->arguments);
	} else {
		smb_text_to_utf8(rpc->arguments.name, name, sizeof(name));
		g_strlcpy(self->named_last, name, sizeof(self->named_last));
		opened(s, self, name);
	}
}

static void
answered(const AuditStep *s, AuditExecution *self)
{
	int32_t opnum = s->x->rpc->opnum;

	if (is_one_of(opnum, START_SERVICE_W, START_SERVICE_A)) {
		start_answered(s, self);
		return;
	}
	set_up_answered(s, self);
	opened_answered(s, self);
}

void
audit_services_call(const AuditStep *s)
{
	const SmbRpcFacts *rpc = s->x->rpc;
	bool is = is_create(rpc->opnum) ||
		  is_one_of(rpc->opnum, START_SERVICE_W, START_SERVICE_A) ||
		  is_one_of(rpc->opnum, CHANGE_SERVICE_W, CHANGE_SERVICE_A) ||
		  is_one_of(rpc->opnum, OPEN_SERVICE_W, OPEN_SERVICE_A);

	if (!is)
		return;
	if (audit_call_is_asked(rpc))
		asked(s, audit_execution_of(s));
	if (rpc->response && s->facts->attack && s->facts->attack->execution)
		answered(s, s->facts->attack->execution);
}

void
audit_services_end(const AuditStep *s, AuditExecution *self)
{
	while (self->n_starts) {
		AuditStart one = self->starts[0];

		audit_take_out(self->starts, &self->n_starts, sizeof(one), 0);
		started(s, self, &one);
	}
	for (uint32_t i = 0; i < self->n_set_up; i++)
		leave(s, &self->set_up[i]);
}
