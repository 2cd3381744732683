// SPDX-License-Identifier: GPL-2.0
/*
 * Events from the firmware: consumed in the interrupt's thread, looked up in
 * the chip's table.
 */
#include <kunit/visibility.h>

#include <linux/bitfield.h>
#include <linux/export.h>

#include <drm/drm_managed.h>
#include <drm/drm_print.h>

#include "hlaccel_compat.h"
#include "hlaccel_cpucp.h"
#include "hlaccel_device.h"
#include "hlaccel_event.h"
#include "hlaccel_fault.h"
#include "hlaccel_fw.h"
#include "hlaccel_fw_if.h"
#include "hlaccel_io.h"
#include "hlaccel_reset.h"
#include "hlaccel_ring.h"
#include "hlaccel_trace.h"
#include "regs/cpu_if_regs.h"
#include "regs/dma_regs.h"
#include "regs/tpc_regs.h"

/**
 * struct hlaccel_event - The event queue's consumer side
 * @ci: entry to look at next
 * @index: running number of the last entry
 * @stopped: the firmware lost its count; nothing is consumed until a reset
 *
 * Used by the interrupt's thread, and by others only while it is masked. @ci is
 * read by the hard handler too.
 */
struct hlaccel_event {
	u32 ci;
	u16 index;
	bool stopped;
};

/**
 * hlaccel_event_init() - Software state
 * @hdev: device
 *
 * Return: 0 or -ENOMEM
 */
int hlaccel_event_init(struct hlaccel_device *hdev)
{
	hdev->event = drmm_kzalloc(&hdev->drm, sizeof(*hdev->event), GFP_KERNEL);
	return hdev->event ? 0 : -ENOMEM;
}

/**
 * hlaccel_event_restart() - The queue is about to be given to the firmware anew
 * @hdev: device, interrupt masked
 */
void hlaccel_event_restart(struct hlaccel_device *hdev)
{
	*hdev->event = (struct hlaccel_event) {};
}

static struct hlaccel_eq_entry *next_entry(struct hlaccel_device *hdev)
{
	struct hlaccel_eq_entry *queue = hlaccel_cpucp_event_queue(hdev);

	return &queue[READ_ONCE(hdev->event->ci)];
}

/**
 * hlaccel_event_pending() - Is there an event?
 * @hdev: device
 *
 * Return: whether the thread has to run; any context
 */
bool hlaccel_event_pending(struct hlaccel_device *hdev)
{
	return !READ_ONCE(hdev->event->stopped) &&
	       le32_to_cpu(READ_ONCE(next_entry(hdev)->ctl)) & EQ_CTL_READY;
}

/**
 * hlaccel_event_find() - Look an event up
 * @desc: kind of chip
 * @id: event id
 * @instance: gets the number of the instance the event is about
 *
 * Return: its row, or NULL
 */
const struct hlaccel_event_row *
hlaccel_event_find(const struct hlaccel_asic_desc *desc, u32 id, u32 *instance)
{
	unsigned int i;

	for (i = 0; i < desc->num_events; i++) {
		const struct hlaccel_event_row *row = &desc->events[i];

		if (id < row->id || id > row->id + (row->count - 1) * row->stride ||
		    (id - row->id) % row->stride)
			continue;
		*instance = (id - row->id) / row->stride;
		return row;
	}
	return NULL;
}
EXPORT_SYMBOL_IF_KUNIT(hlaccel_event_find);

/* Index of an engine, or -1 */
static int find_engine(const struct hlaccel_asic_desc *desc, u32 kind, u32 instance)
{
	unsigned int i;

	for (i = 0; i < desc->num_engines; i++)
		if (desc->engines[i].kind == kind && desc->engines[i].instance == instance)
			return i;
	return -1;
}

/*
 * An engine whose jobs have error words needs no blame here: its event may come when
 * somebody else's job runs.
 */
