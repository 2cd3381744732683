/* SPDX-License-Identifier: GPL-2.0 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM hlaccel

#if !defined(_HLACCEL_TRACE_H_) || defined(TRACE_HEADER_MULTI_READ)
#define _HLACCEL_TRACE_H_

#include <linux/tracepoint.h>

#include <uapi/hlaccel.h>

#include "hlaccel_device.h"
#include "hlaccel_fault.h"
#include "hlaccel_job.h"
#include "hlaccel_ring_priv.h"

/* A job is known by its fence: context and seqno pair the events */
DECLARE_EVENT_CLASS(hlaccel_job,
	TP_PROTO(const struct hlaccel_job *job),
	TP_ARGS(job),
	TP_STRUCT__entry(
		__string(engine, job->queue->ring->engine->name)
		__field(u64, context)
		__field(u64, seqno)
		__field(u64, size)
		__field(u32, type)
		__field(int, error)
	),
	TP_fast_assign(
		__assign_str(engine);
		__entry->context = job->queue->context;
		__entry->seqno = job->seqno;
		__entry->size = job->size;
		__entry->type = job->type;
		__entry->error = job->error;
	),
	TP_printk("engine=%s context=%llu seqno=%llu type=%u size=%llu error=%d",
		  __get_str(engine), __entry->context, __entry->seqno, __entry->type,
		  __entry->size, __entry->error)
);

/* Accepted */
DEFINE_EVENT(hlaccel_job, hlaccel_job_submit,
	TP_PROTO(const struct hlaccel_job *job),
	TP_ARGS(job)
);

/* Given to the hardware */
DEFINE_EVENT(hlaccel_job, hlaccel_job_run,
	TP_PROTO(const struct hlaccel_job *job),
	TP_ARGS(job)
);

/* Waits on the card for others, and is called back from there */
DEFINE_EVENT(hlaccel_job, hlaccel_job_wait,
	TP_PROTO(const struct hlaccel_job *job),
	TP_ARGS(job)
);

DEFINE_EVENT(hlaccel_job, hlaccel_job_recall,
	TP_PROTO(const struct hlaccel_job *job),
	TP_ARGS(job)
);

/* Ended; its fence is about to be signalled */
DEFINE_EVENT(hlaccel_job, hlaccel_job_done,
	TP_PROTO(const struct hlaccel_job *job),
	TP_ARGS(job)
);

/* Took too long */
DEFINE_EVENT(hlaccel_job, hlaccel_job_timeout,
	TP_PROTO(const struct hlaccel_job *job),
	TP_ARGS(job)
);

/* The lease passes on; zero: to nobody, or from nobody */
TRACE_EVENT(hlaccel_lease,
	TP_PROTO(const struct hlaccel_device *hdev, u64 from, u64 to),
	TP_ARGS(hdev, from, to),
	TP_STRUCT__entry(
		__string(dev, dev_name(hdev->drm.dev))
		__field(u64, from)
		__field(u64, to)
	),
	TP_fast_assign(
		__assign_str(dev);
		__entry->from = from;
		__entry->to = to;
	),
	TP_printk("dev=%s from=%llu to=%llu", __get_str(dev), __entry->from, __entry->to)
);

/* An event of the firmware */
TRACE_EVENT(hlaccel_event,
	TP_PROTO(const struct hlaccel_device *hdev, u32 id, u32 instance, const char *name),
	TP_ARGS(hdev, id, instance, name),
	TP_STRUCT__entry(
		__string(dev, dev_name(hdev->drm.dev))
		__string(name, name)
		__field(u32, id)
		__field(u32, instance)
	),
	TP_fast_assign(
		__assign_str(dev);
		__assign_str(name);
		__entry->id = id;
		__entry->instance = instance;
	),
	TP_printk("dev=%s id=%u instance=%u name=%s", __get_str(dev), __entry->id,
		  __entry->instance, __get_str(name))
);

/* What the hardware had latched about a bad access; kind as in hlaccel_fault.h */
TRACE_EVENT(hlaccel_capture,
	TP_PROTO(const struct hlaccel_device *hdev, const struct hlaccel_capture *capture),
	TP_ARGS(hdev, capture),
	TP_STRUCT__entry(
		__string(dev, dev_name(hdev->drm.dev))
		__field(u64, address)
		__field(u32, id)
		__field(u32, kind)
	),
	TP_fast_assign(
		__assign_str(dev);
		__entry->address = capture->address;
		__entry->id = capture->id;
		__entry->kind = capture->kind;
	),
	TP_printk("dev=%s kind=%u address=%#llx initiator=%#x", __get_str(dev), __entry->kind,
		  __entry->address, __entry->id)
);

