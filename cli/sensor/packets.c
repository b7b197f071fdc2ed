/* SPDX-License-Identifier: BSD-3-Clause */
/* Capture files that are written while packets come. */
#include "cli/sensor/packets.h"

#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "capture/source/dump.h"
#include "cli/complain.h"
#include "cli/report/names.h"

enum {
	RECORD = 16,           /* the header of a packet */
	NAMES_TRIED = 1000,    /* of files that are there already */
	NUMBER_DIGITS = 5,     /* at least */
	NUMBER_MAX = 18,       /* digits; longer ones are not ours */
	STAMP_DIGITS = 14,     /* of the local time */
	RETRY_NS = 1000000000, /* between attempts to make a file that could not be made */
};

struct CliPackets {
	const char *path;
	const CliLater *later;
	int link_type;
	bool nanoseconds;
	uint64_t size, time_ns; /* of each file; 0: any */
	unsigned files;         /* that are kept; 0: all */
	CapDump *dump;          /* NULL: between two files, or none could be made */
	char *name;             /* of the current file, where files follow one another */
	uint64_t begun_ns;      /* capture time */
	uint64_t retry_ns;      /* the same: when to try again to make a file */
	CliRotated rotated;     /* of this run and of earlier ones */
	uint64_t lost;          /* packets, but for those of `dump` */
	uint64_t seen_lost;     /* of all lost ones, at the last flush */
	bool told;              /* that packets are being lost */
};

CliPackets *
cli_packets_new(const char *path, int fd, const CliLater *later, const CliLiveOptions *options,
		int link_type, bool nanoseconds)
{
	CliPackets *self = g_new0(CliPackets, 1);

	self->path = path;
	self->later = later;
	self->link_type = link_type;
	self->nanoseconds = nanoseconds;
	self->size = options->write_size;
	self->time_ns = options->write_us * 1000;
	self->files = options->write_keep;
	if (fd >= 0)
		self->dump = cap_dump_new(fd, link_type, nanoseconds);
	return self;
}

char *
cli_packets_name(const char *name, uint64_t number, uint64_t time_ns)
{
	const char *dot = strrchr(name, '.');
	size_t stem = dot && dot > name ? (size_t)(dot - name) : strlen(name);
	time_t seconds = (time_t)(time_ns / 1000000000);
	char stamp[32] = "";
	struct tm when;

	if (localtime_r(&seconds, &when))
		strftime(stamp, sizeof(stamp), "%Y%m%d%H%M%S", &when);
	return g_strdup_printf("%.*s_%05" G_GUINT64_FORMAT "_%s%s", (int)stem, name, number, stamp,
			       name + stem);
}

bool
cli_packets_number(const char *base, const char *name, uint64_t *ret_number)
{
	const char *dot = strrchr(base, '.');
	size_t stem = dot && dot > base ? (size_t)(dot - base) : strlen(base), digits;

	if (strncmp(name, base, stem) != 0 || name[stem] != '_')
		return false;
	name += stem + 1;
	digits = strspn(name, "0123456789");
	if (digits < NUMBER_DIGITS || digits > NUMBER_MAX || name[digits] != '_')
		return false;
	*ret_number = g_ascii_strtoull(name, NULL, 10);
	name += digits + 1;
	return strspn(name, "0123456789") == STAMP_DIGITS &&
	       g_str_equal(name + STAMP_DIGITS, base + stem);
}

/* ---- Files that follow one another ---- */

/* A number that is taken is passed over. -1 with errno set. */
static int
create(CliPackets *self, uint64_t time_ns, char **ret_name)
{
	for (unsigned i = 0; i < NAMES_TRIED; i++) {
		char *name = cli_packets_name(cli_later_name(self->later), self->rotated.last + 1,
					      time_ns);
		int fd = cli_later_create(self->later, name);

		self->rotated.last += fd >= 0 || errno == EEXIST;
		*ret_name = name;
		if (fd >= 0)
			return fd;
		g_free(name);
		*ret_name = NULL;
		if (errno != EEXIST)
			return -1;
	}
	return -1;
}

/* False with errno set. */
static bool
next_file(CliPackets *self, uint64_t time_ns)
{
	char *name;
	int fd = create(self, time_ns, &name);

	if (fd < 0)
		return false;
	self->dump = cap_dump_new(fd, self->link_type, self->nanoseconds);
	self->begun_ns = time_ns;
	g_free(self->name);
	self->name = g_strdup(name);
	cli_rotated_add(&self->rotated, cli_later_directory(self->later), name, self->files);
	return self->dump != NULL;
}

