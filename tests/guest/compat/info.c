// SPDX-License-Identifier: GPL-2.0
/*
 * INFO: every operation of Gaudi, on both nodes, whole, cut and refused.
 */
#include <time.h>

#include "lib.h"

/* Fills of a guard, to see what was written */
#define GUARD	0x5a

enum rule {
	CUT,		/* as much as there is room for */
	KEPT,		/* nothing is written when nothing was captured */
	WHOLE,		/* the same, and no room is no error then */
	COMPUTE,	/* the same as CUT, but not on control nodes */
};

struct op_row {
	const char *name;
	uint32_t op;
	uint32_t size;
	enum rule rule;
	uint32_t argument;
};

static const struct op_row ops[] = {
	{ "hw_ip", HL_INFO_HW_IP_INFO, sizeof(struct hl_info_hw_ip_info), CUT, 0 },
	{ "hw_events", HL_INFO_HW_EVENTS, 663 * 4, CUT, 0 },
	{ "dram_usage", HL_INFO_DRAM_USAGE, sizeof(struct hl_info_dram_usage), CUT, 0 },
	{ "hw_idle", HL_INFO_HW_IDLE, sizeof(struct hl_info_hw_idle), CUT, 0 },
	{ "device_status", HL_INFO_DEVICE_STATUS, sizeof(struct hl_info_device_status), CUT, 0 },
	{ "utilization", HL_INFO_DEVICE_UTILIZATION, sizeof(struct hl_info_device_utilization),
	  CUT, 100 },
	{ "hw_events_aggregate", HL_INFO_HW_EVENTS_AGGREGATE, 663 * 4, CUT, 0 },
	{ "clk_rate", HL_INFO_CLK_RATE, sizeof(struct hl_info_clk_rate), CUT, 0 },
	{ "reset_count", HL_INFO_RESET_COUNT, sizeof(struct hl_info_reset_count), CUT, 0 },
	{ "time_sync", HL_INFO_TIME_SYNC, sizeof(struct hl_info_time_sync), CUT, 0 },
	{ "cs_counters", HL_INFO_CS_COUNTERS, sizeof(struct hl_info_cs_counters), CUT, 0 },
	{ "pci_counters", HL_INFO_PCI_COUNTERS, sizeof(struct hl_info_pci_counters), CUT, 0 },
	{ "clk_throttle", HL_INFO_CLK_THROTTLE_REASON, sizeof(struct hl_info_clk_throttle), CUT,
	  0 },
	{ "sync_manager", HL_INFO_SYNC_MANAGER, sizeof(struct hl_info_sync_manager), CUT, 2 },
	{ "total_energy", HL_INFO_TOTAL_ENERGY, sizeof(struct hl_info_energy), CUT, 0 },
	{ "pll_frequency", HL_INFO_PLL_FREQUENCY, sizeof(struct hl_pll_frequency_info), CUT, 5 },
	{ "power", HL_INFO_POWER, sizeof(struct hl_power_info), CUT, 0 },
	{ "open_stats", HL_INFO_OPEN_STATS, sizeof(struct hl_open_stats_info), CUT, 0 },
	{ "pending_rows", HL_INFO_DRAM_PENDING_ROWS, 4, CUT, 0 },
	{ "last_err_time", HL_INFO_LAST_ERR_OPEN_DEV_TIME,
	  sizeof(struct hl_info_last_err_open_dev_time), CUT, 0 },
	{ "cs_timeout", HL_INFO_CS_TIMEOUT_EVENT, sizeof(struct hl_info_cs_timeout_event), CUT,
	  0 },
	{ "razwi", HL_INFO_RAZWI_EVENT, sizeof(struct hl_info_razwi_event), KEPT, 0 },
	{ "page_sizes", HL_INFO_DEV_MEM_ALLOC_PAGE_SIZES,
	  sizeof(struct hl_info_dev_memalloc_page_sizes), CUT, 0 },
	{ "undefined_opcode", HL_INFO_UNDEFINED_OPCODE_EVENT,
	  sizeof(struct hl_info_undefined_opcode_event), CUT, 0 },
	{ "page_fault", HL_INFO_PAGE_FAULT_EVENT, sizeof(struct hl_page_fault_info), KEPT, 0 },
	{ "user_mappings", HL_INFO_USER_MAPPINGS, 16 * sizeof(struct hl_user_mapping), WHOLE, 0 },
	{ "hw_err", HL_INFO_HW_ERR_EVENT, sizeof(struct hl_info_hw_err_event), WHOLE, 0 },
	{ "fw_err", HL_INFO_FW_ERR_EVENT, sizeof(struct hl_info_fw_err_event), WHOLE, 0 },
	{ "engine_err", HL_INFO_USER_ENGINE_ERR_EVENT, sizeof(struct hl_info_engine_err_event),
	  WHOLE, 0 },
	{ "events", HL_INFO_GET_EVENTS, 8, COMPUTE, 0 },
};

