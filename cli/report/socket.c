/* SPDX-License-Identifier: BSD-3-Clause */
/* Sockets as destinations. */
#include "cli/report/socket.h"

#include <errno.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/complain.h"
#include "cli/report/backoff.h"
#include "cli/report/loss.h"
#include "cli/report/queue.h"

#define CONNECT_US INT64_C(5000000)   /* longer takes no connect */
#define LAST_LINES_US INT64_C(900000) /* at the end of a live run */

enum {
	WAIT_MS = 100,      /* between looks at *stop */
	SILENCE_MS = 30000, /* after so long without an acknowledgment a connection is gone */
	READS_MAX = 16,     /* at a time, of what a receiver says: it must not keep the run */
};

typedef enum { DOWN, CONNECTING, UP } State;

typedef struct {
	OutDestination base;
	CliSocketOptions o;
	State state;
	int fd;           /* -1: DOWN */
	int64_t begun_us; /* CONNECTING: since when */
	CliBackoff backoff;
	CliQueue queue;
	bool full;                           /* nothing is taken until half of the queue is free */
	bool said_down;                      /* standard error says that there is no connection */
	int error;                           /* not live: the first errno */
	uint64_t unsure_lines, unsure_bytes; /* sent on this connection, perhaps not taken */
	CliLoss loss;
} Socket;

/* ---- the connection ---- */

static void
lose(Socket *self, uint64_t lines, uint64_t bytes, int code)
{
	cli_loss_count(&self->loss, lines, bytes, code, g_get_real_time(), g_get_monotonic_time());
}

static void
go_down(Socket *self, int code)
{
	if (self->fd >= 0)
		close(self->fd);
	self->fd = -1;
	self->state = DOWN;
	cli_queue_rewind(&self->queue);
	self->error = self->o.live ? 0 : code;
	if (!self->o.live)
		return;
	cli_backoff_failed(&self->backoff, g_get_monotonic_time());
	if (!self->said_down)
		cli_complain("%s: %s; connecting again", self->o.name, g_strerror(code));
	self->said_down = true;
	lose(self, self->unsure_lines, self->unsure_bytes, ENOTCONN);
	self->unsure_lines = self->unsure_bytes = 0;
}

static void
come_up(Socket *self)
{
	self->state = UP;
	cli_backoff_reset(&self->backoff);
	if (self->said_down)
		cli_complain("%s: connected", self->o.name);
	self->said_down = false;
}

static void
set_options(int fd, const CliAddress *address)
{
	static const int on = 1, silence_ms = SILENCE_MS;

	if (address->address.ss_family == AF_UNIX)
		return;
	(void)setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	(void)setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &silence_ms, sizeof(silence_ms));
}

