// SPDX-License-Identifier: GPL-2.0
/*
 * Who is behind a bad access, and how many records are kept.
 */
#include <kunit/test.h>

#include <linux/jiffies.h>
#include <linux/llist.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include <uapi/hlaccel.h>

#include "hlaccel_client.h"
#include "hlaccel_device.h"
#include "hlaccel_error.h"
#include "hlaccel_fault.h"
#include "hlaccel_fault_private.h"
#include "hlaccel_job.h"
#include "hlaccel_ring_priv.h"

#define ID(x, y, axi)	((u32)(y) << 28 | (x) << 24 | (axi) << 20)

struct initiator_case {
	u32 id;
	u8 kind;
	u32 instances;
};

/* From the hardware's list, not from the table; the low bits say nothing */
static const struct initiator_case initiator_cases[] = {
	{ ID(1, 1, 1), DRM_HLACCEL_ENGINE_TPC, 0x01 },
	{ ID(8, 1, 1) | 0xfffff, DRM_HLACCEL_ENGINE_TPC, 0x08 },
	{ ID(1, 6, 1), DRM_HLACCEL_ENGINE_TPC, 0x10 },
	{ ID(7, 6, 1) | BIT(31), DRM_HLACCEL_ENGINE_TPC, 0x40 },
	{ ID(8, 6, 1), DRM_HLACCEL_ENGINE_TPC, 0x80 },
	{ ID(4, 1, 0), DRM_HLACCEL_ENGINE_MME, 0x01 },
	{ ID(6, 1, 0), DRM_HLACCEL_ENGINE_MME, 0x01 },
	{ ID(3, 6, 0), DRM_HLACCEL_ENGINE_MME, 0x02 },
	{ ID(0, 2, 2), DRM_HLACCEL_ENGINE_DMA, 0x05 },
	{ ID(0, 3, 2), DRM_HLACCEL_ENGINE_DMA, 0x50 },
	{ ID(9, 1, 2), DRM_HLACCEL_ENGINE_DMA, 0x0a },
	{ ID(9, 4, 2), DRM_HLACCEL_ENGINE_DMA, 0xa0 },
	/* PCI, device CPU, NIC, MMU, and places where nobody is */
	{ ID(8, 1, 4), 0, 0 },
	{ ID(8, 1, 5), 0, 0 },
	{ ID(1, 1, 3), 0, 0 },
	{ ID(1, 1, 7), 0, 0 },
	{ ID(0, 0, 0), 0, 0 },
	{ ID(15, 7, 15), 0, 0 },
};

static void initiators(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(initiator_cases); i++) {
		const struct initiator_case *want = &initiator_cases[i];
		const struct hlaccel_initiator *row;

		row = hlaccel_fault_initiator(&hlaccel_gaudi_desc, want->id);
		if (!want->kind) {
			KUNIT_EXPECT_NULL_MSG(test, row, "id %#x", want->id);
			continue;
		}
		KUNIT_ASSERT_NOT_NULL_MSG(test, row, "id %#x", want->id);
		KUNIT_EXPECT_EQ_MSG(test, row->kind, want->kind, "id %#x", want->id);
		KUNIT_EXPECT_EQ_MSG(test, row->instances, want->instances, "id %#x", want->id);
	}
}

/* Each engine can be found, and each row names engines that exist */
static void every_engine_has_a_place(struct kunit *test)
{
	const struct hlaccel_asic_desc *desc = &hlaccel_gaudi_desc;
	unsigned int e, i, places;

	for (e = 0; e < desc->num_engines; e++) {
		for (places = 0, i = 0; i < desc->num_initiators; i++)
			places += desc->initiators[i].kind == desc->engines[e].kind &&
				  desc->initiators[i].instances & BIT(desc->engines[e].instance);
		KUNIT_EXPECT_GT_MSG(test, places, 0, "%s", desc->engines[e].name);
	}
	for (i = 0; i < desc->num_initiators; i++)
		for (e = 0; e < i; e++)
			KUNIT_EXPECT_FALSE(test,
					   desc->initiators[e].x == desc->initiators[i].x &&
					   desc->initiators[e].y == desc->initiators[i].y &&
					   desc->initiators[e].axi == desc->initiators[i].axi);
}

