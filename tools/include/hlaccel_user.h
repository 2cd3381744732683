/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Thin wrappers around the ioctls of hlaccel and of DRM sync objects. Header
 * only. Every call answers 0 or a negative errno.
 */
#ifndef HLACCEL_USER_H
#define HLACCEL_USER_H

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <hlaccel.h>

#if defined(__cplusplus)
extern "C" {
#endif

/**
 * hlaccel_ioctl() - ioctl() that goes on after a signal
 * @fd: open device node
 * @request: number
 * @argument: argument
 *
 * EINTR alone is repeated: deadlines are absolute, so nothing is waited for
 * twice, and EAGAIN is no answer of this driver.
 *
 * Return: 0 or a negative errno.
 */
static inline int hlaccel_ioctl(int fd, unsigned long request, void *argument)
{
	int ret;

	do {
		ret = ioctl(fd, request, argument);
	} while (ret < 0 && errno == EINTR);
	return ret < 0 ? -errno : 0;
}

/** hlaccel_now_ns() - CLOCK_MONOTONIC now */
static inline int64_t hlaccel_now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

/** hlaccel_array() - Describe an array of @count elements of @stride bytes */
static inline struct drm_hlaccel_array hlaccel_array(const void *first, uint32_t stride,
						     uint32_t count)
{
	struct drm_hlaccel_array array;

	array.stride = stride;
	array.count = count;
	array.array = count ? (uintptr_t)first : 0;
	return array;
}

/**
 * hlaccel_query() - Read a description
 * @fd: open device node
 * @type: &enum drm_hlaccel_query_type
 * @buffer: answer, or NULL
 * @size: in: bytes at @buffer; out: bytes of the whole answer
 * @element_size: out: bytes of one element, may be NULL
 */
static inline int hlaccel_query(int fd, uint32_t type, void *buffer, uint32_t *size,
				uint32_t *element_size)
{
	struct drm_hlaccel_query query;
	int ret;

	memset(&query, 0, sizeof(query));
	query.type = type;
	query.size = buffer ? *size : 0;
	query.pointer = (uintptr_t)buffer;
	ret = hlaccel_ioctl(fd, DRM_IOCTL_HLACCEL_QUERY, &query);
	if (ret)
		return ret;
	*size = query.size;
	if (element_size)
		*element_size = query.element_size;
	return 0;
}

/**
 * hlaccel_query_array() - Read a description that is an array
 * @fd: open device node
 * @type: &enum drm_hlaccel_query_type
 * @buffer: room for @count elements
 * @stride: bytes of one element as the caller knows it
 * @count: elements that fit
 *
 * Return: number of elements stored, or a negative errno; -EPROTO when the
 * kernel's elements have another size (an older or newer driver).
 */
static inline int hlaccel_query_array(int fd, uint32_t type, void *buffer, uint32_t stride,
				      uint32_t count)
{
	uint32_t size = stride * count, element_size = 0;
	int ret = hlaccel_query(fd, type, buffer, &size, &element_size);

	if (ret)
		return ret;
	if (element_size != stride)
		return -EPROTO;
	size /= stride;
	return (int)(size < count ? size : count);
}

/**
 * hlaccel_open() - Open a card
 * @index: which of the cards that this driver serves, from 0
 * @path: out: its node; may be NULL
 * @path_size: bytes at @path
 *
 * Return: descriptor, or a negative errno (-ENODEV: there is no such card).
 */
static inline int hlaccel_open(unsigned int index, char *path, size_t path_size)
{
	unsigned int minor;

	for (minor = 0; minor < 64; minor++) {
		char node[32];
		uint32_t size = 0;
		int fd;

		snprintf(node, sizeof(node), "/dev/accel/accel%u", minor);
		fd = open(node, O_RDWR | O_CLOEXEC);
		if (fd < 0)
			continue;
		if (hlaccel_query(fd, DRM_HLACCEL_QUERY_DEVICE, NULL, &size, NULL) || index--) {
			close(fd);
			continue;
		}
		if (path && path_size)
			snprintf(path, path_size, "%s", node);
		return fd;
	}
	return -ENODEV;
}

/**
 * hlaccel_client_set() - Say that this client runs programs
 * @fd: open device node
 * @flags: DRM_HLACCEL_CLIENT_COMMAND, and _EXCLUSIVE
 * @size: in: bytes of device memory to set aside, or 0; out: bytes of the arena;
 *        NULL is 0
 * @address: out: device address of the arena; may be NULL
 *
 * To be called before the first buffer in device memory.
 */
static inline int hlaccel_client_set(int fd, uint32_t flags, uint64_t *size, uint64_t *address)
{
	struct drm_hlaccel_client_set set;
	int ret;

	memset(&set, 0, sizeof(set));
	set.flags = flags;
	set.arena_size = size ? *size : 0;
	ret = hlaccel_ioctl(fd, DRM_IOCTL_HLACCEL_CLIENT_SET, &set);
	if (ret)
		return ret;
	if (size)
		*size = set.arena_size;
	if (address)
		*address = set.arena_address;
	return 0;
}

/** hlaccel_bo_create() - Create a buffer of @size bytes in @region */
static inline int hlaccel_bo_create(int fd, uint32_t region, uint64_t size, uint32_t *handle)
{
	struct drm_hlaccel_bo_create create;
	int ret;

	memset(&create, 0, sizeof(create));
	create.size = size;
	create.region = region;
	ret = hlaccel_ioctl(fd, DRM_IOCTL_HLACCEL_BO_CREATE, &create);
	if (!ret)
		*handle = create.handle;
	return ret;
}

/** hlaccel_bo_info() - Describe a buffer */
static inline int hlaccel_bo_info(int fd, uint32_t handle, struct drm_hlaccel_bo_info *info)
{
	memset(info, 0, sizeof(*info));
	info->handle = handle;
	return hlaccel_ioctl(fd, DRM_IOCTL_HLACCEL_BO_INFO, info);
}

/** hlaccel_bo_map() - Map @size bytes of a buffer into this process */
static inline int hlaccel_bo_map(int fd, uint32_t handle, uint64_t size, void **address)
{
	struct drm_hlaccel_bo_mmap_offset map;
	int ret;

	memset(&map, 0, sizeof(map));
	map.handle = handle;
	ret = hlaccel_ioctl(fd, DRM_IOCTL_HLACCEL_BO_MMAP_OFFSET, &map);
	if (ret)
		return ret;
	*address = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, (off_t)map.offset);
	return *address == MAP_FAILED ? -errno : 0;
}

