/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Builder for the command packets of Gaudi's queue managers, for programs that
 * submit COMMAND and PACKETS jobs. Header only; C99 and C++.
 */
#ifndef HLACCEL_PACKETS_H
#define HLACCEL_PACKETS_H

#include <endian.h>
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__cplusplus)
extern "C" {
#endif

/**
 * DOC: packet builder
 *
 * A program is a row of little-endian packets in memory that belongs to the
 * caller. The builder appends to it and never writes behind its end::
 *
 *   uint64_t words[64];
 *   struct hlaccel_packets p;
 *
 *   hlaccel_packets_init(&p, words, sizeof(words));
 *   hlaccel_packet_lin_dma(&p, 0, source, destination, size);
 *   hlaccel_packet_msg_long(&p, HLACCEL_PACKET_EB, sob, HLACCEL_SOB_ADD(1));
 *   if (p.error)
 *           return p.error;
 *   job.size = p.used;
 *
 * The first error sticks: calls after it append nothing and answer it again,
 * so that one check at the end is enough.
 */

/* Barriers: the packet waits until ... */
/* ... the engine is idle */
#define HLACCEL_PACKET_EB	(1U << 29)
/* ... earlier register writes are done */
#define HLACCEL_PACKET_RB	(1U << 30)
/* ... earlier messages are done */
#define HLACCEL_PACKET_MB	(1U << 31)
/* Run the packet only if predicate n (1 to 31) is true */
#define HLACCEL_PACKET_PRED(n)	((uint32_t)(n) & 0x1fU)

/* Flags of LIN_DMA beside the barriers: write the completion value at the end */
#define HLACCEL_PACKET_DMA_COMPLETION	(1U << 0)

/* What a message writes into a sync object */
#define HLACCEL_SOB_SET(value)	((uint32_t)(value) & 0x7fffU)
#define HLACCEL_SOB_ADD(value)	(0x80000000U | ((uint32_t)(value) & 0x7fffU))

/* Distances of the register arrays of a sync manager's monitors */
#define HLACCEL_MONITOR_ADDRESS_LOW	0x0000U
#define HLACCEL_MONITOR_ADDRESS_HIGH	0x0800U
#define HLACCEL_MONITOR_DATA		0x1000U
#define HLACCEL_MONITOR_ARM		0x1800U
#define HLACCEL_MONITOR_STATUS		0x2000U

#define HLACCEL_PACKET_OPCODE(op)	((uint32_t)(op) << 24)
#define HLACCEL_PACKET_BARRIERS		(HLACCEL_PACKET_EB | HLACCEL_PACKET_RB | HLACCEL_PACKET_MB)

/** enum hlaccel_packet_opcode - The packets that user programs may hold */
enum hlaccel_packet_opcode {
	/** @HLACCEL_PACKET_WREG_32: Write one engine register */
	HLACCEL_PACKET_WREG_32 = 0x01,
	/** @HLACCEL_PACKET_WREG_BULK: Write consecutive engine registers (COMMAND only) */
	HLACCEL_PACKET_WREG_BULK = 0x02,
	/** @HLACCEL_PACKET_MSG_LONG: Write 32 bits to any device address */
	HLACCEL_PACKET_MSG_LONG = 0x03,
	/** @HLACCEL_PACKET_MSG_SHORT: Write 32 bits relative to a base */
	HLACCEL_PACKET_MSG_SHORT = 0x04,
	/** @HLACCEL_PACKET_FENCE: Wait for a fence counter */
	HLACCEL_PACKET_FENCE = 0x08,
	/** @HLACCEL_PACKET_LIN_DMA: Copy or fill memory */
	HLACCEL_PACKET_LIN_DMA = 0x09,
	/** @HLACCEL_PACKET_NOP: Barriers only */
	HLACCEL_PACKET_NOP = 0x0a,
	/** @HLACCEL_PACKET_ARB_POINT: Request or release the arbiter */
	HLACCEL_PACKET_ARB_POINT = 0x0c,
	/** @HLACCEL_PACKET_LOAD_AND_EXE: Load predicates */
	HLACCEL_PACKET_LOAD_AND_EXE = 0x0f,
};

/** enum hlaccel_packet_base - Bases of MSG_SHORT */
enum hlaccel_packet_base {
	/** @HLACCEL_BASE_MONITORS: Monitors of the east-north sync manager */
	HLACCEL_BASE_MONITORS = 0,
	/** @HLACCEL_BASE_SOBS: Sync objects of the east-north sync manager */
	HLACCEL_BASE_SOBS = 1,
};

/**
 * struct hlaccel_packets - A program under construction
 * @data: Memory of the program, a multiple of 8 bytes and 8-byte aligned
 * @size: Bytes at @data
 * @used: Bytes appended so far
 * @error: Zero, or the first error as a negative errno
 */
struct hlaccel_packets {
	unsigned char *data;
	size_t size;
	size_t used;
	int error;
};

/**
 * hlaccel_packets_init() - Begin a program
 * @p: the program
 * @data: memory for it
 * @size: bytes at @data
 */
static inline void hlaccel_packets_init(struct hlaccel_packets *p, void *data, size_t size)
{
	p->data = (unsigned char *)data;
	p->size = size & ~(size_t)7;
	p->used = 0;
	p->error = 0;
}

static inline int hlaccel_packets_fail(struct hlaccel_packets *p, int error)
{
	if (!p->error)
		p->error = error;
	return p->error;
}

static inline int hlaccel_packets_append(struct hlaccel_packets *p, const void *bytes, size_t size)
{
	if (p->error)
		return p->error;
	if (size > p->size - p->used)
		return hlaccel_packets_fail(p, -ENOSPC);
	memcpy(p->data + p->used, bytes, size);
	p->used += size;
	return 0;
}

static inline uint64_t hlaccel_packet_word(uint32_t operand, uint32_t control)
{
	return htole64((uint64_t)control << 32 | operand);
}

/**
 * hlaccel_packet_raw() - Append one 8-byte word as it is
 * @p: the program
 * @operand: first 32 bits
 * @control: second 32 bits
 *
 * For packets that the builders below refuse on purpose.
 *
 * Return: 0, or -ENOSPC.
 */
static inline int hlaccel_packet_raw(struct hlaccel_packets *p, uint32_t operand, uint32_t control)
{
	uint64_t word = hlaccel_packet_word(operand, control);

	return hlaccel_packets_append(p, &word, sizeof(word));
}

static inline int hlaccel_packet_check_flags(struct hlaccel_packets *p, uint32_t flags)
{
	if (flags & ~(HLACCEL_PACKET_BARRIERS | HLACCEL_PACKET_PRED(~0U)))
		return hlaccel_packets_fail(p, -EINVAL);
	return p->error;
}

/**
 * hlaccel_packet_wreg_32() - Write one register of the engine
 * @p: the program
 * @flags: HLACCEL_PACKET_* barriers and predicate
 * @offset: offset in the engine's register window, a multiple of 4
 * @value: value
 *
 * Return: 0, -EINVAL or -ENOSPC.
 */
static inline int hlaccel_packet_wreg_32(struct hlaccel_packets *p, uint32_t flags,
					 uint32_t offset, uint32_t value)
{
	if (hlaccel_packet_check_flags(p, flags))
		return p->error;
	if (offset > 0xffff || offset & 3)
		return hlaccel_packets_fail(p, -EINVAL);
	return hlaccel_packet_raw(p, value, flags | HLACCEL_PACKET_RB | offset << 8 |
				  HLACCEL_PACKET_OPCODE(HLACCEL_PACKET_WREG_32));
}

/**
 * hlaccel_packet_wreg_bulk() - Write consecutive registers of the engine
 * @p: the program
 * @flags: HLACCEL_PACKET_* barriers and predicate
 * @offset: offset of the first register, a multiple of 8
 * @values: values
 * @count: number of values, even
 *
 * Return: 0, -EINVAL or -ENOSPC.
 */
static inline int hlaccel_packet_wreg_bulk(struct hlaccel_packets *p, uint32_t flags,
					   uint32_t offset, const uint32_t *values, size_t count)
{
	size_t i;

	if (hlaccel_packet_check_flags(p, flags))
		return p->error;
	if (offset > 0xffff || offset & 7 || !count || count & 1 || count > 0x4000)
		return hlaccel_packets_fail(p, -EINVAL);
	if (8 + 4 * count > p->size - p->used)
		return hlaccel_packets_fail(p, -ENOSPC);
	hlaccel_packet_raw(p, (uint32_t)(count / 2), flags | HLACCEL_PACKET_RB | offset << 8 |
			   HLACCEL_PACKET_OPCODE(HLACCEL_PACKET_WREG_BULK));
	for (i = 0; i < count; i += 2)
		hlaccel_packet_raw(p, values[i], values[i + 1]);
	return p->error;
}

/**
 * hlaccel_packet_msg_long() - Write 32 bits to a device address
 * @p: the program
 * @flags: HLACCEL_PACKET_* barriers and predicate
 * @address: device address, a multiple of 4
 * @value: value
 *
 * Return: 0, -EINVAL or -ENOSPC.
 */
static inline int hlaccel_packet_msg_long(struct hlaccel_packets *p, uint32_t flags,
					  uint64_t address, uint32_t value)
{
	uint64_t words[2];

	if (hlaccel_packet_check_flags(p, flags))
		return p->error;
	if (address & 3)
		return hlaccel_packets_fail(p, -EINVAL);
	words[0] = hlaccel_packet_word(value, flags |
				       HLACCEL_PACKET_OPCODE(HLACCEL_PACKET_MSG_LONG));
	words[1] = htole64(address);
	return hlaccel_packets_append(p, words, sizeof(words));
}

/**
 * hlaccel_packet_msg_short() - Write 32 bits relative to a base
 * @p: the program
 * @flags: HLACCEL_PACKET_* barriers; no predicate
 * @base: &enum hlaccel_packet_base, or 2 and 3, which few engines have
 * @offset: offset from the base, a multiple of 4
 * @value: value
 *
 * Return: 0, -EINVAL or -ENOSPC.
 */
static inline int hlaccel_packet_msg_short(struct hlaccel_packets *p, uint32_t flags,
					   unsigned int base, uint32_t offset, uint32_t value)
{
	if (hlaccel_packet_check_flags(p, flags))
		return p->error;
	if (flags & HLACCEL_PACKET_PRED(~0U) || base > 3 || offset > 0xffff || offset & 3)
		return hlaccel_packets_fail(p, -EINVAL);
	return hlaccel_packet_raw(p, value, flags | base << 22 | offset |
				  HLACCEL_PACKET_OPCODE(HLACCEL_PACKET_MSG_SHORT));
}

/**
 * hlaccel_packet_fence() - Wait until a fence counter reaches a target
 * @p: the program
 * @flags: HLACCEL_PACKET_* barriers and predicate
 * @id: counter of this command processor, 0 to 3
 * @target: value to wait for, 1 to 255
 * @decrement: subtracted from the counter afterwards, 0 to 15
 *
 * A write to the counter's port (see fence_address of the engine) adds to it.
 *
 * Return: 0, -EINVAL or -ENOSPC.
 */
static inline int hlaccel_packet_fence(struct hlaccel_packets *p, uint32_t flags, unsigned int id,
				       unsigned int target, unsigned int decrement)
{
	if (hlaccel_packet_check_flags(p, flags))
		return p->error;
	if (id > 3 || !target || target > 0xff || decrement > 0xf)
		return hlaccel_packets_fail(p, -EINVAL);
	return hlaccel_packet_raw(p, (uint32_t)id << 30 | target << 16 | decrement, flags |
				  HLACCEL_PACKET_OPCODE(HLACCEL_PACKET_FENCE));
}

static inline int hlaccel_packet_dma(struct hlaccel_packets *p, uint32_t flags, uint32_t control,
				     uint64_t source, uint64_t destination, uint64_t size)
{
	uint64_t words[3];

	if (p->error)
		return p->error;
	if (flags & ~(HLACCEL_PACKET_BARRIERS | HLACCEL_PACKET_DMA_COMPLETION) || !size ||
	    size > 0xffffffffU || destination >> 56)
		return hlaccel_packets_fail(p, -EINVAL);
	words[0] = hlaccel_packet_word((uint32_t)size, flags | HLACCEL_PACKET_RB | control |
				       HLACCEL_PACKET_OPCODE(HLACCEL_PACKET_LIN_DMA));
	words[1] = htole64(source);
	words[2] = htole64(destination);
	return hlaccel_packets_append(p, words, sizeof(words));
}

/**
 * hlaccel_packet_lin_dma() - Copy memory
 * @p: the program
 * @flags: HLACCEL_PACKET_* barriers, HLACCEL_PACKET_DMA_COMPLETION
 * @source: device address, or address in the queue's VM
 * @destination: the same
 * @size: bytes, 1 to 2^32 - 1
 *
 * Packets of DMA engines have no predicate.
 *
 * Return: 0, -EINVAL or -ENOSPC.
 */
static inline int hlaccel_packet_lin_dma(struct hlaccel_packets *p, uint32_t flags,
					 uint64_t source, uint64_t destination, uint64_t size)
{
	return hlaccel_packet_dma(p, flags, 1U << 3, source, destination, size);
}

/**
 * hlaccel_packet_fill() - Fill memory with a 64-bit pattern
 * @p: the program
 * @flags: HLACCEL_PACKET_* barriers, HLACCEL_PACKET_DMA_COMPLETION
 * @pattern: pattern
 * @destination: device address, or address in the queue's VM
 * @size: bytes, 1 to 2^32 - 1
 *
 * Return: 0, -EINVAL or -ENOSPC.
 */
static inline int hlaccel_packet_fill(struct hlaccel_packets *p, uint32_t flags,
				      uint64_t pattern, uint64_t destination, uint64_t size)
{
	return hlaccel_packet_dma(p, flags, 1U << 3 | 1U << 4, pattern, destination, size);
}

/**
 * hlaccel_packet_nop() - Do nothing but wait for the barriers
 * @p: the program
 * @flags: HLACCEL_PACKET_* barriers
 *
 * Return: 0, -EINVAL or -ENOSPC.
 */
static inline int hlaccel_packet_nop(struct hlaccel_packets *p, uint32_t flags)
{
	if (flags & ~HLACCEL_PACKET_BARRIERS)
		return hlaccel_packets_fail(p, -EINVAL);
	return hlaccel_packet_raw(p, 0, flags | HLACCEL_PACKET_OPCODE(HLACCEL_PACKET_NOP));
}

/**
 * hlaccel_packet_arb_point() - Request or release the shared resource
 * @p: the program
 * @flags: HLACCEL_PACKET_* barriers and predicate
 * @priority: priority of a request
 * @release: release instead of request
 *
 * Without arbitration, which is the default, this has no effect.
 *
 * Return: 0, -EINVAL or -ENOSPC.
 */
static inline int hlaccel_packet_arb_point(struct hlaccel_packets *p, uint32_t flags,
					   unsigned int priority, bool release)
{
	if (hlaccel_packet_check_flags(p, flags))
		return p->error;
	if (priority > 0xff)
		return hlaccel_packets_fail(p, -EINVAL);
	return hlaccel_packet_raw(p, priority | (release ? 1U << 31 : 0), flags |
				  HLACCEL_PACKET_OPCODE(HLACCEL_PACKET_ARB_POINT));
}

/**
 * hlaccel_packet_load_predicates() - Load predicates 1 to 31
 * @p: the program
 * @flags: HLACCEL_PACKET_* barriers and predicate
 * @address: device address of 32 words of 32 bits, a multiple of 128; bit 0 of
 *           word n is predicate n, word 0 is ignored
 *
 * Return: 0, -EINVAL or -ENOSPC.
 */
static inline int hlaccel_packet_load_predicates(struct hlaccel_packets *p, uint32_t flags,
						 uint64_t address)
{
	uint64_t words[2];

	if (hlaccel_packet_check_flags(p, flags))
		return p->error;
	if (address & 127)
		return hlaccel_packets_fail(p, -EINVAL);
	words[0] = hlaccel_packet_word(1U << 8, flags | HLACCEL_PACKET_RB |
				       HLACCEL_PACKET_OPCODE(HLACCEL_PACKET_LOAD_AND_EXE));
	words[1] = htole64(address);
	return hlaccel_packets_append(p, words, sizeof(words));
}

/**
 * struct hlaccel_monitor - What a monitor shall wait for and do
 * @monitors: monitor_address of the sync manager
 * @monitor: number of the monitor
 * @first_sob: first of the group of eight sync objects it looks at, a multiple of 8
 * @sobs: bit n set: first_sob + n takes part
 * @equal: condition is "equal", else "at least"
 * @target: value that each of them must have, at most 32767
 * @address: device address that it writes when all have
 * @value: what it writes there
 */
struct hlaccel_monitor {
	uint64_t monitors;
	unsigned int monitor;
	unsigned int first_sob;
	uint8_t sobs;
	bool equal;
	unsigned int target;
	uint64_t address;
	uint32_t value;
};

/**
 * hlaccel_packet_arm_monitor() - Set up a monitor and arm it
 * @p: the program
 * @m: what it waits for
 *
 * A monitor fires once.
 *
 * Return: 0, -EINVAL or -ENOSPC.
 */
static inline int hlaccel_packet_arm_monitor(struct hlaccel_packets *p,
					     const struct hlaccel_monitor *m)
{
	uint64_t base = m->monitors + 4 * (uint64_t)m->monitor;
	uint32_t arm;

	if (m->monitor > 511 || m->first_sob > 2040 || m->first_sob & 7 || !m->sobs ||
	    m->target > 0x7fff || m->address & 3)
		return hlaccel_packets_fail(p, -EINVAL);
	/* In the register a mask bit of one leaves the object out. */
	arm = m->first_sob / 8 | (uint32_t)(uint8_t)~m->sobs << 8 | (m->equal ? 1U << 16 : 0) |
	      (uint32_t)m->target << 17;
	hlaccel_packet_msg_long(p, 0, base + HLACCEL_MONITOR_ADDRESS_LOW, (uint32_t)m->address);
	hlaccel_packet_msg_long(p, 0, base + HLACCEL_MONITOR_ADDRESS_HIGH,
				(uint32_t)(m->address >> 32));
	hlaccel_packet_msg_long(p, 0, base + HLACCEL_MONITOR_DATA, m->value);
	return hlaccel_packet_msg_long(p, HLACCEL_PACKET_MB, base + HLACCEL_MONITOR_ARM, arm);
}

/**
 * hlaccel_packet_wait_sobs() - Block this command processor until sync objects are ready
 * @p: the program
 * @m: what to wait for; its address must be the port of fence counter @id of
 *     the engine that runs this program, its value 1
 * @id: fence counter
 *
 * Return: 0, -EINVAL or -ENOSPC.
 */
static inline int hlaccel_packet_wait_sobs(struct hlaccel_packets *p,
					   const struct hlaccel_monitor *m, unsigned int id)
{
	hlaccel_packet_arm_monitor(p, m);
	return hlaccel_packet_fence(p, HLACCEL_PACKET_MB, id, 1, 1);
}

#if defined(__cplusplus)
}
#endif

#endif /* HLACCEL_PACKETS_H */
