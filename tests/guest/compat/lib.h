/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the tests of the habanalabs interface have in common: nodes, requests by
 * the numbers and sizes of one generation, programs. Calls answer zero or a
 * negative errno unless they are said to end the test.
 */
#ifndef LIB_H
#define LIB_H

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* The header of 6.12 takes it from the kernel. */
#define BIT(n)	(1UL << (n))
#include <drm/habanalabs_accel.h>

#include "hlaccel_packets.h"

#include "generation.h"
#include "harness.h"

#define KIB		1024UL
#define MIB		(1024UL * KIB)
#define GIB		(1024UL * MIB)
#define PAGE		4096UL
#define FOREVER		INT64_MAX
#define SECOND		1000000UL	/* in microseconds */
#define NO_SEQ		UINT64_MAX

/* Queues of Gaudi */
#define Q_IN		0	/* DMA_0: from the host, external */
#define Q_OUT		4	/* DMA_1: to the host, external */
#define Q_CPU		8
#define Q_DMA2		9	/* inside the device, internal */
#define Q_MME		33
#define Q_TPC		41
#define Q_NIC		73
#define QUEUES		113
#define EXTERNALS	8

/* What the contract says about the device */
#define SRAM_BASE	0x7ff0000080ULL
#define SRAM_SIZE	0x13fff80ULL
#define DRAM_BASE	0x20000000ULL
#define CFG_BASE	0x7ffc000000ULL
#define SOB_BASE	(CFG_BASE + 0x4f2000)
#define WS_SOB_OFFSET	0x492000
#define HOST_BASE	0x1000000000000ULL
#define HOST_END	0x27fbfffffffffULL
#define MAX_CB		(2 * MIB - 32)
#define CB_TYPE		0x1000000000000000ULL

#define EB		HLACCEL_PACKET_EB
#define RB		HLACCEL_PACKET_RB
#define MB		HLACCEL_PACKET_MB

/* The generation that this run speaks as, from HLCOMPAT_GENERATION */
extern const struct generation *gen;

/* nodes */
bool peer(void);
bool exists(const char *path);
void compute_node(char *path, size_t size, unsigned int index);
void control_node(char *path, size_t size, unsigned int index);
unsigned int card_index(unsigned int nth);
int try_open(const char *path);
int open_index(unsigned int index);
int open_card(void);
int open_control(void);
int reopen(int fd);
void close_card(int fd);
bool read_text(const char *path, char *text, size_t size);
void card_folder(char *path, size_t size);
int sysfs_value(const char *name, char *text, size_t size);
void debugfs_file(char *path, size_t size, bool legacy, const char *name);
int put_text(const char *path, const char *text, size_t size);

/* requests */
int request(int fd, enum request which, void *args);
int request_sized(int fd, enum request which, void *args, size_t size);
int info_raw(int fd, struct hl_info_args *args);
int info(int fd, uint32_t op, void *result, size_t size);
void record_rooms(int fd, uint32_t op, size_t size, bool whole);
int notifier(int fd);
uint64_t take_events(int fd);
uint64_t await_events(int fd, int e, uint64_t wanted);
void inject_event(unsigned int event);
int debug(int fd, uint32_t op, uint32_t index, uint32_t enable, const void *in, size_t in_size,
	  void *out, size_t out_size);
int debug_mode(int fd, bool on);
int etr_start(int fd, uint64_t address, uint64_t size);
int etr_stop(int fd, uint64_t *end);
struct hl_info_hw_ip_info hw_ip(int fd);
struct hl_info_cs_counters counters(int fd);
uint32_t device_status(int fd);
bool idle(int fd);
void wait_idle(int fd);

/* command buffers */
struct cb {
	uint64_t handle;
	uint32_t size;
	void *map;
	struct hlaccel_packets p;
};

int cb_create(int fd, uint32_t size, uint64_t *handle);
int cb_destroy(int fd, uint64_t handle);
int cb_info(int fd, uint64_t handle, uint32_t flags, struct hl_cb_out *out);
struct cb cb_new(int fd, uint32_t size);
void cb_free(int fd, struct cb *cb);
struct hlaccel_packets *cb_begin(struct cb *cb);
struct cb harmless(int fd);

/* memory */
int memory(int fd, union hl_mem_args *args);
int host_map(int fd, void *start, uint64_t size, uint64_t hint, uint32_t flags, uint64_t *address);
int host_unmap(int fd, uint64_t address);
void *pages(size_t size);

/** struct host - Memory of the program that the device sees */
struct host {
	unsigned char *map;
	uint64_t size;
	uint64_t address;
	struct hlaccel_packets p;
};

struct host host_new(int fd, uint64_t size);
void host_free(int fd, struct host *h);
struct hlaccel_packets *host_begin(struct host *h, size_t offset, size_t size);

/* submissions */
struct hl_cs_chunk external(const struct cb *cb, uint32_t queue);
struct hl_cs_chunk internal(uint32_t queue, uint64_t address, uint32_t size);
int cs(int fd, union hl_cs_args *args);
int submit_flags(int fd, struct hl_cs_chunk *chunks, uint32_t count, uint32_t flags, uint64_t *seq);
uint64_t submit(int fd, struct hl_cs_chunk *chunks, uint32_t count);
uint64_t submit_cb(int fd, const struct cb *cb, uint32_t queue);
int try_signal(int fd, uint32_t queue, struct hl_cs_out *out);
int reserve(int fd, uint32_t queue, uint32_t count, struct hl_cs_out *out);
int unreserve(int fd, uint32_t id);
int wait_raw(int fd, union hl_wait_cs_args *args);
int wait_cs(int fd, uint64_t seq, uint64_t timeout_us, struct hl_wait_cs_out *out);
int wait_multi(int fd, const uint64_t *seqs, uint8_t count, uint64_t timeout_us,
	       struct hl_wait_cs_out *out);
void done(int fd, uint64_t seq);
bool busy(int fd, uint64_t seq);

/* programs */
uint64_t sob(unsigned int n);
uint64_t fence(uint32_t queue, unsigned int id);
void p_sob(struct hlaccel_packets *p, uint32_t barriers, unsigned int n, uint32_t value);
void p_cp_dma(struct hlaccel_packets *p, uint32_t barriers, uint64_t address, uint32_t size);
void p_wait(struct hlaccel_packets *p, uint32_t queue, unsigned int monitor, unsigned int n,
	    unsigned int target, bool equal);
void p_copy(struct hlaccel_packets *p, uint64_t from, uint64_t to, uint64_t size);
void p_nop(struct hlaccel_packets *p);

/** struct gate - A submission that completes when it is let */
struct gate {
	uint32_t queue;
	struct cb cb;
	struct cb opener;
	uint64_t seq;
};

struct gate gate_close(int fd, uint32_t queue, uint32_t flags);
void gate_open(int fd, struct gate *g);
void gate_open_from(int fd, struct gate *g, uint32_t queue);
void gate_finish(int fd, struct gate *g);

/* differs.c: where the in-kernel driver and the contract, or we, disagree */
bool differs(const char *id);

/* A refusal whose errno depends on the driver: @id is in the table of differs.c. */
#define DIFFERS_EQ(id, found, ours, theirs)						\
	CHECK_EQ(found, differs(id) ? (theirs) : (ours))

int64_t now_ns(void);
void sleep_ms(unsigned int ms);
uint64_t load64(const void *address);
void fill(void *data, size_t size);
void same(const void *found, const void *expected, size_t size);

#endif /* LIB_H */
