// SPDX-License-Identifier: GPL-2.0
/*
 * Device memory that a program of the habanalabs interface exports, on the other card.
 */
#include <misc/habanalabs.h>

#include "share.h"

#define SIZE		(4 * MIB)
/* The program's to divide; it begins behind what the firmware keeps */
#define ADDRESS		(0x20000000ULL + 6 * MIB)
#define RESET_FILE	"/sys/class/habanalabs/hl0/hard_reset"

/** struct sides - The first card as the program has it, the second one as it is */
struct sides {
	int legacy;
	struct card *card;
	uint32_t vm;
	uint32_t queue;
	struct memory hbm;
};

static int legacy_open(const char *node)
{
	int fd = open(node, O_RDWR | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

/* The one who had it before may still be on his way out. */
static int legacy_wait(const char *node)
{
	int64_t end = deadline_ms(60000);
	int fd;

	while ((fd = legacy_open(node)) < 0) {
		if ((fd != -EBUSY && fd != -EAGAIN && fd != -EPERM) || hlaccel_now_ns() > end)
			FAIL("%s: %s", node, strerror(-fd));
		usleep(20000);
	}
	return fd;
}

static int legacy_export(int fd, uint64_t address, uint64_t size, int *dmabuf)
{
	union hl_mem_args a = { 0 };
	int ret;

	a.in.op = HL_MEM_OP_EXPORT_DMABUF_FD;
	a.in.flags = O_CLOEXEC | O_RDWR;
	a.in.export_dmabuf_fd.handle = address;
	a.in.export_dmabuf_fd.mem_size = size;
	ret = ioctl(fd, HL_IOCTL_MEMORY, &a) ? -errno : 0;
	*dmabuf = a.out.fd;
	return ret;
}

static struct sides prepare(void)
{
	struct sides x;

	/* Before that: a card that is taken is not counted. */
	x.card = card_open_nth(1);
	x.legacy = legacy_wait("/dev/hl0");
	x.vm = card_vm(x.card);
	x.queue = card_queue(x.card, DRM_HLACCEL_ENGINE_DMA, 2, x.vm);
	x.hbm = card_memory(x.card, DRM_HLACCEL_REGION_DEVICE, SIZE);
	return x;
}

static uint64_t va(const struct sides *x)
{
	return (x->card->va + 2 * MIB - 1) & ~(2 * MIB - 1);
}

static uint32_t bind_import(struct sides *x, int dmabuf)
{
	uint32_t handle = share_import(x->card->fd, dmabuf);

	OK(hlaccel_vm_map(x->card->fd, x->vm, handle, va(x), SIZE));
	return handle;
}

static int fetch(struct sides *x)
{
	struct drm_hlaccel_job job = hlaccel_job_copy(0, va(x), x->hbm.handle, 0, SIZE);
	uint64_t seqno;
	int ret = hlaccel_submit(x->card->fd, x->queue, &job, 1, &seqno);

	return ret ? ret : card_status(x->card, x->queue, seqno);
}

/* Both ways; the memory is where the program wanted it. */
TEST_LIMIT(legacy_memory_on_the_other_card, 60)
{
	struct sides x = prepare();
	unsigned char *theirs;
	char text[64];
	FILE *f;
	int dmabuf;

	OK(legacy_export(x.legacy, ADDRESS, SIZE, &dmabuf));
	theirs = share_map(dmabuf, SIZE);
	fill_random(theirs, SIZE);
	bind_import(&x, dmabuf);
	OK(fetch(&x));
	check_same(x.hbm.map, theirs, SIZE);
	OK(write_file("/sys/kernel/debug/habanalabs/hl0/addr", "0x20600008"));
	f = fopen("/sys/kernel/debug/habanalabs/hl0/data64", "r");
	CHECK(f && fgets(text, sizeof(text), f));
	fclose(f);
	CHECK_EQ(strtoull(text, NULL, 16), load64(theirs + 8));

	fill_random(x.hbm.map, SIZE);
	OK(share_copy(x.card, x.queue, x.hbm.handle, 0, 0, va(&x), SIZE));
	check_same(theirs, x.hbm.map, SIZE);
}

/* A dma-buf keeps the program's file, and with it the card. */
TEST_LIMIT(legacy_export_outlives_its_file, 60)
{
	struct sides x = prepare();
	unsigned char *theirs;
	uint32_t handle;
	int dmabuf;

	OK(legacy_export(x.legacy, ADDRESS, SIZE, &dmabuf));
	theirs = share_map(dmabuf, SIZE);
	fill_random(theirs, SIZE);
	handle = bind_import(&x, dmabuf);
	close(x.legacy);
	CHECK_EQ(legacy_open("/dev/hl0"), -EBUSY);
	OK(fetch(&x));
	check_same(x.hbm.map, theirs, SIZE);

	munmap(theirs, SIZE);
	close(dmabuf);
	CHECK_EQ(legacy_open("/dev/hl0"), -EBUSY);
	/* The importer had the last reference. */
	OK(hlaccel_vm_unmap(x.card->fd, x.vm, va(&x), SIZE));
	OK(hlaccel_bo_close(x.card->fd, handle));
	x.legacy = legacy_wait("/dev/hl0");
	OK(legacy_export(x.legacy, ADDRESS, SIZE, &dmabuf));
	/* Nothing of it is there for the next program. */
	theirs = share_map(dmabuf, SIZE);
	check_pattern(theirs, 0, SIZE);
}

/* After a hard reset there is nothing to be had, for neither of them. */
TEST_LIMIT(legacy_export_and_reset, 120)
{
	struct sides x = prepare();
	int dmabuf, other, ret;

	OK(legacy_export(x.legacy, ADDRESS, SIZE, &dmabuf));
	bind_import(&x, dmabuf);
	OK(fetch(&x));
	OK(write_file(RESET_FILE, "1"));
	/* It takes a moment until it begins. */
	while (!(ret = fetch(&x)))
		usleep(10000);
	CHECK_EQ(ret, -EINVAL);
	while (!(ret = legacy_export(x.legacy, ADDRESS, SIZE, &other))) {
		close(other);
		usleep(10000);
	}
	CHECK_EQ(ret, -EBUSY);
	REFUSED(fetch(&x), EINVAL);
}

/* A program of that interface exports only; who has the card by it has no handles. */
TEST_LIMIT(legacy_program_does_not_import, 60)
{
	/* It may have been away, and got another number */
	struct card *other = card_open_nth(1);
	int exporter, importer, dmabuf;
	uint32_t handle = 77;
	unsigned int minor;
	char node[32];

	CHECK_EQ(sscanf(other->node, "/dev/accel/accel%u", &minor), 1);
	card_close(other);
	snprintf(node, sizeof(node), "/dev/hl%u", minor / 2);
	exporter = legacy_wait("/dev/hl0");
	importer = legacy_wait(node);
	OK(legacy_export(exporter, ADDRESS, SIZE, &dmabuf));
	REFUSED(hlaccel_prime_import(importer, dmabuf, &handle), EBUSY);
	/* Not even its own */
	REFUSED(hlaccel_prime_import(exporter, dmabuf, &handle), EBUSY);
}

/* Nor has it anything else of the native interface. */
TEST_LIMIT(legacy_program_has_nothing_native, 60)
{
	struct drm_hlaccel_bo_create bo = {
		.size = PAGE, .region = DRM_HLACCEL_REGION_HOST,
	};
	struct drm_hlaccel_vm_create vm = { 0 };
	int fd = legacy_wait("/dev/hl0");

	REFUSED(hlaccel_ioctl(fd, DRM_IOCTL_HLACCEL_BO_CREATE, &bo), EBUSY);
	REFUSED(hlaccel_ioctl(fd, DRM_IOCTL_HLACCEL_VM_CREATE, &vm), EBUSY);
	close(fd);
	/* The twin: on the same kind of node, before it is that program's */
	fd = open("/dev/accel/accel0", O_RDWR | O_CLOEXEC);
	CHECK(fd >= 0);
	OK(hlaccel_ioctl(fd, DRM_IOCTL_HLACCEL_BO_CREATE, &bo));
	OK(hlaccel_ioctl(fd, DRM_IOCTL_HLACCEL_VM_CREATE, &vm));
}
