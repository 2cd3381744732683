/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Whose fault it was: what the rules look at.
 */
#ifndef _HLACCEL_FAULT_PRIVATE_H_
#define _HLACCEL_FAULT_PRIVATE_H_

#include <linux/llist.h>
#include <linux/types.h>

#include <uapi/hlaccel.h>

struct hlaccel_capture;
struct hlaccel_device;
struct hlaccel_errors;
struct hlaccel_ring;

/**
 * struct hlaccel_fault_note - A job with an error that is yet to be explained
 * @node: in the list of notes
 * @errors: reference to its client's records, NULL for the kernel's own
 * @ring: where it ran
 * @record: what is known already
 * @sign: &enum hlaccel_fault_sign
 * @program: it may access what it likes; not a copy
 * @src: first address that a copy reads
 * @dst: first address that it writes
 * @size: its bytes
 */
struct hlaccel_fault_note {
	struct llist_node node;
	struct hlaccel_errors *errors;
	struct hlaccel_ring *ring;
	struct drm_hlaccel_error record;
	u8 sign;
	bool program;
	u64 src;
	u64 dst;
	u64 size;
};

/**
 * struct hlaccel_fault_suspect - Who may have done it
 * @errors: reference to his records, NULL if it is nobody or @several
 * @several: it may be either of two
 * @queue_id: his queue
 * @seqno: his job
 */
struct hlaccel_fault_suspect {
	struct hlaccel_errors *errors;
	bool several;
	u32 queue_id;
	u64 seqno;
};

bool hlaccel_fault_mine(const struct hlaccel_fault_note *note,
			const struct hlaccel_capture *capture, struct llist_node *all);
bool hlaccel_fault_blame(struct hlaccel_ring *ring, struct hlaccel_fault_suspect *who);
bool hlaccel_fault_blame_capture(struct hlaccel_device *hdev,
				 const struct hlaccel_capture *capture,
				 struct hlaccel_fault_suspect *found, struct hlaccel_ring **where);

#endif /* _HLACCEL_FAULT_PRIVATE_H_ */
