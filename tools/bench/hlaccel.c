// SPDX-License-Identifier: GPL-2.0
/*
 * The native interface.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "hlaccel_packets.h"
#include "hlaccel_user.h"

#include "bench.h"

#define MAX_BATCH	32
#define MAX_ENGINES	64

struct client {
	int fd;
	uint32_t vm;
	uint32_t queue[3];
	uint32_t program;
	uint32_t data;
	uint64_t va_end;
	uint64_t next;
	uint64_t from;
	void *host;
	void *packets;
	volatile unsigned char *page;
	uint32_t slot;
	struct drm_hlaccel_job job[3][MAX_BATCH];
};

static int hlaccel_node_open(struct bench *b)
{
	int fd = open(b->node, O_RDWR | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

/* Addresses are given out in rising order; huge ranges begin at a huge page */
static int hlaccel_map(struct client *c, void *memory, uint64_t size, uint64_t *va)
{
	int ret;

	if (size >= HUGE_PAGE)
		c->next = (c->next + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
	if (c->next + size > c->va_end)
		return -ENOSPC;
	ret = hlaccel_vm_map_user(c->fd, c->vm, memory, c->next, size);
	if (ret)
		return ret;
	*va = c->next;
	c->next += size;
	return 0;
}

static int hlaccel_unmap(struct client *c, uint64_t va, uint64_t size)
{
	return hlaccel_vm_unmap(c->fd, c->vm, va, size);
}

static int hlaccel_alloc(struct client *c, uint64_t size, uint64_t *handle)
{
	uint32_t bo = 0;
	int ret = hlaccel_bo_create(c->fd, DRM_HLACCEL_REGION_DEVICE, size, &bo);

	*handle = bo;
	return ret;
}

static int hlaccel_free(struct client *c, uint64_t handle, uint64_t size)
{
	(void)size;
	return hlaccel_bo_close(c->fd, (uint32_t)handle);
}

/* The last engine of those that take a kind of job; the first ones face the host */
static int find_queue(struct client *c, uint32_t flag, bool last, uint32_t *queue)
{
	struct drm_hlaccel_engine_info engine[MAX_ENGINES];
	const struct drm_hlaccel_engine_info *found = NULL;
	int count = hlaccel_query_array(c->fd, DRM_HLACCEL_QUERY_ENGINES, engine,
					sizeof(engine[0]), MAX_ENGINES), i;

	if (count < 0)
		return count;
	for (i = 0; i < count; i++) {
		if (engine[i].kind == DRM_HLACCEL_ENGINE_DMA && engine[i].flags & flag &&
		    (last || !found))
			found = &engine[i];
	}
	if (!found)
		return -ENODEV;
	return hlaccel_queue_create(c->fd, found->kind, found->instance, c->vm, 0, queue);
}

/* A copy inside of device memory, and packets that do nothing */
static int write_program(void *memory, uint64_t data)
{
	struct hlaccel_packets p;

	hlaccel_packets_init(&p, memory, PROGRAM_SIZE);
	hlaccel_packet_lin_dma(&p, HLACCEL_PACKET_RB | HLACCEL_PACKET_MB, data, data + COPY_SIZE,
			       COPY_SIZE);
	while (!p.error && p.used < PROGRAM_SIZE)
		hlaccel_packet_nop(&p, HLACCEL_PACKET_RB);
	return p.error;
}

static int make_programs(struct client *c)
{
	struct drm_hlaccel_bo_info info;
	void *map;
	int ret;

	ret = hlaccel_bo_info(c->fd, c->data, &info);
	if (!ret)
		ret = hlaccel_bo_map(c->fd, c->program, PAGE, &map);
	if (ret)
		return ret;
	ret = write_program(map, info.device_address);
	munmap(map, PAGE);
	c->packets = memory_small(PAGE);
	return ret ?: write_program(c->packets, info.device_address);
}

/* The copy queue, and where its completions show */
static int make_copy_queue(struct bench *b, struct client *c)
{
	struct drm_hlaccel_queue_create create;
	void *page;
	int ret;

	memset(&create, 0, sizeof(create));
	create.engine_kind = DRM_HLACCEL_ENGINE_DMA;
	create.engine_instance = b->engine;
	create.vm_id = c->vm;
	ret = hlaccel_ioctl(c->fd, DRM_IOCTL_HLACCEL_QUEUE_CREATE, &create);
	if (ret)
		return ret;
	c->queue[JOB_COPY] = create.queue_id;
	page = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, c->fd, (off_t)create.completion_offset);
	if (page == MAP_FAILED)
		return -errno;
	c->page = page;
	c->slot = create.completion_slot;
	return 0;
}

