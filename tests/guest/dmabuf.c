// SPDX-License-Identifier: GPL-2.0
/*
 * Buffers as dma-bufs: exported, and imported from other drivers. Needs the
 * kernel's vgem and udmabuf beside one card.
 */
#include <drm_mode.h>
#include <linux/dma-buf.h>
#include <poll.h>
#include <sys/wait.h>

#include "share.h"

/* From vgem's user header, which is not installed everywhere */
struct vgem_fence {
	uint32_t handle;
	uint32_t flags;
	uint32_t out_fence;
	uint32_t pad;
};

struct vgem_signal {
	uint32_t fence;
	uint32_t flags;
};

#define VGEM_FENCE_WRITE	1
#define VGEM_FENCE_ATTACH	DRM_IOWR(DRM_COMMAND_BASE + 1, struct vgem_fence)
#define VGEM_FENCE_SIGNAL	DRM_IOW(DRM_COMMAND_BASE + 2, struct vgem_signal)

#define SIZE	(4 * MIB)
#define DMA_ENGINE	2

struct context {
	struct card *card;
	uint32_t vm;
	uint32_t queue;
	struct memory hbm;
	uint64_t va;
};

static void prepare(struct context *x)
{
	x->card = card_open();
	x->vm = card_vm(x->card);
	x->queue = card_queue(x->card, DRM_HLACCEL_ENGINE_DMA, DMA_ENGINE, x->vm);
	x->hbm = card_memory(x->card, DRM_HLACCEL_REGION_DEVICE, SIZE);
	x->va = x->card->va;
}

/* The card reads and writes all of a buffer that is bound at x->va and mapped. */
static void check_both_ways(struct context *x, unsigned char *map)
{
	fill_random(x->hbm.map, SIZE);
	OK(share_copy(x->card, x->queue, x->hbm.handle, 0, 0, x->va, SIZE));
	check_same(map, x->hbm.map, SIZE);
	fill_random(map, SIZE);
	OK(share_copy(x->card, x->queue, 0, x->va, x->hbm.handle, 0, SIZE));
	check_same(x->hbm.map, map, SIZE);
}

static int open_vgem(void)
{
	unsigned int minor;

	for (minor = 0; minor < 16; minor++) {
		struct drm_version version = {};
		char node[32], name[16] = "";
		int fd;

		snprintf(node, sizeof(node), "/dev/dri/card%u", minor);
		fd = open(node, O_RDWR | O_CLOEXEC);
		if (fd < 0)
			continue;
		version.name = name;
		version.name_len = sizeof(name) - 1;
		if (!hlaccel_ioctl(fd, DRM_IOCTL_VERSION, &version) && !strcmp(name, "vgem"))
			return fd;
		close(fd);
	}
	FAIL("no vgem here");
}

/* A buffer of vgem as dma-buf. */
static int vgem_buffer(int vgem, uint32_t *handle)
{
	struct drm_mode_create_dumb dumb = { .width = SIZE / 4096, .height = 1024, .bpp = 32 };

	OK(hlaccel_ioctl(vgem, DRM_IOCTL_MODE_CREATE_DUMB, &dumb));
	CHECK_EQ(dumb.size, SIZE);
	*handle = dumb.handle;
	return share_export(vgem, dumb.handle);
}

static int udmabuf_buffer(unsigned char **map)
{
	return share_udmabuf(SIZE, map);
}

static void check_imported(struct context *x, uint32_t handle)
{
	struct drm_hlaccel_bo_info info;

	OK(hlaccel_bo_info(x->card->fd, handle, &info));
	CHECK_EQ(info.region, DRM_HLACCEL_REGION_HOST);
	CHECK_EQ(info.size, SIZE);
	CHECK_EQ(info.device_address, 0);
	CHECK_EQ(info.flags, DRM_HLACCEL_BO_IMPORTED);
}

