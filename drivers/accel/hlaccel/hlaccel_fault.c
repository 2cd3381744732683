// SPDX-License-Identifier: GPL-2.0
/*
 * Whose fault it was: from what the hardware has latched to a client's record.
 */
#include <kunit/visibility.h>

#include <linux/bitfield.h>
#include <linux/export.h>
#include <linux/llist.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include <drm/drm_drv.h>
#include <drm/drm_managed.h>
#include <drm/drm_print.h>

#include "hlaccel_compat.h"
#include "hlaccel_device.h"
#include "hlaccel_drv.h"
#include "hlaccel_error.h"
#include "hlaccel_fault.h"
#include "hlaccel_fault_private.h"
#include "hlaccel_io.h"
#include "hlaccel_mmu.h"
#include "hlaccel_ring_priv.h"
#include "hlaccel_trace.h"
#include "regs/dma_regs.h"
#include "regs/mmu_regs.h"
#include "regs/qman_regs.h"
#include "regs/tpc_regs.h"

/**
 * DOC: blame
 *
 * The hardware tells about an error in pieces that do not name each other:
 *
 * - DMA cores and all queue managers write a word in host memory that belongs to
 *   the job that runs. This is sure, and the only thing that makes a job fail.
 * - The translation unit latches the first address that it refuses, the routers'
 *   checks who was blocked, neither with a job.
 * - The firmware sends an event, some time later, with the number of an engine.
 *
 * When a job ends with its word set, a note is made in the interrupt: engine,
 * queue, job, client. A worker, or a reader of records who comes earlier, looks the
 * rest up: what was latched before the job ended is there by then. A latched address
 * goes to a copy if it is one of the copy's, and to a program if no other client's
 * program failed at the same time; a blocked access goes to the engine that it
 * names. What fits nobody is for the log alone: better no address than somebody
 * else's.
 *
 * TPC and MME cores have no such word. Their events go to the job that runs there or
 * was the last one to, unless the engine has changed hands meanwhile; so do latched
 * accesses that nobody has claimed after a while.
 */

/* Latched accesses that are remembered */
#define FAULT_CAPTURES		8

/* An access that a job with an error word did must be claimed until then */
#define FAULT_CLAIM_TIME	msecs_to_jiffies(50)
/* A job may run on for a while after its fault: no longer than its time limit */
#define FAULT_EXPIRE_TIME	msecs_to_jiffies(HLACCEL_MAX_TIMEOUT_MS + 2000)
/* An event this late after a job is not about the job */
#define FAULT_EVENT_TIME	msecs_to_jiffies(200)

/**
 * struct hlaccel_faults - Errors of a device
 * @hdev: device
 * @lock: protects @clients; a leaf but for the records' locks
 * @clients: all open files' records
 * @notes: jobs that are yet to be explained
 * @collect: protects what follows, and keeps notes in order. Its holder waits for
 *           nothing but register accesses.
 * @captures: latched accesses
 * @next: where the next one goes
 * @work: explains the notes
 * @leftover: looks after accesses that nobody claimed
 */
struct hlaccel_faults {
	struct hlaccel_device *hdev;
	spinlock_t lock; /* clients */
	struct list_head clients;
	struct llist_head notes;
	struct mutex collect; /* captures */
	struct hlaccel_capture captures[FAULT_CAPTURES];
	unsigned int next;
	struct work_struct work;
	struct delayed_work leftover;
};

static const char * const fault_names[] = {
	[DRM_HLACCEL_ERROR_PAGE_FAULT] = "page fault",
	[DRM_HLACCEL_ERROR_BLOCKED] = "blocked access",
	[DRM_HLACCEL_ERROR_ENGINE] = "engine error",
	[DRM_HLACCEL_ERROR_PROGRAM] = "program refused",
	[DRM_HLACCEL_ERROR_TIMEOUT] = "timeout",
	[DRM_HLACCEL_ERROR_RESET] = "reset",
};

static const char * const capture_names[] = {
	[HLACCEL_CAPTURE_PAGE] = "page fault",
	[HLACCEL_CAPTURE_ACCESS] = "access without permission",
	[HLACCEL_CAPTURE_WRITE] = "blocked write",
	[HLACCEL_CAPTURE_READ] = "blocked read",
};

/**
 * hlaccel_fault_initiator() - Who is behind the number of a blocked access
 * @desc: kind of chip
 * @id: the number, as the hardware has latched it
 *
 * Return: the row, or NULL if it is none of the engines
 */
