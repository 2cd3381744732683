// SPDX-License-Identifier: GPL-2.0
/*
 * What the firmware tells of, as programs hear of it. Only on the device model, whose
 * properties hlqom sets.
 */
#include <sys/wait.h>
#include <unistd.h>

#include "lib.h"

#define EVENTS	663

/* The next program has a card, and no records of the last one's. */
static void settle(int fd)
{
	struct hl_info_hw_err_event hw = { .event_id = 7 };
	struct hl_info_fw_err_event fw = { .event_id = 7 };

	fd = reopen(fd);
	OK(info(fd, HL_INFO_HW_ERR_EVENT, &hw, sizeof(hw)));
	OK(info(fd, HL_INFO_FW_ERR_EVENT, &fw, sizeof(fw)));
	CHECK_EQ(hw.event_id, 7);
	CHECK_EQ(fw.event_id, 7);
	close_card(fd);
}

struct record_row {
	const char *name;
	unsigned int event;
};

static const struct record_row hardware[] = {
	{ "mmu_memory", 194 }, { "pll", 239 }, { "first_hbm", 189 }, { "reset_wanted", 646 },
	{ "out_of_step", 647 },
};

/* The card is reset for it, and there is a record: the first one's, whole or not at all. */
TEST_TABLE(hardware_error, hardware)
{
	int64_t before = now_ns();
	int fd = open_card(), e = notifier(fd);
	struct hl_info_hw_err_event record = { 0 };

	inject_event(row->event);
	await_events(fd, e, HL_NOTIFIER_EVENT_CRITICL_HW_ERR | HL_NOTIFIER_EVENT_GENERAL_HW_ERR |
		     HL_NOTIFIER_EVENT_DEVICE_RESET);
	OK(info(fd, HL_INFO_HW_ERR_EVENT, &record, sizeof(record)));
	CHECK_EQ(record.event_id, row->event);
	CHECK(record.timestamp >= before && record.timestamp <= now_ns());
	record_rooms(fd, HL_INFO_HW_ERR_EVENT, sizeof(record), true);
	REFUSED(info(fd, HL_INFO_HW_ERR_EVENT, &record, 0), ENOMEM);
	REFUSED(info(fd, HL_INFO_HW_ERR_EVENT, NULL, sizeof(record)), EINVAL);
	REFUSED(info(fd, HL_INFO_HW_ERR_EVENT, (void *)8, sizeof(record)), EFAULT);
	/* Not of another kind */
	record.event_id = 1;
	OK(info(fd, HL_INFO_FW_ERR_EVENT, &record, sizeof(record)));
	CHECK_EQ(record.event_id, 1);
	settle(fd);
}

static const struct {
	const char *name;
	unsigned int event;
	uint32_t engine;
} cores[] = {
	{ "assertion", 203, GAUDI_ENGINE_ID_TPC_1 }, { "program", 307, GAUDI_ENGINE_ID_TPC_1 },
	{ "tpc_queue", 574, GAUDI_ENGINE_ID_TPC_2 }, { "dma_core", 605, GAUDI_ENGINE_ID_DMA_1 },
};

/* The first one is in the record */
TEST_TABLE(engine_error, cores)
{
	int fd = open_card(), e = notifier(fd);
	struct hl_info_engine_err_event record = { 0 };

	inject_event(row->event);
	await_events(fd, e, HL_NOTIFIER_EVENT_USER_ENGINE_ERR);
	OK(info(fd, HL_INFO_USER_ENGINE_ERR_EVENT, &record, sizeof(record)));
	CHECK_EQ(record.engine_id, row->engine);
	close_card(fd);
}

static const struct record_row firmware[] = {
	{ "error", 645 },
};

TEST_TABLE(firmware_error, firmware)
{
	int fd = open_card(), e = notifier(fd);
	struct hl_info_fw_err_event record = { .err_type = 9 };

	inject_event(row->event);
	await_events(fd, e, HL_NOTIFIER_EVENT_CRITICL_FW_ERR | HL_NOTIFIER_EVENT_DEVICE_RESET);
	OK(info(fd, HL_INFO_FW_ERR_EVENT, &record, sizeof(record)));
	CHECK_EQ(record.err_type, HL_INFO_FW_REPORTED_ERR);
	CHECK_EQ(record.event_id, row->event);
	record_rooms(fd, HL_INFO_FW_ERR_EVENT, sizeof(record), true);
	REFUSED(info(fd, HL_INFO_FW_ERR_EVENT, &record, 0), ENOMEM);
	settle(fd);
}

TEST_LIMIT(silent_firmware, 200)
{
	int fd = open_card(), e = notifier(fd);
	struct hl_info_fw_err_event record = { .err_type = 9, .event_id = 9 };

	set("fw-fault", "heartbeat-stop");
	await_events(fd, e, HL_NOTIFIER_EVENT_CRITICL_FW_ERR | HL_NOTIFIER_EVENT_DEVICE_RESET);
	OK(info(fd, HL_INFO_FW_ERR_EVENT, &record, sizeof(record)));
	CHECK_EQ(record.err_type, HL_INFO_FW_HEARTBEAT_ERR);
	CHECK_EQ(record.event_id, 0);
	settle(fd);
}

