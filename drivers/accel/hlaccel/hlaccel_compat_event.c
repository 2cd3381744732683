// SPDX-License-Identifier: GPL-2.0
/*
 * What a program of the older interface is told about errors: bits of a notifier,
 * and the first record of each kind.
 */
#include <linux/eventfd.h>
#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include <drm/drm_managed.h>

#include "hlaccel_compat.h"
#include "hlaccel_compat_event.h"
#include "hlaccel_compat_mem.h"

/**
 * struct hlaccel_compat_records - The first of each kind
 * @valid: those that there are, by &enum hlaccel_compat_record
 * @timeout: a submission took too long
 * @razwi: an access was blocked
 * @opcode: a queue manager met a packet that it does not know
 * @page_fault: an address was not mapped
 * @hw_err: something broke
 * @fw_err: the firmware complained, or was silent
 * @engine_err: an engine did not like its work
 */
struct hlaccel_compat_records {
	unsigned long valid;
	struct hlaccel_abi_cs_timeout timeout;
	struct hlaccel_abi_razwi razwi;
	struct hlaccel_abi_undefined_opcode opcode;
	struct hlaccel_abi_page_fault page_fault;
	struct hlaccel_abi_hw_err hw_err;
	struct hlaccel_abi_fw_err fw_err;
	struct hlaccel_abi_engine_err engine_err;
};

#define PLACE(member)	offsetof(struct hlaccel_compat_records, member)
#define SIZE(member)	sizeof_field(struct hlaccel_compat_records, member)

/* Where each record is */
static const struct {
	u16 offset;
	u16 size;
} record_places[] = {
	[HLACCEL_COMPAT_RECORD_TIMEOUT] = { PLACE(timeout), SIZE(timeout) },
	[HLACCEL_COMPAT_RECORD_RAZWI] = { PLACE(razwi), SIZE(razwi) },
	[HLACCEL_COMPAT_RECORD_OPCODE] = { PLACE(opcode), SIZE(opcode) },
	[HLACCEL_COMPAT_RECORD_PAGE_FAULT] = { PLACE(page_fault), SIZE(page_fault) },
	[HLACCEL_COMPAT_RECORD_HW_ERR] = { PLACE(hw_err), SIZE(hw_err) },
	[HLACCEL_COMPAT_RECORD_FW_ERR] = { PLACE(fw_err), SIZE(fw_err) },
	[HLACCEL_COMPAT_RECORD_ENGINE_ERR] = { PLACE(engine_err), SIZE(engine_err) },
};

static void *record_at(struct hlaccel_compat_records *records, enum hlaccel_compat_record kind,
		       size_t *size)
{
	*size = record_places[kind].size;
	return (void *)records + record_places[kind].offset;
}

/**
 * struct hlaccel_compat_events - Notifier and records
 * @hdev: Device
 * @work: Copies what was mapped at the first page fault, and only then tells of it
 * @lock: Protects what follows; a leaf, from any context
 * @open: Somebody has the card
 * @mask: Bits that nobody has read yet
 * @eventfd: To be signalled, or NULL
 * @records: Records
 * @mappings: What was mapped at the first page fault, or NULL
 * @num_mappings: Number of them
 * @seen: Events of the firmware by number, since the last reset
 * @seen_resets: Number of resets when @seen began
 * @seen_all: The same since the driver was loaded
 * @throttled: When the clocks were lowered last, by reason
 * @unthrottled: When that ended; before @throttled: not yet
 */
struct hlaccel_compat_events {
	struct hlaccel_device *hdev;
	struct work_struct work;
	spinlock_t lock; /* what follows */
	bool open;
	u64 mask;
	struct eventfd_ctx *eventfd;
	struct hlaccel_compat_records records;
	struct hlaccel_abi_user_mapping *mappings;
	u32 num_mappings;
	u32 seen[HLACCEL_ABI_GAUDI_EVENTS];
	u32 seen_resets;
	u32 seen_all[HLACCEL_ABI_GAUDI_EVENTS];
	ktime_t throttled[HLACCEL_ABI_NUM_THROTTLES];
	ktime_t unthrottled[HLACCEL_ABI_NUM_THROTTLES];
};

static void notify_locked(struct hlaccel_compat_events *events, enum hlaccel_abi_event event)
{
	lockdep_assert_held(&events->lock);

	if (!events->open)
		return;
	events->mask |= BIT_ULL(event);
	if (events->eventfd)
		eventfd_signal(events->eventfd);
}

