// SPDX-License-Identifier: GPL-2.0
/*
 * Submissions of the older interface: flags, sequence numbers and values of sync
 * objects.
 */
#include <kunit/test.h>

#include <linux/errno.h>
#include <linux/jiffies.h>

#include "hlaccel_compat_abi.h"
#include "hlaccel_compat_cs.h"

/**
 * struct check_case - A request and the verdict
 * @name: Name
 * @flags: Flags
 * @chunks: Number of chunks
 * @ret: Verdict
 */
struct check_case {
	const char *name;
	u32 flags;
	u32 chunks;
	int ret;
};

/* Numbers as the interface's definition has them, not as our header has them */
static const struct check_case check_cases[] = {
	{ "default", 0, 1, 0 },
	{ "default without chunks", 0, 0, -EINVAL },
	{ "default with all modifiers", 0xfe1, 512, 0 },
	{ "modifiers without chunks", 0xfe1, 0, -EINVAL },
	{ "signal", 0x2, 1, 0 },
	{ "signal of none", 0x2, 0, -EINVAL },
	{ "signal of two", 0x2, 2, -EINVAL },
	{ "signal with modifiers", 0xfe3, 1, 0 },
	{ "wait", 0x4, 1, 0 },
	{ "wait of none", 0x4, 0, -EINVAL },
	{ "wait of two", 0x4, 2, -EINVAL },
	{ "collective wait", 0x8, 1, 0 },
	{ "collective wait of two", 0x8, 2, -EINVAL },
	{ "unknown 4", 0x10, 1, -EINVAL },
	{ "reserve", 0x1000, 0, 0 },
	{ "unreserve", 0x2000, 0, 0 },
	{ "engine cores", 0x4000, 0, 0 },
	{ "flush", 0x8000, 0, 0 },
	{ "engines", 0x10000, 0, 0 },
	{ "unknown 17", 0x20000, 1, -EINVAL },
	{ "unknown 31", 0x80000000, 1, -EINVAL },
	{ "signal and wait", 0x6, 1, -EINVAL },
	{ "reserve and unreserve", 0x3000, 1, -EINVAL },
	{ "flush and engines", 0x18000, 1, -EINVAL },
	{ "all types", 0x1f00e, 1, -EINVAL },
};

static void check_flags(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(check_cases); i++)
		KUNIT_EXPECT_EQ_MSG(test, hlaccel_compat_cs_check(check_cases[i].flags,
								  check_cases[i].chunks),
				    check_cases[i].ret, "%s", check_cases[i].name);
}

static void numbers_have_their_places(struct kunit *test)
{
	static const struct {
		u64 last;
		u64 seq;
		enum hlaccel_compat_window place;
	} cases[] = {
		{ 0, 0, HLACCEL_COMPAT_GONE },
		{ 0, 1, HLACCEL_COMPAT_FUTURE },
		{ 1, 0, HLACCEL_COMPAT_GONE },
		{ 1, 1, HLACCEL_COMPAT_WITHIN },
		{ 1, 2, HLACCEL_COMPAT_FUTURE },
		{ 1, U64_MAX, HLACCEL_COMPAT_FUTURE },
		{ 16384, 0, HLACCEL_COMPAT_GONE },
		{ 16384, 1, HLACCEL_COMPAT_WITHIN },
		{ 16385, 1, HLACCEL_COMPAT_GONE },
		{ 16385, 2, HLACCEL_COMPAT_WITHIN },
		{ 16385, 16385, HLACCEL_COMPAT_WITHIN },
		{ 16385, 16386, HLACCEL_COMPAT_FUTURE },
		{ 100000, 83616, HLACCEL_COMPAT_GONE },
		{ 100000, 83617, HLACCEL_COMPAT_WITHIN },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++)
		KUNIT_EXPECT_EQ_MSG(test, hlaccel_compat_seq_place(cases[i].last, cases[i].seq),
				    cases[i].place, "%llu of %llu", cases[i].seq, cases[i].last);
}

