// SPDX-License-Identifier: GPL-2.0
/*
 * Clients that run programs, and how they take turns on the card.
 */
#include <sys/wait.h>

#include "card.h"

#define COMMAND	DRM_HLACCEL_CLIENT_COMMAND
#define EXCLUSIVE (DRM_HLACCEL_CLIENT_COMMAND | DRM_HLACCEL_CLIENT_EXCLUSIVE)

struct client {
	struct card *card;
	struct memory data;
	uint32_t hbm;
	uint32_t pci;
	uint64_t packet[8];
	struct drm_hlaccel_job command, packets, copy;
};

static struct drm_hlaccel_client_info client_info(struct card *c)
{
	struct drm_hlaccel_client_info info = {};
	uint32_t size = sizeof(info);

	OK(hlaccel_query(c->fd, DRM_HLACCEL_QUERY_CLIENT, &info, &size, NULL));
	CHECK_EQ(size, sizeof(info));
	CHECK_EQ(info.pad, 0);
	return info;
}

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

static struct drm_hlaccel_client_set valid_set(void)
{
	struct drm_hlaccel_client_set set = { .flags = COMMAND };

	return set;
}

static const struct field_row set_refusals[] = {
	{ "flags_none", FIELD(struct drm_hlaccel_client_set, flags), 0, EINVAL },
	{ "flags_exclusive_alone", FIELD(struct drm_hlaccel_client_set, flags), 2, EINVAL },
	{ "flags_leased", FIELD(struct drm_hlaccel_client_set, flags), COMMAND | 4, EINVAL },
	{ "flags_high", FIELD(struct drm_hlaccel_client_set, flags), COMMAND | 1U << 31, EINVAL },
	{ "pad", FIELD(struct drm_hlaccel_client_set, pad), 1, EINVAL },
	{ "size_above_memory", FIELD(struct drm_hlaccel_client_set, arena_size), 1ULL << 45,
	  ENOSPC },
	{ "size_huge", FIELD(struct drm_hlaccel_client_set, arena_size), ~0ULL, ENOSPC },
};

TEST_TABLE(client_set_refuses, set_refusals)
{
	struct drm_hlaccel_client_set set = valid_set();
	struct card *c = card_open_plain();

	poke(&set, row->offset, row->size, row->value);
	REFUSED(hlaccel_ioctl(c->fd, DRM_IOCTL_HLACCEL_CLIENT_SET, &set), row->error);
	CHECK_EQ(client_info(c).flags, 0);
	CHECK_EQ(client_info(c).arena_size, 0);
	set = valid_set();
	OK(hlaccel_ioctl(c->fd, DRM_IOCTL_HLACCEL_CLIENT_SET, &set));
	CHECK_EQ(client_info(c).flags, COMMAND);
	CHECK_EQ(client_info(c).arena_size, set.arena_size);
	CHECK_EQ(client_info(c).arena_address, set.arena_address);
	CHECK(set.arena_size >= c->limits.arena_granularity);
	CHECK(!(set.arena_size & (set.arena_size - 1)));
	CHECK_EQ(set.arena_address % set.arena_size, 0);
}

/* Only before the first buffer in device memory; after the last one is gone, again. */
TEST(client_set_after_buffers)
{
	struct card *c = card_open_plain();
	uint32_t handle, host;

	OK(hlaccel_bo_create(c->fd, DRM_HLACCEL_REGION_HOST, MIB, &host));
	OK(hlaccel_bo_create(c->fd, DRM_HLACCEL_REGION_DEVICE, MIB, &handle));
	REFUSED(hlaccel_client_set(c->fd, COMMAND, NULL, NULL), EBUSY);
	OK(hlaccel_bo_close(c->fd, handle));
	OK(hlaccel_client_set(c->fd, COMMAND, NULL, NULL));
	OK(hlaccel_client_set(c->fd, COMMAND, NULL, NULL));
}

