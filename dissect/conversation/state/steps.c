/* SPDX-License-Identifier: BSD-3-Clause */
/* The effects of an answered request, whether in SMB1 (steps1.c) or in SMB2 (steps2.c). */
#include <glib.h>

#include "dissect/conversation/state/attempt.h"
#include "dissect/conversation/state/outcome.h"

/*
 * Users, trees and files are looked up when the exchange is reported: by then its own response has
 * changed them.
 */
static void
report(SmbConnection *c, SmbRequest *req, const SmbStamp *when)
{
	SmbEvent event = { .kind = SMB_EVENT_EXCHANGE, .exchange = &req->x };
	SmbExchange *x = &req->x;

	if (!smb_wants(c, SMB_EVENT_EXCHANGE))
		return;
	if (!x->user) {
		SmbUserEntry *user = smb_state_user(c, x->uid);

		x->user = user ? &user->pub : NULL;
	}
	if (!x->tree) {
		SmbTreeEntry *tree = smb_state_tree(c, x);

		x->tree = tree ? &tree->pub : NULL;
	}
	/* The FID of an open that was not asked for may be another file's here. */
	if (!x->file && x->has_fid && (x->step != SMB_STEP_OPEN || smb_was_asked(x))) {
		SmbFileEntry *file = smb_state_file(c, x->fid, x->fid_persistent);

		/*
		 * A request that was never answered is reported late: its file may have been closed
		 * since.
		 */
		if (!file && !x->response.frame)
			file = smb_state_last_file(c, x->fid, x->fid_persistent);
		x->file = file ? &file->pub : NULL;
	}
	smb_emit(c, &event, when);
}

void
smb_step_report(SmbConnection *c, SmbRequest *req)
{
	const SmbStamp *when = req->x.response.frame ? &req->x.response : &req->x.request;

	smb_outcome_note(c, &req->x);
	report(c, req, when);
	smb_attempt_unref(c->context, smb_request_release_attempt(req));
	smb_request_free(c->context, req);
}

/* The exchange shows the file's name before it changes: that is what was renamed. */
void
smb_step_changed(SmbConnection *c, SmbRequest *req)
{
	smb_outcome_note(c, &req->x);
	report(c, req, req->x.response.frame ? &req->x.response : &req->x.request);
	smb_file_changed(c, &req->x);
	smb_request_free(c->context, req);
}

SmbText
smb_step_opened_name(SmbConnection *c, const SmbExchange *x)
{
	const SmbFileEntry *before;
	SmbText name;

	if (!x->open.reconnect)
		return x->open.name;
	name = smb_shared_name(c, x->open.reconnect_persistent);
	if (!name.bytes.ptr) {
		before =
			smb_state_last_file(c, x->open.reconnect_fid, x->open.reconnect_persistent);
		name = smb_string_text(before ? smb_file_name(&before->pub) : NULL);
	}
	return name.bytes.ptr || smb_text_is_empty(x->open.name) ? name : x->open.name;
}

/* An open that was answered before, with the same FileId ([MS-SMB2] 3.3.5.9.10): the file goes on. */
static bool
is_replayed_open(SmbConnection *c, const SmbRequest *req)
{
	const SmbExchange *x = &req->x;
	const SmbFileEntry *file = req->replays ? smb_state_last_file(c, x->fid, x->fid_persistent)
						: NULL;

	return file && !file->pub.ended;
}

/* A read or write that was counted before, when it was sent first. Notes the last one. */
static bool
is_replayed_io(SmbFileEntry *file, const SmbRequest *req)
{
	const SmbIoFacts *io = &req->x.io;
	bool write = req->x.step == SMB_STEP_WRITE;
	bool again = req->replays && file->story.last.frame && file->last_write == write &&
		     file->last_offset == io->offset && file->last_count == io->count;

	file->last_write = write;
	file->last_offset = io->offset;
	file->last_count = io->count;
	return again;
}

