// SPDX-License-Identifier: GPL-2.0
/*
 * What one client's part in the card leaves to others: time, memory, sync objects.
 */
#include <errno.h>
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include "card.h"

struct client {
	struct card *card;
	struct memory data;
	struct drm_hlaccel_job nop;
	uint32_t queue;
};

static void prepare(struct client *x)
{
	struct hlaccel_packets p;

	memset(x, 0, sizeof(*x));
	x->card = card_open();
	x->data = card_memory(x->card, DRM_HLACCEL_REGION_DEVICE, 2 * MIB);
	x->queue = card_queue(x->card, DRM_HLACCEL_ENGINE_DMA, 2, 0);
	hlaccel_packets_init(&p, x->data.map, 64);
	hlaccel_packet_nop(&p, 0);
	x->nop = hlaccel_job_command(x->data.handle, 0, p.used);
}

/* Get the lease with reserved objects, and go at any moment of the handover. */
static void come_and_go(unsigned int delay_us)
{
	struct drm_hlaccel_sync_reserve reserve = { .sync_manager = 1, .num_sobs = 64 };
	struct client x;

	prepare(&x);
	OK(hlaccel_ioctl(x.card->fd, DRM_IOCTL_HLACCEL_SYNC_RESERVE, &reserve));
	card_submit(x.card, x.queue, &x.nop);
	usleep(delay_us);
	_exit(0);
}

/* A file that is closed while its client gets the lease leaves nothing behind. */
TEST_LIMIT(turns_close_on_the_way, 120)
{
	struct client a;
	unsigned int i;
	int status;
	pid_t pid;

	prepare(&a);
	for (i = 0; i < 60; i++) {
		OK(card_run(a.card, a.queue, &a.nop));
		pid = fork();
		CHECK(pid >= 0);
		if (!pid)
			come_and_go(i * 250);
		CHECK_EQ(waitpid(pid, &status, 0), pid);
		CHECK_EQ(status, 0);
	}
	OK(card_run(a.card, a.queue, &a.nop));
}

/* Enough jobs that a thread may lose its processor for a while */
#define KEEP_JOBS	256
#define KEEP_BYTES	(512 * KIB)

struct busy {
	struct client x;
	pthread_t thread;
	int64_t until;
};

/* Always have some programs waiting, that take their time. */
static void *keep_busy(void *data)
{
	struct busy *busy = data;
	struct client *x = &busy->x;
	struct drm_hlaccel_job job;
	struct hlaccel_packets p;
	uint64_t seqno = 0;

	hlaccel_packets_init(&p, x->data.map + PAGE, PAGE);
	hlaccel_packet_lin_dma(&p, 0, x->data.address + 64 * KIB, x->data.address + MIB,
			       KEEP_BYTES);
	OK(p.error);
	job = hlaccel_job_command(x->data.handle, PAGE, p.used);
	while (hlaccel_now_ns() < busy->until) {
		seqno = card_submit(x->card, x->queue, &job);
		if (seqno > KEEP_JOBS)
			OK(card_status(x->card, x->queue, seqno - KEEP_JOBS));
	}
	OK(card_status(x->card, x->queue, seqno));
	return NULL;
}

static uint64_t leased_ns(const struct client *x)
{
	struct drm_hlaccel_client_info info = {};
	uint32_t size = sizeof(info);

	OK(hlaccel_query(x->card->fd, DRM_HLACCEL_QUERY_CLIENT, &info, &size, NULL));
	return info.lease_ns;
}

/* Who had the card while nobody else wanted it does not pay for that later. */
TEST_LIMIT(turns_alone_is_free, 60)
{
	struct busy busy[2] = {};
	uint64_t before, first, second;
	unsigned int i;

	for (i = 0; i < 2; i++)
		prepare(&busy[i].x);
	busy[0].until = deadline_ms(9000);
	busy[1].until = busy[0].until;
	OK(-pthread_create(&busy[0].thread, NULL, keep_busy, &busy[0]));
	usleep(3000000);
	OK(-pthread_create(&busy[1].thread, NULL, keep_busy, &busy[1]));
	before = leased_ns(&busy[0].x);
	usleep(5000000);
	first = leased_ns(&busy[0].x) - before;
	second = leased_ns(&busy[1].x);
	for (i = 0; i < 2; i++)
		OK(-pthread_join(busy[i].thread, NULL));
	harness_note("ms %" PRIu64 " and %" PRIu64, first / 1000000, second / 1000000);
	CHECK(before >= 2000000000);
	CHECK(first * 10 >= second * 7);
	CHECK(second * 10 >= first * 7);
}
