/* SPDX-License-Identifier: BSD-3-Clause */
/* What happens to an open file: the bytes read and written, and changes of its name. */
#include <glib.h>

#include "dissect/conversation/state/state.h"

enum {
	PASS_THROUGH = 1000,  /* [MS-SMB] 2.2.2.3.5: levels of [MS-FSCC] begin here */
	CLASS_RENAME = 10,    /* [MS-FSCC] 2.4: FileRenameInformation, */
	CLASS_RENAME_EX = 65, /* FileRenameInformationEx */
};

uint64_t
smb_hash_name(SmbText name, bool any_case)
{
	uint32_t at = 0, character;
	uint64_t hash = 1;

	while (smb_text_next(name, &at, &character))
		hash = smb_hash_mix(hash, any_case ? g_unichar_tolower(character) : character);
	return name.cut ? smb_hash_mix(hash, UINT32_MAX) : hash;
}

/* ---- Ranges ---- */

/* If there are too many ranges, the two nearest ones are merged. */
static void
merge_nearest(SmbCoverage *c)
{
	uint32_t best = 0;

	for (uint32_t i = 1; i + 1 < c->n; i++)
		if (c->ranges[i + 1].low - c->ranges[i].high <
		    c->ranges[best + 1].low - c->ranges[best].high)
			best = i;
	c->ranges[best].high = c->ranges[best + 1].high;
	c->n--;
	memmove(&c->ranges[best + 1], &c->ranges[best + 2],
		(c->n - best - 1) * sizeof(c->ranges[0]));
	c->more = true;
}

/* The range takes in those after it that it reaches now. */
static void
absorb(SmbCoverage *c, uint32_t at)
{
	uint32_t after = at + 1;

	for (; after < c->n && c->ranges[after].low <= c->ranges[at].high; after++)
		if (c->ranges[after].high > c->ranges[at].high)
			c->ranges[at].high = c->ranges[after].high;
	memmove(&c->ranges[at + 1], &c->ranges[after], (c->n - after) * sizeof(c->ranges[0]));
	c->n -= after - at - 1;
}

static void
cover(SmbCoverage *c, uint64_t low, uint64_t count)
{
	uint64_t high = count > UINT64_MAX - low ? UINT64_MAX : low + count;
	uint32_t at = 0;

	/* Nearly all reads go on where the last one ended. */
	if (c->n == 1 && c->ranges[0].high == low) {
		c->ranges[0].high = high;
		return;
	}
	if (low == high)
		return;
	while (at < c->n && c->ranges[at].high < low)
		at++;
	if (at < c->n && c->ranges[at].low <= high) {
		if (low < c->ranges[at].low)
			c->ranges[at].low = low;
		if (high > c->ranges[at].high)
			c->ranges[at].high = high;
		absorb(c, at);
		return;
	}
	if (c->n == SMB_RANGES_MAX) {
		merge_nearest(c);
		cover(c, low, count);
		return;
	}
	memmove(&c->ranges[at + 1], &c->ranges[at], (c->n - at) * sizeof(c->ranges[0]));
	c->ranges[at] = (SmbFileRange){ low, high };
	c->n++;
}

void
smb_file_io(SmbFileEntry *file, const SmbExchange *x)
{
	SmbFileStory *s = &file->story;

	if (x->request.frame && !s->first.frame)
		s->first = x->request;
	if (x->response.frame)
		s->last = x->response;
	cover(x->step == SMB_STEP_READ ? &s->read : &s->written, x->io.offset, x->io.count);
}

/* ---- Names ---- */

/* Without the \ of the root, which some clients write and some do not. */
static SmbText
below_root(SmbText path)
{
	uint32_t at = 0, c;

	if (!smb_text_next(path, &at, &c) || c != '\\')
		return path;
	path.bytes.ptr += at;
	path.bytes.len -= at;
	return path;
}

