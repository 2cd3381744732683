/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Habana accelerator model: register space.
 *
 * An offset leads to a block, the block's table to a row, and the row says what
 * an access does.  Pages of the map that no block claims ("wild" pages) are
 * plain storage, allocated when first written, so that the space never takes
 * more than its own size.
 */
#include "qemu/osdep.h"
#include "qemu/bitmap.h"
#include "qemu/log.h"
#include "qemu/units.h"
#include "hlaccel-mmio.h"
#include "hlaccel-regs-plat.h"
#include "trace.h"

#define WORDS_PER_PAGE  (HLACCEL_PAGE_SIZE / 4)

typedef struct HlaccelRowMap {
    const HlaccelBlockDesc *desc;
    uint16_t *rows;
} HlaccelRowMap;

struct HlaccelMmio {
    HlaccelBlock *blocks;
    unsigned nblocks;
    HlaccelRowMap *maps;
    unsigned nmaps;
    uint16_t page_block[HLACCEL_CFG_PAGES];     /* index + 1, 0: wild */
    uint32_t *wild[HLACCEL_CFG_PAGES];
    DECLARE_BITMAP(wild_seen, HLACCEL_CFG_PAGES);
    HlaccelTxn host;
};

static unsigned reg_count(const HlaccelReg *row)
{
    return row->count ? row->count : 1;
}

static uint32_t reg_offset(const HlaccelReg *row, unsigned k)
{
    return row->offset + k * (row->stride ? row->stride : 4);
}

/* Instances of one description share one map from word to row. */
static const uint16_t *row_map(HlaccelMmio *m, const HlaccelBlockDesc *desc)
{
    HlaccelRowMap *map;
    unsigned i, k;

    for (i = 0; i < m->nmaps; i++) {
        if (m->maps[i].desc == desc) {
            return m->maps[i].rows;
        }
    }
    m->maps = g_renew(HlaccelRowMap, m->maps, m->nmaps + 1);
    map = &m->maps[m->nmaps++];
    map->desc = desc;
    map->rows = g_new0(uint16_t, desc->size / 4);
    for (i = 0; i < desc->nregs; i++) {
        for (k = 0; k < reg_count(&desc->regs[i]); k++) {
            uint32_t off = reg_offset(&desc->regs[i], k);

            /* Tables are ours: an overlap is a bug in the model. */
            assert(off < desc->size && !map->rows[off / 4]);
            map->rows[off / 4] = i + 1;
        }
    }
    return map->rows;
}

static void add_block(HlaccelMmio *m, const HlaccelBlockInst *inst, unsigned n)
{
    const HlaccelBlockDesc *desc = inst->desc;
    HlaccelBlock *blk = &m->blocks[m->nblocks++];
    unsigned page;

    blk->desc = desc;
    blk->base = inst->base + n * inst->stride;
    blk->index = inst->first + n;
    blk->words = g_new0(uint32_t, desc->size / 4);
    blk->rows = row_map(m, desc);
    blk->seen = bitmap_new(desc->size / 4);
    for (page = 0; page < desc->size / HLACCEL_PAGE_SIZE; page++) {
        uint16_t *slot = &m->page_block[blk->base / HLACCEL_PAGE_SIZE + page];

        assert(!*slot);
        *slot = m->nblocks;
    }
}

void hlaccel_mmio_init(HlaccelState *s)
{
    const HlaccelAsic *asic = s->asic;
    HlaccelMmio *m = g_new0(HlaccelMmio, 1);
    unsigned total = 0;
    unsigned i, n;

    for (i = 0; i < asic->nblocks; i++) {
        total += asic->blocks[i].count;
    }
    m->blocks = g_new0(HlaccelBlock, total);
    for (i = 0; i < asic->nblocks; i++) {
        for (n = 0; n < asic->blocks[i].count; n++) {
            add_block(m, &asic->blocks[i], n);
        }
    }
    hlaccel_txn_init(&m->host, HLACCEL_UNIT_HOST, 0);
    s->mmio = m;
    hlaccel_mmio_reset(s, true);
}