const struct hlaccel_initiator *
hlaccel_fault_initiator(const struct hlaccel_asic_desc *desc, u32 id)
{
	unsigned int i;

	for (i = 0; i < desc->num_initiators; i++) {
		const struct hlaccel_initiator *row = &desc->initiators[i];

		if (row->x == FIELD_GET(RAZWI_ID_X, id) && row->y == FIELD_GET(RAZWI_ID_Y, id) &&
		    row->axi == FIELD_GET(RAZWI_ID_AXI, id))
			return row;
	}
	return NULL;
}
EXPORT_SYMBOL_IF_KUNIT(hlaccel_fault_initiator);

/* Not while a reset has the hardware; who explains errors never waits for that */
static bool hw_begin(struct hlaccel_device *hdev, int *idx)
{
	if (!down_read_trylock(&hdev->reset_lock))
		return false;
	if (hlaccel_device_state(hdev) == HLACCEL_STATE_UP && drm_dev_enter(&hdev->drm, idx))
		return true;
	up_read(&hdev->reset_lock);
	return false;
}

static bool capture_is_address(const struct hlaccel_capture *capture)
{
	return capture->kind == HLACCEL_CAPTURE_PAGE || capture->kind == HLACCEL_CAPTURE_ACCESS;
}

static void read_captures(struct hlaccel_faults *faults)
{
	struct hlaccel_capture new[HLACCEL_MMU_CAPTURES];
	unsigned int i, num = hlaccel_mmu_take_captures(faults->hdev, new);

	for (i = 0; i < num; i++) {
		faults->captures[faults->next++ % FAULT_CAPTURES] = new[i];
		trace_hlaccel_capture(faults->hdev, &new[i]);
	}
	hlaccel_compat_capture(faults->hdev, new, num);
	if (num)
		queue_delayed_work(system_unbound_wq, &faults->leftover, FAULT_CLAIM_TIME);
}

static bool engine_did(const struct hlaccel_ring *ring, const struct hlaccel_capture *capture)
{
	const struct hlaccel_initiator *row;

	row = hlaccel_fault_initiator(ring->hdev->desc, capture->id);
	return row && row->kind == ring->engine->kind &&
	       row->instances & BIT(ring->engine->instance);
}

static bool copy_did(const struct hlaccel_fault_note *note, u64 address)
{
	return address - note->src < note->size || address - note->dst < note->size;
}

/* Is there a program of another client among those that failed? */
static bool rival(const struct hlaccel_fault_note *note, struct llist_node *all)
{
	const struct hlaccel_fault_note *other;

	llist_for_each_entry(other, all, node) {
		if (other->program && other->errors != note->errors)
			return true;
	}
	return false;
}

/**
 * hlaccel_fault_mine() - Was it this job that did a latched access?
 * @note: the job
 * @capture: the access
 * @all: all jobs that failed at the same time
 *
 * Return: true if it was; false if it may as well have been somebody else
 */
bool hlaccel_fault_mine(const struct hlaccel_fault_note *note,
			const struct hlaccel_capture *capture, struct llist_node *all)
{
	if (!capture_is_address(capture))
		return engine_did(note->ring, capture);
	if (note->program)
		return !rival(note, all);
	return copy_did(note, capture->address);
}
EXPORT_SYMBOL_IF_KUNIT(hlaccel_fault_mine);

static struct hlaccel_capture *find_capture(struct hlaccel_faults *faults,
					    const struct hlaccel_fault_note *note,
					    struct llist_node *all)
{
	unsigned int i;

	/* From the oldest one */
	for (i = 0; i < FAULT_CAPTURES; i++) {
		struct hlaccel_capture *capture =
			&faults->captures[(faults->next + i) % FAULT_CAPTURES];

		if (!capture->used && hlaccel_fault_mine(note, capture, all))
			return capture;
	}
	return NULL;
}

static void use_capture(struct hlaccel_capture *capture, struct drm_hlaccel_error *record)
{
	capture->used = true;
	if (!capture_is_address(capture)) {
		record->kind = DRM_HLACCEL_ERROR_BLOCKED;
		return;
	}
	record->kind = DRM_HLACCEL_ERROR_PAGE_FAULT;
	record->address = capture->address;
	record->flags |= DRM_HLACCEL_ERROR_HAS_ADDRESS;
}

