// SPDX-License-Identifier: GPL-2.0
/*
 * Loads and stores of tensors of one to five dimensions with odd sizes, against
 * a description of a tensor access that goes element by element.
 */
#include <stdlib.h>
#include <string.h>
#include "host.h"
#include "tap.h"

#define VA	0x1000000040ull
#define PAD	0x11223344u

enum {
	LD_TNSR = 0x11, LD_LOW = 0x12, LD_HIGH = 0x13,
	ST_TNSR = 0x0b, ST_LOW = 0x0c, ST_HIGH = 0x0d,
};

struct shape {
	unsigned int ndims;
	uint32_t dims[5];
};

static const struct shape shapes[] = {
	{ 1, { 1 } },
	{ 1, { 300 } },
	{ 2, { 100, 3 } },
	{ 3, { 65, 2, 3 } },
	{ 4, { 31, 3, 2, 2 } },
	{ 5, { 129, 2, 3, 2, 2 } },
	{ 5, { 257, 1, 2, 1, 2 } },
};

static struct host *h;
static struct code c;
static uint8_t *memory;
static size_t memory_size;

/* A tensor of bytes that differ, alone in its memory. */
static void tensor(const struct shape *shape, unsigned int type)
{
	unsigned int d;
	size_t i;

	if (h)
		host_free(h);
	h = host_new();
	memory_size = host_elem_bytes(type);
	for (d = 0; d < shape->ndims; d++)
		memory_size *= shape->dims[d];
	memory = host_region(h, VA, memory_size);
	for (i = 0; i < memory_size; i++)
		memory[i] = i * 7 + i / 251 + 1;
	host_tensor(h, 3, VA, type, shape->ndims, shape->dims, PAD);
	c.count = 0;
}

/* A coordinate that may lie outside, more often near the borders. */
static int32_t coordinate(uint32_t size, bool inside)
{
	switch (inside ? 0 : rand() % 8) {
	case 0:
	case 1:
	case 2:
		return rand() % size;
	case 3:
		return size - 1 - rand() % (size < 64 ? size : 64);
	case 4:
		return size;
	case 5:
		return -1 - rand() % 300;
	case 6:
		return 0;
	default:
		return rand() % 2 ? INT32_MAX : INT32_MIN;
	}
}

static void random_index(const struct shape *shape, int32_t *at, bool inside)
{
	unsigned int d;

	for (d = 0; d < 5; d++)
		at[d] = d < shape->ndims ?
			coordinate(shape->dims[d], inside && d) : rand();
}

/* Offset of an element in memory, or -1 outside. */
static int64_t element(const struct shape *shape, unsigned int bytes,
		       const int32_t *at, unsigned int lane)
{
	int64_t offset = 0, stride = bytes;
	unsigned int d;

	for (d = 0; d < shape->ndims; d++) {
		int64_t position = (int64_t)at[d] + (d ? 0 : lane);

		if (position < 0 || position >= shape->dims[d])
			return -1;
		offset += position * stride;
		stride *= shape->dims[d];
	}
	return offset;
}

/* What lanes first .. first + count - 1 hold after a load. */
static void expect_load(const struct shape *shape, unsigned int bytes,
			const int32_t *at, unsigned int first,
			unsigned int count, uint8_t *vector)
{
	const uint32_t pad = PAD;
	unsigned int i, k;

	for (i = 0; i < count; i++) {
		int64_t from = element(shape, bytes, at, i);

		for (k = 0; k < bytes; k++) {
			unsigned int byte = (first + i) * bytes + k;

			vector[byte] = from < 0 ?
				((const uint8_t *)&pad)[byte % 4] :
				memory[from + k];
		}
	}
}

static void launch(const int32_t *at)
{
	static const int32_t size[5] = { 1, 1, 1, 1, 1 };
	TpcRegs *r;
	unsigned int i;

	host_index_space(h, at, size);
	tpc_core_launch(h->core);
	r = tpc_core_regs(h->core);
	for (i = 0; i < 256; i++) {
		r->v[1].b[i] = i ^ 0x5a;
		r->v[2].b[i] = i * 3;
	}
}

