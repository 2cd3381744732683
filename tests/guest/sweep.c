// SPDX-License-Identifier: GPL-2.0
/*
 * Each allocation of the kernel fails once, in turn, in each call: it answers
 * ENOMEM or works all the same, nothing is left behind, and the same call works
 * afterwards. Needs a kernel with fault injection.
 */
#include <fcntl.h>

#include "share.h"

/* More allocations than any of the calls makes. */
#define MOST	2000

struct context {
	struct card *card;
	uint32_t vm;
	uint32_t queue;
	uint32_t obj;
	uint32_t host;
	struct memory hbm;
	void *user;
	int dmabuf;
	uint32_t spare;
	struct drm_hlaccel_sync sync[8];
	uint64_t packets[4];
};

static void write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		FAIL("%s: %s", path, strerror(errno));
	close(fd);
}

/*
 * This kernel's buddy allocator corrupts its tree when it finds no memory while it
 * splits a block, whoever uses it. What is allocated there does not fail.
 */
static void spare(const char *kind, const char *function)
{
	unsigned long long address, start = 0, end = -1ULL;
	char line[256], name[128], type, path[128], text[32];
	FILE *f = fopen("/proc/kallsyms", "r");
	int round;

	CHECK(f);
	/* The function, then the one behind it */
	for (round = 0; round < 2; round++) {
		rewind(f);
		while (fgets(line, sizeof(line), f)) {
			if (sscanf(line, "%llx %c %127s", &address, &type, name) != 3)
				continue;
			if (!round && !strcmp(name, function))
				start = address;
			else if (round && address > start && address < end)
				end = address;
		}
		CHECK(start);
	}
	fclose(f);
	snprintf(path, sizeof(path), "/sys/kernel/debug/%s/reject-end", kind);
	snprintf(text, sizeof(text), "%#llx", end);
	write_text(path, text);
	snprintf(path, sizeof(path), "/sys/kernel/debug/%s/reject-start", kind);
	snprintf(text, sizeof(text), "%#llx", start);
	write_text(path, text);
}

/* Everything that may wait may fail too, and nobody needs to read about it. */
static void enable(void)
{
	static const char * const kinds[] = { "failslab", "fail_page_alloc" };
	char path[128];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		snprintf(path, sizeof(path), "/sys/kernel/debug/%s/ignore-gfp-wait", kinds[i]);
		write_text(path, "N");
		snprintf(path, sizeof(path), "/sys/kernel/debug/%s/verbose", kinds[i]);
		write_text(path, "0");
		spare(kinds[i], "split_block");
	}
	write_text("/sys/kernel/debug/fail_page_alloc/min-order", "0");
	/*
	 * Not the copies from and to user memory: they would hit the file that
	 * counts, too. No caller's address is in this range.
	 */
	write_text("/sys/kernel/debug/fail_usercopy/require-end", "2");
	write_text("/sys/kernel/debug/fail_usercopy/require-start", "1");
}

static void prepare(struct context *x)
{
	struct hlaccel_packets p;
	unsigned int i;

	unsigned char *map;

	memset(x, 0, sizeof(*x));
	x->card = card_open();
	x->vm = card_vm(x->card);
	x->queue = card_queue(x->card, DRM_HLACCEL_ENGINE_DMA, 0, x->vm);
	x->obj = card_syncobj(x->card);
	OK(hlaccel_bo_create(x->card->fd, DRM_HLACCEL_REGION_HOST, 4 * MIB, &x->host));
	x->hbm = card_memory(x->card, DRM_HLACCEL_REGION_DEVICE, 2 * MIB);
	x->user = user_memory(2 * MIB);
	memset(x->user, 1, 2 * MIB);
	x->dmabuf = share_udmabuf(64 * KIB, &map);
	OK(hlaccel_syncobj_signal(x->card->fd, x->obj, 0));
	for (i = 0; i < ARRAY_SIZE(x->sync); i++)
		x->sync[i] = hlaccel_sync(card_syncobj(x->card), DRM_HLACCEL_SYNC_SIGNAL,
					  i & 1 ? i : 0);
	x->sync[0] = hlaccel_sync(x->obj, 0, 0);
	hlaccel_packets_init(&p, x->packets, sizeof(x->packets));
	hlaccel_packet_nop(&p, 0);
	hlaccel_packet_nop(&p, 0);
	OK(p.error);
}

static int nth_fd = -1;
static int left;

static void arm(int nth)
{
	char text[16];

	snprintf(text, sizeof(text), "%d", nth);
	CHECK(pwrite(nth_fd, text, strlen(text), 0) > 0);
	left = -1;
}

/* Before anything that is not the call itself. @left: not failed yet, so many to go. */
static void disarm(void)
{
	char text[16] = {};

	if (nth_fd < 0 || left >= 0)
		return;
	CHECK(pread(nth_fd, text, sizeof(text) - 1, 0) > 0);
	CHECK(pwrite(nth_fd, "0", 1, 0) == 1);
	left = atoi(text);
}

