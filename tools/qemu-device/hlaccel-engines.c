/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Habana accelerator model: life of the engine half and its deferred work.
 *
 * Every engine does its work from a work item: a guarded bottom half with
 * engines=threads, a virtual-clock timer with engines=inline.  Each run has a
 * budget.  When it is used up the item comes back by timer even with threads,
 * because an endless program in a chain of bottom halves would keep the vCPUs
 * from ever getting the lock.
 */
#include "qemu/osdep.h"
#include "qemu/main-loop.h"
#include "qemu/units.h"
#include "hlaccel-engines.h"

#define HLACCEL_AGAIN_NS        20000

void hlaccel_guarded(HlaccelState *s, void (*fn)(void *opaque), void *opaque)
{
    MemReentrancyGuard *guard = &DEVICE(s)->mem_reentrancy_guard;
    bool engaged = guard->engaged_in_io;

    /* A DMA to our own BARs must bounce off, from timers too. */
    guard->engaged_in_io = true;
    fn(opaque);
    guard->engaged_in_io = engaged;
}

static void hlaccel_work_run(void *opaque)
{
    HlaccelWork *w = opaque;

    hlaccel_guarded(w->s, w->fn, w->opaque);
}

void hlaccel_work_init(HlaccelWork *w, HlaccelState *s,
                       void (*fn)(void *opaque), void *opaque)
{
    w->s = s;
    w->fn = fn;
    w->opaque = opaque;
    w->bh = qemu_bh_new_guarded(hlaccel_work_run, w,
                                &DEVICE(s)->mem_reentrancy_guard);
    w->timer = timer_new_ns(QEMU_CLOCK_VIRTUAL, hlaccel_work_run, w);
}

void hlaccel_work_exit(HlaccelWork *w)
{
    if (w->bh) {
        qemu_bh_delete(w->bh);
        w->bh = NULL;
    }
    if (w->timer) {
        timer_free(w->timer);
        w->timer = NULL;
    }
}

void hlaccel_work_cancel(HlaccelWork *w)
{
    qemu_bh_cancel(w->bh);
    timer_del(w->timer);
}

void hlaccel_work_after(HlaccelWork *w, uint64_t ns)
{
    timer_mod(w->timer, hlaccel_now(w->s) + ns);
}

void hlaccel_work_kick(HlaccelWork *w)
{
    if (!w->s->props.inline_engines) {
        qemu_bh_schedule(w->bh);
    } else if (!timer_pending(w->timer)) {
        hlaccel_work_after(w, w->s->props.latency_ns);
    }
}

void hlaccel_work_again(HlaccelWork *w)
{
    hlaccel_work_after(w, HLACCEL_AGAIN_NS);
}

void hlaccel_charge(HlaccelState *s, unsigned n)
{
    s->eng->charge += n;
}

uint32_t hlaccel_charge_take(HlaccelState *s)
{
    uint32_t charge = s->eng->charge;

    s->eng->charge = 0;
    return charge;
}

void hlaccel_engines_init(HlaccelState *s)
{
    s->eng = g_new0(HlaccelEngines, 1);
    hlaccel_mmu_init(s);
    hlaccel_sync_init(s);
    hlaccel_dma_init(s);
    hlaccel_tpc_init(s);
    hlaccel_mme_init(s);
    hlaccel_qman_init(s);
    hlaccel_engines_reset(s);
}

void hlaccel_engines_reset(HlaccelState *s)
{
    if (!s->eng) {
        return;
    }
    hlaccel_qman_reset(s);
    hlaccel_dma_reset(s);
    hlaccel_tpc_reset(s);
    hlaccel_mme_reset(s);
    hlaccel_sync_reset(s);
    hlaccel_mmu_reset(s);
}

void hlaccel_engines_exit(HlaccelState *s)
{
    if (!s->eng) {
        return;
    }
    hlaccel_qman_exit(s);
    hlaccel_dma_exit(s);
    hlaccel_tpc_exit(s);
    hlaccel_mme_exit(s);
    hlaccel_sync_exit(s);
    g_free(s->eng);
    s->eng = NULL;
}

void hlaccel_engines_kick(HlaccelState *s)
{
    unsigned i;

    if (!s->eng) {
        return;
    }
    for (i = 0; i < HLACCEL_QM_COUNT; i++) {
        hlaccel_qman_kick(s, i);
    }
    for (i = 0; i < HLACCEL_DMA_CORES; i++) {
        hlaccel_dma_kick(&s->eng->dma[i]);
    }
    for (i = 0; i < HLACCEL_TPCS; i++) {
        hlaccel_tpc_kick(&s->eng->tpc[i]);
    }
    for (i = 0; i < HLACCEL_MMES; i++) {
        hlaccel_mme_kick(&s->eng->mme[i]);
    }
}
