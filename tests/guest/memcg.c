// SPDX-License-Identifier: GPL-2.0
/*
 * What a client has is charged to its memory control group.
 */
#include <errno.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "card.h"

#define GROUPS	"/tmp/groups"

/* What the kernel charges ahead for, per processor */
#define AHEAD	(2 * MIB)

static void enter_group(void)
{
	if (mkdir(GROUPS, 0700))
		CHECK_EQ(errno, EEXIST);
	/* Mounted by the test before it already */
	if (mount("none", GROUPS, "cgroup2", 0, NULL))
		CHECK_EQ(errno, EBUSY);
	OK(write_file(GROUPS "/cgroup.subtree_control", "+memory"));
	if (mkdir(GROUPS "/client", 0700))
		CHECK_EQ(errno, EEXIST);
	OK(write_file(GROUPS "/client/cgroup.procs", "0"));
}

static int64_t charged(void)
{
	long long bytes;

	CHECK_EQ(sscanf(look_file(GROUPS "/client", "memory.current"), "%lld", &bytes), 1);
	return bytes;
}

/* Host buffers, whether somebody has touched them or not, as long as they live. */
TEST(memcg_host_buffer)
{
	int64_t before, with;
	struct card *c;
	uint32_t handle;

	enter_group();
	c = card_open_plain();
	before = charged();
	OK(hlaccel_bo_create(c->fd, DRM_HLACCEL_REGION_HOST, 64 * MIB, &handle));
	with = charged();
	harness_note("%lld bytes more", (long long)(with - before));
	CHECK(with >= before + (int64_t)(64 * MIB - AHEAD));
	CHECK(with <= before + (int64_t)(64 * MIB + AHEAD));
	OK(hlaccel_bo_close(c->fd, handle));
	CHECK(charged() <= before + (int64_t)AHEAD);
	card_close(c);
}

/* What is kept for mappings and waiting jobs. */
TEST_LIMIT(memcg_bookkeeping, 60)
{
	enum { MAPPINGS = 60000 };
	struct memory host;
	int64_t before, with;
	struct card *c;
	unsigned int i;
	uint32_t vm;

	enter_group();
	c = card_open_plain();
	vm = card_vm(c);
	host = card_memory(c, DRM_HLACCEL_REGION_HOST, 2 * PAGE);
	before = charged();
	/* Never neighbours that could be one */
	for (i = 0; i < MAPPINGS; i++)
		OK(hlaccel_vm_map(c->fd, vm, host.handle, c->va + 2 * i * PAGE, PAGE));
	with = charged();
	harness_note("%lld bytes each", (long long)(with - before) / MAPPINGS);
	/* A mapping can't be described by less */
	CHECK(with - before >= MAPPINGS * 64);
	OK(hlaccel_vm_unmap(c->fd, vm, c->va, 2 * MAPPINGS * PAGE));
	CHECK(charged() <= before + (with - before) / 2);
	card_close(c);
}
