/* SPDX-License-Identifier: BSD-3-Clause */
/* Exchanges that follow on, or repeat each other, folded into one. */
#include "output/base/fold.h"

#include <glib.h>
#include <string.h>

static bool
is_io(const SmbExchange *x)
{
	return x->step == SMB_STEP_READ || x->step == SMB_STEP_WRITE;
}

/* Both times are there, but captures run backwards at times. */
static uint64_t
answer_time(const SmbExchange *x)
{
	bool both = x->request.frame && x->response.frame;

	return both && x->response.time_ns > x->request.time_ns
		       ? x->response.time_ns - x->request.time_ns
		       : 0;
}

/* Reads and writes that others may continue, or that continue others. */
static bool
is_continued(const SmbExchange *x)
{
	bool whole = x->request.frame && x->response.frame && !x->incomplete && !x->anomalies;

	/* A warning that carries data (a pipe's message cut in two) is worth a line of its own. */
	return is_io(x) && whole && !x->failed && x->status.value == 0 && x->has_fid;
}

/* What may be repeated without anything new coming of it. */
static bool
is_repeated(const SmbExchange *x)
{
	if (x->rpc && (!x->rpc->called || x->rpc->opnum < 0 || x->rpc->more_calls))
		return false;
	switch (x->step) {
	case SMB_STEP_READ:
	case SMB_STEP_WRITE:
	case SMB_STEP_SEARCH: /* one that succeeds goes on with the directory */
		return x->failed;
	case SMB_STEP_OTHER:
	case SMB_STEP_TRANSACTION:
	case SMB_STEP_LOCK:
	case SMB_STEP_PATH:
	case SMB_STEP_ECHO:
		return smb_text_is_empty(x->other.name_to);
	default:
		return false;
	}
}

bool
out_fold_fits(const SmbExchange *x)
{
	return x->chain_length <= 1 && !x->from_server &&
	       ((is_continued(x) && !x->rpc) || is_repeated(x));
}

bool
out_fold_is_pipe(const SmbExchange *x)
{
	return (x->file && x->file->pipe) || (x->tree && x->tree->type == SMB_SHARE_PIPE);
}

static bool
ends_file(const SmbExchange *x)
{
	return x->step == SMB_STEP_READ && x->response.frame && !x->failed && x->io.asked > 0 &&
	       x->io.count == 0;
}

void
out_fold_single(OutFold *self, const SmbExchange *x)
{
	SmbIoFacts io = is_io(x) ? x->io : (SmbIoFacts){ 0 };

	self->first = *x;
	self->last = x->response;
	self->last_ns = MAX(x->request.time_ns, x->response.time_ns);
	self->end = io.offset + io.count;
	self->asked_end = io.offset + io.asked;
	self->asked = io.asked;
	self->count = io.count;
	self->answer_ns = answer_time(x);
	self->requests = 1;
	self->pause_ns = 0;
	self->end_of_file = ends_file(x);
}

static SmbString *
copy(const SmbString *string)
{
	return smb_string_new(smb_string_text(string), UINT32_MAX);
}

static SmbString *
own(SmbText *text)
{
	SmbString *string = NULL;

	if (smb_text_is_empty(*text))
		return NULL;
	string = smb_string_new(*text, UINT32_MAX);
	*text = smb_string_text(string);
	return string;
}

static void
set_rpc(OutFold *self, const SmbRpcFacts *rpc)
{
	self->rpc = *rpc;
	/* These end with their exchange, and no line has them. */
	self->rpc.more = NULL;
	memset(&self->rpc.arguments, 0, sizeof(self->rpc.arguments));
	self->first.rpc = &self->rpc;
}

void
out_fold_begin(OutFold *self, const SmbExchange *x)
{
	out_fold_single(self, x);
	self->file = x->file ? *x->file : (SmbFile){ 0 };
	self->tree = x->tree ? *x->tree : (SmbTree){ 0 };
	self->file.name = copy(x->file ? smb_file_name(x->file) : NULL);
	self->tree.path = copy(self->tree.path);
	self->tree.native_fs = NULL;
	self->tree.user = NULL;
	self->file.user = NULL;
	self->file.story = NULL;
	self->file.tree = NULL;
	self->first.file = x->file ? &self->file : NULL;
	self->first.tree = x->tree ? &self->tree : NULL;
	self->first.user = NULL;
	self->compound_file = own(&self->first.compound_file);
	self->name = is_io(x) ? NULL : own(&self->first.other.name);
	self->target = is_io(x) ? NULL : own(&self->first.other.target);
	if (x->rpc)
		set_rpc(self, x->rpc);
}

static bool
is_same_text(SmbText a, SmbText b)
{
	return a.encoding == b.encoding && smb_span_equal(a.bytes, b.bytes);
}

/* The same open, asked for in the same way. */
static bool
is_same_open(const SmbExchange *a, const SmbExchange *b)
{
	return a->step == b->step && a->version == b->version && a->command == b->command &&
	       a->has_fid == b->has_fid && a->fid == b->fid &&
	       a->fid_persistent == b->fid_persistent && a->tid == b->tid && a->uid == b->uid &&
	       a->pid == b->pid && is_same_text(a->compound_file, b->compound_file);
}

