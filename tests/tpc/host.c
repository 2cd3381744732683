// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "host.h"
#include "lut.h"
#include "tap.h"

static struct region *find(struct host *h, uint64_t va, uint32_t len)
{
	unsigned int i;

	for (i = 0; i < h->regions; i++) {
		struct region *r = &h->region[i];

		if (va >= r->va && len <= r->size &&
		    va - r->va <= r->size - len)
			return r;
	}
	return NULL;
}

static bool window(void *opaque, uint64_t va, bool write, TpcWindow *w)
{
	struct host *h = opaque;
	struct region *r = find(h, va, 1);

	(void)write;
	if (!h->windows || !r)
		return false;
	*w = (TpcWindow) {
		.va = r->va, .len = r->size, .host = r->bytes,
		.writable = !r->read_only,
	};
	return true;
}

static bool read_mem(void *opaque, uint64_t va, void *buf, uint32_t len)
{
	struct host *h = opaque;
	struct region *r = find(h, va, len);

	h->calls++;
	if (r)
		memcpy(buf, r->bytes + (va - r->va), len);
	return r;
}

static bool write_mem(void *opaque, uint64_t va, const void *buf, uint32_t len)
{
	struct host *h = opaque;
	struct region *r = find(h, va, len);

	h->calls++;
	if (!r || r->read_only)
		return false;
	memcpy(r->bytes + (va - r->va), buf, len);
	return true;
}

static bool fetch(void *opaque, uint64_t va, void *buf, uint32_t len)
{
	struct host *h = opaque;
	struct region *r = find(h, va, len);

	h->fetches++;
	if (r)
		memcpy(buf, r->bytes + (va - r->va), len);
	return r;
}

static uint32_t cfg_read(void *opaque, uint32_t offset)
{
	struct host *h = opaque;

	if (offset >= TPC_CFG_BYTES || offset % 4)
		tap_die("register 0x%x read", offset);
	return h->cfg[offset / 4];
}

static void cfg_write(void *opaque, uint32_t offset, uint32_t value)
{
	struct host *h = opaque;

	if (offset >= TPC_CFG_BYTES || offset % 4)
		tap_die("register 0x%x written", offset);
	h->cfg[offset / 4] = value;
	h->cfg_last = offset;
}

static void rmw_lock(void *opaque, bool lock)
{
	struct host *h = opaque;

	h->locks += lock;
	h->locked += lock ? 1 : -1;
}

static void trace(void *opaque, TpcCore *core, uint64_t pc)
{
	struct host *h = opaque;

	(void)core;
	if (h->trace)
		h->trace(h, pc);
}

static void report(void *opaque, uint64_t pc, const char *text)
{
	struct host *h = opaque;

	h->reports++;
	h->report_pc = pc;
	snprintf(h->report, sizeof(h->report), "%s", text);
}

static void note(void *opaque, uint64_t pc, const char *text)
{
	struct host *h = opaque;

	(void)pc;
	h->notes++;
	snprintf(h->note, sizeof(h->note), "%s", text);
}

static const TpcBusOps ops = {
	.window = window,
	.read = read_mem,
	.write = write_mem,
	.fetch = fetch,
	.cfg_read = cfg_read,
	.cfg_write = cfg_write,
	.rmw_lock = rmw_lock,
	.trace = trace,
	.report = report,
	.note = note,
};

struct host *host_new(void)
{
	struct host *h = calloc(1, sizeof(*h));

	if (!h)
		tap_die("no memory");
	h->core = tpc_core_new(&ops, h);
	if (!h->core)
		tap_die("no memory for a core");
	h->windows = true;
	host_cfg(h, TPC_CFG_LFSR_POLYNOM, 0x800002cc);
	return h;
}

void host_free(struct host *h)
{
	unsigned int i;

	for (i = 0; i < h->regions; i++)
		free(h->region[i].bytes);
	tpc_core_free(h->core);
	free(h);
}

