/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Habana accelerator model: routing of device addresses.
 *
 * Device memory and registers are reached by their own addresses.  Everything
 * else is host memory: translated unless the transaction bypasses the MMU, and
 * then inside the outbound window, whose base is taken off to get a bus
 * address.
 */
#include "qemu/osdep.h"
#include "qemu/log.h"
#include "qemu/units.h"
#include "hlaccel-engines.h"

/* Pages looked at for one contiguous piece of translated memory. */
#define HLACCEL_BUS_COALESCE    1024

/* Size of the outbound window. */
#define HLACCEL_HOST_SIZE       (1ULL << 48)

void hlaccel_txn_props(HlaccelTxn *txn, bool secured, uint32_t props)
{
    txn->secured = secured;
    txn->asid = props & 0x3ff;
    txn->bypass = props & 0x400;
}

static MemTxResult hlaccel_bus_decode_error(HlaccelState *s,
                                            const HlaccelTxn *txn,
                                            uint64_t da, bool is_write)
{
    qemu_log_mask(LOG_GUEST_ERROR,
                  "hlaccel: unit %d.%u: nothing at device address 0x%" PRIx64
                  "\n", txn->unit, txn->index, da);
    hlaccel_razwi(s, txn, is_write);
    return MEMTX_DECODE_ERROR;
}

static bool hlaccel_bus_window(HlaccelSeg *seg, uint64_t da, uint64_t len,
                               uint64_t base, uint64_t size, uint8_t *ptr,
                               MemoryRegion *mr)
{
    if (da < base || da - base >= size) {
        return false;
    }
    seg->kind = HLACCEL_SEG_MEM;
    seg->off = da - base;
    seg->len = MIN(len, size - seg->off);
    seg->ptr = ptr + seg->off;
    seg->mr = mr;
    return true;
}

/* Device memory or registers; false when @da is neither. */
static bool hlaccel_bus_internal(HlaccelState *s, uint64_t da, uint64_t len,
                                 HlaccelSeg *seg)
{
    if (da >= HLACCEL_CFG_DA && da - HLACCEL_CFG_DA < HLACCEL_CFG_SIZE) {
        seg->kind = HLACCEL_SEG_CFG;
        seg->off = da - HLACCEL_CFG_DA;
        seg->len = MIN(len, HLACCEL_CFG_SIZE - seg->off);
        return true;
    }
    return hlaccel_bus_window(seg, da, len, 0, s->props.hbm_size, s->hbm_ptr,
                              &s->hbm) ||
           hlaccel_bus_window(seg, da, len, HLACCEL_SRAM_DA,
                              HLACCEL_SRAM_SIZE, s->sram_ptr, &s->sram) ||
           hlaccel_bus_window(seg, da, len, HLACCEL_SPSRAM_DA,
                              HLACCEL_SPSRAM_SIZE, s->spsram_ptr,
                              &s->spsram) ||
           hlaccel_bus_window(seg, da, len, HLACCEL_FWSRAM_DA,
                              HLACCEL_FWSRAM_SIZE, s->fwsram_ptr, &s->fwsram);
}

/* A host window address; the window's end cuts the piece. */
static bool hlaccel_bus_host(uint64_t da, uint64_t len, HlaccelSeg *seg)
{
    if (da < HLACCEL_HOST_DA || da - HLACCEL_HOST_DA >= HLACCEL_HOST_SIZE) {
        return false;
    }
    seg->kind = HLACCEL_SEG_BUS;
    seg->bus = da - HLACCEL_HOST_DA;
    seg->len = MIN(len, HLACCEL_HOST_SIZE - seg->bus);
    return true;
}

