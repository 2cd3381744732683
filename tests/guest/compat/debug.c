// SPDX-License-Identifier: GPL-2.0
/*
 * Trace components. What they are programmed with shows in what comes out of the
 * last buffer and of the counters.
 */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib.h"

/* Components of each kind, as the contract's tables have them on Gaudi */
#define STMS		46
#define ETFS		48
#define FUNNELS		76
#define BMONS		121
#define SPMUS		40

#define SPMU_DMA0	12
#define STM_DMA0	17

/* Whatever others have left behind is stopped */
static int debug_card(void)
{
	int fd = open_card();
	uint32_t i;

	OK(debug_mode(fd, true));
	for (i = 0; i < STMS; i++)
		OK(debug(fd, HL_DEBUG_OP_STM, i, 0, NULL, 0, NULL, 0));
	return fd;
}

struct op_row {
	const char *name;
	uint32_t op;
	int error;
};

static const struct op_row ops[] = {
	{ "etr", HL_DEBUG_OP_ETR, EFAULT },
	{ "etf", HL_DEBUG_OP_ETF, EFAULT },
	{ "stm", HL_DEBUG_OP_STM, EFAULT },
	{ "funnel", HL_DEBUG_OP_FUNNEL, EFAULT },
	{ "bmon", HL_DEBUG_OP_BMON, EFAULT },
	{ "spmu", HL_DEBUG_OP_SPMU, EFAULT },
	{ "timestamp", HL_DEBUG_OP_TIMESTAMP, EFAULT },
	{ "eight", 8, EINVAL },
	{ "all_ones", UINT32_MAX, EINVAL },
};

TEST_TABLE(outside_the_mode, ops)
{
	int fd = open_card();

	REFUSED(debug(fd, row->op, 0, 1, NULL, 0, NULL, 0), row->error);
	REFUSED(debug(fd, row->op, 0, 0, NULL, 0, NULL, 0), row->error);
}

TEST(mode_twice)
{
	int fd = open_card();

	REFUSED(debug_mode(fd, false), EFAULT);
	OK(debug_mode(fd, true));
	REFUSED(debug_mode(fd, true), EFAULT);
	OK(debug_mode(fd, false));
	REFUSED(debug_mode(fd, false), EFAULT);
}

TEST(mode_ends_with_the_file)
{
	int fd = debug_card();

	fd = reopen(fd);
	REFUSED(debug_mode(fd, false), EFAULT);
	OK(debug_mode(fd, true));
}

struct kind_row {
	const char *name;
	uint32_t op;
	uint32_t count;
	size_t input;
};

static const struct kind_row kinds[] = {
	{ "etf", HL_DEBUG_OP_ETF, ETFS, sizeof(struct hl_debug_params_etf) },
	{ "stm", HL_DEBUG_OP_STM, STMS, sizeof(struct hl_debug_params_stm) },
	{ "funnel", HL_DEBUG_OP_FUNNEL, FUNNELS, 0 },
	{ "bmon", HL_DEBUG_OP_BMON, BMONS, sizeof(struct hl_debug_params_bmon) },
};

/* Each of them starts and stops; what is behind the last is none. */
TEST_TABLE(all_of_a_kind, kinds)
{
	unsigned char input[128];
	int fd = debug_card();
	uint32_t i;

	memset(input, 0, sizeof(input));
	for (i = 0; i < row->count; i++) {
		if (row->input)
			REFUSED(debug(fd, row->op, i, 1, NULL, 0, NULL, 0), EINVAL);
		OK(debug(fd, row->op, i, 1, input, row->input, NULL, 0));
		OK(debug(fd, row->op, i, 0, NULL, 0, NULL, 0));
	}
	REFUSED(debug(fd, row->op, i, 1, input, row->input, NULL, 0), EINVAL);
	REFUSED(debug(fd, row->op, i, 0, NULL, 0, NULL, 0), EINVAL);
	REFUSED(debug(fd, row->op, UINT32_MAX, 1, input, row->input, NULL, 0), EINVAL);
	OK(debug_mode(fd, false));
}

