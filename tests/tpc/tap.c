// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include "tap.h"

static unsigned int count, failed;

static bool result(bool pass, const char *name, va_list args)
{
	failed += !pass;
	printf("%sok %u - ", pass ? "" : "not ", ++count);
	vprintf(name, args);
	printf("\n");
	return pass;
}

bool tap(bool pass, const char *name, ...)
{
	va_list args;

	va_start(args, name);
	result(pass, name, args);
	va_end(args);
	return pass;
}

void tap_note(const char *format, ...)
{
	va_list args;

	printf("# ");
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf("\n");
}

bool tap_same(const void *got, const void *want, size_t size,
	      const char *name, ...)
{
	const unsigned char *g = got, *w = want;
	va_list args;
	size_t at = 0;

	while (at < size && g[at] == w[at])
		at++;
	va_start(args, name);
	result(at == size, name, args);
	va_end(args);
	if (at < size)
		tap_note("byte %zu of %zu: got 0x%02x, want 0x%02x", at, size,
			 g[at], w[at]);
	return at == size;
}

int tap_end(void)
{
	printf("1..%u\n", count);
	return failed || !count;
}

void tap_die(const char *format, ...)
{
	va_list args;

	printf("Bail out! ");
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf("\n");
	exit(1);
}