static SmbText
name_now(const SmbFileEntry *file)
{
	return smb_string_text(smb_file_name(&file->pub));
}

/*
 * Names are compared by numbers: whoever opens a long name a thousand times would have each message
 * that deletes compare them all. Few have one hash and are not the same, unless somebody is at it.
 */
enum { SAME_HASH = 4 };

/* Equal names have equal numbers; those that were cut are equal to none. */
static uint32_t
number_of(SmbConnection *c, SmbFileEntry *file)
{
	uint32_t tries = SAME_HASH;
	SmbText name;

	if (file->name_number)
		return file->name_number;
	name = below_root(name_now(file));
	file->name_hash = smb_hash_name(name, false);
	for (uint32_t i = c->state->files.n; i-- > 0 && tries;) {
		const SmbFileEntry *other = c->state->files.items[i];

		if (!other->name_number || other->name_hash != file->name_hash)
			continue;
		tries--;
		if (smb_text_equal(below_root(name_now(other)), name))
			return file->name_number = other->name_number;
	}
	return file->name_number = ++c->state->name_numbers;
}

/* The last that had that name in that tree; one that was deleted is another file. */
static SmbFileEntry *
find_path(SmbConnection *c, const SmbExchange *x, SmbText path)
{
	SmbTreeEntry *tree = smb_state_tree(c, x);
	uint32_t tries = SAME_HASH;
	uint64_t hash;

	path = below_root(path);
	if (smb_text_is_empty(path))
		return NULL;
	hash = smb_hash_name(path, false);
	for (uint32_t i = c->state->files.n; i-- > 0 && tries;) {
		SmbFileEntry *file = c->state->files.items[i];

		if (file->tree != tree || file->story.deleted || !number_of(c, file) ||
		    file->name_hash != hash)
			continue;
		tries--;
		if (smb_text_equal(below_root(name_now(file)), path))
			return file;
	}
	return NULL;
}

/*
 * The name is the same for all opens that share a key ([MS-SMB2] 3.3.5.9.8). The last of them is
 * found first.
 */
SmbText
smb_file_of_lease(SmbConnection *c, const uint8_t key[16])
{
	for (uint32_t i = c->state->files.n; i-- > 0;) {
		const SmbFileEntry *file = c->state->files.items[i];

		if (file->lease && memcmp(file->lease_key, key, sizeof(file->lease_key)) == 0)
			return name_now(file);
	}
	return smb_shared_lease(c, key, 0);
}

bool
smb_file_ends_lease(SmbConnection *c, const SmbExchange *x, uint8_t ret_key[16])
{
	const SmbFileEntry *closed = x->has_fid ? smb_state_file(c, x->fid, x->fid_persistent)
						: NULL;

	if (!closed || !closed->lease)
		return false;
	for (uint32_t i = 0; i < c->state->files.n; i++) {
		const SmbFileEntry *file = c->state->files.items[i];

		if (file != closed && file->lease && !file->pub.ended &&
		    memcmp(file->lease_key, closed->lease_key, sizeof(file->lease_key)) == 0)
			return false;
	}
	if (smb_shared_lease(c, closed->lease_key, x->fid_persistent).bytes.ptr)
		return false;
	memcpy(ret_key, closed->lease_key, sizeof(closed->lease_key));
	return true;
}

static void
rename_file(SmbConnection *c, SmbFileEntry *file, SmbText to)
{
	SmbFileStory *s = &file->story;

	s->renames++;
	if (s->n_renamed == SMB_RENAMES_MAX) {
		smb_context_unref(c->context, s->renamed[SMB_RENAMES_MAX - 1]);
		s->n_renamed--;
	}
	s->renamed[s->n_renamed] = smb_context_string(c->context, to);
	if (s->renamed[s->n_renamed])
		s->n_renamed++;
	file->name_number = 0;
	file->deed_hash = 0;
	if (file->pub.fid_persistent && !file->pub.ended)
		smb_shared_add_file(c, file);
}

