/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Habana accelerator model: programs of the tensor processor cores.
 *
 * tpc/ interprets; this file gives it the device around it and a thread to run
 * in.  With engines=inline a program runs in slices from the virtual-clock
 * timer.  Otherwise it runs in a worker of QEMU's thread pool.
 *
 * A worker reaches device memory by itself, through windows that were checked
 * when they were opened.  Everything else (host memory, registers, whatever is
 * refused) needs the BQL.  A reset holds the BQL and may not return before the
 * worker has let go of memory, so a worker marks itself quiet before it waits
 * for the BQL, and afterwards looks whether it is still wanted.
 */
#include "qemu/osdep.h"
#include "qemu/atomic.h"
#include "qemu/log.h"
#include "qemu/main-loop.h"
#include "qemu/thread.h"
#include "qemu/units.h"
#include "block/aio.h"
#include "block/thread-pool.h"
#include "hlaccel-engines.h"
#include "tpc/tpc-core.h"
#include "trace.h"

/* Bundles between two looks at what the engine is told, some 100 us. */
#define WORKER_SLICE    4096
/* Bundles that the main loop runs before it lets others have their turn. */
#define INLINE_SLICE    16384

/* Sizes of a window, tried in this order. */
static const uint64_t window_size[] = { 1 * GiB, 2 * MiB, 4 * KiB };

/* Who has the run: decided once, by compare and swap. */
enum {
    RUN_IDLE,
    RUN_QUEUED,
    RUN_RUNNING,
    RUN_CANCELLED,
};

struct HlaccelTpcRun {
    HlaccelTpc *t;              /* NULL: abandoned, free it (BQL) */
    HlaccelState *s;
    TpcCore *core;
    HlaccelBlock *blk;
    HlaccelTxn rd;
    HlaccelTxn wr;
    HlaccelTxn cfg;
    bool threaded;
    bool on_stack;              /* a slice runs in the main loop (BQL) */
    bool dead;                  /* abandoned (BQL) */
    bool rmw_held;
    int state;
    bool stop;                  /* leave the worker; the program may go on */
    bool gone;                  /* as dead, for those without the BQL */
    QemuEvent quiet;            /* set: touches no memory without the BQL */
    uint64_t counted;           /* bundles in the counters already */
    TpcResult result;
};

/* --- the device, as a program sees it --- */

static bool run_enter(HlaccelTpcRun *run)
{
    if (run->threaded) {
        qemu_event_set(&run->quiet);
        qemu_mutex_lock_iothread();
    }
    return !run->dead;
}

static void run_leave(HlaccelTpcRun *run)
{
    if (run->threaded) {
        if (!run->dead) {
            /* Work that a register write set off is not ours to count. */
            hlaccel_charge_take(run->s);
            qemu_event_reset(&run->quiet);
        }
        qemu_mutex_unlock_iothread();
    }
}

typedef struct Access {
    HlaccelTpcRun *run;
    const HlaccelTxn *txn;
    uint64_t va;
    void *in;
    const void *out;
    uint32_t len;
    bool ok;
} Access;

static void access_do(void *opaque)
{
    Access *a = opaque;
    HlaccelState *s = a->run->s;
    MemTxResult res;

    if (a->in) {
        res = hlaccel_bus_read(s, a->txn, a->va, a->in, a->len);
    } else {
        res = hlaccel_bus_write(s, a->txn, a->va, a->out, a->len);
    }
    a->ok = res == MEMTX_OK;
}

static bool run_access(Access *a)
{
    HlaccelTpcRun *run = a->run;

    if (run_enter(run)) {
        hlaccel_guarded(run->s, access_do, a);
    }
    /* The access itself may have been what ended this run. */
    a->ok = a->ok && !run->dead;
    run_leave(run);
    return a->ok;
}

static bool run_read(void *opaque, uint64_t va, void *buf, uint32_t len)
{
    HlaccelTpcRun *run = opaque;
    Access a = { .run = run, .txn = &run->rd, .va = va, .in = buf,
                 .len = len };

    return run_access(&a);
}

static bool run_write(void *opaque, uint64_t va, const void *buf, uint32_t len)
{
    HlaccelTpcRun *run = opaque;
    Access a = { .run = run, .txn = &run->wr, .va = va, .out = buf,
                 .len = len };

    return run_access(&a);
}

static bool run_window(void *opaque, uint64_t va, bool write, TpcWindow *w)
{
    HlaccelTpcRun *run = opaque;
    const HlaccelTxn *txn = write ? &run->wr : &run->rd;
    bool found = false;
    HlaccelSeg seg;
    unsigned i;

    if (run_enter(run)) {
        for (i = 0; i < ARRAY_SIZE(window_size) && !found; i++) {
            found = hlaccel_bus_direct(run->s, txn, va, window_size[i], write,
                                       &w->va, &seg);
        }
    }
    if (found) {
        w->len = seg.len;
        w->host = seg.ptr;
        w->writable = write;
    }
    run_leave(run);
    return found;
}

