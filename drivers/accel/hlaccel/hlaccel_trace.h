/* SPDX-License-Identifier: GPL-2.0 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM hlaccel

#if !defined(_HLACCEL_TRACE_H_) || defined(TRACE_HEADER_MULTI_READ)
#define _HLACCEL_TRACE_H_

#include <linux/tracepoint.h>

#include "hlaccel_device.h"
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
		__entry->context = job->fence.context;
		__entry->seqno = job->fence.seqno;
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

#endif /* _HLACCEL_TRACE_H_ */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE hlaccel_trace
#include <trace/define_trace.h>