void hlaccel_mmio_exit(HlaccelState *s)
{
    HlaccelMmio *m = s->mmio;
    unsigned i;

    if (!m) {
        return;
    }
    for (i = 0; i < m->nblocks; i++) {
        g_free(m->blocks[i].words);
        g_free(m->blocks[i].seen);
    }
    for (i = 0; i < m->nmaps; i++) {
        g_free(m->maps[i].rows);
    }
    for (i = 0; i < HLACCEL_CFG_PAGES; i++) {
        g_free(m->wild[i]);
    }
    g_free(m->maps);
    g_free(m->blocks);
    g_free(m);
    s->mmio = NULL;
}

static void open_protection(uint32_t *page)
{
    memset(page + HLACCEL_PROT_WORDS / 4, 0xff,
           HLACCEL_PAGE_SIZE - HLACCEL_PROT_WORDS);
}

static void reset_block(HlaccelBlock *blk, bool cold)
{
    const HlaccelBlockDesc *desc = blk->desc;
    unsigned i, k;

    if (desc->sticky && !cold) {
        return;
    }
    for (i = 0; i < desc->size / 4; i++) {
        if (cold || !blk->rows[i] ||
            !(desc->regs[blk->rows[i] - 1].flags & HLACCEL_REG_STICKY)) {
            blk->words[i] = 0;
        }
    }
    if (desc->prot) {
        for (i = 0; i < desc->size / HLACCEL_PAGE_SIZE; i++) {
            open_protection(blk->words + i * WORDS_PER_PAGE);
        }
    }
    for (i = 0; i < desc->nregs; i++) {
        const HlaccelReg *row = &desc->regs[i];

        if (!cold && (row->flags & HLACCEL_REG_STICKY)) {
            continue;
        }
        for (k = 0; k < reg_count(row); k++) {
            blk->words[reg_offset(row, k) / 4] = row->reset;
        }
    }
}

void hlaccel_mmio_reset(HlaccelState *s, bool cold)
{
    HlaccelMmio *m = s->mmio;
    unsigned i;

    for (i = 0; i < m->nblocks; i++) {
        reset_block(&m->blocks[i], cold);
    }
    for (i = 0; i < HLACCEL_CFG_PAGES; i++) {
        g_free(m->wild[i]);
        m->wild[i] = NULL;
    }
}

HlaccelBlock *hlaccel_block_at(HlaccelState *s, uint32_t off)
{
    HlaccelMmio *m = s->mmio;
    uint16_t slot;

    if (off >= HLACCEL_REG_SPACE) {
        return NULL;
    }
    slot = m->page_block[off / HLACCEL_PAGE_SIZE];
    return slot ? &m->blocks[slot - 1] : NULL;
}

HlaccelBlock *hlaccel_block_get(HlaccelState *s, const HlaccelBlockDesc *desc,
                                unsigned index)
{
    HlaccelMmio *m = s->mmio;
    unsigned i;

    for (i = 0; i < m->nblocks; i++) {
        if (m->blocks[i].desc == desc && m->blocks[i].index == index) {
            return &m->blocks[i];
        }
    }
    return NULL;
}

uint32_t hlaccel_mmio_peek(HlaccelState *s, uint32_t off)
{
    HlaccelBlock *blk = hlaccel_block_at(s, off);
    uint32_t *page;

    if (blk) {
        return blk->words[(off - blk->base) / 4];
    }
    page = s->mmio->wild[off / HLACCEL_PAGE_SIZE];
    return page ? page[off % HLACCEL_PAGE_SIZE / 4] : 0;
}

uint32_t hlaccel_mmio_prot_word(HlaccelState *s, uint32_t off)
{
    HlaccelBlock *blk = hlaccel_block_at(s, off);
    uint32_t word = HLACCEL_PROT_WORDS / 4 + (off % HLACCEL_PAGE_SIZE >> 7);
    uint32_t *page;

    if (!blk) {
        page = s->mmio->wild[off / HLACCEL_PAGE_SIZE];
        return page ? page[word] : UINT32_MAX;
    }
    if (!blk->desc->prot) {
        return UINT32_MAX;
    }
    return blk->words[(off - blk->base) / HLACCEL_PAGE_SIZE * WORDS_PER_PAGE +
                      word];
}

static bool is_prot_word(const HlaccelBlockDesc *desc, uint32_t off)
{
    return desc->prot && off % HLACCEL_PAGE_SIZE >= HLACCEL_PROT_WORDS;
}