static bool finish(void)
{
	const TpcStop *stop = tpc_core_stop(h->core);

	if (tpc_run(h->core, 1000) == TPC_HALTED)
		return true;
	return tap(false, "stopped: %s", stop->why ? stop->why : "fault");
}

/* Lanes that a variant of a load or store takes part in. */
static void variant_lanes(unsigned int op, unsigned int lanes,
			  unsigned int *first, unsigned int *count)
{
	bool low = op == LD_LOW || op == ST_LOW;
	bool high = op == LD_HIGH || op == ST_HIGH;

	*count = low || high ? lanes / 2 : lanes;
	*first = high ? lanes / 2 : 0;
}

static void loads(unsigned int op, unsigned int type, bool windows)
{
	unsigned int bytes = host_elem_bytes(type), first, count, i, k;
	bool good = true;

	variant_lanes(op, 256 / bytes, &first, &count);
	for (i = 0; i < sizeof(shapes) / sizeof(*shapes); i++) {
		tensor(&shapes[i], type);
		h->windows = windows;
		asm_bundle(&c);
		asm_ld(&c, op, vV(1), vI(0), 3, 0);
		asm_halt(&c);
		host_code(h, &c);
		for (k = 0; k < 40 && good; k++) {
			uint8_t want[256];
			int32_t at[5];

			random_index(&shapes[i], at, k & 1);
			launch(at);
			memcpy(want, &tpc_core_regs(h->core)->v[1], 256);
			expect_load(&shapes[i], bytes, at, first, count, want);
			good = finish() &&
			       !memcmp(&tpc_core_regs(h->core)->v[1], want,
				       256);
			if (!good)
				tap_note("shape %u at %d %d %d %d %d", i, at[0],
					 at[1], at[2], at[3], at[4]);
		}
	}
	tap(good, "load 0x%x, type %u, %s", op, type,
	    windows ? "direct" : "through functions");
}

static void stores(unsigned int op, unsigned int type, bool windows)
{
	unsigned int bytes = host_elem_bytes(type), first, count, i, k, n;
	bool good = true;

	variant_lanes(op, 256 / bytes, &first, &count);
	for (i = 0; i < sizeof(shapes) / sizeof(*shapes); i++) {
		uint8_t *want;

		tensor(&shapes[i], type);
		want = malloc(memory_size);
		h->windows = windows;
		asm_bundle(&c);
		asm_st(&c, op, vI(0), 3, vV(2), 0);
		asm_halt(&c);
		host_code(h, &c);
		for (k = 0; k < 40 && good; k++) {
			int32_t at[5];

			random_index(&shapes[i], at, k & 1);
			memcpy(want, memory, memory_size);
			launch(at);
			for (n = 0; n < count; n++) {
				int64_t to = element(&shapes[i], bytes, at, n);

				if (to >= 0)
					memcpy(want + to,
					       tpc_core_regs(h->core)->v[2].b +
					       (first + n) * bytes, bytes);
			}
			good = finish() && !memcmp(memory, want, memory_size);
			if (!good)
				tap_note("shape %u at %d %d %d %d %d", i, at[0],
					 at[1], at[2], at[3], at[4]);
		}
		free(want);
	}
	tap(good, "store 0x%x, type %u, %s", op, type,
	    windows ? "direct" : "through functions");
}

/* A load with one thing special; v[1] must be as the caller has made want. */
static void one_load(const int32_t *at, const uint8_t *want, const char *name)
{
	asm_halt(&c);
	host_code(h, &c);
	launch(at);
	if (finish())
		tap_same(&tpc_core_regs(h->core)->v[1], want, 256, "%s", name);
}

