/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The older userspace interface, served by translation: its rooms own handles,
 * sequence numbers and structures; queues, page tables and registers are the
 * native rooms'.
 */
#ifndef _HLACCEL_COMPAT_H_
#define _HLACCEL_COMPAT_H_

#include <linux/atomic.h>
#include <linux/ktime.h>
#include <linux/rcupdate.h>
#include <linux/rwsem.h>
#include <linux/types.h>
#include <linux/workqueue.h>

#include <drm/drm.h>

#include "hlaccel_compat_abi.h"
#include "hlaccel_device.h"

struct file;
struct hlaccel_capture;
struct hlaccel_client;
struct hlaccel_compat_bufs;
struct hlaccel_compat_cs_ctx;
struct hlaccel_compat_debug;
struct hlaccel_compat_debugfs;
struct hlaccel_compat_events;
struct hlaccel_compat_mem;
struct hlaccel_compat_nodes;
struct hlaccel_event_row;
struct hlaccel_file;
struct hlaccel_raw;
struct hlaccel_vm;
struct kmem_cache;
struct vm_area_struct;

/* Longest time that a program has to close when a reset was announced, seconds */
#define HLACCEL_COMPAT_MAX_RELEASE_S	3600

#define HLACCEL_COMPAT_CS_CACHES	2

/**
 * struct hlaccel_compat_counters - Why submissions were refused
 * @out_of_mem: an allocation failed
 * @parsing: packets were refused
 * @queue_full: a queue had no room
 * @device_in_reset: the card was being reset
 * @max_cs_in_flight: too many unfinished ones
 * @validation: bad arguments
 */
struct hlaccel_compat_counters {
	atomic64_t out_of_mem;
	atomic64_t parsing;
	atomic64_t queue_full;
	atomic64_t device_in_reset;
	atomic64_t max_cs_in_flight;
	atomic64_t validation;
};

/**
 * struct hlaccel_compat_ctx - What the one user of the card has
 * @hdev: Device
 * @hfile: The file it belongs to; ends with it
 * @filp: The same; no reference
 * @client: The file's client
 * @vm: Its address space
 * @raw: The card's rings, in its hands
 * @cs: Submissions
 * @bufs: Command and timestamp buffers
 * @mem: Device addresses
 * @debug: Trace components
 * @counters: Refused submissions
 * @dram_used: Bytes it says it uses of device memory
 * @dead: A hard reset, or unplug, took the card from it
 * @reset_pending: A reset was announced, which waits for the file to be closed
 * @resets: The device's number of resets when it was made; another one: it is dead
 * @rcu: For those who look at it from outside
 */
struct hlaccel_compat_ctx {
	struct hlaccel_device *hdev;
	struct hlaccel_file *hfile;
	struct file *filp;
	struct hlaccel_client *client;
	struct hlaccel_vm *vm;
	struct hlaccel_raw *raw;
	struct hlaccel_compat_cs_ctx *cs;
	struct hlaccel_compat_bufs *bufs;
	struct hlaccel_compat_mem *mem;
	struct hlaccel_compat_debug *debug;
	struct hlaccel_compat_counters counters;
	atomic64_t dram_used;
	bool dead;
	bool reset_pending;
	u32 resets;
	struct rcu_head rcu;
};

/**
 * struct hlaccel_compat - This interface's part of the device
 * @lock: For writing: who takes the card or gives it back. For reading: who looks at
 *        the context from outside. Outside of all other locks of the driver.
 * @ctx: The one that has the card, or NULL; under @lock for writing
 * @releasing: It is being torn down
 * @opens: How often the card was taken
 * @last_open: When that was last
 * @last_period: How long the last session that is over was
 * @counters: Refused submissions
 * @timeout_locked: Seconds that a submission may take if it does not say; 0 is for ever
 * @skip_reset: A submission that takes longer ends without a reset
 * @needs_reset: One took longer, and the card waits for somebody to reset it
 * @pll: Dividers of the processor's clock: reference, feedback, output, and the last one
 * @release_s: How long an announced reset waits for the file to be closed
 * @watchdog: Carries an announced reset out
 * @hdev: Device
 * @cs_cache: Memory of submissions with one job, and with few
 * @events: Notifier and captured records
 * @nodes: Device nodes
 * @debugfs: Files there, or NULL
 */