static const struct {
	const char *name;
	uint32_t region;
} regions[] = {
	{ "host", DRM_HLACCEL_REGION_HOST },
	{ "device", DRM_HLACCEL_REGION_DEVICE },
};

/* The dma-buf's mapping shows the buffer, and goes on when all else is closed. */
TEST_TABLE(export_outlives_the_file, regions)
{
	struct context x, y;
	unsigned char *copy = malloc(SIZE), *map;
	struct memory m;
	int dmabuf;

	prepare(&x);
	m = card_memory(x.card, row->region, SIZE);
	dmabuf = share_export(x.card->fd, m.handle);
	map = share_map(dmabuf, SIZE);
	fill_random(m.map, SIZE);
	check_same(map, m.map, SIZE);
	fill_random(map, SIZE);
	check_same(m.map, map, SIZE);
	memcpy(copy, map, SIZE);
	OK(hlaccel_bo_close(x.card->fd, m.handle));
	card_close(x.card);

	check_same(map, copy, SIZE);
	prepare(&y);
	/* Memory that is still in use is nobody else's. */
	CHECK(row->region == DRM_HLACCEL_REGION_HOST || y.hbm.address != m.address);
	memset(y.hbm.map, 0, SIZE);
	check_same(map, copy, SIZE);
	close(dmabuf);
	check_same(map, copy, SIZE);
	munmap(map, SIZE);
}

/* A child has the mapping too, and a part of it can go. */
TEST_TABLE(export_mapping_is_ordinary, regions)
{
	unsigned char *map;
	struct context x;
	struct memory m;
	pid_t child;
	int status;

	prepare(&x);
	m = card_memory(x.card, row->region, SIZE);
	map = share_map(share_export(x.card->fd, m.handle), SIZE);
	map[0] = 1;
	CHECK(!munmap(map + PAGE, PAGE));
	child = fork();
	CHECK(child >= 0);
	if (!child) {
		map[2 * PAGE] = map[0] + 1;
		_exit(0);
	}
	CHECK_EQ(waitpid(child, &status, 0), child);
	CHECK_EQ(status, 0);
	CHECK_EQ(m.map[0], 1);
	CHECK_EQ(m.map[2 * PAGE], 2);
}

TEST(export_refuses)
{
	struct context x;
	int dmabuf = -1;
	void *map;

	prepare(&x);
	REFUSED(hlaccel_prime_export(x.card->fd, NO_HANDLE, DRM_CLOEXEC, &dmabuf), ENOENT);
	REFUSED(hlaccel_prime_export(x.card->fd, x.hbm.handle, 1, &dmabuf), EINVAL);
	OK(hlaccel_prime_export(x.card->fd, x.hbm.handle, DRM_CLOEXEC, &dmabuf));

	/* Exported for reading: no more than that. */
	map = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, dmabuf, 0);
	CHECK(map == MAP_FAILED && errno == EACCES);
	map = mmap(NULL, SIZE, PROT_READ, MAP_PRIVATE, dmabuf, 0);
	CHECK(map == MAP_FAILED && errno == EINVAL);
	map = mmap(NULL, SIZE + PAGE, PROT_READ, MAP_SHARED, dmabuf, 0);
	CHECK(map == MAP_FAILED && errno == EINVAL);
	map = mmap(NULL, SIZE, PROT_READ, MAP_SHARED, dmabuf, 0);
	CHECK(map != MAP_FAILED);
}

/* The CPU's part of the dma-buf interface. */
TEST_TABLE(export_cpu_access, regions)
{
	struct dma_buf_sync begin = { DMA_BUF_SYNC_START | DMA_BUF_SYNC_RW };
	struct dma_buf_sync end = { DMA_BUF_SYNC_END | DMA_BUF_SYNC_RW };
	struct context x;
	struct memory m;
	int dmabuf;

	prepare(&x);
	m = card_memory(x.card, row->region, SIZE);
	dmabuf = share_export(x.card->fd, m.handle);
	OK(hlaccel_ioctl(dmabuf, DMA_BUF_IOCTL_SYNC, &begin));
	OK(hlaccel_ioctl(dmabuf, DMA_BUF_IOCTL_SYNC, &end));
}

