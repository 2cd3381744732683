// SPDX-License-Identifier: GPL-2.0
/*
 * Parameters of the module: without the nodes of before, with two seconds for each
 * submission, and with a card that is left as it is when one takes longer.
 */
#include <sys/mman.h>
#include <unistd.h>

#include "lib.h"

TEST(no_nodes_of_before)
{
	CHECK(!exists("/dev/hl0") && !exists("/dev/hl_controlD0"));
	CHECK(!exists("/sys/class/habanalabs") || !exists("/sys/class/habanalabs/hl0"));
	CHECK(!exists("/sys/kernel/debug/habanalabs/hl0"));
}

/* All else is there. */
TEST(the_rest_works)
{
	char text[64], path[128];
	int fd = open_card(), control = open_control();
	struct host h = host_new(fd, 2 * PAGE);
	struct cb cb = cb_new(fd, PAGE);

	fill(h.map, PAGE);
	p_copy(&cb.p, h.address, h.address + PAGE, PAGE);
	done(fd, submit_cb(fd, &cb, Q_IN));
	same(h.map + PAGE, h.map, PAGE);
	CHECK_EQ(hw_ip(control).num_of_events, 663);
	OK(sysfs_value("pci_addr", text, sizeof(text)));
	CHECK_EQ(strlen(text), 12);
	debugfs_file(path, sizeof(path), false, "timeout_locked");
	CHECK(read_text(path, text, sizeof(text)));
	CHECK_EQ(strtoul(text, NULL, 10), 2);
}

struct question_row {
	uint32_t op;
	int error;
};

/* Asked of a card that waits to be reset */
static const struct question_row questions[] = {
	{ HL_INFO_HW_IP_INFO, 0 }, { HL_INFO_HW_EVENTS, 0 }, { HL_INFO_DRAM_USAGE, 0 },
	{ HL_INFO_HW_IDLE, EBUSY }, { HL_INFO_DEVICE_STATUS, 0 },
	{ HL_INFO_DEVICE_UTILIZATION, EBUSY }, { HL_INFO_HW_EVENTS_AGGREGATE, 0 },
	{ HL_INFO_CLK_RATE, EBUSY }, { HL_INFO_RESET_COUNT, 0 }, { HL_INFO_TIME_SYNC, EBUSY },
	{ HL_INFO_CS_COUNTERS, 0 }, { HL_INFO_PCI_COUNTERS, EBUSY },
	{ HL_INFO_CLK_THROTTLE_REASON, 0 }, { HL_INFO_SYNC_MANAGER, 0 },
	{ HL_INFO_TOTAL_ENERGY, EBUSY }, { HL_INFO_PLL_FREQUENCY, EBUSY },
	{ HL_INFO_POWER, EBUSY }, { HL_INFO_OPEN_STATS, 0 },
	{ HL_INFO_DRAM_REPLACED_ROWS, EBUSY }, { HL_INFO_DRAM_PENDING_ROWS, EBUSY },
	{ HL_INFO_LAST_ERR_OPEN_DEV_TIME, 0 }, { HL_INFO_CS_TIMEOUT_EVENT, 0 },
	{ HL_INFO_RAZWI_EVENT, 0 }, { HL_INFO_DEV_MEM_ALLOC_PAGE_SIZES, 0 },
	{ HL_INFO_SECURED_ATTESTATION, EBUSY }, { HL_INFO_REGISTER_EVENTFD, EBUSY },
	{ HL_INFO_UNREGISTER_EVENTFD, EINVAL }, { HL_INFO_GET_EVENTS, 0 },
	{ HL_INFO_UNDEFINED_OPCODE_EVENT, 0 }, { HL_INFO_ENGINE_STATUS, EBUSY },
	{ HL_INFO_PAGE_FAULT_EVENT, 0 }, { HL_INFO_USER_MAPPINGS, 0 },
	{ HL_INFO_FW_GENERIC_REQ, EBUSY }, { HL_INFO_HW_ERR_EVENT, 0 },
	{ HL_INFO_FW_ERR_EVENT, 0 }, { HL_INFO_USER_ENGINE_ERR_EVENT, 0 },
	{ HL_INFO_DEV_SIGNED, EBUSY },
	/* Unassigned ones are not told from others then. */
	{ 5, EBUSY }, { 39, EBUSY }, { 77, EBUSY },
};

