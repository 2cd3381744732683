// SPDX-License-Identifier: GPL-2.0
/*
 * What the native rooms find out about errors, in the words of the older interface.
 */
#include <uapi/hlaccel.h>

#include "hlaccel_compat.h"
#include "hlaccel_compat_event.h"
#include "hlaccel_event.h"
#include "hlaccel_fault.h"
#include "hlaccel_fw_if.h"
#include "hlaccel_io.h"
#include "hlaccel_raw.h"
#include "regs/qman_regs.h"

/* Events that tell of lowered clocks */
#define EVENT_THROTTLE_FIRST	658
#define EVENT_THROTTLE_LAST	661

/* Address of the engine's block, or NULL */
static const struct hlaccel_engine_desc *find_engine(struct hlaccel_device *hdev, u32 kind,
						     u32 instance)
{
	const struct hlaccel_asic_desc *desc = hdev->desc;
	u32 i;

	for (i = 0; i < desc->num_engines; i++) {
		if (desc->engines[i].kind == kind && desc->engines[i].instance == instance)
			return &desc->engines[i];
	}
	return NULL;
}

static void undefined_opcode(struct hlaccel_device *hdev, const struct hlaccel_engine_desc *engine,
			     u32 stream)
{
	u32 qman = engine->qman, first = stream, last = stream;
	struct hlaccel_abi_undefined_opcode what = {
		.cq_addr = (u64)hlaccel_cfg_read(hdev, qman + QMAN_CQ_PTR_HI_STS(stream)) << 32 |
			   hlaccel_cfg_read(hdev, qman + QMAN_CQ_PTR_LO_STS(stream)),
		.cq_size = hlaccel_cfg_read(hdev, qman + QMAN_CQ_TSIZE_STS(stream)),
		.engine_id = hlaccel_compat_engine_id(engine->kind, engine->instance),
		.stream_id = stream,
	};

	/* Any of the upper processors may have sent the lower one there */
	if (stream == HLACCEL_QMAN_LOWER) {
		first = 0;
		last = HLACCEL_QMAN_STREAMS - 1;
	}
	for (; first <= last; first++)
		hlaccel_raw_last(hdev, qman, first,
				 what.cb_addr_streams[what.cb_addr_streams_len++],
				 ARRAY_SIZE(what.cb_addr_streams[0]));
	hlaccel_compat_capture_undefined_opcode(hdev, &what);
}

/* Streams 0 to 3, and the lower command processor as the last one */
static void queue_error(struct hlaccel_device *hdev, const struct hlaccel_engine_desc *engine)
{
	u32 id = hlaccel_compat_engine_id(engine->kind, engine->instance);
	u32 stream, cause, count = 0;

	for (stream = 0; stream <= HLACCEL_QMAN_LOWER; stream++) {
		cause = hlaccel_cfg_read(hdev, engine->qman + QMAN_GLBL_STS1(stream)) &
			QMAN_GLBL_STS1_ALL;
		if (!cause || hlaccel_io_gone(hdev))
			continue;
		if (cause & QMAN_GLBL_STS1_OPCODE)
			undefined_opcode(hdev, engine, stream);
		count += hweight32(cause);
		hlaccel_cfg_write(hdev, engine->qman + QMAN_GLBL_STS1(stream), cause);
	}
	hlaccel_compat_capture_engine_err(hdev, id, count);
}

/* An engine, or something between the engines, did what it was not allowed to */
static void engine_failure(struct hlaccel_device *hdev, const struct hlaccel_event_row *row,
			   u32 instance)
{
	const struct hlaccel_engine_desc *engine = NULL;

	if (row->kind)
		engine = find_engine(hdev, row->kind, instance);
	if (!engine)
		hlaccel_compat_notify(hdev, HLACCEL_ABI_EVENT_ENGINE_ERR);
	else if (row->extra == HLACCEL_EXTRA_FAULTS)
		queue_error(hdev, engine);
	else
		hlaccel_compat_capture_engine_err(hdev, hlaccel_compat_engine_id(row->kind,
										 instance), 1);
	/* Whether or not there is one: the program decides whether it goes on */
	hlaccel_compat_notify(hdev, HLACCEL_ABI_EVENT_DEVICE_RESET);
}