void
smb_step_opened(SmbConnection *c, SmbRequest *req, bool failed)
{
	SmbExchange *x = &req->x;
	SmbFileEntry *file;

	if (failed || !x->has_fid || !smb_was_asked(x))
		return;
	if (is_replayed_open(c, req))
		return;
	file = smb_state_add_file(c, x, smb_step_opened_name(c, x));
	if (x->open.reconnect)
		x->open.name = smb_string_text(file->pub.name);
	file->pub.opened = x->response;
	file->pub.directory = x->open.directory;
	file->pub.has_size = x->open.has_size;
	file->pub.size = x->open.size;
	file->pub.times = x->open.times;
	file->lease = x->open.lease;
	memcpy(file->lease_key, x->open.lease_key, sizeof(file->lease_key));
	/* [MS-CIFS] 2.2.4.64.2 OpLockLevel: 3; [MS-SMB2] 2.2.14 OplockLevel: 1. */
	file->shared_oplock = x->open.oplock == (x->version == 1 ? 3 : 1) || !x->open.oplock;
	file->story.delete_on_close = x->open.nt && x->open.options & FILE_DELETE_ON_CLOSE;
	file->story.made = x->open.action > SMB_OPENED_EXISTING;
	if (file->tree && file->tree->pub.type == SMB_SHARE_PIPE)
		x->open.pipe = true;
	file->pub.pipe = x->open.pipe;
	c->expected.pipes |= x->open.pipe;
	if (x->version == 2)
		smb_shared_add_file(c, file);
}

void
smb_step_io(SmbConnection *c, SmbRequest *req, bool failed, uint32_t count)
{
	SmbExchange *x = &req->x;
	SmbFileEntry *file;

	x->io.count = failed ? 0 : count; /* a WRITE_RAW has counted what it sent */
	if (failed)
		return;
	if (!x->has_fid) /* the request was not seen */
		return;
	file = smb_state_file(c, x->fid, x->fid_persistent);
	if (!file) /* opened before the capture began */
		file = smb_state_add_file(c, x, (SmbText){ { NULL, 0 }, SMB_TEXT_UTF8 });
	if (x->incomplete)
		file->pub.gaps = true;
	smb_file_io(file, x);
	if (is_replayed_io(file, req))
		return;
	if (x->step == SMB_STEP_READ) {
		file->pub.reads++;
		file->pub.bytes_read += count;
	} else {
		file->pub.writes++;
		file->pub.bytes_written += count;
	}
}

void
smb_step_closed(SmbConnection *c, SmbRequest *req)
{
	/* FID 0 is a valid FID: an unknown one is not 0. */
	SmbFileEntry *file = req->x.has_fid && smb_was_asked(&req->x)
				     ? smb_state_file(c, req->x.fid, req->x.fid_persistent)
				     : NULL;

	smb_step_report(c, req);
	if (file)
		smb_state_end_file(c, file);
}

void
smb_step_tree(SmbConnection *c, SmbRequest *req, bool failed, SmbShareType type)
{
	SmbExchange *x = &req->x;
	SmbTreeEntry *tree;

	if (failed || !smb_was_asked(x))
		return;
	tree = smb_state_add_tree(c, x, x->tree_connect.path);
	tree->pub.type = type;
	smb_context_set_string(c->context, &tree->pub.native_fs, x->tree_connect.native_fs);
	if (x->version == 2)
		smb_shared_add_tree(c, x->uid, tree);
}

/*
 * The statuses for "not supported" of NT and of DOS ([MS-CIFS] 2.2.2.4); Windows then keeps no
 * handle on the directory.
 */
void
smb_step_notify(SmbConnection *c, SmbRequest *req)
{
	SmbExchange *x = &req->x;
	SmbStatus s = x->status;

	if (!x->failed)
		return;
	if (smb_status_is_dos(s))
		x->other.unsupported = smb_status_class(s) == ERRSRV &&
				       smb_status_code(s) == ERRSRV_NOSUPPORT;
	else
		x->other.unsupported = s.value == STATUS_NOT_SUPPORTED ||
				       s.value == STATUS_NOT_IMPLEMENTED ||
				       s.value == STATUS_INVALID_DEVICE_REQUEST;
	c->info.notify_unsupported |= x->other.unsupported;
}

/*
 * An oplock of level II that is lost is not acknowledged ([MS-SMB2] 3.2.5.19.1; servers of SMB1 do
 * not wait either).
 */
void
smb_step_break(SmbConnection *c, SmbExchange *x, bool none)
{
	SmbFileEntry *file = smb_state_file(c, x->fid, x->fid_persistent);

	if (file && none && file->shared_oplock)
		x->one_way = true;
	x->other.unsure = !file && none;
	if (file)
		file->shared_oplock = true;
}

/* What a CANCEL is about. */
void
smb_step_target(SmbConnection *c, SmbExchange *x, const SmbMessage *m)
{
	const SmbExchange *target = x->step == SMB_STEP_CANCEL ? smb_pending_cancelled(c, m) : NULL;

	x->other.target_mid = target ? target->mid : x->mid;
	x->other.target_frame = target ? target->request.frame : 0;
}
