/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Habana accelerator model: CPU-CP, the mailbox served by the device CPU.
 *
 * A packet is copied from host memory, handled through a table of opcodes, and
 * answered in place: result, return code, fence, in this order.
 */
#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "qemu/log.h"
#include "qemu/units.h"
#include "hlaccel-mmio.h"
#include "hlaccel-fw.h"
#include "hlaccel-regs-plat.h"
#include "trace.h"

#define PQ_ENTRY        16
#define PQ_MAX_LENGTH   (1 * MiB)
#define PACKET_MIN      24
#define PACKET_MAX      4096
#define RUN_BUDGET      16
#define TEST_MAGIC      0xfe8ce7a5
#define BUFFER_MAX      (64 * KiB)
/* Answered heartbeats before the heartbeat-stop fault bites. */
#define LAST_HEARTBEATS 2

enum { RC_OK, RC_INVALID, RC_FAULT, RC_UNSUPPORTED, RC_PARAMS };

enum { INIT_READY_FOR_CP = 1, INIT_READY_FOR_HOST, INIT_SINGLE_MSI,
       INIT_BAD_LENGTH, INIT_BAD_ADDRESS };

typedef struct HlaccelPacket {
    uint8_t raw[PACKET_MAX];
    uint32_t len;
    uint64_t value;         /* argument, then result */
    uint32_t arg0;          /* union at 0x10 */
    uint32_t arg1;          /* union at 0x14 */
} HlaccelPacket;

typedef struct HlaccelOpcode {
    const char *name;
    unsigned (*handler)(HlaccelState *s, HlaccelPacket *pkt, unsigned arg);
    unsigned arg;
} HlaccelOpcode;

/* --- what the device CPU sees of memory --- */

uint64_t hlaccel_cpu_view(HlaccelState *s, uint64_t addr)
{
    uint32_t msb;

    /* Only the open part folds addresses to the CPU's 40 bits. */
    if (s->props.secured || !extract64(addr, 39, 1)) {
        return addr;
    }
    msb = hlaccel_mmio_peek(s, HLACCEL_CPU_IF_BASE + A_CPU_IF_MSB_ADDR);
    return (uint64_t)msb << 39 | extract64(addr, 0, 39);
}

static HlaccelTxn cpu_txn(void)
{
    HlaccelTxn txn;

    hlaccel_txn_init(&txn, HLACCEL_UNIT_CPU, 0);
    txn.secured = true;
    return txn;
}

MemTxResult hlaccel_cpu_read(HlaccelState *s, uint64_t addr, void *buf,
                             uint64_t len)
{
    HlaccelTxn txn = cpu_txn();

    return hlaccel_bus_read(s, &txn, hlaccel_cpu_view(s, addr), buf, len);
}

MemTxResult hlaccel_cpu_write(HlaccelState *s, uint64_t addr, const void *buf,
                              uint64_t len)
{
    HlaccelTxn txn = cpu_txn();

    return hlaccel_bus_write(s, &txn, hlaccel_cpu_view(s, addr), buf, len);
}

/* --- sensors --- */

enum { SENSOR_TEMP = 1, SENSOR_VOLTAGE, SENSOR_CURRENT, SENSOR_POWER };
enum { TEMP_INPUT = 0, TEMP_MAX = 6, TEMP_CRIT = 8, TEMP_OFFSET = 19,
       TEMP_LOWEST = 21, TEMP_HIGHEST = 22, TEMP_RESET = 23 };
enum { RAIL_INPUT = 0, RAIL_MIN, RAIL_MAX, RAIL_LOWEST = 6, RAIL_HIGHEST,
       RAIL_RESET };
enum { POWER_INPUT = 8, POWER_HIGHEST = 9, POWER_RESET = 11 };

/* A reading swings by @swing around @mid: millidegrees, mV, mA or uW. */
typedef struct HlaccelSensor {
    int32_t mid;
    int32_t swing;
    int32_t min;
    int32_t max;
} HlaccelSensor;

static const HlaccelSensor temperatures[] = {
    { 46000, 2000, 0, 95000 },
    { 51000, 3000, 0, 105000 },
    { 39000, 1000, 0, 85000 },
};

static const HlaccelSensor voltages[] = {
    { 12050, 40, 11400, 12600 },
    { 850, 6, 780, 920 },
    { 1205, 4, 1140, 1260 },
};