TEST(timestamp_does_nothing)
{
	int fd = debug_card();

	OK(debug(fd, HL_DEBUG_OP_TIMESTAMP, 0, 1, NULL, 0, NULL, 0));
	OK(debug(fd, HL_DEBUG_OP_TIMESTAMP, 99, 0, NULL, 0, NULL, 0));
}

TEST(unreadable_input)
{
	struct hl_debug_params_stm stm = { .id = 1 };
	int fd = debug_card();

	REFUSED(debug(fd, HL_DEBUG_OP_STM, 0, 1, (void *)PAGE, sizeof(stm), NULL, 0), EFAULT);
	OK(debug(fd, HL_DEBUG_OP_STM, 0, 1, &stm, sizeof(stm), NULL, 0));
	/* Longer than known is cut, shorter is filled up */
	OK(debug(fd, HL_DEBUG_OP_STM, 1, 1, &stm, 4096, NULL, 0));
	OK(debug(fd, HL_DEBUG_OP_STM, 2, 1, &stm, 8, NULL, 0));
}

static uint64_t etr_end(int fd)
{
	uint64_t end;

	OK(etr_stop(fd, &end));
	return end;
}

struct range_row {
	const char *name;
	uint64_t address;
	uint64_t size;
	int error;
};

static const struct range_row ranges[] = {
	{ "dram", DRAM_BASE, MIB, 0 },
	{ "sram", SRAM_BASE, MIB, 0 },
	{ "host", HOST_BASE, MIB, 0 },
	{ "no_size", DRAM_BASE, 0, EINVAL },
	{ "below_dram", DRAM_BASE - PAGE, MIB, EINVAL },
	{ "below_sram", SRAM_BASE - 0x80, MIB, EINVAL },
	{ "behind_sram", SRAM_BASE + SRAM_SIZE - PAGE, 2 * PAGE, EINVAL },
	{ "behind_host", HOST_END + 1 - PAGE, 2 * PAGE, EINVAL },
	{ "registers", CFG_BASE, MIB, EINVAL },
	{ "overflow", UINT64_MAX - PAGE, 2 * PAGE, EINVAL },
	{ "51_bits", 0x4000000000000, PAGE, EINVAL },
};

TEST_TABLE(last_buffer, ranges)
{
	int fd = debug_card();

	REFUSED(etr_start(fd, row->address, row->size), row->error);
	if (!row->error)
		CHECK_EQ(etr_end(fd), row->address);
}

TEST(last_buffer_twice)
{
	uint64_t end = UINT64_MAX;
	int fd = debug_card();

	/* It is off: nothing is done, and nothing told */
	OK(debug(fd, HL_DEBUG_OP_ETR, 0, 0, NULL, 0, &end, sizeof(end)));
	CHECK_EQ(end, 0);
	REFUSED(debug(fd, HL_DEBUG_OP_ETR, 0, 1, NULL, 0, NULL, 0), EINVAL);
	OK(etr_start(fd, DRAM_BASE, MIB));
	/* It is on: nobody looks */
	OK(etr_start(fd, 0, 0));
	OK(debug(fd, HL_DEBUG_OP_ETR, 0, 1, NULL, 0, NULL, 0));
	CHECK_EQ(etr_end(fd), DRAM_BASE);
}

TEST(unwritable_output)
{
	int fd = debug_card();

	OK(etr_start(fd, DRAM_BASE, MIB));
	REFUSED(debug(fd, HL_DEBUG_OP_ETR, 0, 0, NULL, 0, (void *)PAGE, 8), EFAULT);
	/* It was stopped all the same */
	OK(etr_start(fd, DRAM_BASE + MIB, MIB));
	CHECK_EQ(etr_end(fd), DRAM_BASE + MIB);
}