/** hlaccel_bo_close() - Give a handle back */
static inline int hlaccel_bo_close(int fd, uint32_t handle)
{
	struct drm_gem_close gem;

	memset(&gem, 0, sizeof(gem));
	gem.handle = handle;
	return hlaccel_ioctl(fd, DRM_IOCTL_GEM_CLOSE, &gem);
}

/**
 * hlaccel_prime_export() - Make a dma-buf of a buffer
 * @fd: open device node, of any DRM driver
 * @handle: GEM handle
 * @flags: DRM_CLOEXEC, DRM_RDWR
 * @dmabuf: out: descriptor
 */
static inline int hlaccel_prime_export(int fd, uint32_t handle, uint32_t flags, int *dmabuf)
{
	struct drm_prime_handle prime;
	int ret;

	memset(&prime, 0, sizeof(prime));
	prime.handle = handle;
	prime.flags = flags;
	ret = hlaccel_ioctl(fd, DRM_IOCTL_PRIME_HANDLE_TO_FD, &prime);
	if (!ret)
		*dmabuf = prime.fd;
	return ret;
}

/**
 * hlaccel_prime_import() - Get a handle of a dma-buf
 * @fd: open device node, of any DRM driver
 * @dmabuf: descriptor
 * @handle: out: GEM handle; the same for the same dma-buf and file
 */
static inline int hlaccel_prime_import(int fd, int dmabuf, uint32_t *handle)
{
	struct drm_prime_handle prime;
	int ret;

	memset(&prime, 0, sizeof(prime));
	prime.fd = dmabuf;
	ret = hlaccel_ioctl(fd, DRM_IOCTL_PRIME_FD_TO_HANDLE, &prime);
	if (!ret)
		*handle = prime.handle;
	return ret;
}