static void log_unlisted(HlaccelBlock *blk, uint32_t off, bool is_write)
{
    if (blk->desc->quiet || test_and_set_bit(off / 4, blk->seen)) {
        return;
    }
    qemu_log_mask(LOG_UNIMP, "hlaccel: unimp: %s%u: register 0x%x %s\n",
                  blk->desc->name, blk->index, off,
                  is_write ? "written" : "read");
}

static void log_wild(HlaccelMmio *m, uint32_t off, bool is_write)
{
    if (!test_and_set_bit(off / HLACCEL_PAGE_SIZE, m->wild_seen)) {
        qemu_log_mask(LOG_UNIMP, "hlaccel: unimp: unclaimed register 0x%x %s\n",
                      off, is_write ? "written" : "read");
    }
}

static uint32_t wild_read(HlaccelMmio *m, uint32_t off)
{
    uint32_t *page = m->wild[off / HLACCEL_PAGE_SIZE];

    log_wild(m, off, false);
    if (!page) {
        return off % HLACCEL_PAGE_SIZE >= HLACCEL_PROT_WORDS ? UINT32_MAX : 0;
    }
    return page[off % HLACCEL_PAGE_SIZE / 4];
}

static void wild_write(HlaccelMmio *m, uint32_t off, uint32_t val)
{
    uint32_t **page = &m->wild[off / HLACCEL_PAGE_SIZE];

    log_wild(m, off, true);
    if (!*page) {
        *page = g_new0(uint32_t, WORDS_PER_PAGE);
        open_protection(*page);
    }
    (*page)[off % HLACCEL_PAGE_SIZE / 4] = val;
}

static uint32_t block_read(HlaccelState *s, HlaccelBlock *blk, uint32_t off)
{
    const HlaccelBlockDesc *desc = blk->desc;
    const HlaccelReg *row;

    if (!blk->rows[off / 4]) {
        if (!is_prot_word(desc, off)) {
            log_unlisted(blk, off, false);
        }
        return blk->words[off / 4];
    }
    row = &desc->regs[blk->rows[off / 4] - 1];
    if (row->flags & HLACCEL_REG_RD) {
        return desc->read(s, blk, off);
    }
    return row->flags & HLACCEL_REG_WO ? 0 : blk->words[off / 4];
}

static void block_write(HlaccelState *s, HlaccelBlock *blk, uint32_t off,
                        uint32_t val, const HlaccelTxn *txn)
{
    const HlaccelBlockDesc *desc = blk->desc;
    uint32_t *word = &blk->words[off / 4];
    const HlaccelReg *row;
    uint32_t mask;

    if (!blk->rows[off / 4]) {
        if (!is_prot_word(desc, off)) {
            log_unlisted(blk, off, true);
        }
        *word = val;
        return;
    }
    row = &desc->regs[blk->rows[off / 4] - 1];
    mask = row->wmask ? row->wmask : UINT32_MAX;
    if (row->flags & HLACCEL_REG_W1C) {
        *word &= ~(val & mask);
    } else if (!(row->flags & HLACCEL_REG_RO)) {
        *word = (*word & ~mask) | (val & mask);
    }
    if (row->flags & HLACCEL_REG_WR) {
        desc->write(s, blk, off, val, txn);
    }
}

/* Verdict on an access, reported if it is a refusal. */
static HlaccelVerdict judge(HlaccelState *s, const HlaccelTxn *txn,
                            uint32_t off, bool is_write)
{
    HlaccelVerdict verdict;

    if (txn->secured) {
        return HLACCEL_PASS;
    }
    verdict = hlaccel_prot_lbw(s, txn, off, is_write);
    if (verdict != HLACCEL_PASS) {
        qemu_log_mask(LOG_GUEST_ERROR,
                      "hlaccel: %s of register 0x%x by unit %d.%u blocked\n",
                      is_write ? "write" : "read", off, txn->unit,
                      txn->index);
        trace_hlaccel_blocked(txn->unit, txn->index, is_write,
                              HLACCEL_CFG_DA + off);
        hlaccel_razwi(s, txn, is_write);
    }
    return verdict;
}