/**
 * hlaccel_compat_notify() - Tell the one who has the card
 * @hdev: Device
 * @event: What of
 *
 * Any context.
 */
void hlaccel_compat_notify(struct hlaccel_device *hdev, enum hlaccel_abi_event event)
{
	struct hlaccel_compat_events *events = hdev->compat->events;
	unsigned long flags;

	spin_lock_irqsave(&events->lock, flags);
	notify_locked(events, event);
	spin_unlock_irqrestore(&events->lock, flags);
}

/* Keep a record if it is the first one, and have @work done then; true if it is */
static bool capture_and(struct hlaccel_device *hdev, enum hlaccel_compat_record kind,
			const void *record, struct work_struct *work)
{
	struct hlaccel_compat_events *events = hdev->compat->events;
	struct hlaccel_compat_records *records = &events->records;
	unsigned long flags;
	size_t size;
	bool first;
	void *at = record_at(records, kind, &size);

	spin_lock_irqsave(&events->lock, flags);
	first = events->open && !(records->valid & BIT(kind));
	if (first) {
		memcpy(at, record, size);
		records->valid |= BIT(kind);
		/* With the lock: who closes the notifier first finds it, and cancels it */
		if (work)
			queue_work(system_unbound_wq, work);
	}
	spin_unlock_irqrestore(&events->lock, flags);
	return first;
}

/* The same, and tell of it, whether or not it is the first one */
static void tell(struct hlaccel_device *hdev, enum hlaccel_compat_record kind, const void *record,
		 enum hlaccel_abi_event event)
{
	(void)capture_and(hdev, kind, record, NULL);
	hlaccel_compat_notify(hdev, event);
}

/**
 * hlaccel_compat_captured() - Read a record
 * @hdev: Device
 * @kind: Which
 * @record: Gets it, or zeroes
 *
 * Return: whether there is one
 */
bool hlaccel_compat_captured(struct hlaccel_device *hdev, enum hlaccel_compat_record kind,
			     void *record)
{
	struct hlaccel_compat_events *events = hdev->compat->events;
	size_t size;
	bool valid;
	void *at = record_at(&events->records, kind, &size);

	spin_lock_irq(&events->lock);
	valid = events->records.valid & BIT(kind);
	if (valid)
		memcpy(record, at, size);
	else
		memset(record, 0, size);
	spin_unlock_irq(&events->lock);
	return valid;
}

/**
 * hlaccel_compat_capture_timeout() - A submission took too long
 * @ctx: Whose
 * @seq: Its sequence number
 * @reset_follows: The card is going to be reset for it
 */
void hlaccel_compat_capture_timeout(struct hlaccel_compat_ctx *ctx, u64 seq, bool reset_follows)
{
	const struct hlaccel_abi_cs_timeout record = {
		.timestamp = ktime_get_ns(),
		.seq = seq,
	};

	tell(ctx->hdev, HLACCEL_COMPAT_RECORD_TIMEOUT, &record, HLACCEL_ABI_EVENT_CS_TIMEOUT);
	if (reset_follows)
		hlaccel_compat_notify(ctx->hdev, HLACCEL_ABI_EVENT_DEVICE_RESET);
}

/**
 * hlaccel_compat_capture_razwi() - An access was blocked
 * @hdev: Device
 * @address: Where to, 0 if unknown
 * @engines: Who it may have been, one bit each
 * @flags: HLACCEL_ABI_RAZWI_*
 */
void hlaccel_compat_capture_razwi(struct hlaccel_device *hdev, u64 address, u64 engines, u8 flags)
{
	struct hlaccel_abi_razwi record = {
		.timestamp = ktime_get_ns(),
		.addr = address,
		.flags = flags,
	};

	for (; engines; engines &= engines - 1)
		record.engine_id[record.num_of_possible_engines++] = __ffs64(engines);
	if (!record.num_of_possible_engines)
		record.engine_id[0] = HLACCEL_ABI_ENGINE_UNKNOWN;
	tell(hdev, HLACCEL_COMPAT_RECORD_RAZWI, &record, HLACCEL_ABI_EVENT_RAZWI);
}

