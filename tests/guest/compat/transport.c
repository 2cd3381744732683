// SPDX-License-Identifier: GPL-2.0
/*
 * How requests travel: numbers, sizes, what comes back.
 */
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib.h"

/* The tail of a block that is larger than the kernel's */
#define LARGE	256

struct size_row {
	const char *name;
	enum request which;
};

static const struct size_row requests[] = {
	{ "info", INFO }, { "cb", CB }, { "cs", CS }, { "wait", WAIT_CS }, { "memory", MEMORY },
	{ "debug", DEBUG },
};

static size_t size_of(enum request which)
{
	return gen->request[which] >> _IOC_SIZESHIFT & _IOC_SIZEMASK;
}

/* A request of each kind that the driver refuses, and how */
static int refusal(enum request which, void *args)
{
	union hl_mem_args *m = args;
	union hl_cb_args *b = args;
	union hl_cs_args *c = args;
	union hl_wait_cs_args *w = args;
	struct hl_info_args *i = args;
	struct hl_debug_args *d = args;

	switch (which) {
	case INFO:
		i->op = 5;
		break;
	case CB:
		b->in.op = 7;
		break;
	case CS:
		c->in.cs_flags = 0x6;
		break;
	case WAIT_CS:
		w->in.seq = 1000;
		break;
	case MEMORY:
		m->in.op = 7;
		break;
	default:
		d->op = 99;
		break;
	}
	return EINVAL;
}

/* A larger structure is as good; its tail comes back as it was. */
TEST_TABLE(larger, requests)
{
	unsigned char args[LARGE + 8] = { 0 };
	int fd = open_card(), error = refusal(row->which, args);
	size_t i, size = size_of(row->which);

	for (i = size < 56 ? 56 : size; i < sizeof(args); i++)
		args[i] = (unsigned char)i;
	REFUSED(request_sized(fd, row->which, args, LARGE), error);
	for (i = size < 56 ? 56 : size; i < sizeof(args); i++)
		CHECK_EQ(args[i], (unsigned char)i);
}

/* Not a byte is read or written behind the caller's structure. */
TEST_TABLE(at_the_end_of_memory, requests)
{
	size_t size = size_of(row->which);
	unsigned char *area = pages(2 * PAGE), *args = area + PAGE - size;
	int fd = open_card(), error;

	CHECK(!munmap(area + PAGE, PAGE));
	error = refusal(row->which, args);
	REFUSED(request(fd, row->which, args), error);
}

TEST_TABLE(unreadable, requests)
{
	int fd = open_card();
	char *area = pages(PAGE);

	REFUSED(request(fd, row->which, NULL), EFAULT);
	REFUSED(request(fd, row->which, (void *)0xffff888000000000), EFAULT);
	CHECK(!munmap(area, PAGE));
	REFUSED(request(fd, row->which, area), EFAULT);
}

/* The result cannot be stored: that is what comes back, whatever it was. */
TEST_TABLE(unwritable, requests)
{
	unsigned char *args = pages(PAGE);
	int fd = open_card();

	refusal(row->which, args);
	CHECK(!mprotect(args, PAGE, PROT_READ));
	REFUSED(request(fd, row->which, args), EFAULT);
}

/* Only as much of a result comes back as the caller has room for. */
TEST(shorter_result)
{
	unsigned char args[48];
	int fd = open_card();

	memset(args, 0, sizeof(args));
	memset(args + 16, 0x77, sizeof(args) - 16);
	/* 16 bytes: the CREATE of one page */
	args[13] = 0x10;
	OK(request_sized(fd, CB, args, 16));
	CHECK_EQ(load64(args), CB_TYPE + PAGE);
	CHECK_EQ(args[16], 0x77);
}

/* The wait of 2021 has 24 bytes, and everybody may use it. */
TEST(short_wait)
{
	int fd = open_card();
	struct cb cb = cb_new(fd, PAGE);
	union hl_wait_cs_args a = { 0 };
	uint64_t guard[7];

	p_nop(&cb.p);
	a.in.seq = submit_cb(fd, &cb, Q_IN);
	a.in.timeout_us = 5 * SECOND;
	memset(guard, 0x5a, sizeof(guard));
	memcpy(guard, &a, 24);
	OK(request_sized(fd, WAIT_CS, guard, 24));
	CHECK_EQ((uint32_t)guard[0], HL_WAIT_CS_STATUS_COMPLETED);
	CHECK_EQ(guard[3], 0x5a5a5a5a5a5a5a5a);
	memcpy(guard, &a, sizeof(a));
	OK(request_sized(fd, WAIT_CS, guard, 56));
	CHECK_EQ((uint32_t)guard[0], HL_WAIT_CS_STATUS_COMPLETED);
}