/** hlaccel_vm_create() - Create an address space */
static inline int hlaccel_vm_create(int fd, uint32_t *vm_id)
{
	struct drm_hlaccel_vm_create create;
	int ret;

	memset(&create, 0, sizeof(create));
	ret = hlaccel_ioctl(fd, DRM_IOCTL_HLACCEL_VM_CREATE, &create);
	if (!ret)
		*vm_id = create.vm_id;
	return ret;
}

/** hlaccel_vm_destroy() - Destroy an address space */
static inline int hlaccel_vm_destroy(int fd, uint32_t vm_id)
{
	struct drm_hlaccel_vm_destroy destroy;

	memset(&destroy, 0, sizeof(destroy));
	destroy.vm_id = vm_id;
	return hlaccel_ioctl(fd, DRM_IOCTL_HLACCEL_VM_DESTROY, &destroy);
}

/** hlaccel_vm_bind() - Carry out @count operations on an address space */
static inline int hlaccel_vm_bind(int fd, uint32_t vm_id, const struct drm_hlaccel_bind_op *ops,
				  uint32_t count)
{
	struct drm_hlaccel_vm_bind bind;

	memset(&bind, 0, sizeof(bind));
	bind.vm_id = vm_id;
	bind.ops = hlaccel_array(ops, sizeof(*ops), count);
	return hlaccel_ioctl(fd, DRM_IOCTL_HLACCEL_VM_BIND, &bind);
}

/** hlaccel_vm_map() - Map @size bytes of a host buffer from its start */
static inline int hlaccel_vm_map(int fd, uint32_t vm_id, uint32_t handle, uint64_t address,
				 uint64_t size)
{
	struct drm_hlaccel_bind_op op;

	memset(&op, 0, sizeof(op));
	op.op = DRM_HLACCEL_BIND_OP_MAP;
	op.handle = handle;
	op.address = address;
	op.size = size;
	return hlaccel_vm_bind(fd, vm_id, &op, 1);
}

/** hlaccel_vm_map_user() - Map @size bytes of this process's memory */
static inline int hlaccel_vm_map_user(int fd, uint32_t vm_id, void *memory, uint64_t address,
				      uint64_t size)
{
	struct drm_hlaccel_bind_op op;

	memset(&op, 0, sizeof(op));
	op.op = DRM_HLACCEL_BIND_OP_MAP_USERPTR;
	op.offset = (uintptr_t)memory;
	op.address = address;
	op.size = size;
	return hlaccel_vm_bind(fd, vm_id, &op, 1);
}

/** hlaccel_vm_unmap() - Unmap a range */
static inline int hlaccel_vm_unmap(int fd, uint32_t vm_id, uint64_t address, uint64_t size)
{
	struct drm_hlaccel_bind_op op;

	memset(&op, 0, sizeof(op));
	op.op = DRM_HLACCEL_BIND_OP_UNMAP;
	op.address = address;
	op.size = size;
	return hlaccel_vm_bind(fd, vm_id, &op, 1);
}

/**
 * hlaccel_queue_create() - Create a queue
 * @fd: open device node
 * @kind: &enum drm_hlaccel_engine_kind
 * @instance: engine
 * @vm_id: address space, or zero
 * @timeout_ms: time limit of a job, or zero for the largest
 * @queue_id: out: id
 */
static inline int hlaccel_queue_create(int fd, uint32_t kind, uint32_t instance, uint32_t vm_id,
				       uint32_t timeout_ms, uint32_t *queue_id)
{
	struct drm_hlaccel_queue_create create;
	int ret;

	memset(&create, 0, sizeof(create));
	create.engine_kind = kind;
	create.engine_instance = instance;
	create.vm_id = vm_id;
	create.timeout_ms = timeout_ms;
	ret = hlaccel_ioctl(fd, DRM_IOCTL_HLACCEL_QUEUE_CREATE, &create);
	if (!ret)
		*queue_id = create.queue_id;
	return ret;
}