static void load_switches(void)
{
	static const struct shape row = { 2, { 300, 2 } };
	static const int32_t at[5] = { 250, 1 };
	uint8_t want[256], all[256];
	unsigned int i;

	for (i = 0; i < 256; i++)
		all[i] = i ^ 0x5a;
	/* Lanes 10 to 29 from coordinate 280 on: the last ten lie outside. */
	tensor(&row, TPC_MEM_I16);
	host_srf(h, 30, 10 << 8 | 29);
	asm_bundle(&c);
	asm_ld(&c, LD_TNSR, vV(1), vI(0), 3, 1);
	memcpy(want, all, 256);
	expect_load(&row, 2, (int32_t[5]){ 280, 1 }, 10, 30, want);
	one_load((int32_t[5]){ 280, 1 }, want, "partial load");
	tensor(&row, TPC_MEM_I8);
	host_srf(h, 30, 253 << 8 | 200);
	asm_bundle(&c);
	asm_ld(&c, LD_TNSR, vV(1), vI(0), 3, 1);
	memcpy(want, all, 256);
	expect_load(&row, 1, at, 253, 3, want);
	one_load(at, want, "partial load over the end of the vector");
	/* The padding lies where it would in a whole vector. */
	tensor(&row, TPC_MEM_I8);
	host_srf(h, 30, 9 << 8 | 20);
	asm_bundle(&c);
	asm_ld(&c, LD_TNSR, vV(1), vI(0), 3, 1);
	memcpy(want, all, 256);
	expect_load(&row, 1, (int32_t[5]){ 295, 1 }, 9, 21, want);
	one_load((int32_t[5]){ 295, 1 }, want, "padding of a partial load");
	/* Another slot reads what is loaded in part. */
	tensor(&row, TPC_MEM_F32);
	asm_bundle(&c);
	asm_ld(&c, LD_LOW, vV(1), vI(0), 3, 0);
	asm_vpu(&c, 0x08, 2, 5, 1, 0, 0);
	memcpy(want, all, 256);
	expect_load(&row, 4, at, 0, 32, want);
	one_load(at, want, "half of a register that is read as well");
	tap_same(&tpc_core_regs(h->core)->v[5], all, 256, "and read before");
	tensor(&row, TPC_MEM_F32);
	host_srf(h, 30, 64 << 8);
	asm_bundle(&c);
	asm_ld(&c, LD_TNSR, vV(1), vI(0), 3, 1);
	asm_halt(&c);
	host_code(h, &c);
	launch(at);
	tap(tpc_run(h->core, 10) == TPC_UNDEFINED,
	    "partial load of lanes that do not exist");
	/* Tensor number in S27; the one in the instruction does not count. */
	tensor(&row, TPC_MEM_U8);
	memcpy(&h->cfg[(0x400 + 0x38 * 11) / 4],
	       &h->cfg[(0x400 + 0x38 * 3) / 4], 0x38);
	host_cfg(h, 0x400 + 0x38 * 3 + 0x10, 0);
	host_srf(h, 27, 0x7b);
	asm_bundle(&c);
	asm_ld(&c, LD_TNSR, vV(1), vI(0), 31, 8);
	memcpy(want, all, 256);
	expect_load(&row, 1, at, 0, 256, want);
	one_load(at, want, "tensor number in a register");
	/* Only bytes whose predicate is set are written. */
	tensor(&row, TPC_MEM_F32);
	asm_bundle(&c);
	asm_ld(&c, 0x05, vVP(5), vIMM, 8, 0);
	asm_imm(&c, 0xf0f000ff);
	asm_bundle(&c);
	asm_ld(&c, LD_TNSR, vV(1), vI(0), 3, 0);
	asm_pred_mem(&c, P_VP(5) | P_NOT);
	expect_load(&row, 4, at, 0, 64, want);
	for (i = 0; i < 256; i++)
		if (0xf0f000ffu >> i % 32 & 1)
			want[i] = all[i];
	one_load(at, want, "load with a vector predicate");
}

