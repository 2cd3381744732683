// SPDX-License-Identifier: GPL-2.0
/*
 * The notifier: its file descriptor and its mask. What it tells is in fault.c.
 */
#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "lib.h"

static int registered(int fd, uint32_t op, int eventfd)
{
	struct hl_info_args a = { .op = op, .eventfd = (uint32_t)eventfd };

	return info_raw(fd, &a);
}

TEST(once)
{
	int fd = open_card(), e = eventfd(0, EFD_CLOEXEC), other = eventfd(0, EFD_CLOEXEC);

	REFUSED(registered(fd, HL_INFO_UNREGISTER_EVENTFD, 0), EINVAL);
	OK(registered(fd, HL_INFO_REGISTER_EVENTFD, e));
	REFUSED(registered(fd, HL_INFO_REGISTER_EVENTFD, e), EINVAL);
	REFUSED(registered(fd, HL_INFO_REGISTER_EVENTFD, other), EINVAL);
	OK(registered(fd, HL_INFO_UNREGISTER_EVENTFD, 0));
	REFUSED(registered(fd, HL_INFO_UNREGISTER_EVENTFD, 0), EINVAL);
	OK(registered(fd, HL_INFO_REGISTER_EVENTFD, other));
}

TEST(not_an_eventfd)
{
	int fd = open_card(), null = open("/dev/null", O_RDWR | O_CLOEXEC);

	REFUSED(registered(fd, HL_INFO_REGISTER_EVENTFD, -1), EBADF);
	REFUSED(registered(fd, HL_INFO_REGISTER_EVENTFD, 12345), EBADF);
	REFUSED(registered(fd, HL_INFO_REGISTER_EVENTFD, null), EINVAL);
	OK(registered(fd, HL_INFO_REGISTER_EVENTFD, eventfd(0, 0)));
}

/* It stays registered when the program closes its own descriptor. */
TEST(closed_descriptor)
{
	int fd = open_card(), e = eventfd(0, EFD_CLOEXEC);

	OK(registered(fd, HL_INFO_REGISTER_EVENTFD, e));
	CHECK(!close(e));
	REFUSED(registered(fd, HL_INFO_REGISTER_EVENTFD, eventfd(0, 0)), EINVAL);
	OK(registered(fd, HL_INFO_UNREGISTER_EVENTFD, 0));
}

/* The next opener has none, whatever the last one left. */
TEST(not_inherited)
{
	int fd = open_card();

	OK(registered(fd, HL_INFO_REGISTER_EVENTFD, eventfd(0, 0)));
	fd = reopen(fd);
	REFUSED(registered(fd, HL_INFO_UNREGISTER_EVENTFD, 0), EINVAL);
}

TEST(silence)
{
	int fd = open_card(), e = eventfd(0, EFD_NONBLOCK);
	struct pollfd p = { .fd = e, .events = POLLIN };
	struct cb cb = cb_new(fd, PAGE);
	uint64_t events = 1;

	OK(registered(fd, HL_INFO_REGISTER_EVENTFD, e));
	p_nop(&cb.p);
	done(fd, submit_cb(fd, &cb, Q_IN));
	CHECK_EQ(poll(&p, 1, 100), 0);
	OK(info(fd, HL_INFO_GET_EVENTS, &events, sizeof(events)));
	CHECK_EQ(events, 0);
}
