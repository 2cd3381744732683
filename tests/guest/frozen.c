// SPDX-License-Identifier: GPL-2.0
/*
 * The PCI bus reports an error of a card, and the kernel gives up before it tells the
 * driver that the card is back: something beside the card has no driver. Only on the
 * device model, behind a port.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "card.h"

#define LIMIT_MS	40000

/* Need the hardware until it is said to be gone. */
static void come_back(struct card *c, uint32_t host)
{
	uint32_t vm;
	int ret;

	do {
		ret = hlaccel_vm_create(c->fd, &vm);
		if (!ret)
			ret = hlaccel_vm_map(c->fd, vm, host, c->va, MIB);
		if (!ret)
			ret = hlaccel_vm_destroy(c->fd, vm);
		/* The trace is to stay short */
		usleep(5000);
	} while (!ret);
	_exit(ret == -ENODEV || ret == -EIO || ret == -ECANCELED ? 0 : 1);
}

/* The same by touching it, until somebody ends that. */
static void touch(volatile unsigned char *map)
{
	for (;;) {
		*map = 1;
		usleep(1000);
	}
}

/* Who waits for a frozen card is told when the driver is taken from it. */
TEST_LIMIT(frozen_unbound, 120)
{
	struct card *c = card_open();
	struct memory hbm = card_memory(c, DRM_HLACCEL_REGION_DEVICE, 2 * MIB);
	struct drm_hlaccel_job job;
	char address[32], path[96];
	int64_t deadline;
	uint32_t host;
	pid_t pid[2];
	int status;

	OK(hlaccel_bo_create(c->fd, DRM_HLACCEL_REGION_HOST, MIB, &host));
	card_pci_address(c, address, sizeof(address));
	pid[0] = fork();
	CHECK(pid[0] >= 0);
	if (!pid[0])
		come_back(c, host);
	pid[1] = fork();
	CHECK(pid[1] >= 0);
	if (!pid[1])
		touch(hbm.map);
	trace_start();
	OK(system("hlqom card0 pcie-error MALF_TLP"));
	deadline = deadline_ms(LIMIT_MS);
	while (!strstr(trace_peek(), "why=frozen"))
		CHECK(hlaccel_now_ns() < deadline);
	usleep(20000);
	OK(write_file(DRIVER_FOLDER "/unbind", address));
	trace_stop();
	deadline = deadline_ms(LIMIT_MS);
	while (!waitpid(pid[0], &status, WNOHANG)) {
		CHECK(hlaccel_now_ns() < deadline);
		usleep(10000);
	}
	CHECK_EQ(status, 0);
	/* This one may have seen that the card was given up, or only that it has gone. */
	OK(kill(pid[1], SIGTERM));
	CHECK_EQ(waitpid(pid[1], &status, 0), pid[1]);
	CHECK(WIFSIGNALED(status) && (WTERMSIG(status) == SIGBUS || WTERMSIG(status) == SIGTERM));
	hbm.map[0] = 3;
	card_close(c);
	/* The port is through with it by then, and the card is as after switching on */
	usleep(3000000);
	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/remove", address);
	OK(write_file(path, "1"));
	OK(write_file("/sys/bus/pci/rescan", "1"));
	c = card_open();
	hbm = card_memory(c, DRM_HLACCEL_REGION_DEVICE, 2 * MIB);
	job = hlaccel_job_fill(hbm.handle, 0, hbm.size, 0x55);
	OK(card_run(c, card_queue(c, DRM_HLACCEL_ENGINE_DMA, 1, 0), &job));
	check_pattern(hbm.map, 0x55, hbm.size);
}
