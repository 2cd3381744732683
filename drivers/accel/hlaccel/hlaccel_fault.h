/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Whose fault it was: from what the hardware has latched to a client's record.
 */
#ifndef _HLACCEL_FAULT_H_
#define _HLACCEL_FAULT_H_

#include <linux/types.h>

struct hlaccel_asic_desc;
struct hlaccel_device;
struct hlaccel_errors;
struct hlaccel_job;
struct hlaccel_ring;

/**
 * struct hlaccel_initiator - Who is behind the number of a blocked access
 * @x: column of the mesh
 * @y: row
 * @axi: number of the port there
 * @kind: kind of the engine
 * @instances: engines that it may be, bit n is instance n
 */
struct hlaccel_initiator {
	u8 x;
	u8 y;
	u8 axi;
	u8 kind;
	u32 instances;
};

/**
 * enum hlaccel_fault_sign - How the driver learned that something is wrong
 */
enum hlaccel_fault_sign {
	/** @HLACCEL_FAULT_CORE: the engine's core wrote the job's error word */
	HLACCEL_FAULT_CORE,
	/** @HLACCEL_FAULT_QMAN: the queue manager did */
	HLACCEL_FAULT_QMAN,
	/** @HLACCEL_FAULT_TIMEOUT: the job took too long */
	HLACCEL_FAULT_TIMEOUT,
	/** @HLACCEL_FAULT_EVENT: the firmware reported the engine */
	HLACCEL_FAULT_EVENT,
};

/**
 * enum hlaccel_capture_kind - What the hardware latches about bad accesses
 */
enum hlaccel_capture_kind {
	/** @HLACCEL_CAPTURE_PAGE: address that is not mapped */
	HLACCEL_CAPTURE_PAGE,
	/** @HLACCEL_CAPTURE_ACCESS: address without permission */
	HLACCEL_CAPTURE_ACCESS,
	/** @HLACCEL_CAPTURE_WRITE: initiator of a blocked write */
	HLACCEL_CAPTURE_WRITE,
	/** @HLACCEL_CAPTURE_READ: initiator of a blocked read */
	HLACCEL_CAPTURE_READ,
};

/**
 * struct hlaccel_capture - One latched access
 * @kind: &enum hlaccel_capture_kind
 * @used: some record tells of it
 * @id: initiator of a blocked access
 * @address: device virtual address of the others
 * @time: when the driver took it
 */
struct hlaccel_capture {
	u8 kind;
	bool used;
	u32 id;
	u64 address;
	unsigned long time;
};

const struct hlaccel_initiator *
hlaccel_fault_initiator(const struct hlaccel_asic_desc *desc, u32 id);

int hlaccel_fault_init(struct hlaccel_device *hdev);
void hlaccel_fault_stop(struct hlaccel_device *hdev);

/* A client comes and goes */
void hlaccel_fault_attach(struct hlaccel_device *hdev, struct hlaccel_errors *errors);
void hlaccel_fault_detach(struct hlaccel_device *hdev, struct hlaccel_errors *errors);

/* Under the ring's lock, any context */
void hlaccel_fault_job(struct hlaccel_job *job, enum hlaccel_fault_sign sign);
void hlaccel_fault_job_ended(struct hlaccel_job *job);
void hlaccel_fault_forget(struct hlaccel_ring *ring);

/* Process context, no locks held */
void hlaccel_fault_collect(struct hlaccel_device *hdev);
void hlaccel_fault_event(struct hlaccel_device *hdev, unsigned int engine, u32 cause);
void hlaccel_fault_reset(struct hlaccel_device *hdev);

#endif /* _HLACCEL_FAULT_H_ */
