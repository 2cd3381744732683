/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Habana accelerator model: the PCI device.
 *
 *   -device hlaccel-gaudi[,PROP=VALUE...]
 *
 * Fixed when the device is created:
 *   hbm-size=SIZE      device memory (32G); at least 512M
 *   module-id=N        slot that the firmware reports (0)
 *   hbm-bar-size=SIZE  BAR4; default: hbm-size rounded up to a power of two
 *   boot=legacy|comms  firmware loader offered (legacy; comms if secured)
 *   secured=on         the 0x1010 part: firmware owns iATU, reset and GIC
 *   engines=threads|inline
 *                      bulk copies in worker threads, or all work from a timer
 *                      latency-ns after the doorbell
 *   latency-ns=N       that latency (1000)
 *   tpc-check=on       a tensor core's program that reads a register before the
 *                      exposed pipeline has written it is reported
 *
 * Settable at any time (qom-set):
 *   hold=on            engines accept work and finish nothing
 *   corrupt-dma=N      one bit of the N-th DMA transfer from now is flipped
 *   drop-irq=N         the N-th interrupt from now is lost
 *   fault-va=ADDR      the MMU refuses this page once
 *   stall-queue=QID    the QMAN of this queue stops fetching (-1: none)
 *   fw-fault=KIND      see fault_names below; "none" ends it.  Faults of the
 *                      mailbox end with the hard reset that follows them.
 *   inject-event=ID    (write only) event ID goes into the event queue
 *
 * Read only: stat-*, see hlaccel-stat.c.
 */
#include "qemu/osdep.h"
#include "qemu/units.h"
#include "qapi/error.h"
#include "qapi/visitor.h"
#include "hw/pci/msi.h"
#include "hw/qdev-properties.h"
#include "migration/vmstate.h"
#include "hlaccel-mmio.h"
#include "hlaccel-fw.h"
#include "hlaccel-regs-plat.h"
#include "trace.h"

#define VENDOR_HABANA       0x1da3
#define CLASS_ACCELERATOR   0x1200
#define MSI_VECTORS         32
#define AER_OFFSET          0x100
#define BAR_SRAM_SIZE       (64 * MiB)
#define BAR_CFG_SIZE        (128 * MiB)
#define HBM_MIN             (512 * MiB)
#define HBM_MAX             (32 * GiB)

static const char *const fault_names[HLACCEL_FW_FAULTS] = {
    [HLACCEL_FW_OK] = "none",
    [HLACCEL_FW_HEARTBEAT_STOP] = "heartbeat-stop",
    [HLACCEL_FW_LATE_ANSWER] = "late-answer",
    [HLACCEL_FW_WRONG_FENCE] = "wrong-fence",
    [HLACCEL_FW_ERROR_CODE] = "error-code",
    [HLACCEL_FW_STUCK_PREBOOT] = "stuck-preboot",
    [HLACCEL_FW_STUCK_BOOTFIT] = "stuck-bootfit",
    [HLACCEL_FW_STUCK_LINUX] = "stuck-linux",
    [HLACCEL_FW_BAD_CRC] = "bad-crc",
    [HLACCEL_FW_BAD_VERSION] = "bad-version",
    [HLACCEL_FW_BAD_ADDRESS] = "bad-address",
    [HLACCEL_FW_BOOT_ERROR] = "boot-error",
    [HLACCEL_FW_NO_SENSORS] = "no-sensors",
    [HLACCEL_FW_BAD_EQ_INDEX] = "bad-eq-index",
    [HLACCEL_FW_DEAD_QUEUES] = "dead-queues",
};

/* --- interrupts --- */

void hlaccel_msi_raise(HlaccelState *s, unsigned vector)
{
    PCIDevice *pdev = PCI_DEVICE(s);
    bool drop = s->props.drop_irq && --s->props.drop_irq == 0;

    if (!msi_enabled(pdev)) {
        return;
    }
    s->stats.irqs++;
    s->stats.irq_ns = hlaccel_now(s);
    trace_hlaccel_msi(vector, s->stats.irqs, drop);
    if (drop) {
        s->stats.irqs_dropped++;
        return;
    }
    msi_notify(pdev, vector % msi_nr_vectors_allocated(pdev));
}

/* --- configuration space: the ELBI mailbox --- */

