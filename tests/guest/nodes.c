// SPDX-License-Identifier: GPL-2.0
/*
 * Nodes of a card when the driver is taken from it and given back.
 */
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "card.h"

/* A request of the older interface, by its number */
#define OLD_INFO	0xc0184801UL
#define OLD_STATUS	4

struct old_info {
	uint64_t pointer;
	uint32_t size;
	uint32_t op;
	uint32_t argument;
	uint32_t pad;
};

static int old_status(int fd, uint32_t *status)
{
	uint32_t answer[2] = {};
	struct old_info info = {
		.pointer = (uintptr_t)answer, .size = sizeof(answer), .op = OLD_STATUS,
	};

	if (ioctl(fd, OLD_INFO, &info))
		return -errno;
	*status = answer[0];
	return 0;
}

static unsigned int number_of(const char *node)
{
	unsigned int number;

	if (sscanf(node, "/dev/accel/accel%u", &number) != 1)
		FAIL("%s is no node of a card", node);
	return number;
}

/* What libraries make of a minor: the control node's neighbour tells the address. */
static void check_pair(unsigned int number, const char *address)
{
	struct stat compute, control;
	char path[64], text[32] = "";
	FILE *file;

	CHECK_EQ(number % 2, 0);
	snprintf(path, sizeof(path), "/dev/accel/accel%u", number);
	CHECK_EQ(stat(path, &compute), 0);
	snprintf(path, sizeof(path), "/dev/accel/accel_controlD%u", number);
	CHECK_EQ(stat(path, &control), 0);
	CHECK_EQ(major(control.st_rdev), major(compute.st_rdev));
	CHECK_EQ(minor(compute.st_rdev), number);
	CHECK_EQ(minor(control.st_rdev), number + 1);
	snprintf(path, sizeof(path), "/sys/dev/char/%u:%u/pci_addr", major(control.st_rdev),
		 minor(control.st_rdev) - 1);
	file = fopen(path, "r");
	CHECK(file);
	CHECK(fgets(text, sizeof(text), file));
	fclose(file);
	if (strncmp(text, address, strlen(address)))
		FAIL("%s is %s, not %s", path, text, address);
}

static void rebind(const char *address)
{
	OK(write_file(DRIVER_FOLDER "/unbind", address));
	OK(write_file(DRIVER_FOLDER "/bind", address));
}

/* An open file keeps its minor, so that the lowest free one is odd. */
TEST_LIMIT(nodes_pair_of_minors, 90)
{
	struct card *c = card_open();
	char address[32], node[32];
	unsigned int first;
	int old, fd;

	card_pci_address(c, address, sizeof(address));
	card_close(c);
	old = hlaccel_open(0, node, sizeof(node));
	CHECK(old >= 0);
	first = number_of(node);
	check_pair(first, address);

	rebind(address);
	fd = hlaccel_open(0, node, sizeof(node));
	CHECK(fd >= 0);
	CHECK(number_of(node) != first);
	check_pair(number_of(node), address);
	close(fd);
	close(old);

	rebind(address);
	fd = hlaccel_open(0, node, sizeof(node));
	CHECK(fd >= 0);
	CHECK_EQ(number_of(node), first);
	check_pair(first, address);
	close(fd);
}

/* Files of all kinds of nodes stay valid and answer ENODEV. */
TEST_LIMIT(nodes_open_while_unbound, 90)
{
	struct card *c = card_open();
	char address[32], node[32], path[3][32];
	unsigned int i, number;
	uint32_t status;
	int fd[3];

	card_pci_address(c, address, sizeof(address));
	card_close(c);
	fd[0] = hlaccel_open(0, node, sizeof(node));
	CHECK(fd[0] >= 0);
	close(fd[0]);
	number = number_of(node);
	snprintf(path[0], sizeof(path[0]), "/dev/hl%u", number / 2);
	snprintf(path[1], sizeof(path[1]), "/dev/hl_controlD%u", number / 2);
	snprintf(path[2], sizeof(path[2]), "/dev/accel/accel_controlD%u", number);
	for (i = 0; i < ARRAY_SIZE(fd); i++) {
		fd[i] = open(path[i], O_RDWR | O_CLOEXEC);
		CHECK(fd[i] >= 0);
		OK(old_status(fd[i], &status));
		CHECK_EQ(status, 0);
	}
	/* The first one has the card. */
	CHECK_EQ(open(path[0], O_RDWR | O_CLOEXEC), -1);
	CHECK_EQ(errno, EBUSY);

	OK(write_file(DRIVER_FOLDER "/unbind", address));
	for (i = 0; i < ARRAY_SIZE(fd); i++) {
		REFUSED(old_status(fd[i], &status), ENODEV);
		CHECK_EQ(open(path[i], O_RDWR | O_CLOEXEC), -1);
		CHECK_EQ(errno, ENOENT);
		close(fd[i]);
	}
	OK(write_file(DRIVER_FOLDER "/bind", address));
	fd[0] = open(path[0], O_RDWR | O_CLOEXEC);
	CHECK(fd[0] >= 0);
	OK(old_status(fd[0], &status));
	close(fd[0]);
}