/* One dma-buf and one handle, however often it goes round. */
TEST_TABLE(reimport_is_the_same, regions)
{
	struct drm_hlaccel_bo_info info;
	struct context x;
	struct memory m;
	unsigned int i;

	prepare(&x);
	m = card_memory(x.card, row->region, SIZE);
	for (i = 0; i < 3; i++) {
		int dmabuf = share_export(x.card->fd, m.handle);

		CHECK_EQ(share_import(x.card->fd, dmabuf), m.handle);
		close(dmabuf);
	}
	OK(hlaccel_bo_info(x.card->fd, m.handle, &info));
	CHECK_EQ(info.flags, 0);
	OK(hlaccel_bo_close(x.card->fd, m.handle));
	REFUSED(hlaccel_bo_info(x.card->fd, m.handle, &info), ENOENT);
}

/* Another client of the card copies from and to it, also when the maker is gone. */
TEST(share_device_memory_between_files)
{
	struct hlaccel_packets p;
	struct drm_hlaccel_job job;
	uint64_t seqno;
	struct drm_hlaccel_bo_info info;
	struct context x, y;
	uint32_t handle;
	int dmabuf;

	prepare(&x);
	prepare(&y);
	dmabuf = share_export(x.card->fd, x.hbm.handle);
	handle = share_import(y.card->fd, dmabuf);
	close(dmabuf);
	OK(hlaccel_bo_info(y.card->fd, handle, &info));
	CHECK_EQ(info.region, DRM_HLACCEL_REGION_DEVICE);
	CHECK_EQ(info.device_address, x.hbm.address);
	CHECK_EQ(info.flags, 0);

	fill_random(x.hbm.map, SIZE);
	OK(share_copy(y.card, y.queue, handle, 0, y.hbm.handle, 0, SIZE));
	check_same(y.hbm.map, x.hbm.map, SIZE);
	fill_random(y.hbm.map, SIZE);
	OK(share_copy(y.card, y.queue, y.hbm.handle, 0, handle, 0, SIZE));
	check_same(x.hbm.map, y.hbm.map, SIZE);

	/* But no program is run from it. */
	job = hlaccel_job_command(handle, 0, 64);
	REFUSED(hlaccel_submit(y.card->fd, y.queue, &job, 1, &seqno), EACCES);
	hlaccel_packets_init(&p, y.hbm.map, 64);
	hlaccel_packet_nop(&p, 0);
	job = hlaccel_job_command(y.hbm.handle, 0, p.used);
	OK(card_run(y.card, y.queue, &job));

	card_close(x.card);
	memset(y.hbm.map, 0, PAGE);
	OK(share_copy(y.card, y.queue, handle, SIZE - PAGE, y.hbm.handle, 0, PAGE));
	check_same(y.hbm.map, y.hbm.map + SIZE - PAGE, PAGE);
	/* Bound it can't be, as any memory of the device. */
	REFUSED(hlaccel_vm_map(y.card->fd, y.vm, handle, y.va, SIZE), EOPNOTSUPP);
}

TEST(share_host_memory_between_files)
{
	struct context x, y;
	uint32_t handle;
	struct memory m;

	prepare(&x);
	prepare(&y);
	m = card_memory(x.card, DRM_HLACCEL_REGION_HOST, SIZE);
	handle = share_import(y.card->fd, share_export(x.card->fd, m.handle));
	OK(hlaccel_vm_map(y.card->fd, y.vm, handle, y.va, SIZE));
	check_both_ways(&y, m.map);
	OK(hlaccel_bo_close(x.card->fd, m.handle));
	check_both_ways(&y, m.map);
}

