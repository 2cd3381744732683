// SPDX-License-Identifier: GPL-2.0
/*
 * A call reads memory of its program that comes late: somebody else provides it, and may
 * never do so. Nobody else waits for that.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <poll.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "card.h"

struct late {
	struct card *card;
	uint32_t queue;
	int fd;
	unsigned char *page;
	struct drm_hlaccel_job job[2];
	struct drm_hlaccel_job *jobs;
	int answer;
};

/* A page that is not there, and a file that tells who waits for it */
static void prepare(struct late *x)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register area = { .mode = UFFDIO_REGISTER_MODE_MISSING };

	x->card = card_open();
	x->queue = card_queue(x->card, DRM_HLACCEL_ENGINE_DMA, 0, 0);
	x->page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(x->page != MAP_FAILED);
	x->fd = (int)syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);
	CHECK(x->fd >= 0);
	OK(ioctl(x->fd, UFFDIO_API, &api));
	area.range.start = (uintptr_t)x->page;
	area.range.len = PAGE;
	OK(ioctl(x->fd, UFFDIO_REGISTER, &area));
}

static void provide(struct late *x, const void *content)
{
	struct uffdio_copy copy = {
		.dst = (uintptr_t)x->page, .src = (uintptr_t)content, .len = PAGE,
	};

	OK(ioctl(x->fd, UFFDIO_COPY, &copy));
}

static void *submit(void *data)
{
	struct late *x = data;

	x->answer = hlaccel_submit(x->card->fd, x->queue, x->jobs, 2, NULL);
	return NULL;
}

/* The program of a job is late, or the jobs themselves are; the driver is taken away meanwhile. */
static const struct {
	const char *name;
	bool jobs;
	bool unbind;
} rows[] = {
	{ "packets", false, false },
	{ "packets_unbind", false, true },
	{ "jobs", true, false },
	{ "jobs_unbind", true, true },
};

TEST_TABLE(late_memory, rows)
{
	static unsigned char program[PAGE], jobs[PAGE];
	struct late x = {};
	struct hlaccel_packets p;
	struct pollfd event;
	char address[32];
	pthread_t thread;
	unsigned int i;

	prepare(&x);
	card_pci_address(x.card, address, sizeof(address));
	hlaccel_packets_init(&p, program, sizeof(program));
	hlaccel_packet_nop(&p, 0);
	OK(p.error);
	x.job[0] = hlaccel_job_packets(row->jobs ? program : x.page, p.used);
	for (i = 1; i < ARRAY_SIZE(x.job); i++)
		x.job[i] = x.job[0];
	memcpy(jobs, x.job, sizeof(x.job));
	x.jobs = row->jobs ? (void *)x.page : x.job;

	OK(pthread_create(&thread, NULL, submit, &x));
	event = (struct pollfd) { .fd = x.fd, .events = POLLIN };
	CHECK_EQ(poll(&event, 1, 20000), 1);
	if (row->unbind)
		OK(write_file(DRIVER_FOLDER "/unbind", address));
	provide(&x, row->jobs ? jobs : program);
	OK(pthread_join(thread, NULL));
	CHECK_EQ(x.answer, row->unbind ? -ENODEV : 0);
	card_close(x.card);
	if (row->unbind)
		OK(write_file(DRIVER_FOLDER "/bind", address));
}
