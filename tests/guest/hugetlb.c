// SPDX-License-Identifier: GPL-2.0
/*
 * User memory in huge pages of hugetlb, which the debug kernel is built without.
 */
#include <sys/wait.h>

#include "card.h"

#define HUGE		(2 * MIB)

static const struct {
	const char *name;
	int flags;
	size_t first;
	size_t size;
	long long pins;
} mappings[] = {
	{ "private", MAP_PRIVATE, 0, 3 * HUGE, 3 },
	{ "shared", MAP_SHARED, 0, 3 * HUGE, 3 },
	{ "part", MAP_SHARED, PAGE, 2 * HUGE, 511 + 1 + 1 },
};

/* One pin for each; a child's writes to private ones stay with the child. */
TEST_TABLE(hugetlb_maps, mappings)
{
	struct card *c = card_open();
	uint32_t vm = card_vm(c), queue = card_queue(c, DRM_HLACCEL_ENGINE_DMA, 0, vm);
	struct memory device = card_memory(c, DRM_HLACCEL_REGION_DEVICE, 4 * HUGE);
	struct drm_hlaccel_job job;
	unsigned char *memory;
	long long held;
	int status;
	pid_t pid;

	OK(write_file("/proc/sys/vm/nr_hugepages", "8"));
	memory = mmap(NULL, 4 * HUGE, PROT_READ | PROT_WRITE,
		      row->flags | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0);
	CHECK(memory != MAP_FAILED);
	fill_random(memory, 4 * HUGE);
	held = system_pins();
	OK(hlaccel_vm_map_user(c->fd, vm, memory + row->first, c->va, row->size));
	CHECK_EQ(system_pins() - held, row->pins);
	if (row->flags & MAP_PRIVATE) {
		fflush(NULL);
		pid = fork();
		CHECK(pid >= 0);
		if (!pid) {
			memset(memory, 0xee, 4 * HUGE);
			_exit(0);
		}
		CHECK(waitpid(pid, &status, 0) == pid);
		CHECK_EQ(status, 0);
	}
	job = hlaccel_job_copy(0, c->va, device.handle, 0, row->size);
	OK(card_run(c, queue, &job));
	check_same(device.map, memory + row->first, row->size);
	job = hlaccel_job_fill(0, c->va, row->size, 0x6f6f);
	OK(card_run(c, queue, &job));
	check_pattern(memory + row->first, 0x6f6f, row->size);
	OK(munmap(memory, 4 * HUGE));
	OK(card_run(c, queue, &job));
	OK(hlaccel_vm_unmap(c->fd, vm, c->va, row->size));
	CHECK_EQ(system_pins(), held);
	OK(write_file("/proc/sys/vm/nr_hugepages", "0"));
}
