/* SPDX-License-Identifier: BSD-3-Clause */
/* HTTP/1.0, as little of it as will do. */
#include "cli/sensor/metrics-server.h"

#include <errno.h>
#include <netdb.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	CLIENTS_MAX = 8,     /* the others wait in the kernel */
	WAITING = 16,        /* so many of them */
	LINE_MAX_BYTES = 64, /* of the first line: all that matters is in its beginning */
	REQUEST_MAX = 8192,
	PATIENCE_US = 5000000,
};

typedef struct {
	int fd; /* -1: free */
	gint64 until_us;
	char line[LINE_MAX_BYTES]; /* the beginning of the first line */
	size_t line_length, length;
	unsigned ends; /* ends of lines in a row */
	bool line_over;
	char *answer; /* NULL: the request is not over */
	size_t answer_length, sent;
} Client;

struct CliMetricsServer {
	int fd;
	Client clients[CLIENTS_MAX];
};

static struct addrinfo *
resolve(const char *where, GError **error)
{
	static const struct addrinfo hints = {
		.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE, .ai_socktype = SOCK_STREAM
	};
	const char *colon = strrchr(where, ':');
	g_autofree char *host = colon ? g_strndup(where, (gsize)(colon - where)) : NULL;
	size_t n = host ? strlen(host) : 0;
	bool bare = n && strchr(host, ':') && host[0] != '[';
	struct addrinfo *found = NULL;

	if (n > 2 && host[0] == '[' && host[n - 1] == ']') {
		host[n - 1] = '\0';
		memmove(host, host + 1, n - 1);
	}
	if (n && !bare && g_ascii_string_to_unsigned(colon + 1, 10, 1, G_MAXUINT16, NULL, NULL) &&
	    getaddrinfo(host, colon + 1, &hints, &found) == 0)
		return found;
	g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
		    "--metrics-listen takes an address and a port, such as 127.0.0.1:9445 or "
		    "[::1]:9445");
	return NULL;
}

CliMetricsServer *
cli_metrics_server_new(const char *where, GError **error)
{
	struct addrinfo *at = resolve(where, error);
	CliMetricsServer *self;
	int fd, yes = 1;

	if (!at)
		return NULL;
	fd = socket(at->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd >= 0)
		(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
	if (fd < 0 || bind(fd, at->ai_addr, at->ai_addrlen) != 0 || listen(fd, WAITING) != 0) {
		g_set_error(error, G_FILE_ERROR, (gint)g_file_error_from_errno(errno),
			    "--metrics-listen %s: %s", where, g_strerror(errno));
		if (fd >= 0)
			close(fd);
		freeaddrinfo(at);
		return NULL;
	}
	freeaddrinfo(at);
	self = g_new0(CliMetricsServer, 1);
	self->fd = fd;
	for (int i = 0; i < CLIENTS_MAX; i++)
		self->clients[i].fd = -1;
	return self;
}

static void
end(Client *client)
{
	if (client->fd >= 0)
		close(client->fd);
	g_free(client->answer);
	*client = (Client){ .fd = -1 };
}

void
cli_metrics_server_free(CliMetricsServer *self)
{
	if (!self)
		return;
	for (int i = 0; i < CLIENTS_MAX; i++)
		end(&self->clients[i]);
	close(self->fd);
	g_free(self);
}

static bool
begins_with(const Client *client, const char *text)
{
	size_t n = strlen(text);

	return client->line_length >= n && memcmp(client->line, text, n) == 0;
}

static void
answer(Client *client, char *(*text)(void *user), void *user)
{
	g_autofree char *body = NULL;
	const char *status = "200 OK";

	if (begins_with(client, "GET /metrics ") || begins_with(client, "GET /metrics?"))
		body = text(user);
	else if (begins_with(client, "GET "))
		status = "404 Not Found";
	else
		status = "405 Method Not Allowed";
	client->answer =
		g_strdup_printf("HTTP/1.0 %s\r\n"
				"Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n"
				"Content-Length: %zu\r\n"
				"Connection: close\r\n"
				"\r\n%s",
				status, body ? strlen(body) : 0, body ?: "");
	client->answer_length = strlen(client->answer);
}

/* The request is over at its first empty line. */
static bool
take(Client *client, const char *bytes, size_t n)
{
	for (size_t i = 0; i < n && client->ends < 2; i++) {
		char c = bytes[i];

		if (c == '\n') {
			client->ends++;
			client->line_over = true;
		} else if (c != '\r') {
			client->ends = 0;
			if (!client->line_over && client->line_length < LINE_MAX_BYTES)
				client->line[client->line_length++] = c;
		}
	}
	client->length += n;
	return client->ends == 2;
}

/* False: it is over, one way or the other. */
static bool
hear(Client *client, char *(*text)(void *user), void *user)
{
	char bytes[1024];

	while (!client->answer) {
		ssize_t n = read(client->fd, bytes, sizeof(bytes));

		if (n < 0)
			return errno == EAGAIN || errno == EINTR;
		if (n == 0 || client->length + (size_t)n > REQUEST_MAX)
			return false;
		if (take(client, bytes, (size_t)n))
			answer(client, text, user);
	}
	return true;
}

static bool
say(Client *client)
{
	while (client->sent < client->answer_length) {
		/* PIPE is ignored. */
		ssize_t n = write(client->fd, client->answer + client->sent,
				  client->answer_length - client->sent);

		if (n < 0)
			return errno == EAGAIN || errno == EINTR;
		client->sent += (size_t)n;
	}
	return false;
}

static void
take_new(CliMetricsServer *self, gint64 now_us)
{
	for (int i = 0; i < CLIENTS_MAX; i++) {
		Client *client = &self->clients[i];

		if (client->fd >= 0)
			continue;
		client->fd = accept4(self->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (client->fd < 0)
			return;
		client->until_us = now_us + PATIENCE_US;
	}
}

void
cli_metrics_server_tick(CliMetricsServer *self, gint64 now_us, char *(*text)(void *user),
			void *user)
{
	take_new(self, now_us);
	for (int i = 0; i < CLIENTS_MAX; i++) {
		Client *client = &self->clients[i];

		if (client->fd < 0)
			continue;
		if (now_us >= client->until_us || !hear(client, text, user) ||
		    (client->answer && !say(client)))
			end(client);
	}
}
