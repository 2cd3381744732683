// SPDX-License-Identifier: GPL-2.0
/*
 * The lease: programs of one client at a time, copies of all.
 */
#include "card.h"

struct client {
	struct card *card;
	struct memory data;
	uint32_t hbm;
	uint32_t pci;
	uint64_t packet[8];
	struct drm_hlaccel_job command, packets, copy;
};

static void prepare(struct client *x)
{
	struct hlaccel_packets p;

	memset(x, 0, sizeof(*x));
	x->card = card_open();
	x->data = card_memory(x->card, DRM_HLACCEL_REGION_DEVICE, 2 * MIB);
	x->hbm = card_queue(x->card, DRM_HLACCEL_ENGINE_DMA, 2, 0);
	x->pci = card_queue(x->card, DRM_HLACCEL_ENGINE_DMA, 0, 0);
	hlaccel_packets_init(&p, x->packet, sizeof(x->packet));
	hlaccel_packet_nop(&p, 0);
	hlaccel_packet_nop(&p, 0);
	memcpy(x->data.map, x->packet, p.used);
	x->command = hlaccel_job_command(x->data.handle, 0, p.used);
	x->packets = hlaccel_job_packets(x->packet, p.used);
	x->copy = hlaccel_job_fill(x->data.handle, PAGE, PAGE, 0x11);
}

static int try(struct client *x, uint32_t queue, const struct drm_hlaccel_job *job)
{
	return hlaccel_submit(x->card->fd, queue, job, 1, NULL);
}

/* The second client is refused as long as the first has its file open. */
TEST(lease_is_exclusive)
{
	struct client a, b;

	prepare(&a);
	prepare(&b);
	OK(card_run(a.card, a.hbm, &a.command));
	REFUSED(try(&b, b.hbm, &b.command), EBUSY);
	REFUSED(try(&b, b.pci, &b.packets), EBUSY);
	/* Idle or not, and by whatever kind of program. */
	OK(card_run(a.card, a.pci, &a.packets));
	REFUSED(try(&b, b.hbm, &b.command), EBUSY);
	card_close(a.card);
	OK(card_run(b.card, b.hbm, &b.command));
	OK(card_run(b.card, b.pci, &b.packets));
}

TEST(lease_by_packets)
{
	struct client a, b;

	prepare(&a);
	prepare(&b);
	OK(card_run(a.card, a.pci, &a.packets));
	REFUSED(try(&b, b.hbm, &b.command), EBUSY);
	card_close(a.card);
	OK(card_run(b.card, b.hbm, &b.command));
}

/* Copies take no lease and need none. */
TEST(lease_leaves_copies_alone)
{
	struct client a, b;
	unsigned int i;

	prepare(&a);
	prepare(&b);
	OK(card_run(a.card, a.hbm, &a.copy));
	OK(card_run(b.card, b.hbm, &b.command));
	for (i = 0; i < 50; i++) {
		a.copy.pattern = b.copy.pattern = i;
		OK(try(&b, b.hbm, &b.command));
		OK(card_run(a.card, i & 1 ? a.hbm : a.pci, &a.copy));
		OK(card_run(b.card, i & 1 ? b.pci : b.hbm, &b.copy));
		check_pattern(a.data.map + PAGE, i, PAGE);
		check_pattern(b.data.map + PAGE, i, PAGE);
		REFUSED(try(&a, a.hbm, &a.command), EBUSY);
	}
}

/* A refusal for another reason does not take it. */
TEST(lease_not_taken_by_refusals)
{
	struct client a, b;

	prepare(&a);
	prepare(&b);
	a.command.src_address = 4;
	REFUSED(try(&a, a.hbm, &a.command), EINVAL);
	a.packet[0] = 0;
	REFUSED(try(&a, a.pci, &a.packets), EINVAL);
	OK(card_run(b.card, b.hbm, &b.command));
}

/* Programs still running at close keep it until they end. */
TEST(lease_after_close_with_work)
{
	struct client a, b;
	int64_t deadline;
	struct gate g;
	int ret;

	prepare(&a);
	prepare(&b);
	g = gate_create(a.card, 1000);
	CHECK(g.seqno);
	card_close(a.card);
	deadline = deadline_ms(5000);
	while ((ret = try(&b, b.hbm, &b.command)) == -EBUSY && hlaccel_now_ns() < deadline)
		usleep(10000);
	OK(ret);
	OK(card_run(b.card, b.hbm, &b.command));
}

/* One after the other, many times. */
TEST(lease_passes_on)
{
	unsigned int i;

	for (i = 0; i < 20; i++) {
		struct client x;

		prepare(&x);
		OK(card_run(x.card, x.hbm, &x.command));
		card_close(x.card);
	}
}
