/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Marks in a program that the QEMU plugin sees (plugin.c), and nobody else.
 */
#ifndef MARK_H
#define MARK_H

/* Series that may be under way at the same time; a mark's low bits say which one */
#define MARK_SERIES	2
#define MARK_NUMBER(m)	((m) & 15)

/* A call begins that is measured, and ends; what was counted goes to the file */
#define MARK_BEGIN	0x10
#define MARK_END	0x20
#define MARK_REPORT	0x30

/* A no-operation that no compiler makes */
#define MARK(m)		\
	__asm__ volatile(".byte 0x0f, 0x1f, 0x84, 0x00, 'H', 'L', 'P', %c0" : : "i"(m) : "memory")

#endif /* MARK_H */
