/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Habana accelerator model: counters.
 *
 * Each counter is a read-only property; all of them are also two words (low,
 * high) in a register block that lies in a hole of the hardware's map, CFG
 * offset 0x1f00000 (BAR2 + 0x5f00000), so that a benchmark in the guest can
 * read them.  Word 0 is a signature, word 1 the number of counters, then they
 * follow in the order of the table.  The last word of the page is the property
 * hold: a benchmark can't wait for a monitor while time counts instructions.
 */
#include "qemu/osdep.h"
#include "qapi/visitor.h"
#include "sysemu/cpu-timers.h"
#include "hlaccel-mmio.h"

#define STAT_SIGNATURE  0x54534c48      /* "HLST" */
#define STAT_FIRST      8
#define STAT_HOLD       (HLACCEL_PAGE_SIZE - 4)
/* Nothing that is written by accident holds the engines */
#define STAT_HOLD_ON    0x444c4f48      /* "HOLD" */

typedef struct HlaccelStatRow {
    const char *name;
    uint64_t (*get)(HlaccelState *s);
} HlaccelStatRow;

#define STAT(field) \
    static uint64_t get_##field(HlaccelState *s) { return s->stats.field; }

STAT(mmio_reads)
STAT(mmio_writes)
STAT(dma_bytes)
STAT(irq_ns)
STAT(host_read_bytes)
STAT(host_write_bytes)
STAT(irqs)
STAT(irqs_dropped)
STAT(events)
STAT(cpu_packets)
STAT(resets)
STAT(dma_jobs)
STAT(doorbells)
STAT(cp_packets)
STAT(tpc_jobs)
STAT(mme_jobs)
STAT(peer_read_bytes)
STAT(peer_write_bytes)
STAT(tpc_bundles)

static uint64_t get_host_bytes(HlaccelState *s)
{
    return s->stats.host_read_bytes + s->stats.host_write_bytes;
}

static uint64_t get_peer_bytes(HlaccelState *s)
{
    return s->stats.peer_read_bytes + s->stats.peer_write_bytes;
}

/* Instructions that the guest has executed, as far as they are counted */
static uint64_t get_instructions(HlaccelState *s)
{
    return icount_enabled() ? icount_get_raw() : 0;
}

/* The order is what guest programs know: append only. */
static const HlaccelStatRow stat_rows[] = {
    { "stat-mmio-reads", get_mmio_reads },
    { "stat-mmio-writes", get_mmio_writes },
    { "stat-dma-bytes", get_dma_bytes },
    { "stat-host-bytes", get_host_bytes },
    { "stat-irq-ns", get_irq_ns },
    { "stat-host-read-bytes", get_host_read_bytes },
    { "stat-host-write-bytes", get_host_write_bytes },
    { "stat-irqs", get_irqs },
    { "stat-irqs-dropped", get_irqs_dropped },
    { "stat-events", get_events },
    { "stat-cpu-packets", get_cpu_packets },
    { "stat-resets", get_resets },
    { "stat-dma-jobs", get_dma_jobs },
    { "stat-doorbells", get_doorbells },
    { "stat-cp-packets", get_cp_packets },
    { "stat-tpc-jobs", get_tpc_jobs },
    { "stat-mme-jobs", get_mme_jobs },
    { "stat-now-ns", hlaccel_now },
    { "stat-instructions", get_instructions },
    { "stat-peer-bytes", get_peer_bytes },
    { "stat-peer-read-bytes", get_peer_read_bytes },
    { "stat-peer-write-bytes", get_peer_write_bytes },
    { "stat-tpc-bundles", get_tpc_bundles },
};

static uint32_t stat_read(HlaccelState *s, HlaccelBlock *blk, uint32_t off)
{
    uint64_t val;

    if (off == STAT_HOLD) {
        return s->props.hold ? STAT_HOLD_ON : 0;
    }
    if (off < STAT_FIRST) {
        return off ? ARRAY_SIZE(stat_rows) : STAT_SIGNATURE;
    }
    off -= STAT_FIRST;
    val = stat_rows[off / 8].get(s);
    return off % 8 ? val >> 32 : val;
}

static void stat_write(HlaccelState *s, HlaccelBlock *blk, uint32_t off,
                       uint32_t val, const HlaccelTxn *txn)
{
    hlaccel_set_hold(s, val == STAT_HOLD_ON);
}

static const HlaccelReg stat_regs[] = {
    { .offset = 0, .count = STAT_FIRST / 4 + 2 * ARRAY_SIZE(stat_rows),
      .flags = HLACCEL_REG_RO | HLACCEL_REG_RD },
    { .offset = STAT_HOLD,
      .flags = HLACCEL_REG_RO | HLACCEL_REG_RD | HLACCEL_REG_WR },
};

const HlaccelBlockDesc hlaccel_stat_desc = {
    .name = "counters",
    .size = HLACCEL_PAGE_SIZE,
    .sticky = true,
    .regs = stat_regs,
    .nregs = ARRAY_SIZE(stat_regs),
    .read = stat_read,
    .write = stat_write,
};

static void stat_get(Object *obj, Visitor *v, const char *name, void *opaque,
                     Error **errp)
{
    const HlaccelStatRow *row = opaque;
    uint64_t val = row->get(HLACCEL(obj));

    visit_type_uint64(v, name, &val, errp);
}

void hlaccel_stat_add_properties(ObjectClass *oc)
{
    unsigned i;

    for (i = 0; i < ARRAY_SIZE(stat_rows); i++) {
        object_class_property_add(oc, stat_rows[i].name, "uint64", stat_get,
                                  NULL, NULL, (void *)&stat_rows[i]);
    }
}