/* The device memory that jobs write */
static int make_data(struct client *c)
{
	return hlaccel_bo_create(c->fd, DRM_HLACCEL_REGION_DEVICE, 2 * COPY_SIZE, &c->data);
}

static int prepare_copies(struct bench *b, struct client *c)
{
	unsigned int i;
	int ret;

	c->host = memory_small(COPY_SIZE);
	ret = hlaccel_map(c, c->host, COPY_SIZE, &c->from);
	if (!ret)
		ret = make_data(c);
	if (!ret)
		ret = make_copy_queue(b, c);
	for (i = 0; i < MAX_BATCH; i++)
		c->job[JOB_COPY][i] = hlaccel_job_copy(0, c->from, c->data, 0, COPY_SIZE);
	return ret;
}

static int prepare_programs(struct client *c)
{
	unsigned int i;
	int ret;

	ret = hlaccel_client_set(c->fd, DRM_HLACCEL_CLIENT_COMMAND, NULL, NULL);
	if (!ret)
		ret = make_data(c);
	if (!ret)
		ret = hlaccel_bo_create(c->fd, DRM_HLACCEL_REGION_DEVICE, PAGE, &c->program);
	if (!ret)
		ret = make_programs(c);
	if (!ret)
		ret = find_queue(c, DRM_HLACCEL_ENGINE_COMMAND, true, &c->queue[JOB_COMMAND]);
	if (!ret)
		ret = find_queue(c, DRM_HLACCEL_ENGINE_PACKETS, false, &c->queue[JOB_PACKETS]);
	for (i = 0; i < MAX_BATCH; i++) {
		c->job[JOB_COMMAND][i] = hlaccel_job_command(c->program, 0, PROGRAM_SIZE);
		c->job[JOB_PACKETS][i] = hlaccel_job_packets(c->packets, PROGRAM_SIZE);
	}
	return ret;
}

static void hlaccel_close_file(struct client *c)
{
	if (c->page)
		munmap((void *)c->page, PAGE);
	c->page = NULL;
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
}

static void hlaccel_destroy(struct client *c)
{
	hlaccel_close_file(c);
	if (c->host)
		memory_free(c->host, COPY_SIZE);
	if (c->packets)
		memory_free(c->packets, PAGE);
	free(c);
}

static int hlaccel_create(struct bench *b, enum client_kind kind, struct client **client)
{
	struct drm_hlaccel_device_info info;
	uint32_t size = sizeof(info);
	struct client *c = calloc(1, sizeof(*c));
	int ret;

	if (!c)
		return -ENOMEM;
	c->fd = hlaccel_node_open(b);
	ret = c->fd < 0 ? c->fd : 0;
	if (!ret)
		ret = hlaccel_query(c->fd, DRM_HLACCEL_QUERY_DEVICE, &info, &size, NULL);
	if (!ret)
		ret = hlaccel_vm_create(c->fd, &c->vm);
	if (!ret) {
		c->next = info.va_start;
		c->va_end = info.va_end;
	}
	if (!ret && kind == CLIENT_COPIES)
		ret = prepare_copies(b, c);
	if (!ret && kind == CLIENT_PROGRAMS)
		ret = prepare_programs(c);
	if (ret) {
		hlaccel_destroy(c);
		return ret;
	}
	*client = c;
	return 0;
}

static int hlaccel_jobs(struct client *c, enum job_kind kind, unsigned int count,
			unsigned int lane, uint64_t *seqno)
{
	(void)lane;
	return hlaccel_submit(c->fd, c->queue[kind], c->job[kind], count, seqno);
}

static int hlaccel_wait_job(struct client *c, enum job_kind kind, unsigned int lane,
			    uint64_t seqno, uint64_t timeout_ns)
{
	int64_t deadline = timeout_ns ? hlaccel_now_ns() + (int64_t)timeout_ns : 0;
	int status = 0, ret;

	(void)lane;
	ret = hlaccel_wait(c->fd, c->queue[kind], seqno, deadline, &status);
	return ret ?: status;
}

static volatile uint64_t *hlaccel_slot(struct client *c, unsigned int lane)
{
	(void)lane;
	return (volatile uint64_t *)(c->page + c->slot);
}

const struct backend backend_hlaccel = {
	.name = "hlaccel",
	.max_clients = 512,
	.lanes = 1,
	.lane_jobs = 16384,
	.open = hlaccel_node_open,
	.create = hlaccel_create,
	.destroy = hlaccel_destroy,
	.close_file = hlaccel_close_file,
	.submit = hlaccel_jobs,
	.wait = hlaccel_wait_job,
	.slot = hlaccel_slot,
	.map = hlaccel_map,
	.unmap = hlaccel_unmap,
	.alloc = hlaccel_alloc,
	.free = hlaccel_free,
};
