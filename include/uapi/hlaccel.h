/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * Native user interface of the hlaccel driver for Habana Goya and Gaudi
 * accelerators.
 */
#ifndef _UAPI_HLACCEL_H_
#define _UAPI_HLACCEL_H_

#if defined(__KERNEL__)
#include <uapi/drm/drm.h>
#else
#include <drm.h>
#endif

#if defined(__cplusplus)
extern "C" {
#endif

/**
 * DOC: overview
 *
 * One device node, ``/dev/accel/accelN``, and the objects below::
 *
 *   file ──┬── buffer object (handle)     device memory or host memory
 *          ├── VM (id)                    one ASID: host memory at device virtual addresses
 *          └── queue (id, on one engine)  ordered jobs, a fence timeline, a completion slot
 *                └── job (seqno)          COPY · FILL · COMMAND · PACKETS
 *
 * A device buffer has a fixed device address which every engine uses as it is;
 * a host buffer or a range of user memory is reached at the address where
 * %DRM_IOCTL_HLACCEL_VM_BIND put it.
 *
 * Typical order: query → VM create → buffer create → VM bind → queue create →
 * submit → wait, in any number and by any number of files.
 *
 * Rules that hold for every call:
 *
 * - Structures are zero-extended: a field added later means the old behaviour
 *   when it is zero. Unknown flags and nonzero padding are refused with EINVAL.
 * - Handles and ids are nonzero. Addresses, sizes and offsets are in bytes.
 * - Deadlines are absolute CLOCK_MONOTONIC nanoseconds.
 * - Arrays are passed as &struct drm_hlaccel_array with the caller's element
 *   size; a longer element must be zero past what the kernel knows (E2BIG).
 *
 * Errors common to all calls: ENODEV (device unplugged or not up), EIO (device
 * given up after a failed reset), EFAULT (bad pointer), ENOENT (an id or handle
 * names nothing), EINVAL (a value is wrong), ENOMEM.
 */

/**
 * DOC: ioctls
 *
 * Numbers below DRM_COMMAND_BASE + 0x20 belong to the compatible interface of
 * the habanalabs driver and are never used here. Append only.
 */

/**
 * enum drm_hlaccel_ioctl_id - Ioctl numbers, relative to DRM_COMMAND_BASE
 */
enum drm_hlaccel_ioctl_id {
	/** @DRM_HLACCEL_QUERY: Read a description of device or client */
	DRM_HLACCEL_QUERY = 0x20,
	/** @DRM_HLACCEL_BO_CREATE: Create a buffer object */
	DRM_HLACCEL_BO_CREATE = 0x21,
	/** @DRM_HLACCEL_BO_INFO: Describe a buffer object */
	DRM_HLACCEL_BO_INFO = 0x22,
	/** @DRM_HLACCEL_BO_MMAP_OFFSET: Get the offset to mmap() a buffer object at */
	DRM_HLACCEL_BO_MMAP_OFFSET = 0x23,
	/** @DRM_HLACCEL_VM_CREATE: Create an address space */
	DRM_HLACCEL_VM_CREATE = 0x24,
	/** @DRM_HLACCEL_VM_DESTROY: Destroy an address space */
	DRM_HLACCEL_VM_DESTROY = 0x25,
	/** @DRM_HLACCEL_VM_BIND: Map and unmap host memory */
	DRM_HLACCEL_VM_BIND = 0x26,
	/** @DRM_HLACCEL_QUEUE_CREATE: Create a queue on an engine */
	DRM_HLACCEL_QUEUE_CREATE = 0x27,
	/** @DRM_HLACCEL_QUEUE_DESTROY: Destroy a queue */
	DRM_HLACCEL_QUEUE_DESTROY = 0x28,
	/** @DRM_HLACCEL_SUBMIT: Submit jobs to a queue */
	DRM_HLACCEL_SUBMIT = 0x29,
	/** @DRM_HLACCEL_WAIT: Wait for a job of a queue */
	DRM_HLACCEL_WAIT = 0x2a,
	/** @DRM_HLACCEL_CLIENT_SET: Say that this client runs programs of its own (1.1) */
	DRM_HLACCEL_CLIENT_SET = 0x2b,
	/** @DRM_HLACCEL_SYNC_RESERVE: Reserve sync objects and monitors (1.1) */
	DRM_HLACCEL_SYNC_RESERVE = 0x2c,
	/** @DRM_HLACCEL_SYNC_RELEASE: Return reserved sync objects and monitors (1.1) */
	DRM_HLACCEL_SYNC_RELEASE = 0x2d,
	/** @DRM_HLACCEL_EVENTFD: Name an eventfd for errors or for finished jobs (1.1) */
	DRM_HLACCEL_EVENTFD = 0x2e,
	/** @DRM_HLACCEL_READ_ERRORS: Read records of faults and errors (1.1) */
	DRM_HLACCEL_READ_ERRORS = 0x2f,
};

/**
 * struct drm_hlaccel_array - An array in user memory
 * @stride: Size of one element as the caller knows it, in bytes, a multiple of
 *          8, at least the element's size in the first version of this
 *          interface and at most 4096 (else EINVAL)
 * @count: Number of elements; each user names its limit (above it: EINVAL)
 * @array: User pointer to the first element; must be zero when @count is zero
 */
struct drm_hlaccel_array {
	__u32 stride;
	__u32 count;
	__u64 array;
};

/**
 * enum drm_hlaccel_query_type - What DRM_IOCTL_HLACCEL_QUERY describes
 */
enum drm_hlaccel_query_type {
	/** @DRM_HLACCEL_QUERY_DEVICE: one &struct drm_hlaccel_device_info */
	DRM_HLACCEL_QUERY_DEVICE = 1,
	/** @DRM_HLACCEL_QUERY_ENGINES: array of &struct drm_hlaccel_engine_info */
	DRM_HLACCEL_QUERY_ENGINES = 2,
	/**
	 * @DRM_HLACCEL_QUERY_QUEUES: array of &struct drm_hlaccel_queue_info,
	 * the caller's queues
	 */
	DRM_HLACCEL_QUERY_QUEUES = 3,
	/** @DRM_HLACCEL_QUERY_REGIONS: array of &struct drm_hlaccel_region_info */
	DRM_HLACCEL_QUERY_REGIONS = 4,
	/** @DRM_HLACCEL_QUERY_LIMITS: one &struct drm_hlaccel_limits */
	DRM_HLACCEL_QUERY_LIMITS = 5,
	/** @DRM_HLACCEL_QUERY_COUNTERS: one &struct drm_hlaccel_counters */
	DRM_HLACCEL_QUERY_COUNTERS = 6,
	/** @DRM_HLACCEL_QUERY_SYNC_MANAGERS: array of &struct drm_hlaccel_sync_manager_info */
	DRM_HLACCEL_QUERY_SYNC_MANAGERS = 7,
	/** @DRM_HLACCEL_QUERY_TIME: one &struct drm_hlaccel_time (1.1) */
	DRM_HLACCEL_QUERY_TIME = 8,
	/** @DRM_HLACCEL_QUERY_CLIENT: one &struct drm_hlaccel_client_info (1.1) */
	DRM_HLACCEL_QUERY_CLIENT = 9,
};

/**
 * struct drm_hlaccel_query - Argument of DRM_IOCTL_HLACCEL_QUERY
 * @type: (in) &enum drm_hlaccel_query_type; EINVAL when unknown
 * @element_size: (out) Size of one element as the kernel knows it. For a single
 *                structure this is its size.
 * @size: (in) Bytes at @pointer. (out) Bytes that the whole answer has. With
 *        @pointer zero only this is answered. A smaller buffer gets a prefix, the
 *        rest of a larger one is zeroed; sizes above 1 MiB are refused (EINVAL).
 * @pad: Must be zero
 * @pointer: (in) User pointer to the buffer, or zero
 */
struct drm_hlaccel_query {
	__u32 type;
	__u32 element_size;
	__u32 size;
	__u32 pad;
	__u64 pointer;
};

/**
 * enum drm_hlaccel_asic - Chip generations
 */
enum drm_hlaccel_asic {
	/** @DRM_HLACCEL_ASIC_GOYA: Goya */
	DRM_HLACCEL_ASIC_GOYA = 1,
	/** @DRM_HLACCEL_ASIC_GAUDI: Gaudi, first generation */
	DRM_HLACCEL_ASIC_GAUDI = 2,
};

#define DRM_HLACCEL_DEVICE_SECURED		(1ULL << 0)	/* firmware owns reset */
/* Device buffers can be bound into a VM (not on Gaudi) */
#define DRM_HLACCEL_DEVICE_BIND_DEVICE_BO	(1ULL << 1)
/* Queues may be created with DRM_HLACCEL_QUEUE_LONG_RUNNING */
#define DRM_HLACCEL_DEVICE_LONG_RUNNING		(1ULL << 2)

/**
 * struct drm_hlaccel_device_info - Answer of DRM_HLACCEL_QUERY_DEVICE
 * @asic: &enum drm_hlaccel_asic
 * @pci_device_id: PCI device id
 * @pci_revision: PCI revision id
 * @pad: Zero
 * @flags: DRM_HLACCEL_DEVICE_* capability bits
 * @va_start: First address that VM_BIND may use
 * @va_end: First address behind the range that VM_BIND may use
 * @va_page_size: Smallest page, bytes; alignment of all binds
 * @va_huge_page_size: Largest page, bytes
 * @tpc_mask: Usable TPC engines, bit n is instance n
 * @reset_count: Hard resets since the driver was loaded
 * @card_name: NUL-terminated name from the firmware
 * @fw_version: NUL-terminated version of the device's application firmware
 * @boot_version: NUL-terminated version of its boot firmware
 */
struct drm_hlaccel_device_info {
	__u32 asic;
	__u32 pci_device_id;
	__u32 pci_revision;
	__u32 pad;
	__u64 flags;
	__u64 va_start;
	__u64 va_end;
	__u64 va_page_size;
	__u64 va_huge_page_size;
	__u64 tpc_mask;
	__u64 reset_count;
	char card_name[16];
	char fw_version[128];
	char boot_version[128];
};

/**
 * enum drm_hlaccel_engine_kind - Kinds of engines
 */
enum drm_hlaccel_engine_kind {
	/** @DRM_HLACCEL_ENGINE_DMA: DMA engine */
	DRM_HLACCEL_ENGINE_DMA = 1,
	/** @DRM_HLACCEL_ENGINE_TPC: Tensor processing core */
	DRM_HLACCEL_ENGINE_TPC = 2,
	/** @DRM_HLACCEL_ENGINE_MME: Matrix engine */
	DRM_HLACCEL_ENGINE_MME = 3,
};

/* What jobs queues of this engine take */
#define DRM_HLACCEL_ENGINE_COPY		(1U << 0)	/* COPY and FILL */
#define DRM_HLACCEL_ENGINE_COMMAND	(1U << 1)	/* COMMAND */
#define DRM_HLACCEL_ENGINE_PACKETS	(1U << 2)	/* PACKETS */
/* A job hung on this engine; it works again after a hard reset */
#define DRM_HLACCEL_ENGINE_DEAD		(1U << 3)

/**
 * struct drm_hlaccel_engine_info - Element of DRM_HLACCEL_QUERY_ENGINES
 * @kind: &enum drm_hlaccel_engine_kind
 * @instance: Number of the engine within its kind
 * @flags: DRM_HLACCEL_ENGINE_*
 * @num_queues: Queues of all clients on this engine now
 * @name: NUL-terminated name
 * @register_address: Device address of the engine's register block
 * @fence_address: Device address of the fence counters' write port of the
 *                 command processor that runs the user's program: FENCE id n
 *                 is at @fence_address + n * @fence_stride. Zero on an engine
 *                 with neither COMMAND nor PACKETS.
 * @fence_stride: Distance of two fence ports, bytes
 * @jobs: Jobs finished since the driver was loaded
 * @busy_ns: Time in which the engine had work, nanoseconds
 */
struct drm_hlaccel_engine_info {
	__u32 kind;
	__u32 instance;
	__u32 flags;
	__u32 num_queues;
	char name[16];
	__u64 register_address;
	__u64 fence_address;
	__u64 fence_stride;
	__u64 jobs;
	__u64 busy_ns;
};

#define DRM_HLACCEL_QUEUE_BANNED	(1U << 0)	/* takes no more jobs (ECANCELED) */

/**
 * struct drm_hlaccel_queue_info - Element of DRM_HLACCEL_QUERY_QUEUES
 * @queue_id: Id of the queue
 * @engine_kind: &enum drm_hlaccel_engine_kind
 * @engine_instance: Number of the engine within its kind
 * @vm_id: VM the queue was created with; zero if that was destroyed since or none
 * @flags: Flags of creation
 * @state: DRM_HLACCEL_QUEUE_BANNED or zero
 * @last_seqno: Sequence number of the newest job
 * @completed_seqno: Sequence number of the last finished job
 * @failed_jobs: Jobs that ended with an error
 */
struct drm_hlaccel_queue_info {
	__u32 queue_id;
	__u32 engine_kind;
	__u32 engine_instance;
	__u32 vm_id;
	__u32 flags;
	__u32 state;
	__u64 last_seqno;
	__u64 completed_seqno;
	__u64 failed_jobs;
};

/**
 * enum drm_hlaccel_region - Where memory is
 */
enum drm_hlaccel_region {
	/** @DRM_HLACCEL_REGION_HOST: Host memory; reached by engines through VM_BIND */
	DRM_HLACCEL_REGION_HOST = 1,
	/** @DRM_HLACCEL_REGION_DEVICE: The card's large memory (HBM, DDR) */
	DRM_HLACCEL_REGION_DEVICE = 2,
	/** @DRM_HLACCEL_REGION_SRAM: The card's on-chip memory */
	DRM_HLACCEL_REGION_SRAM = 3,
};

/**
 * struct drm_hlaccel_region_info - Element of DRM_HLACCEL_QUERY_REGIONS
 * @region: &enum drm_hlaccel_region
 * @pad: Zero
 * @device_address: First device address that a buffer can have; zero for host
 * @size: Bytes for buffers; zero for host memory, which has no size of its own
 * @used: Bytes now in buffers of all clients
 * @cpu_visible_size: Bytes from @device_address that mmap() can reach
 * @granularity: Buffer sizes are rounded up to a multiple of this, bytes
 */
struct drm_hlaccel_region_info {
	__u32 region;
	__u32 pad;
	__u64 device_address;
	__u64 size;
	__u64 used;
	__u64 cpu_visible_size;
	__u64 granularity;
};

/**
 * struct drm_hlaccel_limits - Answer of DRM_HLACCEL_QUERY_LIMITS
 * @max_vms_per_device: VMs of all clients together (one ASID each)
 * @max_vms_per_file: VMs of one file
 * @max_queues_per_file: Queues of one file
 * @max_bos_per_file: Buffer handles of one file
 * @max_jobs_per_queue: Unfinished jobs of one queue; more: EBUSY
 * @max_jobs_per_submit: Jobs of one call
 * @max_syncs_per_submit: Syncs of all jobs of one call together
 * @max_bind_ops: Operations of one VM_BIND
 * @min_timeout_ms: Smallest job timeout
 * @max_timeout_ms: Largest, and default, job timeout
 * @max_packets_size: Bytes of the program of one PACKETS job
 * @pad: Zero
 * @max_command_size: Bytes of the program of one COMMAND job
 * @max_copy_size: Bytes of one COPY or FILL job
 * @arena_granularity: Smallest arena of a command client, bytes (1.1)
 * @lease_slice_ms: Time that a command client has the card while others wait (1.1)
 * @max_bos_per_job: Elements of &drm_hlaccel_job.bos of all jobs of one call
 *                   together (1.1)
 */
struct drm_hlaccel_limits {
	__u32 max_vms_per_device;
	__u32 max_vms_per_file;
	__u32 max_queues_per_file;
	__u32 max_bos_per_file;
	__u32 max_jobs_per_queue;
	__u32 max_jobs_per_submit;
	__u32 max_syncs_per_submit;
	__u32 max_bind_ops;
	__u32 min_timeout_ms;
	__u32 max_timeout_ms;
	__u32 max_packets_size;
	__u32 pad;
	__u64 max_command_size;
	__u64 max_copy_size;
	__u64 arena_granularity;
	__u32 lease_slice_ms;
	__u32 max_bos_per_job;
};

/**
 * struct drm_hlaccel_counters - Answer of DRM_HLACCEL_QUERY_COUNTERS
 * @jobs_submitted: Jobs accepted since the driver was loaded, all clients
 * @jobs_completed: Jobs that ended well
 * @jobs_failed: Jobs that ended with an error
 * @bytes_copied: Bytes of finished COPY and FILL jobs
 * @interrupts: Interrupts taken
 * @events: Firmware events consumed
 * @faults: MMU page faults and blocked accesses reported
 * @resets: Hard resets done
 */
struct drm_hlaccel_counters {
	__u64 jobs_submitted;
	__u64 jobs_completed;
	__u64 jobs_failed;
	__u64 bytes_copied;
	__u64 interrupts;
	__u64 events;
	__u64 faults;
	__u64 resets;
};

/**
 * struct drm_hlaccel_sync_manager_info - Element of DRM_HLACCEL_QUERY_SYNC_MANAGERS
 * @sob_address: Device address of sync object 0; object n is 4 * n behind
 * @monitor_address: Device address of monitor 0's low payload address register
 * @first_sob: First sync object a user program may use
 * @num_sobs: Number of those
 * @first_monitor: First monitor a user program may use
 * @num_monitors: Number of those
 * @name: NUL-terminated name
 */
struct drm_hlaccel_sync_manager_info {
	__u64 sob_address;
	__u64 monitor_address;
	__u32 first_sob;
	__u32 num_sobs;
	__u32 first_monitor;
	__u32 num_monitors;
	char name[16];
};

/**
 * struct drm_hlaccel_time - Answer of DRM_HLACCEL_QUERY_TIME
 * @device_ticks: The card's free-running counter
 * @device_frequency: Its ticks per second; zero if the firmware does not tell
 * @cpu_ns: CLOCK_MONOTONIC just before the counter was read, nanoseconds
 * @cpu_delta_ns: How long the reading took, nanoseconds
 *
 * Since 1.1.
 */
struct drm_hlaccel_time {
	__u64 device_ticks;
	__u64 device_frequency;
	__u64 cpu_ns;
	__u64 cpu_delta_ns;
};

/* Flags of a client; LEASED only in DRM_HLACCEL_QUERY_CLIENT */
#define DRM_HLACCEL_CLIENT_COMMAND	(1U << 0)	/* runs programs, has an arena */
#define DRM_HLACCEL_CLIENT_EXCLUSIVE	(1U << 1)	/* keeps the lease until closed */
#define DRM_HLACCEL_CLIENT_LEASED	(1U << 2)	/* has the lease now */

/**
 * struct drm_hlaccel_client_info - Answer of DRM_HLACCEL_QUERY_CLIENT
 * @flags: DRM_HLACCEL_CLIENT_*
 * @pad: Zero
 * @arena_address: Device address of the arena; zero without one
 * @arena_size: Its bytes
 * @lease_grants: How often the client got the lease
 * @lease_ns: How long it has had the lease, all together, nanoseconds
 * @errors: Error records that wait to be read
 *
 * Since 1.1.
 */
struct drm_hlaccel_client_info {
	__u32 flags;
	__u32 pad;
	__u64 arena_address;
	__u64 arena_size;
	__u64 lease_grants;
	__u64 lease_ns;
	__u64 errors;
};

/**
 * struct drm_hlaccel_client_set - Argument of DRM_IOCTL_HLACCEL_CLIENT_SET
 * @flags: (in) DRM_HLACCEL_CLIENT_COMMAND, and DRM_HLACCEL_CLIENT_EXCLUSIVE with it.
 *         Flags are never taken back.
 * @pad: Must be zero
 * @arena_size: (in) Bytes of device memory to set aside, or zero for
 *              arena_granularity. (out) Bytes of the arena: a power of two.
 * @arena_address: (out) Device address of the arena
 *
 * A program reaches device memory of its client's arena only, so this comes
 * before the first buffer in device memory (EBUSY after it). A client without
 * such buffers that submits a program gets an arena without this call; one with
 * such buffers gets EACCES there. The arena grows by buffers as long as the
 * memory behind it is free.
 *
 * EXCLUSIVE waits until the lease is free, and answers EBUSY when another client
 * is exclusive or does not give it up in time. Other clients' programs are
 * refused (EBUSY) until the file is closed; their copies go on.
 *
 * ENOSPC when there is no room for an arena. Since 1.1.
 */
struct drm_hlaccel_client_set {
	__u32 flags;
	__u32 pad;
	__u64 arena_size;
	__u64 arena_address;
};

/**
 * struct drm_hlaccel_sync_reserve - Argument of DRM_IOCTL_HLACCEL_SYNC_RESERVE
 * @sync_manager: (in) Index into DRM_HLACCEL_QUERY_SYNC_MANAGERS; ENOENT if absent
 * @flags: (in) Must be zero
 * @num_sobs: (in) Sync objects wanted, may be zero
 * @num_monitors: (in) Monitors wanted, may be zero; both zero: EINVAL
 * @first_sob: (out) First of the sync objects, a multiple of 8
 * @first_monitor: (out) First of the monitors
 * @id: (out) Id for DRM_IOCTL_HLACCEL_SYNC_RELEASE
 * @pad: Must be zero
 *
 * The objects are contiguous, zero, and no other client gets them. The values of
 * reserved sync objects outlast a handover of the lease; monitors are disarmed by
 * one. ENOSPC when there are not so many in a row. Since 1.1.
 */
struct drm_hlaccel_sync_reserve {
	__u32 sync_manager;
	__u32 flags;
	__u32 num_sobs;
	__u32 num_monitors;
	__u32 first_sob;
	__u32 first_monitor;
	__u32 id;
	__u32 pad;
};

/**
 * struct drm_hlaccel_sync_release - Argument of DRM_IOCTL_HLACCEL_SYNC_RELEASE
 * @id: (in) Id of the reservation
 * @pad: Must be zero
 *
 * The objects are reset when the client's programs that were submitted before
 * have ended. Since 1.1.
 */
struct drm_hlaccel_sync_release {
	__u32 id;
	__u32 pad;
};

/**
 * enum drm_hlaccel_eventfd_kind - What an eventfd tells
 */
enum drm_hlaccel_eventfd_kind {
	/** @DRM_HLACCEL_EVENTFD_ERRORS: A record for DRM_IOCTL_HLACCEL_READ_ERRORS came */
	DRM_HLACCEL_EVENTFD_ERRORS = 1,
	/** @DRM_HLACCEL_EVENTFD_QUEUE: A job of the queue ended; its slot tells which */
	DRM_HLACCEL_EVENTFD_QUEUE = 2,
};

/**
 * struct drm_hlaccel_eventfd - Argument of DRM_IOCTL_HLACCEL_EVENTFD
 * @kind: (in) &enum drm_hlaccel_eventfd_kind
 * @queue_id: (in) QUEUE: id of the queue; else zero
 * @fd: (in) An eventfd, replacing the one before, or -1 to have none. EBADF, or
 *      EINVAL if it is no eventfd.
 * @flags: (in) Must be zero
 *
 * Since 1.1.
 */
struct drm_hlaccel_eventfd {
	__u32 kind;
	__u32 queue_id;
	__s32 fd;
	__u32 flags;
};

/**
 * enum drm_hlaccel_error_kind - Kinds of errors
 */
enum drm_hlaccel_error_kind {
	/** @DRM_HLACCEL_ERROR_PAGE_FAULT: An address that is not mapped */
	DRM_HLACCEL_ERROR_PAGE_FAULT = 1,
	/** @DRM_HLACCEL_ERROR_BLOCKED: An access to what is closed to programs */
	DRM_HLACCEL_ERROR_BLOCKED = 2,
	/** @DRM_HLACCEL_ERROR_ENGINE: The engine reported an error */
	DRM_HLACCEL_ERROR_ENGINE = 3,
	/** @DRM_HLACCEL_ERROR_PROGRAM: The command processor refused the program */
	DRM_HLACCEL_ERROR_PROGRAM = 4,
	/** @DRM_HLACCEL_ERROR_TIMEOUT: A job took longer than its queue allows */
	DRM_HLACCEL_ERROR_TIMEOUT = 5,
	/** @DRM_HLACCEL_ERROR_RESET: A hard reset: all that the client had there is lost */
	DRM_HLACCEL_ERROR_RESET = 6,
};

#define DRM_HLACCEL_ERROR_HAS_ENGINE	(1U << 0)	/* @engine_* tell the engine */
#define DRM_HLACCEL_ERROR_HAS_JOB	(1U << 1)	/* @queue_id and @seqno tell the job */
#define DRM_HLACCEL_ERROR_HAS_ADDRESS	(1U << 2)	/* @address tells what was accessed */
#define DRM_HLACCEL_ERROR_HAS_CAUSE	(1U << 3)	/* @cause holds latched bits */

/**
 * struct drm_hlaccel_error - Record of a fault or error
 * @kind: &enum drm_hlaccel_error_kind
 * @flags: DRM_HLACCEL_ERROR_HAS_*
 * @engine_kind: &enum drm_hlaccel_engine_kind
 * @engine_instance: Number of the engine within its kind
 * @queue_id: Id of the queue
 * @cause: Cause bits as the hardware has them
 * @seqno: Sequence number of the job
 * @address: Device address or device virtual address
 * @time_ns: When the driver learned of it, CLOCK_MONOTONIC nanoseconds
 *
 * What the hardware does not tell is zero and has no flag. Since 1.1.
 */
struct drm_hlaccel_error {
	__u32 kind;
	__u32 flags;
	__u32 engine_kind;
	__u32 engine_instance;
	__u32 queue_id;
	__u32 cause;
	__u64 seqno;
	__u64 address;
	__u64 time_ns;
};

/**
 * struct drm_hlaccel_read_errors - Argument of DRM_IOCTL_HLACCEL_READ_ERRORS
 * @flags: (in) Must be zero
 * @count: (out) Records written
 * @lost: (out) Records dropped since the last call as nobody read them; the
 *        kernel keeps the oldest 64
 * @records: (in) Array of &struct drm_hlaccel_error to be filled, oldest first; 1 to
 *           64 elements
 *
 * What was read is removed. Never waits. Since 1.1.
 */
struct drm_hlaccel_read_errors {
	__u32 flags;
	__u32 count;
	__u64 lost;
	struct drm_hlaccel_array records;
};

/**
 * struct drm_hlaccel_bo_create - Argument of DRM_IOCTL_HLACCEL_BO_CREATE
 * @size: (in) Bytes, nonzero, a multiple of the region's granularity (else EINVAL)
 * @region: (in) &enum drm_hlaccel_region
 * @flags: (in) Must be zero
 * @handle: (out) GEM handle
 * @pad: Must be zero
 *
 * The memory reads as zero. A buffer in SRAM needs a command client (EACCES), and
 * keeps its contents only while the client has the lease (1.1). ENOSPC when the
 * region has no room, ENOMEM when the host has none, EBUSY when the file has its
 * limit of handles.
 */
struct drm_hlaccel_bo_create {
	__u64 size;
	__u32 region;
	__u32 flags;
	__u32 handle;
	__u32 pad;
};

/*
 * The buffer came in through PRIME; its memory is another device's. It is used
 * through a VM. When the exporter takes its memory back, it is unmapped
 * everywhere, and mapping it answers ENODEV. (1.1)
 */
#define DRM_HLACCEL_BO_IMPORTED		(1U << 0)

/**
 * struct drm_hlaccel_bo_info - Argument of DRM_IOCTL_HLACCEL_BO_INFO
 * @handle: (in) GEM handle
 * @region: (out) &enum drm_hlaccel_region
 * @size: (out) Bytes
 * @device_address: (out) Fixed address that engines use; zero for host buffers
 * @flags: (out) Flags of creation, and DRM_HLACCEL_BO_IMPORTED
 * @pad: Must be zero
 */
struct drm_hlaccel_bo_info {
	__u32 handle;
	__u32 region;
	__u64 size;
	__u64 device_address;
	__u32 flags;
	__u32 pad;
};

/**
 * struct drm_hlaccel_bo_mmap_offset - Argument of DRM_IOCTL_HLACCEL_BO_MMAP_OFFSET
 * @handle: (in) GEM handle
 * @pad: Must be zero
 * @offset: (out) Offset for mmap() on the device node
 *
 * EOPNOTSUPP when the buffer lies behind the part of the region that the CPU
 * reaches, or in SRAM while the client is not exclusive.
 */
struct drm_hlaccel_bo_mmap_offset {
	__u32 handle;
	__u32 pad;
	__u64 offset;
};

/**
 * struct drm_hlaccel_vm_create - Argument of DRM_IOCTL_HLACCEL_VM_CREATE
 * @flags: (in) Must be zero
 * @vm_id: (out) Id of the VM
 *
 * ENOSPC when the device's ASIDs are used up, EBUSY when the file has its limit.
 */
struct drm_hlaccel_vm_create {
	__u32 flags;
	__u32 vm_id;
};

/**
 * struct drm_hlaccel_vm_destroy - Argument of DRM_IOCTL_HLACCEL_VM_DESTROY
 * @vm_id: (in) Id of the VM. Queues that use it keep it alive.
 * @pad: Must be zero
 */
struct drm_hlaccel_vm_destroy {
	__u32 vm_id;
	__u32 pad;
};

/**
 * enum drm_hlaccel_bind_op_type - Operations of VM_BIND
 */
enum drm_hlaccel_bind_op_type {
	/** @DRM_HLACCEL_BIND_OP_MAP: Map a part of a buffer, replacing what was there */
	DRM_HLACCEL_BIND_OP_MAP = 1,
	/**
	 * @DRM_HLACCEL_BIND_OP_MAP_USERPTR: Map the caller's own memory,
	 * replacing what was there
	 */
	DRM_HLACCEL_BIND_OP_MAP_USERPTR = 2,
	/** @DRM_HLACCEL_BIND_OP_UNMAP: Unmap all in a range; unmapped parts are skipped */
	DRM_HLACCEL_BIND_OP_UNMAP = 3,
};

/**
 * struct drm_hlaccel_bind_op - One operation of VM_BIND
 * @op: &enum drm_hlaccel_bind_op_type
 * @flags: Must be zero
 * @handle: MAP: host buffer; else zero. A device buffer: EOPNOTSUPP unless
 *          DRM_HLACCEL_DEVICE_BIND_DEVICE_BO is set.
 * @pad: Must be zero
 * @offset: MAP: offset in the buffer. MAP_USERPTR: address in the caller's memory,
 *          writable, or EACCES: the device has no read-only pages. UNMAP: zero.
 *          A multiple of the page size.
 * @address: Device virtual address, a multiple of the page size
 * @size: Bytes, nonzero, a multiple of the page size
 *
 * 2 MiB pages are used where address, offset and memory allow.
 */
struct drm_hlaccel_bind_op {
	__u32 op;
	__u32 flags;
	__u32 handle;
	__u32 pad;
	__u64 offset;
	__u64 address;
	__u64 size;
};

/* Return at once; the operations run in order when the syncs are over (1.1) */
#define DRM_HLACCEL_VM_BIND_ASYNC	(1U << 0)

/**
 * struct drm_hlaccel_vm_bind - Argument of DRM_IOCTL_HLACCEL_VM_BIND
 * @vm_id: (in) Id of the VM
 * @flags: (in) DRM_HLACCEL_VM_BIND_ASYNC
 * @ops: (in) Array of &struct drm_hlaccel_bind_op, 1 to max_bind_ops
 * @ops_done: (out) Operations carried out. On an error this is the index of the
 *            one that failed; those before it stay done. ASYNC: zero.
 * @pad: Must be zero
 * @syncs: (in) ASYNC: array of &struct drm_hlaccel_sync, what to wait for first and
 *         what to signal when the device sees the new mappings; up to
 *         max_syncs_per_submit. Else @count must be zero. (1.1)
 *
 * The call returns when the device sees the new mappings. An operation that
 * takes mappings away first waits for the VM's jobs; EINTR restarts it.
 *
 * Calls for one VM take effect in their order, whether ASYNC or not. All that an
 * ASYNC call can be refused for is answered at once; what fails later (a wait that
 * ended with an error, a reset) ends in the fences of its syncs, and leaves its
 * operations undone.
 * ECANCELED when the VM was lost by a reset. EBUSY for ASYNC when 1,024 of those are
 * not over in the VM. ENOMEM also when RLIMIT_MEMLOCK is reached by user memory,
 * ENOSPC when the device has no room for page tables.
 */
struct drm_hlaccel_vm_bind {
	__u32 vm_id;
	__u32 flags;
	struct drm_hlaccel_array ops;
	__u32 ops_done;
	__u32 pad;
	struct drm_hlaccel_array syncs;
};

/*
 * Jobs may run without a time limit, as long as no other queue's jobs wait for the
 * engine: then they have max_timeout_ms more. Such a queue has no fences to give out,
 * and VM_BIND does not wait for its jobs; destroying it ends them. EOPNOTSUPP unless
 * the device has DRM_HLACCEL_DEVICE_LONG_RUNNING.
 */
#define DRM_HLACCEL_QUEUE_LONG_RUNNING	(1U << 0)

/**
 * enum drm_hlaccel_priority - Which queue's jobs an engine takes first
 */
enum drm_hlaccel_priority {
	/** @DRM_HLACCEL_PRIORITY_NORMAL: The default */
	DRM_HLACCEL_PRIORITY_NORMAL = 0,
	/** @DRM_HLACCEL_PRIORITY_LOW: After the others, of which at most 256 pass it */
	DRM_HLACCEL_PRIORITY_LOW = 1,
	/** @DRM_HLACCEL_PRIORITY_HIGH: Before the others; needs CAP_SYS_NICE (EACCES) */
	DRM_HLACCEL_PRIORITY_HIGH = 2,
};

/**
 * struct drm_hlaccel_queue_create - Argument of DRM_IOCTL_HLACCEL_QUEUE_CREATE
 * @engine_kind: (in) &enum drm_hlaccel_engine_kind
 * @engine_instance: (in) Number of the engine within its kind; ENOENT if absent
 * @flags: (in) DRM_HLACCEL_QUEUE_LONG_RUNNING
 * @vm_id: (in) Address space of the jobs, or zero: then they reach device memory only
 * @timeout_ms: (in) Time limit of a job once it runs; zero is the largest. Must be
 *              zero with LONG_RUNNING.
 * @priority: (in) &enum drm_hlaccel_priority, among the jobs that are ready and not
 *            with the hardware yet; zero before 1.1
 * @queue_id: (out) Id of the queue
 * @completion_slot: (out) Offset in the completion page of the queue's slot, a __u64
 * @completion_offset: (out) Offset for a read-only mmap() of the file's completion
 *                     page, one page for all its queues. A queue's slot holds the
 *                     sequence number of its last finished job and is written
 *                     before the job's fence is signalled.
 *
 * EBUSY when the file has its limit of queues, ECANCELED when the VM was lost by
 * a reset.
 */
struct drm_hlaccel_queue_create {
	__u32 engine_kind;
	__u32 engine_instance;
	__u32 flags;
	__u32 vm_id;
	__u32 timeout_ms;
	__u32 priority;
	__u32 queue_id;
	__u32 completion_slot;
	__u64 completion_offset;
};

/**
 * struct drm_hlaccel_queue_destroy - Argument of DRM_IOCTL_HLACCEL_QUEUE_DESTROY
 * @queue_id: (in) Id of the queue. Jobs on the hardware end normally, those still
 *            waiting end with ECANCELED in their fences.
 * @pad: Must be zero
 */
struct drm_hlaccel_queue_destroy {
	__u32 queue_id;
	__u32 pad;
};

#define DRM_HLACCEL_SYNC_SIGNAL		(1U << 0)	/* signal it, don't wait for it */
#define DRM_HLACCEL_SYNC_TIMELINE	(1U << 1)	/* at @point of its timeline */

/**
 * struct drm_hlaccel_sync - What a job waits for or signals
 * @handle: Handle of a DRM syncobj
 * @flags: DRM_HLACCEL_SYNC_*
 * @point: Point of a timeline, nonzero; must be zero for a binary syncobj
 *
 * Waiting for a binary syncobj without a fence, or for a point that nobody has
 * submitted yet, answers EINVAL.
 */
struct drm_hlaccel_sync {
	__u32 handle;
	__u32 flags;
	__u64 point;
};

/**
 * enum drm_hlaccel_job_type - Kinds of jobs
 */
enum drm_hlaccel_job_type {
	/**
	 * @DRM_HLACCEL_JOB_COPY: Copy @size bytes from @src to @dst. The kernel
	 * checks both ranges and writes the packets.
	 */
	DRM_HLACCEL_JOB_COPY = 1,
	/** @DRM_HLACCEL_JOB_FILL: Fill @size bytes at @dst with the 64-bit @pattern */
	DRM_HLACCEL_JOB_FILL = 2,
	/**
	 * @DRM_HLACCEL_JOB_COMMAND: Run the program of @size bytes at @src in
	 * place, unprivileged. Needs the lease, and waits for it; EBUSY while
	 * another client is exclusive.
	 */
	DRM_HLACCEL_JOB_COMMAND = 3,
	/**
	 * @DRM_HLACCEL_JOB_PACKETS: Run a copy of the @size bytes of packets in the
	 * caller's memory at @src_address. Each packet is judged: EACCES for one
	 * that needs privilege, EINVAL for one that is malformed. Needs the lease.
	 */
	DRM_HLACCEL_JOB_PACKETS = 4,
};

/* Remember when the job started and ended, for DRM_IOCTL_HLACCEL_WAIT (1.1) */
#define DRM_HLACCEL_JOB_TIMESTAMPS	(1U << 0)

#define DRM_HLACCEL_JOB_BO_WRITE	(1U << 0)	/* the job writes, not only reads (1.1) */

/**
 * struct drm_hlaccel_job_bo - A buffer whose other users a job respects
 * @handle: GEM handle
 * @flags: DRM_HLACCEL_JOB_BO_WRITE
 *
 * The job waits for the fences that the buffer's reservation has from other users
 * (readers wait for writers, writers for all), and leaves its own fence there.
 * Since 1.1.
 */
struct drm_hlaccel_job_bo {
	__u32 handle;
	__u32 flags;
};

/**
 * struct drm_hlaccel_job - One job
 * @type: &enum drm_hlaccel_job_type; EOPNOTSUPP if the engine lacks it
 * @flags: DRM_HLACCEL_JOB_TIMESTAMPS
 * @src_handle: Device buffer that @src_address is an offset in; zero: @src_address
 *              is an address in the queue's VM. COPY and COMMAND; else zero.
 * @dst_handle: The same for @dst_address. COPY and FILL; else zero.
 * @src_address: COPY, COMMAND: see @src_handle. PACKETS: user pointer. FILL: zero.
 *               COMMAND and PACKETS: a multiple of 8.
 * @dst_address: COPY, FILL: see @dst_handle; else zero
 * @size: Bytes, nonzero. COMMAND, PACKETS: a multiple of 8. FILL: a multiple of 8.
 * @pattern: FILL: the pattern; else zero
 * @syncs: Array of &struct drm_hlaccel_sync. A queue that is LONG_RUNNING takes waits,
 *         and no signals (EINVAL).
 * @bos: Array of &struct drm_hlaccel_job_bo for implicit synchronisation, up to
 *       max_bos_per_job; none with LONG_RUNNING (EINVAL) (1.1)
 *
 * A range in a VM must be mapped throughout, one in a buffer must lie in it, or
 * EINVAL. The mapping must stay until the job has ended; unmapping waits for it.
 */
struct drm_hlaccel_job {
	__u32 type;
	__u32 flags;
	__u32 src_handle;
	__u32 dst_handle;
	__u64 src_address;
	__u64 dst_address;
	__u64 size;
	__u64 pattern;
	struct drm_hlaccel_array syncs;
	struct drm_hlaccel_array bos;
};

/**
 * struct drm_hlaccel_submit - Argument of DRM_IOCTL_HLACCEL_SUBMIT
 * @queue_id: (in) Id of the queue
 * @flags: (in) Must be zero
 * @jobs: (in) Array of &struct drm_hlaccel_job, 1 to max_jobs_per_submit
 * @seqno: (out) Sequence number of the last job; those before it have the numbers
 *         before it. The first job of a queue is 1.
 *
 * All jobs are accepted or none. They run in order, each when its waits are
 * over. A wait in a job may name what an earlier job of the same call signals.
 * A job whose wait ended with an error, or that failed, ends with an error in its
 * fence; the call itself does not fail for it.
 *
 * EBUSY when the queue is full, ECANCELED when it was banned.
 */
struct drm_hlaccel_submit {
	__u32 queue_id;
	__u32 flags;
	struct drm_hlaccel_array jobs;
	__u64 seqno;
};

/**
 * struct drm_hlaccel_wait - Argument of DRM_IOCTL_HLACCEL_WAIT
 * @queue_id: (in) Id of the queue
 * @flags: (in) Must be zero
 * @seqno: (in) Job to wait for; EINVAL if not submitted yet
 * @deadline_ns: (in) Absolute CLOCK_MONOTONIC time; in the past: only look.
 *               ETIME when it passes first.
 * @status: (out) Zero, or the negative errno the job ended with. Remembered for
 *          the last 64 failed jobs of a queue.
 * @pad: Must be zero
 * @start_ns: (out) When the hardware could begin with a job that had
 *            DRM_HLACCEL_JOB_TIMESTAMPS, CLOCK_MONOTONIC; zero without, and for
 *            all but the last 64 such jobs of a queue (1.1)
 * @end_ns: (out) When the driver learned of its end (1.1)
 */
struct drm_hlaccel_wait {
	__u32 queue_id;
	__u32 flags;
	__u64 seqno;
	__s64 deadline_ns;
	__s32 status;
	__u32 pad;
	__u64 start_ns;
	__u64 end_ns;
};

#define DRM_IOCTL_HLACCEL_QUERY \
	DRM_IOWR(DRM_COMMAND_BASE + DRM_HLACCEL_QUERY, struct drm_hlaccel_query)
#define DRM_IOCTL_HLACCEL_BO_CREATE \
	DRM_IOWR(DRM_COMMAND_BASE + DRM_HLACCEL_BO_CREATE, struct drm_hlaccel_bo_create)
#define DRM_IOCTL_HLACCEL_BO_INFO \
	DRM_IOWR(DRM_COMMAND_BASE + DRM_HLACCEL_BO_INFO, struct drm_hlaccel_bo_info)
#define DRM_IOCTL_HLACCEL_BO_MMAP_OFFSET \
	DRM_IOWR(DRM_COMMAND_BASE + DRM_HLACCEL_BO_MMAP_OFFSET, struct drm_hlaccel_bo_mmap_offset)
#define DRM_IOCTL_HLACCEL_VM_CREATE \
	DRM_IOWR(DRM_COMMAND_BASE + DRM_HLACCEL_VM_CREATE, struct drm_hlaccel_vm_create)
#define DRM_IOCTL_HLACCEL_VM_DESTROY \
	DRM_IOW(DRM_COMMAND_BASE + DRM_HLACCEL_VM_DESTROY, struct drm_hlaccel_vm_destroy)
#define DRM_IOCTL_HLACCEL_VM_BIND \
	DRM_IOWR(DRM_COMMAND_BASE + DRM_HLACCEL_VM_BIND, struct drm_hlaccel_vm_bind)
#define DRM_IOCTL_HLACCEL_QUEUE_CREATE \
	DRM_IOWR(DRM_COMMAND_BASE + DRM_HLACCEL_QUEUE_CREATE, struct drm_hlaccel_queue_create)
#define DRM_IOCTL_HLACCEL_QUEUE_DESTROY \
	DRM_IOW(DRM_COMMAND_BASE + DRM_HLACCEL_QUEUE_DESTROY, struct drm_hlaccel_queue_destroy)
#define DRM_IOCTL_HLACCEL_SUBMIT \
	DRM_IOWR(DRM_COMMAND_BASE + DRM_HLACCEL_SUBMIT, struct drm_hlaccel_submit)
#define DRM_IOCTL_HLACCEL_WAIT \
	DRM_IOWR(DRM_COMMAND_BASE + DRM_HLACCEL_WAIT, struct drm_hlaccel_wait)
#define DRM_IOCTL_HLACCEL_CLIENT_SET \
	DRM_IOWR(DRM_COMMAND_BASE + DRM_HLACCEL_CLIENT_SET, struct drm_hlaccel_client_set)
#define DRM_IOCTL_HLACCEL_SYNC_RESERVE \
	DRM_IOWR(DRM_COMMAND_BASE + DRM_HLACCEL_SYNC_RESERVE, struct drm_hlaccel_sync_reserve)
#define DRM_IOCTL_HLACCEL_SYNC_RELEASE \
	DRM_IOW(DRM_COMMAND_BASE + DRM_HLACCEL_SYNC_RELEASE, struct drm_hlaccel_sync_release)
#define DRM_IOCTL_HLACCEL_EVENTFD \
	DRM_IOW(DRM_COMMAND_BASE + DRM_HLACCEL_EVENTFD, struct drm_hlaccel_eventfd)
#define DRM_IOCTL_HLACCEL_READ_ERRORS \
	DRM_IOWR(DRM_COMMAND_BASE + DRM_HLACCEL_READ_ERRORS, struct drm_hlaccel_read_errors)

#if defined(__cplusplus)
}
#endif

#endif /* _UAPI_HLACCEL_H_ */