static void engine_error(struct hlaccel_device *hdev, const struct hlaccel_event_row *row,
			 u32 instance)
{
	int engine = find_engine(hdev->desc, row->kind, instance);
	u32 reg, cause;

	if (engine < 0)
		return;
	reg = hdev->desc->engines[engine].base;
	if (row->extra == HLACCEL_EXTRA_CORE) {
		reg += DMA_ERR_CAUSE;
		cause = hlaccel_cfg_read(hdev, reg);
		hlaccel_cfg_write(hdev, reg, cause);
	} else if (row->extra == HLACCEL_EXTRA_TPC) {
		reg += TPC_INTR_CAUSE;
		cause = hlaccel_cfg_read(hdev, reg);
		/* Its queue manager can't be trusted any more */
		if (cause & TPC_INTR_QM_SW_ERROR)
			hlaccel_reset_schedule(hdev, "TPC queue error");
		hlaccel_rings_engine_error(hdev, engine, cause);
		/* Only then, as this may let the job end and the next one begin */
		hlaccel_cfg_write(hdev, reg, 0);
	}
}

static void handle_event(struct hlaccel_device *hdev, const struct hlaccel_eq_entry *entry)
{
	u32 id = FIELD_GET(EQ_CTL_TYPE, le32_to_cpu(entry->ctl));
	const struct hlaccel_event_row *row;
	u32 instance = 0;
	int ret;

	atomic64_inc(&hdev->counters.events);
	row = hlaccel_event_find(hdev->desc, id, &instance);
	hlaccel_compat_event(hdev, id, row, instance);
	if (!row) {
		drm_dbg(&hdev->drm, "unknown event %u\n", id);
		return;
	}
	trace_hlaccel_event(hdev, id, instance, row->name);
	if (row->class == HLACCEL_EVENT_IGNORE)
		return;

	drm_err_ratelimited(&hdev->drm, "event %u: %s %u\n", id, row->name, instance);
	if (row->extra == HLACCEL_EXTRA_ECC)
		drm_err_ratelimited(&hdev->drm, "memory error at %#llx, syndrome %#llx\n",
				    le64_to_cpu(entry->ecc.address),
				    le64_to_cpu(entry->ecc.syndrome));
	else if (row->extra != HLACCEL_EXTRA_NONE)
		hlaccel_fault_collect(hdev);
	if (row->kind)
		engine_error(hdev, row, instance);

	if (row->class == HLACCEL_EVENT_RESET) {
		hlaccel_reset_schedule(hdev, row->name);
	} else if (row->class == HLACCEL_EVENT_UNMASK) {
		ret = hlaccel_cpucp_unmask(hdev, id);
		if (ret)
			drm_dbg(&hdev->drm, "event %u stays masked: %d\n", id, ret);
	}
}

/* Take the next entry out of the queue; false when there is none */
static bool take_entry(struct hlaccel_device *hdev, struct hlaccel_eq_entry *entry)
{
	struct hlaccel_eq_entry *shared = next_entry(hdev);
	struct hlaccel_event *event = hdev->event;
	u16 index;

	if (event->stopped || !(le32_to_cpu(READ_ONCE(shared->ctl)) & EQ_CTL_READY))
		return false;
	/* The firmware writes the control word last */
	dma_rmb();
	*entry = *shared;

	index = FIELD_GET(EQ_CTL_INDEX, le32_to_cpu(entry->ctl));
	if (hlaccel_fw_app_has(hdev, STS0_EQ_INDEX) && index != (u16)(event->index + 1)) {
		drm_err(&hdev->drm, "event %u follows %u\n", index, event->index);
		WRITE_ONCE(event->stopped, true);
		hlaccel_reset_schedule(hdev, "events out of order");
		return false;
	}
	event->index = index;

	shared->ctl = cpu_to_le32(le32_to_cpu(entry->ctl) & ~EQ_CTL_READY);
	WRITE_ONCE(event->ci, (event->ci + 1) % EQ_ENTRIES);
	/* The entry is free before the firmware is told so */
	wmb();
	hlaccel_cfg_write(hdev, CPU_IF_EQ_RD_OFFS, event->ci);
	return true;
}

/**
 * hlaccel_event_consume() - Handle what is in the queue
 * @hdev: device
 *
 * Called by the interrupt's thread. One queue's worth at most: an entry that was
 * written later has its own interrupt.
 */
void hlaccel_event_consume(struct hlaccel_device *hdev)
{
	struct hlaccel_eq_entry entry;
	unsigned int i;

	for (i = 0; i < EQ_ENTRIES && take_entry(hdev, &entry); i++)
		handle_event(hdev, &entry);
}
