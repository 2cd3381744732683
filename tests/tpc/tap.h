/* SPDX-License-Identifier: GPL-2.0 */
/* Test results in TAP, for programs that run on the host. */
#ifndef TPC_TEST_TAP_H
#define TPC_TEST_TAP_H

#include <stdbool.h>
#include <stddef.h>

/* One result; the name is a format. Returns pass. */
bool tap(bool pass, const char *name, ...)
	__attribute__((format(printf, 2, 3)));
/* A line of explanation. */
void tap_note(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Two areas are equal; says where they differ first. */
bool tap_same(const void *got, const void *want, size_t size,
	      const char *name, ...) __attribute__((format(printf, 4, 5)));
/* The plan; what main() returns. */
int tap_end(void);
/* Ends the program: the test cannot go on. */
void tap_die(const char *format, ...)
	__attribute__((format(printf, 1, 2), noreturn));

#endif