static int ask(int fd, const struct op_row *row, void *result, uint32_t size)
{
	struct hl_info_args a = {
		.return_pointer = (uintptr_t)result, .return_size = size, .op = row->op,
		.dcore_id = row->argument,
	};

	return info_raw(fd, &a);
}

static bool untouched(const unsigned char *data, size_t size)
{
	while (size--)
		if (*data++ != GUARD)
			return false;
	return true;
}

/* As large as it is: written to its end at most, and its end is written. */
TEST_TABLE(whole, ops)
{
	static unsigned char result[8192];
	int fd = open_card();

	memset(result, GUARD, sizeof(result));
	OK(ask(fd, row, result, row->size));
	CHECK(untouched(result + row->size, sizeof(result) - row->size));
	CHECK_EQ(untouched(result, row->size), row->rule == KEPT || row->rule == WHOLE);
}

/* More room than it takes */
TEST_TABLE(roomy, ops)
{
	static unsigned char result[8192];
	int fd = open_card();

	memset(result, GUARD, sizeof(result));
	OK(ask(fd, row, result, row->size + 64));
	CHECK(untouched(result + row->size, sizeof(result) - row->size));
}

TEST_TABLE(cut, ops)
{
	static unsigned char result[8192];
	int fd = open_card();

	if (row->rule == KEPT || row->rule == WHOLE || row->size <= 4)
		return;
	memset(result, GUARD, sizeof(result));
	if (row->rule == COMPUTE) {
		REFUSED(ask(fd, row, result, row->size - 1), EINVAL);
		return;
	}
	OK(ask(fd, row, result, 4));
	CHECK(untouched(result + 4, sizeof(result) - 4));
}

TEST_TABLE(no_room, ops)
{
	unsigned char result[8];
	int fd = open_card();

	REFUSED(ask(fd, row, result, 0), row->rule == WHOLE ? 0 : EINVAL);
	REFUSED(ask(fd, row, NULL, row->size), EINVAL);
}

TEST_TABLE(bad_pointer, ops)
{
	int fd = open_card();
	bool kept = row->rule == KEPT || row->rule == WHOLE;

	/* What was not captured is not written, wherever to. */
	REFUSED(ask(fd, row, (void *)8, row->size), kept ? 0 : EFAULT);
}

TEST_TABLE(on_the_control_node, ops)
{
	static unsigned char result[8192];
	int control = open_control();

	memset(result, GUARD, sizeof(result));
	if (row->rule == COMPUTE) {
		REFUSED(ask(control, row, result, row->size), EOPNOTSUPP);
		return;
	}
	OK(ask(control, row, result, row->size));
	CHECK(untouched(result + row->size, sizeof(result) - row->size));
}

TEST_TABLE(padding, ops)
{
	static unsigned char result[8192];
	struct hl_info_args a = {
		.return_pointer = (uintptr_t)result, .return_size = row->size, .op = row->op,
		.dcore_id = row->argument, .pad = 1,
	};

	REFUSED(info_raw(open_card(), &a), EINVAL);
}

struct number_row {
	const char *name;
	uint32_t op;
	uint32_t argument;
	int error;
};

static const struct number_row refused[] = {
	{ "unassigned_5", 5, 0, EINVAL },
	{ "unassigned_19", 19, 0, EINVAL },
	{ "unassigned_20", 20, 0, EINVAL },
	{ "unassigned_39", 39, 0, EINVAL },
	{ "behind_the_last", 41, 0, EINVAL },
	{ "all_ones", UINT32_MAX, 0, EINVAL },
	{ "last_dcore", HL_INFO_SYNC_MANAGER, 3, 0 },
	{ "no_dcore", HL_INFO_SYNC_MANAGER, 8, EINVAL },
	{ "last_pll", HL_INFO_PLL_FREQUENCY, 9, 0 },
	{ "no_fw_request", HL_INFO_FW_GENERIC_REQ, 0xfff, EINVAL },
};