/* Descriptors that are not dense and complete. */
static void descriptors(void)
{
	static const struct shape row = { 2, { 40, 4 } };
	static const int32_t at[5] = { 2, 1, 9, -1, 7 };
	uint8_t want[256];
	unsigned int i;

	/* Every third element. */
	tensor(&row, TPC_MEM_I16);
	host_cfg(h, 0x400 + 0x38 * 3 + 0x14, 3);
	host_cfg(h, 0x400 + 0x38 * 3 + 0x10, 20);
	asm_bundle(&c);
	asm_ld(&c, LD_TNSR, vV(1), vI(0), 3, 0);
	for (i = 0; i < 128; i++)
		if (i + 2 < 20)
			memcpy(want + 2 * i, memory + 2 * (3 * (i + 2) + 40),
			       2);
		else
			memcpy(want + 2 * i, (uint16_t[]){ PAD & 0xffff, PAD >> 16 } +
			       (i & 1), 2);
	one_load(at, want, "stride of dimension 0, other dimensions ignored");
	/* Backwards through a wrapping stride. */
	tensor(&row, TPC_MEM_U8);
	host_cfg(h, 0x400 + 0x38 * 3, (uint32_t)VA + 39);
	host_cfg(h, 0x400 + 0x38 * 3 + 0x14, 0xffffffff);
	h->windows = false;
	asm_bundle(&c);
	asm_ld(&c, LD_TNSR, vV(1), vI(0), 3, 0);
	asm_halt(&c);
	host_code(h, &c);
	launch((int32_t[5]){ 1, 0 });
	tap(tpc_run(h->core, 10) == TPC_FAULT &&
	    tpc_core_stop(h->core)->va == VA + 39 + 0xffffffffull,
	    "strides are unsigned, and lead where they lead");
	tensor(&row, TPC_MEM_U8);
	host_cfg(h, 0x400 + 0x38 * 3 + 0xc, TPC_MEM_U8);
	asm_bundle(&c);
	asm_ld(&c, LD_TNSR, vV(1), vI(0), 3, 0);
	for (i = 0; i < 256; i++)
		want[i] = ((uint8_t[]){ 0x44, 0x33, 0x22, 0x11 })[i % 4];
	one_load(at, want, "without a mask all five dimensions count");
	tap(h->notes == 1, "and this is noted");
	/* Unless one of them has no size: then only dimension 0 does. */
	tensor(&row, TPC_MEM_U8);
	host_cfg(h, 0x400 + 0x38 * 3 + 0xc, TPC_MEM_U8);
	host_cfg(h, 0x400 + 0x38 * 3 + 0x30, 0);
	asm_bundle(&c);
	asm_ld(&c, LD_TNSR, vV(1), vI(0), 3, 0);
	for (i = 0; i < 256; i++)
		want[i] = i < 38 ? memory[i + 2] :
			  ((uint8_t[]){ 0x44, 0x33, 0x22, 0x11 })[i % 4];
	one_load(at, want, "without a mask and with a size of 0");
	/* Coordinates are signed, sizes are not. */
	tensor(&row, TPC_MEM_U8);
	host_cfg(h, 0x400 + 0x38 * 3 + 0x18, 0xffffffff);
	asm_bundle(&c);
	asm_ld(&c, LD_TNSR, vV(1), vI(0), 3, 0);
	for (i = 0; i < 256; i++)
		want[i] = ((uint8_t[]){ 0x44, 0x33, 0x22, 0x11 })[i % 4];
	one_load((int32_t[5]){ 0, -5 }, want,
		 "negative coordinate in the largest of sizes");
}