/** hlaccel_queue_destroy() - Destroy a queue */
static inline int hlaccel_queue_destroy(int fd, uint32_t queue_id)
{
	struct drm_hlaccel_queue_destroy destroy;

	memset(&destroy, 0, sizeof(destroy));
	destroy.queue_id = queue_id;
	return hlaccel_ioctl(fd, DRM_IOCTL_HLACCEL_QUEUE_DESTROY, &destroy);
}

/** hlaccel_submit() - Submit @count jobs; @seqno of the last one, may be NULL */
static inline int hlaccel_submit(int fd, uint32_t queue_id, const struct drm_hlaccel_job *jobs,
				 uint32_t count, uint64_t *seqno)
{
	struct drm_hlaccel_submit submit;
	int ret;

	memset(&submit, 0, sizeof(submit));
	submit.queue_id = queue_id;
	submit.jobs = hlaccel_array(jobs, sizeof(*jobs), count);
	ret = hlaccel_ioctl(fd, DRM_IOCTL_HLACCEL_SUBMIT, &submit);
	if (!ret && seqno)
		*seqno = submit.seqno;
	return ret;
}

/** hlaccel_wait() - Wait for a job until @deadline_ns; @status is how it ended */
static inline int hlaccel_wait(int fd, uint32_t queue_id, uint64_t seqno, int64_t deadline_ns,
			       int *status)
{
	struct drm_hlaccel_wait wait;
	int ret;

	memset(&wait, 0, sizeof(wait));
	wait.queue_id = queue_id;
	wait.seqno = seqno;
	wait.deadline_ns = deadline_ns;
	ret = hlaccel_ioctl(fd, DRM_IOCTL_HLACCEL_WAIT, &wait);
	if (!ret && status)
		*status = wait.status;
	return ret;
}

/**
 * hlaccel_read_errors() - Take error records
 * @fd: open device node
 * @records: get the oldest ones
 * @max: room there, 1 to 64
 * @count: out: number of records
 * @lost: out: number of records that were dropped, may be NULL
 */
static inline int hlaccel_read_errors(int fd, struct drm_hlaccel_error *records, uint32_t max,
				      uint32_t *count, uint64_t *lost)
{
	struct drm_hlaccel_read_errors read;
	int ret;

	memset(&read, 0, sizeof(read));
	read.records = hlaccel_array(records, sizeof(*records), max);
	ret = hlaccel_ioctl(fd, DRM_IOCTL_HLACCEL_READ_ERRORS, &read);
	if (!ret)
		*count = read.count;
	if (!ret && lost)
		*lost = read.lost;
	return ret;
}

/** hlaccel_eventfd() - Name an eventfd, or none with -1 */
static inline int hlaccel_eventfd(int fd, uint32_t kind, uint32_t queue_id, int eventfd)
{
	struct drm_hlaccel_eventfd args;

	memset(&args, 0, sizeof(args));
	args.kind = kind;
	args.queue_id = queue_id;
	args.fd = eventfd;
	return hlaccel_ioctl(fd, DRM_IOCTL_HLACCEL_EVENTFD, &args);
}

/** hlaccel_job_copy() - A job that copies @size bytes */
static inline struct drm_hlaccel_job hlaccel_job_copy(uint32_t src_handle, uint64_t src,
						      uint32_t dst_handle, uint64_t dst,
						      uint64_t size)
{
	struct drm_hlaccel_job job;

	memset(&job, 0, sizeof(job));
	job.type = DRM_HLACCEL_JOB_COPY;
	job.src_handle = src_handle;
	job.src_address = src;
	job.dst_handle = dst_handle;
	job.dst_address = dst;
	job.size = size;
	return job;
}

/** hlaccel_job_fill() - A job that fills @size bytes with @pattern */
static inline struct drm_hlaccel_job hlaccel_job_fill(uint32_t dst_handle, uint64_t dst,
						      uint64_t size, uint64_t pattern)
{
	struct drm_hlaccel_job job;

	memset(&job, 0, sizeof(job));
	job.type = DRM_HLACCEL_JOB_FILL;
	job.dst_handle = dst_handle;
	job.dst_address = dst;
	job.size = size;
	job.pattern = pattern;
	return job;
}

