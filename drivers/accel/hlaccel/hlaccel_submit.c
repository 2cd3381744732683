// SPDX-License-Identifier: GPL-2.0
/*
 * The submit ioctl: from the caller's arrays to jobs on a queue.
 */

#include <linux/dma-fence.h>
#include <linux/dma-resv.h>
#include <linux/mm.h>
#include <linux/nospec.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include <drm/drm_drv.h>
#include <drm/drm_exec.h>
#include <drm/drm_file.h>
#include <drm/drm_gem.h>
#include <drm/drm_print.h>

#include <uapi/hlaccel.h>

#include "hlaccel_device.h"
#include "hlaccel_drv.h"
#include "hlaccel_gem.h"
#include "hlaccel_job.h"
#include "hlaccel_lease.h"
#include "hlaccel_packet.h"
#include "hlaccel_queue.h"
#include "hlaccel_ring_priv.h"
#include "hlaccel_sync.h"
#include "hlaccel_vm.h"

/**
 * DOC: submission
 *
 * All that can fail comes first, for all jobs of a call: the arrays are copied
 * and checked, handles become references, jobs get their memory and callbacks on
 * what they wait for, the lease is taken. Then the reservation locks are taken,
 * ranges of the VM are looked up, and hlaccel_queue_push() accepts all jobs or
 * none. After it nothing fails: fences go to the syncobjs and reservations.
 *
 * Only jobs whose end somebody asks for by a syncobj or a buffer have a fence. Who
 * takes mappings or memory away waits for the queues that use them.
 *
 * A job whose waits are over is with the hardware when the call returns, brought
 * there by the caller himself.
 */

/* Arrays this short live on the stack: those of most calls */
#define HLACCEL_SUBMIT_INLINE_JOBS	4
#define HLACCEL_SUBMIT_INLINE_POINTERS	32
#define HLACCEL_SUBMIT_INLINE_SYNCS	4

/**
 * struct hlaccel_submit_space - Memory for short arrays
 * @args: Jobs as the caller described them
 * @syncs: Syncs
 * @jobs: Jobs
 * @signals: What they signal
 * @fences: Their fences
 */
struct hlaccel_submit_space {
	struct drm_hlaccel_job args[HLACCEL_SUBMIT_INLINE_JOBS];
	struct drm_hlaccel_sync syncs[HLACCEL_SUBMIT_INLINE_SYNCS];
	struct hlaccel_job *jobs[HLACCEL_SUBMIT_INLINE_POINTERS];
	struct hlaccel_signal signals[HLACCEL_SUBMIT_INLINE_SYNCS];
	struct dma_fence *fences[HLACCEL_SUBMIT_INLINE_POINTERS];
};

/**
 * struct hlaccel_submit_bo - A buffer for implicit synchronisation
 * @obj: Reference to it
 * @job: Number of the job
 * @write: The job writes it
 */
struct hlaccel_submit_bo {
	struct drm_gem_object *obj;
	u32 job;
	bool write;
};

/**
 * struct hlaccel_submit - Everything that one call needs, and may have to undo
 * @hdev: Device
 * @file: DRM file
 * @hfile: Our part of it
 * @queue: Reference to the queue
 * @num_jobs: Number of jobs
 * @num_syncs: Syncs of all jobs
 * @num_bos: Buffers of all jobs for implicit synchronisation
 * @num_made: Jobs made
 * @num_signals: Signals prepared
 * @num_got: Buffers with a reference
 * @num_leased: Jobs that need the lease
 * @packets_size: Bytes of the packets of all jobs
 * @lease_taken: They have it
 * @use_vm: A job reaches host memory
 * @odd_arrays: Not zero: a job has syncs or buffers for implicit synchronisation
 * @in_sram: The job at hand names a buffer in SRAM
 * @args: Jobs as the caller described them
 * @syncs: Syncs of all jobs, in order
 * @jobs: Jobs
 * @signals: What they signal
 * @bos: Buffers of all jobs for implicit synchronisation, in order
 * @packets: Packets of all jobs, in order; not judged yet
 * @next_packets: Those of the next job
 * @push: For hlaccel_queue_push()
 * @space: Memory of the arrays when they are short
 * @last_handle: The last device buffer that was looked up, or zero
 * @last_bo: That buffer; a job that was made has the reference
 * @last_size: Its bytes
 * @last_da: Its device address
 */
