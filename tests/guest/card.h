/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What tests do with a card. Whatever fails here ends the test.
 */
#ifndef CARD_H
#define CARD_H

#include <inttypes.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "hlaccel_packets.h"
#include "hlaccel_user.h"

#include "harness.h"

#define KIB		1024UL
#define MIB		(1024UL * KIB)
#define PAGE		4096UL
#define NO_HANDLE	0x7ffffffU
#define MAX_ENGINES	64

/** struct card - An open file of a card, and what the card told about itself */
struct card {
	int fd;
	char node[32];
	struct drm_hlaccel_device_info info;
	struct drm_hlaccel_limits limits;
	struct drm_hlaccel_region_info region[4];
	struct drm_hlaccel_engine_info engine[MAX_ENGINES];
	unsigned int engines;
	struct drm_hlaccel_sync_manager_info sync;
	uint64_t va;
	bool exclusive;
	/* Mappings keep the file open: card_close() takes them away. */
	struct {
		void *start;
		size_t size;
	} map[256];
	unsigned int maps;
};

/** struct memory - A buffer with all its addresses */
struct memory {
	uint32_t handle;
	uint64_t size;
	uint64_t address;
	unsigned char *map;
};

/** struct gate - A job that blocks its engine until it is opened */
struct gate {
	uint32_t queue;
	uint32_t opener;
	uint64_t seqno;
	struct memory programs;
	uint64_t open_size;
};

/** struct busy - A thread that always has some programs waiting, each of which takes its time */
struct busy {
	struct card *card;
	struct memory data;
	uint32_t queue;
	int64_t until;
	uint64_t jobs;
	pthread_t thread;
};

/* card.c */
struct card *card_open(void);
struct card *card_open_nth(unsigned int nth);
struct card *card_open_plain(void);
void card_close(struct card *c);
void card_close_file(struct card *c);
void card_unmap(struct card *c, struct memory *m);
void card_refresh(struct card *c);
void card_pci_address(struct card *c, char *address, size_t size);
struct drm_hlaccel_counters card_counters(struct card *c);
const struct drm_hlaccel_engine_info *card_engine(struct card *c, uint32_t kind, uint32_t instance);
struct memory card_memory(struct card *c, uint32_t region, uint64_t size);
uint32_t card_vm(struct card *c);
struct memory card_host(struct card *c, uint32_t vm, uint64_t address, uint64_t size);
uint32_t card_queue(struct card *c, uint32_t kind, uint32_t instance, uint32_t vm);
uint32_t card_queue_timeout(struct card *c, uint32_t kind, uint32_t instance, uint32_t vm,
			    uint32_t timeout_ms);
uint64_t card_submit(struct card *c, uint32_t queue, const struct drm_hlaccel_job *job);
int card_status(struct card *c, uint32_t queue, uint64_t seqno);
int card_run(struct card *c, uint32_t queue, const struct drm_hlaccel_job *job);
int card_try(struct card *c, uint32_t queue, const struct drm_hlaccel_job *job);
uint32_t card_syncobj(struct card *c);
int card_syncobj_status(struct card *c, uint32_t handle);
uint64_t card_sob(struct card *c, unsigned int n);
struct hlaccel_monitor card_monitor(struct card *c, unsigned int n, uint8_t sobs,
				    unsigned int target, uint64_t fence);
struct gate gate_create(struct card *c, uint32_t timeout_ms);
void gate_open(struct card *c, struct gate *g);
void busy_start(struct busy *b, struct card *c, uint32_t queue, const struct memory *data,
		int64_t until);
void busy_stop(struct busy *b);
void busy_end(struct busy *b);

static inline int64_t deadline_ms(int64_t ms)
{
	return hlaccel_now_ns() + ms * 1000000;
}

static inline uint64_t load64(const volatile void *address)
{
	return *(const volatile uint64_t *)address;
}

static inline uint32_t load32(const volatile void *address)
{
	return *(const volatile uint32_t *)address;
}

/** struct waits - What the driver tells about an engine's waits on the card */
struct waits {
	unsigned long long all, back, now;
};

/* look.c */
void look_debugfs(struct card *c, char *folder, size_t size);
const char *look_file(const char *folder, const char *name);
struct waits look_waits(struct card *c, const char *engine);
void trace_start(void);
const char *trace_peek(void);
const char *trace_stop(void);
const char *trace_find(const char *text, const char *event, const char *what);

/* util.c */
void fill_random(void *data, size_t size);
void check_same(const void *found, const void *expected, size_t size);
void check_pattern(const void *data, uint64_t pattern, size_t size);
void poke(void *structure, size_t offset, size_t size, uint64_t value);
void *user_memory(size_t size);
int write_file(const char *path, const char *text);
long long number_in(const char *path, const char *name);
long long system_number(const char *name);
long long system_pins(void);

/* The driver's switches in sysfs, for write_file() and card_pci_address() */
#define DRIVER_FOLDER	"/sys/bus/pci/drivers/hlaccel"

/** struct field_row - What is done to one field of a valid request, and how it ends */
struct field_row {
	const char *name;
	size_t offset, size;
	uint64_t value;
	int error;
};

#define FIELD(type, member)	offsetof(type, member), sizeof(((type *)0)->member)

#endif /* CARD_H */
