/* SPDX-License-Identifier: BSD-3-Clause */
/* Reads and writes that follow on, folded into one. */
#include "output/base/fold.h"

/* Both times are there, but captures run backwards at times. */
static uint64_t
answer_time(const SmbExchange *x)
{
	bool both = x->request.frame && x->response.frame;

	return both && x->response.time_ns > x->request.time_ns
		       ? x->response.time_ns - x->request.time_ns
		       : 0;
}

bool
out_fold_fits(const SmbExchange *x)
{
	bool io = x->step == SMB_STEP_READ || x->step == SMB_STEP_WRITE;
	bool whole = x->request.frame && x->response.frame && !x->incomplete && !x->anomalies;

	/* A warning that carries data (a pipe's message cut in two) is worth a line of its own. */
	return io && whole && !x->failed && x->status.value == 0 && x->has_fid &&
	       x->chain_length <= 1 && !x->rpc;
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
	self->first = *x;
	self->last = x->response;
	self->end = x->io.offset + x->io.count;
	self->asked_end = x->io.offset + x->io.asked;
	self->asked = x->io.asked;
	self->count = x->io.count;
	self->answer_ns = answer_time(x);
	self->requests = 1;
	self->end_of_file = ends_file(x);
}

static SmbString *
copy(const SmbString *string)
{
	return smb_string_new(smb_string_text(string), UINT32_MAX);
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
}

/* The same open, asked for in the same way. */
static bool
is_same_open(const SmbExchange *a, const SmbExchange *b)
{
	return a->step == b->step && a->version == b->version && a->command == b->command &&
	       a->fid == b->fid && a->fid_persistent == b->fid_persistent && a->tid == b->tid &&
	       a->uid == b->uid && a->pid == b->pid;
}

bool
out_fold_add(OutFold *self, const SmbExchange *x)
{
	if (!out_fold_fits(x) || !is_same_open(&self->first, x) || self->end_of_file ||
	    x->io.offset != self->end)
		return false;
	if (x->request.time_ns > self->last.time_ns &&
	    x->request.time_ns - self->last.time_ns > OUT_FOLD_PAUSE_NS)
		return false;
	/*
	 * The read that finds the end requests bytes that do not exist: the range stays that of the
	 * data.
	 */
	if (!ends_file(x) && x->io.offset + x->io.asked > self->asked_end)
		self->asked_end = x->io.offset + x->io.asked;
	self->last = x->response;
	self->end = x->io.offset + x->io.count;
	self->asked += x->io.asked;
	self->count += x->io.count;
	self->answer_ns += answer_time(x);
	self->requests++;
	self->end_of_file = ends_file(x);
	return true;
}

size_t
out_fold_memory(const OutFold *self)
{
	return smb_string_memory(self->file.name) + smb_string_memory(self->tree.path);
}

void
out_fold_clear(OutFold *self)
{
	smb_string_unref(self->file.name);
	smb_string_unref(self->tree.path);
	self->file.name = NULL;
	self->tree.path = NULL;
}