/**
 * hlaccel_compat_capture_page_fault() - An address was not mapped
 * @hdev: Device
 * @address: The address
 * @engine: Who wanted to go there, HLACCEL_ABI_ENGINE_UNKNOWN if unknown
 */
void hlaccel_compat_capture_page_fault(struct hlaccel_device *hdev, u64 address, u16 engine)
{
	const struct hlaccel_abi_page_fault record = {
		.timestamp = ktime_get_ns(),
		.addr = address,
		.engine_id = engine,
	};

	/* The work tells when it is done */
	if (!capture_and(hdev, HLACCEL_COMPAT_RECORD_PAGE_FAULT, &record,
			 &hdev->compat->events->work))
		hlaccel_compat_notify(hdev, HLACCEL_ABI_EVENT_PAGE_FAULT);
}

/**
 * hlaccel_compat_capture_undefined_opcode() - A packet that does not exist
 * @hdev: Device
 * @what: Where; the time is filled in
 */
void hlaccel_compat_capture_undefined_opcode(struct hlaccel_device *hdev,
					     const struct hlaccel_abi_undefined_opcode *what)
{
	struct hlaccel_abi_undefined_opcode record = *what;

	record.timestamp = ktime_get_ns();
	tell(hdev, HLACCEL_COMPAT_RECORD_OPCODE, &record, HLACCEL_ABI_EVENT_UNDEFINED_OPCODE);
}

/**
 * hlaccel_compat_capture_hw_err() - The hardware broke
 * @hdev: Device
 * @event: Number of the firmware's event
 */
void hlaccel_compat_capture_hw_err(struct hlaccel_device *hdev, u16 event)
{
	const struct hlaccel_abi_hw_err record = {
		.timestamp = ktime_get_ns(),
		.event_id = event,
	};

	tell(hdev, HLACCEL_COMPAT_RECORD_HW_ERR, &record, HLACCEL_ABI_EVENT_CRITICAL_HW_ERR);
}

/**
 * hlaccel_compat_capture_fw_err() - The firmware is in trouble
 * @hdev: Device
 * @type: HLACCEL_ABI_FW_ERR_*
 * @event: Number of its event, if it sent one
 */
void hlaccel_compat_capture_fw_err(struct hlaccel_device *hdev, u16 type, u16 event)
{
	const struct hlaccel_abi_fw_err record = {
		.timestamp = ktime_get_ns(),
		.err_type = type,
		.event_id = event,
	};

	tell(hdev, HLACCEL_COMPAT_RECORD_FW_ERR, &record, HLACCEL_ABI_EVENT_CRITICAL_FW_ERR);
}

/**
 * hlaccel_compat_capture_engine_err() - An engine did not like its work
 * @hdev: Device
 * @engine: Which
 * @count: How many errors it reports
 */
void hlaccel_compat_capture_engine_err(struct hlaccel_device *hdev, u16 engine, u16 count)
{
	const struct hlaccel_abi_engine_err record = {
		.timestamp = ktime_get_ns(),
		.engine_id = engine,
		.error_count = count,
	};

	tell(hdev, HLACCEL_COMPAT_RECORD_ENGINE_ERR, &record, HLACCEL_ABI_EVENT_ENGINE_ERR);
}

/**
 * hlaccel_compat_mappings() - What was mapped at the first page fault
 * @hdev: Device
 * @mappings: Gets them
 * @max: Room there
 *
 * Return: number of mappings there are; nothing is copied if that is more than @max
 */
u32 hlaccel_compat_mappings(struct hlaccel_device *hdev,
			    struct hlaccel_abi_user_mapping *mappings, u32 max)
{
	struct hlaccel_compat_events *events = hdev->compat->events;
	u32 num;

	spin_lock_irq(&events->lock);
	num = events->num_mappings;
	if (num && num <= max)
		memcpy(mappings, events->mappings, array_size(num, sizeof(*mappings)));
	spin_unlock_irq(&events->lock);
	return num;
}

/**
 * struct mapping_list - Mappings as they are collected
 * @at: Where to, or NULL to count only
 * @num: How many there are
 * @max: Room at @at
 */
struct mapping_list {
	struct hlaccel_abi_user_mapping *at;
	u32 num;
	u32 max;
};

static void add_mapping(void *arg, u64 dev_va, u64 size, u64 host)
{
	struct mapping_list *list = arg;

	if (list->num < list->max)
		list->at[list->num] = (struct hlaccel_abi_user_mapping) { dev_va, size };
	list->num++;
}

