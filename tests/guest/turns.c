// SPDX-License-Identifier: GPL-2.0
/*
 * What one client's part in the card leaves to others: time, memory, sync objects.
 */
#include <errno.h>
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

/* A program that waits, without a limit, for the engine's fence counter. */
static uint32_t run_for_ever(struct client *x, uint32_t instance, uint64_t *seqno)
{
	struct drm_hlaccel_queue_create args = {
		.engine_kind = DRM_HLACCEL_ENGINE_DMA,
		.engine_instance = instance,
		.flags = DRM_HLACCEL_QUEUE_LONG_RUNNING,
	};
	struct drm_hlaccel_job job;
	struct hlaccel_packets p;

	OK(hlaccel_ioctl(x->card->fd, DRM_IOCTL_HLACCEL_QUEUE_CREATE, &args));
	hlaccel_packets_init(&p, x->data.map + PAGE, 64);
	hlaccel_packet_fence(&p, 0, 1, 1, 1);
	OK(p.error);
	job = hlaccel_job_command(x->data.handle, PAGE, p.used);
	*seqno = card_submit(x->card, args.queue_id, &job);
	return args.queue_id;
}

static bool still_runs(struct client *x, uint32_t queue, uint64_t seqno)
{
	return hlaccel_wait(x->card->fd, queue, seqno, 0, NULL) == -ETIME;
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

/* Who is refused while he waits for his turn, and comes again at once, gets it all the same. */
TEST_LIMIT(turns_refused_on_the_way, 120)
{
	struct drm_hlaccel_job wrong;
	int64_t until, end;
	struct client a, b;
	uint32_t queue;
	unsigned int i;

	prepare(&a);
	prepare(&b);
	queue = card_queue(b.card, DRM_HLACCEL_ENGINE_DMA, 3, card_vm(b.card));
	wrong = hlaccel_job_command(0, b.card->va, 64);
	end = deadline_ms(5000);
	for (i = 0; hlaccel_now_ns() < end; i++) {
		OK(card_run(a.card, a.queue, &a.nop));
		REFUSED(hlaccel_submit(b.card->fd, queue, &wrong, 1, NULL), EINVAL);
		/* At any moment of what that has started */
		until = hlaccel_now_ns() + i % 100 * 1000;
		while (hlaccel_now_ns() < until)
			;
		OK(card_run(b.card, b.queue, &b.nop));
	}
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
	uint64_t before, first, second;
	struct client x[2];
	struct busy busy[2];
	int64_t until;
	unsigned int i;

	for (i = 0; i < 2; i++)
		prepare(&x[i]);
	until = deadline_ms(9000);
	busy_start(&busy[0], x[0].card, x[0].queue, &x[0].data, until);
	usleep(3000000);
	busy_start(&busy[1], x[1].card, x[1].queue, &x[1].data, until);
	before = leased_ns(&x[0]);
	usleep(5000000);
	first = leased_ns(&x[0]) - before;
	second = leased_ns(&x[1]);
	for (i = 0; i < 2; i++)
		busy_end(&busy[i]);
	harness_note("ms %" PRIu64 " and %" PRIu64, first / 1000000, second / 1000000);
	CHECK(before >= 2000000000);
	CHECK(first * 10 >= second * 7);
	CHECK(second * 10 >= first * 7);
}

/* What a client frees while its program goes on for ever is no other's concern. */
TEST_LIMIT(turns_memory_of_a_long_runner, 60)
{
	struct card *other = card_open_plain();
	struct drm_hlaccel_job fill;
	uint32_t queue, handle, big, forever;
	struct client x;
	uint64_t seqno, size;
	int64_t started;
	unsigned int i;

	prepare(&x);
	OK(hlaccel_bo_create(x.card->fd, DRM_HLACCEL_REGION_DEVICE, 4 * MIB, &handle));
	forever = run_for_ever(&x, 7, &seqno);
	OK(hlaccel_bo_close(x.card->fd, handle));

	queue = card_queue(other, DRM_HLACCEL_ENGINE_DMA, 3, 0);
	/* More than half of what there is */
	for (size = 1UL << 34; ; size /= 2) {
		if (!hlaccel_bo_create(other->fd, DRM_HLACCEL_REGION_DEVICE, size, &big))
			break;
		CHECK(size > MIB);
	}
	for (i = 0; i < 4; i++) {
		fill = hlaccel_job_fill(big, 0, MIB, 1);
		OK(card_run(other, queue, &fill));
		OK(hlaccel_bo_close(other->fd, big));
		started = hlaccel_now_ns();
		OK(hlaccel_bo_create(other->fd, DRM_HLACCEL_REGION_DEVICE, size, &big));
		CHECK(hlaccel_now_ns() - started < 10000000000);
	}
	CHECK(still_runs(&x, forever, seqno));
	/* It gets its own back, when the program is through. */
	OK(hlaccel_queue_destroy(x.card->fd, forever));
	OK(hlaccel_bo_create(x.card->fd, DRM_HLACCEL_REGION_DEVICE, 4 * MIB, &handle));
}

/* The same of sync objects that it gives back. */
TEST(turns_objects_of_a_long_runner)
{
	struct drm_hlaccel_sync_reserve one = { .sync_manager = 1, .num_sobs = 8 };
	struct drm_hlaccel_sync_reserve all = { .sync_manager = 2 };
	struct drm_hlaccel_sync_manager_info sm[4];
	struct drm_hlaccel_sync_release release = {};
	struct card *other = card_open_plain();
	unsigned int i, tries;
	struct client x;
	uint32_t forever;
	uint64_t seqno;

	prepare(&x);
	CHECK_EQ(hlaccel_query_array(other->fd, DRM_HLACCEL_QUERY_SYNC_MANAGERS, sm,
				     sizeof(sm[0]), 4), 4);
	OK(hlaccel_ioctl(x.card->fd, DRM_IOCTL_HLACCEL_SYNC_RESERVE, &one));
	forever = run_for_ever(&x, 7, &seqno);
	release.id = one.id;
	OK(hlaccel_ioctl(x.card->fd, DRM_IOCTL_HLACCEL_SYNC_RELEASE, &release));
	all.num_sobs = sm[2].num_sobs & ~7U;
	for (i = 0; i < 3; i++) {
		int ret = -ENOSPC;

		for (tries = 0; tries < 500 && ret == -ENOSPC; tries++) {
			ret = hlaccel_ioctl(other->fd, DRM_IOCTL_HLACCEL_SYNC_RESERVE, &all);
			if (ret)
				usleep(10000);
		}
		OK(ret);
		release.id = all.id;
		OK(hlaccel_ioctl(other->fd, DRM_IOCTL_HLACCEL_SYNC_RELEASE, &release));
	}
	CHECK(still_runs(&x, forever, seqno));
}

/*
 * Who wants to run programs, too, waits for as long as any program may take, and not for
 * ever. That was about this one program: the client's next one goes on again.
 */
TEST_LIMIT(turns_long_runner_is_ended, 90)
{
	struct drm_hlaccel_client_info info = {};
	uint32_t forever, again, size = sizeof(info);
	struct client a, b;
	int64_t started;
	uint64_t seqno;

	prepare(&a);
	prepare(&b);
	forever = run_for_ever(&a, 7, &seqno);
	do {
		OK(hlaccel_query(a.card->fd, DRM_HLACCEL_QUERY_CLIENT, &info, &size, NULL));
		usleep(10000);
	} while (!(info.flags & DRM_HLACCEL_CLIENT_LEASED));
	started = hlaccel_now_ns();
	OK(card_status(b.card, b.queue, card_submit(b.card, b.queue, &b.nop)));
	started = hlaccel_now_ns() - started;
	CHECK(started >= a.card->limits.max_timeout_ms * 900000LL);
	CHECK_EQ(card_status(a.card, forever, seqno), -ETIMEDOUT);
	OK(hlaccel_queue_destroy(a.card->fd, forever));

	again = run_for_ever(&a, 7, &seqno);
	usleep(1500000);
	CHECK(still_runs(&a, again, seqno));
}

/* A buffer is zero also if a program of the same client wrote there after its end. */
TEST(turns_freed_under_a_program)
{
	uint32_t handle[2];
	struct client a, b;
	struct drm_hlaccel_bo_info info;
	struct drm_hlaccel_job job;
	struct hlaccel_packets p;
	struct memory again;
	struct gate gate;
	uint64_t seqno;
	unsigned int i;

	prepare(&a);
	prepare(&b);
	/* The other one has the card, so nothing of this one has run yet. */
	gate = gate_create(a.card, 5000);
	for (i = 0; i < 2; i++)
		OK(hlaccel_bo_create(b.card->fd, DRM_HLACCEL_REGION_DEVICE, 2 * MIB, &handle[i]));
	OK(hlaccel_bo_info(b.card->fd, handle[0], &info));
	hlaccel_packets_init(&p, b.data.map + PAGE, 64);
	hlaccel_packet_msg_long(&p, 0, info.device_address + 64, 0x5a5a5a5a);
	OK(p.error);
	job = hlaccel_job_command(b.data.handle, PAGE, p.used);
	seqno = card_submit(b.card, b.queue, &job);
	OK(hlaccel_bo_close(b.card->fd, handle[0]));
	gate_open(a.card, &gate);
	OK(card_status(b.card, b.queue, seqno));
	/* It comes back when it has been cleared. */
	usleep(500000);
	for (i = 0; i < 100; i++) {
		again = card_memory(b.card, DRM_HLACCEL_REGION_DEVICE, 2 * MIB);
		check_pattern(again.map, 0, PAGE);
		if (again.address == info.device_address)
			return;
	}
	FAIL("the memory did not come back");
}

/* Half of the memory comes back from the last one that had the card. */
TEST(turns_last_one_leaves)
{
	int64_t deadline = deadline_ms(15000);
	struct card *c = card_open_plain(), *other = card_open_plain();
	uint64_t packet[2], size = 1UL << 34;
	struct drm_hlaccel_job job;
	struct hlaccel_packets p;
	uint32_t handle, queue;
	int ret;

	while (size > c->region[DRM_HLACCEL_REGION_DEVICE].size)
		size /= 2;
	OK(hlaccel_client_set(c->fd, DRM_HLACCEL_CLIENT_COMMAND, &size, NULL));
	REFUSED(hlaccel_bo_create(other->fd, DRM_HLACCEL_REGION_DEVICE, size, &handle), ENOSPC);
	hlaccel_packets_init(&p, packet, sizeof(packet));
	hlaccel_packet_nop(&p, 0);
	job = hlaccel_job_packets(packet, p.used);
	queue = card_queue(c, DRM_HLACCEL_ENGINE_DMA, 0, 0);
	OK(card_run(c, queue, &job));
	card_close(c);
	while ((ret = hlaccel_bo_create(other->fd, DRM_HLACCEL_REGION_DEVICE, size, &handle))) {
		REFUSED(ret, ENOSPC);
		CHECK(hlaccel_now_ns() < deadline);
	}
}

static void write_word(struct client *x, uint64_t address, uint32_t value)
{
	struct drm_hlaccel_job job;
	struct hlaccel_packets p;

	hlaccel_packets_init(&p, x->data.map + PAGE, 64);
	hlaccel_packet_msg_long(&p, 0, address, value);
	hlaccel_packet_nop(&p, HLACCEL_PACKET_MB);
	OK(p.error);
	job = hlaccel_job_command(x->data.handle, PAGE, p.used);
	OK(card_run(x->card, x->queue, &job));
}

/* What programs left in their arena, outside of any buffer, nobody finds. */
TEST_LIMIT(turns_arena_is_cleared, 60)
{
	struct drm_hlaccel_client_info info = {};
	struct card *other = card_open_plain();
	uint32_t size = sizeof(info);
	uint64_t secret;
	struct memory m;
	struct client x;
	unsigned int i;

	prepare(&x);
	OK(hlaccel_query(x.card->fd, DRM_HLACCEL_QUERY_CLIENT, &info, &size, NULL));
	secret = info.arena_address + info.arena_size - PAGE;
	write_word(&x, secret, 0x5ec2e7);
	card_close(x.card);
	/* The arena comes back soon */
	usleep(500000);
	for (i = 0; i < 64; i++) {
		m = card_memory(other, DRM_HLACCEL_REGION_DEVICE, 512 * MIB);
		if (secret < m.address || secret >= m.address + m.size)
			continue;
		CHECK_EQ(load32(m.map + (secret - m.address)), 0);
		return;
	}
	FAIL("nobody gets the memory");
}

/* An arena that grows is open to the programs of who has the card. */
TEST(turns_grown_arena_is_open)
{
	struct client x;
	struct memory m;

	prepare(&x);
	OK(card_run(x.card, x.queue, &x.nop));
	m = card_memory(x.card, DRM_HLACCEL_REGION_DEVICE, 1UL << 30);
	CHECK(m.address >= x.data.address + x.data.size);
	write_word(&x, m.address + m.size - PAGE, 0x900d);
	CHECK_EQ(load32(m.map + m.size - PAGE), 0x900d);
}