static const HlaccelSensor currents[] = {
    { 7100, 400, 0, 29000 },
    { 42000, 3500, 0, 250000 },
};

static int64_t reading(HlaccelState *s, const HlaccelSensor *sensor)
{
    /* A slow triangle of virtual time: never constant, always the same. */
    int64_t phase = hlaccel_now(s) / SCALE_MS % 8000;

    return sensor->mid + sensor->swing * (llabs(phase - 4000) - 2000) / 2000;
}

static unsigned op_temperature(HlaccelState *s, HlaccelPacket *pkt,
                               unsigned set)
{
    uint16_t index = pkt->arg0;
    uint16_t type = pkt->arg0 >> 16;
    const HlaccelSensor *sensor;
    int64_t *offset;

    if (index >= ARRAY_SIZE(temperatures)) {
        return RC_PARAMS;
    }
    sensor = &temperatures[index];
    offset = &s->fw->mbox.offset[index];
    if (set) {
        if (type == TEMP_OFFSET) {
            *offset = (int32_t)pkt->value;
        } else if (type != TEMP_RESET) {
            return RC_PARAMS;
        }
        return RC_OK;
    }
    switch (type) {
    case TEMP_INPUT:
        pkt->value = reading(s, sensor) + *offset;
        break;
    case TEMP_MAX:
        pkt->value = sensor->max - 10000;
        break;
    case TEMP_CRIT:
        pkt->value = sensor->max;
        break;
    case TEMP_OFFSET:
        pkt->value = *offset;
        break;
    case TEMP_LOWEST:
        pkt->value = sensor->mid - sensor->swing;
        break;
    case TEMP_HIGHEST:
        pkt->value = sensor->mid + sensor->swing;
        break;
    default:
        return RC_PARAMS;
    }
    return RC_OK;
}

enum { RAIL_CURRENT = 1, RAIL_SET = 2 };

static unsigned op_rail(HlaccelState *s, HlaccelPacket *pkt, unsigned how)
{
    bool current = how & RAIL_CURRENT;
    unsigned count = current ? ARRAY_SIZE(currents) : ARRAY_SIZE(voltages);
    uint16_t index = pkt->arg0;
    uint16_t type = pkt->arg0 >> 16;
    const HlaccelSensor *sensor;

    if (index >= count) {
        return RC_PARAMS;
    }
    if (how & RAIL_SET) {
        return type == RAIL_RESET ? RC_OK : RC_PARAMS;
    }
    sensor = current ? &currents[index] : &voltages[index];
    switch (type) {
    case RAIL_INPUT:
        pkt->value = reading(s, sensor);
        break;
    case RAIL_MIN:
        pkt->value = sensor->min;
        break;
    case RAIL_MAX:
        pkt->value = sensor->max;
        break;
    case RAIL_LOWEST:
        pkt->value = sensor->mid - sensor->swing;
        break;
    case RAIL_HIGHEST:
        pkt->value = sensor->mid + sensor->swing;
        break;
    default:
        return RC_PARAMS;
    }
    return RC_OK;
}

static uint64_t power_uw(HlaccelState *s)
{
    static const HlaccelSensor power = { 85000000, 6000000, 0, 200000000 };

    return reading(s, &power);
}

static unsigned op_power(HlaccelState *s, HlaccelPacket *pkt, unsigned set)
{
    uint16_t type = pkt->arg0 >> 16;

    if (set) {
        return type == POWER_RESET ? RC_OK : RC_PARAMS;
    }
    switch (type) {
    case POWER_INPUT:
        pkt->value = power_uw(s);
        return RC_OK;
    case POWER_HIGHEST:
        pkt->value = 91000000;
        return RC_OK;
    default:
        return RC_PARAMS;
    }
}

static unsigned op_fan(HlaccelState *s, HlaccelPacket *pkt, unsigned arg)
{
    static const uint64_t rpm[] = { [0] = 5400, [2] = 1200, [3] = 12000 };
    uint16_t index = pkt->arg0;
    uint16_t type = pkt->arg0 >> 16;

    if (index || type >= ARRAY_SIZE(rpm) || !rpm[type]) {
        return RC_PARAMS;
    }
    pkt->value = rpm[type];
    return RC_OK;
}