MemTxResult hlaccel_cfg_read(HlaccelState *s, const HlaccelTxn *txn,
                             uint32_t off, uint32_t *val)
{
    HlaccelBlock *blk;

    *val = 0;
    if (off >= HLACCEL_REG_SPACE || off % 4) {
        return MEMTX_DECODE_ERROR;
    }
    switch (judge(s, txn, off, false)) {
    case HLACCEL_PASS:
        break;
    case HLACCEL_BLOCKED_WORD:
        *val = 0xbaba0bad;
        return MEMTX_ACCESS_ERROR;
    default:
        return MEMTX_ACCESS_ERROR;
    }
    blk = hlaccel_block_at(s, off);
    if (blk) {
        *val = block_read(s, blk, off - blk->base);
    } else {
        *val = wild_read(s->mmio, off);
    }
    return MEMTX_OK;
}

MemTxResult hlaccel_cfg_write(HlaccelState *s, const HlaccelTxn *txn,
                              uint32_t off, uint32_t val)
{
    HlaccelBlock *blk;

    if (off >= HLACCEL_REG_SPACE || off % 4) {
        return MEMTX_DECODE_ERROR;
    }
    if (judge(s, txn, off, true) != HLACCEL_PASS) {
        return MEMTX_ACCESS_ERROR;
    }
    blk = hlaccel_block_at(s, off);
    if (blk) {
        block_write(s, blk, off - blk->base, val, txn);
    } else {
        wild_write(s->mmio, off, val);
    }
    return MEMTX_OK;
}

/*
 * The host is an ordinary master unless PCIE_WRAP promotes it.  A driver that
 * locks registers without having done that locks itself out.
 */
MemTxResult hlaccel_host_reg_read(HlaccelState *s, uint32_t off, uint32_t *val)
{
    HlaccelTxn txn = s->mmio->host;
    uint32_t ovr = hlaccel_mmio_peek(s, HLACCEL_PCIE_WRAP_BASE +
                                        A_WRAP_LBW_PROT_OVR);

    txn.secured = FIELD_EX32(ovr, WRAP_LBW_PROT_OVR, RD_EN) == 7;
    return hlaccel_cfg_read(s, &txn, off, val);
}

MemTxResult hlaccel_host_reg_write(HlaccelState *s, uint32_t off, uint32_t val)
{
    HlaccelTxn txn = s->mmio->host;
    uint32_t ovr = hlaccel_mmio_peek(s, HLACCEL_PCIE_WRAP_BASE +
                                        A_WRAP_LBW_PROT_OVR);

    txn.secured = FIELD_EX32(ovr, WRAP_LBW_PROT_OVR, WR_EN) == 7;
    return hlaccel_cfg_write(s, &txn, off, val);
}

static uint64_t cfg_read(void *opaque, hwaddr addr, unsigned size)
{
    HlaccelState *s = opaque;
    uint32_t val;

    s->stats.mmio_reads++;
    /* A refused access has its own answer in val: reported, not a bus error. */
    (void)hlaccel_host_reg_read(s, addr, &val);
    trace_hlaccel_mmio_read(addr, val);
    return val;
}

static void cfg_write(void *opaque, hwaddr addr, uint64_t val, unsigned size)
{
    HlaccelState *s = opaque;

    s->stats.mmio_writes++;
    trace_hlaccel_mmio_write(addr, val);
    (void)hlaccel_host_reg_write(s, addr, val);
}

const MemoryRegionOps hlaccel_cfg_ops = {
    .read = cfg_read,
    .write = cfg_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 4, .max_access_size = 4 },
    .impl = { .min_access_size = 4, .max_access_size = 4 },
};

/* The boot flash is not modelled: it reads as erased. */
static uint64_t spi_read(void *opaque, hwaddr addr, unsigned size)
{
    qemu_log_mask(LOG_UNIMP,
                  "hlaccel: unimp: SPI flash read at 0x%" HWADDR_PRIx "\n",
                  addr);
    return UINT64_MAX;
}

static void spi_write(void *opaque, hwaddr addr, uint64_t val, unsigned size)
{
    qemu_log_mask(LOG_UNIMP,
                  "hlaccel: unimp: SPI flash write at 0x%" HWADDR_PRIx "\n",
                  addr);
}

const MemoryRegionOps hlaccel_spi_ops = {
    .read = spi_read,
    .write = spi_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
};
