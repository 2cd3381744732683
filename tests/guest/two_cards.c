// SPDX-License-Identifier: GPL-2.0
/*
 * Two cards in one machine know nothing of each other.
 */
#include "card.h"

struct client {
	struct card *card;
	uint32_t vm;
	struct memory host;
	struct memory hbm;
	uint32_t queue;
};

static void prepare(struct client x[2])
{
	unsigned int i;

	for (i = 0; i < 2; i++) {
		x[i].card = card_open_nth(i);
		x[i].vm = card_vm(x[i].card);
		x[i].host = card_host(x[i].card, x[i].vm, x[i].card->va, 4 * MIB);
		x[i].hbm = card_memory(x[i].card, DRM_HLACCEL_REGION_DEVICE, 4 * MIB);
		x[i].queue = card_queue(x[i].card, DRM_HLACCEL_ENGINE_DMA, 2, x[i].vm);
	}
	CHECK(strcmp(x[0].card->node, x[1].card->node));
}

/* The same addresses everywhere, and never the other's bytes. */
TEST(two_copy_at_once)
{
	struct client x[2];
	unsigned int i, round;
	uint64_t seqno[2];

	prepare(x);
	for (round = 0; round < 30; round++) {
		for (i = 0; i < 2; i++) {
			struct drm_hlaccel_job job = hlaccel_job_copy(0, x[i].host.address,
								      x[i].hbm.handle, 0,
								      4 * MIB);

			memset(x[i].host.map, 0x10 * (i + 1) + round % 16, 4 * MIB);
			seqno[i] = card_submit(x[i].card, x[i].queue, &job);
		}
		for (i = 0; i < 2; i++) {
			OK(card_status(x[i].card, x[i].queue, seqno[i]));
			check_same(x[i].hbm.map, x[i].host.map, 4 * MIB);
		}
	}
}

/* Each card has a lease of its own. */
TEST(two_leases)
{
	struct client x[2];
	unsigned int i;

	prepare(x);
	for (i = 0; i < 2; i++) {
		struct drm_hlaccel_job job;
		struct hlaccel_packets p;

		hlaccel_packets_init(&p, x[i].hbm.map, PAGE);
		hlaccel_packet_msg_long(&p, 0, x[i].hbm.address + PAGE, 0x70 + i);
		job = hlaccel_job_command(x[i].hbm.handle, 0, p.used);
		OK(card_run(x[i].card, x[i].queue, &job));
		CHECK_EQ(load32(x[i].hbm.map + PAGE), 0x70 + i);
	}
}

/* One card's job waits for the other's. */
TEST(two_with_one_syncobj)
{
	struct drm_syncobj_handle out = {}, in = {};
	struct drm_hlaccel_sync sync;
	struct drm_hlaccel_job job;
	struct client x[2];
	struct gate g;
	uint64_t seqno;
	int status;

	prepare(x);
	g = gate_create(x[0].card, 5000);
	out.handle = card_syncobj(x[0].card);
	OK(hlaccel_ioctl(x[0].card->fd, DRM_IOCTL_SYNCOBJ_HANDLE_TO_FD, &out));
	in.fd = out.fd;
	OK(hlaccel_ioctl(x[1].card->fd, DRM_IOCTL_SYNCOBJ_FD_TO_HANDLE, &in));

	sync = hlaccel_sync(out.handle, DRM_HLACCEL_SYNC_SIGNAL, 0);
	job = hlaccel_job_fill(x[0].hbm.handle, 0, PAGE, 1);
	job.syncs = hlaccel_array(&sync, sizeof(sync), 1);
	card_submit(x[0].card, g.queue, &job);
	sync = hlaccel_sync(in.handle, 0, 0);
	job = hlaccel_job_fill(x[1].hbm.handle, 0, PAGE, 2);
	job.syncs = hlaccel_array(&sync, sizeof(sync), 1);
	seqno = card_submit(x[1].card, x[1].queue, &job);
	REFUSED(hlaccel_wait(x[1].card->fd, x[1].queue, seqno, deadline_ms(200), &status), ETIME);
	gate_open(x[0].card, &g);
	OK(card_status(x[1].card, x[1].queue, seqno));
	check_pattern(x[1].hbm.map, 2, PAGE);
}

/* Counters and memory are each card's own. */
TEST(two_counters)
{
	struct drm_hlaccel_counters before[2], after[2];
	struct drm_hlaccel_job job;
	struct client x[2];
	unsigned int i;

	prepare(x);
	for (i = 0; i < 2; i++)
		before[i] = card_counters(x[i].card);
	job = hlaccel_job_fill(x[1].hbm.handle, 0, PAGE, 1);
	OK(card_run(x[1].card, x[1].queue, &job));
	for (i = 0; i < 2; i++)
		after[i] = card_counters(x[i].card);
	CHECK_EQ(after[0].jobs_completed, before[0].jobs_completed);
	CHECK_EQ(after[1].jobs_completed, before[1].jobs_completed + 1);
}
