/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Measures a driver of the card by the counters of the device model. Runs in a
 * guest whose time counts instructions; see Documentation/benchmarks.rst.
 */
#ifndef BENCH_H
#define BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define KIB		1024ULL
#define MIB		(1024 * KIB)
#define GIB		(1024 * MIB)
#define PAGE		4096ULL
#define HUGE_PAGE	(2 * MIB)
/* Bytes of the copy jobs and of the programs that are submitted */
#define COPY_SIZE	4096ULL
#define PROGRAM_SIZE	128ULL

/**
 * struct counters - Readings of the device model
 * @busy: Instructions that the guest has executed
 * @elapsed: Virtual time, nanoseconds
 * @reads: Reads of the card's registers
 * @writes: Writes of them
 */
struct counters {
	uint64_t busy;
	uint64_t elapsed;
	uint64_t reads;
	uint64_t writes;
};

/** enum job_kind - What submissions carry */
enum job_kind {
	/** @JOB_COPY: COPY_SIZE bytes from host memory to device memory */
	JOB_COPY,
	/** @JOB_COMMAND: A program of PROGRAM_SIZE bytes */
	JOB_COMMAND,
	/** @JOB_PACKETS: The same program, copied and judged at submission */
	JOB_PACKETS,
};

/** enum client_kind - What a client is made for */
enum client_kind {
	/** @CLIENT_MAPS: Mappings and device memory */
	CLIENT_MAPS,
	/** @CLIENT_COPIES: And JOB_COPY */
	CLIENT_COPIES,
	/** @CLIENT_PROGRAMS: And the other kinds of jobs */
	CLIENT_PROGRAMS,
};

struct bench;
struct client;

/**
 * struct backend - A driver's interface
 * @name: What the command line says
 * @max_clients: Clients at the same time
 * @open: Open the node, no more; returns a descriptor or a negative errno
 * @create: Become a client
 * @destroy: End a client, with its file
 * @close_file: Close a client's file only; destroy() frees the rest
 * @submit: @count jobs in one call to lane @lane; returns 0 and the last one's number
 * @wait: Wait for a number of a lane until @timeout_ns from now; -ETIME
 * @slot: Where completions of a lane can be seen in memory, or NULL
 * @lanes: Lanes that JOB_COPY can be spread over
 * @lane_jobs: Unfinished jobs that one lane takes
 * @map: Map user memory for the device
 * @unmap: Undo it
 * @alloc: Allocate device memory
 * @free: Free it
 * @buffer: Make a buffer for commands and destroy it
 *
 * Operations return 0 or a negative errno; those that a driver lacks are NULL.
 */
struct backend {
	const char *name;
	unsigned int max_clients;
	unsigned int lanes;
	unsigned int lane_jobs;
	int (*open)(struct bench *b);
	int (*create)(struct bench *b, enum client_kind kind, struct client **client);
	void (*destroy)(struct client *c);
	void (*close_file)(struct client *c);
	int (*submit)(struct client *c, enum job_kind kind, unsigned int count,
		      unsigned int lane, uint64_t *seqno);
	int (*wait)(struct client *c, enum job_kind kind, unsigned int lane, uint64_t seqno,
		    uint64_t timeout_ns);
	volatile uint64_t *(*slot)(struct client *c, unsigned int lane);
	int (*map)(struct client *c, void *memory, uint64_t size, uint64_t *va);
	int (*unmap)(struct client *c, uint64_t va, uint64_t size);
	int (*alloc)(struct client *c, uint64_t size, uint64_t *handle);
	int (*free)(struct client *c, uint64_t handle, uint64_t size);
	int (*buffer)(struct client *c, uint64_t size);
};

extern const struct backend backend_hlaccel;
extern const struct backend backend_habanalabs;

/**
 * struct bench - One run
 * @ops: The driver's interface
 * @node: Device node
 * @pci: Folder of the PCI device in sysfs
 * @out: Results, a JSON object a line
 * @quick: Few repetitions
 * @mappings: Mappings of the row with many of them
 * @engine: Copy engine of new clients
 * @registers: The model's counters
 * @empty: What measuring nothing costs
 * @failed: Rows that gave no figure
 */
struct bench {
	const struct backend *ops;
	const char *node;
	const char *pci;
	FILE *out;
	bool quick;
	unsigned long mappings;
	unsigned int engine;
	volatile uint32_t *registers;
	struct counters empty;
	unsigned int failed;
};

/**
 * struct series - Measurements of one thing, in the making
 * @sample: Measurements
 * @count: Number of them
 * @space: Room for them
 * @number: For the profile: 1 for one that takes turns with another
 * @begin: When the measurement under way began
 */
struct series {
	struct counters *sample;
	unsigned int count;
	unsigned int space;
	unsigned int number;
	struct counters begin;
};

/* measure.c */
int measure_init(struct bench *b);
void measure_hold(struct bench *b, bool hold);
uint64_t measure_irq_ns(struct bench *b);
void measure_read(struct bench *b, struct counters *c);
struct counters measure_since(struct bench *b, const struct counters *begin);
void series_init(struct series *s, unsigned int space);
void series_begin(struct bench *b, struct series *s);
void series_end(struct bench *b, struct series *s);
void series_add(struct series *s, struct counters c);
/* Writes the result down, each sample divided by @per, and frees the series */
void series_report(struct bench *b, struct series *s, const char *name, uint64_t per);
void report_value(struct bench *b, const char *name, const char *unit, uint64_t value);
void report_point(struct bench *b, const char *curve, uint64_t x, struct series *s, uint64_t per);
void report_why(struct bench *b, const char *name, const char *what, int error);
int64_t kernel_memory(void);

/* memory.c */
void *memory_small(uint64_t size);
void *memory_huge(uint64_t size, int *error);
void memory_free(void *memory, uint64_t size);

/* The modes */
void calibrate(struct bench *b);
void calibrate_pins(struct bench *b);
void rows_submit(struct bench *b);
void rows_buffers(struct bench *b);
void rows_many(struct bench *b);
void rows_map(struct bench *b);
void rows_device(struct bench *b);
void scale(struct bench *b);
void locks(struct bench *b);

/* Clients of rows: say why if there is none */
struct client *client_new(struct bench *b, enum client_kind kind, const char *row);
/* Wait for a job, well beyond what it takes */
int client_wait(struct bench *b, struct client *c, enum job_kind kind, unsigned int lane,
		uint64_t seqno);

static inline unsigned int repeat(const struct bench *b, unsigned int full, unsigned int quick)
{
	return b->quick ? quick : full;
}

#endif /* BENCH_H */