/* A program makes a client one that runs programs, unless it has buffers elsewhere. */
TEST(client_by_first_program)
{
	struct card *c = card_open_plain(), *d = card_open_plain();
	uint32_t queue = card_queue(c, DRM_HLACCEL_ENGINE_DMA, 0, 0);
	uint32_t other = card_queue(d, DRM_HLACCEL_ENGINE_DMA, 0, 0);
	uint64_t packets[2];
	struct drm_hlaccel_job job;
	struct hlaccel_packets p;
	uint32_t handle;

	hlaccel_packets_init(&p, packets, sizeof(packets));
	hlaccel_packet_nop(&p, 0);
	job = hlaccel_job_packets(packets, p.used);
	OK(hlaccel_bo_create(c->fd, DRM_HLACCEL_REGION_DEVICE, MIB, &handle));
	REFUSED(hlaccel_submit(c->fd, queue, &job, 1, NULL), EACCES);
	CHECK_EQ(client_info(c).flags, 0);
	OK(card_run(d, other, &job));
	CHECK(client_info(d).flags & COMMAND);
	CHECK(client_info(d).arena_size);
	OK(hlaccel_bo_close(c->fd, handle));
	OK(card_run(c, queue, &job));
	CHECK(client_info(c).flags & COMMAND);
}

/* Buffers of a client that runs programs lie in its arena. */
TEST(arena_holds_the_buffers)
{
	struct card *c = card_open(), *plain = card_open_plain();
	struct drm_hlaccel_client_info info = client_info(c);
	struct drm_hlaccel_bo_info bo;
	unsigned int i;

	for (i = 0; i < 20; i++) {
		struct memory m = card_memory(c, DRM_HLACCEL_REGION_DEVICE, (i + 1) * MIB);

		CHECK(m.address >= info.arena_address);
		CHECK(m.address + m.size <= info.arena_address + info.arena_size);
		OK(hlaccel_bo_create(plain->fd, DRM_HLACCEL_REGION_DEVICE, (i + 1) * MIB,
				     &bo.handle));
		OK(hlaccel_bo_info(plain->fd, bo.handle, &bo));
		CHECK(bo.device_address >= info.arena_address + info.arena_size ||
		      bo.device_address + bo.size <= info.arena_address);
	}
}

/* Arenas of several clients do not overlap, and grow by their buffers. */
TEST(arena_grows)
{
	struct card *c = card_open(), *d = card_open();
	struct drm_hlaccel_client_info a = client_info(c), b = client_info(d);
	struct drm_hlaccel_bo_info bo;
	uint32_t handle[8];
	unsigned int i;
	uint64_t size;

	CHECK(a.arena_address + a.arena_size <= b.arena_address ||
	      b.arena_address + b.arena_size <= a.arena_address);
	CHECK_EQ(a.arena_size, c->limits.arena_granularity);
	for (i = 0; i < 3; i++) {
		OK(hlaccel_bo_create(c->fd, DRM_HLACCEL_REGION_DEVICE, a.arena_size, &handle[i]));
		OK(hlaccel_bo_info(c->fd, handle[i], &bo));
		a = client_info(c);
		CHECK(bo.device_address >= a.arena_address);
		CHECK(bo.device_address + bo.size <= a.arena_address + a.arena_size);
		a.arena_size = c->limits.arena_granularity;
	}
	a = client_info(c);
	CHECK_EQ(a.arena_size, 4 * c->limits.arena_granularity);
	CHECK(a.arena_address + a.arena_size <= b.arena_address ||
	      b.arena_address + b.arena_size <= a.arena_address);
	/* By hand; and never smaller. */
	size = 8 * c->limits.arena_granularity;
	OK(hlaccel_client_set(c->fd, COMMAND, &size, NULL));
	CHECK_EQ(client_info(c).arena_size, 8 * c->limits.arena_granularity);
	size = 1;
	OK(hlaccel_client_set(c->fd, COMMAND, &size, NULL));
	CHECK_EQ(size, 8 * c->limits.arena_granularity);
}

/* Arenas use the memory up; what a client gives back the next one gets. */
TEST_LIMIT(arena_no_room, 120)
{
	struct card *c[64];
	unsigned int n;
	int ret = 0;

	for (n = 0; n < ARRAY_SIZE(c); n++) {
		c[n] = card_open_plain();
		ret = hlaccel_client_set(c[n]->fd, COMMAND, NULL, NULL);
		if (ret)
			break;
	}
	REFUSED(ret, ENOSPC);
	CHECK(n >= 2);
	REFUSED(hlaccel_client_set(c[n]->fd, COMMAND, NULL, NULL), ENOSPC);
	CHECK_EQ(client_info(c[n]).flags, 0);
	card_close(c[0]);
	OK(hlaccel_client_set(c[n]->fd, COMMAND, NULL, NULL));
}

