/* SPDX-License-Identifier: GPL-2.0 */
/* A core of the interpreter with memory and registers around it. */
#ifndef TPC_TEST_HOST_H
#define TPC_TEST_HOST_H

#include <stddef.h>
#include "asm.h"
#include "tpc-core.h"

#define HOST_REGIONS	32
#define HOST_CODE	0x7f00000000ull
#define HOST_LUT	0x7e00000000ull

struct region {
	uint64_t va;
	size_t size;
	uint8_t *bytes;		/* allocated alone: overruns are seen */
	bool read_only;
};

struct host {
	TpcCore *core;
	uint32_t cfg[TPC_CFG_BYTES / 4];
	struct region region[HOST_REGIONS];
	unsigned int regions;
	bool windows;		/* offer direct access */
	unsigned int calls;	/* of read and write */
	unsigned int fetches;
	unsigned int locks;
	int locked;
	unsigned int reports;
	unsigned int notes;
	uint64_t report_pc;
	char report[128];
	char note[128];
	uint32_t cfg_last;	/* offset of the last register written */
	void (*trace)(struct host *h, uint64_t pc);
};

struct host *host_new(void);
void host_free(struct host *h);
/* Memory, filled with 0xa5. */
uint8_t *host_region(struct host *h, uint64_t va, size_t size);
void host_cfg(struct host *h, uint32_t offset, uint32_t value);
/* A dense tensor; type is TPC_MEM_*. */
void host_tensor(struct host *h, unsigned int id, uint64_t va,
		 unsigned int type, unsigned int ndims, const uint32_t *dims,
		 uint32_t pad);
void host_index_space(struct host *h, const int32_t *base,
		      const int32_t *size);
void host_srf(struct host *h, unsigned int number, uint32_t value);
/* The program, and nothing after it. */
void host_program(struct host *h, const void *code, size_t size);
void host_code(struct host *h, const struct code *c);
/* The four areas of tables. */
void host_tables(struct host *h);
/* Launch and run to the end, or for so many bundles. */
TpcResult host_run(struct host *h, uint64_t budget);
/* host_run() of a program that must halt; a failed test with the reason. */
bool host_halts(struct host *h, const char *name);

unsigned int host_elem_bytes(unsigned int type);

#endif
