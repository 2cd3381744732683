// SPDX-License-Identifier: GPL-2.0
/*
 * What answers a program whose card is gone: each request, on both nodes. What happens
 * meanwhile is in unplug.c.
 */
#include <sys/mman.h>
#include <unistd.h>

#include "lib.h"

#define DRIVER	"/sys/bus/pci/drivers/hlaccel"

static void tell_driver(const char *file, const char *address)
{
	char path[64];

	snprintf(path, sizeof(path), DRIVER "/%s", file);
	OK(put_text(path, address, strlen(address)));
}

TEST_LIMIT(each_request, 120)
{
	static const char * const names[REQUESTS] = { "info", "cb", "cs", "wait", "memory", "debug" };
	int fd = open_card(), control = open_control(), i;
	struct cb cb = cb_new(fd, PAGE);
	struct host h = host_new(fd, PAGE);
	char address[64];
	uint64_t other;
	void *map;

	OK(sysfs_value("pci_addr", address, sizeof(address)));
	OK(cb_create(fd, PAGE, &other));
	p_nop(&cb.p);
	done(fd, submit_cb(fd, &cb, Q_IN));
	tell_driver("unbind", address);

	for (i = 0; i < REQUESTS; i++) {
		unsigned char args[256] = { 0 };
		int ret = request(fd, i, args);

		if (ret != -ENODEV)
			FAIL("%s: %s", names[i], strerror(-ret));
	}
	REFUSED(host_unmap(fd, h.address), ENODEV);
	REFUSED(info(control, HL_INFO_HW_IP_INFO, &(struct hl_info_hw_ip_info){ 0 }, 64), ENODEV);
	map = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, (off_t)other);
	CHECK(map == MAP_FAILED && errno == ENODEV);
	/* What was mapped is memory still. */
	memset(cb.map, 0x11, PAGE);
	CHECK(!munmap(cb.map, PAGE));
	close_card(fd);
	close_card(control);

	tell_driver("bind", address);
	fd = open_card();
	cb = cb_new(fd, PAGE);
	p_nop(&cb.p);
	CHECK_EQ(submit_cb(fd, &cb, Q_IN), 1);
	done(fd, 1);
}