/* Renames of files that were never opened are reported too, because they may be renamed again. */
static SmbFileEntry *
add_path(SmbConnection *c, const SmbExchange *x, SmbText path)
{
	SmbExchange no_handle = *x;
	SmbFileEntry *file;

	no_handle.fid = no_handle.fid_persistent = UINT64_MAX;
	file = smb_state_add_file(c, &no_handle, path);
	file->story.by_path = true;
	file->pub.opened = x->response;
	smb_state_end_file(c, file);
	return file;
}

static void
renamed_path(SmbConnection *c, const SmbExchange *x)
{
	SmbFileEntry *file = find_path(c, x, x->other.name);

	if (smb_text_is_empty(x->other.name) || smb_text_is_empty(x->other.name_to))
		return;
	rename_file(c, file ? file : add_path(c, x, x->other.name), x->other.name_to);
}

static void
renamed_handle(SmbConnection *c, const SmbExchange *x)
{
	SmbFileEntry *file = smb_state_file(c, x->fid, x->fid_persistent);

	if (file && x->has_fid && !smb_text_is_empty(x->other.name_to))
		rename_file(c, file, x->other.name_to);
}

/* ---- Deletions ---- */

static bool
deleted_when_closed(const SmbFileEntry *file)
{
	return file->story.delete_on_close || file->story.delete_pending;
}

/* Another open of the same name in the same tree. */
static bool
is_other_open(SmbConnection *c, SmbFileEntry *file, SmbFileEntry *other)
{
	return other != file && other->tree == file->tree && !other->pub.ended && file->pub.name &&
	       number_of(c, other) == number_of(c, file);
}

static SmbFileEntry *
other_open(SmbConnection *c, SmbFileEntry *file)
{
	for (uint32_t i = c->state->files.n; i-- > 0;)
		if (is_other_open(c, file, c->state->files.items[i]))
			return c->state->files.items[i];
	return NULL;
}

/*
 * A deletion that an open or a disposition asked for happens when the last handle is closed
 * ([MS-FSCC] 2.4.11): as long as another one is known, that one ends it.
 */
void
smb_file_ended(SmbConnection *c, SmbFileEntry *file)
{
	SmbFileEntry *other;

	if (file->pub.ended)
		return;
	file->pub.ended = true;
	smb_shared_forget_file(c, file);
	smb_pipe_ended(c, file->pipe);
	if (!deleted_when_closed(file))
		return;
	other = file->story.posix ? NULL : other_open(c, file);
	if (other)
		other->story.delete_pending = true;
	else
		file->story.deleted = true;
}

/* Delete-on-close belongs to the file, not to the handle that set it. */
static void
take_back(SmbConnection *c, SmbFileEntry *file, SmbFileEntry *other)
{
	if (is_other_open(c, file, other))
		other->story.delete_pending = false;
}

static void
disposed_handle(SmbConnection *c, const SmbExchange *x)
{
	SmbFileEntry *file = smb_state_file(c, x->fid, x->fid_persistent);

	if (!file)
		return;
	file->story.delete_pending = x->other.disposition & SMB_DISPOSITION_DELETE;
	file->story.posix = x->other.disposition & SMB_DISPOSITION_POSIX;
	if (!file->story.delete_pending)
		for (uint32_t i = 0; i < c->state->files.n; i++)
			take_back(c, file, c->state->files.items[i]);
}

static void
deleted_path(SmbConnection *c, const SmbExchange *x)
{
	SmbFileEntry *file = find_path(c, x, x->other.name);

	if (file)
		file->story.deleted = true;
}

/* ---- The effects of an exchange ---- */

static bool
deletes_path(const SmbExchange *x)
{
	return x->version == 1 &&
	       (x->command == SMB_COM_DELETE || x->command == SMB_COM_DELETE_DIRECTORY);
}

static bool
is_rename_class(int32_t level)
{
	return level == CLASS_RENAME || level == CLASS_RENAME_EX;
}