/* Tell everybody who may know */
static void emit(struct hlaccel_device *hdev, struct hlaccel_errors *errors,
		 const struct drm_hlaccel_error *record, const char *engine)
{
	u64 client = errors ? errors->client : 0;

	trace_hlaccel_fault(hdev, client, record);
	if (record->flags & DRM_HLACCEL_ERROR_HAS_ADDRESS)
		dev_notice_ratelimited(hdev->drm.dev, "%s: %s at %#llx, client %llu queue %u job %llu\n",
				       engine, fault_names[record->kind], record->address, client,
				       record->queue_id, record->seqno);
	else
		dev_notice_ratelimited(hdev->drm.dev, "%s: %s, cause %#x, client %llu queue %u job %llu\n",
				       engine, fault_names[record->kind], record->cause, client,
				       record->queue_id, record->seqno);
	if (errors)
		hlaccel_errors_add(errors, record);
}

/*
 * What the engine has latched; a job's last packets clear it, so it is mostly there
 * for a job that did not get that far.
 */
static u32 read_cause(struct hlaccel_ring *ring, u8 sign)
{
	unsigned int cp = ring->engine->lower_cp ? HLACCEL_QMAN_LOWER : 0;
	u32 reg = ring->engine->qman + QMAN_GLBL_STS1(cp), cause;

	if (sign == HLACCEL_FAULT_CORE) {
		if (!ring->kind->error_cause)
			return 0;
		reg = ring->engine->base + ring->kind->error_cause;
	}
	cause = hlaccel_cfg_read(ring->hdev, reg);
	if (cause)
		hlaccel_cfg_write(ring->hdev, reg, cause);
	return hlaccel_io_gone(ring->hdev) ? 0 : cause;
}

static void explain(struct hlaccel_faults *faults, struct hlaccel_fault_note *note,
		    struct llist_node *all, bool hw)
{
	struct drm_hlaccel_error *record = &note->record;
	struct hlaccel_capture *capture;

	if (note->sign == HLACCEL_FAULT_TIMEOUT) {
		record->kind = DRM_HLACCEL_ERROR_TIMEOUT;
	} else {
		record->kind = note->sign == HLACCEL_FAULT_QMAN ? DRM_HLACCEL_ERROR_PROGRAM :
								  DRM_HLACCEL_ERROR_ENGINE;
		capture = find_capture(faults, note, all);
		if (capture)
			use_capture(capture, record);
		if (hw)
			record->cause = read_cause(note->ring, note->sign);
		if (record->cause)
			record->flags |= DRM_HLACCEL_ERROR_HAS_CAUSE;
	}
	emit(faults->hdev, note->errors, record, note->ring->engine->name);
}

static void free_notes(struct llist_node *list)
{
	struct hlaccel_fault_note *note, *next;

	llist_for_each_entry_safe(note, next, list, node) {
		if (note->errors) {
			atomic_dec(&note->errors->pending);
			hlaccel_errors_put(note->errors);
		}
		kfree(note);
	}
}

static void collect_locked(struct hlaccel_faults *faults)
{
	struct llist_node *list;
	struct hlaccel_fault_note *note;
	int idx;
	bool hw;

	lockdep_assert_held(&faults->collect);

	list = llist_reverse_order(llist_del_all(&faults->notes));
	hw = hw_begin(faults->hdev, &idx);
	if (hw)
		read_captures(faults);
	llist_for_each_entry(note, list, node)
		explain(faults, note, list, hw);
	if (hw)
		hlaccel_device_hw_end(faults->hdev, idx);
	free_notes(list);
}

/**
 * hlaccel_fault_collect() - Explain what there is to be explained
 * @hdev: device
 *
 * Process context. Waits for nothing but register accesses.
 */
void hlaccel_fault_collect(struct hlaccel_device *hdev)
{
	guard(mutex)(&hdev->faults->collect);
	collect_locked(hdev->faults);
}

static void fault_work(struct work_struct *work)
{
	struct hlaccel_faults *faults = container_of(work, struct hlaccel_faults, work);

	hlaccel_fault_collect(faults->hdev);
}

/**
 * hlaccel_fault_job() - There is something wrong with a job
 * @job: the job; its ring's lock is held
 * @sign: what tells
 *
 * Any context.
 */