static void store_switches(void)
{
	static const struct shape row = { 1, { 300 } };
	static const int32_t at[5] = { 200 };
	uint8_t want[600];
	TpcVec v;
	unsigned int i;

	tensor(&row, TPC_MEM_BF16);
	asm_bundle(&c);
	asm_st(&c, ST_TNSR, vI(0), 3, vV(2), 4);
	asm_halt(&c);
	host_code(h, &c);
	memcpy(want, memory, 600);
	launch(at);
	v = tpc_core_regs(h->core)->v[2];
	for (i = 0; i < 100; i++)
		memcpy(want + 400 + 2 * i, &v.h[2 * (i % 64) + i / 64], 2);
	if (finish())
		tap_same(memory, want, 600, "packing store");
	tensor(&row, TPC_MEM_F32);
	asm_bundle(&c);
	asm_st(&c, ST_TNSR, vI(0), 3, vV(2), 4);
	asm_halt(&c);
	host_code(h, &c);
	launch(at);
	tap(tpc_run(h->core, 10) == TPC_UNDEFINED,
	    "packing store to a tensor of 32 bits");
	tensor(&row, TPC_MEM_U8);
	host_srf(h, 28, 3);
	host_srf(h, 31, 100 << 8 | 7);
	asm_bundle(&c);
	asm_st(&c, ST_TNSR, vI(0), 0, vV(2), 9);
	asm_halt(&c);
	host_code(h, &c);
	memcpy(want, memory, 300);
	launch(at);
	memcpy(want + 200, tpc_core_regs(h->core)->v[2].b + 100, 8);
	if (finish())
		tap_same(memory, want, 300, "partial store, number in S28");
}

static void predicate_transfers(void)
{
	static const struct shape row = { 1, { 80 } };
	uint8_t bits[32], want[80];
	TpcVec vp;
	unsigned int i;

	tensor(&row, TPC_MEM_U8);
	asm_bundle(&c);
	asm_ld(&c, LD_TNSR, vVP(3), vI(0), 3, 0);
	asm_bundle(&c);
	asm_ld(&c, LD_HIGH, vVP(4), vI(0), 3, 0);
	asm_st(&c, ST_TNSR, vI(1), 3, vVP(3), 0);
	asm_halt(&c);
	host_code(h, &c);
	memcpy(want, memory, 80);
	memcpy(bits, memory + 60, 20);
	for (i = 20; i < 32; i++)
		bits[i] = ((uint8_t[]){ 0x44, 0x33, 0x22, 0x11 })[i % 4];
	for (i = 0; i < 256; i++)
		vp.b[i] = bits[i / 8] >> i % 8 & 1 ? 0xff : 0;
	memcpy(want + 1, bits, 32);
	launch((int32_t[5]){ 60 });
	if (finish()) {
		tap_same(&tpc_core_regs(h->core)->vp[3], &vp, 256,
			 "predicate from a tensor, padded");
		tap_same(memory, want, 80, "predicate to a tensor");
		for (i = 0; i < 128; i++)
			vp.b[128 + i] = vp.b[i];
		memset(vp.b, 0, 128);
		tap_same(&tpc_core_regs(h->core)->vp[4], &vp, 256,
			 "high half of a predicate");
	}
}

/* Predicates with switches: nobody says what that would mean. */
static void predicate_limits(void)
{
	static const struct shape row = { 1, { 80 } };
	unsigned int sw;

	for (sw = 1; sw <= 4; sw *= 2) {
		tensor(&row, TPC_MEM_U8);
		asm_bundle(&c);
		asm_st(&c, ST_TNSR, vI(0), 3, vVP(3), sw);
		asm_halt(&c);
		host_code(h, &c);
		launch((int32_t[5]){ 0 });
		tap(tpc_run(h->core, 10) == TPC_UNDEFINED,
		    "store of a predicate with switch %u", sw);
	}
	tensor(&row, TPC_MEM_U8);
	asm_bundle(&c);
	asm_ld(&c, LD_TNSR, vVP(3), vI(0), 3, 1);
	asm_halt(&c);
	host_code(h, &c);
	launch((int32_t[5]){ 0 });
	tap(tpc_run(h->core, 10) == TPC_UNDEFINED,
	    "partial load of a predicate");
}

/* A small integer as an element. */
static void put(uint8_t *to, unsigned int type, int32_t value)
{
	float f = value;

	if (type == TPC_MEM_F32)
		memcpy(to, &f, 4);
	else if (type == TPC_MEM_BF16)
		memcpy(to, (uint8_t *)&f + 2, 2);
	else
		memcpy(to, &value, host_elem_bytes(type));
}