static void add(struct hlaccel_errors *errors, u64 seqno)
{
	const struct drm_hlaccel_error record = { .seqno = seqno };

	hlaccel_errors_add(errors, &record);
}

/* The oldest are kept, whatever was read before */
static void oldest_stay(struct kunit *test)
{
	struct drm_hlaccel_error *records;
	struct hlaccel_errors *errors = hlaccel_errors_alloc(1);
	u64 seqno = 1, next = 1;
	u32 round, i, num;

	KUNIT_ASSERT_NOT_NULL(test, errors);
	records = kunit_kcalloc(test, HLACCEL_MAX_ERRORS + 1, sizeof(*records), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, records);
	for (round = 1; round < 10; round++) {
		for (i = 0; i < HLACCEL_MAX_ERRORS + round; i++)
			add(errors, seqno++);
		num = hlaccel_errors_peek(errors, records, 7 * round);
		KUNIT_EXPECT_EQ(test, num, min_t(u32, 7 * round, HLACCEL_MAX_ERRORS));
		for (i = 0; i < num; i++)
			KUNIT_EXPECT_EQ(test, records[i].seqno, next + i);
		KUNIT_EXPECT_EQ(test, hlaccel_errors_drop(errors, num), round);
		/* Looking changes nothing */
		num = hlaccel_errors_peek(errors, records, HLACCEL_MAX_ERRORS + 1);
		KUNIT_EXPECT_EQ(test, num, hlaccel_errors_peek(errors, records,
							       HLACCEL_MAX_ERRORS + 1));
		KUNIT_EXPECT_EQ(test, num, HLACCEL_MAX_ERRORS - min_t(u32, 7 * round,
								      HLACCEL_MAX_ERRORS));
		KUNIT_EXPECT_EQ(test, hlaccel_errors_drop(errors, num), 0);
		next = seqno;
	}
	hlaccel_errors_put(errors);
}

/* Numbers of engines */
#define DMA2		2
#define TPC(n)		(8 + (n))

#define CLIENTS		3

/**
 * struct fault_fake - A card with its engines, and clients with a job each
 * @hdev: Device
 * @errors: Records of the clients
 * @client: Clients
 * @queue: A queue of each, and one of the kernel's
 * @job: A job of each
 */
struct fault_fake {
	struct hlaccel_device hdev;
	struct hlaccel_errors *errors[CLIENTS];
	struct hlaccel_client client[CLIENTS];
	struct hlaccel_queue queue[CLIENTS + 1];
	struct hlaccel_job job[CLIENTS + 1];
};

static struct fault_fake *fault_fake(struct kunit *test)
{
	const struct hlaccel_asic_desc *desc = &hlaccel_gaudi_desc;
	struct fault_fake *fake = kunit_kzalloc(test, sizeof(*fake), GFP_KERNEL);
	struct hlaccel_rings *rings;
	struct hlaccel_ring *ring;
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, fake);
	rings = kunit_kzalloc(test, struct_size(rings, ring, desc->num_engines), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, rings);
	fake->hdev.desc = desc;
	fake->hdev.rings = rings;
	rings->num = desc->num_engines;
	for (i = 0; i < rings->num; i++) {
		ring = &rings->ring[i];
		ring->hdev = &fake->hdev;
		ring->engine = &desc->engines[i];
		ring->kind = hlaccel_ring_kind(ring->engine);
		spin_lock_init(&ring->lock);
		ring->jobs = kunit_kcalloc(test, hlaccel_ring_size(ring), sizeof(*ring->jobs),
					   GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, ring->jobs);
	}
	for (i = 0; i <= CLIENTS; i++) {
		fake->queue[i].id = 100 + i;
		fake->job[i].queue = &fake->queue[i];
		fake->job[i].seqno = 1000 + i;
		if (i == CLIENTS)
			break;
		fake->errors[i] = hlaccel_errors_alloc(i);
		KUNIT_ASSERT_NOT_NULL(test, fake->errors[i]);
		fake->client[i].errors = fake->errors[i];
		fake->queue[i].client = &fake->client[i];
	}
	return fake;
}