static void collect_mappings(struct hlaccel_compat_ctx *ctx, struct mapping_list *list)
{
	struct mapping_list count = {};

	hlaccel_compat_mem_for_each(ctx, add_mapping, &count);
	list->max = count.num;
	list->at = kvcalloc(count.num, sizeof(*list->at), GFP_KERNEL);
	if (!list->at)
		return;
	hlaccel_compat_mem_for_each(ctx, add_mapping, list);
	list->num = min(list->num, list->max);
}

/* Ends before the context does, hlaccel_compat_events_close() */
static void events_work(struct work_struct *work)
{
	struct hlaccel_compat_events *events =
		container_of(work, struct hlaccel_compat_events, work);
	struct hlaccel_compat_ctx *ctx = READ_ONCE(events->hdev->compat->ctx);
	struct mapping_list list = {};

	if (!ctx)
		return;
	collect_mappings(ctx, &list);
	spin_lock_irq(&events->lock);
	swap(events->mappings, list.at);
	events->num_mappings = list.num;
	notify_locked(events, HLACCEL_ABI_EVENT_PAGE_FAULT);
	spin_unlock_irq(&events->lock);
	kvfree(list.at);
}

/**
 * hlaccel_compat_eventfd_register() - Have an eventfd signalled
 * @hdev: Device
 * @fd: Of the eventfd
 *
 * Return: 0; -EINVAL when there is one; -EBADF, -EINVAL for a bad descriptor
 */
int hlaccel_compat_eventfd_register(struct hlaccel_device *hdev, int fd)
{
	struct hlaccel_compat_events *events = hdev->compat->events;
	struct eventfd_ctx *eventfd;
	int ret = 0;

	if (READ_ONCE(events->eventfd))
		return -EINVAL;
	eventfd = eventfd_ctx_fdget(fd);
	if (IS_ERR(eventfd))
		return PTR_ERR(eventfd);
	spin_lock_irq(&events->lock);
	if (events->eventfd)
		ret = -EINVAL;
	else
		events->eventfd = eventfd;
	spin_unlock_irq(&events->lock);
	if (ret)
		eventfd_ctx_put(eventfd);
	return ret;
}

/**
 * hlaccel_compat_eventfd_unregister() - Have it signalled no more
 * @hdev: Device
 *
 * Return: 0, or -EINVAL when there is none
 */
int hlaccel_compat_eventfd_unregister(struct hlaccel_device *hdev)
{
	struct hlaccel_compat_events *events = hdev->compat->events;
	struct eventfd_ctx *eventfd = NULL;

	spin_lock_irq(&events->lock);
	swap(events->eventfd, eventfd);
	spin_unlock_irq(&events->lock);
	if (!eventfd)
		return -EINVAL;
	eventfd_ctx_put(eventfd);
	return 0;
}

/**
 * hlaccel_compat_eventfd_there() - Is somebody told of errors?
 * @hdev: Device
 *
 * Return: whether there is an eventfd
 */
bool hlaccel_compat_eventfd_there(struct hlaccel_device *hdev)
{
	return READ_ONCE(hdev->compat->events->eventfd);
}

/**
 * hlaccel_compat_events_take() - Read the notifier, and clear it
 * @hdev: Device
 *
 * Return: bits
 */
u64 hlaccel_compat_events_take(struct hlaccel_device *hdev)
{
	struct hlaccel_compat_events *events = hdev->compat->events;
	u64 mask = 0;

	spin_lock_irq(&events->lock);
	swap(events->mask, mask);
	spin_unlock_irq(&events->lock);
	return mask;
}

/**
 * hlaccel_compat_events_seen() - The firmware sent an event
 * @hdev: Device
 * @id: Its number, whatever it is
 */
void hlaccel_compat_events_seen(struct hlaccel_device *hdev, u32 id)
{
	struct hlaccel_compat_events *events = hdev->compat->events;
	u32 resets = hlaccel_device_reset_count(hdev);

	if (id >= HLACCEL_ABI_GAUDI_EVENTS)
		return;
	spin_lock_irq(&events->lock);
	if (events->seen_resets != resets)
		memset(events->seen, 0, sizeof(events->seen));
	events->seen_resets = resets;
	events->seen[id]++;
	events->seen_all[id]++;
	spin_unlock_irq(&events->lock);
}