/* What an operation makes of two small integers, of 8, 16 or 32 bits. */
static int32_t modified(unsigned int type, unsigned int operation, int32_t mem,
			int32_t value)
{
	int64_t a = mem, b = value;

	if (type >= TPC_MEM_U8 && type <= TPC_MEM_U32) {
		a &= (1ull << 8 * host_elem_bytes(type)) - 1;
		b &= (1ull << 8 * host_elem_bytes(type)) - 1;
	}
	switch (operation) {
	case 0:
		return a + b;
	case 1:
		return a - b;
	case 2:
		return a < b ? a : b;
	default:
		return a > b ? a : b;
	}
}

/* memory = memory op value, on the lanes inside. */
static void rmw(unsigned int type, unsigned int operation, bool descriptor,
		const char *name)
{
	static const struct shape row = { 1, { 70 } };
	unsigned int bytes = host_elem_bytes(type), i;
	uint8_t want[70 * 4];
	TpcRegs *r;

	tensor(&row, type);
	asm_bundle(&c);
	asm_st(&c, ST_TNSR, vI(0), 3, vV(2), descriptor ? 0 : 2);
	asm_halt(&c);
	host_code(h, &c);
	if (descriptor)
		h->cfg[(0x400 + 0x38 * 3 + 0xc) / 4] |= 1u << 19 |
						       operation << 21;
	else
		host_srf(h, 29, (type & 1 ? 0x80 : type) | operation << 4 |
			 0x40);
	for (i = 0; i < 70; i++)
		put(memory + bytes * i, type, (int)(i % 11) - 5);
	launch((int32_t[5]){ 30 });
	r = tpc_core_regs(h->core);
	memcpy(want, memory, 70 * bytes);
	for (i = 0; i < 256 / bytes; i++) {
		int32_t value = (int)(i % 7) - 3;

		put(r->v[2].b + bytes * i, type, value);
		if (i < 40)
			put(want + bytes * (30 + i), type,
			    modified(type, operation,
				     (int)((30 + i) % 11) - 5, value));
	}
	if (finish())
		tap_same(memory, want, 70 * bytes,
			 "read-modify-write: %s, type %u%s", name, type,
			 descriptor ? ", from the descriptor" : "");
	tap(h->locks == 1 && !h->locked, "under the lock");
}

static void rmw_limits(void)
{
	static const struct shape row = { 1, { 64 } };

	tensor(&row, TPC_MEM_I16);
	host_srf(h, 29, 0x40 | TPC_MEM_F32);
	asm_bundle(&c);
	asm_st(&c, ST_TNSR, vI(0), 3, vV(2), 2);
	asm_halt(&c);
	host_code(h, &c);
	launch((int32_t[5]){ 0 });
	tap(tpc_run(h->core, 10) == TPC_UNDEFINED,
	    "read-modify-write in another width");
	/* Without its enable bit it is a store. */
	host_srf(h, 29, TPC_MEM_F32);
	launch((int32_t[5]){ 0 });
	if (finish())
		tap_same(memory, &tpc_core_regs(h->core)->v[2], 128,
			 "read-modify-write that is not enabled");
}

int main(void)
{
	static const char *const names[] = { "add", "sub", "min", "max" };
	unsigned int type, op;

	srand(1);
	for (type = 0; type < 8; type++) {
		for (op = LD_TNSR; op <= LD_HIGH; op++)
			loads(op, type, (type + op) % 2);
		loads(LD_TNSR, type, type % 2);
		for (op = ST_TNSR; op <= ST_HIGH; op++)
			stores(op, type, (type + op) % 2);
		stores(ST_TNSR, type, type % 2);
		for (op = 0; op < 4; op++)
			rmw(type, op, op & 1, names[op]);
	}
	load_switches();
	descriptors();
	store_switches();
	predicate_transfers();
	predicate_limits();
	rmw_limits();
	host_free(h);
	return tap_end();
}