/* All references have come back */
static void fault_fake_end(struct kunit *test, struct fault_fake *fake)
{
	unsigned int i;

	for (i = 0; i < CLIENTS; i++) {
		KUNIT_EXPECT_EQ(test, kref_read(&fake->errors[i]->ref), 1);
		hlaccel_errors_put(fake->errors[i]);
	}
}

/* An engine runs the job of a client, of the kernel, or none */
static void runs(struct fault_fake *fake, unsigned int engine, int client)
{
	struct hlaccel_ring *ring = &fake->hdev.rings->ring[engine];

	ring->jobs[0] = client < 0 ? NULL : &fake->job[client];
	ring->pi = client >= 0;
}

/* The last one that it ran was a client's, @ago milliseconds ago */
static void ran(struct fault_fake *fake, unsigned int engine, int client, unsigned int ago)
{
	struct hlaccel_ring_last *last = &fake->hdev.rings->ring[engine].last;

	last->errors = client < 0 ? NULL : fake->errors[client];
	last->queue_id = 200 + client;
	last->seqno = 2000 + client;
	last->time = jiffies - msecs_to_jiffies(ago);
}

/* A copy did what is in its ranges, and nothing else */
static void copies_claim_their_addresses(struct kunit *test)
{
	static const struct {
		u64 address;
		bool mine;
	} cases[] = {
		{ 0, false }, { 0xfff, false }, { 0x1000, true }, { 0x10ff, true },
		{ 0x1100, false }, { 0x7fff, false }, { 0x8000, true }, { 0x80ff, true },
		{ 0x8100, false }, { ~0ULL, false },
	};
	struct fault_fake *fake = fault_fake(test);
	struct hlaccel_fault_note copy = {
		.errors = fake->errors[0], .ring = &fake->hdev.rings->ring[DMA2],
		.src = 0x1000, .dst = 0x8000, .size = 0x100,
	};
	struct hlaccel_fault_note program = { .errors = fake->errors[1], .program = true };
	struct hlaccel_capture capture = {};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		capture.address = cases[i].address;
		capture.kind = i % 2 ? HLACCEL_CAPTURE_PAGE : HLACCEL_CAPTURE_ACCESS;
		copy.node.next = NULL;
		KUNIT_EXPECT_EQ_MSG(test, hlaccel_fault_mine(&copy, &capture, &copy.node),
				    cases[i].mine, "%#llx", cases[i].address);
		/* Whoever failed beside it */
		copy.node.next = &program.node;
		KUNIT_EXPECT_EQ_MSG(test, hlaccel_fault_mine(&copy, &capture, &copy.node),
				    cases[i].mine, "%#llx", cases[i].address);
	}
	fault_fake_end(test, fake);
}

/* A program did any of it, unless another client's program may have */
static void programs_claim_what_is_not_contested(struct kunit *test)
{
	struct fault_fake *fake = fault_fake(test);
	struct hlaccel_fault_note note = {
		.errors = fake->errors[0], .ring = &fake->hdev.rings->ring[DMA2], .program = true,
	};
	struct hlaccel_fault_note other = { .program = true };
	struct hlaccel_capture capture = { .kind = HLACCEL_CAPTURE_PAGE, .address = 0x1234 };

	KUNIT_EXPECT_TRUE(test, hlaccel_fault_mine(&note, &capture, &note.node));
	note.node.next = &other.node;
	other.errors = fake->errors[0];
	KUNIT_EXPECT_TRUE(test, hlaccel_fault_mine(&note, &capture, &note.node));
	other.errors = fake->errors[1];
	KUNIT_EXPECT_FALSE(test, hlaccel_fault_mine(&note, &capture, &note.node));
	KUNIT_EXPECT_FALSE(test, hlaccel_fault_mine(&other, &capture, &note.node));
	/* The kernel's own is one more */
	other.errors = NULL;
	KUNIT_EXPECT_FALSE(test, hlaccel_fault_mine(&note, &capture, &note.node));
	/* A copy would have been checked */
	other.errors = fake->errors[1];
	other.program = false;
	KUNIT_EXPECT_TRUE(test, hlaccel_fault_mine(&note, &capture, &note.node));
	fault_fake_end(test, fake);
}