struct hlaccel_submit {
	struct hlaccel_device *hdev;
	struct drm_file *file;
	struct hlaccel_file *hfile;
	struct hlaccel_queue *queue;
	unsigned int num_jobs;
	unsigned int num_syncs;
	unsigned int num_bos;
	unsigned int num_made;
	unsigned int num_signals;
	unsigned int num_got;
	unsigned int num_leased;
	u32 packets_size;
	bool lease_taken;
	bool use_vm;
	u64 odd_arrays;
	bool in_sram;
	struct drm_hlaccel_job *args;
	struct drm_hlaccel_sync *syncs;
	struct hlaccel_job **jobs;
	struct hlaccel_signal *signals;
	struct hlaccel_submit_bo *bos;
	void *packets;
	void *next_packets;
	struct hlaccel_push push;
	struct hlaccel_submit_space *space;
	u32 last_handle;
	struct hlaccel_bo *last_bo;
	u64 last_size;
	u64 last_da;
};

/**
 * struct hlaccel_job_rule - What a type of job may have
 * @engine_flag: DRM_HLACCEL_ENGINE_* that the engine needs
 * @src: Has a source in device memory or the VM
 * @user_src: Has a source in the caller's memory
 * @dst: Has a destination
 * @pattern: Has a pattern
 * @program: Is a user's program: addresses in steps of 8, and the lease
 * @size_align: Multiple of which the size is
 * @max_size: Largest size
 */
struct hlaccel_job_rule {
	u32 engine_flag;
	bool src;
	bool user_src;
	bool dst;
	bool pattern;
	bool program;
	u8 size_align;
	u64 max_size;
};

static const struct hlaccel_job_rule hlaccel_job_rules[] = {
	[DRM_HLACCEL_JOB_COPY] = {
		.engine_flag = DRM_HLACCEL_ENGINE_COPY,
		.src = true, .dst = true,
		.size_align = 1, .max_size = HLACCEL_MAX_COPY_SIZE,
	},
	[DRM_HLACCEL_JOB_FILL] = {
		.engine_flag = DRM_HLACCEL_ENGINE_COPY,
		.dst = true, .pattern = true,
		.size_align = 8, .max_size = HLACCEL_MAX_COPY_SIZE,
	},
	[DRM_HLACCEL_JOB_COMMAND] = {
		.engine_flag = DRM_HLACCEL_ENGINE_COMMAND,
		.src = true, .program = true,
		.size_align = 8, .max_size = HLACCEL_MAX_COMMAND_SIZE,
	},
	[DRM_HLACCEL_JOB_PACKETS] = {
		.engine_flag = DRM_HLACCEL_ENGINE_PACKETS,
		.user_src = true, .program = true,
		.size_align = 8, .max_size = HLACCEL_MAX_PACKETS_SIZE,
	},
};

/* Of a type that was checked */
static const struct hlaccel_job_rule *hlaccel_submit_rule(const struct drm_hlaccel_job *arg)
{
	return &hlaccel_job_rules[array_index_nospec(arg->type, ARRAY_SIZE(hlaccel_job_rules))];
}