/* What the caller's structure has not is zero for the kernel: no padding to refuse. */
TEST(short_submission)
{
	int fd = open_card();
	struct cb cb = cb_new(fd, PAGE);
	struct hl_cs_chunk chunk;
	union hl_cs_args a = { 0 };

	p_nop(&cb.p);
	chunk = external(&cb, Q_IN);
	a.in.chunks_execute = (uintptr_t)&chunk;
	a.in.num_chunks_execute = 1;
	a.in.pad[0] = 1;
	REFUSED(cs(fd, &a), EINVAL);
	a = (union hl_cs_args) { 0 };
	a.in.chunks_execute = (uintptr_t)&chunk;
	a.in.num_chunks_execute = 1;
	a.in.pad[0] = 1;
	OK(request_sized(fd, CS, &a, 40));
	done(fd, a.out.seq);
}

/* Type and size may be anything for those that go by the number. */
TEST(unknown_numbers)
{
	bool drm = gen == &generation_612;
	unsigned long base = drm ? _IOWR('d', 0x46, char[24]) : _IOWR('H', 7, char[24]);
	int fd = open_card();
	char args[64] = "";

	CHECK(ioctl(fd, base, args) < 0);
	CHECK_EQ(errno, drm ? EINVAL : ENOTTY);
	CHECK(ioctl(fd, _IOWR('H', 0, char[24]), args) < 0);
	CHECK_EQ(errno, ENOTTY);
	CHECK(ioctl(fd, _IOWR('Q', 0x41, char[24]), args) < 0);
	CHECK_EQ(errno, ENOTTY);
	OK(request(fd, CB, &(union hl_cb_args){ .in.cb_size = PAGE }));
}

/* The other family's numbers, on the same node */
TEST(both_families)
{
	const struct generation *mine = gen, *other;
	int fd = open_card();
	struct cb cb;

	other = mine == &generation_612 ? &generation_61 : &generation_612;
	if (differs("one-family")) {
		union hl_cb_args a = { .in.cb_size = PAGE };

		CHECK(ioctl(fd, other->request[CB], &a) < 0);
		return;
	}
	/* The legacy node has one family only. */
	if (!mine->accel)
		return;
	cb = cb_new(fd, PAGE);
	p_nop(&cb.p);
	done(fd, submit_cb(fd, &cb, Q_IN));
	gen = other;
	done(fd, submit_cb(fd, &cb, Q_IN));
	CHECK_EQ(hw_ip(fd).num_of_events, 663);
	gen = mine;
	CHECK_EQ(submit_cb(fd, &cb, Q_IN), 3);
	done(fd, 3);
}

/* A control node knows both families, too, and of each only the one request. */
TEST(both_families_of_control)
{
	const struct generation *mine = gen;
	int control = open_control();
	char args[64] = "";

	if (differs("one-family")) {
		gen = &generation_61;
		CHECK(info(control, HL_INFO_HW_IP_INFO, &(struct hl_info_hw_ip_info){ 0 }, 64));
		return;
	}
	gen = &generation_612;
	CHECK_EQ(hw_ip(control).num_of_events, 663);
	REFUSED(request(control, CS, args), ENOTTY);
	gen = &generation_61;
	CHECK_EQ(hw_ip(control).num_of_events, 663);
	REFUSED(request(control, CS, args), ENOTTY);
	gen = mine;
	CHECK(ioctl(control, _IOWR('d', 0x46, char[24]), args) < 0);
	CHECK_EQ(errno, ENOTTY);
	CHECK(ioctl(control, _IOWR('H', 7, char[24]), args) < 0);
	CHECK_EQ(errno, ENOTTY);
}

/* The core's own requests on the same node have the same numbers in their family. */
TEST(requests_of_the_core)
{
	struct drm_version v = { 0 };
	int fd;

	if (!gen->accel)
		return;
	fd = open_card();
	CHECK(!ioctl(fd, DRM_IOCTL_VERSION, &v));
	CHECK(v.name_len > 0);
}

static int word32(const char *family, const char *node)
{
	int status;
	pid_t child = fork();

	CHECK(child >= 0);
	if (!child) {
		execl("./word32", "word32", family, node, NULL);
		_exit(127);
	}
	CHECK_EQ(waitpid(child, &status, 0), child);
	CHECK(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* A program of 32 bits: the same layouts, so the same answers. */
TEST(other_word_size)
{
	char path[64];

	close_card(open_card());
	compute_node(path, sizeof(path), card_index(0));
	CHECK_EQ(word32(gen == &generation_612 ? "new" : "old", path), 0);
}
