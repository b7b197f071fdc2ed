/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Programs started on the server from afar ([MS-SCMR], [MS-TSCH]):
 *
 *   psexec     a file on an administrative share, and a service with it that is set up and started
 *              (services.c); they may come on several connections, so executed.c puts them together.
 *              On one connection any share will do
 *   smbexec    a service whose program is a command line
 *   atexec     a job or a task
 *
 * Administrators' programs do it too (PsExec, PDQ Deploy, SCCM's ccmsetup), and nothing on the wire
 * tells theirs apart. A service that is only started, or set up without its file, is none: consoles
 * do that all day. DCOM does not run over SMB.
 */
#include <string.h>

#include "audit/attack/internal.h"

enum { JOB_ADD = 0, REGISTER_TASK = 1 };

AuditExecution *
audit_execution_of(const AuditStep *s)
{
	AuditAttack *attack = audit_attack_of(s);

	if (!attack->execution)
		attack->execution = g_new0(AuditExecution, 1);
	return attack->execution;
}

/* ---- jobs and tasks ---- */

static void
tell_task(const AuditStep *s, const AuditTask *task)
{
	audit_attack_see(s, AUDIT_REMOTE_EXECUTION, &task->at);
	audit_attack_mark(s, AUDIT_MARK_TASK, task->at.time_ns,
			  task->what[0] ? task->what : "a task", task->operation, task->account);
}

/* Of more than wait for an answer the first is told: it was asked for. */
static void
task_asked(const AuditStep *s, AuditExecution *self)
{
	const SmbRpcFacts *rpc = s->x->rpc;
	SmbText what = smb_text_is_empty(rpc->arguments.target) ? rpc->arguments.name
								: rpc->arguments.target;
	AuditTask *task;

	if (self->n_tasks == AUDIT_ATTACK_TASKS) {
		tell_task(s, &self->tasks[0]);
		audit_take_out(self->tasks, &self->n_tasks, sizeof(*task), 0);
	}
	task = &self->tasks[self->n_tasks++];
	*task = (AuditTask){ .call = audit_call_of(s),
			     .at = audit_attack_here(s),
			     .operation = rpc->operation };
	smb_text_to_utf8(what, task->what, sizeof(task->what));
	audit_attack_account(s->x->user, task->account);
}

static void
task_answered(const AuditStep *s, AuditExecution *self)
{
	for (uint32_t i = 0; i < self->n_tasks; i++) {
		if (!audit_call_is_answered(&self->tasks[i].call, s))
			continue;
		if (!audit_call_failed(s->x->rpc))
			tell_task(s, &self->tasks[i]);
		audit_take_out(self->tasks, &self->n_tasks, sizeof(self->tasks[0]), i);
		return;
	}
}

static bool
is_task(const SmbRpcFacts *rpc)
{
	return (rpc->opnum == JOB_ADD && strcmp(rpc->interface, "atsvc") == 0) ||
	       (rpc->opnum == REGISTER_TASK && strcmp(rpc->interface, "ITaskSchedulerService") == 0);
}

void
audit_execution_call(const AuditStep *s)
{
	const SmbRpcFacts *rpc = s->x->rpc;

	if (strcmp(rpc->interface, "svcctl") == 0) {
		audit_services_call(s);
		return;
	}
	if (!is_task(rpc))
		return;
	if (audit_call_is_asked(rpc))
		task_asked(s, audit_execution_of(s));
	if (rpc->response && s->facts->attack && s->facts->attack->execution)
		task_answered(s, s->facts->attack->execution);
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

/*
 * Whoever sets up services may have the program on any share that he may write to (impacket's psexec
 * takes the first). On all connections that would be every file that anybody saves.
 */
static bool
may_have_programs(const AuditStep *s, const SmbTree *tree)
{
	const AuditAttack *attack = s->facts->attack;

	return is_administrative(tree) ||
	       (attack && attack->execution && attack->execution->sets_up);
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

/*
 * Its last part may have been written under another name, and on another connection; and one that is
 * only made may get what is in it by the server alone: it is a link, or a copy ([MS-SMB] 2.2.7.2).
 */
static bool
is_changed(const SmbFile *file)
{
	const SmbFileStory *story = file->story;

	return file->bytes_written || (story && (story->made || story->copied || story->deleted ||
						 story->delete_on_close || story->n_renamed));
}

/* Under all names that it had: what is started may have another one afterwards. */
static void
had_name(const AuditStep *s, const SmbFile *file, SmbText path)
{
	char text[AUDIT_PATH_MAX], share[AUDIT_ATTACK_NAME], account[AUDIT_ATTACK_NAME];
	g_autofree char *name = NULL;

	if (smb_text_is_empty(path))
		return;
	smb_text_to_utf8(path, text, sizeof(text));
	name = audit_program_name(text, strlen(text));
	audit_attack_written(s, file->opened.time_ns, name);
	if (is_executable(name))
		audit_attack_mark(s, AUDIT_MARK_FILE, file->opened.time_ns, name,
				  audit_attack_share(file->tree, share),
				  audit_attack_account(file->user, account));
}

void
audit_execution_file(const AuditStep *s, const SmbFile *file)
{
	const SmbFileStory *story = file->story;

	if (file->pipe || file->directory || !is_changed(file) || !may_have_programs(s, file->tree))
		return;
	had_name(s, file, smb_string_text(file->name));
	for (uint32_t i = 0; story && i < story->n_renamed; i++)
		had_name(s, file, smb_string_text(story->renamed[i]));
	if (story && story->renames > story->n_renamed)
		audit_attack_unwritten(s, story->renames - story->n_renamed);
}

void
audit_execution_named(const AuditStep *s)
{
	const SmbExchange *x = s->x;
	char text[AUDIT_PATH_MAX];
	g_autofree char *name = NULL;

	if (x->failed || !x->response.frame || !x->request.frame || !may_have_programs(s, x->tree))
		return;
	smb_text_to_utf8(x->other.name_to, text, sizeof(text));
	name = audit_program_name(text, strlen(text));
	audit_attack_written(s, x->request.time_ns, name);
}

void
audit_execution_end(const AuditStep *s)
{
	AuditExecution *self = s->facts->attack ? s->facts->attack->execution : NULL;

	for (uint32_t i = 0; self && i < self->n_tasks; i++)
		tell_task(s, &self->tasks[i]);
	if (self)
		audit_services_end(s, self);
	for (uint32_t i = 0; i < s->info->n_files; i++)
		audit_execution_file(s, s->info->files[i]);
}
