// SPDX-License-Identifier: GPL-2.0
/*
 * Trace components: what is written to start and to stop them.
 */
#include <linux/bitfield.h>
#include <linux/errno.h>
#include <linux/kernel.h>

#include <kunit/visibility.h>

#include "hlaccel_coresight.h"
#include "hlaccel_device.h"
#include "hlaccel_io.h"
#include "regs/dma_regs.h"
#include "regs/psoc_regs.h"
#include "regs/trace_regs.h"

/* A component has to stop in this time */
#define TRACE_TIMEOUT_US	100000
#define TRACE_POLL_US		1000

/**
 * struct trace_write - One write to a component
 * @offset: of the register
 * @value: what for
 */
struct trace_write {
	u16 offset;
	u32 value;
};

/* What ends in BMON_SETUP: all ranges match nothing, nobody is told */
static const struct trace_write bmon_stop[] = {
	{ BMON_ADDR0_LO, 0 }, { BMON_ADDR0_HI, 0 },
	{ BMON_MASK0_LO, ~0u }, { BMON_MASK0_HI, ~0u },
	{ BMON_ADDR1_LO, 0 }, { BMON_ADDR1_HI, 0 },
	{ BMON_MASK1_LO, ~0u }, { BMON_MASK1_HI, ~0u },
	{ BMON_USER, ~0u }, { BMON_ID, 0x1070f },
	{ BMON_WINDOW, 0 }, { BMON_WIN_CAPTURE, 0xffff },
	{ BMON_MSG0, 0xa000b00 }, { BMON_MSG1, 0xa000a00 }, { BMON_MSG2, 0xa000c00 },
	{ BMON_CTRL, 1 }, { BMON_CAPTURE, 0 }, { BMON_SETUP, 0 },
};

/* Bank by bank, and then all else that makes a source talk */
static const struct trace_write stm_stop[] = {
	{ STM_TCSR, STM_TCSR_SYNC },
	{ STM_HEMCR, 0 },
	{ STM_HEBSR, 1 }, { STM_HEER, 0 }, { STM_HETER, 0 },
	{ STM_HEBSR, 0 }, { STM_SPTER, 0 }, { STM_SPER, 0 },
	{ STM_HEMASTR, 0x80 },
	{ STM_SPTRIGCSR, 0 }, { STM_SPSCR, 0 }, { STM_SPMSCR, 0 },
	{ STM_TSFREQR, 0 },
};

static const struct trace_write etr_stop[] = {
	{ TMC_BUFWM, 0 }, { TMC_RSZ, 0x400 }, { TMC_DBALO, 0 }, { TMC_DBAHI, 0 },
	{ TMC_PSCR, 0 }, { TMC_MODE, 0 }, { TMC_FFCR, 0 },
};

