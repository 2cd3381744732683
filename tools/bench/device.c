// SPDX-License-Identifier: GPL-2.0
/*
 * Rows about the node and the driver as a whole, and what the kernel itself costs.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <drm.h>

#include "bench.h"

/* No driver has an ioctl of this number */
#define DRM_UNKNOWN	_IO('d', 0x9f)
#define PLAIN_UNKNOWN	_IO('d', 0xff)
#define OPEN_TRIES	100000U
#define OPEN_PAUSE_US	100U

static void calibrate_syscall(struct bench *b)
{
	struct series s;

	series_init(&s, 100);
	while (s.count < s.space) {
		series_begin(b, &s);
		syscall(SYS_getppid);
		series_end(b, &s);
	}
	series_report(b, &s, "floor-syscall", 1);
}

/* An ioctl that ends where the file's own would begin */
static void calibrate_ioctl(struct bench *b, const char *name, const char *path,
			    unsigned long request)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);
	char argument[64] = { 0 };
	struct series s;
	int ret = -1;

	if (fd < 0) {
		report_why(b, name, path, -errno);
		return;
	}
	series_init(&s, 100);
	while (ret && s.count < s.space) {
		series_begin(b, &s);
		ret = ioctl(fd, request, argument);
		series_end(b, &s);
	}
	close(fd);
	if (ret) {
		series_report(b, &s, name, 1);
		return;
	}
	free(s.sample);
	report_why(b, name, "the ioctl was not refused", 0);
}

/* An ioctl with two words in and out that DRM does by itself, and nearly nothing */
static void calibrate_call(struct bench *b)
{
	struct drm_get_cap cap = { .capability = DRM_CAP_TIMESTAMP_MONOTONIC };
	int fd = open(b->node, O_RDWR | O_CLOEXEC), ret = 0;
	struct series s;

	if (fd < 0) {
		report_why(b, "floor-drm-call", b->node, -errno);
		return;
	}
	series_init(&s, 100);
	while (!ret && s.count < s.space) {
		series_begin(b, &s);
		ret = ioctl(fd, DRM_IOCTL_GET_CAP, &cap);
		series_end(b, &s);
	}
	ret = ret ? -errno : 0;
	close(fd);
	if (!ret) {
		series_report(b, &s, "floor-drm-call", 1);
		return;
	}
	free(s.sample);
	report_why(b, "floor-drm-call", "GET_CAP", ret);
}

/* What it takes the kernel to pin and to let go of memory, and little more */
static void calibrate_pin(struct bench *b, const char *name, void *memory, uint64_t size,
			  unsigned int times)
{
	struct io_uring_params params = { 0 };
	struct iovec vector = { memory, size };
	struct series pin, unpin;
	char row[64];
	int fd, ret = 0;

	fd = (int)syscall(SYS_io_uring_setup, 1, &params);
	if (fd < 0) {
		report_why(b, name, "io_uring", -errno);
		return;
	}
	series_init(&pin, times);
	series_init(&unpin, times);
	while (!ret && unpin.count < times) {
		series_begin(b, &pin);
		ret = (int)syscall(SYS_io_uring_register, fd, IORING_REGISTER_BUFFERS, &vector, 1);
		series_end(b, &pin);
		if (ret)
			break;
		series_begin(b, &unpin);
		ret = (int)syscall(SYS_io_uring_register, fd, IORING_UNREGISTER_BUFFERS, NULL, 0);
		series_end(b, &unpin);
	}
	ret = ret ? -errno : 0;
	close(fd);
	if (ret) {
		free(pin.sample);
		free(unpin.sample);
		report_why(b, name, "io_uring", ret);
		return;
	}
	snprintf(row, sizeof(row), "floor-pin-%s", name);
	series_report(b, &pin, row, 1);
	snprintf(row, sizeof(row), "floor-unpin-%s", name);
	series_report(b, &unpin, row, 1);
}

/**
 * calibrate_pins() - Floors of mapping
 *
 * Last of all: what it frees stays with the CPU, and burdens who is next.
 */
void calibrate_pins(struct bench *b)
{
	uint64_t size = b->quick ? 64 * MIB : GIB;
	void *memory = memory_small(size);
	int ret = 0;

	calibrate_pin(b, "4k", memory, PAGE, repeat(b, 50, 4));
	calibrate_pin(b, "1g-small", memory, size, 1);
	memory_free(memory, size);
	memory = memory_huge(size, &ret);
	if (!memory) {
		report_why(b, "floor-pin-1g-huge", "no huge pages", ret);
		return;
	}
	calibrate_pin(b, "2m-huge", memory, HUGE_PAGE, repeat(b, 50, 4));
	calibrate_pin(b, "1g-huge", memory, size, repeat(b, 3, 1));
	memory_free(memory, size);
}

void calibrate(struct bench *b)
{
	calibrate_syscall(b);
	calibrate_ioctl(b, "floor-ioctl", "/dev/null", PLAIN_UNKNOWN);
	calibrate_ioctl(b, "floor-drm-ioctl", b->node, DRM_UNKNOWN);
	calibrate_call(b);
}

/* Until the node can be opened: a release may go on after close() */
static int open_patiently(struct bench *b)
{
	unsigned int tries = OPEN_TRIES;
	int fd;

	do {
		fd = b->ops->open(b);
		if (fd != -EAGAIN && fd != -EBUSY)
			break;
		usleep(OPEN_PAUSE_US);
	} while (--tries);
	return fd;
}

static void row_open_close(struct bench *b)
{
	unsigned int times = repeat(b, 20, 3);
	struct series s;
	int fd = 0;

	series_init(&s, times);
	while (s.count < times) {
		series_begin(b, &s);
		fd = open_patiently(b);
		if (fd < 0)
			break;
		close(fd);
		series_end(b, &s);
	}
	if (fd < 0) {
		report_why(b, "open-close", "open", fd);
		free(s.sample);
		return;
	}
	series_report(b, &s, "open-close", 1);
}

static int write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), ret = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) < 0)
		ret = -errno;
	close(fd);
	return ret;
}

/* Take the card from the driver and give it back */
static void row_probe(struct bench *b)
{
	const char *address = strrchr(b->pci, '/') + 1;
	char driver[256], bind[300], unbind[300];
	int64_t held = 0, before, after;
	unsigned int times = repeat(b, 3, 1);
	struct series s;
	ssize_t size;
	char path[300];
	int ret = 0;

	snprintf(path, sizeof(path), "%s/driver", b->pci);
	size = readlink(path, driver, sizeof(driver) - 1);
	if (size < 0) {
		report_why(b, "probe", path, -errno);
		return;
	}
	driver[size] = '\0';
	snprintf(bind, sizeof(bind), "/sys/bus/pci/drivers/%s/bind", strrchr(driver, '/') + 1);
	snprintf(unbind, sizeof(unbind), "/sys/bus/pci/drivers/%s/unbind",
		 strrchr(driver, '/') + 1);

	series_init(&s, times);
	while (!ret && s.count < times) {
		ret = write_text(unbind, address);
		if (ret)
			break;
		before = kernel_memory();
		series_begin(b, &s);
		ret = write_text(bind, address);
		series_end(b, &s);
		after = kernel_memory();
		held = after - before;
	}
	if (ret) {
		free(s.sample);
		report_why(b, "probe", "unbind or bind", ret);
		report_why(b, "probe-memory", "unbind or bind", ret);
		return;
	}
	series_report(b, &s, "probe", 1);
	report_value(b, "probe-memory", "bytes", held > 0 ? (uint64_t)held : 0);
}

void rows_device(struct bench *b)
{
	row_open_close(b);
	row_probe(b);
}