static int hlaccel_submit_check_job(const struct drm_hlaccel_job *arg)
{
	const struct hlaccel_job_rule *rule;

	if (arg->type >= ARRAY_SIZE(hlaccel_job_rules) || !arg->type ||
	    arg->flags & ~DRM_HLACCEL_JOB_TIMESTAMPS)
		return -EINVAL;
	rule = hlaccel_submit_rule(arg);
	if (!rule->src && arg->src_handle)
		return -EINVAL;
	if (!rule->src && !rule->user_src && arg->src_address)
		return -EINVAL;
	if (!rule->dst && (arg->dst_handle || arg->dst_address))
		return -EINVAL;
	if (!rule->pattern && arg->pattern)
		return -EINVAL;
	if (!arg->size || arg->size > rule->max_size || arg->size & (rule->size_align - 1))
		return -EINVAL;
	if (rule->program && !IS_ALIGNED(arg->src_address, 8))
		return -EINVAL;
	if (arg->src_address + arg->size < arg->src_address ||
	    arg->dst_address + arg->size < arg->dst_address)
		return -EINVAL;
	return 0;
}

/* One element of the size that we know, without the detours of the general case */
static bool hlaccel_submit_copy_one(struct hlaccel_submit *submit,
				    const struct drm_hlaccel_array *in, int *ret)
{
	if (in->count != 1 || in->stride != sizeof(*submit->args))
		return false;
	/* A size that the compiler knows needs no check at run time */
	*ret = copy_from_user(submit->space->args, u64_to_user_ptr(in->array),
			      sizeof(*submit->args)) ? -EFAULT : 0;
	submit->args = submit->space->args;
	return true;
}

/* Get an array into @buf if it is short and of the size we know, else elsewhere */
static int hlaccel_submit_copy(const struct drm_hlaccel_array *in, size_t size, size_t min_size,
			       u32 max, void *buf, u32 buf_count, void **out)
{
	if (in->stride != size || !in->count || in->count > buf_count)
		return hlaccel_array_get(in, size, min_size, max, out);
	*out = buf;
	if (copy_from_user(buf, u64_to_user_ptr(in->array), in->count * size))
		return -EFAULT;
	return 0;
}

static int hlaccel_submit_copy_jobs(struct hlaccel_submit *submit,
				    const struct drm_hlaccel_array *in)
{
	const struct drm_hlaccel_job *arg;
	unsigned int i;
	void *args;
	int ret;

	if (!hlaccel_submit_copy_one(submit, in, &ret)) {
		ret = hlaccel_submit_copy(in, sizeof(*submit->args), HLACCEL_JOB_MIN_SIZE,
					  HLACCEL_MAX_JOBS_PER_SUBMIT, submit->space->args,
					  HLACCEL_SUBMIT_INLINE_JOBS, &args);
		if (!ret)
			submit->args = args;
	}
	if (ret)
		return ret;
	submit->num_jobs = in->count;

	for (i = 0; i < submit->num_jobs; i++) {
		arg = &submit->args[i];
		ret = hlaccel_submit_check_job(arg);
		if (ret)
			return ret;
		if (arg->syncs.count > HLACCEL_MAX_SYNCS_PER_SUBMIT - submit->num_syncs ||
		    arg->bos.count > HLACCEL_MAX_BOS_PER_JOB - submit->num_bos)
			return -EINVAL;
		submit->num_syncs += arg->syncs.count;
		submit->num_bos += arg->bos.count;
		/* The rare ones may be wrong without elements, too */
		submit->odd_arrays |= arg->syncs.count | arg->syncs.stride | arg->syncs.array |
				      arg->bos.count | arg->bos.stride | arg->bos.array;
		if (hlaccel_submit_rule(arg)->user_src)
			submit->packets_size += arg->size;
	}
	return 0;
}

/*
 * Before anybody enters the device: the caller's memory may take its time, or never come,
 * and unplugging waits for who is inside.
 */
static int hlaccel_submit_copy_packets(struct hlaccel_submit *submit)
{
	const struct drm_hlaccel_job *arg;
	void *to;

	/* More would not get its buffers */
	if (submit->packets_size > HLACCEL_CLIENT_PACKETS_BYTES)
		return -ENOMEM;
	submit->packets = kvmalloc(submit->packets_size, GFP_KERNEL_ACCOUNT);
	if (!submit->packets)
		return -ENOMEM;
	submit->next_packets = submit->packets;
	to = submit->packets;
	for (arg = submit->args; arg < submit->args + submit->num_jobs; arg++) {
		if (!hlaccel_submit_rule(arg)->user_src)
			continue;
		if (copy_from_user(to, u64_to_user_ptr(arg->src_address), arg->size))
			return -EFAULT;
		to += arg->size;
	}
	return 0;
}