static MemTxResult hlaccel_bus_translated(HlaccelState *s,
                                          const HlaccelTxn *txn, uint64_t va,
                                          uint64_t len, bool is_write,
                                          HlaccelSeg *seg)
{
    uint64_t da, next, part = len;
    unsigned pages = 1;

    if (!hlaccel_mmu_translate(s, txn, va, is_write, false, &da, &part)) {
        return MEMTX_ACCESS_ERROR;
    }
    if (!hlaccel_bus_host(da, part, seg)) {
        return hlaccel_bus_decode_error(s, txn, da, is_write);
    }
    if (seg->len < part) {
        return MEMTX_OK;
    }
    while (seg->len < len && pages++ < HLACCEL_BUS_COALESCE) {
        part = len - seg->len;
        if (!hlaccel_mmu_translate(s, txn, va + seg->len, is_write, true,
                                   &next, &part) || next != da + seg->len) {
            break;
        }
        if (next + part > HLACCEL_HOST_DA + HLACCEL_HOST_SIZE) {
            break;
        }
        seg->len += part;
    }
    return MEMTX_OK;
}

MemTxResult hlaccel_bus_resolve(HlaccelState *s, const HlaccelTxn *txn,
                                uint64_t da, uint64_t len, bool is_write,
                                HlaccelSeg *seg)
{
    if (hlaccel_bus_internal(s, da, len, seg)) {
        if (seg->kind == HLACCEL_SEG_MEM && !txn->secured &&
            !hlaccel_prot_hbw_ok(s, txn, da, seg->len, is_write)) {
            hlaccel_razwi(s, txn, is_write);
            return MEMTX_ACCESS_ERROR;
        }
        return MEMTX_OK;
    }
    if (da >= HLACCEL_SRAM_DA && da < HLACCEL_HOST_DA) {
        /* Flash, debug space and the holes between them. */
        return hlaccel_bus_decode_error(s, txn, da, is_write);
    }
    if (!txn->bypass) {
        return hlaccel_bus_translated(s, txn, da, len, is_write, seg);
    }
    if (!hlaccel_bus_host(da, len, seg)) {
        return hlaccel_bus_decode_error(s, txn, da, is_write);
    }
    return MEMTX_OK;
}

bool hlaccel_bus_is_peer(MemoryRegion *mr)
{
    Object *owner = memory_region_owner(mr);

    return owner && object_dynamic_cast(owner, TYPE_PCI_DEVICE);
}

/* What goes to or comes from another device is no traffic of host memory. */
void hlaccel_bus_count(HlaccelState *s, uint64_t len, bool is_write, bool peer)
{
    HlaccelStats *stats = &s->stats;

    if (peer) {
        *(is_write ? &stats->peer_write_bytes : &stats->peer_read_bytes) += len;
    } else {
        *(is_write ? &stats->host_write_bytes : &stats->host_read_bytes) += len;
    }
}

static MemTxResult hlaccel_bus_dma(HlaccelState *s, dma_addr_t bus,
                                   uint8_t *buf, uint64_t len, bool is_write)
{
    AddressSpace *as = pci_get_address_space(PCI_DEVICE(s));
    MemTxResult res;
    bool peer = false;

    if (is_write) {
        res = pci_dma_write(PCI_DEVICE(s), bus, buf, len);
    } else {
        res = pci_dma_read(PCI_DEVICE(s), bus, buf, len);
    }
    /* An address that leads nowhere is reported once, above. */
    if (res == MEMTX_OK) {
        hwaddr part = len, xlat;

        RCU_READ_LOCK_GUARD();
        peer = hlaccel_bus_is_peer(
            address_space_translate(as, bus, &xlat, &part, is_write,
                                    MEMTXATTRS_UNSPECIFIED));
    }
    hlaccel_bus_count(s, len, is_write, peer);
    return res;
}

/*
 * Device memory around @da that @txn may reach throughout: the @size bytes from
 * a multiple of @size, as far as there is memory.  False, without any report,
 * if there is none or a part of it is closed.
 */
