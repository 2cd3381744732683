// SPDX-License-Identifier: GPL-2.0
/*
 * Submissions whose time is over.
 */
#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib.h"

static int submit_timed(int fd, struct hl_cs_chunk *chunk, uint32_t seconds, uint32_t flags,
			uint64_t *seq)
{
	union hl_cs_args a = {
		.in = {
			.chunks_execute = (uintptr_t)chunk, .num_chunks_execute = 1,
			.timeout = seconds, .cs_flags = HL_CS_FLAGS_CUSTOM_TIMEOUT | flags,
		},
	};
	int ret = cs(fd, &a);

	*seq = a.out.seq;
	return ret;
}

/* A program that waits for what gate_opener() does */
static struct cb stuck(int fd)
{
	struct cb cb = cb_new(fd, PAGE);

	p_wait(&cb.p, Q_IN, 250, 900, 1, false);
	p_sob(&cb.p, MB, 900, 0);
	return cb;
}

static void release(int fd)
{
	struct cb cb = cb_new(fd, PAGE);

	p_sob(&cb.p, MB, 900, HLACCEL_SOB_SET(1));
	submit_cb(fd, &cb, Q_OUT);
	cb_free(fd, &cb);
}

/* Only reported: whoever waits waits on, and the work may still come to its end. */
TEST_LIMIT(skip_reset, 60)
{
	int64_t before = now_ns();
	int fd = open_card();
	struct cb cb = stuck(fd);
	struct hl_cs_chunk chunk = external(&cb, Q_IN);
	struct hl_info_cs_timeout_event record = { 0 };
	struct hl_info_reset_count first, second;
	struct hl_wait_cs_out out;
	int e = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	struct hl_info_args a = { .op = HL_INFO_REGISTER_EVENTFD, .eventfd = (uint32_t)e };
	uint64_t seq, count;

	OK(info(fd, HL_INFO_RESET_COUNT, &first, sizeof(first)));
	OK(info_raw(fd, &a));
	OK(submit_timed(fd, &chunk, 1, HL_CS_FLAGS_SKIP_RESET_ON_TIMEOUT, &seq));
	OK(wait_cs(fd, seq, 3 * SECOND, &out));
	CHECK_EQ(out.status, HL_WAIT_CS_STATUS_BUSY);
	OK(info(fd, HL_INFO_CS_TIMEOUT_EVENT, &record, sizeof(record)));
	record_rooms(fd, HL_INFO_CS_TIMEOUT_EVENT, sizeof(record), false);
	CHECK_EQ(record.seq, seq);
	CHECK(record.timestamp >= before + 950000000 && record.timestamp <= now_ns());
	/* Once */
	CHECK_EQ(read(e, &count, sizeof(count)), (ssize_t)sizeof(count));
	CHECK_EQ(count, 1);
	CHECK_EQ(take_events(fd), HL_NOTIFIER_EVENT_CS_TIMEOUT);
	release(fd);
	OK(wait_cs(fd, seq, FOREVER, &out));
	CHECK_EQ(out.status, HL_WAIT_CS_STATUS_COMPLETED);
	/* The queue is free again. */
	cb_begin(&cb);
	p_nop(&cb.p);
	done(fd, submit_cb(fd, &cb, Q_IN));
	OK(info(fd, HL_INFO_RESET_COUNT, &second, sizeof(second)));
	CHECK_EQ(second.hard_reset_cnt, first.hard_reset_cnt);
	wait_idle(fd);
}

TEST(in_time)
{
	int fd = open_card();
	struct cb cb = stuck(fd);
	struct hl_cs_chunk chunk = external(&cb, Q_IN);
	struct hl_wait_cs_out out;
	uint64_t seq;

	OK(submit_timed(fd, &chunk, 20, HL_CS_FLAGS_SKIP_RESET_ON_TIMEOUT, &seq));
	sleep_ms(1500);
	CHECK(busy(fd, seq));
	release(fd);
	OK(wait_cs(fd, seq, 10 * SECOND, &out));
	CHECK_EQ(out.status, HL_WAIT_CS_STATUS_COMPLETED);
}

