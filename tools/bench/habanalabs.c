// SPDX-License-Identifier: GPL-2.0
/*
 * The interface of the in-kernel driver, also for others that serve it on a node of
 * theirs. Layouts and numbers are those of that interface.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "hlaccel_packets.h"
#include "peer_abi.h"

#include "bench.h"

#define CB_DESTROY	1

#define MEM_ALLOC	0
#define MEM_FREE	1

#define WAIT_DONE	0
#define MAX_BATCH	32
#define DRAM		0x20000000ULL
#define CB_SIZE		4096U
/* Queues 0 to 7 complete through the driver */
#define LANES		8
/* A queue holds a little less than 4096 */
#define LANE_JOBS	4000

struct client {
	int fd;
	void *host;
	uint64_t from;
	struct peer_cb cb[2];
	void *words[2];
	struct peer_chunk chunk[2][MAX_BATCH];
};

static int peer_ioctl(int fd, unsigned long request, void *argument)
{
	int ret;

	do {
		ret = ioctl(fd, request, argument);
	} while (ret < 0 && errno == EINTR);
	return ret < 0 ? -errno : 0;
}

static int peer_open(struct bench *b)
{
	int fd = open(b->node, O_RDWR | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

static int peer_map(struct client *c, void *memory, uint64_t size, uint64_t *va)
{
	struct peer_mem m = {
		.a = (uintptr_t)memory, .c = size, .op = MEM_MAP, .flags = MEM_USERPTR,
	};
	int ret = peer_ioctl(c->fd, PEER_MEM, &m);

	*va = m.a;
	return ret;
}

static int peer_unmap(struct client *c, uint64_t va, uint64_t size)
{
	struct peer_mem m = { .a = va, .op = MEM_UNMAP };

	(void)size;
	return peer_ioctl(c->fd, PEER_MEM, &m);
}

/* This driver only counts device memory; programs manage it by themselves */
static int peer_alloc(struct client *c, uint64_t size, uint64_t *handle)
{
	struct peer_mem m = { .a = size, .op = MEM_ALLOC };
	int ret = peer_ioctl(c->fd, PEER_MEM, &m);

	*handle = m.a;
	return ret;
}

static int peer_free(struct client *c, uint64_t handle, uint64_t size)
{
	struct peer_mem m = { .a = size, .op = MEM_FREE };

	(void)handle;
	return peer_ioctl(c->fd, PEER_MEM, &m);
}

static int peer_buffer(struct client *c, uint64_t size)
{
	struct peer_cb cb = { .size = (uint32_t)size };
	int ret = peer_ioctl(c->fd, PEER_CB, &cb);
	struct peer_cb gone = { .handle = cb.handle, .op = CB_DESTROY };

	return ret ? ret : peer_ioctl(c->fd, PEER_CB, &gone);
}

static int make_buffer(struct client *c, unsigned int kind)
{
	c->cb[kind].size = CB_SIZE;
	if (ioctl(c->fd, PEER_CB, &c->cb[kind]))
		return -errno;
	c->words[kind] = mmap(NULL, CB_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, c->fd,
			      (off_t)c->cb[kind].handle);
	return c->words[kind] == MAP_FAILED ? -errno : 0;
}

/* @size zero: only the copy */
static int make_program(struct client *c, unsigned int kind, uint64_t from, uint64_t to,
			uint64_t size)
{
	struct hlaccel_packets p;
	int ret = make_buffer(c, kind);
	unsigned int i;

	if (ret)
		return ret;
	hlaccel_packets_init(&p, c->words[kind], CB_SIZE);
	hlaccel_packet_lin_dma(&p, HLACCEL_PACKET_RB | HLACCEL_PACKET_MB, from, to, COPY_SIZE);
	while (!p.error && p.used < size)
		hlaccel_packet_nop(&p, HLACCEL_PACKET_RB);
	for (i = 0; i < MAX_BATCH; i++) {
		c->chunk[kind][i].handle = c->cb[kind].handle;
		c->chunk[kind][i].size = (uint32_t)p.used;
	}
	return p.error;
}

static void peer_close_file(struct client *c)
{
	unsigned int i;

	for (i = 0; i < 2; i++) {
		if (c->words[i] && c->words[i] != MAP_FAILED)
			munmap(c->words[i], CB_SIZE);
		c->words[i] = NULL;
	}
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
}

static void peer_destroy(struct client *c)
{
	peer_close_file(c);
	if (c->host)
		memory_free(c->host, COPY_SIZE);
	free(c);
}

/* A release goes on after close(): the next open may have to wait */
static int peer_open_patiently(struct bench *b)
{
	unsigned int tries = 1000;
	int fd;

	do {
		fd = peer_open(b);
		if (fd != -EAGAIN && fd != -EBUSY)
			break;
		usleep(10000);
	} while (--tries);
	return fd;
}

static int peer_create(struct bench *b, enum client_kind kind, struct client **client)
{
	struct client *c = calloc(1, sizeof(*c));
	int ret = 0;

	if (!c)
		return -ENOMEM;
	c->fd = peer_open_patiently(b);
	if (c->fd < 0)
		ret = c->fd;
	if (!ret && kind != CLIENT_MAPS) {
		c->host = memory_small(COPY_SIZE);
		ret = peer_map(c, c->host, COPY_SIZE, &c->from);
		if (!ret)
			ret = make_program(c, JOB_COPY, c->from, DRAM, 0);
		if (!ret)
			ret = make_program(c, JOB_COMMAND, DRAM, DRAM + COPY_SIZE, PROGRAM_SIZE);
	}
	if (ret) {
		peer_destroy(c);
		return ret;
	}
	*client = c;
	return 0;
}

static int peer_submit(struct client *c, enum job_kind kind, unsigned int count,
		       unsigned int lane, uint64_t *seqno)
{
	struct peer_cs cs = { .num_execute = count };
	unsigned int i;
	int ret;

	if (kind == JOB_PACKETS)
		return -EOPNOTSUPP;
	for (i = 0; i < count; i++)
		c->chunk[kind][i].queue = lane;
	cs.execute = (uintptr_t)c->chunk[kind];
	ret = peer_ioctl(c->fd, PEER_CS, &cs);
	*seqno = cs.restore;
	return ret;
}

static int peer_wait(struct client *c, enum job_kind kind, unsigned int lane, uint64_t seqno,
		     uint64_t timeout_ns)
{
	struct peer_wait w = { .seq = seqno, .timeout_us = timeout_ns / 1000 };
	int ret = peer_ioctl(c->fd, PEER_WAIT, &w);

	(void)kind;
	(void)lane;
	if (ret)
		return ret;
	return (uint32_t)w.seq == WAIT_DONE ? 0 : -ETIME;
}

const struct backend backend_habanalabs = {
	.name = "habanalabs",
	.max_clients = 1,
	.lanes = LANES,
	.lane_jobs = LANE_JOBS,
	.open = peer_open,
	.create = peer_create,
	.destroy = peer_destroy,
	.close_file = peer_close_file,
	.submit = peer_submit,
	.wait = peer_wait,
	.map = peer_map,
	.unmap = peer_unmap,
	.alloc = peer_alloc,
	.free = peer_free,
	.buffer = peer_buffer,
};