void hlaccel_fault_job(struct hlaccel_job *job, enum hlaccel_fault_sign sign)
{
	struct hlaccel_client *client = job->queue->client;
	struct hlaccel_ring *ring = job->queue->ring;
	struct hlaccel_faults *faults = ring->hdev->faults;
	struct hlaccel_fault_note *note;

	lockdep_assert_held(&ring->lock);

	if (client && atomic_inc_return(&client->errors->pending) > HLACCEL_MAX_ERRORS)
		note = NULL;
	else
		note = kzalloc(sizeof(*note), GFP_ATOMIC | __GFP_NOWARN);
	if (!note) {
		if (client) {
			atomic_dec(&client->errors->pending);
			hlaccel_errors_lose(client->errors);
		}
		return;
	}
	note->errors = client ? hlaccel_errors_get(client->errors) : NULL;
	note->ring = ring;
	note->sign = sign;
	note->program = job->type == DRM_HLACCEL_JOB_COMMAND ||
			job->type == DRM_HLACCEL_JOB_PACKETS;
	note->src = job->type == DRM_HLACCEL_JOB_FILL ? job->dst : job->src;
	note->dst = job->dst;
	note->size = job->size;
	note->record.flags = DRM_HLACCEL_ERROR_HAS_ENGINE | DRM_HLACCEL_ERROR_HAS_JOB;
	note->record.engine_kind = ring->engine->kind;
	note->record.engine_instance = ring->engine->instance;
	note->record.queue_id = job->queue->id;
	note->record.seqno = job->seqno;
	note->record.time_ns = ktime_get_ns();
	llist_add(&note->node, &faults->notes);
	queue_work(system_unbound_wq, &faults->work);
}

/**
 * hlaccel_fault_job_ended() - Remember who was the last one on an engine
 * @job: the job; its ring's lock is held
 *
 * For engines whose core has no error word; any context.
 */
void hlaccel_fault_job_ended(struct hlaccel_job *job)
{
	struct hlaccel_client *client = job->queue->client;
	struct hlaccel_ring *ring = job->queue->ring;

	lockdep_assert_held(&ring->lock);

	if (!client)
		return;
	if (ring->last.errors != client->errors) {
		if (ring->last.errors)
			hlaccel_errors_put(ring->last.errors);
		ring->last.errors = hlaccel_errors_get(client->errors);
	}
	ring->last.queue_id = job->queue->id;
	ring->last.seqno = job->seqno;
	ring->last.time = jiffies;
}

/**
 * hlaccel_fault_forget() - Forget who was the last one on an engine
 * @ring: its ring, which nobody uses any more
 */
void hlaccel_fault_forget(struct hlaccel_ring *ring)
{
	if (ring->last.errors)
		hlaccel_errors_put(ring->last.errors);
	ring->last.errors = NULL;
}

/**
 * hlaccel_fault_blame() - Who has the engine, or had it lately?
 * @ring: its ring
 * @who: gets the answer, with a reference
 *
 * Return: false if it is nobody, or more than one
 */
bool hlaccel_fault_blame(struct hlaccel_ring *ring, struct hlaccel_fault_suspect *who)
{
	struct hlaccel_errors *last = NULL, *now = NULL;
	struct hlaccel_job *job;
	unsigned long flags;

	*who = (struct hlaccel_fault_suspect) {};
	spin_lock_irqsave(&ring->lock, flags);
	job = hlaccel_ring_head(ring);
	if (job && job->queue->client)
		now = job->queue->client->errors;
	if (ring->last.errors && time_before(jiffies, ring->last.time + FAULT_EVENT_TIME))
		last = ring->last.errors;
	if (now && (!last || last == now)) {
		who->errors = hlaccel_errors_get(now);
		who->queue_id = job->queue->id;
		who->seqno = job->seqno;
	} else if (last && !now) {
		who->errors = hlaccel_errors_get(last);
		who->queue_id = ring->last.queue_id;
		who->seqno = ring->last.seqno;
	} else {
		who->several = now;
	}
	spin_unlock_irqrestore(&ring->lock, flags);
	return who->errors;
}
EXPORT_SYMBOL_IF_KUNIT(hlaccel_fault_blame);

static struct drm_hlaccel_error blame_record(struct hlaccel_ring *ring,
					     const struct hlaccel_fault_suspect *who)
{
	struct drm_hlaccel_error record = {
		.kind = DRM_HLACCEL_ERROR_ENGINE,
		.flags = DRM_HLACCEL_ERROR_HAS_ENGINE,
		.engine_kind = ring->engine->kind,
		.engine_instance = ring->engine->instance,
		.time_ns = ktime_get_ns(),
	};

	if (who->errors) {
		record.flags |= DRM_HLACCEL_ERROR_HAS_JOB;
		record.queue_id = who->queue_id;
		record.seqno = who->seqno;
	}
	return record;
}

