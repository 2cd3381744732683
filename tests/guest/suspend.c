// SPDX-License-Identifier: GPL-2.0
/*
 * The machine makes all devices believe that it sleeps. Folders shared by virtio do not
 * survive that: suspend.sh does without them meanwhile.
 */
#include <errno.h>

#include "card.h"

static const struct {
	const char *name;
	const char *level;
	const char *state;
} levels[] = {
	/* Up to the callbacks of drivers; and with the card switched off by the PCI core */
	{ "to_idle", "devices", "freeze" },
	{ "to_memory", "platform", "mem" },
};

static void sleep_now(const char *level, const char *state)
{
	OK(write_file("/sys/power/pm_test", level));
	OK(write_file("/sys/power/state", state));
	OK(write_file("/sys/power/pm_test", "none"));
}

/* As a hard reset: what ran is over, what was there is lost, and new work is done. */
TEST_TABLE(suspend, levels)
{
	struct drm_hlaccel_error record[64];
	struct drm_hlaccel_job job;
	struct memory hbm, host;
	uint32_t queue, vm, count;
	uint64_t resets;
	struct card *c;
	struct gate g;

	c = card_open();
	vm = card_vm(c);
	hbm = card_memory(c, DRM_HLACCEL_REGION_DEVICE, 2 * MIB);
	host = card_host(c, vm, c->va, MIB);
	memset(host.map, 0x66, MIB);
	queue = card_queue(c, DRM_HLACCEL_ENGINE_DMA, 0, vm);
	job = hlaccel_job_fill(hbm.handle, 0, MIB, 1);
	OK(card_run(c, queue, &job));
	resets = card_counters(c).resets;
	g = gate_create(c, 0);
	sleep_now(row->level, row->state);
	CHECK_EQ(card_status(c, g.queue, g.seqno), -EIO);
	CHECK_EQ(card_counters(c).resets, resets + 1);
	REFUSED(hlaccel_submit(c->fd, queue, &job, 1, NULL), ECANCELED);
	OK(hlaccel_read_errors(c->fd, record, 64, &count, NULL));
	CHECK_EQ(count, 1);
	CHECK_EQ(record[0].kind, DRM_HLACCEL_ERROR_RESET);
	/* Mappings stay, with the contents of host memory */
	check_pattern(host.map, 0x6666666666666666, MIB);
	memset(hbm.map, 0x67, MIB);
	check_pattern(hbm.map, 0x6767676767676767, MIB);
	card_close(c);

	c = card_open();
	hbm = card_memory(c, DRM_HLACCEL_REGION_DEVICE, 2 * MIB);
	queue = card_queue(c, DRM_HLACCEL_ENGINE_DMA, 0, 0);
	job = hlaccel_job_fill(hbm.handle, 0, MIB, 0x77);
	OK(card_run(c, queue, &job));
	check_pattern(hbm.map, 0x77, MIB);
	card_close(c);
}
