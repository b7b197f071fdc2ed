/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Programs started on the server from afar ([MS-SCMR], [MS-TSCH]):
 *
 *   psexec     a file on an administrative share, and a service with it that is set up and started;
 *              they may come on two connections, so marks.c puts them together
 *   smbexec    a service whose program is a command line
 *   atexec     a job or a task
 *
 * Administrators' programs do it too (PsExec, PDQ Deploy, SCCM's ccmsetup), and nothing on the wire
 * tells theirs apart. A service that is only started, or set up without its file, is none: consoles
 * do that all day. DCOM does not run over SMB.
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
	JOB_ADD = 0,
	REGISTER_TASK = 1,

	/* [MS-ERREF] 2.2: nothing was started */
	ERROR_FILE_NOT_FOUND = 2,
	ERROR_PATH_NOT_FOUND = 3,
	ERROR_ACCESS_DENIED = 5,
	ERROR_SERVICE_DISABLED = 1058,
};

/* ---- what a service runs ---- */

/* The program of a command line: quoted, or up to its extension, or the first word. */
static void
program_of(const char *command, char out[AUDIT_ATTACK_NAME])
{
	const char *extension;
	g_autofree char *lower = g_ascii_strdown(command, -1);
	char *at = lower + strspn(lower, " ");

	if (*at == '"') {
		at++;
		at[strcspn(at, "\"")] = '\0';
	} else if ((extension = strstr(at, ".exe"))) {
		at[extension - at + 4] = '\0';
	} else {
		at[strcspn(at, " ")] = '\0';
	}
	g_strlcpy(out, audit_attack_base(at), AUDIT_ATTACK_NAME);
}

/* Interpreters: what they are to run is in the command line. */
static bool
is_command(const char *program)
{
	static const char *const shells[] = { "%comspec%", "cmd",      "powershell",
					      "pwsh",      "wscript",  "cscript",
					      "mshta",     "rundll32", "regsvr32" };
	size_t length = strlen(program);

	if (g_str_has_suffix(program, ".exe"))
		length -= 4;
	for (size_t i = 0; i < G_N_ELEMENTS(shells); i++)
		if (strlen(shells[i]) == length && strncmp(program, shells[i], length) == 0)
			return true;
	return false;
}

/* ---- services ---- */

static void
tell_started(const AuditStep *s, const AuditExecution *self, const AuditService *service)
{
	g_autofree char *where =
		g_strconcat(service->service,
			    self->n_set_up > 1 ? " or another one set up with it" : "", NULL);
	char program[AUDIT_ATTACK_NAME];
	bool command;

	program_of(service->program, program);
	command = is_command(program);
	audit_attack_mark(s, command ? AUDIT_MARK_COMMAND : AUDIT_MARK_SERVICE,
			  self->start_at.time_ns, command ? service->program : program, where,
			  self->account);
	if (command)
		audit_attack_see(s, AUDIT_REMOTE_EXECUTION, &self->start_at);
	else /* proof, if the file is found */
		audit_sighting_evidence(&s->facts->pair.seen[AUDIT_REMOTE_EXECUTION],
					&self->start_at);
}

static void
started(const AuditStep *s)
{
	AuditExecution *self = &audit_attack_of(s)->execution;

	for (uint32_t i = 0; i < self->n_set_up; i++)
		tell_started(s, self, &self->set_up[i]);
	self->starts = false;
	self->n_set_up = 0;
}

static void
start(const AuditStep *s)
{
	AuditExecution *self = &audit_attack_of(s)->execution;

	if (!self->n_set_up)
		return;
	self->starts = true;
	self->start_at = audit_attack_here(s);
	audit_attack_account(s->x->user, self->account);
}

