/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _HLACCEL_EVENT_H_
#define _HLACCEL_EVENT_H_

#include <linux/types.h>

struct hlaccel_asic_desc;
struct hlaccel_device;

/**
 * enum hlaccel_event_class - What an event asks for
 */
enum hlaccel_event_class {
	/** @HLACCEL_EVENT_INFO: nothing but a line in the log */
	HLACCEL_EVENT_INFO,
	/** @HLACCEL_EVENT_UNMASK: a line, then let the firmware report it again */
	HLACCEL_EVENT_UNMASK,
	/** @HLACCEL_EVENT_RESET: hard reset */
	HLACCEL_EVENT_RESET,
	/** @HLACCEL_EVENT_IGNORE: nothing at all */
	HLACCEL_EVENT_IGNORE,
};

/**
 * enum hlaccel_event_extra - What else is done about an event
 */
enum hlaccel_event_extra {
	/** @HLACCEL_EXTRA_NONE: nothing */
	HLACCEL_EXTRA_NONE,
	/** @HLACCEL_EXTRA_FAULTS: report and clear the fault captures */
	HLACCEL_EXTRA_FAULTS,
	/** @HLACCEL_EXTRA_CORE: the same, and the DMA core tells a cause */
	HLACCEL_EXTRA_CORE,
	/** @HLACCEL_EXTRA_TPC: the same, and the TPC tells a cause */
	HLACCEL_EXTRA_TPC,
	/** @HLACCEL_EXTRA_ECC: the payload tells a memory address */
	HLACCEL_EXTRA_ECC,
};

/**
 * enum hlaccel_event_tell - What a program that has the whole card is told
 *
 * Source: the in-kernel driver's notifications.
 */
enum hlaccel_event_tell {
	/** @HLACCEL_TELL_NOTHING: nothing */
	HLACCEL_TELL_NOTHING,
	/** @HLACCEL_TELL_HARDWARE: that something is wrong with the card */
	HLACCEL_TELL_HARDWARE,
	/** @HLACCEL_TELL_FIRMWARE: that something is wrong with its firmware */
	HLACCEL_TELL_FIRMWARE,
	/** @HLACCEL_TELL_ENGINE: that an engine complains, maybe of the program */
	HLACCEL_TELL_ENGINE,
	/** @HLACCEL_TELL_FAILURE: the same, and that only a reset helps */
	HLACCEL_TELL_FAILURE,
	/**
	 * @HLACCEL_TELL_ASSERTION: the same, and that it may be an assertion: the firmware
	 * has no event of its own for one that does not hold
	 */
	HLACCEL_TELL_ASSERTION,
};

/**
 * struct hlaccel_event_row - Some events of one kind
 * @id: first event id
 * @count: number of instances
 * @stride: distance of their ids
 * @class: &enum hlaccel_event_class
 * @extra: &enum hlaccel_event_extra
 * @tell: &enum hlaccel_event_tell
 * @kind: kind of the engine that has failed, or zero
 * @name: for people
 */
struct hlaccel_event_row {
	u16 id;
	u8 count;
	u8 stride;
	u8 class;
	u8 extra;
	u8 tell;
	u8 kind;
	const char *name;
};

int hlaccel_event_init(struct hlaccel_device *hdev);
void hlaccel_event_restart(struct hlaccel_device *hdev);
bool hlaccel_event_pending(struct hlaccel_device *hdev);
void hlaccel_event_consume(struct hlaccel_device *hdev);

const struct hlaccel_event_row *
hlaccel_event_find(const struct hlaccel_asic_desc *desc, u32 id, u32 *instance);

#endif /* _HLACCEL_EVENT_H_ */