static int hlaccel_submit_copy_syncs(struct hlaccel_submit *submit)
{
	struct drm_hlaccel_sync *to;
	unsigned int i, j;
	void *syncs;
	u32 count;
	int ret;

	if (submit->num_syncs > HLACCEL_SUBMIT_INLINE_SYNCS) {
		submit->syncs = kvmalloc_array(submit->num_syncs, sizeof(*submit->syncs),
					       GFP_KERNEL);
		submit->signals = kvmalloc_array(submit->num_syncs, sizeof(*submit->signals),
						 GFP_KERNEL);
		if (!submit->syncs || !submit->signals)
			return -ENOMEM;
	}

	to = submit->syncs;
	for (i = 0; i < submit->num_jobs; i++) {
		count = submit->args[i].syncs.count;
		ret = hlaccel_submit_copy(&submit->args[i].syncs, sizeof(*to),
					  HLACCEL_SYNC_MIN_SIZE, HLACCEL_MAX_SYNCS_PER_SUBMIT, to,
					  count, &syncs);
		if (ret)
			return ret;
		if (count && syncs != to) {
			memcpy(to, syncs, count * sizeof(*to));
			kvfree(syncs);
		}
		for (j = 0; j < count; j++) {
			ret = hlaccel_sync_check(&to[j]);
			if (ret)
				return ret;
		}
		to += count;
	}
	return 0;
}

/* Copies the jobs' lists of buffers, all into one */
static int hlaccel_submit_copy_bos(struct hlaccel_submit *submit)
{
	struct hlaccel_submit_bo *to;
	struct drm_hlaccel_job_bo *from;
	unsigned int i, j;
	void *bos;
	int ret;

	if (submit->num_bos) {
		submit->bos = kvmalloc_array(submit->num_bos, sizeof(*to), GFP_KERNEL_ACCOUNT);
		if (!submit->bos)
			return -ENOMEM;
	}
	to = submit->bos;
	for (i = 0; i < submit->num_jobs; i++) {
		ret = hlaccel_array_get(&submit->args[i].bos, sizeof(*from), sizeof(*from),
					HLACCEL_MAX_BOS_PER_JOB, &bos);
		if (ret)
			return ret;
		from = bos;
		for (j = 0; j < submit->args[i].bos.count; j++) {
			if (from[j].flags & ~DRM_HLACCEL_JOB_BO_WRITE)
				ret = -EINVAL;
		}
		for (j = 0; !ret && j < submit->args[i].bos.count; j++) {
			to->obj = drm_gem_object_lookup(submit->file, from[j].handle);
			to->job = i;
			to->write = from[j].flags & DRM_HLACCEL_JOB_BO_WRITE;
			if (!to->obj) {
				ret = -ENOENT;
				break;
			}
			submit->num_got++;
			to++;
		}
		kvfree(bos);
		if (ret)
			return ret;
	}
	return 0;
}

/* A range in a buffer: take the buffer and find the address */
static int hlaccel_submit_buffer(struct hlaccel_submit *submit, u32 handle, u64 offset, u64 size,
				 struct hlaccel_bo **bo, u64 *da)
{
	if (handle == submit->last_handle) {
		*bo = hlaccel_bo_get(submit->last_bo);
	} else {
		*bo = hlaccel_bo_lookup(submit->file, handle);
		if (!*bo)
			return -ENOENT;
		if (!hlaccel_bo_is_device(*bo))
			return -EINVAL;
		submit->last_handle = handle;
		submit->last_bo = *bo;
		submit->last_size = hlaccel_bo_size(*bo);
		submit->last_da = hlaccel_bo_device_address(*bo);
	}
	if (size > submit->last_size || offset > submit->last_size - size)
		return -EINVAL;
	*da = submit->last_da + offset;
	/* Programs share it: what is there belongs to the client that has the lease */
	submit->in_sram |= (*bo)->region == DRM_HLACCEL_REGION_SRAM;
	return 0;
}