/* Of more than are remembered the first is forgotten, which is told as a mark that was left out. */
static void
make_room(const AuditStep *s, AuditExecution *self)
{
	AuditTally *marks = &s->facts->pair.tallies[AUDIT_MARKS];

	if (self->n_set_up < AUDIT_ATTACK_SERVICES)
		return;
	marks->left_out = audit_sum(marks->left_out, 1);
	self->n_set_up--;
	memmove(&self->set_up[0], &self->set_up[1], self->n_set_up * sizeof(self->set_up[0]));
}

static void
set_up(const AuditStep *s, const SmbRpcArguments *a)
{
	AuditExecution *self = &audit_attack_of(s)->execution;
	char program[AUDIT_KEY_MAX];
	AuditService *service;

	make_room(s, self);
	service = &self->set_up[self->n_set_up++];
	if (!smb_text_is_empty(a->name))
		smb_text_to_utf8(a->name, self->service, sizeof(self->service));
	smb_text_to_utf8(a->target, program, sizeof(program));
	g_strlcpy(service->program, program, sizeof(service->program));
	memcpy(service->service, self->service, sizeof(service->service));
	service->pipe = s->x->fid;
	service->call_id = s->x->rpc->call_id;
}

/*
 * It was not set up. Others may have been asked for before this answer came: where it does not say
 * which one it is about, all stay.
 */
static void
refused(const AuditStep *s, AuditExecution *self)
{
	uint32_t found = 0, at = 0;

	for (uint32_t i = 0; i < self->n_set_up; i++) {
		if (self->set_up[i].pipe != s->x->fid ||
		    self->set_up[i].call_id != s->x->rpc->call_id)
			continue;
		found++;
		at = i;
	}
	if (found != 1)
		return;
	self->n_set_up--;
	memmove(&self->set_up[at], &self->set_up[at + 1],
		(self->n_set_up - at) * sizeof(self->set_up[0]));
}

static bool
is_start(int32_t opnum)
{
	return opnum == START_SERVICE_W || opnum == START_SERVICE_A;
}

static bool
is_set_up(int32_t opnum)
{
	static const int32_t calls[] = { CREATE_SERVICE_W,      CREATE_SERVICE_A,
					 CREATE_SERVICE_WOW64W, CREATE_SERVICE_WOW64A,
					 CREATE_WOW_SERVICE,    CHANGE_SERVICE_W,
					 CHANGE_SERVICE_A };

	for (size_t i = 0; i < G_N_ELEMENTS(calls); i++)
		if (calls[i] == opnum)
			return true;
	return false;
}

static bool
is_change(int32_t opnum)
{
	return opnum == CHANGE_SERVICE_W || opnum == CHANGE_SERVICE_A;
}

/* Which one it is that a change is about. One that was set up is opened again to be started. */
static void
opened(const AuditStep *s, const SmbRpcArguments *a)
{
	AuditExecution *self = &audit_attack_of(s)->execution;

	if (!self->n_set_up)
		smb_text_to_utf8(a->name, self->service, sizeof(self->service));
}

static void
service_asked(const AuditStep *s)
{
	const SmbRpcFacts *rpc = s->x->rpc;

	if (is_start(rpc->opnum)) {
		start(s);
	} else if (is_set_up(rpc->opnum)) {
		/* Other changes leave its program as it is. */
		if (!is_change(rpc->opnum) || !smb_text_is_empty(rpc->arguments.target))
			set_up(s, &rpc->arguments);
	} else if (rpc->opnum == OPEN_SERVICE_W || rpc->opnum == OPEN_SERVICE_A) {
		opened(s, &rpc->arguments);
	}
}

/* A command line is no service, and fails to say that it has started; it runs all the same. */
static bool
was_started(const SmbRpcFacts *rpc)
{
	return !rpc->fault &&
	       (!rpc->has_result ||
		(rpc->result != ERROR_FILE_NOT_FOUND && rpc->result != ERROR_PATH_NOT_FOUND &&
		 rpc->result != ERROR_ACCESS_DENIED && rpc->result != ERROR_SERVICE_DISABLED));
}