static bool
renames_path(const SmbExchange *x)
{
	const SmbOtherFacts *o = &x->other;

	if (x->version != 1)
		return false;
	return x->command == SMB_COM_RENAME ||
	       (x->command == SMB_COM_NT_RENAME && o->level == SMB_NT_RENAME_RENAME_FILE) ||
	       (x->command == SMB_COM_TRANSACTION2 && o->function == TRANS2_SET_PATH_INFORMATION &&
		is_rename_class(o->level - PASS_THROUGH));
}

static bool
renames_handle(const SmbExchange *x)
{
	const SmbOtherFacts *o = &x->other;

	if (x->version == 2)
		return x->command == SMB2_SET_INFO && is_rename_class(o->function);
	return (x->command == SMB_COM_NT_TRANSACT && o->function == NT_TRANSACT_RENAME) ||
	       (x->command == SMB_COM_TRANSACTION2 && o->function == TRANS2_SET_FILE_INFORMATION &&
		is_rename_class(o->level - PASS_THROUGH));
}

void
smb_file_changed(SmbConnection *c, const SmbExchange *x)
{
	bool disposes = x->other.disposition != 0;

	if (x->failed || !x->response.frame || !smb_was_asked(x))
		return;
	if (disposes && x->has_fid)
		disposed_handle(c, x);
	else if (deletes_path(x) || (x->other.disposition & SMB_DISPOSITION_DELETE))
		deleted_path(c, x);
	else if (renames_path(x))
		renamed_path(c, x);
	else if (renames_handle(x))
		renamed_handle(c, x);
}

/* Attributes, times, sizes, owners and permissions. */
static bool
changes(const SmbExchange *x)
{
	int32_t function = x->other.function;

	if (x->version == 2)
		return x->command == SMB2_SET_INFO;
	switch (x->command) {
	case SMB_COM_SET_INFORMATION:
	case SMB_COM_SET_INFORMATION2:
		return true;
	case SMB_COM_TRANSACTION2:
		return function == TRANS2_SET_PATH_INFORMATION ||
		       function == TRANS2_SET_FILE_INFORMATION;
	case SMB_COM_NT_TRANSACT:
		return function == NT_TRANSACT_SET_SECURITY_DESC;
	default:
		return false;
	}
}

static bool
makes_directory(const SmbExchange *x)
{
	return x->version == 1 && (x->command == SMB_COM_CREATE_DIRECTORY ||
				   (x->command == SMB_COM_TRANSACTION2 &&
				    x->other.function == TRANS2_CREATE_DIRECTORY));
}

SmbDeed
smb_file_deed(const SmbExchange *x)
{
	if (x->step == SMB_STEP_SEARCH)
		return SMB_DEED_LIST;
	if (deletes_path(x) || (x->other.disposition & SMB_DISPOSITION_DELETE))
		return SMB_DEED_DELETE;
	if (renames_path(x) || renames_handle(x))
		return SMB_DEED_RENAME;
	if (makes_directory(x))
		return SMB_DEED_MAKE;
	return changes(x) ? SMB_DEED_CHANGE : SMB_DEED_OPEN;
}

bool
smb_file_may_be_read_only(SmbConnection *c, const SmbExchange *x)
{
	const SmbTreeEntry *tree = smb_state_tree(c, x);
	bool prints = (tree && tree->pub.type == SMB_SHARE_PRINTER) ||
		      (x->version == 1 && x->command == SMB_COM_OPEN_PRINT_FILE);

	return x->open.to_write && !prints && !(x->open.nt && x->open.disposition == FILE_CREATE);
}

void
smb_file_clear(SmbConnection *c, SmbFileEntry *file)
{
	for (uint32_t i = 0; i < file->story.n_renamed; i++)
		smb_context_unref(c->context, file->story.renamed[i]);
	file->story.n_renamed = 0;
}