/* The engine's core says that the host or the memory refused an access */
static bool cause_is_access(const struct hlaccel_ring *ring, u32 cause)
{
	return ring->engine->kind == DRM_HLACCEL_ENGINE_TPC && cause & TPC_INTR_HBW_RESPONSE;
}

/**
 * hlaccel_fault_event() - The firmware reports an engine whose core has no error word
 * @hdev: device
 * @engine: number of the engine
 * @cause: what the engine says
 *
 * Called by the interrupt's thread.
 */
void hlaccel_fault_event(struct hlaccel_device *hdev, unsigned int engine, u32 cause)
{
	struct hlaccel_ring *ring = &hdev->rings->ring[engine];
	struct hlaccel_faults *faults = hdev->faults;
	struct drm_hlaccel_error record;
	struct hlaccel_fault_suspect who;
	unsigned int i;

	guard(mutex)(&faults->collect);
	collect_locked(faults);
	hlaccel_fault_blame(ring, &who);
	record = blame_record(ring, &who);
	record.cause = cause;
	if (cause)
		record.flags |= DRM_HLACCEL_ERROR_HAS_CAUSE;
	for (i = 0; i < FAULT_CAPTURES; i++) {
		struct hlaccel_capture *capture =
			&faults->captures[(faults->next + i) % FAULT_CAPTURES];

		if (capture->used)
			continue;
		if (capture_is_address(capture) ? !cause_is_access(ring, cause) :
						  !engine_did(ring, capture))
			continue;
		use_capture(capture, &record);
		break;
	}
	emit(hdev, who.errors, &record, ring->engine->name);
	if (who.errors)
		hlaccel_errors_put(who.errors);
}

/* May a job that still runs there yet claim it? */
static bool may_claim(struct hlaccel_ring *ring, const struct hlaccel_capture *capture)
{
	struct hlaccel_job *job;
	unsigned long flags;
	bool may;

	if (!ring->kind->error_addr ||
	    (!capture_is_address(capture) && !engine_did(ring, capture)))
		return false;
	spin_lock_irqsave(&ring->lock, flags);
	job = hlaccel_ring_head(ring);
	may = job && job->queue->client;
	spin_unlock_irqrestore(&ring->lock, flags);
	return may;
}

/**
 * hlaccel_fault_blame_capture() - Who may have done a latched access that no job has claimed?
 * @hdev: device
 * @capture: the access
 * @found: gets one of them, with a reference, or none
 * @where: gets the engine, or NULL when it may be several
 *
 * Return: true when it can be one client only
 */
bool hlaccel_fault_blame_capture(struct hlaccel_device *hdev,
				 const struct hlaccel_capture *capture,
				 struct hlaccel_fault_suspect *found, struct hlaccel_ring **where)
{
	struct hlaccel_fault_suspect who;
	bool several = false;
	unsigned int i;

	*found = (struct hlaccel_fault_suspect) {};
	*where = NULL;
	for (i = 0; i < hdev->rings->num; i++) {
		struct hlaccel_ring *ring = &hdev->rings->ring[i];

		if (ring->kind->error_addr ||
		    (!capture_is_address(capture) && !engine_did(ring, capture)))
			continue;
		if (!hlaccel_fault_blame(ring, &who)) {
			several |= who.several;
			continue;
		}
		if (!found->errors) {
			*found = who;
			*where = ring;
			continue;
		}
		several |= who.errors != found->errors;
		/* More than one engine of the same client: none is named */
		*where = NULL;
		hlaccel_errors_put(who.errors);
	}
	return found->errors && !several;
}
EXPORT_SYMBOL_IF_KUNIT(hlaccel_fault_blame_capture);

static void settle_capture(struct hlaccel_device *hdev, struct hlaccel_capture *capture)
{
	struct drm_hlaccel_error record = { .time_ns = ktime_get_ns() };
	struct hlaccel_ring *ring;
	struct hlaccel_fault_suspect who;
	bool sure;

	sure = hlaccel_fault_blame_capture(hdev, capture, &who, &ring);
	if (sure) {
		if (ring)
			record = blame_record(ring, &who);
		use_capture(capture, &record);
		emit(hdev, who.errors, &record, ring ? ring->engine->name : "some engine");
	} else {
		capture->used = true;
		dev_notice_ratelimited(hdev->drm.dev, "%s at %#llx, initiator %#x: of nobody known\n",
				       capture_names[capture->kind], capture->address,
				       capture->id);
	}
	if (who.errors)
		hlaccel_errors_put(who.errors);
}