struct hlaccel_compat {
	struct rw_semaphore lock; /* ctx */
	struct hlaccel_compat_ctx *ctx;
	bool releasing;
	u64 opens;
	ktime_t last_open;
	ktime_t last_period;
	struct hlaccel_compat_counters counters;
	u32 timeout_locked;
	bool skip_reset;
	bool needs_reset;
	u32 pll[4];
	u32 release_s;
	struct delayed_work watchdog;
	struct hlaccel_device *hdev;
	struct kmem_cache *cs_cache[HLACCEL_COMPAT_CS_CACHES];
	struct hlaccel_compat_events *events;
	struct hlaccel_compat_nodes *nodes;
	struct hlaccel_compat_debugfs *debugfs;
};

/* A hard reset took the card from it */
static inline bool hlaccel_compat_ctx_dead(const struct hlaccel_compat_ctx *ctx)
{
	return READ_ONCE(ctx->dead) ||
	       hlaccel_device_reset_count(ctx->hdev) != ctx->resets;
}

/* Not operational as far as this context is concerned: new requests get -EBUSY */
static inline bool hlaccel_compat_ctx_stopped(const struct hlaccel_compat_ctx *ctx)
{
	return hlaccel_device_state(ctx->hdev) != HLACCEL_STATE_UP ||
	       READ_ONCE(ctx->hdev->compat->needs_reset) ||
	       hlaccel_compat_ctx_dead(ctx) || READ_ONCE(ctx->reset_pending);
}

/**
 * hlaccel_compat_is_request() - Is a number one of this interface?
 * @cmd: Number of an ioctl
 *
 * Return: whether it belongs to hlaccel_compat_ioctl()
 */
static inline bool hlaccel_compat_is_request(unsigned int cmd)
{
	return _IOC_TYPE(cmd) == HLACCEL_ABI_IOCTL_TYPE ||
	       (_IOC_TYPE(cmd) == DRM_IOCTL_BASE &&
		_IOC_NR(cmd) - DRM_COMMAND_BASE < HLACCEL_ABI_NUM_REQUESTS);
}

/* hlaccel_compat.c */
int hlaccel_compat_init(struct hlaccel_device *hdev);
long hlaccel_compat_ioctl(struct file *filp, unsigned int cmd, void __user *argp);
long hlaccel_compat_control_ioctl(struct hlaccel_device *hdev, unsigned int cmd,
				  void __user *argp);
int hlaccel_compat_mmap(struct hlaccel_file *hfile, struct vm_area_struct *vma);
int hlaccel_compat_open_check(struct hlaccel_device *hdev);
int hlaccel_compat_take(struct hlaccel_file *hfile, struct file *filp);
void hlaccel_compat_reset(struct hlaccel_compat_ctx *ctx, const char *why);
void hlaccel_compat_reset_begin(struct hlaccel_device *hdev);
void hlaccel_compat_reset_end(struct hlaccel_device *hdev, enum hlaccel_state state);
void hlaccel_compat_bring_up(struct hlaccel_device *hdev);
void hlaccel_compat_release(struct hlaccel_file *hfile);
/* &enum hlaccel_abi_status */
u32 hlaccel_compat_status(struct hlaccel_device *hdev);

/*
 * The requests. Process context; the arguments have the newest layout, zero where
 * the caller's were shorter, and go back to the caller whatever is returned. The
 * transport has looked whether the card is operational.
 */