static void ask_all(int fd, bool control)
{
	static char result[16384];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(questions); i++) {
		uint32_t op = questions[i].op;
		int ret = info(fd, op, result, sizeof(result)), want = -questions[i].error;

		if (control && (op == HL_INFO_REGISTER_EVENTFD ||
				op == HL_INFO_UNREGISTER_EVENTFD || op == HL_INFO_GET_EVENTS))
			want = -EOPNOTSUPP;
		if (ret != want)
			FAIL("opcode %u: %s, expected %s", op, strerror(-ret), strerror(-want));
	}
}

static void refuse_all(int fd, const struct hl_cs_chunk *chunk)
{
	union hl_cs_args c = {
		.in = { .chunks_execute = (uintptr_t)chunk, .num_chunks_execute = 1 },
	};
	struct hl_debug_args d = { .op = HL_DEBUG_OP_SET_MODE, .enable = 1 };
	union hl_mem_args m = { .in = { .op = 99 } };
	struct hl_info_cs_counters before = counters(fd), after;
	struct hl_wait_cs_out out;
	uint64_t handle = 1;

	REFUSED(cb_create(fd, PAGE, &handle), EBUSY);
	REFUSED(cb_destroy(fd, 1), EBUSY);
	REFUSED(memory(fd, &m), EBUSY);
	REFUSED(request(fd, DEBUG, &d), EBUSY);
	REFUSED(wait_cs(fd, 1000, 0, &out), EBUSY);
	REFUSED(cs(fd, &c), EBUSY);
	CHECK_EQ(c.out.seq, NO_SEQ);
	CHECK_EQ((int32_t)c.out.status, -EBUSY);
	/* Padding is looked at before the state. */
	c = (union hl_cs_args) { .in = { .pad = { 1 } } };
	REFUSED(cs(fd, &c), EINVAL);
	after = counters(fd);
	CHECK_EQ(after.ctx_device_in_reset_drop_cnt - before.ctx_device_in_reset_drop_cnt, 1);
	CHECK_EQ(after.total_device_in_reset_drop_cnt - before.total_device_in_reset_drop_cnt, 1);
}

/* The submission has ended, the card is not reset: somebody has to do it. */
TEST_LIMIT(needs_a_reset, 120)
{
	char text[64], path[256];
	int fd = open_card(), control = open_control(), other;
	struct gate g = gate_close(fd, Q_IN, 0);
	struct hl_cs_chunk chunk = external(&g.cb, Q_IN);
	struct hl_info_reset_count first, second;
	struct hl_wait_cs_out out;
	int64_t start = now_ns();

	OK(info(control, HL_INFO_RESET_COUNT, &first, sizeof(first)));
	REFUSED(wait_cs(fd, g.seq, FOREVER, &out), ETIMEDOUT);
	CHECK_EQ(out.status, HL_WAIT_CS_STATUS_TIMEDOUT);
	CHECK(now_ns() - start >= 1900000000);
	while (device_status(control) == HL_DEVICE_STATUS_OPERATIONAL &&
	       now_ns() - start < 20000000000)
		sleep_ms(10);
	CHECK_EQ(device_status(control), HL_DEVICE_STATUS_NEEDS_RESET);
	OK(sysfs_value("status", text, sizeof(text)));
	CHECK(!strcmp(text, "Needs reset"));
	ask_all(fd, false);
	ask_all(control, true);
	refuse_all(fd, &chunk);
	/* The control node can be opened, the other one not. */
	close(open_control());
	other = open_index(card_index(0));
	CHECK(other == -EPERM || other == -EBUSY);

	card_folder(path, sizeof(path));
	strcat(path, "/hard_reset");
	REFUSED(put_text(path, "soon", 4), EINVAL);
	OK(put_text(path, "1", 1));
	while (device_status(control) != HL_DEVICE_STATUS_OPERATIONAL &&
	       now_ns() - start < 60000000000)
		sleep_ms(20);
	OK(info(control, HL_INFO_RESET_COUNT, &second, sizeof(second)));
	CHECK_EQ(second.hard_reset_cnt, first.hard_reset_cnt + 1);
	CHECK(!munmap(g.cb.map, PAGE) && !munmap(g.opener.map, PAGE));
	fd = reopen(fd);
	CHECK_EQ(hw_ip(fd).num_of_events, 663);
}