bool hlaccel_bus_direct(HlaccelState *s, const HlaccelTxn *txn, uint64_t da,
                        uint64_t size, bool is_write, uint64_t *start,
                        HlaccelSeg *seg)
{
    uint64_t base, end, first = ROUND_DOWN(da, size);

    if (!hlaccel_bus_internal(s, da, 1, seg) ||
        seg->kind != HLACCEL_SEG_MEM) {
        return false;
    }
    base = da - seg->off;
    *start = MAX(first, base);
    end = MIN(first + size, base + memory_region_size(seg->mr));
    seg->ptr -= da - *start;
    seg->off = *start - base;
    seg->len = end - *start;
    return txn->secured ||
           hlaccel_prot_hbw_ok(s, txn, *start, seg->len, is_write);
}

static MemTxResult hlaccel_bus_cfg(HlaccelState *s, const HlaccelTxn *txn,
                                   uint32_t off, void *buf, uint64_t len,
                                   bool is_write)
{
    uint32_t epoch = s->epoch;
    MemTxResult res = MEMTX_OK;
    uint64_t i;

    if ((off | len) & 3) {
        qemu_log_mask(LOG_GUEST_ERROR,
                      "hlaccel: unit %d.%u: unaligned register access 0x%x\n",
                      txn->unit, txn->index, off);
        return MEMTX_ERROR;
    }
    for (i = 0; i < len && res == MEMTX_OK && s->epoch == epoch; i += 4) {
        uint32_t val = 0;

        if (is_write) {
            res = hlaccel_cfg_write(s, txn, off + i,
                                    ldl_le_p((uint8_t *)buf + i));
        } else {
            res = hlaccel_cfg_read(s, txn, off + i, &val);
            stl_le_p((uint8_t *)buf + i, val);
        }
    }
    return res;
}

static MemTxResult hlaccel_bus_rw(HlaccelState *s, const HlaccelTxn *txn,
                                  uint64_t da, uint8_t *buf, uint64_t len,
                                  bool is_write)
{
    MemTxResult res = MEMTX_OK;
    HlaccelSeg seg;

    while (len && res == MEMTX_OK) {
        res = hlaccel_bus_resolve(s, txn, da, len, is_write, &seg);
        if (res != MEMTX_OK) {
            break;
        }
        switch (seg.kind) {
        case HLACCEL_SEG_MEM:
            if (is_write) {
                memcpy(seg.ptr, buf, seg.len);
            } else {
                memcpy(buf, seg.ptr, seg.len);
            }
            break;
        case HLACCEL_SEG_CFG:
            res = hlaccel_bus_cfg(s, txn, seg.off, buf, seg.len, is_write);
            break;
        case HLACCEL_SEG_BUS:
            res = hlaccel_bus_dma(s, seg.bus, buf, seg.len, is_write);
            break;
        }
        da += seg.len;
        buf += seg.len;
        len -= seg.len;
    }
    return res;
}

MemTxResult hlaccel_bus_read(HlaccelState *s, const HlaccelTxn *txn,
                             uint64_t da, void *buf, uint64_t len)
{
    return hlaccel_bus_rw(s, txn, da, buf, len, false);
}

MemTxResult hlaccel_bus_write(HlaccelState *s, const HlaccelTxn *txn,
                              uint64_t da, const void *buf, uint64_t len)
{
    /* The buffer is only read: the direction says so. */
    return hlaccel_bus_rw(s, txn, da, (uint8_t *)buf, len, true);
}

MemTxResult hlaccel_bus_write32(HlaccelState *s, const HlaccelTxn *txn,
                                uint64_t da, uint32_t val)
{
    uint32_t le = cpu_to_le32(val);

    if (da >= HLACCEL_CFG_DA && da - HLACCEL_CFG_DA < HLACCEL_CFG_SIZE &&
        !(da & 3)) {
        return hlaccel_cfg_write(s, txn, da - HLACCEL_CFG_DA, val);
    }
    return hlaccel_bus_rw(s, txn, da, (uint8_t *)&le, sizeof(le), true);
}