TEST(import_vgem)
{
	struct context x;
	uint32_t handle, theirs;
	unsigned char *map;
	int vgem = open_vgem(), dmabuf = vgem_buffer(vgem, &theirs);

	prepare(&x);
	map = share_map(dmabuf, SIZE);
	handle = share_import(x.card->fd, dmabuf);
	CHECK_EQ(share_import(x.card->fd, dmabuf), handle);
	check_imported(&x, handle);
	OK(hlaccel_vm_map(x.card->fd, x.vm, handle, x.va, SIZE));
	check_both_ways(&x, map);
	/* It lives as long as somebody has it. */
	close(dmabuf);
	close(vgem);
	check_both_ways(&x, map);
	OK(hlaccel_bo_close(x.card->fd, handle));
	check_both_ways(&x, map);
	OK(hlaccel_vm_unmap(x.card->fd, x.vm, x.va, SIZE));
}

TEST(import_udmabuf)
{
	struct context x;
	unsigned char *map;
	uint32_t handle;
	int dmabuf = udmabuf_buffer(&map);

	prepare(&x);
	handle = share_import(x.card->fd, dmabuf);
	close(dmabuf);
	check_imported(&x, handle);
	OK(hlaccel_vm_map(x.card->fd, x.vm, handle, x.va, SIZE));
	check_both_ways(&x, map);
	OK(hlaccel_bo_close(x.card->fd, handle));
	check_both_ways(&x, map);
}

/* Parts of it in two VMs, with another's buffer between them. */
TEST(import_in_parts)
{
	struct drm_hlaccel_bind_op op = {
		.op = DRM_HLACCEL_BIND_OP_MAP, .offset = 3 * PAGE, .size = 5 * PAGE,
	};
	unsigned char *map;
	uint32_t vm2, queue2;
	struct context x;

	prepare(&x);
	vm2 = card_vm(x.card);
	queue2 = card_queue(x.card, DRM_HLACCEL_ENGINE_DMA, 3, vm2);
	op.handle = share_import(x.card->fd, udmabuf_buffer(&map));
	op.address = x.va + 0x10000;
	fill_random(map, SIZE);
	OK(hlaccel_vm_bind(x.card->fd, x.vm, &op, 1));
	OK(hlaccel_vm_map(x.card->fd, vm2, op.handle, x.va, SIZE));
	OK(share_copy(x.card, x.queue, 0, x.va + 0x10000 + PAGE, x.hbm.handle, 0, 4 * PAGE));
	check_same(x.hbm.map, map + 4 * PAGE, 4 * PAGE);
	/* A hole in the middle: what is left is what it was. */
	OK(hlaccel_vm_unmap(x.card->fd, x.vm, x.va + 0x10000 + 2 * PAGE, PAGE));
	OK(share_copy(x.card, x.queue, 0, x.va + 0x10000 + 3 * PAGE, x.hbm.handle, 0, 2 * PAGE));
	check_same(x.hbm.map, map + 6 * PAGE, 2 * PAGE);
	OK(share_copy(x.card, queue2, 0, x.va, x.hbm.handle, 0, SIZE));
	check_same(x.hbm.map, map, SIZE);
}

/* As a host buffer: through a VM only, and within its size. */
TEST(import_refuses)
{
	struct drm_hlaccel_job job;
	struct context x;
	unsigned char *map;
	uint32_t handle;
	uint64_t seqno;
	int dmabuf = udmabuf_buffer(&map), pipes[2];

	prepare(&x);
	CHECK(!pipe(pipes));
	REFUSED(hlaccel_prime_import(x.card->fd, -1, &handle), EBADF);
	REFUSED(hlaccel_prime_import(x.card->fd, pipes[0], &handle), EINVAL);
	handle = share_import(x.card->fd, dmabuf);

	REFUSED(hlaccel_vm_map(x.card->fd, x.vm, handle, x.va, SIZE + PAGE), EINVAL);
	OK(hlaccel_vm_map(x.card->fd, x.vm, handle, x.va, SIZE));
	job = hlaccel_job_copy(handle, 0, x.hbm.handle, 0, PAGE);
	REFUSED(hlaccel_submit(x.card->fd, x.queue, &job, 1, &seqno), EINVAL);
	job = hlaccel_job_copy(0, x.va, x.hbm.handle, 0, PAGE);
	OK(card_run(x.card, x.queue, &job));
}