/* Not an end of the world, and not at once */
TEST(zero_and_most)
{
	int fd = open_card();
	struct cb cb = stuck(fd);
	struct hl_cs_chunk chunk = external(&cb, Q_IN);
	uint64_t seq;

	OK(submit_timed(fd, &chunk, UINT32_MAX, 0, &seq));
	sleep_ms(200);
	CHECK(busy(fd, seq));
	release(fd);
	done(fd, seq);
	/* It takes the card apart at once there, and deadlocks with the other flag. */
	if (differs("zero-timeout"))
		return;
	OK(submit_timed(fd, &chunk, 0, 0, &seq));
	sleep_ms(200);
	CHECK(busy(fd, seq));
	release(fd);
	done(fd, seq);
}

/* With an eventfd the reset is announced, and comes when the program has closed. */
TEST_LIMIT(announced_reset, 200)
{
	int fd = open_card(), control = open_control(), e = eventfd(0, 0);
	struct hl_info_args a = { .op = HL_INFO_REGISTER_EVENTFD, .eventfd = (uint32_t)e };
	struct pollfd p = { .fd = e, .events = POLLIN };
	struct cb cb = stuck(fd);
	struct hl_cs_chunk chunk = external(&cb, Q_IN);
	struct hl_info_reset_count first, second;
	struct hl_wait_cs_out out;
	uint64_t seq, seen = 0;
	int64_t end;
	int ret;

	OK(info(control, HL_INFO_RESET_COUNT, &first, sizeof(first)));
	OK(info_raw(fd, &a));
	OK(submit_timed(fd, &chunk, 1, 0, &seq));
	end = now_ns() + 20000000000LL;
	while (!(seen & HL_NOTIFIER_EVENT_CS_TIMEOUT) && now_ns() < end && poll(&p, 1, 1000) >= 0)
		seen |= take_events(fd);
	CHECK(seen & HL_NOTIFIER_EVENT_CS_TIMEOUT);
	while (!(seen & HL_NOTIFIER_EVENT_DEVICE_RESET) && now_ns() < end) {
		sleep_ms(50);
		seen |= take_events(fd);
	}
	CHECK(seen & HL_NOTIFIER_EVENT_DEVICE_RESET);
	ret = wait_cs(fd, seq, 0, &out);
	CHECK_EQ(ret, -EBUSY);
	CHECK(!munmap(cb.map, PAGE));
	fd = reopen(fd);
	OK(info(control, HL_INFO_RESET_COUNT, &second, sizeof(second)));
	CHECK(second.hard_reset_cnt > first.hard_reset_cnt);
}

struct waiter {
	int fd;
	uint64_t seq;
	struct hl_wait_cs_out out;
	int ret;
};

/* One that is on a list ends the wait for all of it, with its own error. */
static void *waits_for_one(void *data)
{
	struct waiter *w = data;
	uint64_t seq;

	while (!(seq = __atomic_load_n(&w->seq, __ATOMIC_ACQUIRE)))
		usleep(1000);
	w->ret = wait_multi(w->fd, &seq, 1, FOREVER, &w->out);
	return NULL;
}

/* Without one it comes at once: in a process of its own, which may be killed. */
TEST_LIMIT(reset_at_once, 200)
{
	struct hl_info_reset_count first, second;
	int control = open_control(), status, fd;
	pid_t child;

	OK(info(control, HL_INFO_RESET_COUNT, &first, sizeof(first)));
	child = fork();
	CHECK(child >= 0);
	if (!child) {
		struct hl_cs_chunk chunk;
		struct hl_wait_cs_out out;
		struct waiter w = { 0 };
		pthread_t thread;
		struct cb cb;
		uint64_t seq;

		fd = open_card();
		cb = stuck(fd);
		chunk = external(&cb, Q_IN);
		OK(submit_timed(fd, &chunk, 1, 0, &seq));
		if (gen->modern && !peer()) {
			OK(-pthread_create(&thread, NULL, waits_for_one, &w));
			w.fd = fd;
			__atomic_store_n(&w.seq, seq, __ATOMIC_RELEASE);
		}
		REFUSED(wait_cs(fd, seq, FOREVER, &out), ETIMEDOUT);
		CHECK_EQ(out.status, HL_WAIT_CS_STATUS_TIMEDOUT);
		if (w.seq) {
			OK(-pthread_join(thread, NULL));
			CHECK_EQ(w.ret, -ETIMEDOUT);
		}
		while (device_status(control) != HL_DEVICE_STATUS_OPERATIONAL)
			sleep_ms(20);
		sleep_ms(1500);
		while (device_status(control) != HL_DEVICE_STATUS_OPERATIONAL)
			sleep_ms(20);
		REFUSED(host_unmap(fd, 0), EBUSY);
		_exit(0);
	}
	CHECK_EQ(waitpid(child, &status, 0), child);
	if (differs("killed-by-reset"))
		CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	else
		CHECK_EQ(status, 0);
	fd = open_card();
	OK(info(fd, HL_INFO_RESET_COUNT, &second, sizeof(second)));
	CHECK(second.hard_reset_cnt > first.hard_reset_cnt);
}