static unsigned op_pwm(HlaccelState *s, HlaccelPacket *pkt, unsigned set)
{
    uint16_t index = pkt->arg0;
    uint16_t type = pkt->arg0 >> 16;

    if (index || type >= ARRAY_SIZE(s->fw->mbox.pwm)) {
        return RC_PARAMS;
    }
    if (set) {
        s->fw->mbox.pwm[type] = pkt->value;
    } else {
        pkt->value = s->fw->mbox.pwm[type];
    }
    return RC_OK;
}

/* --- clocks, power, small settings --- */

static unsigned op_frequency(HlaccelState *s, HlaccelPacket *pkt, unsigned set)
{
    if (pkt->arg0 >= HLACCEL_FW_PLLS) {
        return RC_PARAMS;
    }
    if (set) {
        s->fw->mbox.freq[pkt->arg0] = pkt->value;
    } else {
        pkt->value = s->fw->mbox.freq[pkt->arg0];
    }
    return RC_OK;
}

static unsigned op_pll_info(HlaccelState *s, HlaccelPacket *pkt, unsigned arg)
{
    uint16_t pll = pkt->arg0;
    uint64_t mhz;

    if (pll >= HLACCEL_FW_PLLS) {
        return RC_PARAMS;
    }
    mhz = MIN(s->fw->mbox.freq[pll] / 1000000, UINT16_MAX);
    pkt->value = mhz | mhz / 2 << 16 | mhz << 32 | mhz / 4 << 48;
    return RC_OK;
}

static unsigned op_max_power(HlaccelState *s, HlaccelPacket *pkt, unsigned set)
{
    if (set) {
        s->fw->mbox.max_power = pkt->value;
    } else {
        pkt->value = s->fw->mbox.max_power;
    }
    return RC_OK;
}

static unsigned op_led(HlaccelState *s, HlaccelPacket *pkt, unsigned arg)
{
    if (pkt->arg0 >= ARRAY_SIZE(s->fw->mbox.leds)) {
        return RC_PARAMS;
    }
    s->fw->mbox.leds[pkt->arg0] = pkt->value;
    return RC_OK;
}

/* One byte-wide device answers on every bus and address. */
static unsigned op_i2c(HlaccelState *s, HlaccelPacket *pkt, unsigned write)
{
    uint8_t reg = pkt->arg0 >> 16;
    uint8_t len = pkt->arg0 >> 24;
    unsigned i;

    if (len > 8) {
        return RC_PARAMS;
    }
    len = len ? len : 1;
    if (!write) {
        uint64_t val = 0;

        for (i = 0; i < len; i++) {
            val |= (uint64_t)s->fw->mbox.i2c[(uint8_t)(reg + i)] << 8 * i;
        }
        pkt->value = val;
        return RC_OK;
    }
    for (i = 0; i < len; i++) {
        s->fw->mbox.i2c[(uint8_t)(reg + i)] = pkt->value >> 8 * i;
    }
    return RC_OK;
}

enum { COUNT_THROUGHPUT, COUNT_REPLAY, COUNT_ENERGY, COUNT_PENDING_ROWS };

static unsigned op_counter(HlaccelState *s, HlaccelPacket *pkt, unsigned which)
{
    switch (which) {
    case COUNT_THROUGHPUT:
        pkt->value = (pkt->arg0 >> 16 ? s->stats.host_read_bytes :
                                        s->stats.host_write_bytes) / KiB;
        break;
    case COUNT_ENERGY:
        /* Millijoules at the mean power since the machine was started. */
        pkt->value = muldiv64(hlaccel_now(s), 85, 1000000);
        break;
    default:
        pkt->value = 0;
        break;
    }
    return RC_OK;
}

/* --- control --- */

static unsigned op_accept(HlaccelState *s, HlaccelPacket *pkt, unsigned arg)
{
    return RC_OK;
}

static unsigned op_pci_access(HlaccelState *s, HlaccelPacket *pkt,
                              unsigned enable)
{
    if (!enable) {
        hlaccel_event_enable(s, false);
    }
    return RC_OK;
}

static unsigned op_test(HlaccelState *s, HlaccelPacket *pkt, unsigned arg)
{
    return pkt->value == TEST_MAGIC ? RC_OK : RC_INVALID;
}

