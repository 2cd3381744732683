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

__le64 *hlaccel_packet_nop(__le64 *p);
__le64 *hlaccel_packet_wreg32(__le64 *p, u16 reg, u32 value, u32 barriers);
u64 hlaccel_packet_wreg_bulk_head(u16 reg, u16 pairs);
u64 hlaccel_packet_load_predicates_head(void);
__le64 *hlaccel_packet_msg_long(__le64 *p, u64 addr, u32 value, u32 barriers);
__le64 *hlaccel_packet_msg_prot(__le64 *p, u64 addr, u32 value, u32 barriers);
__le64 *hlaccel_packet_cp_dma(__le64 *p, u64 src, u32 size, u32 barriers);
__le64 *hlaccel_packet_lin_dma(__le64 *p, u64 dst, u64 src, u32 size, bool fill,
			       u32 barriers);
__le64 *hlaccel_packet_completion(__le64 *start, __le64 *p, u64 word_da, u32 value,
				  u64 msi_da);

#endif /* _HLACCEL_PACKET_H_ */