/* One that is stuck until release(), and one on another queue until end_other() */
struct two {
	struct cb other;
	uint64_t first;
	uint64_t second;
};

static struct two submit_two(int fd, uint32_t seconds)
{
	struct two t = { .other = cb_new(fd, PAGE) };
	struct cb cb = stuck(fd);
	struct hl_cs_chunk chunk = external(&cb, Q_IN), next;

	p_wait(&t.other.p, Q_IN + 1, 251, 908, 1, false);
	p_sob(&t.other.p, MB, 908, 0);
	next = external(&t.other, Q_IN + 1);
	OK(submit_timed(fd, &chunk, 30, HL_CS_FLAGS_SKIP_RESET_ON_TIMEOUT, &t.first));
	OK(submit_timed(fd, &next, seconds, HL_CS_FLAGS_SKIP_RESET_ON_TIMEOUT, &t.second));
	return t;
}

static void end_other(int fd, struct two *t)
{
	cb_begin(&t->other);
	p_sob(&t->other.p, MB, 908, HLACCEL_SOB_SET(1));
	done(fd, submit_cb(fd, &t->other, Q_OUT));
	done(fd, t->second);
	wait_idle(fd);
}

static struct hl_info_cs_timeout_event timed_out(int fd)
{
	struct hl_info_cs_timeout_event record = { 0 };

	OK(info(fd, HL_INFO_CS_TIMEOUT_EVENT, &record, sizeof(record)));
	return record;
}

/* The old one and a new one: only the oldest one's time runs. */
TEST_LIMIT(one_at_a_time, 60)
{
	int fd = open_card();
	struct two t = submit_two(fd, 1);

	sleep_ms(2500);
	CHECK_EQ(timed_out(fd).timestamp, 0);
	release(fd);
	done(fd, t.first);
	/* Now it does. */
	sleep_ms(2500);
	CHECK(busy(fd, t.second));
	CHECK_EQ(timed_out(fd).seq, t.second);
	end_other(fd, &t);
}

/* Its time begins when it is the oldest one, not when that one's began. */
TEST_LIMIT(time_of_the_next, 60)
{
	int fd = open_card();
	struct two t = submit_two(fd, 6);

	sleep_ms(5000);
	release(fd);
	done(fd, t.first);
	sleep_ms(2500);
	CHECK_EQ(timed_out(fd).timestamp, 0);
	end_other(fd, &t);
}

static void put(const char *name, const char *text)
{
	char path[128];

	debugfs_file(path, sizeof(path), true, name);
	OK(put_text(path, text, strlen(text)));
}

static uint64_t late(int fd)
{
	struct hl_info_cs_timeout_event record = timed_out(fd);

	return record.timestamp ? record.seq : 0;
}

/* debugfs has the time for those that don't say one; zero is for ever, whatever they say. */
TEST_LIMIT(default_time, 60)
{
	char path[128], text[64];
	int fd = open_card();
	struct cb cb = stuck(fd);
	struct hl_cs_chunk chunk = external(&cb, Q_IN);
	uint64_t seq;

	debugfs_file(path, sizeof(path), true, "timeout_locked");
	CHECK(read_text(path, text, sizeof(text)));
	CHECK_EQ(strtoul(text, NULL, 10), 600);
	put("timeout_locked", "1");
	OK(submit_flags(fd, &chunk, 1, HL_CS_FLAGS_SKIP_RESET_ON_TIMEOUT, &seq));
	sleep_ms(500);
	CHECK_EQ(late(fd), 0);
	sleep_ms(2500);
	CHECK_EQ(late(fd), seq);
	release(fd);
	done(fd, seq);
	CHECK(!munmap(cb.map, PAGE));
	fd = reopen(fd);

	put("timeout_locked", "0");
	cb = stuck(fd);
	chunk = external(&cb, Q_IN);
	OK(submit_timed(fd, &chunk, 1, HL_CS_FLAGS_SKIP_RESET_ON_TIMEOUT, &seq));
	sleep_ms(2500);
	put("timeout_locked", "600");
	CHECK_EQ(late(fd), 0);
	release(fd);
	done(fd, seq);
}