uint8_t *host_region(struct host *h, uint64_t va, size_t size)
{
	struct region *r = &h->region[h->regions];

	if (h->regions == HOST_REGIONS)
		tap_die("too many regions");
	h->regions++;
	r->va = va;
	r->size = size;
	r->bytes = malloc(size);
	if (!r->bytes)
		tap_die("no memory for a region");
	memset(r->bytes, 0xa5, size);
	return r->bytes;
}

void host_cfg(struct host *h, uint32_t offset, uint32_t value)
{
	h->cfg[offset / 4] = value;
}

void host_tensor(struct host *h, unsigned int id, uint64_t va,
		 unsigned int type, unsigned int ndims, const uint32_t *dims,
		 uint32_t pad)
{
	uint32_t at = 0x400 + 0x38 * id, stride = 1;
	unsigned int d;

	host_cfg(h, at, va);
	host_cfg(h, at + 4, va >> 32);
	host_cfg(h, at + 8, pad);
	host_cfg(h, at + 0xc, type | ((1u << ndims) - 1) << 8 |
		 (ndims - 1) << 16);
	for (d = 0; d < 5; d++) {
		host_cfg(h, at + 0x10 + 8 * d, d < ndims ? dims[d] : 1);
		host_cfg(h, at + 0x14 + 8 * d, stride);
		stride *= d < ndims ? dims[d] : 1;
	}
}

void host_index_space(struct host *h, const int32_t *base, const int32_t *size)
{
	unsigned int d;

	for (d = 0; d < 5; d++) {
		host_cfg(h, 0x790 + 8 * d, base ? base[d] : 0);
		host_cfg(h, 0x794 + 8 * d, size[d]);
	}
}

void host_srf(struct host *h, unsigned int number, uint32_t value)
{
	host_cfg(h, 0x7c0 + 4 * number, value);
}

void host_program(struct host *h, const void *code, size_t size)
{
	struct region *old = find(h, HOST_CODE, 1);

	if (old) {
		free(old->bytes);
		old->bytes = malloc(size);
		old->size = size;
	} else {
		host_region(h, HOST_CODE, size);
		old = &h->region[h->regions - 1];
	}
	if (!old->bytes)
		tap_die("no memory for a program");
	old->read_only = true;
	memcpy(old->bytes, code, size);
	host_cfg(h, 0x788, (uint32_t)HOST_CODE);
	host_cfg(h, 0x78c, HOST_CODE >> 32);
	tpc_core_invalidate(h->core);
}

void host_code(struct host *h, const struct code *c)
{
	host_program(h, c->word, c->count * 32);
}

void host_tables(struct host *h)
{
	static const uint32_t base_at[LUT_CLASSES] = {
		0x990, 0x988, 0x980, 0x978
	};
	unsigned int i;

	for (i = 0; i < LUT_CLASSES; i++) {
		uint64_t va = HOST_LUT + i * 0x100000ull;
		uint8_t *area = host_region(h, va, lut_bytes(i));

		lut_fill(i, area);
		host_cfg(h, base_at[i], va);
		host_cfg(h, base_at[i] + 4, va >> 32);
	}
}

TpcResult host_run(struct host *h, uint64_t budget)
{
	tpc_core_launch(h->core);
	return tpc_run(h->core, budget);
}

bool host_halts(struct host *h, const char *name)
{
	const TpcStop *stop = tpc_core_stop(h->core);
	TpcResult result = host_run(h, 100000000);

	if (result == TPC_HALTED)
		return true;
	tap(false, "%s: halts", name);
	tap_note("result %d at 0x%" PRIx64 ", address 0x%" PRIx64 ", %s",
		 result, stop->pc, stop->va, stop->why ? stop->why : "");
	return false;
}

unsigned int host_elem_bytes(unsigned int type)
{
	static const uint8_t bytes[8] = { 1, 2, 4, 1, 2, 4, 2, 4 };

	return bytes[type & 7];
}
