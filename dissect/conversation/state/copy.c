/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Copies that the server makes: which file a request to copy takes its bytes from. The source is
 * known by the key that the server gave for it ([MS-SMB2] 3.3.5.15.5, 3.3.5.15.6); each open file
 * has the last one.
 */
#include "dissect/conversation/state/state.h"
#include "dissect/smb2/copychunk.h"

static bool
is_copy(const SmbExchange *x)
{
	return x->command == SMB2_IOCTL && (x->other.function == FSCTL_SRV_COPYCHUNK ||
					    x->other.function == FSCTL_SRV_COPYCHUNK_WRITE);
}

/* All that have the server write what it has already: [MS-FSCC] 2.3.7, 2.3.41. */
static bool
fills(const SmbExchange *x)
{
	return is_copy(x) || (x->command == SMB2_IOCTL &&
			      (x->other.function == FSCTL_OFFLOAD_WRITE ||
			       x->other.function == FSCTL_DUPLICATE_EXTENTS_TO_FILE ||
			       x->other.function == FSCTL_DUPLICATE_EXTENTS_TO_FILE_EX));
}

static const SmbFileEntry *
find_key(SmbConnection *c, SmbSpan key)
{
	for (uint32_t i = c->state->files.n; i-- > 0;) {
		const SmbFileEntry *file = c->state->files.items[i];

		if (file->has_resume_key && smb_span_begins(key, file->resume_key, key.len))
			return file;
	}
	return NULL;
}

void
smb_copy_asked(SmbConnection *c, SmbExchange *x, SmbSpan input)
{
	SmbSpan key = is_copy(x) ? smb2_resume_key(input) : (SmbSpan){ NULL, 0 };
	const SmbFileEntry *file = key.ptr ? find_key(c, key) : NULL;

	if (file)
		x->other.target = smb_string_text(smb_file_name(&file->pub));
	else if (key.ptr)
		x->other.target = smb_shared_source(c, key);
}

bool
smb_copy_answered(SmbConnection *c, SmbExchange *x, SmbSpan output)
{
	SmbSpan key;
	SmbFileEntry *file;

	if (fills(x) && !x->failed && (file = smb_state_file(c, x->fid, x->fid_persistent)))
		file->story.copied = true;
	if (is_copy(x)) {
		x->other.count = smb2_copied(output);
		return true;
	}
	if (x->command != SMB2_IOCTL || x->other.function != FSCTL_SRV_REQUEST_RESUME_KEY)
		return false;
	key = smb2_resume_key(output);
	file = key.ptr && !x->failed ? smb_state_file(c, x->fid, x->fid_persistent) : NULL;
	if (file) {
		file->has_resume_key = smb_span_copy(key, file->resume_key, key.len) == key.len;
		smb_shared_add_file(c, file);
	}
	return false;
}