/* What restores does not end: the submission behind it is not even begun. */
TEST_LIMIT(restore_takes_too_long, 120)
{
	struct hl_cs_chunk restore, chunk;
	struct cb cb, then;
	union hl_cs_args a;
	int fd;

	if (differs("killed-by-reset"))
		return;
	fd = open_card();
	cb = stuck(fd);
	then = cb_new(fd, PAGE);
	p_nop(&then.p);
	restore = external(&cb, Q_IN);
	chunk = external(&then, Q_IN);
	a = (union hl_cs_args) {
		.in = {
			.chunks_restore = (uintptr_t)&restore, .num_chunks_restore = 1,
			.chunks_execute = (uintptr_t)&chunk, .num_chunks_execute = 1,
			.cs_flags = HL_CS_FLAGS_FORCE_RESTORE,
		},
	};
	put("timeout_locked", "1");
	REFUSED(cs(fd, &a), ENOEXEC);
	put("timeout_locked", "600");
	CHECK_EQ((int32_t)a.out.status, -ENOEXEC);
	/* The number is that of what should have been restored. */
	CHECK_EQ(a.out.seq, 1);
	CHECK(!munmap(cb.map, PAGE) && !munmap(then.map, PAGE));
	fd = reopen(fd);
	cb = cb_new(fd, PAGE);
	p_nop(&cb.p);
	done(fd, submit_cb(fd, &cb, Q_IN));
}

/* debugfs says for all that nobody is to be reset. */
TEST_LIMIT(no_reset_for_anybody, 60)
{
	struct hl_info_reset_count first, second;
	int fd = open_card();
	struct cb cb = stuck(fd);
	struct hl_cs_chunk chunk = external(&cb, Q_IN);
	uint64_t seq;

	OK(info(fd, HL_INFO_RESET_COUNT, &first, sizeof(first)));
	put("skip_reset_on_timeout", "0x01");
	OK(submit_timed(fd, &chunk, 1, 0, &seq));
	sleep_ms(3000);
	put("skip_reset_on_timeout", "0x00");
	CHECK_EQ(late(fd), seq);
	CHECK(busy(fd, seq));
	release(fd);
	done(fd, seq);
	OK(info(fd, HL_INFO_RESET_COUNT, &second, sizeof(second)));
	CHECK_EQ(second.hard_reset_cnt, first.hard_reset_cnt);
}

/* Who was told and does not close has as much time as debugfs says. */
TEST_LIMIT(patience, 120)
{
	struct hl_info_args a = { .op = HL_INFO_REGISTER_EVENTFD, .eventfd = (uint32_t)eventfd(0, 0) };
	struct hl_info_reset_count first, second;
	int fd, control = open_control();
	struct hl_wait_cs_out out;
	struct hl_cs_chunk chunk;
	int64_t told, end;
	struct cb cb;
	uint64_t seq;

	/* It kills the one who does not close. */
	if (differs("killed-by-reset"))
		return;
	fd = open_card();
	OK(info(control, HL_INFO_RESET_COUNT, &first, sizeof(first)));
	OK(info_raw(fd, &a));
	put("device_release_watchdog_timeout", "3");
	cb = stuck(fd);
	chunk = external(&cb, Q_IN);
	OK(submit_timed(fd, &chunk, 1, 0, &seq));
	end = now_ns() + 20000000000LL;
	while (!(take_events(fd) & HL_NOTIFIER_EVENT_DEVICE_RESET) && now_ns() < end)
		sleep_ms(10);
	told = now_ns();
	REFUSED(wait_cs(fd, seq, 0, &out), EBUSY);
	do {
		sleep_ms(20);
		OK(info(control, HL_INFO_RESET_COUNT, &second, sizeof(second)));
	} while (second.hard_reset_cnt == first.hard_reset_cnt && now_ns() < end);
	put("device_release_watchdog_timeout", "30");
	CHECK_EQ(second.hard_reset_cnt, first.hard_reset_cnt + 1);
	CHECK(now_ns() - told >= 2500000000);
	CHECK(!munmap(cb.map, PAGE));
	while (device_status(control) != HL_DEVICE_STATUS_OPERATIONAL && now_ns() < end)
		sleep_ms(20);
	/* To close is no reason for another one. */
	fd = reopen(fd);
	OK(info(control, HL_INFO_RESET_COUNT, &second, sizeof(second)));
	CHECK_EQ(second.hard_reset_cnt, first.hard_reset_cnt + 1);
	close_card(fd);
}