static unsigned op_unmask(HlaccelState *s, HlaccelPacket *pkt, unsigned array)
{
    uint32_t count, i;

    if (!array) {
        hlaccel_event_unmask(s, pkt->value);
        return RC_OK;
    }
    if (pkt->len < 0x1c) {
        return RC_INVALID;
    }
    count = ldl_le_p(pkt->raw + 0x18);
    if (count > (pkt->len - 0x1c) / 4) {
        return RC_PARAMS;
    }
    for (i = 0; i < count; i++) {
        hlaccel_event_unmask(s, ldl_le_p(pkt->raw + 0x1c + 4 * i));
    }
    return RC_OK;
}

/* Answers that are structures in a buffer of the host. */
static const struct {
    uint32_t size;
    bool sized;         /* the packet carries the size of the buffer */
    void (*fill)(HlaccelState *s, uint8_t *buf, size_t len);
    int32_t nonce_at;   /* where the host's nonce is repeated, -1: nowhere */
} buffers[] = {
    { 0x6e8, true, hlaccel_info_fill, -1 },
    { 256, true, hlaccel_info_eeprom, -1 },
    { 2232, true, NULL, -1 },
    { 264, false, NULL, -1 },
    { 3592, true, NULL, 260 },
    { 4592, true, hlaccel_info_fill, 0x6e8 },
    { 40960, true, hlaccel_info_monitors, -1 },
    { 4096, true, hlaccel_info_versions, -1 },
};

enum { BUF_INFO, BUF_EEPROM, BUF_NIC, BUF_ROWS, BUF_ATTEST, BUF_SIGNED,
       BUF_MONITORS, BUF_VERSIONS };

static unsigned op_buffer(HlaccelState *s, HlaccelPacket *pkt, unsigned which)
{
    uint32_t size = buffers[which].size;
    g_autofree uint8_t *buf = g_malloc0(size);

    if (buffers[which].fill) {
        buffers[which].fill(s, buf, size);
    }
    if (buffers[which].nonce_at >= 0) {
        stl_le_p(buf + buffers[which].nonce_at, pkt->arg1);
    }
    if (buffers[which].sized && pkt->arg0) {
        size = MIN(size, pkt->arg0);
    }
    if (hlaccel_cpu_write(s, pkt->value, buf, size) != MEMTX_OK) {
        return RC_FAULT;
    }
    pkt->value = which == BUF_EEPROM ? size : pkt->value;
    return RC_OK;
}

/* Requests that the driver only passes on; the first one is all there is. */
static unsigned op_passthrough(HlaccelState *s, HlaccelPacket *pkt,
                               unsigned which)
{
    return pkt->arg1 ? RC_PARAMS : op_buffer(s, pkt, which);
}

static const HlaccelOpcode opcodes[] = {
    [1] = { "disable-pci-access", op_pci_access, 0 },
    [2] = { "enable-pci-access", op_pci_access, 1 },
    [3] = { "temperature-get", op_temperature, 0 },
    [4] = { "voltage-get", op_rail, 0 },
    [5] = { "current-get", op_rail, RAIL_CURRENT },
    [6] = { "fan-speed-get", op_fan },
    [7] = { "pwm-get", op_pwm, 0 },
    [8] = { "pwm-set", op_pwm, 1 },
    [9] = { "frequency-set", op_frequency, 1 },
    [10] = { "frequency-get", op_frequency, 0 },
    [11] = { "led-set", op_led },
    [12] = { "i2c-write", op_i2c, 1 },
    [13] = { "i2c-read", op_i2c, 0 },
    [14] = { "info-get", op_buffer, BUF_INFO },
    [16] = { "unmask", op_unmask, 0 },
    [17] = { "unmask-array", op_unmask, 1 },
    [18] = { "test", op_test },
    [19] = { "frequency-current-get", op_frequency, 0 },
    [20] = { "max-power-get", op_max_power, 0 },
    [21] = { "max-power-set", op_max_power, 1 },
    [22] = { "eeprom-get", op_buffer, BUF_EEPROM },
    [23] = { "nic-info-get", op_buffer, BUF_NIC },
    [24] = { "temperature-set", op_temperature, 1 },
    [25] = { "voltage-set", op_rail, RAIL_SET },
    [26] = { "current-set", op_rail, RAIL_SET | RAIL_CURRENT },
    [27] = { "pcie-throughput-get", op_counter, COUNT_THROUGHPUT },
    [28] = { "pcie-replay-get", op_counter, COUNT_REPLAY },
    [29] = { "total-energy-get", op_counter, COUNT_ENERGY },
    [30] = { "pll-info-get", op_pll_info },
    [31] = { "nic-status", op_accept },
    [32] = { "power-get", op_power, 0 },
    [37] = { "msi-info-set", op_accept },
    [43] = { "hbm-replaced-rows-get", op_buffer, BUF_ROWS },
    [44] = { "hbm-pending-rows-get", op_counter, COUNT_PENDING_ROWS },
    [45] = { "power-set", op_power, 1 },
    [49] = { "attest-get", op_buffer, BUF_ATTEST },
    [50] = { "info-signed-get", op_buffer, BUF_SIGNED },
    [52] = { "monitor-dump-get", op_buffer, BUF_MONITORS },
    [56] = { "passthrough", op_passthrough, BUF_VERSIONS },
};