/* The importer's own mmap() leads to the exporter's memory. */
TEST(import_is_mapped_by_the_exporter)
{
	unsigned char *map;
	struct context x;
	uint32_t handle;
	void *ours;

	prepare(&x);
	handle = share_import(x.card->fd, udmabuf_buffer(&map));
	OK(hlaccel_bo_map(x.card->fd, handle, SIZE, &ours));
	fill_random(ours, SIZE);
	check_same(map, ours, SIZE);
	OK(hlaccel_bo_close(x.card->fd, handle));
	fill_random(map, SIZE);
	check_same(ours, map, SIZE);
	munmap(ours, SIZE);
}

/* Who can't reach a peer gets pages only. */
TEST(static_importer)
{
	int vgem = open_vgem();
	struct context x;
	uint32_t handle;
	struct memory m;

	prepare(&x);
	m = card_memory(x.card, DRM_HLACCEL_REGION_HOST, SIZE);
	REFUSED(hlaccel_prime_import(vgem, share_export(x.card->fd, x.hbm.handle), &handle),
		EOPNOTSUPP);
	OK(hlaccel_prime_import(vgem, share_export(x.card->fd, m.handle), &handle));
	close(vgem);
}

/* Many, taken away in random order: nothing is lost or left. */
TEST_LIMIT(import_many, 120)
{
	const uint64_t size = 64 * KIB;
	uint32_t handle[32];
	unsigned int round, i;
	struct context x;

	prepare(&x);
	for (round = 0; round < 2; round++) {
		for (i = 0; i < ARRAY_SIZE(handle); i++) {
			uint64_t other = harness_random() % (i + 1);
			unsigned char *map;
			int dmabuf = share_udmabuf(size, &map);

			memset(map, i, size);
			munmap(map, size);
			handle[i] = share_import(x.card->fd, dmabuf);
			close(dmabuf);
			OK(hlaccel_vm_map(x.card->fd, x.vm, handle[i], x.va + i * size, size));
			OK(share_copy(x.card, x.queue, 0, x.va + i * size, x.hbm.handle, 0, size));
			CHECK_EQ(x.hbm.map[size - 1], i);
			if (harness_random() & 1)
				OK(hlaccel_vm_unmap(x.card->fd, x.vm, x.va + other * size, size));
		}
		for (i = 0; i < ARRAY_SIZE(handle); i++)
			OK(hlaccel_bo_close(x.card->fd, handle[i]));
		OK(hlaccel_vm_unmap(x.card->fd, x.vm, x.va, ARRAY_SIZE(handle) * size));
	}
}

static bool is_ready(int fd, short events, int timeout_ms)
{
	struct pollfd poll_fd = { .fd = fd, .events = events };
	int ret = poll(&poll_fd, 1, timeout_ms);

	CHECK(ret >= 0);
	return ret;
}

static void submit_with(struct context *x, uint32_t queue, struct drm_hlaccel_job *job,
			uint32_t handle, uint32_t flags, uint64_t *seqno)
{
	struct drm_hlaccel_job_bo bo = { .handle = handle, .flags = flags };

	job->bos = hlaccel_array(&bo, sizeof(bo), 1);
	*seqno = card_submit(x->card, queue, job);
}

