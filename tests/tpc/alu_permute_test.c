// SPDX-License-Identifier: GPL-2.0
/*
 * The VPU's permutations. For every byte of the result the test asks where it
 * comes from, by dual group, group, and place in the group.
 */
#include "alu.h"
#include "tap.h"

struct place {
	unsigned int dual, group, at;
};

static struct place place_of(unsigned int byte)
{
	struct place p = { byte / 64, byte / 32 % 2, byte % 32 };

	return p;
}

static uint8_t byte_at(const TpcVec *v, unsigned int dual, unsigned int group,
		       unsigned int at)
{
	return v->b[64 * dual + 32 * group + at];
}

static struct vop permute(const char *name, unsigned int code,
			  unsigned int type, unsigned int sw, int b, int c,
			  uint32_t imm)
{
	struct vop op = {
		.name = name, .code = code, .type = type, .sw = sw, .b = b,
		.c = c, .e = NONE, .imm = imm, .lane = 1,
		.a_set = &set_i32, .b_set = b == REG ? &set_i8 : NULL,
		.old_set = &set_i32,
	};

	return op;
}

static void shuffle(const struct vop *op, const struct vin *in, TpcVec *out)
{
	unsigned int n = type_bytes(op->type), i;

	for (i = 0; i < 256; i++) {
		struct place p = place_of(i);
		/* Of the element that the byte belongs to. */
		uint8_t control = in->b.b[i - i % n];
		unsigned int element = control % 32 % (32 / n);

		out->b[i] = control >= 128 ?
			byte_at(&in->a[0], p.dual, control / 32 % 2,
				element * n + p.at % n) : in->old[0].b[i];
	}
}

static void move_dual(const struct vop *op, const struct vin *in, TpcVec *out)
{
	unsigned int i;

	for (i = 0; i < 256; i++) {
		struct place p = place_of(i);
		unsigned int from, enable;

		if (op->sw == 0) {
			from = op->b % 4;
			enable = op->b / 4 % 4 == (int)p.dual ?
				 op->b / 16 % 4 : 0;
		} else {
			from = op->b >> 2 * p.dual & 3;
			enable = op->c >> 2 * p.dual & 3;
		}
		out->b[i] = (enable >> p.group & 1) && (op->imm >> p.at & 1) ?
			byte_at(&in->a[0], from, p.group, p.at) :
			in->old[0].b[i];
	}
}

static void move_group(const struct vop *op, const struct vin *in,
		       TpcVec *out)
{
	unsigned int i;

	for (i = 0; i < 256; i++) {
		struct place p = place_of(i);
		bool on = (op->b >> p.group & 1) && (op->b >> (2 + p.dual) & 1);

		out->b[i] = on && (op->imm >> p.at & 1) ?
			byte_at(&in->a[0], p.dual, !p.group, p.at) :
			in->old[0].b[i];
	}
}

static void pack(const struct vop *op, const struct vin *in, TpcVec *out)
{
	unsigned int n = type_bytes(op->type), i;
	unsigned int group = op->b & 1, stride = op->b & 2 ? 4 : 2;
	/* The result has 16 or 8 bytes, once in 32 or 16. */
	unsigned int size = 32 / stride, every = stride == 2 ? 32 : 16;

	for (i = 0; i < 256; i++) {
		struct place p = place_of(i);
		unsigned int at = p.at % every, k = at - size * group;

		out->b[i] = at / size == group ?
			byte_at(&in->a[0], p.dual, group,
				k / n * stride * n + k % n) : in->old[0].b[i];
	}
}

static void unpack(const struct vop *op, const struct vin *in, TpcVec *out)
{
	unsigned int n = type_bytes(op->type), i;
	unsigned int group = op->b & 1, factor = op->b & 2 ? 4 : 2;
	unsigned int half = factor == 4 && op->b & 4 ? 16 : 0;
	bool is_signed = op->type == TPC_I8 || op->type == TPC_I16;

	for (i = 0; i < 256; i++) {
		unsigned int element = i % 64 / (n * factor) * n + half;
		unsigned int byte = i % (n * factor);
		uint8_t top = byte_at(&in->a[0], i / 64, group,
				      element + n - 1);

		out->b[i] = byte < n ? byte_at(&in->a[0], i / 64, group,
					       element + byte) :
			    is_signed && top >= 128 ? 0xff : 0;
	}
}

/* Compiled code widens 16 bits to 32 so: elements 0..63, then 64..127. */
static bool move(const char *name, unsigned int code, unsigned int sw, int b,
		 int c, const TpcVec *from, TpcVec *to)
{
	struct vop op = permute(name, code, TPC_I16, sw, b, c, ~0u);
	struct vin in = { .a = { *from }, .old = { *to } };
	TpcVec out[2];
	bool ok = call_vop(&op, false, &in, &in.alu, out);

	*to = out[0];
	return ok;
}