/* The emulated sources leave a frame of four words with their id when all is flushed. */
TEST(trace_arrives)
{
	struct hl_debug_params_stm stm = { .he_mask = 3, .sp_mask = 1, .id = 0x21 };
	struct hl_debug_params_etf etf = { .sink_mode = 2 };
	int fd = debug_card();
	struct host h = host_new(fd, PAGE);
	uint32_t frame[4];

	memset(h.map, 0, PAGE);
	OK(debug(fd, HL_DEBUG_OP_STM, STM_DMA0 + 2, 1, &stm, sizeof(stm), NULL, 0));
	OK(debug(fd, HL_DEBUG_OP_ETF, 19 + 2, 1, &etf, sizeof(etf), NULL, 0));
	OK(debug(fd, HL_DEBUG_OP_FUNNEL, 62, 1, NULL, 0, NULL, 0));
	OK(etr_start(fd, h.address, PAGE));
	CHECK_EQ(etr_end(fd), h.address + sizeof(frame));
	memcpy(frame, h.map, sizeof(frame));
	CHECK_EQ(frame[0], 0x7fffffffu);
	CHECK_EQ(frame[1], 0x21u);
	OK(debug_mode(fd, false));
	host_free(fd, &h);
}

/* What the mode leaves behind, at its end or at that of the file, is stopped. */
TEST(mode_stops_all)
{
	struct hl_debug_params_stm stm = { .id = 0x31 };
	int fd = debug_card();
	int round;

	for (round = 0; round < 2; round++) {
		OK(debug(fd, HL_DEBUG_OP_STM, STM_DMA0, 1, &stm, sizeof(stm), NULL, 0));
		OK(etr_start(fd, DRAM_BASE, MIB));
		if (round)
			fd = reopen(fd);
		else
			OK(debug_mode(fd, false));
		OK(debug_mode(fd, true));
		/* The buffer can be started again; the source only if it is not ours */
		OK(etr_start(fd, DRAM_BASE + MIB, MIB));
		CHECK_EQ(etr_end(fd), DRAM_BASE + MIB +
			 (differs("debug-sources-go-on") ? 16 : 0));
	}
}

static int count(int fd, uint32_t index, const struct hl_debug_params_spmu *spmu)
{
	return debug(fd, HL_DEBUG_OP_SPMU, index, 1, spmu, gen->size.spmu, NULL, 0);
}

static int counted(int fd, uint32_t index, uint64_t *words, size_t num)
{
	return debug(fd, HL_DEBUG_OP_SPMU, index, 0, NULL, 0, words, num * sizeof(*words));
}

TEST(counters_run)
{
	struct hl_debug_params_spmu spmu = { .event_types = { 1, 2, 0, 8 }, .event_types_num = 4 };
	int fd = debug_card();
	uint64_t words[8];
	uint32_t i;

	for (i = 0; i < SPMUS; i++) {
		OK(count(fd, i, &spmu));
		OK(counted(fd, i, words, 3));
	}
	REFUSED(count(fd, i, &spmu), EINVAL);
	REFUSED(counted(fd, i, words, 3), EINVAL);

	OK(count(fd, SPMU_DMA0, &spmu));
	sleep_ms(20);
	OK(counted(fd, SPMU_DMA0, words, 6));
	/* Cycles are last, what overflowed before; event n happens every n cycles */
	CHECK(words[5] > 1000000);
	CHECK_EQ(words[4], 0);
	CHECK_EQ(words[2], 0);
	CHECK(words[0] <= words[5] && words[0] >= words[5] / 2);
	CHECK(words[1] < words[0] && words[3] < words[1] && words[3]);
}

struct count_row {
	const char *name;
	uint32_t events;
	int start;
	uint32_t words;
	int stop;
};

static const struct count_row counts[] = {
	{ "fewest", 3, 0, 3, 0 },
	{ "most", 6, 0, 8, 0 },
	{ "two", 2, EINVAL, 2, EINVAL },
	{ "seven", 7, EINVAL, 9, EINVAL },
	{ "none", 0, EINVAL, 0, EINVAL },
	{ "very_many", UINT32_MAX, EINVAL, 512, EINVAL },
};

TEST_TABLE(number_of_counters, counts)
{
	struct hl_debug_params_spmu spmu = { .event_types_num = row->events };
	uint64_t words[512];
	int fd = debug_card();

	REFUSED(count(fd, 0, &spmu), row->start);
	REFUSED(counted(fd, 0, words, row->words), row->stop);
	REFUSED(counted(fd, 0, NULL, 3), EINVAL);
}