/* --- the queue --- */

/* Does the injected fault swallow this packet? */
static bool fault_swallows(HlaccelState *s, unsigned opcode)
{
    HlaccelFw *fw = s->fw;

    if (s->props.fw_fault != HLACCEL_FW_HEARTBEAT_STOP) {
        return false;
    }
    if (!fw->fault_met && fw->eq.enabled && opcode == 18 &&
        ++fw->heartbeats > LAST_HEARTBEATS) {
        fw->fault_met = true;
    }
    return fw->fault_met;
}

static void answer(HlaccelState *s, uint64_t ptr, HlaccelPacket *pkt,
                   unsigned opcode, unsigned rc, uint32_t pi)
{
    uint32_t ctl = ldl_le_p(pkt->raw + 8);
    uint32_t sts0 = hlaccel_psoc_get(s, A_PSOC_STS0);
    uint32_t fence = sts0 & R_PSOC_STS0_PKT_PI_ACK_MASK ? pi : TEST_MAGIC;
    uint8_t reply[12];

    switch (s->props.fw_fault) {
    case HLACCEL_FW_ERROR_CODE:
        rc = RC_FAULT;
        s->fw->fault_met = true;
        break;
    case HLACCEL_FW_WRONG_FENCE:
        fence ^= 0x100;
        s->fw->fault_met = true;
        break;
    case HLACCEL_FW_LATE_ANSWER:
        s->fw->fault_met = true;
        break;
    default:
        break;
    }
    stq_le_p(reply, pkt->value);
    stl_le_p(reply + 8, deposit32(ctl, 12, 4, rc));
    trace_hlaccel_mailbox_answer(opcode, rc, pkt->value, fence);
    fence = cpu_to_le32(fence);
    /* The fence last: it tells the host that the rest is there. */
    if (hlaccel_cpu_write(s, ptr, reply, sizeof(reply)) != MEMTX_OK ||
        hlaccel_cpu_write(s, ptr + 12, &fence, sizeof(fence)) != MEMTX_OK) {
        trace_hlaccel_mailbox_bad("answer not written");
    }
}

static void handle_packet(HlaccelState *s, uint64_t ptr, uint32_t len,
                          uint32_t pi)
{
    g_autofree HlaccelPacket *pkt = g_new0(HlaccelPacket, 1);
    const HlaccelOpcode *op = NULL;
    unsigned opcode, rc;

    if (len < PACKET_MIN || len > PACKET_MAX ||
        hlaccel_cpu_read(s, ptr, pkt->raw, len) != MEMTX_OK) {
        trace_hlaccel_mailbox_bad("packet not readable");
        return;
    }
    pkt->len = len;
    pkt->value = ldq_le_p(pkt->raw);
    pkt->arg0 = ldl_le_p(pkt->raw + 0x10);
    pkt->arg1 = ldl_le_p(pkt->raw + 0x14);
    opcode = extract32(ldl_le_p(pkt->raw + 8), 16, 13);
    trace_hlaccel_mailbox(pi, ptr, len, opcode);
    s->stats.cpu_packets++;
    if (fault_swallows(s, opcode)) {
        return;
    }
    if (opcode < ARRAY_SIZE(opcodes) && opcodes[opcode].handler) {
        op = &opcodes[opcode];
    }
    rc = op ? op->handler(s, pkt, op->arg) : RC_UNSUPPORTED;
    answer(s, ptr, pkt, opcode, rc, pi);
}

