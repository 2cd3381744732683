// SPDX-License-Identifier: GPL-2.0
/*
 * Command buffers of a client that has the whole card: the judge of its packets, and
 * the signals and waits that the driver makes for it.
 */
#include <kunit/visibility.h>

#include <linux/bitfield.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/kernel.h>

#include "hlaccel_packet.h"
#include "hlaccel_raw.h"
#include "hlaccel_raw_priv.h"
#include "regs/qman_regs.h"
#include "regs/sync_regs.h"

/**
 * DOC: packets of external queues
 *
 * A holder of the whole card has no neighbours to be kept from, so it may do much that
 * jobs of others may not: wait for any fence counter, use predicates, hold its
 * engines. What remains is that the processor is trusted, which is the driver's affair.
 * As for other clients each word is read once, and what was judged is what runs.
 *
 * ============= ================================================================
 * Packet        Verdict
 * ============= ================================================================
 * WREG_32       only registers that the protection words leave to everybody (EPERM)
 * WREG_BULK     EPERM
 * MSG_LONG      to the card but for the driver's memory, or to what is translated; not
 *               to bus addresses (EPERM)
 * CP_DMA        EPERM
 * REPEAT        of what is before it, if nothing there is a packet but packets (EPERM)
 * MSG_PROT      EPERM
 * STOP          EPERM
 * WAIT          EINVAL
 * LOAD_AND_EXE  predicates from the client's memory on the card; else EPERM
 * MSG_SHORT, FENCE, LIN_DMA, NOP, ARB_POINT   let through
 * others        EINVAL
 * ============= ================================================================
 *
 * A packet that ends behind the buffer is EINVAL, whatever it is.
 */

#define RAW_OPCODE		GENMASK_ULL(60, 56)
#define RAW_WREG_REG		GENMASK_ULL(55, 40)
#define RAW_REPEAT_DISTANCE	GENMASK_ULL(31, 16)
#define RAW_LOAD_SCALARS	BIT_ULL(0)
#define RAW_LOAD_EXECUTE	BIT_ULL(9)
#define RAW_LOAD_BYTES		128
#define RAW_LIN_DMA_WORDS	3

/* Packets of one word that anybody may have */
#define RAW_PLAIN		(BIT(HLACCEL_PACKET_MSG_SHORT) | BIT(HLACCEL_PACKET_FENCE) | \
				 BIT(HLACCEL_PACKET_NOP) | BIT(HLACCEL_PACKET_ARB_POINT))

#define RAW_SOB_ADD		BIT(31)
#define RAW_MONITOR_TARGET	GENMASK(31, 17)
#define RAW_MONITOR_MASK	GENMASK(15, 8)
#define RAW_MONITOR_GROUP	GENMASK(7, 0)
#define RAW_SOB_GROUP		8

/* Fence counter that the driver's waits use */
#define RAW_FENCE		2
/* Bases of short messages: monitors and sync objects of the manager with the driver's */
#define RAW_BASE_MONITORS	2
#define RAW_BASE_SOBS		3

static int judge_wreg(const struct hlaccel_raw_desc *raw, u64 word)
{
	u16 reg = FIELD_GET(RAW_WREG_REG, word);
	unsigned int i;

	if (!IS_ALIGNED(reg, 4))
		return -EPERM;
	for (i = 0; i < raw->num_writable; i++) {
		if (reg >= raw->writable[i].first && reg <= raw->writable[i].last)
			return 0;
	}
	return -EPERM;
}

/* Nothing says that all hardware translates the messages of a trusted processor */
static int judge_message(const struct hlaccel_asic_desc *desc, u64 address)
{
	/* Tables and firmware are before the client's memory */
	if (address >= desc->hbm_user && address < desc->host_window)
		/* Not even in part; nothing says that there must be a multiple of four */
		return address < desc->sram_base + desc->raw->sram_user &&
		       address + 4 > desc->sram_base ? -EPERM : 0;
	return hlaccel_raw_is_virtual(desc, address, 4) ? 0 : -EPERM;
}

/* The processor's own reads are trusted ones */
static int judge_load(const struct hlaccel_asic_desc *desc, u64 word, u64 address)
{
	if (word & (RAW_LOAD_SCALARS | RAW_LOAD_EXECUTE))
		return -EPERM;
	return hlaccel_raw_is_device(desc, address, RAW_LOAD_BYTES) ? 0 : -EPERM;
}