u32 hlaccel_trace_find(const struct hlaccel_trace_table *table, u32 index)
{
	const struct hlaccel_trace_group *group;

	for (group = table->groups; group < table->groups + table->num; group++) {
		u32 num = group->units * group->parts;

		if (index < num)
			return group->base + index / group->parts * group->stride +
			       group->at[index % group->parts];
		index -= num;
	}
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(hlaccel_trace_find);

/**
 * struct trace_part - A component in use
 * @hdev: device
 * @base: its offset
 * @idx: of the hardware section
 */
struct trace_part {
	struct hlaccel_device *hdev;
	u32 base;
	int idx;
};

static void part_write(const struct trace_part *part, u32 offset, u32 value)
{
	hlaccel_cfg_write(part->hdev, part->base + offset, value);
}

static u32 part_read(const struct trace_part *part, u32 offset)
{
	return hlaccel_cfg_read(part->hdev, part->base + offset);
}

static void part_write_all(const struct trace_part *part, const struct trace_write *writes,
			   unsigned int num)
{
	unsigned int i;

	for (i = 0; i < num; i++)
		part_write(part, writes[i].offset, writes[i].value);
}

static int part_poll(const struct trace_part *part, u32 offset, u32 mask, u32 want)
{
	return hlaccel_cfg_poll(part->hdev, part->base + offset, mask, want, TRACE_POLL_US,
				TRACE_TIMEOUT_US);
}

static int trace_hw_begin(struct trace_part *part, struct hlaccel_device *hdev, u32 base)
{
	int ret;

	if (!base)
		return -EINVAL;
	part->hdev = hdev;
	part->base = base;
	ret = hlaccel_device_hw_try(hdev, &part->idx);
	return ret == -ECANCELED ? -EBUSY : ret;
}

static int trace_begin(struct trace_part *part, struct hlaccel_device *hdev,
		       enum hlaccel_trace_kind kind, u32 index)
{
	const struct hlaccel_trace_table *table = &hdev->desc->trace->tables[kind];

	return trace_hw_begin(part, hdev, hlaccel_trace_find(table, index));
}

/* All writes have arrived when this is over */
static int trace_end(struct trace_part *part, int ret)
{
	(void)hlaccel_cfg_read(part->hdev, PSOC_HW_STATE);
	hlaccel_device_hw_end(part->hdev, part->idx);
	return ret;
}

static void stm_start(const struct trace_part *part, const struct hlaccel_trace_stm *stm)
{
	const struct hlaccel_trace_desc *desc = part->hdev->desc->trace;
	u32 bank;

	part_write(part, STM_TCSR, STM_TCSR_SYNC | 8 << 16);
	part_write(part, STM_HEMCR, 7);
	for (bank = 0; bank < 2; bank++) {
		part_write(part, STM_HEBSR, bank);
		part_write(part, STM_HEER, stm->events >> 32 * bank);
	}
	part_write(part, STM_SPTRIGCSR, 0x10);
	part_write(part, STM_SPSCR, 0);
	part_write(part, STM_SPER, stm->ports);
	part_write(part, STM_ITATBID, stm->id);
	part_write(part, STM_HEMASTR, 0x80);
	part_write(part, STM_TSFREQR, part->hdev->info.timestamp_mhz ?: stm->frequency);
	part_write(part, STM_SYNCR, 0x1f00);
	if (part->base >= desc->stm_workaround && part->base < desc->stm_workaround_end) {
		part_write(part, STM_SPOVERRIDER, 0xffff8005);
		part_write(part, STM_SPMOVERRIDER, 0);
	}
	part_write(part, STM_TCSR, STM_TCSR_ENABLE | STM_TCSR_TIMESTAMPS | STM_TCSR_COMPRESS |
		   stm->id << 16);
}

/**
 * hlaccel_trace_stm() - Start or stop a source of messages
 * @hdev: Device
 * @index: Number of the source
 * @on: Start it
 * @stm: How, if so
 *
 * Return: as described in the header
 */
int hlaccel_trace_stm(struct hlaccel_device *hdev, u32 index, bool on,
		      const struct hlaccel_trace_stm *stm)
{
	struct trace_part part;
	int ret;

	ret = trace_begin(&part, hdev, HLACCEL_TRACE_STM, index);
	if (ret)
		return ret;
	part_write(&part, TRACE_LAR, TRACE_LAR_KEY);
	if (on && !stm) {
		ret = -EINVAL;
	} else if (on) {
		stm_start(&part, stm);
	} else {
		part_write_all(&part, stm_stop, ARRAY_SIZE(stm_stop));
		ret = part_poll(&part, STM_TCSR, STM_TCSR_BUSY, 0);
		if (!ret)
			part_write(&part, STM_TCSR, STM_TCSR_SYNC);
	}
	return trace_end(&part, ret);
}

/* Let a buffer give away what it holds, and stop it */
static int tmc_flush(const struct trace_part *part)
{
	u32 ffcr = part_read(part, TMC_FFCR) | TMC_FFCR_STOP_ON_FLUSH;
	int ret;

	part_write(part, TMC_FFCR, ffcr);
	part_write(part, TMC_FFCR, ffcr | TMC_FFCR_FLUSH);
	ret = part_poll(part, TMC_FFCR, TMC_FFCR_FLUSH, 0);
	if (!ret)
		ret = part_poll(part, TMC_STS, TMC_STS_READY, TMC_STS_READY);
	if (!ret)
		part_write(part, TMC_CTL, 0);
	return ret;
}

/* What is on when it is to start, or off when it is to stop, is left alone */
static bool tmc_settled(const struct trace_part *part, bool on)
{
	part_write(part, TRACE_LAR, TRACE_LAR_KEY);
	return on == !!part_read(part, TMC_CTL);
}

/**
 * hlaccel_trace_etf() - Start or stop a buffer on the way
 * @hdev: Device
 * @index: Number of the buffer
 * @on: Start it
 * @mode: Value of its mode register, if so
 *
 * Return: as described in the header
 */
int hlaccel_trace_etf(struct hlaccel_device *hdev, u32 index, bool on, const u32 *mode)
{
	struct trace_part part;
	int ret;

	ret = trace_begin(&part, hdev, HLACCEL_TRACE_ETF, index);
	if (ret)
		return ret;
	if (tmc_settled(&part, on))
		return trace_end(&part, 0);
	if (on && !mode)
		return trace_end(&part, -EINVAL);
	ret = tmc_flush(&part);
	if (ret)
		return trace_end(&part, ret);
	part_write(&part, TMC_BUFWM, on ? 0x3ffc : 0);
	part_write(&part, TMC_MODE, on ? *mode : 0);
	part_write(&part, TMC_FFCR, on ? TMC_FFCR_DRAIN | TMC_FFCR_FORMAT : 0);
	if (on) {
		part_write(&part, TMC_PSCR, 10);
		part_write(&part, TMC_CTL, TMC_CTL_CAPTURE);
	}
	return trace_end(&part, 0);
}

static void etr_start(const struct trace_part *part, const struct hlaccel_trace_etr *etr)
{
	struct hlaccel_device *hdev = part->hdev;
	const struct hlaccel_trace_desc *desc = hdev->desc->trace;

	hlaccel_cfg_rmw(hdev, desc->awuser, PROPS_ASID | PROPS_MMBP, etr->asid);
	hlaccel_cfg_rmw(hdev, desc->aruser, PROPS_ASID | PROPS_MMBP, etr->asid);
	hlaccel_cfg_write(hdev, desc->etr_msb, etr->address >> 40 & TRACE_ADDR_MSB);
	part_write(part, TMC_BUFWM, 0x3ffc);
	part_write(part, TMC_RSZ, etr->size);
	part_write(part, TMC_MODE, etr->mode);
	/* Otherwise the firmware did it. The host takes small pieces only. */
	if (!hdev->info.fw_security)
		part_write(part, TMC_AXICTL, TMC_AXICTL_NONSECURE |
			   FIELD_PREP(TMC_AXICTL_BURST, etr->host ? 0 : 7));
	part_write(part, TMC_DBALO, lower_32_bits(etr->address));
	part_write(part, TMC_DBAHI, upper_32_bits(etr->address));
	part_write(part, TMC_FFCR, TMC_FFCR_FORMAT | TMC_FFCR_TRIGGERS);
	part_write(part, TMC_PSCR, 10);
	part_write(part, TMC_CTL, TMC_CTL_CAPTURE);
}

static u64 etr_end(const struct trace_part *part)
{
	u64 msb = hlaccel_cfg_read(part->hdev, part->hdev->desc->trace->etr_msb) & TRACE_ADDR_MSB;

	return msb << 40 | (u64)(part_read(part, TMC_RWPHI) & 0xff) << 32 |
	       part_read(part, TMC_RWP);
}

/**
 * hlaccel_trace_etr() - Start or stop the buffer at the end
 * @hdev: Device
 * @on: Start it
 * @etr: Where to write, if so
 * @end: When it is stopped, and not NULL: gets the address behind the last byte; not
 *       changed when it was not on
 *
 * Return: as described in the header
 */
int hlaccel_trace_etr(struct hlaccel_device *hdev, bool on, const struct hlaccel_trace_etr *etr,
		      u64 *end)
{
	struct trace_part part;
	int ret;

	ret = trace_hw_begin(&part, hdev, hdev->desc->trace->etr);
	if (ret)
		return ret;
	if (tmc_settled(&part, on))
		return trace_end(&part, 0);
	if (on && !etr)
		return trace_end(&part, -EINVAL);
	ret = tmc_flush(&part);
	if (ret)
		return trace_end(&part, ret);
	if (on) {
		etr_start(&part, etr);
	} else {
		part_write_all(&part, etr_stop, ARRAY_SIZE(etr_stop));
		if (end)
			*end = etr_end(&part);
	}
	return trace_end(&part, 0);
}

/**
 * hlaccel_trace_funnel() - Open or close a funnel
 * @hdev: Device
 * @index: Number of the funnel
 * @on: Open it
 *
 * Return: as described in the header
 */
int hlaccel_trace_funnel(struct hlaccel_device *hdev, u32 index, bool on)
{
	struct trace_part part;
	int ret;

	ret = trace_begin(&part, hdev, HLACCEL_TRACE_FUNNEL, index);
	if (ret)
		return ret;
	part_write(&part, TRACE_LAR, TRACE_LAR_KEY);
	/* Six inputs, and how long one may go on */
	part_write(&part, FUNNEL_CTRL, on ? 0x33f : 0);
	return trace_end(&part, 0);
}

static void bmon_start(const struct trace_part *part, const struct hlaccel_trace_bmon *bmon)
{
	u32 id = bmon->id << BMON_MSG_ID_SHIFT, range;

	for (range = 0; range < 2; range++) {
		u32 at = range * (BMON_ADDR1_LO - BMON_ADDR0_LO);

		part_write(part, BMON_ADDR0_LO + at, lower_32_bits(bmon->start[range]));
		part_write(part, BMON_ADDR0_HI + at, upper_32_bits(bmon->start[range]));
		part_write(part, BMON_MASK0_LO + at, lower_32_bits(bmon->mask[range]));
		part_write(part, BMON_MASK0_HI + at, upper_32_bits(bmon->mask[range]));
	}
	part_write(part, BMON_USER, 0);
	part_write(part, BMON_ID, 0);
	part_write(part, BMON_WINDOW, bmon->window);
	part_write(part, BMON_WIN_CAPTURE, bmon->win_capture);
	part_write(part, BMON_MSG0, 0xa000b00 | id);
	part_write(part, BMON_MSG1, 0xa000a00 | id);
	part_write(part, BMON_MSG2, 0xa000c00 | id);
	part_write(part, BMON_CTRL, 0x11);
	part_write(part, BMON_CAPTURE, 1);
}

/**
 * hlaccel_trace_bmon() - Start or stop a bus monitor
 * @hdev: Device
 * @index: Number of the monitor
 * @on: Start it
 * @bmon: What it is to look at, if so
 *
 * Return: as described in the header
 */
int hlaccel_trace_bmon(struct hlaccel_device *hdev, u32 index, bool on,
		       const struct hlaccel_trace_bmon *bmon)
{
	struct trace_part part;
	int ret;

	ret = trace_begin(&part, hdev, HLACCEL_TRACE_BMON, index);
	if (ret)
		return ret;
	part_write(&part, BMON_SETUP, 1);
	if (on && !bmon)
		ret = -EINVAL;
	else if (on)
		bmon_start(&part, bmon);
	else
		part_write_all(&part, bmon_stop, ARRAY_SIZE(bmon_stop));
	return trace_end(&part, ret);
}

/**
 * hlaccel_trace_spmu_start() - Count events
 * @hdev: Device
 * @index: Number of the component
 * @events: Events, one for each counter
 * @num: Number of those
 *
 * Return: as described in the header
 */
int hlaccel_trace_spmu_start(struct hlaccel_device *hdev, u32 index, const u32 *events, u32 num)
{
	struct trace_part part;
	u32 i;
	int ret;

	ret = trace_begin(&part, hdev, HLACCEL_TRACE_SPMU, index);
	if (ret)
		return ret;
	if (num < HLACCEL_SPMU_MIN || num > HLACCEL_SPMU_MAX)
		return trace_end(&part, -EINVAL);
	part_write(&part, SPMU_CTRL, SPMU_CTRL_STOPPED | SPMU_CTRL_CLEAR_COUNTERS |
		   SPMU_CTRL_CLEAR_CYCLES);
	part_write(&part, SPMU_CTRL, SPMU_CTRL_STOPPED);
	for (i = 0; i < num; i++)
		part_write(&part, SPMU_EVENT(i), events[i]);
	part_write(&part, SPMU_CTRL, SPMU_CTRL_STOPPED | SPMU_CTRL_RUN);
	part_write(&part, SPMU_ENABLE, SPMU_ENABLE_CYCLES | GENMASK(HLACCEL_SPMU_MAX - 1, 0));
	return trace_end(&part, 0);
}

/**
 * hlaccel_trace_spmu_stop() - Stop counting
 * @hdev: Device
 * @index: Number of the component
 * @counts: (out) What was counted
 *
 * Return: as described in the header
 */
int hlaccel_trace_spmu_stop(struct hlaccel_device *hdev, u32 index,
			    struct hlaccel_trace_counts *counts)
{
	struct trace_part part;
	u32 i;
	int ret;

	ret = trace_begin(&part, hdev, HLACCEL_TRACE_SPMU, index);
	if (ret)
		return ret;
	part_write(&part, SPMU_CTRL, SPMU_CTRL_STOPPED);
	for (i = 0; i < HLACCEL_SPMU_MAX; i++)
		counts->events[i] = part_read(&part, SPMU_COUNTER(i));
	counts->overflow = part_read(&part, SPMU_OVERFLOW);
	counts->cycles = (u64)part_read(&part, SPMU_CYCLES_HI) << 32;
	counts->cycles |= part_read(&part, SPMU_CYCLES_LO);
	part_write(&part, SPMU_OVERFLOW, 0);
	return trace_end(&part, 0);
}
