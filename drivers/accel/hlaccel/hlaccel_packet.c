// SPDX-License-Identifier: GPL-2.0
/*
 * Command packets: one table says how long each is and who may use it; the
 * judge copies and checks user packets by it, the builders write ours.
 */

#include <linux/bitfield.h>
#include <linux/errno.h>
#include <linux/kernel.h>

#include <kunit/visibility.h>

#include "hlaccel_packet.h"

/**
 * DOC: packet judge
 *
 * A PACKETS job runs in a command processor that is trusted, so each packet is
 * copied into a buffer that no user can reach and judged on the way, in one
 * pass: what was judged is what runs. A packet begins with 64 bits: an operand
 * below, opcode, barriers and packet specific bits above.
 *
 * ============= ===== ================================================================
 * Packet        Bytes Verdict
 * ============= ===== ================================================================
 * WREG_32       8     only registers that the engine opens to users (EACCES)
 * WREG_BULK     8+8n  EACCES: the size is data, and nothing here needs it
 * MSG_LONG      16    goes out without privilege; only to the card itself (EACCES)
 * MSG_SHORT     8     let through: goes out without privilege; base as programmed
 * CP_DMA        16    EACCES: would run a buffer that can change
 * REPEAT        8     EACCES: would run packets in an order that was not judged
 * MSG_PROT      16    EACCES: goes out with privilege
 * FENCE         8     counters that the driver leaves to users (EACCES)
 * LIN_DMA       24    let through: the engine has its own address space
 * NOP           8     let through
 * STOP          8     EACCES: would stop the engine for everybody
 * ARB_POINT     8     EACCES: would hold the engine against everybody
 * WAIT          8     EACCES: the same
 * LOAD_AND_EXE  16    EACCES: would run what was not judged
 * others              EINVAL
 * ============= ===== ================================================================
 *
 * EINVAL also for a packet that ends behind the program, bits that have no
 * meaning, and a missing register barrier where the hardware demands one.
 */

#define PACKET_OPCODE		GENMASK_ULL(60, 56)
#define PACKET_BARRIERS		GENMASK_ULL(63, 61)
#define PACKET_RB		BIT_ULL(62)

#define PACKET_WREG_REG		GENMASK_ULL(55, 40)
#define PACKET_MSG_OP		GENMASK_ULL(53, 52)
#define PACKET_MSG_SHORT_BASE	GENMASK_ULL(55, 54)
#define PACKET_FENCE_ID		GENMASK_ULL(31, 30)

/* Packet specific bits of the first 64 */
#define PACKET_MSG_BITS		(GENMASK_ULL(49, 48) | GENMASK_ULL(53, 52))
#define PACKET_DMA_FILL		BIT_ULL(36)
#define PACKET_DMA_LINEAR	BIT_ULL(35)

/* Highest device address, and the operation codes of a message */
#define PACKET_ADDRESS		GENMASK_ULL(49, 0)
#define PACKET_MSG_OPS		2

/**
 * struct hlaccel_packet_row - One kind of packet
 * @words: Length in units of 8 bytes; zero: there is no such packet
 * @allowed: Users may have it
 * @need_rb: The hardware demands a register barrier
 * @bits: Bits of the first word that may be set, beside opcode and barriers
 * @judge: Further conditions, or NULL
 */
struct hlaccel_packet_row {
	u8 words;
	bool allowed;
	bool need_rb;
	u64 bits;
	int (*judge)(const struct hlaccel_packet_rules *rules, const u64 *words);
};

static int hlaccel_packet_judge_wreg32(const struct hlaccel_packet_rules *rules,
				       const u64 *words)
{
	u16 reg = FIELD_GET(PACKET_WREG_REG, words[0]);
	unsigned int i;

	if (!IS_ALIGNED(reg, 4))
		return -EINVAL;
	for (i = 0; i < rules->num_writable; i++) {
		if (reg >= rules->writable[i].first && reg <= rules->writable[i].last)
			return 0;
	}
	return -EACCES;
}

static int hlaccel_packet_judge_msg_long(const struct hlaccel_packet_rules *rules,
					 const u64 *words)
{
	if (FIELD_GET(PACKET_MSG_OP, words[0]) >= PACKET_MSG_OPS)
		return -EINVAL;
	if ((words[1] & ~PACKET_ADDRESS) || !IS_ALIGNED(words[1], 4))
		return -EINVAL;
	/* Nothing says that a trusted processor's messages are translated */
	if (words[1] >= rules->msg_end)
		return -EACCES;
	return 0;
}

static int hlaccel_packet_judge_msg_short(const struct hlaccel_packet_rules *rules,
					  const u64 *words)
{
	if (FIELD_GET(PACKET_MSG_OP, words[0]) >= PACKET_MSG_OPS)
		return -EINVAL;
	if (!IS_ALIGNED(words[0] >> 32, 4))
		return -EINVAL;
	if (!(rules->msg_bases & BIT(FIELD_GET(PACKET_MSG_SHORT_BASE, words[0]))))
		return -EACCES;
	return 0;
}