/* @before: words of the same entry that come first */
static int judge_packet(struct hlaccel_raw_judge *judge, unsigned int op, const u64 *words,
			unsigned int before)
{
	switch (op) {
	case HLACCEL_PACKET_LIN_DMA:
		/* What follows the head of a packet, should REPEAT ever lead there */
		judge->operands |= words[1] | words[2];
		return 0;
	case HLACCEL_PACKET_MSG_SHORT:
	case HLACCEL_PACKET_FENCE:
	case HLACCEL_PACKET_NOP:
	case HLACCEL_PACKET_ARB_POINT:
		return 0;
	case HLACCEL_PACKET_MSG_LONG:
		return judge_message(judge->desc, words[1]);
	case HLACCEL_PACKET_WREG_32:
		return judge_wreg(judge->desc->raw, words[0]);
	case HLACCEL_PACKET_LOAD_AND_EXE:
		return judge_load(judge->desc, words[0], words[1]);
	case HLACCEL_PACKET_REPEAT:
		judge->repeats = true;
		return FIELD_GET(RAW_REPEAT_DISTANCE, words[0]) > before ? -EPERM : 0;
	case HLACCEL_PACKET_MSG_PROT:
	case HLACCEL_PACKET_CP_DMA:
	case HLACCEL_PACKET_STOP:
	case HLACCEL_PACKET_WREG_BULK:
		return -EPERM;
	default:
		return -EINVAL;
	}
}

/**
 * hlaccel_raw_judge_begin() - Begin with a command buffer
 * @judge: state
 * @desc: kind of chip
 * @src: the packets; may change at any time
 * @size: bytes
 *
 * Return: 0, or -EINVAL for a size that no packets have
 */
int hlaccel_raw_judge_begin(struct hlaccel_raw_judge *judge, const struct hlaccel_asic_desc *desc,
			    const __le64 *src, size_t size)
{
	judge->desc = desc;
	judge->src = src;
	judge->num = size / sizeof(*src);
	judge->pos = 0;
	judge->operands = 0;
	judge->repeats = false;
	return IS_ALIGNED(size, sizeof(*src)) ? 0 : -EINVAL;
}
EXPORT_SYMBOL_IF_KUNIT(hlaccel_raw_judge_begin);

/**
 * hlaccel_raw_judge_some() - Copy packets, each as it is judged
 * @judge: state
 * @dst: gets whole packets
 * @room: words that fit there
 *
 * Return: words copied; -EPERM for packets that users may not have, -EINVAL for what
 * is no packet. Then what is in @dst must not run.
 */
int hlaccel_raw_judge_some(struct hlaccel_raw_judge *judge, __le64 *dst, unsigned int room)
{
	unsigned int words, op, i, done = 0;
	u64 word[3];
	__le64 raw;
	int ret;

	while (judge->pos < judge->num) {
		const __le64 *src = judge->src + judge->pos;

		if (room - done < ARRAY_SIZE(word) && room - done < judge->num - judge->pos)
			break;
		raw = READ_ONCE(src[0]);
		dst[done] = raw;
		word[0] = le64_to_cpu(raw);
		op = FIELD_GET(RAW_OPCODE, word[0]);
		words = hlaccel_packet_words(op);
		if (!words || words > judge->num - judge->pos)
			return -EINVAL;
		for (i = 1; i < words; i++) {
			raw = READ_ONCE(src[i]);
			dst[done + i] = raw;
			word[i] = le64_to_cpu(raw);
		}
		ret = judge_packet(judge, op, word, done);
		if (ret)
			return ret;
		judge->pos += words;
		done += words;
	}
	if (judge->pos == judge->num && judge->repeats && (judge->operands & RAW_OPCODE))
		return -EPERM;
	return done;
}
EXPORT_SYMBOL_IF_KUNIT(hlaccel_raw_judge_some);

/**
 * hlaccel_raw_judge_plain() - Copy packets of which there is nothing to be judged
 * @dst: gets the packets
 * @src: the packets; may change at any time
 * @num: words
 *
 * Most programs are made of such packets only.
 *
 * Return: @num; 0 when there are others, so that all have to be judged
 */
