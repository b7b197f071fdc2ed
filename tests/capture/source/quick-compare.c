/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/capture/source/quick-compare.h"

#include <check.h>
#include <glib/gstdio.h>

static char *dir, *path;

void
quick_setup(void)
{
	dir = g_dir_make_tmp("smbtrail-quick-XXXXXX", NULL);
	path = g_build_filename(dir, "file", NULL);
}

void
quick_teardown(void)
{
	g_unlink(path);
	g_rmdir(dir);
	g_free(path);
	g_free(dir);
}

const char *
quick_write(const GByteArray *file)
{
	ck_assert(g_file_set_contents(path, (char *)file->data, (gssize)file->len, NULL));
	return path;
}

/* What came of a file, as text that can be compared. */
static void
note(void *user, const CapPacket *packet)
{
	GChecksum *sum = user;
	guint64 numbers[] = { packet->time_ns, packet->frame, packet->wire_len, packet->caplen,
			      (guint64)packet->link_type };

	g_checksum_update(sum, (guchar *)numbers, sizeof(numbers));
	g_checksum_update(sum, packet->data, packet->caplen);
}

/* `quick`: by the loop; otherwise one by one, which is libpcap's. */
static char *
read_all(const GByteArray *file, bool quick)
{
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	g_autoptr(GError) error = NULL;
	CapNext next = CAP_NEXT_PACKET;
	CapSource *source;
	CapPacket packet = { 0 };

	source = cap_source_open_file(quick_write(file), NULL, &error);
	if (source && quick)
		next = cap_source_loop(source, note, sum, NULL, &error);
	while (source && next == CAP_NEXT_PACKET) {
		next = cap_source_next(source, &packet, 0, &error);
		if (next == CAP_NEXT_PACKET)
			note(sum, &packet);
	}
	cap_source_free(source);
	return g_strdup_printf("%s %d %s", g_checksum_get_string(sum), (int)next,
			       error ? error->message : "");
}

void
quick_compare(const GByteArray *file, const char *what, unsigned number)
{
	g_autofree char *quick = read_all(file, true), *slow = read_all(file, false);

	ck_assert_msg(g_str_equal(quick, slow), "%s %u: %s instead of %s", what, number, quick,
		      slow);
}

void
quick_stop_after(void *user, const CapPacket *packet)
{
	QuickStopping *self = user;

	(void)packet;
	if (--self->left == 0)
		cap_source_stop(self->source);
}