int hlaccel_compat_cb(struct hlaccel_compat_ctx *ctx, union hlaccel_abi_cb_args *args);
int hlaccel_compat_cs(struct hlaccel_compat_ctx *ctx, union hlaccel_abi_cs_args *args);
int hlaccel_compat_wait_cs(struct hlaccel_compat_ctx *ctx, union hlaccel_abi_wait_cs_args *args);
int hlaccel_compat_memory(struct hlaccel_compat_ctx *ctx, union hlaccel_abi_mem_args *args);
long hlaccel_compat_memory_direct(struct hlaccel_compat_ctx *ctx, u64 __user *args);
int hlaccel_compat_debug(struct hlaccel_compat_ctx *ctx, struct hlaccel_abi_debug_args *args);
/* @ctx: NULL on control nodes, and as long as the file has none; in any state */
int hlaccel_compat_info(struct hlaccel_device *hdev, struct hlaccel_compat_ctx *ctx,
			bool control, struct hlaccel_abi_info_args *args);

/* The rooms of a context, made in this order; when submissions begin it gets the rings */
int hlaccel_compat_bufs_init(struct hlaccel_compat_ctx *ctx);
void hlaccel_compat_bufs_fini(struct hlaccel_compat_ctx *ctx);
int hlaccel_compat_mem_init(struct hlaccel_compat_ctx *ctx);
void hlaccel_compat_mem_fini(struct hlaccel_compat_ctx *ctx);
int hlaccel_compat_cs_init(struct hlaccel_compat_ctx *ctx);
/* Ends all submissions; nothing runs on the card afterwards */
void hlaccel_compat_cs_fini(struct hlaccel_compat_ctx *ctx);
int hlaccel_compat_debug_init(struct hlaccel_compat_ctx *ctx);
void hlaccel_compat_debug_fini(struct hlaccel_compat_ctx *ctx);

/* Of hlaccel_compat_bufs: @vma has an offset that is a handle */
int hlaccel_compat_bufs_mmap(struct hlaccel_compat_ctx *ctx, struct vm_area_struct *vma);

/* hlaccel_compat_event.c; any context, nothing happens when nobody has the card */
int hlaccel_compat_events_init(struct hlaccel_device *hdev);
void hlaccel_compat_events_open(struct hlaccel_device *hdev);
void hlaccel_compat_events_close(struct hlaccel_device *hdev);
/* Raise a bit of the notifier, &enum hlaccel_abi_event */
void hlaccel_compat_notify(struct hlaccel_device *hdev, enum hlaccel_abi_event event);
/* What the native rooms tell of; @row is NULL when nobody knows the event */
void hlaccel_compat_event(struct hlaccel_device *hdev, u32 id, const struct hlaccel_event_row *row,
			  u32 instance);
/* In the order of hlaccel_mmu_take_captures(): addresses first */
void hlaccel_compat_capture(struct hlaccel_device *hdev, const struct hlaccel_capture *captures,
			    unsigned int num);
/* Number of an engine as this interface counts them */
u32 hlaccel_compat_engine_id(u32 kind, u32 instance);
/* The first of each kind since the card was taken is kept; the notifier is told of each */
void hlaccel_compat_capture_timeout(struct hlaccel_compat_ctx *ctx, u64 seq, bool reset_follows);
void hlaccel_compat_capture_razwi(struct hlaccel_device *hdev, u64 address, u64 engines, u8 flags);
void hlaccel_compat_capture_page_fault(struct hlaccel_device *hdev, u64 address, u16 engine);
void hlaccel_compat_capture_undefined_opcode(struct hlaccel_device *hdev,
					     const struct hlaccel_abi_undefined_opcode *what);
void hlaccel_compat_capture_hw_err(struct hlaccel_device *hdev, u16 event);
void hlaccel_compat_capture_fw_err(struct hlaccel_device *hdev, u16 type, u16 event);
void hlaccel_compat_capture_engine_err(struct hlaccel_device *hdev, u16 engine, u16 count);

#endif /* _HLACCEL_COMPAT_H_ */