/* A corrected error is told of, and that is all. */
TEST(corrected_error)
{
	int fd = open_card(), e = notifier(fd);
	struct hl_info_reset_count first, second;
	struct cb cb = cb_new(fd, PAGE);

	OK(info(fd, HL_INFO_RESET_COUNT, &first, sizeof(first)));
	inject_event(38);
	await_events(fd, e, HL_NOTIFIER_EVENT_GENERAL_HW_ERR);
	p_nop(&cb.p);
	done(fd, submit_cb(fd, &cb, Q_IN));
	OK(info(fd, HL_INFO_RESET_COUNT, &second, sizeof(second)));
	CHECK_EQ(second.hard_reset_cnt, first.hard_reset_cnt);
}

static uint32_t seen(int fd, uint32_t op, unsigned int event)
{
	uint32_t counts[EVENTS];

	OK(info(fd, op, counts, sizeof(counts)));
	return counts[event];
}

/* Events are counted by number: since the last reset, and since the driver is there. */
TEST_LIMIT(counts, 120)
{
	int fd = open_card(), i;
	uint32_t recent, all;
	int64_t end;

	recent = seen(fd, HL_INFO_HW_EVENTS, 650);
	all = seen(fd, HL_INFO_HW_EVENTS_AGGREGATE, 650);
	CHECK(all >= recent);
	for (i = 0; i < 3; i++)
		inject_event(650);
	end = now_ns() + 10000000000LL;
	while (seen(fd, HL_INFO_HW_EVENTS, 650) != recent + 3 && now_ns() < end)
		sleep_ms(20);
	CHECK_EQ(seen(fd, HL_INFO_HW_EVENTS, 650), recent + 3);
	CHECK_EQ(seen(fd, HL_INFO_HW_EVENTS_AGGREGATE, 650), all + 3);
	inject_event(646);
	sleep_ms(500);
	fd = reopen(fd);
	end = now_ns() + 30000000000LL;
	while (seen(fd, HL_INFO_HW_EVENTS, 650) && now_ns() < end) {
		fd = reopen(fd);
		sleep_ms(100);
	}
	CHECK_EQ(seen(fd, HL_INFO_HW_EVENTS, 650), 0);
	CHECK_EQ(seen(fd, HL_INFO_HW_EVENTS_AGGREGATE, 650), all + 3);
	inject_event(650);
	end = now_ns() + 10000000000LL;
	while (!seen(fd, HL_INFO_HW_EVENTS, 650) && now_ns() < end)
		sleep_ms(20);
	CHECK_EQ(seen(fd, HL_INFO_HW_EVENTS, 650), 1);
	CHECK_EQ(seen(fd, HL_INFO_HW_EVENTS_AGGREGATE, 650), all + 4);
}

struct throttle_row {
	const char *name;
	unsigned int event;
	unsigned int reason;
};

static const struct throttle_row throttles[] = {
	{ "power", 658, 0 }, { "thermal", 660, 1 },
};

static struct hl_info_clk_throttle throttle(int fd, unsigned int reason, bool on)
{
	struct hl_info_clk_throttle t = { 0 };
	int64_t end = now_ns() + 10000000000LL;

	do {
		OK(info(fd, HL_INFO_CLK_THROTTLE_REASON, &t, gen->size.clk_throttle));
		if (!!(t.clk_throttling_reason & 1U << reason) == on)
			return t;
		sleep_ms(20);
	} while (now_ns() < end);
	FAIL("reasons 0x%x", t.clk_throttling_reason);
}

TEST_TABLE(lowered_clocks, throttles)
{
	int64_t before = now_ns() / 1000;
	int fd = open_card();
	struct hl_info_clk_throttle t;

	throttle(fd, row->reason, false);
	inject_event(row->event);
	t = throttle(fd, row->reason, true);
	sleep_ms(100);
	inject_event(row->event + 1);
	if (gen->modern)
		CHECK((int64_t)t.clk_throttling_timestamp_us[row->reason] >= before);
	t = throttle(fd, row->reason, false);
	if (!gen->modern)
		return;
	CHECK(t.clk_throttling_duration_ns[row->reason] >= 90000000);
	before = (int64_t)t.clk_throttling_duration_ns[row->reason];
	sleep_ms(50);
	t = throttle(fd, row->reason, false);
	CHECK_EQ(t.clk_throttling_duration_ns[row->reason], before);
}

static uint32_t resets(int control)
{
	struct hl_info_reset_count count;

	OK(info(control, HL_INFO_RESET_COUNT, &count, sizeof(count)));
	return count.hard_reset_cnt;
}

/* The buffer at the end works, and the sources are those of nobody. */
static int trace_works(void)
{
	int fd = open_card();
	uint64_t end;

	OK(debug_mode(fd, true));
	OK(etr_start(fd, DRAM_BASE + MIB, MIB));
	OK(etr_stop(fd, &end));
	CHECK_EQ(end, DRAM_BASE + MIB);
	return fd;
}