static void
begin_connect(Socket *self)
{
	const CliAddress *to = &self->o.address;

	self->fd = socket(to->address.ss_family, to->type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (self->fd < 0) {
		go_down(self, errno);
		return;
	}
	set_options(self->fd, to);
	self->begun_us = g_get_monotonic_time();
	if (connect(self->fd, (const struct sockaddr *)&to->address, to->length) == 0)
		come_up(self);
	else if (errno == EINPROGRESS)
		self->state = CONNECTING;
	else
		go_down(self, errno);
}

static void
look_at_connect(Socket *self)
{
	struct pollfd ready = { .fd = self->fd, .events = POLLOUT };
	int code = 0;
	socklen_t size = sizeof(code);

	if (poll(&ready, 1, 0) != 1) {
		if (g_get_monotonic_time() - self->begun_us > CONNECT_US)
			go_down(self, ETIMEDOUT);
		return;
	}
	if (getsockopt(self->fd, SOL_SOCKET, SO_ERROR, &code, &size) != 0)
		code = errno;
	if (code)
		go_down(self, code);
	else
		come_up(self);
}

/* What the receiver says is of no interest, only whether it is there: one that goes on talking is. */
static void
look_at_receiver(Socket *self)
{
	char bytes[4096];
	ssize_t n;
	int reads = 0;

	if (self->o.address.type != SOCK_STREAM)
		return;
	do
		n = recv(self->fd, bytes, sizeof(bytes), MSG_DONTWAIT);
	while (n > 0 && ++reads < READS_MAX);
	if (n == 0)
		go_down(self, EPIPE);
	else if (n < 0 && errno != EAGAIN && errno != EINTR)
		go_down(self, errno);
}

/* ---- sending ---- */

/*
 * Whether everything that was sent has been taken. Where a receiver is gone its queue is empty, too:
 * so it must be there after the queue was.
 */
static void
look_at_taken(Socket *self)
{
	int waiting = 0;

	if (!self->unsure_lines || ioctl(self->fd, SIOCOUTQ, &waiting) != 0 || waiting)
		return;
	look_at_receiver(self);
	if (self->state == UP)
		self->unsure_lines = self->unsure_bytes = 0;
}

static void
take_sent(Socket *self, size_t n)
{
	size_t bytes;

	self->unsure_lines += cli_queue_sent(&self->queue, n, &bytes);
	self->unsure_bytes += bytes;
}

/* A datagram that is too large for the socket will never fit. */
static void
drop_first(Socket *self, size_t n)
{
	size_t bytes;

	lose(self, cli_queue_sent(&self->queue, n, &bytes), n, EMSGSIZE);
}

static void
send_queue(Socket *self)
{
	bool datagrams = self->o.address.type == SOCK_DGRAM;
	size_t n;

	look_at_taken(self);
	while (self->state == UP) {
		const char *next = cli_queue_next(&self->queue, datagrams, &n);
		/* Without the newline, which is only between lines. */
		size_t all = datagrams && n ? n - 1 : n;
		ssize_t sent = n ? send(self->fd, next, all, MSG_DONTWAIT | MSG_NOSIGNAL) : 0;

		if (!n || (sent < 0 && (errno == EAGAIN || errno == ENOBUFS)))
			break;
		if (sent >= 0)
			take_sent(self, datagrams ? n : (size_t)sent);
		else if (errno == EMSGSIZE && datagrams)
			drop_first(self, n);
		else if (errno != EINTR)
			go_down(self, errno);
	}
}

/* What was lost is told as soon as there is room. */
static void
tell(Socket *self)
{
	OutBuffer b = { 0 };

	if (!cli_loss_pending(&self->loss) || self->full || self->state != UP)
		return;
	cli_loss_put(&self->loss, &b, g_get_real_time());
	if (cli_queue_put(&self->queue, b.data, b.len))
		cli_loss_told(&self->loss);
	out_buffer_clear(&b);
}

static void
pump(Socket *self)
{
	if (self->state == DOWN && cli_backoff_is_due(&self->backoff, g_get_monotonic_time()))
		begin_connect(self);
	else if (self->state == CONNECTING)
		look_at_connect(self);
	if (self->state == UP)
		send_queue(self);
	if (cli_queue_length(&self->queue) <= self->queue.size / 2)
		self->full = false;
}

/* Until the socket takes more, or the time is over. */
static void
wait_for_room(Socket *self, int ms)
{
	struct pollfd ready = { .fd = self->fd, .events = POLLOUT };

	(void)poll(&ready, self->fd >= 0, ms);
	pump(self);
}

/* ---- the destination ---- */

static void
write_live(Socket *self, const char *lines, size_t n)
{
	if (!self->full)
		tell(self);
	if (!self->full && !cli_queue_put(&self->queue, lines, n))
		self->full = true;
	else if (!self->full)
		n = 0;
	if (n)
		lose(self, cli_loss_lines(lines, n), n, self->state == UP ? ENOBUFS : ENOTCONN);
	pump(self);
}

/* As much of the lines as there is room for: a datagram is a whole line. */
static size_t
put_some(Socket *self, const char *lines, size_t n)
{
	size_t room = self->queue.size - cli_queue_length(&self->queue);
	size_t line = (size_t)((const char *)memchr(lines, '\n', n) + 1 - lines);

	if (self->o.address.type == SOCK_STREAM)
		line = MIN(n, room);
	if (line > self->queue.size)
		lose(self, 1, line, EMSGSIZE);
	else if (!cli_queue_put(&self->queue, lines, line))
		return 0;
	return line;
}

/* Lines are handed over as fast as they are taken. */
static int
write_waiting(Socket *self, const char *lines, size_t n)
{
	tell(self);
	while (n && !self->error) {
		size_t some = put_some(self, lines, n);

		lines += some;
		n -= some;
		pump(self);
		if (n && !self->error)
			wait_for_room(self, WAIT_MS);
		if (n && self->o.give_up(NULL))
			return ETIMEDOUT;
	}
	return self->error;
}

static int
socket_write(OutDestination *to, const char *lines, size_t n)
{
	Socket *self = (Socket *)to;

	if (!self->o.live)
		return write_waiting(self, lines, n);
	write_live(self, lines, n);
	return 0;
}

static int
socket_tick(OutDestination *to)
{
	Socket *self = (Socket *)to;

	if (self->state == UP)
		look_at_receiver(self);
	pump(self);
	tell(self);
	return 0;
}

/* HUP: no pause any more. */
static int
socket_turn(OutDestination *to)
{
	Socket *self = (Socket *)to;

	cli_backoff_reset(&self->backoff);
	return self->o.live ? socket_tick(to) : 0;
}

static int
socket_sync(OutDestination *to)
{
	return ((Socket *)to)->o.live ? socket_turn(to) : 0;
}

static void
socket_written(const OutDestination *to, OutWritten *ret_written)
{
	const Socket *self = (const Socket *)to;

	*ret_written = (OutWritten){ .lost_records = self->loss.records,
				     .lost_bytes = self->loss.bytes,
				     .failing = self->error };
}

static size_t
socket_memory(const OutDestination *to)
{
	return ((const Socket *)to)->queue.size;
}

/* The last lines: live for less than a second, else until they are taken or a signal comes. */
static void
drain(Socket *self)
{
	int64_t until = g_get_monotonic_time() + LAST_LINES_US;

	while (cli_queue_length(&self->queue) && !self->error) {
		/* Of the second after a signal the packets may have taken a part. */
		if (self->o.give_up(NULL) || (self->o.live && g_get_monotonic_time() >= until))
			return;
		wait_for_room(self, self->o.live ? 10 : WAIT_MS);
	}
}

static int
socket_close(OutDestination *to)
{
	Socket *self = (Socket *)to;
	int code;

	drain(self);
	code = self->error;
	if (!code && cli_queue_length(&self->queue))
		code = self->state == UP ? ETIMEDOUT : ENOTCONN;
	if (self->fd >= 0)
		close(self->fd);
	cli_queue_clear(&self->queue);
	g_free(self);
	return code;
}

OutDestination *
cli_socket_new(const CliSocketOptions *options, GError **error)
{
	static const OutDestinationClass class = {
		.write = socket_write,
		.sync = socket_sync,
		.turn = socket_turn,
		.tick = socket_tick,
		.written = socket_written,
		.close = socket_close,
		.memory = socket_memory,
	};
	Socket *self = g_new0(Socket, 1);
	int code;

	self->base.class = &class;
	self->o = *options;
	self->fd = -1;
	self->loss =
		(CliLoss){ .name = options->name, .json = options->json, .put = options->lost };
	cli_queue_init(&self->queue, options->queue);
	begin_connect(self);
	while (self->state == CONNECTING && !options->live && !options->give_up(NULL))
		wait_for_room(self, WAIT_MS);
	if (options->live || self->state == UP)
		return &self->base;
	code = self->error ? self->error : EINTR;
	g_set_error(error, G_FILE_ERROR, (int)g_file_error_from_errno(code), "%s: %s",
		    options->name, g_strerror(code));
	(void)socket_close(&self->base);
	return NULL;
}
