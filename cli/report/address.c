/* SPDX-License-Identifier: BSD-3-Clause */
/* Addresses of sockets. */
#include "cli/report/address.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

enum { ANSWER_MS = 2000 };

static const char unix_word[] = "unix:", datagram_word[] = "unix-dgram:", tcp_word[] = "tcp:";

bool
cli_address_is(const char *text)
{
	return g_str_has_prefix(text, unix_word) || g_str_has_prefix(text, datagram_word) ||
	       g_str_has_prefix(text, tcp_word);
}

static bool
fail(GError **error, const char *text, const char *why)
{
	g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "%s: %s", text, why);
	return false;
}

/* HOST:PORT or [ADDRESS]:PORT into its parts, to be freed. */
static bool
split(const char *text, char **ret_host, char **ret_port)
{
	const char *colon = strrchr(text, ':');
	size_t n = colon ? (size_t)(colon - text) : 0;

	if (n >= 2 && text[0] == '[' && text[n - 1] == ']') {
		text++;
		n -= 2;
	} else if (memchr(text, ':', n)) {
		return false;
	}
	if (!n || !colon[1])
		return false;
	*ret_host = g_strndup(text, n);
	*ret_port = g_strdup(colon + 1);
	return true;
}

static bool
find_unix(const char *text, const char *path, int type, CliAddress *ret_address, GError **error)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };

	if (!*path)
		return fail(error, text, "no path");
	if (strlen(path) >= sizeof(un.sun_path))
		return fail(error, text, "the path of a socket has at most 107 bytes");
	memcpy(un.sun_path, path, strlen(path));
	*ret_address = (CliAddress){ .length = sizeof(un), .type = type };
	memcpy(&ret_address->address, &un, sizeof(un));
	return true;
}

/* Whether somebody accepts connections there. */
static bool
answers(const struct addrinfo *info)
{
	int fd = socket(info->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), code = 0;
	struct pollfd ready = { .fd = fd, .events = POLLOUT };
	socklen_t size = sizeof(code);
	bool ok;

	if (fd < 0)
		return false;
	ok = connect(fd, info->ai_addr, info->ai_addrlen) == 0 ||
	     (errno == EINPROGRESS && poll(&ready, 1, ANSWER_MS) == 1 &&
	      getsockopt(fd, SOL_SOCKET, SO_ERROR, &code, &size) == 0 && !code);
	close(fd);
	return ok;
}

static bool
find_tcp(const char *text, CliAddress *ret_address, GError **error)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *list = NULL, *chosen;
	g_autofree char *host = NULL;
	g_autofree char *port = NULL;
	int code;

	if (!split(text + strlen(tcp_word), &host, &port))
		return fail(error, text, "expected tcp:HOST:PORT");
	code = getaddrinfo(host, port, &hints, &list);
	if (code)
		return fail(error, text,
			    code == EAI_SYSTEM ? g_strerror(errno) : gai_strerror(code));
	chosen = list;
	for (struct addrinfo *i = list; list->ai_next && i; i = i->ai_next) {
		if (!answers(i))
			continue;
		chosen = i;
		break;
	}
	*ret_address = (CliAddress){ .length = chosen->ai_addrlen, .type = SOCK_STREAM };
	memcpy(&ret_address->address, chosen->ai_addr, chosen->ai_addrlen);
	freeaddrinfo(list);
	return true;
}

bool
cli_address_find(const char *text, CliAddress *ret_address, GError **error)
{
	if (g_str_has_prefix(text, unix_word))
		return find_unix(text, text + strlen(unix_word), SOCK_STREAM, ret_address, error);
	if (g_str_has_prefix(text, datagram_word))
		return find_unix(text, text + strlen(datagram_word), SOCK_DGRAM, ret_address,
				 error);
	return find_tcp(text, ret_address, error);
}

bool
cli_address_check(const char *text, GError **error)
{
	g_autofree char *host = NULL;
	g_autofree char *port = NULL;
	CliAddress address;

	if (!g_str_has_prefix(text, tcp_word))
		return cli_address_find(text, &address, error);
	return split(text + strlen(tcp_word), &host, &port) ||
	       fail(error, text, "expected tcp:HOST:PORT");
}