static void await_reset(int control, uint32_t before)
{
	int64_t end = now_ns() + 30000000000LL;

	while (resets(control) == before && now_ns() < end)
		sleep_ms(20);
	CHECK_EQ(resets(control), before + 1);
}

/* The card is reset once for it, and as good as new. */
static void reset_once(int control, uint32_t before)
{
	await_reset(control, before);
	set("stall-trace", "0");
	close_card(trace_works());
	CHECK_EQ(resets(control), before + 1);
}

/* What does not stop when it is told to may do so when it is told again. */
TEST_LIMIT(buffer_does_not_stop, 60)
{
	struct hl_debug_params_etf etf = { .sink_mode = 2 };
	int control = open_control(), fd;
	uint32_t before;
	uint64_t end;

	set("stall-trace", "0");
	before = resets(control);
	fd = trace_works();
	OK(debug(fd, HL_DEBUG_OP_ETF, 3, 1, &etf, sizeof(etf), NULL, 0));
	OK(etr_start(fd, DRAM_BASE, MIB));
	set("stall-trace", "1");
	REFUSED(etr_stop(fd, &end), EFAULT);
	CHECK_EQ(end, UINT64_MAX);
	REFUSED(debug(fd, HL_DEBUG_OP_ETF, 3, 0, NULL, 0, NULL, 0), EFAULT);
	set("stall-trace", "0");
	OK(debug(fd, HL_DEBUG_OP_ETF, 3, 0, NULL, 0, NULL, 0));
	OK(etr_stop(fd, &end));
	CHECK_EQ(end, DRAM_BASE);
	/* Buffers on the way write nowhere */
	OK(debug(fd, HL_DEBUG_OP_ETF, 3, 1, &etf, sizeof(etf), NULL, 0));
	set("stall-trace", "1");
	OK(debug_mode(fd, false));
	set("stall-trace", "0");
	close_card(fd);
	close_card(trace_works());
	CHECK_EQ(resets(control), before);
}

/* It would write to memory of others: so it is stopped at any price. */
TEST_LIMIT(mode_ends_without_the_buffer, 120)
{
	int control = open_control(), fd;
	uint32_t before;

	set("stall-trace", "0");
	before = resets(control);
	fd = trace_works();
	OK(etr_start(fd, DRAM_BASE, MIB));
	set("stall-trace", "1");
	OK(debug_mode(fd, false));
	await_reset(control, before);
	REFUSED(debug_mode(fd, true), EBUSY);
	close_card(fd);
	reset_once(control, before);
}

TEST_LIMIT(file_ends_without_the_buffer, 120)
{
	int control = open_control(), fd;
	uint32_t before;

	set("stall-trace", "0");
	before = resets(control);
	fd = trace_works();
	OK(etr_start(fd, DRAM_BASE, MIB));
	set("stall-trace", "1");
	close_card(fd);
	reset_once(control, before);
}

/* When the card is being reset the engine may work again. */
static pid_t cure_in_reset(int control)
{
	int64_t end = now_ns() + 90000000000LL;
	pid_t child = fork();

	CHECK(child >= 0);
	if (child)
		return child;
	while (device_status(control) == HL_DEVICE_STATUS_OPERATIONAL && now_ns() < end)
		sleep_ms(5);
	set("stall-queue", "-1");
	_exit(now_ns() >= end);
}

/*
 * One of the engines that clear the memory dies of it: others do its part, and the card
 * is reset before anybody gets it. Until then it is to be tried again.
 */
TEST_LIMIT(open_with_a_dead_engine, 200)
{
	int control = open_control(), fd = open_card(), status, ret;
	struct host h = host_new(fd, PAGE);
	struct cb cb = cb_new(fd, PAGE);
	uint32_t before = resets(control), i;
	pid_t child;

	fill(h.map, PAGE);
	for (i = 0; i < 16; i++)
		p_copy(&cb.p, h.address, DRAM_BASE + i * GIB, PAGE);
	done(fd, submit_cb(fd, &cb, Q_IN));
	cb_free(fd, &cb);
	close_card(fd);

	/* The first stream of DMA 6 */
	set("stall-queue", "25");
	child = cure_in_reset(control);
	do {
		fd = open_index(card_index(0));
		CHECK(fd >= 0 || fd == -EAGAIN);
		if (fd < 0)
			continue;
		/* One that others have, too, takes the card by its first request */
		ret = host_unmap(fd, 0);
		CHECK(ret == -EBUSY || ret == -EINVAL);
		close_card(fd);
	} while (resets(control) == before);
	CHECK_EQ(waitpid(child, &status, 0), child);
	CHECK_EQ(status, 0);
	fd = open_card();
	CHECK_EQ(resets(control), before + 1);
	h = host_new(fd, 16 * PAGE);
	fill(h.map, 16 * PAGE);
	cb = cb_new(fd, PAGE);
	for (i = 0; i < 16; i++)
		p_copy(&cb.p, DRAM_BASE + i * GIB, h.address + i * PAGE, PAGE);
	done(fd, submit_cb(fd, &cb, Q_OUT));
	for (i = 0; i < 16 * PAGE; i++)
		CHECK_EQ(h.map[i], 0);
}