/* A blocked access is the engine's that it names, whoever failed beside it */
static void engines_claim_blocked_accesses(struct kunit *test)
{
	struct fault_fake *fake = fault_fake(test);
	struct hlaccel_fault_note note = { .errors = fake->errors[0], .program = true };
	struct hlaccel_fault_note other = { .errors = fake->errors[1], .program = true };
	struct hlaccel_capture capture = { .kind = HLACCEL_CAPTURE_WRITE };
	unsigned int i, e;

	note.node.next = &other.node;
	for (i = 0; i < ARRAY_SIZE(initiator_cases); i++) {
		const struct initiator_case *from = &initiator_cases[i];

		capture.id = from->id;
		capture.kind = i % 2 ? HLACCEL_CAPTURE_WRITE : HLACCEL_CAPTURE_READ;
		for (e = 0; e < fake->hdev.rings->num; e++) {
			const struct hlaccel_engine_desc *engine = &hlaccel_gaudi_desc.engines[e];
			bool mine = from->kind && from->kind == engine->kind &&
				    from->instances & BIT(engine->instance);

			note.ring = &fake->hdev.rings->ring[e];
			KUNIT_EXPECT_EQ_MSG(test,
					    hlaccel_fault_mine(&note, &capture, &note.node), mine,
					    "%s, id %#x", engine->name, from->id);
		}
	}
	fault_fake_end(test, fake);
}

#define NONE		-1
#define KERNEL		CLIENTS
#define OLD_MS		400

struct blame_case {
	const char *name;
	int now, last;
	unsigned int ago;
	int who;
	bool before, several;
};

static const struct blame_case blame_cases[] = {
	{ "nobody", NONE, NONE, 0, NONE, false, false },
	{ "who runs", 0, NONE, 0, 0, false, false },
	{ "who ran", NONE, 0, 0, 0, true, false },
	{ "who ran long ago", NONE, 0, OLD_MS, NONE, false, false },
	{ "one client's, twice", 0, 0, 0, 0, false, false },
	{ "two clients", 0, 1, 0, NONE, false, true },
	{ "two clients, one long ago", 0, 1, OLD_MS, 0, false, false },
	{ "the kernel", KERNEL, NONE, 0, NONE, false, false },
	{ "the kernel after a client", KERNEL, 1, 0, 1, true, false },
};

static void who_has_the_engine(struct kunit *test)
{
	struct fault_fake *fake = fault_fake(test);
	struct hlaccel_fault_suspect who;
	unsigned int i;
	bool sure;

	for (i = 0; i < ARRAY_SIZE(blame_cases); i++) {
		const struct blame_case *want = &blame_cases[i];

		runs(fake, TPC(1), want->now);
		ran(fake, TPC(1), want->last, want->ago);
		sure = hlaccel_fault_blame(&fake->hdev.rings->ring[TPC(1)], &who);
		KUNIT_EXPECT_EQ_MSG(test, sure, want->who >= 0, "%s", want->name);
		KUNIT_EXPECT_EQ_MSG(test, who.several, want->several, "%s", want->name);
		if (!sure)
			KUNIT_EXPECT_NULL_MSG(test, who.errors, "%s", want->name);
		if (!sure || want->who < 0)
			continue;
		KUNIT_EXPECT_PTR_EQ_MSG(test, who.errors, fake->errors[want->who], "%s",
					want->name);
		KUNIT_EXPECT_EQ_MSG(test, who.queue_id, (want->before ? 200u : 100u) + want->who,
				    "%s", want->name);
		KUNIT_EXPECT_EQ_MSG(test, who.seqno, (want->before ? 2000u : 1000u) + want->who,
				    "%s", want->name);
		hlaccel_errors_put(who.errors);
	}
	fault_fake_end(test, fake);
}