/* There is no reset to wait for when another one came first. */
TEST_LIMIT(announced_and_done, 120)
{
	struct hl_info_args a = { .op = HL_INFO_REGISTER_EVENTFD, .eventfd = (uint32_t)eventfd(0, 0) };
	struct hl_info_reset_count first, second;
	int fd, control = open_control();
	struct hl_cs_chunk chunk;
	struct cb cb;
	char path[128];
	uint64_t seq;
	int64_t end;

	if (differs("killed-by-reset"))
		return;
	fd = open_card();
	OK(info(control, HL_INFO_RESET_COUNT, &first, sizeof(first)));
	OK(info_raw(fd, &a));
	put("device_release_watchdog_timeout", "8");
	cb = stuck(fd);
	chunk = external(&cb, Q_IN);
	OK(submit_timed(fd, &chunk, 1, 0, &seq));
	end = now_ns() + 20000000000LL;
	while (!(take_events(fd) & HL_NOTIFIER_EVENT_DEVICE_RESET) && now_ns() < end)
		sleep_ms(10);
	card_folder(path, sizeof(path));
	strcat(path, "/hard_reset");
	OK(put_text(path, "1", 1));
	do {
		sleep_ms(20);
		OK(info(control, HL_INFO_RESET_COUNT, &second, sizeof(second)));
	} while (second.hard_reset_cnt == first.hard_reset_cnt && now_ns() < end);
	CHECK_EQ(second.hard_reset_cnt, first.hard_reset_cnt + 1);
	sleep_ms(10000);
	put("device_release_watchdog_timeout", "30");
	OK(info(control, HL_INFO_RESET_COUNT, &second, sizeof(second)));
	CHECK_EQ(second.hard_reset_cnt, first.hard_reset_cnt + 1);
	CHECK(!munmap(cb.map, PAGE));
	close_card(reopen(fd));
}

static void *waits_alone(void *data)
{
	struct waiter *w = data;

	w->ret = wait_cs(w->fd, w->seq, FOREVER, &w->out);
	return NULL;
}

/* Who waits for something else is sent away when a reset is announced, and not before. */
TEST_LIMIT(announced_to_waiters, 200)
{
	struct hl_info_args a = { .op = HL_INFO_REGISTER_EVENTFD, .eventfd = (uint32_t)eventfd(0, 0) };
	struct waiter alone = { .ret = 1 }, listed = { .ret = 1 };
	pthread_t thread[2];
	int fd = open_card();
	struct cb cb = stuck(fd), other = cb_new(fd, PAGE);
	struct hl_cs_chunk chunk = external(&cb, Q_IN), late;
	uint64_t seq;

	if (!gen->modern || peer()) {
		close_card(fd);
		return;
	}
	p_wait(&other.p, Q_IN + 1, 251, 908, 1, false);
	p_sob(&other.p, MB, 908, 0);
	late = external(&other, Q_IN + 1);
	OK(info_raw(fd, &a));
	OK(submit_timed(fd, &chunk, 3, 0, &seq));
	OK(submit_timed(fd, &late, 100, 0, &alone.seq));
	listed.seq = alone.seq;
	alone.fd = fd;
	listed.fd = fd;
	OK(-pthread_create(&thread[0], NULL, waits_alone, &alone));
	OK(-pthread_create(&thread[1], NULL, waits_for_one, &listed));
	sleep_ms(500);
	CHECK_EQ(__atomic_load_n(&alone.ret, __ATOMIC_RELAXED), 1);
	CHECK_EQ(__atomic_load_n(&listed.ret, __ATOMIC_RELAXED), 1);
	OK(-pthread_join(thread[0], NULL));
	OK(-pthread_join(thread[1], NULL));
	CHECK_EQ(alone.ret, -EIO);
	CHECK_EQ(alone.out.status, HL_WAIT_CS_STATUS_ABORTED);
	CHECK_EQ(listed.ret, -EIO);
	CHECK(!munmap(cb.map, PAGE) && !munmap(other.map, PAGE));
	close_card(reopen(fd));
}