static void leftover_work(struct work_struct *work)
{
	struct hlaccel_faults *faults = container_of(to_delayed_work(work), struct hlaccel_faults,
						     leftover);
	struct hlaccel_device *hdev = faults->hdev;
	bool again = false;
	unsigned int i, r;

	guard(mutex)(&faults->collect);
	collect_locked(faults);
	for (i = 0; i < FAULT_CAPTURES; i++) {
		struct hlaccel_capture *capture =
			&faults->captures[(faults->next + i) % FAULT_CAPTURES];
		bool wait = time_before(jiffies, capture->time + FAULT_CLAIM_TIME);

		if (capture->used)
			continue;
		for (r = 0; r < hdev->rings->num && !wait; r++)
			wait = may_claim(&hdev->rings->ring[r], capture) &&
			       time_before(jiffies, capture->time + FAULT_EXPIRE_TIME);
		again |= wait;
		if (!wait)
			settle_capture(hdev, capture);
	}
	if (again)
		queue_delayed_work(system_unbound_wq, &faults->leftover, FAULT_CLAIM_TIME);
}

/**
 * hlaccel_fault_reset() - Tell all clients that the card is being reset
 * @hdev: device
 */
void hlaccel_fault_reset(struct hlaccel_device *hdev)
{
	const struct drm_hlaccel_error record = {
		.kind = DRM_HLACCEL_ERROR_RESET,
		.time_ns = ktime_get_ns(),
	};
	struct hlaccel_faults *faults = hdev->faults;
	struct hlaccel_errors *errors;

	/* What led to it comes first */
	hlaccel_fault_collect(hdev);
	trace_hlaccel_fault(hdev, 0, &record);
	spin_lock_irq(&faults->lock);
	list_for_each_entry(errors, &faults->clients, link)
		hlaccel_errors_add(errors, &record);
	spin_unlock_irq(&faults->lock);
}

/**
 * hlaccel_fault_attach() - A file was opened
 * @hdev: device
 * @errors: its client's records
 */
void hlaccel_fault_attach(struct hlaccel_device *hdev, struct hlaccel_errors *errors)
{
	spin_lock_irq(&hdev->faults->lock);
	list_add_tail(&errors->link, &hdev->faults->clients);
	spin_unlock_irq(&hdev->faults->lock);
}

/**
 * hlaccel_fault_detach() - The file is closed
 * @hdev: device
 * @errors: its client's records
 */
void hlaccel_fault_detach(struct hlaccel_device *hdev, struct hlaccel_errors *errors)
{
	spin_lock_irq(&hdev->faults->lock);
	list_del_init(&errors->link);
	spin_unlock_irq(&hdev->faults->lock);
}

/**
 * hlaccel_fault_init() - Software state
 * @hdev: device
 *
 * Return: 0 or a negative errno
 */
int hlaccel_fault_init(struct hlaccel_device *hdev)
{
	struct hlaccel_faults *faults;
	unsigned int i;

	faults = drmm_kzalloc(&hdev->drm, sizeof(*faults), GFP_KERNEL);
	if (!faults)
		return -ENOMEM;
	faults->hdev = hdev;
	spin_lock_init(&faults->lock);
	INIT_LIST_HEAD(&faults->clients);
	init_llist_head(&faults->notes);
	for (i = 0; i < FAULT_CAPTURES; i++)
		faults->captures[i].used = true;
	INIT_WORK(&faults->work, fault_work);
	INIT_DELAYED_WORK(&faults->leftover, leftover_work);
	hdev->faults = faults;
	return drmm_mutex_init(&hdev->drm, &faults->collect);
}

/**
 * hlaccel_fault_stop() - Explain nothing any more
 * @hdev: device, whose rings and interrupt are stopped for good
 *
 * What is left is explained without the hardware.
 */
void hlaccel_fault_stop(struct hlaccel_device *hdev)
{
	cancel_work_sync(&hdev->faults->work);
	hlaccel_fault_collect(hdev);
	cancel_delayed_work_sync(&hdev->faults->leftover);
}
