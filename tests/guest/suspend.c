// SPDX-License-Identifier: GPL-2.0
/*
 * The machine makes all devices believe that it sleeps. Folders shared by virtio do not
 * survive that: to be run from a copy in memory, and at the end.
 */
#include "card.h"

/* As a hard reset: what was there is lost, and new work is done. */
TEST_LIMIT(suspend, 90)
{
	struct drm_hlaccel_error record[64];
	struct drm_hlaccel_job job;
	struct memory hbm;
	uint32_t queue, vm, count;
	struct card *c;

	c = card_open();
	vm = card_vm(c);
	hbm = card_memory(c, DRM_HLACCEL_REGION_DEVICE, 2 * MIB);
	queue = card_queue(c, DRM_HLACCEL_ENGINE_DMA, 0, vm);
	job = hlaccel_job_fill(hbm.handle, 0, MIB, 1);
	OK(card_run(c, queue, &job));
	OK(write_file("/sys/power/pm_test", "devices"));
	OK(write_file("/sys/power/state", "freeze"));
	OK(write_file("/sys/power/pm_test", "none"));
	REFUSED(hlaccel_submit(c->fd, queue, &job, 1, NULL), ECANCELED);
	OK(hlaccel_read_errors(c->fd, record, 64, &count, NULL));
	CHECK_EQ(count, 1);
	CHECK_EQ(record[0].kind, DRM_HLACCEL_ERROR_RESET);
	card_close(c);

	c = card_open();
	hbm = card_memory(c, DRM_HLACCEL_REGION_DEVICE, 2 * MIB);
	queue = card_queue(c, DRM_HLACCEL_ENGINE_DMA, 0, 0);
	job = hlaccel_job_fill(hbm.handle, 0, MIB, 0x77);
	OK(card_run(c, queue, &job));
	check_pattern(hbm.map, 0x77, MIB);
	card_close(c);
}