/* What the ranges in the VM need is looked up under its lock */
static int hlaccel_submit_range(struct hlaccel_submit *submit, u32 handle, u64 address, u64 size,
				struct hlaccel_bo **bo, u64 *da)
{
	if (handle)
		return hlaccel_submit_buffer(submit, handle, address, size, bo, da);
	if (!submit->queue->vm)
		return -EINVAL;
	submit->use_vm = true;
	*da = address;
	return 0;
}

static int hlaccel_submit_packets(struct hlaccel_submit *submit, struct hlaccel_job *job, u32 size)
{
	const void *packets = submit->next_packets;
	int ret;

	submit->next_packets += size;
	ret = hlaccel_job_alloc_packets(job, size);
	if (ret)
		return ret;
	return hlaccel_packet_judge(&hlaccel_packet_rules_dma,
				    job->packets + HLACCEL_PACKETS_HEAD / sizeof(*job->packets),
				    packets, size);
}

static int hlaccel_submit_make_job(struct hlaccel_submit *submit, struct hlaccel_job *job,
				   const struct drm_hlaccel_job *arg)
{
	const struct hlaccel_job_rule *rule = hlaccel_submit_rule(arg);
	int ret = 0;

	submit->in_sram = false;
	job->type = arg->type;
	job->size = arg->size;
	job->src = arg->pattern;
	job->dst = 0;
	job->asid = submit->queue->vm ? hlaccel_vm_asid(submit->queue->vm) : 0;
	if (!(submit->queue->ring->engine->flags & rule->engine_flag))
		return -EOPNOTSUPP;
	if (arg->flags & DRM_HLACCEL_JOB_TIMESTAMPS) {
		ret = hlaccel_queue_want_stamps(submit->queue);
		job->stamped = true;
	}
	if (!ret && rule->src)
		ret = hlaccel_submit_range(submit, arg->src_handle, arg->src_address, arg->size,
					   &job->bo[0], &job->src);
	if (!ret && rule->dst)
		ret = hlaccel_submit_range(submit, arg->dst_handle, arg->dst_address, arg->size,
					   &job->bo[1], &job->dst);
	if (ret)
		return ret;
	/* Programs see their client's memory alone: the engine could not read this one */
	if (rule->program && job->bo[0] && job->bo[0]->client != submit->hfile->client)
		return -EACCES;
	if (job->bo[1])
		hlaccel_mem_written(job->bo[1]->block);
	/* A program may reach anything that is mapped */
	if (rule->program)
		submit->use_vm |= !!submit->queue->vm;
	if (rule->program || submit->in_sram) {
		job->leased = true;
		submit->num_leased++;
	}
	return rule->user_src ? hlaccel_submit_packets(submit, job, arg->size) : 0;
}

/* What a job waits for and signals */
static int hlaccel_submit_make_syncs(struct hlaccel_submit *submit, unsigned int i,
				     const struct drm_hlaccel_sync *syncs, u32 count)
{
	struct hlaccel_job *job = submit->jobs[i];
	unsigned int j;
	int ret;

	ret = hlaccel_sync_prepare_waits(submit->file, job, syncs, count, submit->signals,
					 submit->num_signals);
	if (ret)
		return ret;
	for (j = 0; j < count; j++) {
		if (!(syncs[j].flags & DRM_HLACCEL_SYNC_SIGNAL))
			continue;
		/* Its jobs may never end, so nobody may get a fence */
		if (submit->queue->flags & DRM_HLACCEL_QUEUE_LONG_RUNNING)
			return -EINVAL;
		ret = hlaccel_sync_prepare_signal(submit->file, &syncs[j], i,
						  &submit->signals[submit->num_signals]);
		if (ret)
			return ret;
		submit->num_signals++;
		ret = hlaccel_job_want_fence(job);
		if (ret)
			return ret;
	}
	return 0;
}