/* Is a leftover access a client's, and which engine's? */
static void expect_blame(struct kunit *test, struct fault_fake *fake,
			 const struct hlaccel_capture *capture, int client, int engine,
			 const char *what)
{
	struct hlaccel_fault_suspect who;
	struct hlaccel_ring *where;
	bool sure;

	sure = hlaccel_fault_blame_capture(&fake->hdev, capture, &who, &where);
	KUNIT_EXPECT_EQ_MSG(test, sure, client >= 0, "%s", what);
	if (sure && client >= 0) {
		KUNIT_EXPECT_PTR_EQ_MSG(test, who.errors, fake->errors[client], "%s", what);
		KUNIT_EXPECT_PTR_EQ_MSG(test, where,
					engine < 0 ? NULL : &fake->hdev.rings->ring[engine], "%s",
					what);
	}
	if (who.errors)
		hlaccel_errors_put(who.errors);
}

static void leftovers(struct kunit *test)
{
	struct hlaccel_capture page = { .kind = HLACCEL_CAPTURE_PAGE, .address = 0x1234 };
	/* TPC 3, and TPC 0 */
	struct hlaccel_capture blocked = { .kind = HLACCEL_CAPTURE_READ, .id = ID(8, 1, 1) };
	struct hlaccel_capture other = { .kind = HLACCEL_CAPTURE_WRITE, .id = ID(1, 1, 1) };
	struct fault_fake *fake = fault_fake(test);

	/* Jobs of DMA engines would have claimed it */
	runs(fake, DMA2, 1);
	expect_blame(test, fake, &page, NONE, NONE, "nobody");
	runs(fake, TPC(3), 0);
	expect_blame(test, fake, &page, 0, TPC(3), "one");
	expect_blame(test, fake, &blocked, 0, TPC(3), "one, named");
	expect_blame(test, fake, &other, NONE, NONE, "somebody else named");
	ran(fake, TPC(0), 0, 0);
	expect_blame(test, fake, &page, 0, NONE, "two engines of one client");
	expect_blame(test, fake, &other, 0, TPC(0), "of these one named");
	ran(fake, TPC(0), 1, 0);
	expect_blame(test, fake, &page, NONE, NONE, "two clients");
	expect_blame(test, fake, &blocked, 0, TPC(3), "of these one named");
	/* An engine that two have had counts, too */
	runs(fake, TPC(0), 2);
	expect_blame(test, fake, &page, NONE, NONE, "three clients");
	expect_blame(test, fake, &other, NONE, NONE, "two of them named");
	runs(fake, TPC(0), NONE);
	ran(fake, TPC(0), 1, OLD_MS);
	expect_blame(test, fake, &page, 0, TPC(3), "one long ago");
	fault_fake_end(test, fake);
}

static struct kunit_case fault_test_cases[] = {
	KUNIT_CASE(initiators),
	KUNIT_CASE(every_engine_has_a_place),
	KUNIT_CASE(oldest_stay),
	KUNIT_CASE(copies_claim_their_addresses),
	KUNIT_CASE(programs_claim_what_is_not_contested),
	KUNIT_CASE(engines_claim_blocked_accesses),
	KUNIT_CASE(who_has_the_engine),
	KUNIT_CASE(leftovers),
	{}
};

static struct kunit_suite fault_suite = {
	.name = "hlaccel_fault",
	.test_cases = fault_test_cases,
};

kunit_test_suite(fault_suite);