/* ---- Requests that repeat each other ---- */

/* 0: success, or not known. */
static uint32_t
result_of(const SmbRpcFacts *rpc)
{
	return rpc->operation && rpc->has_result ? rpc->result : 0;
}

static bool
is_same_call(const SmbRpcFacts *a, const SmbRpcFacts *b)
{
	if (!a || !b)
		return a == b;
	return a->opnum == b->opnum && a->fault == b->fault && result_of(a) == result_of(b) &&
	       !a->request == !b->request && !a->response == !b->response &&
	       a->n_interfaces == b->n_interfaces &&
	       (!a->n_interfaces || memcmp(a->interfaces[0].uuid, b->interfaces[0].uuid,
					   sizeof(a->interfaces[0].uuid)) == 0);
}

static bool
is_same_other(const SmbOtherFacts *a, const SmbOtherFacts *b)
{
	return a->function == b->function && a->level == b->level && a->count == b->count &&
	       a->disposition == b->disposition && a->rap == b->rap &&
	       a->rap_status == b->rap_status && a->mailslot == b->mailslot &&
	       a->unsupported == b->unsupported && g_strcmp0(a->about, b->about) == 0 &&
	       is_same_text(a->name, b->name) && is_same_text(a->target, b->target) &&
	       smb_text_is_empty(b->name_to);
}

static bool
is_same_io(const SmbIoFacts *a, const SmbIoFacts *b)
{
	return a->offset == b->offset && a->asked == b->asked && a->count == b->count;
}

/* The same halves were seen, and the answer was the same. */
static bool
is_same_answer(const SmbExchange *a, const SmbExchange *b)
{
	return !a->request.frame == !b->request.frame && !a->response.frame == !b->response.frame &&
	       a->answer == b->answer && a->has_status == b->has_status &&
	       a->status.value == b->status.value && a->status.dos == b->status.dos &&
	       a->failed == b->failed && a->expected == b->expected;
}

static bool
is_same(const SmbExchange *a, const SmbExchange *b)
{
	return is_same_open(a, b) && is_same_answer(a, b) && a->one_way == b->one_way &&
	       a->not_executed == b->not_executed && a->incomplete == b->incomplete &&
	       a->anomalies == b->anomalies && is_same_call(a->rpc, b->rpc) &&
	       (is_io(a) ? is_same_io(&a->io, &b->io) : is_same_other(&a->other, &b->other));
}

/* ---- Adding ---- */

bool
out_fold_is_over(const OutFold *self, uint64_t now_ns)
{
	uint64_t pause_ns = self->pause_ns ? self->pause_ns : OUT_FOLD_PAUSE_NS;

	return now_ns > self->last_ns && now_ns - self->last_ns > pause_ns;
}

static bool
goes_on(const OutFold *self, const SmbExchange *x)
{
	const SmbExchange *first = &self->first;
	uint64_t goes_on_ns = self->pause_ns ? MAX(x->request.time_ns, x->response.time_ns)
					     : x->request.time_ns;

	if (out_fold_is_over(self, goes_on_ns))
		return false;
	if (!is_continued(first) || first->rpc)
		return is_repeated(x) && is_same(first, x);
	return is_continued(x) && is_same_open(first, x) && !self->end_of_file &&
	       (x->io.offset == self->end || (out_fold_is_pipe(first) && out_fold_is_pipe(x)));
}

bool
out_fold_add(OutFold *self, const SmbExchange *x)
{
	if (x->chain_length > 1 || x->from_server || !goes_on(self, x))
		return false;
	/* Pieces of a PDU that this one completes. */
	if (x->rpc && !self->first.rpc)
		set_rpc(self, x->rpc);
	self->last = x->response;
	self->last_ns = MAX(self->last_ns, MAX(x->request.time_ns, x->response.time_ns));
	self->answer_ns += answer_time(x);
	self->requests++;
	if (!is_io(x))
		return true;
	/*
	 * The read that finds the end requests bytes that do not exist: the range stays that of the
	 * data.
	 */
	if (!ends_file(x) && x->io.offset + x->io.asked > self->asked_end)
		self->asked_end = x->io.offset + x->io.asked;
	self->end = x->io.offset + x->io.count;
	self->asked += x->io.asked;
	self->count += x->io.count;
	self->end_of_file = ends_file(x);
	return true;
}

size_t
out_fold_memory(const OutFold *self)
{
	return smb_string_memory(self->file.name) + smb_string_memory(self->tree.path) +
	       smb_string_memory(self->compound_file) + smb_string_memory(self->name) +
	       smb_string_memory(self->target);
}

void
out_fold_clear(OutFold *self)
{
	smb_string_unref(self->file.name);
	smb_string_unref(self->tree.path);
	smb_string_unref(self->compound_file);
	smb_string_unref(self->name);
	smb_string_unref(self->target);
	self->file.name = NULL;
	self->tree.path = NULL;
	self->compound_file = NULL;
	self->name = NULL;
	self->target = NULL;
}