static void elbi_access(HlaccelState *s)
{
    PCIDevice *pdev = PCI_DEVICE(s);
    uint32_t addr = pci_get_long(pdev->config + A_ELBI_ADDR);
    uint32_t ctrl = pci_get_long(pdev->config + A_ELBI_CTRL);
    uint32_t data = pci_get_long(pdev->config + A_ELBI_DATA);
    uint32_t off = addr - (uint32_t)HLACCEL_CFG_DA;
    bool write = ctrl & R_ELBI_CTRL_WRITE_MASK;
    MemTxResult res = MEMTX_DECODE_ERROR;

    if (off < HLACCEL_REG_SPACE) {
        res = write ? hlaccel_host_reg_write(s, off, data) :
                      hlaccel_host_reg_read(s, off, &data);
    }
    trace_hlaccel_elbi(write, addr, data);
    pci_set_long(pdev->config + A_ELBI_DATA, data);
    pci_set_long(pdev->config + A_ELBI_STS,
                 res == MEMTX_OK ? R_ELBI_STS_DONE_MASK :
                                   R_ELBI_STS_ERROR_MASK);
}

static void hlaccel_config_write(PCIDevice *pdev, uint32_t addr, uint32_t val,
                                 int len)
{
    pci_default_write_config(pdev, addr, val, len);
    pcie_cap_flr_write_config(pdev, addr, val, len);
    pcie_aer_write_config(pdev, addr, val, len);
    if (ranges_overlap(addr, len, A_ELBI_CTRL, 4)) {
        elbi_access(HLACCEL(pdev));
    }
}

/* --- creation --- */

static bool check_properties(HlaccelState *s, Error **errp)
{
    HlaccelProps *p = &s->props;
    const char *boot = s->opt_boot ? s->opt_boot :
                       p->secured ? "comms" : "legacy";
    const char *engines = s->opt_engines ? s->opt_engines : "threads";

    if (strcmp(boot, "legacy") && strcmp(boot, "comms")) {
        error_setg(errp, "boot must be 'legacy' or 'comms'");
        return false;
    }
    p->comms = !strcmp(boot, "comms");
    if (p->secured && !p->comms) {
        error_setg(errp, "the secured part boots by comms only");
        return false;
    }
    if (strcmp(engines, "threads") && strcmp(engines, "inline")) {
        error_setg(errp, "engines must be 'threads' or 'inline'");
        return false;
    }
    p->inline_engines = !strcmp(engines, "inline");
    if (!p->hbm_size) {
        p->hbm_size = s->asic->hbm_default;
    }
    if (p->hbm_size < HBM_MIN || p->hbm_size > HBM_MAX ||
        p->hbm_size % (2 * MiB)) {
        error_setg(errp, "hbm-size must be 512M to 32G in steps of 2M");
        return false;
    }
    if (!p->hbm_bar_size) {
        p->hbm_bar_size = pow2ceil(p->hbm_size);
    }
    if (!is_power_of_2(p->hbm_bar_size) || p->hbm_bar_size < HBM_MIN ||
        p->hbm_bar_size > HBM_MAX) {
        error_setg(errp, "hbm-bar-size must be a power of two, 512M to 32G");
        return false;
    }
    if (p->latency_ns > NANOSECONDS_PER_SECOND) {
        error_setg(errp, "latency-ns must be at most a second");
        return false;
    }
    return true;
}

typedef struct HlaccelMemory {
    const char *name;
    size_t region;          /* of HlaccelState */
    uint64_t size;          /* 0: hbm-size */
    uint32_t flags;
} HlaccelMemory;

static const HlaccelMemory memories[] = {
    { "hlaccel-sram", offsetof(HlaccelState, sram), HLACCEL_SRAM_SIZE },
    { "hlaccel-spsram", offsetof(HlaccelState, spsram), HLACCEL_SPSRAM_SIZE },
    { "hlaccel-fwsram", offsetof(HlaccelState, fwsram), HLACCEL_FWSRAM_SIZE },
    { "hlaccel-hbm", offsetof(HlaccelState, hbm), 0, RAM_NORESERVE },
};

static bool make_memories(HlaccelState *s, Error **errp)
{
    Error *err = NULL;
    unsigned i;

    for (i = 0; i < ARRAY_SIZE(memories); i++) {
        const HlaccelMemory *m = &memories[i];
        uint64_t size = m->size ? m->size : s->props.hbm_size;

        memory_region_init_ram_flags_nomigrate((void *)s + m->region,
                                               OBJECT(s), m->name, size,
                                               m->flags, &err);
        if (err) {
            error_propagate(errp, err);
            return false;
        }
    }
    s->sram_ptr = memory_region_get_ram_ptr(&s->sram);
    s->spsram_ptr = memory_region_get_ram_ptr(&s->spsram);
    s->fwsram_ptr = memory_region_get_ram_ptr(&s->fwsram);
    s->hbm_ptr = memory_region_get_ram_ptr(&s->hbm);
    return true;
}