/* Room for the fences that the call hands out */
static int hlaccel_submit_want_fences(struct hlaccel_submit *submit)
{
	if (!submit->num_bos && !submit->num_signals)
		return 0;
	submit->push.fences = submit->space->fences;
	if (submit->num_jobs > HLACCEL_SUBMIT_INLINE_POINTERS)
		submit->push.fences = kvmalloc_array(submit->num_jobs,
						     sizeof(*submit->push.fences), GFP_KERNEL);
	return submit->push.fences ? 0 : -ENOMEM;
}

static int hlaccel_submit_make_jobs(struct hlaccel_submit *submit)
{
	const struct drm_hlaccel_sync *syncs = submit->syncs;
	struct hlaccel_job *job;
	unsigned int i;
	int ret;

	if (submit->num_bos && submit->queue->flags & DRM_HLACCEL_QUEUE_LONG_RUNNING)
		return -EINVAL;
	if (submit->num_jobs > HLACCEL_SUBMIT_INLINE_POINTERS) {
		submit->jobs = kvmalloc_array(submit->num_jobs, sizeof(*submit->jobs), GFP_KERNEL);
		if (!submit->jobs)
			return -ENOMEM;
	}
	job = hlaccel_job_alloc(submit->queue, submit->num_jobs);
	if (!job)
		return -ENOMEM;
	submit->push.first = job;
	for (; job; job = job->next)
		submit->jobs[submit->num_made++] = job;
	for (i = 0; i < submit->num_jobs; i++) {
		ret = hlaccel_submit_make_job(submit, submit->jobs[i], &submit->args[i]);
		if (ret)
			return ret;
		if (!submit->args[i].syncs.count)
			continue;
		ret = hlaccel_submit_make_syncs(submit, i, syncs, submit->args[i].syncs.count);
		if (ret)
			return ret;
		syncs += submit->args[i].syncs.count;
	}
	for (i = 0; i < submit->num_bos; i++) {
		ret = hlaccel_job_want_fence(submit->jobs[submit->bos[i].job]);
		if (ret)
			return ret;
	}
	return hlaccel_submit_want_fences(submit);
}

/* Are a job's ranges mapped? If that is still to come, the job waits for it. */
static int hlaccel_submit_check_range(struct hlaccel_vm *vm, struct hlaccel_job *job,
				      const struct drm_hlaccel_job *arg)
{
	const struct hlaccel_job_rule *rule = hlaccel_submit_rule(arg);
	struct dma_fence *pending[2];
	unsigned int num = 0;

	if (rule->src && !arg->src_handle) {
		if (!hlaccel_vm_range_mapped(vm, arg->src_address, arg->size, &pending[num]))
			return -EINVAL;
		num += !!pending[num];
	}
	if (rule->dst && !arg->dst_handle) {
		if (!hlaccel_vm_range_mapped(vm, arg->dst_address, arg->size, &pending[num])) {
			if (num)
				dma_fence_put(pending[0]);
			return -EINVAL;
		}
		num += !!pending[num];
	}
	return hlaccel_job_add_deps(job, pending, num);
}

/* The ranges that jobs name in the VM; from now on an unbind waits for us */
static int hlaccel_submit_check_ranges(struct hlaccel_submit *submit)
{
	struct hlaccel_vm *vm = submit->queue->vm;
	unsigned int i;
	int ret = 0;

	if (hlaccel_vm_lost(vm))
		return -ECANCELED;
	for (i = 0; i < submit->num_jobs && !ret; i++)
		ret = hlaccel_submit_check_range(vm, submit->jobs[i], &submit->args[i]);
	return ret;
}

