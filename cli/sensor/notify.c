/* SPDX-License-Identifier: BSD-3-Clause */
/* Datagrams to the service manager. */
#include "cli/sensor/notify.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* Half of the time after which the manager gives up; it may be meant for another process. */
static gint64
watchdog_of_environment(void)
{
	const char *pid = getenv("WATCHDOG_PID"), *usec = getenv("WATCHDOG_USEC");
	guint64 own = (guint64)getpid(), meant = own, us = 0;

	if (!usec || !g_ascii_string_to_unsigned(usec, 10, 1, G_MAXINT64, &us, NULL))
		return 0;
	if (pid &&
	    (!g_ascii_string_to_unsigned(pid, 10, 0, G_MAXUINT, &meant, NULL) || meant != own))
		return 0;
	return (gint64)us / 2;
}

void
cli_notify_open(CliNotify *self)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un name = { .sun_family = AF_UNIX };
	size_t n = path ? strlen(path) : 0;
	socklen_t length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n);

	*self = (CliNotify){ .fd = -1 };
	if (n < 2 || n >= sizeof(name.sun_path) || (path[0] != '/' && path[0] != '@'))
		return;
	memcpy(name.sun_path, path, n);
	if (path[0] == '@')
		name.sun_path[0] = '\0';
	self->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (self->fd >= 0 && connect(self->fd, (const struct sockaddr *)&name, length) != 0)
		cli_notify_close(self);
	if (self->fd >= 0)
		self->watchdog_us = watchdog_of_environment();
	unsetenv("NOTIFY_SOCKET");
	unsetenv("WATCHDOG_USEC");
	unsetenv("WATCHDOG_PID");
}

void
cli_notify_close(CliNotify *self)
{
	if (self->fd >= 0)
		close(self->fd);
	*self = (CliNotify){ .fd = -1 };
}

void
cli_notify_send(const CliNotify *self, const char *state)
{
	/* A manager that does not listen is not waited for. */
	if (self->fd >= 0 && write(self->fd, state, strlen(state)) < 0)
		return;
}

void
cli_notify_alive(CliNotify *self, gint64 now_us)
{
	if (self->fd < 0 || !self->watchdog_us || now_us < self->alive_us)
		return;
	self->alive_us = now_us + self->watchdog_us;
	cli_notify_send(self, "WATCHDOG=1");
}