/* A hard reset begins and ends; the number of resets pairs them */
TRACE_EVENT(hlaccel_reset_begin,
	TP_PROTO(struct hlaccel_device *hdev, const char *why),
	TP_ARGS(hdev, why),
	TP_STRUCT__entry(
		__string(dev, dev_name(hdev->drm.dev))
		__string(why, why)
		__field(u32, number)
	),
	TP_fast_assign(
		__assign_str(dev);
		__assign_str(why);
		__entry->number = hlaccel_device_reset_count(hdev) + 1;
	),
	TP_printk("dev=%s number=%u why=%s", __get_str(dev), __entry->number, __get_str(why))
);

TRACE_EVENT(hlaccel_reset_end,
	TP_PROTO(struct hlaccel_device *hdev, u32 state),
	TP_ARGS(hdev, state),
	TP_STRUCT__entry(
		__string(dev, dev_name(hdev->drm.dev))
		__field(u32, number)
		__field(u32, state)
	),
	TP_fast_assign(
		__assign_str(dev);
		__entry->number = hlaccel_device_reset_count(hdev);
		__entry->state = state;
	),
	TP_printk("dev=%s number=%u state=%u", __get_str(dev), __entry->number, __entry->state)
);

/* One invalidation of all translations; its number pairs begin and end */
DECLARE_EVENT_CLASS(hlaccel_invalidate,
	TP_PROTO(const struct hlaccel_device *hdev, u32 id, int error),
	TP_ARGS(hdev, id, error),
	TP_STRUCT__entry(
		__string(dev, dev_name(hdev->drm.dev))
		__field(u32, id)
		__field(int, error)
	),
	TP_fast_assign(
		__assign_str(dev);
		__entry->id = id;
		__entry->error = error;
	),
	TP_printk("dev=%s id=%u error=%d", __get_str(dev), __entry->id, __entry->error)
);

DEFINE_EVENT(hlaccel_invalidate, hlaccel_invalidate_begin,
	TP_PROTO(const struct hlaccel_device *hdev, u32 id, int error),
	TP_ARGS(hdev, id, error)
);

DEFINE_EVENT(hlaccel_invalidate, hlaccel_invalidate_end,
	TP_PROTO(const struct hlaccel_device *hdev, u32 id, int error),
	TP_ARGS(hdev, id, error)
);

/*
 * The tables of one operation of VM_BIND are written; address space and address pair begin
 * and end. What does not map takes mappings away.
 */
DECLARE_EVENT_CLASS(hlaccel_bind,
	TP_PROTO(const struct hlaccel_device *hdev, u32 asid, u64 address, u64 size, bool map),
	TP_ARGS(hdev, asid, address, size, map),
	TP_STRUCT__entry(
		__string(dev, dev_name(hdev->drm.dev))
		__field(u64, address)
		__field(u64, size)
		__field(u32, asid)
		__field(bool, map)
	),
	TP_fast_assign(
		__assign_str(dev);
		__entry->address = address;
		__entry->size = size;
		__entry->asid = asid;
		__entry->map = map;
	),
	TP_printk("dev=%s asid=%u address=%#llx size=%#llx map=%d", __get_str(dev),
		  __entry->asid, __entry->address, __entry->size, __entry->map)
);

DEFINE_EVENT(hlaccel_bind, hlaccel_bind_begin,
	TP_PROTO(const struct hlaccel_device *hdev, u32 asid, u64 address, u64 size, bool map),
	TP_ARGS(hdev, asid, address, size, map)
);

DEFINE_EVENT(hlaccel_bind, hlaccel_bind_end,
	TP_PROTO(const struct hlaccel_device *hdev, u32 asid, u64 address, u64 size, bool map),
	TP_ARGS(hdev, asid, address, size, map)
);

/* A record of an error; client 0: the kernel's own work, or all clients */
TRACE_EVENT(hlaccel_fault,
	TP_PROTO(const struct hlaccel_device *hdev, u64 client,
		 const struct drm_hlaccel_error *record),
	TP_ARGS(hdev, client, record),
	TP_STRUCT__entry(
		__string(dev, dev_name(hdev->drm.dev))
		__field(u64, client)
		__field(u64, seqno)
		__field(u64, address)
		__field(u32, kind)
		__field(u32, engine_kind)
		__field(u32, engine_instance)
		__field(u32, queue)
		__field(u32, cause)
	),
	TP_fast_assign(
		__assign_str(dev);
		__entry->client = client;
		__entry->seqno = record->seqno;
		__entry->address = record->address;
		__entry->kind = record->kind;
		__entry->engine_kind = record->engine_kind;
		__entry->engine_instance = record->engine_instance;
		__entry->queue = record->queue_id;
		__entry->cause = record->cause;
	),
	TP_printk("dev=%s kind=%u engine=%u.%u client=%llu queue=%u seqno=%llu address=%#llx cause=%#x",
		  __get_str(dev), __entry->kind, __entry->engine_kind,
		  __entry->engine_instance, __entry->client, __entry->queue, __entry->seqno,
		  __entry->address, __entry->cause)
);

#endif /* _HLACCEL_TRACE_H_ */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE hlaccel_trace
#include <trace/define_trace.h>
