/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Clients: what must outlive an open file for its memory's and its programs' sake.
 */
#ifndef _HLACCEL_CLIENT_H_
#define _HLACCEL_CLIENT_H_

#include <linux/atomic.h>
#include <linux/kref.h>
#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/types.h>

#include <uapi/hlaccel.h>

#include "hlaccel_queue.h"

struct drm_device;
struct drm_file;
struct drm_hlaccel_client_info;
struct hlaccel_arena;
struct hlaccel_device;
struct hlaccel_errors;

/* One more than the highest &enum drm_hlaccel_engine_kind */
#define HLACCEL_ENGINE_KINDS		(DRM_HLACCEL_ENGINE_MME + 1)

/**
 * struct hlaccel_share - A client's part in the lease
 * @link: In the list of clients that wait for the lease; under the lease's lock
 * @unused: In the list of clients that the lease has done with; under the lease's lock
 * @pending: Programs that were accepted and have not ended
 * @running: Those of them with a ring entry
 * @idle_since: When @pending became zero
 * @wanted: It is to get the lease without a program; under the lease's lock
 * @closing: Its file is closed; under the lease's lock
 * @since: When it got the lease; under the lease's lock
 * @held_ns: How long it had it before; under the lease's lock
 * @grants: How often it got it; under the lease's lock for writing
 * @debt_ns: What it took more than its slices, and than others; under the lease's lock
 * @evict: Its programs had the time that a job may take, and others wait
 */
struct hlaccel_share {
	struct list_head link;
	struct list_head unused;
	atomic_t pending;
	atomic_t running;
	ktime_t idle_since;
	bool wanted;
	bool closing;
	ktime_t since;
	u64 held_ns;
	u64 grants;
	s64 debt_ns;
	bool evict;
};

/**
 * struct hlaccel_client - The part of an open file that jobs and buffers hold
 * @ref: References: the file, its buffers, its queues, the lease
 * @hdev: Device
 * @queues: All its queues. A program may reach any device memory of its client without
 *          naming it, so that is reused when all programs of before have ended.
 * @wait_pairs: Its queues that others can wait for on the card; lock of the waits
 * @packets_bytes: Memory of its unfinished PACKETS jobs
 * @lock: Protects the becoming of a command client
 * @flags: DRM_HLACCEL_CLIENT_COMMAND and _EXCLUSIVE; written under @lock, never
 *         taken back
 * @arena: Device memory of a command client; written once, before @flags
 * @whole: All device memory is its own; see hlaccel_raw_acquire()
 * @num_device: Buffers in device memory outside of an arena
 * @share: Part in the lease
 * @errors: What went wrong
 * @tables: Page-table pages of its VMs
 * @busy_ns: Time that its jobs had engines, by kind of engine
 * @reservations: Sync objects and monitors; under the lock of the reservations, as
 *                the rest
 * @last_reservation: The last id given to one
 * @saved_resets: Of the device when their values were saved
 */
struct hlaccel_client {
	struct kref ref;
	struct hlaccel_device *hdev;
	struct hlaccel_queue_set queues;
	unsigned int wait_pairs;
	atomic64_t packets_bytes;
	struct mutex lock;	/* flags, arena */
	u32 flags;
	struct hlaccel_arena *arena;
	bool whole;
	atomic_t num_device;
	struct hlaccel_share share;
	struct hlaccel_errors *errors;
	atomic_long_t tables;
	atomic64_t busy_ns[HLACCEL_ENGINE_KINDS];
	struct list_head reservations;
	u32 last_reservation;
	u32 saved_resets;
};

struct hlaccel_client *hlaccel_client_create(struct hlaccel_device *hdev, u64 id);
struct hlaccel_client *hlaccel_client_get(struct hlaccel_client *client);
/* Process context, may sleep */
void hlaccel_client_put(struct hlaccel_client *client);

/* Does it run programs? Its @arena is there then. */
static inline bool hlaccel_client_is_command(const struct hlaccel_client *client)
{
	/* Pairs with the release in client_make_command() */
	return smp_load_acquire(&client->flags) & DRM_HLACCEL_CLIENT_COMMAND;
}

static inline bool hlaccel_client_is_exclusive(const struct hlaccel_client *client)
{
	return READ_ONCE(client->flags) & DRM_HLACCEL_CLIENT_EXCLUSIVE;
}

int hlaccel_client_begin_program(struct hlaccel_client *client);
int hlaccel_client_begin_buffer(struct hlaccel_client *client, u32 region);
void hlaccel_client_end_buffer(struct hlaccel_client *client, u32 region);
void hlaccel_client_fill_info(struct hlaccel_client *client, struct drm_hlaccel_client_info *info);

int hlaccel_ioctl_client_set(struct drm_device *drm, void *data, struct drm_file *file);

#endif /* _HLACCEL_CLIENT_H_ */