static int do_open(struct context *x)
{
	int fd = open(x->card->node, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	disarm();
	close(fd);
	return 0;
}

static int do_bo(struct context *x, uint32_t region)
{
	uint32_t handle;
	int ret = hlaccel_bo_create(x->card->fd, region, 2 * MIB, &handle);

	disarm();
	if (!ret)
		OK(hlaccel_bo_close(x->card->fd, handle));
	return ret;
}

static int do_bo_host(struct context *x)
{
	return do_bo(x, DRM_HLACCEL_REGION_HOST);
}

static int do_bo_device(struct context *x)
{
	return do_bo(x, DRM_HLACCEL_REGION_DEVICE);
}

static int do_vm(struct context *x)
{
	uint32_t vm;
	int ret = hlaccel_vm_create(x->card->fd, &vm);

	disarm();
	if (!ret)
		OK(hlaccel_vm_destroy(x->card->fd, vm));
	return ret;
}

static int do_bind(struct context *x)
{
	return hlaccel_vm_map(x->card->fd, x->vm, x->host, x->card->va, 4 * MIB);
}

static int do_replace(struct context *x)
{
	return hlaccel_vm_map(x->card->fd, x->vm, x->host, x->card->va + MIB, MIB);
}

static int do_unmap(struct context *x)
{
	return hlaccel_vm_unmap(x->card->fd, x->vm, x->card->va + 64 * KIB, 3 * MIB);
}

static int do_userptr(struct context *x)
{
	return hlaccel_vm_map_user(x->card->fd, x->vm, x->user, x->card->va + (1UL << 30),
				   2 * MIB);
}

static int do_queue(struct context *x)
{
	uint32_t queue;
	int ret = hlaccel_queue_create(x->card->fd, DRM_HLACCEL_ENGINE_DMA, 3, x->vm, 0, &queue);

	disarm();
	if (!ret)
		OK(hlaccel_queue_destroy(x->card->fd, queue));
	return ret;
}

static int do_submit(struct context *x)
{
	struct drm_hlaccel_job job[8];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(job); i++)
		job[i] = hlaccel_job_fill(x->hbm.handle, i * PAGE, PAGE, i);
	job[0].syncs = hlaccel_array(x->sync, sizeof(x->sync[0]), ARRAY_SIZE(x->sync));
	return hlaccel_submit(x->card->fd, x->queue, job, ARRAY_SIZE(job), NULL);
}

static int do_packets(struct context *x)
{
	struct drm_hlaccel_job job = hlaccel_job_packets(x->packets, 16);

	return hlaccel_submit(x->card->fd, x->queue, &job, 1, NULL);
}

/* A buffer has its dma-buf for as long as it has a handle: each time a new one. */
static int do_export(struct context *x, uint32_t region)
{
	int ret, dmabuf = -1;

	if (!x->spare)
		OK(hlaccel_bo_create(x->card->fd, region, 64 * KIB, &x->spare));
	ret = hlaccel_prime_export(x->card->fd, x->spare, DRM_CLOEXEC, &dmabuf);
	disarm();
	if (!ret)
		close(dmabuf);
	/* The next call's; making it is another row's matter. */
	OK(hlaccel_bo_close(x->card->fd, x->spare));
	OK(hlaccel_bo_create(x->card->fd, region, 64 * KIB, &x->spare));
	return ret;
}

static int do_export_host(struct context *x)
{
	return do_export(x, DRM_HLACCEL_REGION_HOST);
}

static int do_export_device(struct context *x)
{
	return do_export(x, DRM_HLACCEL_REGION_DEVICE);
}

static int do_import(struct context *x)
{
	uint32_t handle;
	int ret;

	ret = hlaccel_prime_import(x->card->fd, x->dmabuf, &handle);
	disarm();
	if (!ret)
		OK(hlaccel_bo_close(x->card->fd, handle));
	return ret;
}

static int do_query(struct context *x)
{
	struct drm_hlaccel_engine_info info[64];
	int ret = hlaccel_query_array(x->card->fd, DRM_HLACCEL_QUERY_ENGINES, info,
				      sizeof(info[0]), ARRAY_SIZE(info));

	return ret < 0 ? ret : 0;
}

static const struct {
	const char *name;
	int (*call)(struct context *x);
} calls[] = {
	{ "open", do_open },
	{ "bo_host", do_bo_host },
	{ "bo_device", do_bo_device },
	{ "vm", do_vm },
	{ "bind", do_bind },
	{ "replace", do_replace },
	{ "unmap", do_unmap },
	{ "userptr", do_userptr },
	{ "queue", do_queue },
	{ "submit", do_submit },
	{ "packets", do_packets },
	{ "export_host", do_export_host },
	{ "export_device", do_export_device },
	{ "import", do_import },
	{ "query", do_query },
};

TEST_TABLE(sweep, calls)
{
	int nth, failed = 0, ret = 0;
	struct context x;

	enable();
	prepare(&x);
	OK(row->call(&x));
	nth_fd = open("/proc/thread-self/fail-nth", O_RDWR);
	CHECK(nth_fd >= 0);
	for (nth = 1; nth < MOST; nth++) {
		arm(nth);
		ret = row->call(&x);
		disarm();
		/* DRM's own tables of handles and offsets say ENOSPC. */
		if (ret && ret != -ENOMEM && ret != -ENOSPC)
			FAIL("number %d fails: %s", nth, strerror(-ret));
		failed += !!ret;
		OK(row->call(&x));
		/* The call has fewer places that can fail than that. */
		if (left)
			break;
	}
	harness_note("%d places, %d of them matter", nth - 1, failed);
	CHECK(nth < MOST);
	CHECK_EQ(ret, 0);
}