static void
service_answered(const AuditStep *s)
{
	const SmbRpcFacts *rpc = s->x->rpc;
	AuditExecution *self = s->facts->attack ? &s->facts->attack->execution : NULL;

	if (!self)
		return;
	if (is_start(rpc->opnum)) {
		if (self->starts && was_started(rpc))
			started(s);
		self->starts = false;
	} else if (is_set_up(rpc->opnum) && (rpc->fault || (rpc->has_result && rpc->result))) {
		refused(s, self);
	}
}

/* ---- jobs and tasks ---- */

static void
task(const AuditStep *s)
{
	const SmbRpcFacts *rpc = s->x->rpc;
	SmbText what = smb_text_is_empty(rpc->arguments.target) ? rpc->arguments.name
								: rpc->arguments.target;
	AuditEvidence at = audit_attack_here(s);
	char name[AUDIT_KEY_MAX], account[AUDIT_ATTACK_NAME];

	smb_text_to_utf8(what, name, sizeof(name));
	audit_attack_see(s, AUDIT_REMOTE_EXECUTION, &at);
	audit_attack_mark(s, AUDIT_MARK_TASK, at.time_ns, name[0] ? name : "a task", rpc->operation,
			  audit_attack_account(s->x->user, account));
}

void
audit_execution_call(const AuditStep *s)
{
	const SmbRpcFacts *rpc = s->x->rpc;
	bool failed = rpc->fault || (rpc->has_result && rpc->result);

	if (strcmp(rpc->interface, "svcctl") == 0) {
		if (rpc->request)
			service_asked(s);
		if (rpc->response)
			service_answered(s);
	} else if (rpc->request && !failed &&
		   ((strcmp(rpc->interface, "atsvc") == 0 && rpc->opnum == JOB_ADD) ||
		    (strcmp(rpc->interface, "ITaskSchedulerService") == 0 &&
		     rpc->opnum == REGISTER_TASK))) {
		task(s);
	}
}

/* ---- files of administrative shares ---- */

static bool
is_administrative(const SmbTree *tree)
{
	char share[AUDIT_ATTACK_NAME];

	audit_attack_share(tree, share);
	return strcmp(share, "ADMIN$") == 0 ||
	       (g_ascii_isalpha(share[0]) && share[1] == '$' && !share[2]);
}

static bool
is_executable(const char *name)
{
	static const char *const extensions[] = { ".exe", ".dll", ".sys", ".com", ".scr",
						  ".bat", ".cmd", ".ps1", ".vbs", ".msi" };

	for (size_t i = 0; i < G_N_ELEMENTS(extensions); i++)
		if (g_str_has_suffix(name, extensions[i]))
			return true;
	return false;
}

/* Its last part may have been written under another name, and on another connection. */
static bool
is_changed(const SmbFile *file)
{
	const SmbFileStory *story = file->story;

	return file->bytes_written ||
	       (story && (story->deleted || story->delete_on_close || story->n_renamed));
}

void
audit_execution_file(const AuditStep *s, const SmbFile *file)
{
	char path[AUDIT_KEY_MAX], share[AUDIT_ATTACK_NAME], account[AUDIT_ATTACK_NAME];
	g_autofree char *name = NULL;

	if (file->pipe || file->directory || !is_changed(file) || !is_administrative(file->tree))
		return;
	smb_text_to_utf8(smb_string_text(smb_file_name(file)), path, sizeof(path));
	name = g_ascii_strdown(audit_attack_base(path), -1);
	if (!is_executable(name))
		return;
	audit_attack_mark(s, AUDIT_MARK_FILE, file->opened.time_ns, name,
			  audit_attack_share(file->tree, share),
			  audit_attack_account(file->user, account));
}

void
audit_execution_end(const AuditStep *s)
{
	if (s->facts->attack && s->facts->attack->execution.starts)
		started(s);
	for (uint32_t i = 0; i < s->info->n_files; i++)
		audit_execution_file(s, s->info->files[i]);
}