/* Who has the dma-buf sees the fences of jobs. */
TEST(fences_go_out)
{
	struct dma_buf_export_sync_file file = { .flags = DMA_BUF_SYNC_READ };
	struct drm_hlaccel_job job;
	struct context x;
	struct gate g;
	uint64_t seqno;
	int dmabuf;

	prepare(&x);
	dmabuf = share_export(x.card->fd, x.hbm.handle);
	CHECK(is_ready(dmabuf, POLLIN, 0));
	g = gate_create(x.card, 10000);
	job = hlaccel_job_fill(x.hbm.handle, 0, SIZE, 0x1234);
	submit_with(&x, g.queue, &job, x.hbm.handle, DRM_HLACCEL_JOB_BO_WRITE, &seqno);
	CHECK(!is_ready(dmabuf, POLLIN, 100));
	OK(hlaccel_ioctl(dmabuf, DMA_BUF_IOCTL_EXPORT_SYNC_FILE, &file));
	CHECK(!is_ready(file.fd, POLLIN, 100));
	gate_open(x.card, &g);
	CHECK(is_ready(dmabuf, POLLIN, 5000));
	CHECK(is_ready(file.fd, POLLIN, 5000));
	OK(card_status(x.card, g.queue, seqno));
	check_pattern(x.hbm.map, 0x1234, SIZE);
}

/* A job waits for another driver's writer; one that does not ask for it doesn't. */
TEST(fences_come_in)
{
	struct vgem_fence attach = { .flags = VGEM_FENCE_WRITE };
	struct vgem_signal signal = {};
	uint64_t seqno, other;
	struct drm_hlaccel_job job;
	struct context x;
	unsigned char *map;
	uint32_t handle, queue;
	int vgem = open_vgem(), dmabuf = vgem_buffer(vgem, &attach.handle), status;

	prepare(&x);
	queue = card_queue(x.card, DRM_HLACCEL_ENGINE_DMA, 3, x.vm);
	map = share_map(dmabuf, SIZE);
	handle = share_import(x.card->fd, dmabuf);
	OK(hlaccel_vm_map(x.card->fd, x.vm, handle, x.va, SIZE));
	OK(hlaccel_ioctl(vgem, VGEM_FENCE_ATTACH, &attach));

	job = hlaccel_job_copy(0, x.va, x.hbm.handle, 0, PAGE);
	submit_with(&x, queue, &job, handle, 0, &seqno);
	job = hlaccel_job_copy(0, x.va, x.hbm.handle, 2 * PAGE, PAGE);
	other = card_submit(x.card, x.queue, &job);
	OK(card_status(x.card, x.queue, other));
	REFUSED(hlaccel_wait(x.card->fd, queue, seqno, deadline_ms(200), &status), ETIME);
	fill_random(map, PAGE);
	signal.fence = attach.out_fence;
	OK(hlaccel_ioctl(vgem, VGEM_FENCE_SIGNAL, &signal));
	OK(card_status(x.card, queue, seqno));
	check_same(x.hbm.map, map, PAGE);
}

/* And the other driver sees ours: vgem gives a busy buffer no fence. */
TEST(fences_reach_the_exporter)
{
	struct vgem_fence attach = { .flags = VGEM_FENCE_WRITE };
	struct vgem_signal signal = {};
	struct drm_hlaccel_job job;
	struct context x;
	struct gate g;
	uint32_t handle;
	uint64_t seqno;
	int vgem = open_vgem(), dmabuf = vgem_buffer(vgem, &attach.handle);

	prepare(&x);
	handle = share_import(x.card->fd, dmabuf);
	g = gate_create(x.card, 10000);
	job = hlaccel_job_fill(x.hbm.handle, 0, PAGE, 1);
	submit_with(&x, g.queue, &job, handle, 0, &seqno);
	REFUSED(hlaccel_ioctl(vgem, VGEM_FENCE_ATTACH, &attach), EBUSY);
	gate_open(x.card, &g);
	OK(card_status(x.card, g.queue, seqno));
	OK(hlaccel_ioctl(vgem, VGEM_FENCE_ATTACH, &attach));
	signal.fence = attach.out_fence;
	OK(hlaccel_ioctl(vgem, VGEM_FENCE_SIGNAL, &signal));
}