static void make_bars(HlaccelState *s)
{
    const uint8_t type = PCI_BASE_ADDRESS_SPACE_MEMORY |
                         PCI_BASE_ADDRESS_MEM_TYPE_64 |
                         PCI_BASE_ADDRESS_MEM_PREFETCH;
    PCIDevice *pdev = PCI_DEVICE(s);
    Object *obj = OBJECT(s);

    memory_region_init(&s->bar_sram, obj, "hlaccel-bar0", BAR_SRAM_SIZE);
    memory_region_add_subregion(&s->bar_sram, 0, &s->sram);
    pci_register_bar(pdev, 0, type, &s->bar_sram);

    memory_region_init(&s->bar_cfg, obj, "hlaccel-bar2", BAR_CFG_SIZE);
    memory_region_init_io(&s->spi, obj, &hlaccel_spi_ops, s, "hlaccel-spi",
                          HLACCEL_SPI_SIZE);
    memory_region_init_io(&s->cfg, obj, &hlaccel_cfg_ops, s, "hlaccel-cfg",
                          HLACCEL_REG_SPACE);
    memory_region_add_subregion(&s->bar_cfg, 0, &s->spi);
    memory_region_add_subregion(&s->bar_cfg,
                                HLACCEL_SPSRAM_DA - HLACCEL_SPI_DA,
                                &s->spsram);
    memory_region_add_subregion(&s->bar_cfg,
                                HLACCEL_FWSRAM_DA - HLACCEL_SPI_DA,
                                &s->fwsram);
    memory_region_add_subregion(&s->bar_cfg, HLACCEL_CFG_DA - HLACCEL_SPI_DA,
                                &s->cfg);
    pci_register_bar(pdev, 2, type, &s->bar_cfg);

    memory_region_init(&s->bar_hbm, obj, "hlaccel-bar4",
                       s->props.hbm_bar_size);
    memory_region_init_alias(&s->hbm_window, obj, "hlaccel-hbm-window",
                             &s->hbm, 0,
                             MIN(s->props.hbm_bar_size, s->props.hbm_size));
    memory_region_add_subregion(&s->bar_hbm, 0, &s->hbm_window);
    pci_register_bar(pdev, 4, type, &s->bar_hbm);
}

static bool make_capabilities(HlaccelState *s, Error **errp)
{
    PCIDevice *pdev = PCI_DEVICE(s);
    int pos;

    pdev->config[PCI_INTERRUPT_PIN] = 0;
    if (s->props.secured) {
        pci_set_word(pdev->config + PCI_DEVICE_ID,
                     s->asic->secured_device_id);
    }
    pos = pci_add_capability(pdev, PCI_CAP_ID_PM, 0, PCI_PM_SIZEOF, errp);
    if (pos < 0) {
        return false;
    }
    pci_set_word(pdev->config + pos + PCI_PM_PMC, 3);
    pci_set_word(pdev->config + pos + PCI_PM_CTRL, PCI_PM_CTRL_NO_SOFT_RESET);
    pci_set_word(pdev->wmask + pos + PCI_PM_CTRL, PCI_PM_CTRL_STATE_MASK);

    pos = pcie_endpoint_cap_init(pdev, 0);
    if (pos < 0) {
        error_setg(errp, "no room for the PCI Express capability");
        return false;
    }
    pcie_cap_flr_init(pdev);
    pcie_cap_deverr_init(pdev);
    if (msi_init(pdev, 0, MSI_VECTORS, true, false, errp)) {
        return false;
    }
    if (pcie_aer_init(pdev, PCI_ERR_VER, AER_OFFSET, PCI_ERR_SIZEOF,
                      errp) < 0) {
        return false;
    }
    pci_set_long(pdev->wmask + A_ELBI_ADDR, UINT32_MAX);
    pci_set_long(pdev->wmask + A_ELBI_DATA, UINT32_MAX);
    pci_set_long(pdev->wmask + A_ELBI_CTRL, UINT32_MAX);
    pci_set_long(pdev->wmask + A_ELBI_STS, UINT32_MAX);
    return true;
}

static void hlaccel_realize(PCIDevice *pdev, Error **errp)
{
    HlaccelState *s = HLACCEL(pdev);

    s->asic = HLACCEL_GET_CLASS(s)->asic;
    if (!check_properties(s, errp)) {
        return;
    }
    if (!pci_is_express(pdev)) {
        error_setg(errp, "hlaccel needs a PCI Express bus");
        return;
    }
    /* What is made here and is not undone dies with the object. */
    if (!make_memories(s, errp) || !make_capabilities(s, errp)) {
        return;
    }
    make_bars(s);
    hlaccel_mmio_init(s);
    hlaccel_fw_init(s);
    hlaccel_engines_init(s);
}