/* Accept the jobs, with the reservations locked that exist */
static int hlaccel_submit_push_locked(struct hlaccel_submit *submit)
{
	bool cookie;
	int ret;

	if (submit->use_vm) {
		ret = hlaccel_submit_check_ranges(submit);
		if (ret)
			return ret;
	}
	cookie = dma_fence_begin_signalling();
	ret = hlaccel_queue_push(submit->queue, &submit->push);
	dma_fence_end_signalling(cookie);
	return ret;
}

/* Jobs with buffers whose other users they respect: all those are locked first */
static int hlaccel_submit_lock_bos(struct hlaccel_submit *submit, struct drm_exec *exec)
{
	unsigned int i;
	int ret = 0;

	drm_exec_until_all_locked(exec) {
		if (submit->use_vm) {
			ret = drm_exec_lock_obj(exec, hlaccel_vm_resv_obj(submit->queue->vm));
			drm_exec_retry_on_contention(exec);
			if (ret)
				break;
		}
		for (i = 0; i < submit->num_bos; i++) {
			/* As a writer and as a reader */
			ret = drm_exec_prepare_obj(exec, submit->bos[i].obj, 2);
			drm_exec_retry_on_contention(exec);
			if (ret)
				break;
		}
		if (ret)
			break;
	}
	for (i = 0; !ret && i < submit->num_bos; i++)
		ret = hlaccel_sync_prepare_implicit(submit->jobs[submit->bos[i].job],
						    submit->bos[i].obj->resv,
						    submit->bos[i].write);
	return ret;
}

static int hlaccel_submit_push_bos(struct hlaccel_submit *submit)
{
	struct hlaccel_submit_bo *bo;
	struct drm_exec exec;
	unsigned int i;
	int ret;

	drm_exec_init(&exec, DRM_EXEC_INTERRUPTIBLE_WAIT | DRM_EXEC_IGNORE_DUPLICATES,
		      submit->num_bos + 1);
	ret = hlaccel_submit_lock_bos(submit, &exec);
	if (!ret)
		ret = hlaccel_submit_push_locked(submit);
	for (i = 0; !ret && i < submit->num_bos; i++) {
		bo = &submit->bos[i];
		dma_resv_add_fence(bo->obj->resv, submit->push.fences[bo->job],
				   dma_resv_usage_rw(!bo->write));
	}
	drm_exec_fini(&exec);
	return ret;
}

static int hlaccel_submit_push(struct hlaccel_submit *submit)
{
	struct dma_resv *resv = submit->use_vm ? hlaccel_vm_resv(submit->queue->vm) : NULL;
	int ret;

	if (resv)
		hlaccel_vm_settle(submit->queue->vm);
	if (submit->num_bos)
		return hlaccel_submit_push_bos(submit);
	if (resv) {
		ret = dma_resv_lock_interruptible(resv, NULL);
		if (ret)
			return ret;
	}
	ret = hlaccel_submit_push_locked(submit);
	if (resv)
		dma_resv_unlock(resv);
	return ret;
}

/* The jobs are not ours any more, but their fences are; nothing fails here */
static void hlaccel_submit_publish(struct hlaccel_submit *submit)
{
	struct dma_fence **fences = submit->push.fences;
	unsigned int i;

	for (i = 0; i < submit->num_signals; i++)
		hlaccel_sync_publish(&submit->signals[i], fences[submit->signals[i].job]);
	for (i = 0; i < submit->num_jobs; i++)
		dma_fence_put(fences[i]);
}

/* @pushed: jobs and signals belong to others by now */
static void hlaccel_submit_cleanup(struct hlaccel_submit *submit, bool pushed)
{
	unsigned int i;

	if (!pushed) {
		for (i = 0; i < submit->num_signals; i++)
			hlaccel_sync_drop(&submit->signals[i]);
		for (i = 0; i < submit->num_made; i++)
			hlaccel_job_cancel(submit->jobs[i]);
		if (submit->lease_taken)
			hlaccel_lease_untake(submit->hdev, submit->hfile->client,
					     submit->num_leased);
	}
	for (i = 0; i < submit->num_got; i++)
		drm_gem_object_put(submit->bos[i].obj);
	if (submit->bos)
		kvfree(submit->bos);
	if (submit->push.fences && submit->push.fences != submit->space->fences)
		kvfree(submit->push.fences);
	if (submit->jobs != submit->space->jobs)
		kvfree(submit->jobs);
	if (submit->signals != submit->space->signals)
		kvfree(submit->signals);
	if (submit->syncs != submit->space->syncs)
		kvfree(submit->syncs);
	if (submit->packets)
		kvfree(submit->packets);
	if (submit->args != submit->space->args)
		kvfree(submit->args);
	hlaccel_queue_put(submit->queue);
}