static int hlaccel_packet_judge_fence(const struct hlaccel_packet_rules *rules,
				      const u64 *words)
{
	if (!(rules->fences & BIT(FIELD_GET(PACKET_FENCE_ID, words[0]))))
		return -EACCES;
	return 0;
}

static int hlaccel_packet_judge_lin_dma(const struct hlaccel_packet_rules *rules,
					const u64 *words)
{
	/* Strided transfers take shapes from registers; the size then is a row's */
	if (!(words[0] & GENMASK_ULL(31, 0)))
		return -EINVAL;
	if ((words[0] & PACKET_DMA_FILL) && !(words[0] & PACKET_DMA_LINEAR))
		return -EINVAL;
	if (!(words[0] & PACKET_DMA_FILL) && (words[1] & ~PACKET_ADDRESS))
		return -EINVAL;
	/* Above the address lie context bits, which are the driver's business */
	if (words[2] & ~PACKET_ADDRESS)
		return -EINVAL;
	return 0;
}

static const struct hlaccel_packet_row hlaccel_packet_rows[HLACCEL_PACKET_NUM_OPS] = {
	[HLACCEL_PACKET_WREG_32] = {
		.words = 1, .allowed = true, .need_rb = true,
		.bits = GENMASK_ULL(31, 0) | PACKET_WREG_REG,
		.judge = hlaccel_packet_judge_wreg32,
	},
	[HLACCEL_PACKET_WREG_BULK] = { .words = 1 },
	[HLACCEL_PACKET_MSG_LONG] = {
		.words = 2, .allowed = true,
		.bits = GENMASK_ULL(31, 0) | PACKET_MSG_BITS,
		.judge = hlaccel_packet_judge_msg_long,
	},
	[HLACCEL_PACKET_MSG_SHORT] = {
		.words = 1, .allowed = true,
		.bits = GENMASK_ULL(31, 0) | GENMASK_ULL(47, 32) | PACKET_MSG_BITS |
			PACKET_MSG_SHORT_BASE,
		.judge = hlaccel_packet_judge_msg_short,
	},
	[HLACCEL_PACKET_CP_DMA] = { .words = 2 },
	[HLACCEL_PACKET_REPEAT] = { .words = 1 },
	[HLACCEL_PACKET_MSG_PROT] = { .words = 2 },
	[HLACCEL_PACKET_FENCE] = {
		.words = 1, .allowed = true,
		.bits = GENMASK_ULL(3, 0) | GENMASK_ULL(23, 16) | PACKET_FENCE_ID,
		.judge = hlaccel_packet_judge_fence,
	},
	[HLACCEL_PACKET_LIN_DMA] = {
		.words = 3, .allowed = true, .need_rb = true,
		.bits = GENMASK_ULL(31, 0) | GENMASK_ULL(36, 32),
		.judge = hlaccel_packet_judge_lin_dma,
	},
	[HLACCEL_PACKET_NOP] = { .words = 1, .allowed = true },
	[HLACCEL_PACKET_STOP] = { .words = 1 },
	[HLACCEL_PACKET_ARB_POINT] = { .words = 1 },
	[HLACCEL_PACKET_WAIT] = { .words = 1 },
	[HLACCEL_PACKET_LOAD_AND_EXE] = { .words = 2 },
};

/* Registers of a DMA engine that its users own: shapes, commit, completion */
static const struct hlaccel_register_range hlaccel_packet_dma_writable[] = {
	{ 0x014, 0x020 },	/* source and destination */
	{ 0x02c, 0x04c },	/* shape of the source */
	{ 0x054, 0x074 },	/* shape of the destination */
	{ 0x078, 0x078 },	/* commit */
	{ 0x07c, 0x084 },	/* completion message */
};

/* What a DMA engine's trusted command processor takes from users */
const struct hlaccel_packet_rules hlaccel_packet_rules_dma = {
	.writable = hlaccel_packet_dma_writable,
	.num_writable = ARRAY_SIZE(hlaccel_packet_dma_writable),
	.msg_end = 0x8000000000ULL,
	.msg_bases = BIT(0) | BIT(1) | BIT(2) | BIT(3),
	/* Counter 2 is the kernel's */
	.fences = BIT(0) | BIT(1) | BIT(3),
};
EXPORT_SYMBOL_IF_KUNIT(hlaccel_packet_rules_dma);

/**
 * hlaccel_packet_judge() - Copy packets, each as it is judged
 * @rules: What the engine lets through
 * @dst: Gets the packets
 * @src: The packets; may change while this runs
 * @size: Bytes, a multiple of 8
 *
 * Return: 0, -EACCES for a packet that needs privilege, -EINVAL for one that is
 * malformed. Then what is in @dst must not run.
 */