static uint32_t run_cfg_read(void *opaque, uint32_t offset)
{
    HlaccelTpcRun *run = opaque;

    return qatomic_read(&run->blk->words[offset / 4]);
}

static void run_cfg_write(void *opaque, uint32_t offset, uint32_t value)
{
    HlaccelTpcRun *run = opaque;
    uint32_t le = cpu_to_le32(value);
    Access a = {
        .run = run,
        .txn = &run->cfg,
        .va = HLACCEL_CFG_DA + run->blk->base + offset,
        .out = &le,
        .len = sizeof(le),
    };

    /* A refusal was reported; a posted write has nobody else to tell. */
    run_access(&a);
}

/*
 * Against the other cores' read-modify-write stores.  Whoever waits may not
 * sleep: the holder can be waiting for the BQL, and a reset for us.
 */
static void run_rmw_lock(void *opaque, bool lock)
{
    HlaccelTpcRun *run = opaque;
    int *owner = &run->s->eng->tpc_rmw;

    if (!run->threaded) {
        return;
    }
    if (!lock) {
        if (run->rmw_held) {
            run->rmw_held = false;
            qatomic_store_release(owner, 0);
        }
        return;
    }
    while (!qatomic_read(&run->gone)) {
        if (qatomic_cmpxchg(owner, 0, 1) == 0) {
            run->rmw_held = true;
            return;
        }
        g_thread_yield();
    }
}

static void run_trace(void *opaque, TpcCore *core, uint64_t pc)
{
    HlaccelTpcRun *run = opaque;
    char text[1024];

    trace_hlaccel_tpc_bundle(run->blk->index, pc,
                             tpc_core_trace_text(core, text, sizeof(text)));
}

static void run_report(void *opaque, uint64_t pc, const char *text)
{
    HlaccelTpcRun *run = opaque;

    qemu_log_mask(LOG_GUEST_ERROR, "hlaccel: tpc %u: program at 0x%" PRIx64
                  ": %s\n", run->blk->index, pc, text);
}

static void run_note(void *opaque, uint64_t pc, const char *text)
{
    HlaccelTpcRun *run = opaque;

    qemu_log_mask(LOG_UNIMP, "hlaccel: unimp: tpc %u: program at 0x%" PRIx64
                  ": %s\n", run->blk->index, pc, text);
}

static const TpcBusOps run_ops = {
    .window = run_window,
    .read = run_read,
    .write = run_write,
    .fetch = run_read,
    .cfg_read = run_cfg_read,
    .cfg_write = run_cfg_write,
    .rmw_lock = run_rmw_lock,
    .trace = run_trace,
    .report = run_report,
    .note = run_note,
};

/* --- life of a run --- */

static void run_free(HlaccelTpcRun *run)
{
    tpc_core_free(run->core);
    qemu_event_destroy(&run->quiet);
    g_free(run);
}

static HlaccelTpcRun *run_get(HlaccelTpc *t)
{
    HlaccelTpcRun *run = t->run;

    if (run) {
        return run;
    }
    run = g_new0(HlaccelTpcRun, 1);
    run->core = tpc_core_new(&run_ops, run);
    if (!run->core) {
        g_free(run);
        return NULL;
    }
    run->t = t;
    run->s = t->s;
    run->blk = t->blk;
    qemu_event_init(&run->quiet, true);
    tpc_core_reset(run->core);
    t->run = run;
    return run;
}

/* Privilege and address space hold for the whole program. */
static void run_set_txn(HlaccelTxn *txn, HlaccelTpc *t, bool secured,
                        uint32_t props)
{
    hlaccel_txn_init(txn, HLACCEL_UNIT_TPC, t->index);
    hlaccel_txn_props(txn, secured, props);
}

bool hlaccel_tpc_run_launch(HlaccelTpc *t, const HlaccelTpcProps *props)
{
    HlaccelTpcRun *run = run_get(t);

    if (!run) {
        return false;
    }
    run->threaded = !t->s->props.inline_engines;
    run_set_txn(&run->rd, t, props->rd_secured, props->rd_props);
    run_set_txn(&run->wr, t, props->wr_secured, props->wr_props);
    run_set_txn(&run->cfg, t, props->wr_secured, props->wr_props);
    tpc_core_set_trace(run->core, trace_event_get_state_backends(
                           TRACE_HLACCEL_TPC_BUNDLE));
    tpc_core_set_checker(run->core, t->s->props.tpc_check);
    if (t->invalidate) {
        tpc_core_invalidate(run->core);
        t->invalidate = false;
    }
    tpc_core_launch(run->core);
    run->counted = tpc_core_stats(run->core)->bundles;
    return true;
}