/* Everything between the checks of the arrays and the point of no return */
static int hlaccel_submit_run(struct hlaccel_submit *submit, u32 queue_id)
{
	int ret;

	submit->queue = hlaccel_queue_lookup(submit->hfile, queue_id);
	if (!submit->queue)
		return -ENOENT;
	ret = hlaccel_submit_make_jobs(submit);
	if (ret)
		return ret;
	if (submit->num_leased) {
		ret = hlaccel_client_begin_program(submit->hfile->client);
		if (ret)
			return ret;
		ret = hlaccel_lease_take(submit->hdev, submit->hfile->client, submit->num_leased);
		if (ret)
			return ret;
		submit->lease_taken = true;
	}
	submit->push.num = submit->num_jobs;
	submit->push.uses_vm = submit->use_vm;
	submit->push.uses_lease = submit->num_leased;
	return hlaccel_submit_push(submit);
}

static int hlaccel_submit_copy_arrays(struct hlaccel_submit *submit,
				      const struct drm_hlaccel_array *jobs)
{
	int ret;

	ret = hlaccel_submit_copy_jobs(submit, jobs);
	if (!ret && submit->odd_arrays) {
		ret = hlaccel_submit_copy_syncs(submit);
		if (!ret)
			ret = hlaccel_submit_copy_bos(submit);
	}
	if (!ret && submit->packets_size)
		ret = hlaccel_submit_copy_packets(submit);
	return ret;
}

/**
 * hlaccel_ioctl_submit() - DRM_IOCTL_HLACCEL_SUBMIT
 * @drm: DRM device
 * @data: &struct drm_hlaccel_submit
 * @file: DRM file
 *
 * Return: 0 or a negative errno
 */
int hlaccel_ioctl_submit(struct drm_device *drm, void *data, struct drm_file *file)
{
	struct drm_hlaccel_submit *args = data;
	/* Large, and written before it is read */
	struct hlaccel_submit_space space __uninitialized;
	struct hlaccel_submit submit = {
		.hdev = to_hlaccel_device(drm),
		.file = file,
		.hfile = file->driver_priv,
		.space = &space,
		.args = space.args,
		.syncs = space.syncs,
		.jobs = space.jobs,
		.signals = space.signals,
	};
	int ret, idx;

	if (args->flags || !args->jobs.count)
		return -EINVAL;
	/* Without it a card that was given up would look like a lost queue */
	ret = hlaccel_device_check(submit.hdev);
	if (ret)
		return ret;

	ret = hlaccel_submit_copy_arrays(&submit, &args->jobs);
	if (!ret && !drm_dev_enter(drm, &idx))
		ret = -ENODEV;
	if (ret) {
		hlaccel_submit_cleanup(&submit, false);
		return ret;
	}
	ret = hlaccel_submit_run(&submit, args->queue_id);
	if (!ret) {
		args->seqno = submit.push.seqno;
		if (submit.push.fences)
			hlaccel_submit_publish(&submit);
		atomic64_add(submit.num_jobs, &submit.hdev->counters.jobs_submitted);
		/* Pay for the past: whoever submits releases what has ended */
		hlaccel_ring_reap(submit.queue->ring);
	} else {
		drm_dbg(drm, "submit refused: %d\n", ret);
	}
	hlaccel_submit_cleanup(&submit, !ret);
	drm_dev_exit(idx);
	return ret;
}