int hlaccel_packet_judge(const struct hlaccel_packet_rules *rules,
			 __le64 *dst, const __le64 *src, size_t size)
{
	size_t num = size / sizeof(u64), pos = 0;
	const struct hlaccel_packet_row *row;
	u64 words[3];
	unsigned int i;
	int ret;

	if (!IS_ALIGNED(size, sizeof(u64)))
		return -EINVAL;

	while (pos < num) {
		dst[pos] = READ_ONCE(src[pos]);
		words[0] = le64_to_cpu(dst[pos]);
		row = &hlaccel_packet_rows[FIELD_GET(PACKET_OPCODE, words[0])];
		if (!row->words)
			return -EINVAL;
		if (!row->allowed)
			return -EACCES;
		if (row->words > num - pos)
			return -EINVAL;
		if (words[0] & ~(row->bits | PACKET_OPCODE | PACKET_BARRIERS))
			return -EINVAL;
		if (row->need_rb && !(words[0] & PACKET_RB))
			return -EINVAL;
		for (i = 1; i < row->words; i++) {
			dst[pos + i] = READ_ONCE(src[pos + i]);
			words[i] = le64_to_cpu(dst[pos + i]);
		}
		if (row->judge) {
			ret = row->judge(rules, words);
			if (ret)
				return ret;
		}
		pos += row->words;
	}
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(hlaccel_packet_judge);

static __le64 *hlaccel_packet_put(__le64 *p, u8 op, u32 operand, u32 bits)
{
	*p = cpu_to_le64((u64)(bits | (u32)op << 24) << 32 | operand);
	return p + 1;
}

/**
 * hlaccel_packet_words() - Length of a packet
 * @op: &enum hlaccel_packet_op, less than HLACCEL_PACKET_NUM_OPS
 *
 * Return: units of 8 bytes, without the data of WREG_BULK; zero when there is no such packet
 */
unsigned int hlaccel_packet_words(unsigned int op)
{
	return hlaccel_packet_rows[op].words;
}

/**
 * hlaccel_packet_nop() - Write a packet that does nothing
 * @p: Where
 *
 * Return: where the next packet goes; the same for all builders
 */
__le64 *hlaccel_packet_nop(__le64 *p)
{
	return hlaccel_packet_put(p, HLACCEL_PACKET_NOP, 0, 0);
}
EXPORT_SYMBOL_IF_KUNIT(hlaccel_packet_nop);

/**
 * hlaccel_packet_wreg32() - Write a register of the engine window
 * @p: Where
 * @reg: Offset in the window
 * @value: Value
 * @barriers: HLACCEL_PACKET_EB, _MB
 *
 * Return: where the next packet goes
 */
__le64 *hlaccel_packet_wreg32(__le64 *p, u16 reg, u32 value, u32 barriers)
{
	return hlaccel_packet_put(p, HLACCEL_PACKET_WREG_32, value,
				  (u32)reg << 8 | HLACCEL_PACKET_RB | barriers);
}
EXPORT_SYMBOL_IF_KUNIT(hlaccel_packet_wreg32);

/**
 * hlaccel_packet_wreg_bulk_head() - The packet in front of values for registers
 * @reg: Offset of the first one in the engine window, a multiple of 8
 * @pairs: Pairs of registers, whose values follow
 *
 * Return: the packet
 */
u64 hlaccel_packet_wreg_bulk_head(u16 reg, u16 pairs)
{
	__le64 word;

	hlaccel_packet_put(&word, HLACCEL_PACKET_WREG_BULK, pairs,
			   (u32)reg << 8 | HLACCEL_PACKET_RB);
	return le64_to_cpu(word);
}

/**
 * hlaccel_packet_load_predicates_head() - The packet that loads the predicates
 *
 * The device address of 128 bytes, one word for each predicate, follows.
 *
 * Return: the packet
 */
u64 hlaccel_packet_load_predicates_head(void)
{
	__le64 word;

	hlaccel_packet_put(&word, HLACCEL_PACKET_LOAD_AND_EXE, BIT(8), HLACCEL_PACKET_RB);
	return le64_to_cpu(word);
}

/**
 * hlaccel_packet_load_scalars_head() - The packet that loads the scalar registers
 *
 * The device address of 16 bytes, on a fetch line, follows.
 *
 * Return: the packet
 */
u64 hlaccel_packet_load_scalars_head(void)
{
	return hlaccel_packet_load_predicates_head() | BIT_ULL(0);
}

/**
 * hlaccel_packet_msg_long() - Write 32 bits anywhere, without privilege
 * @p: Where
 * @addr: Device address
 * @value: Value
 * @barriers: HLACCEL_PACKET_EB, _RB, _MB
 *
 * Return: where the next packet goes
 */
__le64 *hlaccel_packet_msg_long(__le64 *p, u64 addr, u32 value, u32 barriers)
{
	p = hlaccel_packet_put(p, HLACCEL_PACKET_MSG_LONG, value, barriers);
	*p = cpu_to_le64(addr);
	return p + 1;
}

/**
 * hlaccel_packet_msg_short() - Write 32 bits near a base address, without privilege
 * @p: Where
 * @base: Number of the base
 * @offset: Offset from there
 * @value: Value
 * @barriers: HLACCEL_PACKET_EB, _RB, _MB
 *
 * Return: where the next packet goes
 */
__le64 *hlaccel_packet_msg_short(__le64 *p, u8 base, u16 offset, u32 value, u32 barriers)
{
	return hlaccel_packet_put(p, HLACCEL_PACKET_MSG_SHORT, value,
				  (u32)base << 22 | offset | barriers);
}

/**
 * hlaccel_packet_fence() - Wait for a fence counter, and take one off it
 * @p: Where
 * @id: Number of the counter
 * @barriers: HLACCEL_PACKET_EB, _RB, _MB
 *
 * Return: where the next packet goes
 */
__le64 *hlaccel_packet_fence(__le64 *p, u8 id, u32 barriers)
{
	return hlaccel_packet_put(p, HLACCEL_PACKET_FENCE, (u32)id << 30 | 1 << 16 | 1, barriers);
}

/**
 * hlaccel_packet_msg_prot() - Write 32 bits anywhere, with privilege
 * @p: Where
 * @addr: Device address
 * @value: Value
 * @barriers: HLACCEL_PACKET_EB, _RB, _MB
 *
 * Return: where the next packet goes
 */
__le64 *hlaccel_packet_msg_prot(__le64 *p, u64 addr, u32 value, u32 barriers)
{
	p = hlaccel_packet_put(p, HLACCEL_PACKET_MSG_PROT, value, barriers);
	*p = cpu_to_le64(addr);
	return p + 1;
}
EXPORT_SYMBOL_IF_KUNIT(hlaccel_packet_msg_prot);

/**
 * hlaccel_packet_cp_dma() - Run a program in the lower command processor
 * @p: Where
 * @src: Address of the program, in the lower processor's address space
 * @size: Bytes
 * @barriers: HLACCEL_PACKET_EB, _MB
 *
 * Return: where the next packet goes
 */
__le64 *hlaccel_packet_cp_dma(__le64 *p, u64 src, u32 size, u32 barriers)
{
	p = hlaccel_packet_put(p, HLACCEL_PACKET_CP_DMA, size, HLACCEL_PACKET_RB | barriers);
	*p = cpu_to_le64(src);
	return p + 1;
}
EXPORT_SYMBOL_IF_KUNIT(hlaccel_packet_cp_dma);

/**
 * hlaccel_packet_lin_dma() - Copy or fill
 * @p: Where
 * @dst: Destination
 * @src: Source, or the pattern of a fill
 * @size: Bytes
 * @fill: Fill
 * @barriers: HLACCEL_PACKET_EB, _MB
 *
 * Return: where the next packet goes
 */
__le64 *hlaccel_packet_lin_dma(__le64 *p, u64 dst, u64 src, u32 size, bool fill,
			       u32 barriers)
{
	u32 bits = BIT(3) | (fill ? BIT(4) : 0);

	p = hlaccel_packet_put(p, HLACCEL_PACKET_LIN_DMA, size,
			       bits | HLACCEL_PACKET_RB | barriers);
	*p++ = cpu_to_le64(src);
	*p = cpu_to_le64(dst);
	return p + 1;
}
EXPORT_SYMBOL_IF_KUNIT(hlaccel_packet_lin_dma);

/**
 * hlaccel_packet_completion() - Tell the host that all before is done
 * @start: Beginning of the command buffer, on a fetch line
 * @p: Where
 * @word_da: Device address of the completion word
 * @value: Value for it
 * @msi_da: Device address of the register that raises the interrupt
 *
 * The two messages must not straddle a fetch line of 128 bytes, so that they go
 * out together.
 *
 * Return: where the next packet goes
 */
__le64 *hlaccel_packet_completion(__le64 *start, __le64 *p, u64 word_da, u32 value,
				  u64 msi_da)
{
	const unsigned int line = 128 / sizeof(*p), need = 4;

	while ((p - start) % line > line - need)
		p = hlaccel_packet_nop(p);
	p = hlaccel_packet_msg_prot(p, word_da, value, HLACCEL_PACKET_EB | HLACCEL_PACKET_MB);
	return hlaccel_packet_msg_prot(p, msi_da, 1, HLACCEL_PACKET_MB);
}
EXPORT_SYMBOL_IF_KUNIT(hlaccel_packet_completion);