/* SRAM is for those who run programs, and moves out with the lease. */
TEST(sram_needs_a_command_client)
{
	struct drm_hlaccel_bo_mmap_offset map = {};
	struct card *plain = card_open_plain(), *c = card_open();
	uint32_t handle;

	REFUSED(hlaccel_bo_create(plain->fd, DRM_HLACCEL_REGION_SRAM, MIB, &handle), EACCES);
	OK(hlaccel_bo_create(plain->fd, DRM_HLACCEL_REGION_DEVICE, MIB, &handle));
	/* As large as what the memory behind is accounted in, and larger. */
	OK(hlaccel_bo_create(c->fd, DRM_HLACCEL_REGION_SRAM, 4 * MIB, &handle));
	OK(hlaccel_bo_close(c->fd, handle));
	OK(hlaccel_bo_create(c->fd, DRM_HLACCEL_REGION_SRAM, MIB, &map.handle));
	REFUSED(hlaccel_ioctl(c->fd, DRM_IOCTL_HLACCEL_BO_MMAP_OFFSET, &map), EOPNOTSUPP);
	OK(hlaccel_client_set(c->fd, EXCLUSIVE, NULL, NULL));
	OK(hlaccel_ioctl(c->fd, DRM_IOCTL_HLACCEL_BO_MMAP_OFFSET, &map));
}

/* Programs of two clients are accepted and run, whatever their kind. */
TEST(lease_is_shared)
{
	struct client a, b;

	prepare(&a);
	prepare(&b);
	CHECK_EQ(client_info(a.card).lease_grants, 0);
	OK(card_run(a.card, a.hbm, &a.command));
	CHECK_EQ(client_info(a.card).lease_grants, 1);
	CHECK(client_info(a.card).flags & DRM_HLACCEL_CLIENT_LEASED);
	OK(card_run(b.card, b.hbm, &b.command));
	CHECK(!(client_info(a.card).flags & DRM_HLACCEL_CLIENT_LEASED));
	CHECK(client_info(b.card).flags & DRM_HLACCEL_CLIENT_LEASED);
	OK(card_run(a.card, a.pci, &a.packets));
	OK(card_run(b.card, b.pci, &b.packets));
	CHECK_EQ(client_info(a.card).lease_grants, 2);
	CHECK_EQ(client_info(b.card).lease_grants, 2);
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
	OK(card_run(b.card, b.hbm, &b.command));
	for (i = 0; i < 50; i++) {
		a.copy.pattern = b.copy.pattern = i;
		OK(try(&b, b.hbm, &b.command));
		OK(card_run(a.card, i & 1 ? a.hbm : a.pci, &a.copy));
		OK(card_run(b.card, i & 1 ? b.pci : b.hbm, &b.copy));
		check_pattern(a.data.map + PAGE, i, PAGE);
		check_pattern(b.data.map + PAGE, i, PAGE);
	}
	CHECK_EQ(client_info(a.card).lease_grants, 0);
	CHECK_EQ(client_info(b.card).lease_grants, 1);
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
	CHECK_EQ(client_info(a.card).lease_grants, 0);
	a.command.src_address = 0;
	OK(card_run(a.card, a.hbm, &a.command));
	CHECK_EQ(client_info(a.card).lease_grants, 1);
}

/* Programs still running at close keep it until they end; others wait meanwhile. */
TEST(lease_after_close_with_work)
{
	struct client a, b;
	struct gate g;

	prepare(&a);
	prepare(&b);
	g = gate_create(a.card, 1000);
	CHECK(g.seqno);
	card_close(a.card);
	OK(card_run(b.card, b.hbm, &b.command));
}