/** hlaccel_job_command() - A job that runs the program of @size bytes at @src */
static inline struct drm_hlaccel_job hlaccel_job_command(uint32_t src_handle, uint64_t src,
							 uint64_t size)
{
	struct drm_hlaccel_job job;

	memset(&job, 0, sizeof(job));
	job.type = DRM_HLACCEL_JOB_COMMAND;
	job.src_handle = src_handle;
	job.src_address = src;
	job.size = size;
	return job;
}

/** hlaccel_job_packets() - A job that runs a judged copy of @size bytes at @packets */
static inline struct drm_hlaccel_job hlaccel_job_packets(const void *packets, uint64_t size)
{
	struct drm_hlaccel_job job;

	memset(&job, 0, sizeof(job));
	job.type = DRM_HLACCEL_JOB_PACKETS;
	job.src_address = (uintptr_t)packets;
	job.size = size;
	return job;
}

/** hlaccel_sync() - A wait, or with DRM_HLACCEL_SYNC_SIGNAL a signal; @point 0: binary */
static inline struct drm_hlaccel_sync hlaccel_sync(uint32_t handle, uint32_t flags, uint64_t point)
{
	struct drm_hlaccel_sync sync;

	sync.handle = handle;
	sync.flags = flags | (point ? DRM_HLACCEL_SYNC_TIMELINE : 0);
	sync.point = point;
	return sync;
}

/** hlaccel_syncobj_create() - Create a DRM sync object */
static inline int hlaccel_syncobj_create(int fd, uint32_t *handle)
{
	struct drm_syncobj_create create;
	int ret;

	memset(&create, 0, sizeof(create));
	ret = hlaccel_ioctl(fd, DRM_IOCTL_SYNCOBJ_CREATE, &create);
	if (!ret)
		*handle = create.handle;
	return ret;
}

/** hlaccel_syncobj_destroy() - Destroy a DRM sync object */
static inline int hlaccel_syncobj_destroy(int fd, uint32_t handle)
{
	struct drm_syncobj_destroy destroy;

	memset(&destroy, 0, sizeof(destroy));
	destroy.handle = handle;
	return hlaccel_ioctl(fd, DRM_IOCTL_SYNCOBJ_DESTROY, &destroy);
}

/** hlaccel_syncobj_wait() - Wait for a sync object (@point 0: binary); -ETIME */
static inline int hlaccel_syncobj_wait(int fd, uint32_t handle, uint64_t point,
				       int64_t deadline_ns)
{
	struct drm_syncobj_timeline_wait timeline;
	struct drm_syncobj_wait binary;

	if (point) {
		memset(&timeline, 0, sizeof(timeline));
		timeline.handles = (uintptr_t)&handle;
		timeline.points = (uintptr_t)&point;
		timeline.timeout_nsec = deadline_ns;
		timeline.count_handles = 1;
		return hlaccel_ioctl(fd, DRM_IOCTL_SYNCOBJ_TIMELINE_WAIT, &timeline);
	}
	memset(&binary, 0, sizeof(binary));
	binary.handles = (uintptr_t)&handle;
	binary.timeout_nsec = deadline_ns;
	binary.count_handles = 1;
	return hlaccel_ioctl(fd, DRM_IOCTL_SYNCOBJ_WAIT, &binary);
}

/** hlaccel_syncobj_signal() - Signal a sync object by hand (@point 0: binary) */
static inline int hlaccel_syncobj_signal(int fd, uint32_t handle, uint64_t point)
{
	struct drm_syncobj_timeline_array timeline;
	struct drm_syncobj_array binary;

	if (point) {
		memset(&timeline, 0, sizeof(timeline));
		timeline.handles = (uintptr_t)&handle;
		timeline.points = (uintptr_t)&point;
		timeline.count_handles = 1;
		return hlaccel_ioctl(fd, DRM_IOCTL_SYNCOBJ_TIMELINE_SIGNAL, &timeline);
	}
	memset(&binary, 0, sizeof(binary));
	binary.handles = (uintptr_t)&handle;
	binary.count_handles = 1;
	return hlaccel_ioctl(fd, DRM_IOCTL_SYNCOBJ_SIGNAL, &binary);
}

#if defined(__cplusplus)
}
#endif

#endif /* HLACCEL_USER_H */