static void hlaccel_exit(PCIDevice *pdev)
{
    HlaccelState *s = HLACCEL(pdev);

    s->epoch++;
    hlaccel_fw_stop(s);
    hlaccel_engines_exit(s);
    hlaccel_fw_exit(s);
    hlaccel_mmio_exit(s);
    pcie_aer_exit(pdev);
    msi_uninit(pdev);
    pcie_cap_exit(pdev);
}

/* --- reset: hold stops and clears everything, exit powers the CPU on --- */

static void hlaccel_reset_hold(Object *obj)
{
    HlaccelState *s = HLACCEL(obj);
    PCIDevice *pdev = PCI_DEVICE(obj);

    s->epoch++;
    trace_hlaccel_reset("bus", s->epoch);
    hlaccel_fw_stop(s);
    hlaccel_mmio_reset(s, true);
    hlaccel_engines_reset(s);
    hlaccel_wipe_memory(s);
    memset(s->spsram_ptr, 0, HLACCEL_SPSRAM_SIZE);
    memset(s->fwsram_ptr, 0, HLACCEL_FWSRAM_SIZE);
    memory_region_set_dirty(&s->spsram, 0, HLACCEL_SPSRAM_SIZE);
    memory_region_set_dirty(&s->fwsram, 0, HLACCEL_FWSRAM_SIZE);
    memory_region_set_alias_offset(&s->hbm_window, 0);
    memset(pdev->config + A_ELBI_ADDR, 0, 16);
    memset(&s->stats, 0, sizeof(s->stats));
}

static void hlaccel_reset_exit(Object *obj)
{
    hlaccel_fw_start(HLACCEL(obj));
}

/* --- properties that change at run time --- */

typedef struct HlaccelKnob {
    const char *name;
    size_t offset;          /* uint64_t in HlaccelState */
} HlaccelKnob;

static const HlaccelKnob knobs[] = {
    { "corrupt-dma", offsetof(HlaccelState, props.corrupt_dma) },
    { "drop-irq", offsetof(HlaccelState, props.drop_irq) },
    { "fault-va", offsetof(HlaccelState, props.fault_va) },
    { "stall-trace", offsetof(HlaccelState, props.stall_trace) },
};

static void knob_get(Object *obj, Visitor *v, const char *name, void *opaque,
                     Error **errp)
{
    const HlaccelKnob *knob = opaque;

    visit_type_uint64(v, name, (void *)HLACCEL(obj) + knob->offset, errp);
}

static void knob_set(Object *obj, Visitor *v, const char *name, void *opaque,
                     Error **errp)
{
    const HlaccelKnob *knob = opaque;
    uint64_t val;

    if (visit_type_uint64(v, name, &val, errp)) {
        *(uint64_t *)((void *)HLACCEL(obj) + knob->offset) = val;
    }
}

static void stall_get(Object *obj, Visitor *v, const char *name, void *opaque,
                      Error **errp)
{
    visit_type_int32(v, name, &HLACCEL(obj)->props.stall_queue, errp);
}

static void kick(HlaccelState *s)
{
    if (s->eng) {
        hlaccel_engines_kick(s);
    }
}

static void stall_set(Object *obj, Visitor *v, const char *name, void *opaque,
                      Error **errp)
{
    HlaccelState *s = HLACCEL(obj);
    int32_t val;

    if (visit_type_int32(v, name, &val, errp)) {
        s->props.stall_queue = val;
        kick(s);
    }
}

static bool hold_get(Object *obj, Error **errp)
{
    return HLACCEL(obj)->props.hold;
}

void hlaccel_set_hold(HlaccelState *s, bool hold)
{
    s->props.hold = hold;
    kick(s);
}

static void hold_set(Object *obj, bool val, Error **errp)
{
    hlaccel_set_hold(HLACCEL(obj), val);
}

static char *fault_get(Object *obj, Error **errp)
{
    return g_strdup(fault_names[HLACCEL(obj)->props.fw_fault]);
}

static void fault_set(Object *obj, const char *val, Error **errp)
{
    HlaccelState *s = HLACCEL(obj);
    unsigned i;

    for (i = 0; i < ARRAY_SIZE(fault_names); i++) {
        if (!strcmp(val, fault_names[i])) {
            s->props.fw_fault = i;
            if (s->fw) {
                s->fw->heartbeats = 0;
                s->fw->fault_met = false;
            }
            return;
        }
    }
    error_setg(errp, "unknown firmware fault '%s'", val);
}