/* A program that hangs is ended; the client that waits gets the card then. */
TEST(lease_after_a_hang)
{
	struct client a, b;
	uint64_t seqno;
	struct gate g;

	prepare(&a);
	prepare(&b);
	g = gate_create(a.card, 1000);
	seqno = card_submit(b.card, b.hbm, &b.command);
	CHECK_EQ(card_status(a.card, g.queue, g.seqno), -ETIMEDOUT);
	OK(card_status(b.card, b.hbm, seqno));
	/* The other queues of the first one still work. */
	OK(card_run(a.card, a.hbm, &a.command));
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

TEST(exclusive_refuses_others)
{
	struct client a, b, c;

	prepare(&a);
	prepare(&b);
	prepare(&c);
	OK(card_run(b.card, b.hbm, &b.command));
	OK(hlaccel_client_set(a.card->fd, EXCLUSIVE, NULL, NULL));
	CHECK_EQ(client_info(a.card).flags, EXCLUSIVE | DRM_HLACCEL_CLIENT_LEASED);
	REFUSED(try(&b, b.hbm, &b.command), EBUSY);
	REFUSED(try(&b, b.pci, &b.packets), EBUSY);
	REFUSED(hlaccel_client_set(b.card->fd, EXCLUSIVE, NULL, NULL), EBUSY);
	CHECK_EQ(client_info(b.card).flags, COMMAND);
	/* Copies go on, and its own programs. */
	OK(card_run(b.card, b.hbm, &b.copy));
	OK(card_run(a.card, a.hbm, &a.command));
	OK(card_run(a.card, a.pci, &a.packets));
	OK(hlaccel_client_set(a.card->fd, EXCLUSIVE, NULL, NULL));
	card_close(a.card);
	OK(card_run(b.card, b.hbm, &b.command));
	OK(hlaccel_client_set(c.card->fd, EXCLUSIVE, NULL, NULL));
}

/* What others have submitted before runs first, or takes too long. */
TEST(exclusive_waits_for_others)
{
	struct client a, b;
	struct gate g;

	prepare(&a);
	prepare(&b);
	g = gate_create(a.card, 9000);
	REFUSED(hlaccel_client_set(b.card->fd, EXCLUSIVE, NULL, NULL), EBUSY);
	CHECK_EQ(client_info(b.card).flags, COMMAND);
	/* The refusal left nothing behind. */
	gate_open(a.card, &g);
	OK(card_run(a.card, a.hbm, &a.command));
	OK(hlaccel_client_set(b.card->fd, EXCLUSIVE, NULL, NULL));
	REFUSED(try(&a, a.hbm, &a.command), EBUSY);
}

/* Two clients whose programs come one by one: the lease goes back and forth. */
TEST_LIMIT(lease_alternates, 150)
{
	unsigned int rounds = 150, i;
	struct client a, b;

	prepare(&a);
	prepare(&b);
	for (i = 0; i < rounds; i++) {
		OK(card_run(a.card, a.hbm, &a.command));
		OK(card_run(b.card, b.pci, &b.packets));
	}
	CHECK_EQ(client_info(a.card).lease_grants, rounds);
	CHECK_EQ(client_info(b.card).lease_grants, rounds);
}

/* How the card was shared in the next four seconds: the smaller part of both, in percent */
static unsigned int fairness(const struct client *x)
{
	struct drm_hlaccel_client_info before[2], after[2];
	uint64_t ns[2], grants[2];
	unsigned int i;

	for (i = 0; i < 2; i++)
		before[i] = client_info(x[i].card);
	usleep(4000000);
	for (i = 0; i < 2; i++) {
		after[i] = client_info(x[i].card);
		ns[i] = after[i].lease_ns - before[i].lease_ns;
		grants[i] = after[i].lease_grants - before[i].lease_grants;
	}
	harness_note("grants %" PRIu64 " and %" PRIu64 ", ms %" PRIu64 " and %" PRIu64,
		     grants[0], grants[1], ns[0] / 1000000, ns[1] / 1000000);
	if (grants[0] < 3 || grants[1] < 3)
		return 0;
	return (ns[0] < ns[1] ? ns[0] : ns[1]) * 100 / (ns[0] + ns[1]);
}

/*
 * Both always have work: both have the card for the same time. A thread that gets no
 * processor for a while has no work to give, so on a busy machine it may take a few
 * looks until both had some all the time; an unfair card never gets there.
 */
TEST_LIMIT(lease_is_fair, 120)
{
	unsigned int i, percent;
	struct client x[2];
	struct busy busy[2];

	for (i = 0; i < 2; i++)
		prepare(&x[i]);
	for (i = 0; i < 2; i++)
		busy_start(&busy[i], x[i].card, x[i].hbm, &x[i].data, deadline_ms(60000));
	for (i = 0; i < 8; i++) {
		percent = fairness(x);
		if (percent >= 45)
			break;
	}
	for (i = 0; i < 2; i++) {
		busy_stop(&busy[i]);
		busy_end(&busy[i]);
	}
	CHECK(percent >= 45);
}

/* Programs of one client wait for each other across queues, over the end of a slice. */
TEST_LIMIT(lease_with_programs_that_wait, 60)
{
	struct client a, b;
	struct busy busy;
	struct gate g;
	unsigned int i;

	prepare(&a);
	prepare(&b);
	busy_start(&busy, b.card, b.hbm, &b.data, deadline_ms(6000));
	for (i = 0; i < 3; i++) {
		g = gate_create(a.card, 9000);
		usleep(300000);
		gate_open(a.card, &g);
	}
	busy_end(&busy);
}

static void copy_and_compare(unsigned int seed, int64_t until)
{
	struct card *c = card_open_plain();
	struct memory m = card_memory(c, DRM_HLACCEL_REGION_DEVICE, 4 * MIB);
	uint32_t vm = card_vm(c), up, down;
	struct memory host = card_host(c, vm, c->va, 2 * MIB);
	struct drm_hlaccel_job job;
	unsigned int round;

	up = card_queue(c, DRM_HLACCEL_ENGINE_DMA, seed % 8, vm);
	down = card_queue(c, DRM_HLACCEL_ENGINE_DMA, (seed + 3) % 8, vm);
	for (round = 0; hlaccel_now_ns() < until; round++) {
		uint64_t *word = (uint64_t *)host.map;
		unsigned int i;

		for (i = 0; i < MIB / 8; i++)
			word[i] = ((uint64_t)seed << 56) + ((uint64_t)round << 32) + i;
		memset(host.map + MIB, 0, MIB);
		job = hlaccel_job_copy(0, host.address, m.handle, (round % 4) * MIB, MIB);
		OK(card_run(c, up, &job));
		job = hlaccel_job_copy(m.handle, (round % 4) * MIB, 0, host.address + MIB, MIB);
		OK(card_run(c, down, &job));
		check_same(host.map + MIB, host.map, MIB);
	}
	CHECK(round);
}

/* Two processes copy, two clients run programs: all on the same engines. */
TEST_LIMIT(copies_beside_programs, 60)
{
	int64_t until = deadline_ms(5000);
	struct client x[2];
	struct busy busy[2];
	pid_t child[2];
	unsigned int i;
	int status;

	for (i = 0; i < 2; i++) {
		child[i] = fork();
		CHECK(child[i] >= 0);
		if (!child[i]) {
			copy_and_compare(i + 2, until);
			_exit(0);
		}
	}
	for (i = 0; i < 2; i++) {
		prepare(&x[i]);
		busy_start(&busy[i], x[i].card, x[i].hbm, &x[i].data, until);
	}
	for (i = 0; i < 2; i++) {
		busy_end(&busy[i]);
		CHECK_EQ(waitpid(child[i], &status, 0), child[i]);
		CHECK(WIFEXITED(status) && !WEXITSTATUS(status));
	}
	CHECK(busy[0].jobs && busy[1].jobs);
}

static struct drm_hlaccel_sync_reserve valid_reserve(void)
{
	struct drm_hlaccel_sync_reserve reserve = {
		.sync_manager = 1, .num_sobs = 4, .num_monitors = 2,
	};

	return reserve;
}

static const struct field_row reserve_refusals[] = {
	{ "manager", FIELD(struct drm_hlaccel_sync_reserve, sync_manager), 4, ENOENT },
	{ "manager_high", FIELD(struct drm_hlaccel_sync_reserve, sync_manager), ~0U, ENOENT },
	{ "flags", FIELD(struct drm_hlaccel_sync_reserve, flags), 1, EINVAL },
	{ "pad", FIELD(struct drm_hlaccel_sync_reserve, pad), 1, EINVAL },
	{ "sobs", FIELD(struct drm_hlaccel_sync_reserve, num_sobs), 2049, ENOSPC },
	{ "sobs_high", FIELD(struct drm_hlaccel_sync_reserve, num_sobs), ~0U, ENOSPC },
	{ "monitors", FIELD(struct drm_hlaccel_sync_reserve, num_monitors), 513, ENOSPC },
	{ "monitors_high", FIELD(struct drm_hlaccel_sync_reserve, num_monitors), ~0U, ENOSPC },
};

TEST_TABLE(sync_reserve_refuses, reserve_refusals)
{
	struct drm_hlaccel_sync_reserve reserve = valid_reserve();
	struct card *c = card_open_plain();

	poke(&reserve, row->offset, row->size, row->value);
	REFUSED(hlaccel_ioctl(c->fd, DRM_IOCTL_HLACCEL_SYNC_RESERVE, &reserve), row->error);
	reserve = valid_reserve();
	reserve.num_sobs = 0;
	reserve.num_monitors = 0;
	REFUSED(hlaccel_ioctl(c->fd, DRM_IOCTL_HLACCEL_SYNC_RESERVE, &reserve), EINVAL);
	reserve = valid_reserve();
	OK(hlaccel_ioctl(c->fd, DRM_IOCTL_HLACCEL_SYNC_RESERVE, &reserve));
	CHECK(reserve.id);
	CHECK_EQ(reserve.first_sob % 8, 0);
}

/* Numbers are inside of what the query tells, and given to one client only. */
TEST(sync_reserve_is_exclusive)
{
	struct drm_hlaccel_sync_reserve r[64], one = { .sync_manager = 0, .num_sobs = 1 };
	struct card *a = card_open_plain(), *b = card_open_plain();
	struct drm_hlaccel_sync_manager_info sm[4];
	struct drm_hlaccel_sync_release release = {};
	unsigned int i, j;

	CHECK_EQ(hlaccel_query_array(a->fd, DRM_HLACCEL_QUERY_SYNC_MANAGERS, sm, sizeof(sm[0]),
				     4), 4);
	for (i = 0; i < ARRAY_SIZE(r); i++) {
		r[i] = (struct drm_hlaccel_sync_reserve){
			.sync_manager = 0, .num_sobs = 1 + i % 11, .num_monitors = i % 3,
		};
		OK(hlaccel_ioctl(i & 1 ? a->fd : b->fd, DRM_IOCTL_HLACCEL_SYNC_RESERVE, &r[i]));
		CHECK(r[i].first_sob >= sm[0].first_sob);
		CHECK(r[i].first_sob + r[i].num_sobs <= sm[0].first_sob + sm[0].num_sobs);
		for (j = 0; j < i; j++) {
			CHECK(r[i].first_sob >= r[j].first_sob + r[j].num_sobs ||
			      r[j].first_sob >= r[i].first_sob + r[i].num_sobs);
			CHECK(!r[i].num_monitors || !r[j].num_monitors ||
			      r[i].first_monitor >= r[j].first_monitor + r[j].num_monitors ||
			      r[j].first_monitor >= r[i].first_monitor + r[i].num_monitors);
		}
	}
	one.num_sobs = sm[0].num_sobs;
	REFUSED(hlaccel_ioctl(a->fd, DRM_IOCTL_HLACCEL_SYNC_RESERVE, &one), ENOSPC);
	/* Another client's id names nothing. */
	release.id = r[63].id;
	release.pad = 1;
	REFUSED(hlaccel_ioctl(a->fd, DRM_IOCTL_HLACCEL_SYNC_RELEASE, &release), EINVAL);
	release.pad = 0;
	OK(hlaccel_ioctl(a->fd, DRM_IOCTL_HLACCEL_SYNC_RELEASE, &release));
	REFUSED(hlaccel_ioctl(a->fd, DRM_IOCTL_HLACCEL_SYNC_RELEASE, &release), ENOENT);
	/* What a closed file had comes back. */
	card_close(b);
	card_close(a);
	a = card_open_plain();
	one.sync_manager = 1;
	one.num_sobs = sm[1].num_sobs & ~7U;
	for (i = 0; i < 200; i++) {
		int ret = hlaccel_ioctl(a->fd, DRM_IOCTL_HLACCEL_SYNC_RESERVE, &one);

		if (!ret)
			break;
		REFUSED(ret, ENOSPC);
		usleep(10000);
	}
	CHECK(i < 200);
}