bool hlaccel_cpucp_run(HlaccelState *s)
{
    HlaccelMailbox *mb = &s->fw->mbox;
    uint32_t pi = hlaccel_mmio_peek(s, HLACCEL_CPU_IF_BASE +
                                       A_CPU_IF_PF_PQ_PI);
    unsigned budget = RUN_BUDGET;

    if (!mb->open) {
        return false;
    }
    pi &= 2 * mb->entries - 1;
    while (mb->ci != pi && budget--) {
        uint64_t at = mb->base + PQ_ENTRY * (mb->ci & (mb->entries - 1));
        uint8_t entry[PQ_ENTRY];

        mb->ci = (mb->ci + 1) & (2 * mb->entries - 1);
        if (hlaccel_cpu_read(s, at, entry, sizeof(entry)) != MEMTX_OK) {
            trace_hlaccel_mailbox_bad("queue entry not readable");
            continue;
        }
        handle_packet(s, ldq_le_p(entry), ldl_le_p(entry + 8), mb->ci);
        if (!mb->open) {
            return false;
        }
    }
    return mb->ci != pi;
}

static uint64_t reg_pair(HlaccelState *s, uint32_t lo)
{
    return hlaccel_mmio_peek(s, HLACCEL_CPU_IF_BASE + lo) |
           (uint64_t)hlaccel_mmio_peek(s, HLACCEL_CPU_IF_BASE + lo + 4) << 32;
}

static bool readable(HlaccelState *s, uint64_t addr)
{
    uint8_t probe[PQ_ENTRY];

    return addr &&
           hlaccel_cpu_read(s, addr, probe, sizeof(probe)) == MEMTX_OK;
}

/* The host asks for its queues to be taken into service. */
void hlaccel_cpucp_open(HlaccelState *s)
{
    HlaccelBlock *cpu_if = hlaccel_block_at(s, HLACCEL_CPU_IF_BASE);
    HlaccelMailbox *mb = &s->fw->mbox;
    uint32_t init = hlaccel_reg_get(cpu_if, A_CPU_IF_QUEUE_INIT);
    uint32_t pq_len = hlaccel_reg_get(cpu_if, A_CPU_IF_PQ_LENGTH);
    uint32_t eq_len = hlaccel_reg_get(cpu_if, A_CPU_IF_EQ_LENGTH);
    uint32_t verdict = INIT_READY_FOR_HOST;
    uint64_t eq_base;

    if (init != INIT_READY_FOR_CP && init != INIT_SINGLE_MSI) {
        return;
    }
    mb->base = reg_pair(s, A_CPU_IF_PQ_BASE_LO);
    eq_base = reg_pair(s, A_CPU_IF_EQ_BASE_LO);
    if (!is_power_of_2(pq_len) || pq_len < PQ_ENTRY ||
        pq_len > PQ_MAX_LENGTH || eq_len != HLACCEL_EQ_ENTRIES * 64) {
        verdict = INIT_BAD_LENGTH;
    } else if (!readable(s, mb->base) || !readable(s, eq_base)) {
        verdict = INIT_BAD_ADDRESS;
    }
    mb->open = verdict == INIT_READY_FOR_HOST;
    if (mb->open) {
        mb->entries = pq_len / PQ_ENTRY;
        mb->ci = 0;
        hlaccel_event_open(s, eq_base);
    }
    hlaccel_reg_set(cpu_if, A_CPU_IF_QUEUE_INIT, verdict);
    trace_hlaccel_boot_step("queues", verdict);
}

void hlaccel_cpucp_reset(HlaccelFw *fw)
{
    HlaccelMailbox *mb = &fw->mbox;
    unsigned i;

    memset(mb, 0, sizeof(*mb));
    fw->heartbeats = 0;
    for (i = 0; i < HLACCEL_FW_PLLS; i++) {
        /* All different, and the one that counts time as it is known. */
        mb->freq[i] = (HLACCEL_CPU_PLL_MHZ + 25 * i) * 1000000ULL;
    }
    mb->max_power = 200000;
    mb->pwm[0] = 128;
}
