/* SPDX-License-Identifier: BSD-3-Clause */
/* What the last exchange was about. */
#include "cli/extract/recent.h"

#include <glib.h>
#include <string.h>

static const SmbString *
share_of(const SmbExchange *x)
{
	return x->tree ? x->tree->path : NULL;
}

static bool
is_same(const SmbString *kept, const SmbString *now)
{
	if (!kept || !now)
		return kept == now;
	return kept->len == now->len && kept->cut == now->cut && kept->encoding == now->encoding &&
	       memcmp(kept->bytes, now->bytes, kept->len) == 0;
}

static SmbString *
copy(const SmbString *string)
{
	return smb_string_new(smb_string_text(string), UINT32_MAX);
}

bool
cli_recent_is(const CliRecent *self, const SmbConnectionInfo *info, const SmbExchange *x,
	      CliKind kind)
{
	return self->found && self->connection == info->number && self->fid == x->file->fid &&
	       self->opened == x->file->opened.frame && self->step == x->step &&
	       self->kind == kind && is_same(self->name, smb_file_name(x->file)) &&
	       is_same(self->share, share_of(x));
}

void
cli_recent_set(CliRecent *self, const SmbConnectionInfo *info, const SmbExchange *x, CliKind kind,
	       void *found)
{
	cli_recent_clear(self);
	*self = (CliRecent){ .share = copy(share_of(x)),
			     .name = copy(smb_file_name(x->file)),
			     .connection = info->number,
			     .opened = x->file->opened.frame,
			     .fid = x->file->fid,
			     .kind = kind,
			     .step = x->step,
			     .found = found };
}

void
cli_recent_clear(CliRecent *self)
{
	smb_string_unref(self->share);
	smb_string_unref(self->name);
	*self = (CliRecent){ .found = NULL };
}

size_t
cli_recent_memory(const CliRecent *self)
{
	return smb_string_memory(self->share) + smb_string_memory(self->name);
}