unsigned int hlaccel_raw_judge_plain(__le64 *dst, const __le64 *src, unsigned int num)
{
	unsigned int pos, op;
	__le64 raw;

	for (pos = 0; pos < num; pos++) {
		raw = READ_ONCE(src[pos]);
		dst[pos] = raw;
		op = FIELD_GET(RAW_OPCODE, le64_to_cpu(raw));
		if (BIT(op) & RAW_PLAIN)
			continue;
		if (op != HLACCEL_PACKET_LIN_DMA || num - pos < RAW_LIN_DMA_WORDS)
			return 0;
		dst[pos + 1] = READ_ONCE(src[pos + 1]);
		dst[pos + 2] = READ_ONCE(src[pos + 2]);
		pos += RAW_LIN_DMA_WORDS - 1;
	}
	return num;
}
EXPORT_SYMBOL_IF_KUNIT(hlaccel_raw_judge_plain);

static u32 raw_sob(const struct hlaccel_asic_desc *desc, u32 q, unsigned int n)
{
	return desc->raw->first_sob + q * HLACCEL_RAW_SOBS_PER_QUEUE + n;
}

/**
 * hlaccel_raw_sob_offset() - Where one of the driver's sync objects is
 * @desc: kind of chip
 * @q: an external queue
 * @n: which of its objects
 *
 * Return: CFG offset
 */
u32 hlaccel_raw_sob_offset(const struct hlaccel_asic_desc *desc, u32 q, unsigned int n)
{
	return desc->sync_managers[desc->raw->sm].sobs + 4 * raw_sob(desc, q, n);
}
EXPORT_SYMBOL_IF_KUNIT(hlaccel_raw_sob_offset);

/**
 * hlaccel_raw_build_signal() - Add one to a sync object when all before is done
 * @desc: kind of chip
 * @q: the external queue
 * @n: which of its objects
 * @packets: gets HLACCEL_RAW_SIGNAL_SIZE bytes
 */
void hlaccel_raw_build_signal(const struct hlaccel_asic_desc *desc, u32 q, unsigned int n,
			      __le64 *packets)
{
	hlaccel_packet_msg_short(packets, RAW_BASE_SOBS, 4 * raw_sob(desc, q, n),
				 RAW_SOB_ADD | 1,
				 HLACCEL_PACKET_EB | HLACCEL_PACKET_RB | HLACCEL_PACKET_MB);
}
EXPORT_SYMBOL_IF_KUNIT(hlaccel_raw_build_signal);

/**
 * hlaccel_raw_build_wait() - Wait until a sync object has a value, or a higher one
 * @desc: kind of chip
 * @q: the external queue that waits, with its monitor
 * @sob_q: the external queue whose object it is
 * @n: which of that one's objects
 * @value: the value
 * @packets: gets HLACCEL_RAW_WAIT_SIZE bytes
 */
void hlaccel_raw_build_wait(const struct hlaccel_asic_desc *desc, u32 q, u32 sob_q,
			    unsigned int n, u16 value, __le64 *packets)
{
	const struct hlaccel_raw_queue_desc *queue = &desc->raw->queues[q];
	u32 qman = desc->engines[queue->engine].qman, sob = raw_sob(desc, sob_q, n);
	u64 fence = desc->cfg_base + qman + QMAN_CP_FENCE_RDATA(RAW_FENCE, queue->stream);
	u32 monitor = 4 * (desc->raw->first_monitor + q);
	u32 arm = FIELD_PREP(RAW_MONITOR_TARGET, value) |
		  /* A zero takes part */
		  FIELD_PREP(RAW_MONITOR_MASK, 0xff & ~BIT(sob % RAW_SOB_GROUP)) |
		  FIELD_PREP(RAW_MONITOR_GROUP, sob / RAW_SOB_GROUP);
	__le64 *p = packets;

	p = hlaccel_packet_msg_short(p, RAW_BASE_MONITORS, monitor, lower_32_bits(fence),
				     HLACCEL_PACKET_RB);
	p = hlaccel_packet_msg_short(p, RAW_BASE_MONITORS, monitor + SYNC_MON_ADDR_HI,
				     upper_32_bits(fence), HLACCEL_PACKET_RB);
	p = hlaccel_packet_msg_short(p, RAW_BASE_MONITORS, monitor + SYNC_MON_DATA, 1,
				     HLACCEL_PACKET_RB);
	p = hlaccel_packet_msg_short(p, RAW_BASE_MONITORS, monitor + SYNC_MON_ARM, arm,
				     HLACCEL_PACKET_RB | HLACCEL_PACKET_MB);
	hlaccel_packet_fence(p, RAW_FENCE, HLACCEL_PACKET_RB | HLACCEL_PACKET_MB);
}
EXPORT_SYMBOL_IF_KUNIT(hlaccel_raw_build_wait);
