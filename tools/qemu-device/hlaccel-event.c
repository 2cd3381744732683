/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Habana accelerator model: interrupts of the device CPU and the event queue.
 *
 * An engine's error arrives as an interrupt number, becomes an event of the
 * table, and an entry of the host's queue as soon as the host wants events and
 * has room.  An event that the host acknowledges by unmasking is delivered once
 * until then; if its cause came again meanwhile it is delivered once more.
 */
#include "qemu/osdep.h"
#include "qemu/bitmap.h"
#include "qemu/bswap.h"
#include "qemu/log.h"
#include "hlaccel-mmio.h"
#include "hlaccel-fw.h"
#include "trace.h"

#define EQ_ENTRY        64
#define EQ_READY        (1u << 31)
#define SM_SEI_FIRST    277

static void write_entry(HlaccelState *s, const HlaccelEvent *ev)
{
    HlaccelEventQueue *eq = &s->fw->eq;
    uint64_t at = eq->base + EQ_ENTRY * eq->pi;
    uint32_t ctl;

    eq->index++;
    if (s->props.fw_fault == HLACCEL_FW_BAD_EQ_INDEX) {
        s->fw->fault_met = true;
        eq->index += 7;
    }
    ctl = cpu_to_le32(EQ_READY | (uint32_t)ev->fc_id << 16 | eq->index);
    trace_hlaccel_event(ev->fc_id, eq->pi, eq->index);
    /* The word with the owner bit last. */
    if (hlaccel_cpu_write(s, at + 8, ev->payload, sizeof(ev->payload)) !=
        MEMTX_OK || hlaccel_cpu_write(s, at + 4, &ctl, 4) != MEMTX_OK) {
        trace_hlaccel_event_dropped(ev->fc_id, "queue not writable");
        return;
    }
    eq->pi = (eq->pi + 1) % HLACCEL_EQ_ENTRIES;
    eq->outstanding++;
    s->stats.events++;
    hlaccel_msi_raise(s, 0);
}

static void flush(HlaccelState *s)
{
    HlaccelEventQueue *eq = &s->fw->eq;

    while (eq->open && eq->enabled && eq->count &&
           eq->outstanding < HLACCEL_EQ_ENTRIES) {
        HlaccelEvent ev = eq->backlog[eq->head];

        eq->head = (eq->head + 1) % HLACCEL_EQ_BACKLOG;
        eq->count--;
        write_entry(s, &ev);
    }
}

void hlaccel_event_post(HlaccelState *s, unsigned fc_id, const void *payload,
                        size_t len)
{
    HlaccelEventQueue *eq = &s->fw->eq;
    HlaccelEvent *ev;

    if (fc_id >= HLACCEL_FW_EVENTS) {
        return;
    }
    if (!eq->open) {
        trace_hlaccel_event_dropped(fc_id, "queue closed");
        return;
    }
    if (eq->count == HLACCEL_EQ_BACKLOG) {
        trace_hlaccel_event_dropped(fc_id, "backlog full");
        return;
    }
    ev = &eq->backlog[(eq->head + eq->count++) % HLACCEL_EQ_BACKLOG];
    memset(ev, 0, sizeof(*ev));
    ev->fc_id = fc_id;
    if (len) {
        memcpy(ev->payload, payload, MIN(len, sizeof(ev->payload)));
    }
    flush(s);
}

/* An event raised by the hardware: subject to masking. */
static void raise_event(HlaccelState *s, const HlaccelEventRow *row,
                        unsigned fc_id, const void *payload, size_t len)
{
    HlaccelEventQueue *eq = &s->fw->eq;

    if (!eq->open) {
        trace_hlaccel_event_dropped(fc_id, "queue closed");
        return;
    }
    if (row->unmask && test_and_set_bit(fc_id, eq->masked)) {
        set_bit(fc_id, eq->again);
        return;
    }
    hlaccel_event_post(s, fc_id, payload, len);
}

void hlaccel_event_unmask(HlaccelState *s, uint64_t fc_id)
{
    HlaccelEventQueue *eq = &s->fw->eq;
    const HlaccelEventRow *row;

    if (fc_id >= HLACCEL_FW_EVENTS) {
        return;
    }
    clear_bit(fc_id, eq->masked);
    row = hlaccel_event_by_fc(fc_id);
    if (test_and_clear_bit(fc_id, eq->again) && row) {
        raise_event(s, row, fc_id, NULL, 0);
    }
}

void hlaccel_event_sm_sei(HlaccelState *s, unsigned sm, unsigned cause,
                          uint32_t log)
{
    unsigned fc_id = SM_SEI_FIRST + sm;
    const HlaccelEventRow *row = hlaccel_event_by_fc(fc_id);
    uint8_t payload[8] = { 0 };

    stl_le_p(payload, log);
    payload[4] = cause;
    raise_event(s, row, fc_id, payload, sizeof(payload));
}

void hlaccel_gic_write(HlaccelState *s, uint32_t cpu_id)
{
    const HlaccelEventRow *row;
    unsigned fc_id;

    trace_hlaccel_gic(cpu_id);
    if (hlaccel_fw_host_irq(s, cpu_id)) {
        return;
    }
    row = hlaccel_event_by_cpu(cpu_id, &fc_id);
    if (!row) {
        qemu_log_mask(LOG_GUEST_ERROR,
                      "hlaccel: interrupt %u has no event\n", cpu_id);
        return;
    }
    raise_event(s, row, fc_id, NULL, 0);
}

void hlaccel_event_credit(HlaccelState *s, uint32_t rd_offs)
{
    HlaccelEventQueue *eq = &s->fw->eq;
    unsigned ci = rd_offs % HLACCEL_EQ_ENTRIES;
    unsigned returned = (ci - eq->ci) % HLACCEL_EQ_ENTRIES;

    if (!eq->open) {
        return;
    }
    eq->ci = ci;
    eq->outstanding -= MIN(returned, eq->outstanding);
    flush(s);
}

void hlaccel_event_open(HlaccelState *s, uint64_t base)
{
    HlaccelEventQueue *eq = &s->fw->eq;

    hlaccel_event_reset(s->fw);
    eq->open = true;
    eq->base = base;
}

void hlaccel_event_enable(HlaccelState *s, bool enable)
{
    s->fw->eq.enabled = enable;
    s->fw->heartbeats = 0;
    flush(s);
}

void hlaccel_event_reset(HlaccelFw *fw)
{
    memset(&fw->eq, 0, sizeof(fw->eq));
}