TEST_TABLE(number, refused)
{
	static unsigned char result[8192];
	struct hl_info_args a = {
		.return_pointer = (uintptr_t)result, .return_size = sizeof(result), .op = row->op,
		.dcore_id = row->argument,
	};
	int fd = open_card(), control = open_control();

	REFUSED(info_raw(fd, &a), row->error);
	a.dcore_id = row->argument;
	REFUSED(info_raw(control, &a), row->error);
}

TEST(no_such_pll)
{
	struct hl_pll_frequency_info pll;
	struct hl_info_args a = {
		.return_pointer = (uintptr_t)&pll, .return_size = sizeof(pll),
		.op = HL_INFO_PLL_FREQUENCY, .pll_index = 10,
	};
	int fd = open_card();

	DIFFERS_EQ("pll-index", info_raw(fd, &a), -EINVAL, 0);
	a.pll_index = UINT32_MAX;
	DIFFERS_EQ("pll-index", info_raw(fd, &a), -EINVAL, -EIO);
}

TEST(hw_ip_values)
{
	int fd = open_card();
	struct hl_info_hw_ip_info ip = hw_ip(fd);

	CHECK_EQ(ip.sram_base_address, SRAM_BASE);
	CHECK_EQ(ip.sram_size, SRAM_SIZE);
	CHECK_EQ(ip.dram_base_address, DRAM_BASE);
	CHECK_EQ(ip.dram_size, 0x800000000 - DRAM_BASE);
	CHECK_EQ(ip.num_of_events, 663);
	CHECK(ip.device_id == 0x1000 || ip.device_id == 0x1010);
	CHECK_EQ(ip.tpc_enabled_mask, 0xff);
	CHECK_EQ(ip.dram_enabled, 1);
	CHECK_EQ(ip.dram_page_size, 2 * MIB);
	CHECK_EQ(memchr(ip.cpucp_version, 0, sizeof(ip.cpucp_version)) == NULL, 0);
	CHECK(ip.cpucp_version[0]);
	CHECK_EQ(strncmp((char *)ip.card_name, "HL", 2), 0);
	if (!gen->modern)
		return;
	CHECK_EQ(ip.tpc_enabled_mask_ext, 0xff);
	CHECK_EQ(ip.first_available_interrupt_id, 0xffff);
	CHECK_EQ(ip.security_enabled, ip.device_id == 0x1010);
	CHECK_EQ(ip.mme_master_slave_mode, 0);
	CHECK_EQ(ip.decoder_enabled_mask, 0);
	CHECK_EQ(ip.edma_enabled_mask, 0);
	CHECK_EQ(ip.number_of_user_interrupts, 0);
	CHECK_EQ(ip.device_mem_alloc_default_page_size, 2 * MIB);
	if (gen->size.hw_ip < sizeof(ip))
		return;
	CHECK_EQ(ip.tpc_interrupt_id, 0xffff);
	CHECK_EQ(ip.rotator_enabled_mask, 0);
	CHECK_EQ(ip.engine_core_interrupt_reg_addr, 0);
	CHECK_EQ(ip.reserved_dram_size, DRAM_BASE);
	CHECK(!ip.reserved4 && !ip.reserved5 && !ip.reserved6 && !ip.reserved7 && !ip.reserved9);
}

TEST(sync_manager_values)
{
	int fd = open_card();
	uint32_t dcore;

	for (dcore = 0; dcore < 4; dcore++) {
		struct hl_info_sync_manager s;
		struct hl_info_args a = {
			.return_pointer = (uintptr_t)&s, .return_size = gen->size.sync_manager,
			.op = HL_INFO_SYNC_MANAGER, .dcore_id = dcore,
		};

		memset(&s, 0, sizeof(s));
		OK(info_raw(fd, &a));
		CHECK_EQ(s.first_available_sync_object, dcore ? 0 : 144);
		CHECK_EQ(s.first_available_monitor, dcore ? 0 : 72);
		if (gen->modern)
			CHECK_EQ(s.first_available_cq, 0xffff);
	}
}

