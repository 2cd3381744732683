// SPDX-License-Identifier: GPL-2.0
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include "json.h"

#define MAX_DEPTH 8

struct reader {
	const char *at;
	json_visit *visit;
	void *opaque;
	char path[256];
	unsigned int depth;
};

static void skip(struct reader *r)
{
	while (isspace((unsigned char)*r->at))
		r->at++;
}

static bool take(struct reader *r, char c)
{
	skip(r);
	if (*r->at != c)
		return false;
	r->at++;
	return true;
}

/* Without escapes: nothing here has any. */
static bool string(struct reader *r, char *out, size_t size)
{
	size_t n = 0;

	if (!take(r, '"'))
		return false;
	while (*r->at && *r->at != '"' && *r->at != '\\' && n + 1 < size)
		out[n++] = *r->at++;
	out[n] = 0;
	return take(r, '"');
}

static bool word(struct reader *r, char *out, size_t size)
{
	size_t n = 0;

	skip(r);
	while (*r->at && strchr("+-.0123456789abcdefghijklmnopqrstuvwxyzE",
				*r->at) && n + 1 < size)
		out[n++] = *r->at++;
	out[n] = 0;
	return n;
}

static bool value(struct reader *r);

static bool object(struct reader *r)
{
	size_t length = strlen(r->path);
	char name[64];

	if (take(r, '}'))
		return true;
	do {
		if (!string(r, name, sizeof(name)) || !take(r, ':'))
			return false;
		snprintf(r->path + length, sizeof(r->path) - length, "%s%s",
			 length ? "." : "", name);
		if (!value(r))
			return false;
		r->path[length] = 0;
	} while (take(r, ','));
	return take(r, '}');
}

static bool array(struct reader *r)
{
	size_t length = strlen(r->path);
	unsigned int i = 0;

	if (take(r, ']'))
		return true;
	do {
		snprintf(r->path + length, sizeof(r->path) - length, "[%u]",
			 i++);
		if (!value(r))
			return false;
		r->path[length] = 0;
	} while (take(r, ','));
	return take(r, ']');
}

static bool value(struct reader *r)
{
	char text[256];
	bool good;

	skip(r);
	if (*r->at == '{' || *r->at == '[') {
		if (++r->depth > MAX_DEPTH)
			return false;
		good = *r->at++ == '{' ? object(r) : array(r);
		r->depth--;
		return good;
	}
	good = *r->at == '"' ? string(r, text, sizeof(text)) :
	       word(r, text, sizeof(text));
	if (good)
		r->visit(r->opaque, r->path, text);
	return good;
}

bool json_read(const char *text, json_visit *visit, void *opaque)
{
	struct reader r = { .at = text, .visit = visit, .opaque = opaque };

	if (!value(&r))
		return false;
	skip(&r);
	return !*r.at;
}