/**
 * hlaccel_compat_events_count() - How often each event came
 * @hdev: Device
 * @counts: Gets the numbers, zeroed before
 * @all: Since the driver was loaded, not only since the last reset
 */
void hlaccel_compat_events_count(struct hlaccel_device *hdev, u32 *counts, bool all)
{
	struct hlaccel_compat_events *events = hdev->compat->events;

	spin_lock_irq(&events->lock);
	if (all)
		memcpy(counts, events->seen_all, sizeof(events->seen_all));
	else if (events->seen_resets == hlaccel_device_reset_count(hdev))
		memcpy(counts, events->seen, sizeof(events->seen));
	spin_unlock_irq(&events->lock);
}

/**
 * hlaccel_compat_throttle() - The firmware lowers the clocks, or does so no more
 * @hdev: Device
 * @reason: HLACCEL_ABI_THROTTLE_*
 * @on: It begins
 */
void hlaccel_compat_throttle(struct hlaccel_device *hdev, u32 reason, bool on)
{
	struct hlaccel_compat_events *events = hdev->compat->events;

	spin_lock_irq(&events->lock);
	if (on)
		events->throttled[reason] = ktime_get();
	else
		events->unthrottled[reason] = ktime_get();
	spin_unlock_irq(&events->lock);
}

/**
 * hlaccel_compat_throttling() - Describe the lowering of clocks
 * @hdev: Device
 * @out: Gets the description, zeroed before
 */
void hlaccel_compat_throttling(struct hlaccel_device *hdev, struct hlaccel_abi_clk_throttle *out)
{
	struct hlaccel_compat_events *events = hdev->compat->events;
	u32 reason;

	spin_lock_irq(&events->lock);
	for (reason = 0; reason < HLACCEL_ABI_NUM_THROTTLES; reason++) {
		ktime_t since = events->throttled[reason], until = events->unthrottled[reason];

		if (!since)
			continue;
		if (until < since) {
			out->reason |= BIT(reason);
			until = ktime_get();
		}
		out->timestamp_us[reason] = ktime_to_us(since);
		out->duration_ns[reason] = ktime_to_ns(ktime_sub(until, since));
	}
	spin_unlock_irq(&events->lock);
}

/**
 * hlaccel_compat_events_open() - Somebody has taken the card
 * @hdev: Device
 *
 * What was captured before is forgotten only now, so that it can be looked at when
 * the program is gone.
 */
void hlaccel_compat_events_open(struct hlaccel_device *hdev)
{
	struct hlaccel_compat_events *events = hdev->compat->events;
	struct hlaccel_abi_user_mapping *mappings = NULL;

	spin_lock_irq(&events->lock);
	swap(mappings, events->mappings);
	events->num_mappings = 0;
	events->records.valid = 0;
	events->mask = 0;
	events->open = true;
	spin_unlock_irq(&events->lock);
	kvfree(mappings);
}

/**
 * hlaccel_compat_events_close() - It is given back
 * @hdev: Device
 */
void hlaccel_compat_events_close(struct hlaccel_device *hdev)
{
	struct hlaccel_compat_events *events = hdev->compat->events;
	struct eventfd_ctx *eventfd = NULL;

	spin_lock_irq(&events->lock);
	events->open = false;
	swap(events->eventfd, eventfd);
	spin_unlock_irq(&events->lock);
	if (eventfd)
		eventfd_ctx_put(eventfd);
	cancel_work_sync(&events->work);
}

static void events_fini(struct drm_device *drm, void *data)
{
	struct hlaccel_compat_events *events = data;

	kvfree(events->mappings);
}

/**
 * hlaccel_compat_events_init() - Software state
 * @hdev: Device
 *
 * Return: 0 or -ENOMEM
 */
int hlaccel_compat_events_init(struct hlaccel_device *hdev)
{
	struct hlaccel_compat_events *events = drmm_kzalloc(&hdev->drm, sizeof(*events),
							    GFP_KERNEL);

	if (!events)
		return -ENOMEM;
	events->hdev = hdev;
	spin_lock_init(&events->lock);
	INIT_WORK(&events->work, events_work);
	hdev->compat->events = events;
	return drmm_add_action_or_reset(&hdev->drm, events_fini, events);
}