TEST(time_sync)
{
	int fd = open_card();
	struct hl_info_time_sync first = { 0 }, second = { 0 };
	struct timespec raw;
	int64_t now;

	OK(info(fd, HL_INFO_TIME_SYNC, &first, gen->size.time_sync));
	sleep_ms(50);
	OK(info(fd, HL_INFO_TIME_SYNC, &second, gen->size.time_sync));
	CHECK(second.device_time > first.device_time);
	CHECK(second.host_time - first.host_time >= 45000000);
	CHECK(!clock_gettime(CLOCK_MONOTONIC_RAW, &raw));
	now = raw.tv_sec * 1000000000LL + raw.tv_nsec;
	CHECK(now - (int64_t)second.host_time >= 0 && now - (int64_t)second.host_time < 5000000000);
	if (gen->size.time_sync == sizeof(first))
		CHECK(second.tsc_time > first.tsc_time);
}

TEST(clocks)
{
	int fd = open_card();
	struct hl_info_clk_rate rate;
	struct hl_pll_frequency_info pll;
	struct hl_info_args a = {
		.return_pointer = (uintptr_t)&pll, .return_size = sizeof(pll),
		.op = HL_INFO_PLL_FREQUENCY,
	};

	OK(info(fd, HL_INFO_CLK_RATE, &rate, sizeof(rate)));
	CHECK(rate.cur_clk_rate_mhz && rate.cur_clk_rate_mhz <= rate.max_clk_rate_mhz);
	for (a.pll_index = 0; a.pll_index < 10; a.pll_index++)
		OK(info_raw(fd, &a));
}

TEST(open_stats)
{
	int control = open_control(), fd = open_card();
	struct hl_open_stats_info first, second;

	OK(info(control, HL_INFO_OPEN_STATS, &first, sizeof(first)));
	CHECK_EQ(first.is_compute_ctx_active, 1);
	CHECK_EQ(first.compute_ctx_in_release, 0);
	sleep_ms(200);
	close_card(fd);
	OK(info(control, HL_INFO_OPEN_STATS, &second, sizeof(second)));
	CHECK_EQ(second.is_compute_ctx_active, 0);
	CHECK_EQ(second.open_counter, first.open_counter);
	CHECK(second.last_open_period_ms >= 195 && second.last_open_period_ms < 30000);
	fd = open_card();
	OK(info(fd, HL_INFO_OPEN_STATS, &second, sizeof(second)));
	CHECK_EQ(second.open_counter, first.open_counter + 1);
}

TEST(time_of_the_open)
{
	int64_t before = now_ns();
	int fd = open_card();
	struct hl_info_last_err_open_dev_time t;

	OK(info(fd, HL_INFO_LAST_ERR_OPEN_DEV_TIME, &t, sizeof(t)));
	CHECK(t.timestamp >= before && t.timestamp <= now_ns());
}

TEST(nothing_captured)
{
	int fd = open_card();
	struct hl_info_cs_timeout_event timeout = { 1, 1 };
	struct hl_info_undefined_opcode_event opcode;
	struct hl_user_mapping mapping;
	struct hl_info_args a = {
		.return_pointer = (uintptr_t)&mapping, .return_size = sizeof(mapping),
		.op = HL_INFO_USER_MAPPINGS, .array_size = 99,
	};
	uint64_t events = 1;

	OK(info(fd, HL_INFO_CS_TIMEOUT_EVENT, &timeout, sizeof(timeout)));
	CHECK(!timeout.timestamp && !timeout.seq);
	memset(&opcode, 1, sizeof(opcode));
	OK(info(fd, HL_INFO_UNDEFINED_OPCODE_EVENT, &opcode, sizeof(opcode)));
	CHECK_EQ(opcode.timestamp, 0);
	OK(info_raw(fd, &a));
	DIFFERS_EQ("mappings-count", a.array_size, 0, 99);
	OK(info(fd, HL_INFO_GET_EVENTS, &events, sizeof(events)));
	CHECK_EQ(events, 0);
}

struct size_row {
	const char *name;
	uint32_t size;
	int error;
};

static const struct size_row text_sizes[] = {
	{ "less", 1023, EINVAL },
	{ "enough", 1024 * 1024, 0 },
	{ "more", 1024 * 1024 + 1, EINVAL },
	{ "none", 0, EINVAL },
};

TEST_TABLE(engine_status, text_sizes)
{
	static char text[1024 * 1024 + 1];
	struct hl_info_args a = {
		.return_pointer = (uintptr_t)text, .return_size = row->size,
		.op = HL_INFO_ENGINE_STATUS,
	};
	int fd = open_card();
	size_t i;

	REFUSED(info_raw(fd, &a), row->error);
	if (row->error)
		return;
	CHECK(a.user_buffer_actual_size > 100 && a.user_buffer_actual_size < sizeof(text));
	CHECK(strlen(text) <= a.user_buffer_actual_size);
	/* Tables with a line for each engine */
	for (i = 0; i < a.user_buffer_actual_size; i++)
		if (!text[i])
			text[i] = ' ';
	CHECK(strcasestr(text, "DMA") && strcasestr(text, "TPC") && strcasestr(text, "MME"));
	a.return_pointer = 0;
	REFUSED(info_raw(fd, &a), EINVAL);
}