/* One step; what it gives, and what the next one would start from */
static void advance(struct kunit *test, struct hlaccel_compat_sync *sync, u32 count, bool reserve,
		    int ret, u32 sob, u32 first, u32 next)
{
	struct hlaccel_compat_value value = { .sob = ~0, .first = ~0 };

	KUNIT_ASSERT_EQ(test, hlaccel_compat_sync_advance(sync, count, reserve, &value), ret);
	KUNIT_ASSERT_EQ(test, sync->next, next);
	if (ret < 0)
		return;
	KUNIT_ASSERT_EQ(test, value.sob, sob);
	KUNIT_ASSERT_EQ(test, value.first, first);
}

static void values_roll_over(struct kunit *test)
{
	struct hlaccel_compat_sync sync = { .next = 1 };
	u32 i;

	for (i = 1; i < 32767; i++)
		advance(test, &sync, 1, false, 0, 0, i, i + 1);
	KUNIT_EXPECT_EQ(test, sync.current_sob, 0);

	/* The object takes 32767 at most: the signal that gives it switches, if it may */
	sync.users[1] = 1;
	advance(test, &sync, 1, false, -EINVAL, 0, 0, 32767);
	KUNIT_EXPECT_EQ(test, sync.current_sob, 0);
	sync.users[0] = 5;
	sync.users[1] = 0;
	advance(test, &sync, 1, false, 1, 0, 32767, 1);
	KUNIT_EXPECT_EQ(test, sync.current_sob, 1);
	advance(test, &sync, 1, false, 0, 1, 1, 2);

	/* The first one has to be free when its turn comes again */
	sync.next = 32767;
	advance(test, &sync, 1, false, -EINVAL, 0, 0, 32767);
	sync.users[0] = 0;
	advance(test, &sync, 1, false, 1, 1, 32767, 1);
	KUNIT_EXPECT_EQ(test, sync.current_sob, 0);
}

static void reservations_roll_over(struct kunit *test)
{
	struct hlaccel_compat_sync sync = { .next = 1 };

	advance(test, &sync, 0, true, 0, 0, 1, 1);
	advance(test, &sync, 32766, true, 0, 0, 1, 32767);

	/* All of them are on the new object, and the next one comes after them */
	advance(test, &sync, 10, true, 1, 1, 1, 11);
	KUNIT_EXPECT_EQ(test, sync.current_sob, 1);
	sync.users[0] = 1;
	advance(test, &sync, 32767, true, -EINVAL, 0, 0, 11);
	sync.users[0] = 0;
	advance(test, &sync, 32767, true, 1, 0, 1, 32768);
	/* That one is full: not even one signal fits */
	advance(test, &sync, 1, false, 1, 1, 1, 2);
}

static void limits_are_ticks(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, hlaccel_compat_cs_ticks(0), 0);
	KUNIT_EXPECT_EQ(test, hlaccel_compat_cs_ticks(1), HZ);
	KUNIT_EXPECT_EQ(test, hlaccel_compat_cs_ticks(600), 600UL * HZ);
	/* Not cut down to 32 bits, and still a distance that two times can have */
	KUNIT_EXPECT_EQ(test, hlaccel_compat_cs_ticks(U32_MAX), (u64)U32_MAX * HZ);
	KUNIT_EXPECT_TRUE(test, time_after(jiffies + hlaccel_compat_cs_ticks(U32_MAX), jiffies));
}

static struct kunit_case compat_cs_cases[] = {
	KUNIT_CASE(check_flags),
	KUNIT_CASE(numbers_have_their_places),
	KUNIT_CASE(values_roll_over),
	KUNIT_CASE(reservations_roll_over),
	KUNIT_CASE(limits_are_ticks),
	{}
};

static struct kunit_suite compat_cs_suite = {
	.name = "hlaccel_compat_cs",
	.test_cases = compat_cs_cases,
};

kunit_test_suite(compat_cs_suite);