static void widening_sequence(void)
{
	TpcVec x, a = { 0 }, c = { 0 }, low, high;
	unsigned int i;
	bool ok;

	for (i = 0; i < 128; i++)
		x.h[i] = i % 3 ? i : -i;
	low = x;
	high = x;
	/* Lower, upper, both of four dual groups: 1, 2, 3. */
	ok = move("mov_g", TPC_VPU_MOV_GROUP, 0, 63, NONE, &x, &a);
	ok = ok && move("mov_dg", TPC_VPU_MOV_DUAL_GROUP, 1,
			0 | 2 << 2 | 1 << 4 | 3 << 6,
			3 | 2 << 2 | 1 << 4 | 3 << 6, &x, &c);
	ok = ok && move("mov_dg", TPC_VPU_MOV_DUAL_GROUP, 1,
			2 | 0 << 2 | 3 << 4 | 1 << 6,
			2 | 1 << 2 | 2 << 4 | 1 << 6, &a, &c);
	ok = ok && move("unpack", TPC_VPU_UNPACK, 0, 0, NONE, &c, &low);
	ok = ok && move("unpack", TPC_VPU_UNPACK, 0, 1, NONE, &c, &high);
	for (i = 0; i < 64; i++) {
		ok = ok && low.sw[i] == x.sh[i];
		ok = ok && high.sw[i] == x.sh[i + 64];
	}
	tap(ok, "moves and unpacking widen a vector in its natural order");
}

/* What UNPACK has made of both groups PACK brings back, per dual group. */
static void there_and_back(unsigned int type)
{
	unsigned int n = type_bytes(type), g, d;
	struct vop un = permute("unpack", TPC_VPU_UNPACK, type, 0, 0, NONE, 0);
	struct vop op = permute("pack", TPC_VPU_PACK, type, 0, 0, NONE, 0);
	struct vin in, back;
	TpcVec wide[2], out[2];
	bool ok = true;

	fill_inputs(&op, 0, &in);
	for (g = 0; g < 2; g++) {
		un.b = g;
		ok = ok && call_vop(&un, false, &in, &in.alu, wide);
		memset(&back, 0, sizeof(back));
		back.a[0] = wide[0];
		/* Elements 0, 2, 4 of either group: half a group each. */
		op.b = 0;
		ok = ok && call_vop(&op, false, &back, &back.alu, out);
		back.old[0] = out[0];
		op.b = 1;
		ok = ok && call_vop(&op, false, &back, &back.alu, out);
		for (d = 0; d < 4; d++)
			ok = ok && !memcmp(out[0].b + 64 * d,
					   in.a[0].b + 64 * d + 32 * g, 32);
	}
	tap(ok, "packing undoes unpacking of %s", n == 1 ? "bytes" : "halves");
}

int main(void)
{
	static const uint32_t masks[] = {
		0xffffffff, 0, 0x0000ffff, 0xa5a5a5a5, 0x80000001,
	};
	static const unsigned int small[] = {
		TPC_I8, TPC_U8, TPC_I16, TPC_U16, TPC_BF16,
	};
	unsigned int i, b;
	struct vop op;

	for (i = 0; i < 8; i++) {
		op = permute("shuffle", TPC_VPU_SHUFFLE, all_types[i], 0, REG,
			     NONE, 0);
		check_vop(&op, shuffle);
	}
	for (b = 0; b < 64; b++) {
		op = permute("mov_dg", TPC_VPU_MOV_DUAL_GROUP, b % 16, 0, b,
			     NONE, masks[b % 5]);
		check_vop(&op, move_dual);
		op = permute("mov_g", TPC_VPU_MOV_GROUP, b % 16, 0, b, NONE,
			     masks[(b + b / 8) % 5]);
		check_vop(&op, move_group);
	}
	for (i = 0; i < 60; i++) {
		op = permute("mov_dg", TPC_VPU_MOV_DUAL_GROUP, 0, 1,
			     random32() & 255, random32() & 255,
			     masks[i % 5]);
		check_vop(&op, move_dual);
	}
	for (i = 0; i < 5; i++) {
		for (b = 0; b < 8; b++) {
			op = permute("pack", TPC_VPU_PACK, small[i], 0, b & 3,
				     NONE, 0);
			if (b < 4)
				check_vop(&op, pack);
			op = permute("unpack", TPC_VPU_UNPACK, small[i], 0, b,
				     NONE, 0);
			check_vop(&op, unpack);
		}
	}
	widening_sequence();
	there_and_back(TPC_U8);
	there_and_back(TPC_I16);
	op = permute("mov_dg", TPC_VPU_MOV_DUAL_GROUP, 0, 2, 0, 0, ~0u);
	check_undefined(&op);
	op.sw = 3;
	check_undefined(&op);
	op = permute("pack", TPC_VPU_PACK, TPC_F32, 0, 0, NONE, 0);
	check_undefined(&op);
	op = permute("unpack", TPC_VPU_UNPACK, TPC_U32, 0, 0, NONE, 0);
	check_undefined(&op);
	op = permute("shuffle", TPC_VPU_SHUFFLE, TPC_BOOL, 0, REG, NONE, 0);
	check_undefined(&op);
	return tap_end();
}