/* What a slice has come to; the engine half goes on from here. */
static void run_report_result(HlaccelTpcRun *run)
{
    HlaccelTpc *t = run->t;
    const TpcStop *stop = tpc_core_stop(run->core);
    uint64_t bundles = tpc_core_stats(run->core)->bundles;

    t->s->stats.tpc_bundles += bundles - run->counted;
    run->counted = bundles;
    switch (run->result) {
    case TPC_RUNNING:
        hlaccel_tpc_slice_done(t);
        return;
    case TPC_HALTED:
        trace_hlaccel_tpc_end(t->index, "halt", stop->pc, 0);
        hlaccel_tpc_halted(t);
        return;
    case TPC_FAULT:
        trace_hlaccel_tpc_end(t->index, "fault", stop->pc, stop->va);
        qemu_log_mask(LOG_GUEST_ERROR, "hlaccel: tpc %u: program at 0x%"
                      PRIx64 " may not %s 0x%" PRIx64 "\n", t->index,
                      stop->pc, stop->write ? "write" : "read", stop->va);
        hlaccel_tpc_failed(t, stop->write ? HLACCEL_TPC_HBW_WRITE :
                           HLACCEL_TPC_HBW_READ);
        return;
    default:
        trace_hlaccel_tpc_end(t->index, "undefined", stop->pc, 0);
        qemu_log_mask(LOG_GUEST_ERROR, "hlaccel: tpc %u: program at 0x%"
                      PRIx64 ": undefined operation: %s\n", t->index,
                      stop->pc, stop->why ? stop->why : "unknown");
        hlaccel_tpc_failed(t, HLACCEL_TPC_ILLEGAL);
        return;
    }
}

static int run_worker(void *opaque)
{
    HlaccelTpcRun *run = opaque;
    TpcResult result = TPC_RUNNING;

    if (qatomic_cmpxchg(&run->state, RUN_QUEUED, RUN_RUNNING) != RUN_QUEUED) {
        return 0;
    }
    while (result == TPC_RUNNING && !qatomic_read(&run->stop)) {
        result = tpc_run(run->core, WORKER_SLICE);
    }
    run_rmw_lock(run, false);
    run->result = result;
    qemu_event_set(&run->quiet);
    return 0;
}

static void run_guarded_done(void *opaque)
{
    run_report_result(opaque);
}

static void run_worker_done(void *opaque, int ret)
{
    HlaccelTpcRun *run = opaque;

    if (!run->t) {
        run_free(run);
        return;
    }
    qatomic_set(&run->state, RUN_IDLE);
    hlaccel_guarded(run->s, run_guarded_done, run);
}

static void run_submit(HlaccelTpcRun *run)
{
    ThreadPool *pool = aio_get_thread_pool(qemu_get_aio_context());

    qatomic_set(&run->stop, false);
    qemu_event_reset(&run->quiet);
    qatomic_set(&run->state, RUN_QUEUED);
    thread_pool_submit_aio(pool, run_worker, run, run_worker_done, run);
}

static void run_slice(HlaccelTpcRun *run)
{
    run->on_stack = true;
    run->result = tpc_run(run->core, INLINE_SLICE);
    run->on_stack = false;
    if (!run->t) {
        /* A reset in the middle: nobody else knows of it any more. */
        run_free(run);
        return;
    }
    run_report_result(run);
}

void hlaccel_tpc_run_go(HlaccelTpc *t)
{
    HlaccelTpcRun *run = t->run;

    if (!run || run->on_stack || qatomic_read(&run->state) != RUN_IDLE) {
        return;
    }
    if (run->threaded) {
        run_submit(run);
    } else {
        run_slice(run);
    }
}

void hlaccel_tpc_run_stop(HlaccelTpc *t)
{
    if (t->run) {
        qatomic_set(&t->run->stop, true);
    }
}

void hlaccel_tpc_run_abandon(HlaccelTpc *t)
{
    HlaccelTpcRun *run = t->run;
    int state;

    if (!run) {
        return;
    }
    t->run = NULL;
    run->t = NULL;
    run->dead = true;
    qatomic_set(&run->gone, true);
    qatomic_set(&run->stop, true);
    tpc_core_abort(run->core);
    state = qatomic_cmpxchg(&run->state, RUN_QUEUED, RUN_CANCELLED);
    if (state == RUN_RUNNING) {
        qemu_event_wait(&run->quiet);
    } else if (state == RUN_IDLE && !run->on_stack) {
        run_free(run);
    }
}
