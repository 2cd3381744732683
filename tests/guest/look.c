// SPDX-License-Identifier: GPL-2.0
/*
 * What the driver tells about itself: debugfs and tracepoints.
 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "card.h"

static const char tracing[] = "/sys/kernel/tracing";

/** look_debugfs() - The folder of the card's files */
void look_debugfs(struct card *c, char *folder, size_t size)
{
	char address[32];

	card_pci_address(c, address, sizeof(address));
	snprintf(folder, size, "/sys/kernel/debug/accel/%s", address);
	if (access(folder, X_OK))
		FAIL("%s: %s", folder, strerror(errno));
}

/** look_file() - The text of a file, until the next call */
const char *look_file(const char *folder, const char *name)
{
	static char text[1024 * 1024];
	char path[256];
	size_t size;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	f = fopen(path, "r");
	if (!f)
		FAIL("%s: %s", path, strerror(errno));
	size = fread(text, 1, sizeof(text) - 1, f);
	fclose(f);
	text[size] = 0;
	return text;
}

/** look_waits() - The waits on the card of an engine */
struct waits look_waits(struct card *c, const char *engine)
{
	char folder[96], name[16];
	struct waits w = {};
	const char *at;

	look_debugfs(c, folder, sizeof(folder));
	snprintf(name, sizeof(name), "%s: ", engine);
	at = strstr(look_file(folder, "hlaccel_rings"), name);
	CHECK(at);
	at = strchr(at, '\n');
	CHECK(at);
	CHECK_EQ(sscanf(at, " waits on the card %llu, called back %llu, now %llu", &w.all, &w.back,
			&w.now), 3);
	return w;
}

static void trace_set(const char *name, const char *value)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", tracing, name);
	fd = open(path, O_WRONLY | O_TRUNC);
	if (fd < 0 || write(fd, value, strlen(value)) != (ssize_t)strlen(value))
		FAIL("%s: %s", path, strerror(errno));
	close(fd);
}

/** trace_start() - From now on the driver's events are kept */
void trace_start(void)
{
	trace_set("events/hlaccel/enable", "1");
	trace_set("trace", "");
}

/** trace_peek() - The events since trace_start() so far, as look_file() */
const char *trace_peek(void)
{
	return look_file(tracing, "trace");
}

/** trace_stop() - The events since trace_start(), as look_file() */
const char *trace_stop(void)
{
	const char *text;

	trace_set("events/hlaccel/enable", "0");
	text = look_file(tracing, "trace");
	trace_set("trace", "");
	return text;
}

/**
 * trace_find() - The first event of a name in whose line something is
 *
 * Where its line goes on behind the name; fails if there is none.
 */
const char *trace_find(const char *text, const char *event, const char *what)
{
	char name[64];
	const char *at, *found;

	snprintf(name, sizeof(name), "hlaccel_%s: ", event);
	for (at = strstr(text, name); at; at = strstr(at, name)) {
		at += strlen(name);
		found = strstr(at, what);
		if (found && found < strchrnul(at, '\n'))
			return at;
	}
	FAIL("no event %s with \"%s\"", event, what);
}
