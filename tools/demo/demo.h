/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the parts of the demo share.
 */
#ifndef DEMO_H
#define DEMO_H

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>

#include "hlaccel_packets.h"
#include "hlaccel_user.h"

#define MIB		(1UL << 20)
#define PIECE		(4 * MIB)
#define MAX_PIECES	256
#define MAX_ENGINES	64
#define MAX_LANES	16
#define SLOTS		2
/* Room for one program in the buffer that holds them all. */
#define PROGRAM_SIZE	4096
/* No step of the demo takes that long, however slow the machine. */
#define DEADLINE_NS	30000000000

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof(*(a)))

/** struct buffer - A buffer, where engines and where the CPU see it */
struct buffer {
	uint32_t handle;
	uint64_t size;
	uint64_t address;
	unsigned char *map;
};

/**
 * struct lane - A queue and the part of the work that goes through it
 * @stage: stage of the data's way, from 1
 * @kind: kind of its engine
 * @instance: its engine
 * @type: kind of jobs it gets
 * @name: engine and kind of jobs, for people
 * @queue: id of its queue
 * @timeline: syncobj with one point for each of its jobs
 * @seqno: last job
 * @bytes: bytes that it moved
 */
struct lane {
	unsigned int stage;
	uint32_t kind;
	uint32_t instance;
	uint32_t type;
	char name[48];
	uint32_t queue;
	uint32_t timeline;
	uint64_t seqno;
	uint64_t bytes;
};

/** struct piece - A part of the data: its checksum, and the job that brought it to each stage */
struct piece {
	uint64_t hash;
	struct {
		struct lane *lane;
		uint64_t seqno;
	} job[5];
};

/** struct demo - All of it */
struct demo {
	int fd;
	char node[32];
	struct drm_hlaccel_device_info info;
	struct drm_hlaccel_region_info region[3];
	struct drm_hlaccel_engine_info engine[MAX_ENGINES];
	unsigned int engines;
	struct drm_hlaccel_sync_manager_info sync;
	uint32_t vm;
	uint64_t seed;
	unsigned int pieces;
	struct piece piece[MAX_PIECES];
	struct buffer source, first, second, slot[SLOTS], target, programs;
	unsigned int used_programs;
	struct lane lane[MAX_LANES];
	unsigned int lanes;
};

/** struct step - A step that waits for the card, see step_end() */
struct step {
	int64_t started_ns;
	uint64_t interrupts;
};

/* Go on only if a call answered zero. */
#define need(call, ...) do {				\
	int need_ret_ = (call);				\
							\
	if (need_ret_)					\
		fail_with(need_ret_, __VA_ARGS__);	\
} while (0)

/* demo.c */
void buffer_create(struct demo *d, struct buffer *b, uint32_t region, uint64_t size,
		   const char *what);
uint64_t program_slot(struct demo *d, struct hlaccel_packets *p);
void program_check(const struct hlaccel_packets *p, const char *what);

/* engines.c */
void ping_engines(struct demo *d);
void run_engines(struct demo *d);

/* compute.c */
void compute(struct demo *d);

/* report.c */
void fail(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));
void fail_with(int error, const char *format, ...)
	__attribute__((format(printf, 2, 3), noreturn));
struct step step_begin(struct demo *d);
void step_end(struct demo *d, const struct step *step, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
uint64_t hash(const void *data, uint64_t size);
void query_engines(struct demo *d, struct drm_hlaccel_engine_info *engine);
void check_log(void);
void print_card(const struct demo *d);
void print_table(struct demo *d, const struct drm_hlaccel_engine_info *before);
void print_stage(const char *what, uint64_t bytes, int64_t ns, uint64_t checksum);

#endif /* DEMO_H */