bool
cli_packets_begin(CliPackets *self, uint64_t time_ns, GError **error)
{
	g_autofree char *directory = g_path_get_dirname(self->path);

	errno = cli_rotated_scan(&self->rotated, cli_later_directory(self->later),
				 cli_later_name(self->later), cli_packets_number, self->files);
	if (errno == 0 && next_file(self, time_ns))
		return true;
	g_set_error(error, G_FILE_ERROR, (int)g_file_error_from_errno(errno),
		    "-w: no file can be made in %s, after privileges were dropped: %s", directory,
		    g_strerror(errno));
	return false;
}

/* ---- Losses ---- */

static void
tell_lost(CliPackets *self, int code)
{
	if (!self->told)
		cli_complain("%s: %s; packets are not written until there is room", self->path,
			     g_strerror(code));
	self->told = true;
}

static void
tell_back(CliPackets *self)
{
	if (self->told)
		cli_complain("%s: writing again; %" G_GUINT64_FORMAT " packets were not written",
			     self->path, cli_packets_lost(self));
	self->told = false;
}

uint64_t
cli_packets_lost(const CliPackets *self)
{
	return self->lost + (self->dump ? cap_dump_lost(self->dump) : 0);
}

void
cli_packets_flush(CliPackets *self)
{
	bool written;
	uint64_t lost;

	if (!self->dump)
		return;
	written = cap_dump_waits(self->dump) && cap_dump_flush(self->dump);
	lost = cli_packets_lost(self);
	if (lost > self->seen_lost && cap_dump_error(self->dump))
		tell_lost(self, cap_dump_error(self->dump));
	else if (written)
		tell_back(self);
	self->seen_lost = lost;
}

/* A file in which a full disk had room for nothing takes no place in the ring. */
static void
remove_file(CliPackets *self)
{
	if (!self->name || unlinkat(cli_later_directory(self->later), self->name, 0) != 0)
		return;
	if (self->files)
		g_free(g_queue_pop_tail(&self->rotated.names));
	self->rotated.last--;
}

static bool
close_file(CliPackets *self)
{
	uint64_t lost;
	bool ok;

	if (!self->dump)
		return true;
	cli_packets_flush(self);
	lost = cap_dump_lost(self->dump);
	self->lost += lost;
	if (lost && cap_dump_is_empty(self->dump))
		remove_file(self);
	ok = cap_dump_close(g_steal_pointer(&self->dump));
	if (!ok && !lost)
		cli_complain("%s: %s", self->path, g_strerror(errno));
	return ok;
}

/* ---- Writing ---- */

static bool
is_full(const CliPackets *self, const CapPacket *packet)
{
	if (!self->later)
		return false;
	return (self->size && cap_dump_bytes(self->dump) + RECORD + packet->caplen > self->size) ||
	       (self->time_ns && packet->time_ns > self->begun_ns &&
		packet->time_ns - self->begun_ns >= self->time_ns);
}

/* Not where the clock was set back since. */
static bool
is_soon(const CliPackets *self, const CapPacket *packet)
{
	return packet->time_ns < self->retry_ns && self->retry_ns - packet->time_ns <= RETRY_NS;
}

/* Whether there is a file to write to. */
static bool
has_file(CliPackets *self, const CapPacket *packet)
{
	if (self->dump || !self->later || is_soon(self, packet))
		return self->dump != NULL;
	if (next_file(self, packet->time_ns))
		return true;
	tell_lost(self, errno);
	self->retry_ns = packet->time_ns + RETRY_NS;
	return false;
}

void
cli_packets_write(CliPackets *self, const CapPacket *packet)
{
	if (self->dump && is_full(self, packet))
		close_file(self);
	if (!has_file(self, packet) || !cap_dump_packet(self->dump, packet))
		self->lost++;
}

bool
cli_packets_close(CliPackets *self)
{
	bool ok;

	if (!self)
		return true;
	ok = close_file(self) && !self->lost;
	if (self->lost)
		cli_complain("%s: %" G_GUINT64_FORMAT " packets could not be written", self->path,
			     self->lost);
	cli_rotated_clear(&self->rotated);
	g_free(self->name);
	g_free(self);
	return ok;
}