/* The least size that may be asked for: all of the text, or an error */
TEST(engine_status_in_little_room)
{
	char text[1024];
	struct hl_info_args a = {
		.return_pointer = (uintptr_t)text, .return_size = sizeof(text),
		.op = HL_INFO_ENGINE_STATUS,
	};
	int ret = info_raw(open_card(), &a);

	if (ret)
		CHECK_EQ(ret, -ENOMEM);
	else
		CHECK(a.user_buffer_actual_size <= sizeof(text));
}

/* Questions for the firmware that it may not know: an answer, or its error */
static const struct number_row firmware[] = {
	{ "replaced_rows", HL_INFO_DRAM_REPLACED_ROWS, 0, EIO },
	{ "attestation", HL_INFO_SECURED_ATTESTATION, 7, EIO },
	{ "signed", HL_INFO_DEV_SIGNED, 7, EIO },
};

TEST_TABLE(firmware_question, firmware)
{
	static unsigned char result[16384];
	struct hl_info_args a = {
		.return_pointer = (uintptr_t)result, .return_size = sizeof(result), .op = row->op,
		.sec_attest_nonce = row->argument,
	};
	int fd = open_card(), ret;

	ret = info_raw(fd, &a);
	if (ret && ret != -EIO && ret != -EOPNOTSUPP && ret != -ETIMEDOUT)
		FAIL("%s", strerror(-ret));
	if (ret)
		harness_note("%s: %s", row->name, strerror(-ret));
	a.return_size = 0;
	REFUSED(info_raw(fd, &a), EINVAL);
}

/* Of the requests that are passed on to the firmware, there is one */
#define PASS_VERSIONS	0

/* In the firmware's own words, as many as there is room for */
TEST(firmware_versions)
{
	static unsigned char result[1024 * 1024 + 8];
	struct hl_info_args a = {
		.return_pointer = (uintptr_t)result, .return_size = 4096,
		.op = HL_INFO_FW_GENERIC_REQ, .fw_sub_opcode = PASS_VERSIONS,
	};
	int fd = open_card(), ret = info_raw(fd, &a);

	if (ret && ret != -EIO && ret != -EOPNOTSUPP)
		FAIL("%s", strerror(-ret));
	harness_note("versions: %s", strerror(-ret));
	a.return_size = 1024 * 1024 + 1;
	REFUSED(info_raw(fd, &a), EINVAL);
	a.return_size = 4096;
	a.fw_sub_opcode = PASS_VERSIONS + 1;
	REFUSED(info_raw(fd, &a), EINVAL);
}

/* What the program says that it uses is nobody's on a control node. */
TEST(memory_of_nobody)
{
	union hl_mem_args m = { .in = { .op = HL_MEM_OP_ALLOC, .alloc = { .mem_size = MIB } } };
	struct hl_info_dram_usage mine, control;
	int fd = open_card();

	OK(memory(fd, &m));
	OK(info(fd, HL_INFO_DRAM_USAGE, &mine, sizeof(mine)));
	OK(info(open_control(), HL_INFO_DRAM_USAGE, &control, sizeof(control)));
	CHECK(mine.ctx_dram_mem >= MIB);
	CHECK_EQ(control.ctx_dram_mem, 0);
	CHECK_EQ(control.dram_free_mem, mine.dram_free_mem);
}

/* At the beginning, with work, and after it */
TEST(idle_and_busy)
{
	int fd = open_card();
	struct gate g;
	struct hl_info_hw_idle h;

	CHECK(idle(fd));
	g = gate_close(fd, Q_IN, 0);
	memset(&h, 0, sizeof(h));
	sleep_ms(50);
	OK(info(fd, HL_INFO_HW_IDLE, &h, gen->size.hw_idle));
	CHECK_EQ(h.is_idle, 0);
	CHECK_EQ(h.busy_engines_mask, 1);
	CHECK_EQ(h.busy_engines_mask_ext[0], 1);
	gate_finish(fd, &g);
	CHECK(idle(fd));
}
