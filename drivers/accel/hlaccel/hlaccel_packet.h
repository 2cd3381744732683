/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Command packets: the judge of user packets and the builders for ours. Nothing
 * here knows a device.
 */
#ifndef _HLACCEL_PACKET_H_
#define _HLACCEL_PACKET_H_

#include <linux/bits.h>
#include <linux/types.h>

/* Barriers, in the second word of every packet */
#define HLACCEL_PACKET_EB	BIT(29)
#define HLACCEL_PACKET_RB	BIT(30)
#define HLACCEL_PACKET_MB	BIT(31)

/* Codes of operation, in the highest bits but three of a packet */
enum hlaccel_packet_op {
	HLACCEL_PACKET_WREG_32 = 0x1,
	HLACCEL_PACKET_WREG_BULK = 0x2,
	HLACCEL_PACKET_MSG_LONG = 0x3,
	HLACCEL_PACKET_MSG_SHORT = 0x4,
	HLACCEL_PACKET_CP_DMA = 0x5,
	HLACCEL_PACKET_REPEAT = 0x6,
	HLACCEL_PACKET_MSG_PROT = 0x7,
	HLACCEL_PACKET_FENCE = 0x8,
	HLACCEL_PACKET_LIN_DMA = 0x9,
	HLACCEL_PACKET_NOP = 0xa,
	HLACCEL_PACKET_STOP = 0xb,
	HLACCEL_PACKET_ARB_POINT = 0xc,
	HLACCEL_PACKET_WAIT = 0xd,
	HLACCEL_PACKET_LOAD_AND_EXE = 0xf,
	HLACCEL_PACKET_NUM_OPS = 0x20,
};

/* Runs only if the predicate with this number is set; 0 always is */
#define HLACCEL_PACKET_PREDICATE	GENMASK(4, 0)

/**
 * struct hlaccel_register_range - Registers of an engine window
 * @first: Offset of the first register
 * @last: Offset of the last register
 */
struct hlaccel_register_range {
	u16 first;
	u16 last;
};

/**
 * struct hlaccel_packet_rules - What the judge lets through on an engine
 * @writable: Registers that WREG_32 may write
 * @num_writable: Number of rows of @writable
 * @msg_end: First address that MSG_LONG may not write: where the host begins
 * @msg_bases: Bit n: MSG_SHORT may use base n
 * @fences: Bit n: FENCE may use counter n
 */
struct hlaccel_packet_rules {
	const struct hlaccel_register_range *writable;
	unsigned int num_writable;
	u64 msg_end;
	u8 msg_bases;
	u8 fences;
};

extern const struct hlaccel_packet_rules hlaccel_packet_rules_dma;

int hlaccel_packet_judge(const struct hlaccel_packet_rules *rules,
			 __le64 *dst, const __le64 *src, size_t size);

unsigned int hlaccel_packet_words(unsigned int op);

__le64 *hlaccel_packet_nop(__le64 *p);
__le64 *hlaccel_packet_wreg32(__le64 *p, u16 reg, u32 value, u32 barriers);
u64 hlaccel_packet_wreg_bulk_head(u16 reg, u16 pairs);
u64 hlaccel_packet_load_predicates_head(void);
u64 hlaccel_packet_load_scalars_head(void);
__le64 *hlaccel_packet_msg_long(__le64 *p, u64 addr, u32 value, u32 barriers);
__le64 *hlaccel_packet_msg_short(__le64 *p, u8 base, u16 offset, u32 value, u32 barriers);
__le64 *hlaccel_packet_fence(__le64 *p, u8 id, u32 barriers);
__le64 *hlaccel_packet_msg_prot(__le64 *p, u64 addr, u32 value, u32 barriers);
__le64 *hlaccel_packet_cp_dma(__le64 *p, u64 src, u32 size, u32 barriers);
__le64 *hlaccel_packet_lin_dma(__le64 *p, u64 dst, u64 src, u32 size, bool fill,
			       u32 barriers);
__le64 *hlaccel_packet_completion(__le64 *start, __le64 *p, u64 word_da, u32 value,
				  u64 msi_da);

#endif /* _HLACCEL_PACKET_H_ */