static void event_set(Object *obj, Visitor *v, const char *name, void *opaque,
                      Error **errp)
{
    HlaccelState *s = HLACCEL(obj);
    uint32_t id;

    if (!visit_type_uint32(v, name, &id, errp)) {
        return;
    }
    if (!s->fw || id >= HLACCEL_FW_EVENTS) {
        error_setg(errp, "no such event, or no device yet");
        return;
    }
    hlaccel_event_post(s, id, NULL, 0);
}

static void add_properties(ObjectClass *oc)
{
    unsigned i;

    for (i = 0; i < ARRAY_SIZE(knobs); i++) {
        object_class_property_add(oc, knobs[i].name, "uint64", knob_get,
                                  knob_set, NULL, (void *)&knobs[i]);
    }
    object_class_property_add(oc, "stall-queue", "int32", stall_get,
                              stall_set, NULL, NULL);
    object_class_property_add_bool(oc, "hold", hold_get, hold_set);
    object_class_property_add_str(oc, "fw-fault", fault_get, fault_set);
    object_class_property_add(oc, "inject-event", "uint32", NULL, event_set,
                              NULL, NULL);
    hlaccel_stat_add_properties(oc);
}

static Property hlaccel_properties[] = {
    DEFINE_PROP_SIZE("hbm-size", HlaccelState, props.hbm_size, 0),
    DEFINE_PROP_SIZE("hbm-bar-size", HlaccelState, props.hbm_bar_size, 0),
    DEFINE_PROP_UINT32("module-id", HlaccelState, props.module_id, 0),
    DEFINE_PROP_STRING("boot", HlaccelState, opt_boot),
    DEFINE_PROP_BOOL("secured", HlaccelState, props.secured, false),
    DEFINE_PROP_STRING("engines", HlaccelState, opt_engines),
    DEFINE_PROP_UINT64("latency-ns", HlaccelState, props.latency_ns, 1000),
    DEFINE_PROP_BOOL("tpc-check", HlaccelState, props.tpc_check, false),
    DEFINE_PROP_END_OF_LIST(),
};

static void hlaccel_instance_init(Object *obj)
{
    HlaccelState *s = HLACCEL(obj);

    s->props.fault_va = UINT64_MAX;
    s->props.stall_queue = -1;
}

static const VMStateDescription hlaccel_vmstate = {
    .name = "hlaccel",
    .unmigratable = 1,
};

static void hlaccel_class_init(ObjectClass *oc, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(oc);
    PCIDeviceClass *pc = PCI_DEVICE_CLASS(oc);
    ResettableClass *rc = RESETTABLE_CLASS(oc);

    pc->realize = hlaccel_realize;
    pc->exit = hlaccel_exit;
    pc->config_write = hlaccel_config_write;
    pc->vendor_id = VENDOR_HABANA;
    pc->class_id = CLASS_ACCELERATOR;
    pc->revision = 1;
    rc->phases.hold = hlaccel_reset_hold;
    rc->phases.exit = hlaccel_reset_exit;
    dc->vmsd = &hlaccel_vmstate;
    set_bit(DEVICE_CATEGORY_MISC, dc->categories);
    device_class_set_props(dc, hlaccel_properties);
    add_properties(oc);
}

static void hlaccel_gaudi_class_init(ObjectClass *oc, void *data)
{
    HLACCEL_CLASS(oc)->asic = &hlaccel_asic_gaudi;
    PCI_DEVICE_CLASS(oc)->device_id = hlaccel_asic_gaudi.device_id;
    DEVICE_CLASS(oc)->desc = "Habana Gaudi accelerator";
}

static const TypeInfo hlaccel_types[] = {
    {
        .name = TYPE_HLACCEL,
        .parent = TYPE_PCI_DEVICE,
        .abstract = true,
        .instance_size = sizeof(HlaccelState),
        .instance_init = hlaccel_instance_init,
        .class_size = sizeof(HlaccelClass),
        .class_init = hlaccel_class_init,
        .interfaces = (InterfaceInfo[]) {
            { INTERFACE_PCIE_DEVICE },
            { }
        },
    },
    {
        .name = TYPE_HLACCEL_GAUDI,
        .parent = TYPE_HLACCEL,
        .class_init = hlaccel_gaudi_class_init,
    },
};

DEFINE_TYPES(hlaccel_types)