/**
 * hlaccel_compat_event() - The firmware sent an event
 * @hdev: Device
 * @id: Number of the event
 * @row: What is known about it, or NULL
 * @instance: Number of the thing it is about
 *
 * Called by the interrupt's thread, before the native rooms do something about it.
 */
void hlaccel_compat_event(struct hlaccel_device *hdev, u32 id, const struct hlaccel_event_row *row,
			  u32 instance)
{
	bool reset;

	hlaccel_compat_events_seen(hdev, id);
	if (id >= EVENT_THROTTLE_FIRST && id <= EVENT_THROTTLE_LAST)
		hlaccel_compat_throttle(hdev, (id - EVENT_THROTTLE_FIRST) / 2,
					!((id - EVENT_THROTTLE_FIRST) % 2));
	if (!row || !READ_ONCE(hdev->compat->ctx))
		return;
	reset = row->class == HLACCEL_EVENT_RESET;
	switch ((enum hlaccel_event_tell)row->tell) {
	case HLACCEL_TELL_NOTHING:
		break;
	case HLACCEL_TELL_HARDWARE:
		hlaccel_compat_notify(hdev, HLACCEL_ABI_EVENT_GENERAL_HW_ERR);
		if (reset)
			hlaccel_compat_capture_hw_err(hdev, id);
		break;
	case HLACCEL_TELL_FIRMWARE:
		hlaccel_compat_capture_fw_err(hdev, HLACCEL_ABI_FW_ERR_REPORTED, id);
		break;
	case HLACCEL_TELL_ENGINE:
		hlaccel_compat_notify(hdev, HLACCEL_ABI_EVENT_ENGINE_ERR);
		break;
	case HLACCEL_TELL_ASSERTION:
		hlaccel_compat_notify(hdev, HLACCEL_ABI_EVENT_TPC_ASSERT);
		fallthrough;
	case HLACCEL_TELL_FAILURE:
		engine_failure(hdev, row, instance);
		break;
	}
	if (reset)
		hlaccel_compat_notify(hdev, HLACCEL_ABI_EVENT_DEVICE_RESET);
}

/* Engines that may be behind a blocked access, one bit each */
static u64 initiators(struct hlaccel_device *hdev, u32 id)
{
	const struct hlaccel_initiator *row = hlaccel_fault_initiator(hdev->desc, id);
	u64 engines = 0;
	u32 instance;

	if (!row)
		return 0;
	for (instance = 0; instance < 32; instance++) {
		if (row->instances & BIT(instance))
			engines |= BIT_ULL(hlaccel_compat_engine_id(row->kind, instance));
	}
	return engines;
}

/**
 * hlaccel_compat_capture() - The hardware has latched bad accesses
 * @hdev: Device
 * @captures: All that were found at a time
 * @num: Number of those
 */
void hlaccel_compat_capture(struct hlaccel_device *hdev, const struct hlaccel_capture *captures,
			    unsigned int num)
{
	u64 address = 0;
	unsigned int i;

	/* An access is blocked without its address, but the MMU may have met the same one */
	for (i = 0; i < num; i++) {
		switch (captures[i].kind) {
		case HLACCEL_CAPTURE_PAGE:
		case HLACCEL_CAPTURE_ACCESS:
			address = captures[i].address;
			hlaccel_compat_capture_page_fault(hdev, address,
							  HLACCEL_ABI_ENGINE_UNKNOWN);
			break;
		case HLACCEL_CAPTURE_WRITE:
			hlaccel_compat_capture_razwi(hdev, address,
						     initiators(hdev, captures[i].id),
						     HLACCEL_ABI_RAZWI_WRITE);
			break;
		case HLACCEL_CAPTURE_READ:
			hlaccel_compat_capture_razwi(hdev, address,
						     initiators(hdev, captures[i].id),
						     HLACCEL_ABI_RAZWI_READ);
			break;
		}
	}
}
