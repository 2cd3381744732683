/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Habana accelerator model: packets to the device CPU.
 */
#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "hlaccel-test-lib.h"

enum {
    P_DISABLE_PCI = 1, P_ENABLE_PCI, P_TEMP_GET, P_VOLT_GET, P_CURR_GET,
    P_FAN_GET, P_PWM_GET, P_PWM_SET, P_FREQ_SET, P_FREQ_GET, P_LED_SET,
    P_I2C_WR, P_I2C_RD, P_INFO_GET, P_UNMASK = 16, P_UNMASK_ARRAY, P_TEST,
    P_FREQ_CURR, P_MAX_POWER_GET, P_MAX_POWER_SET, P_EEPROM, P_NIC_INFO,
    P_TEMP_SET, P_VOLT_SET, P_CURR_SET, P_THROUGHPUT, P_REPLAY, P_ENERGY,
    P_PLL_INFO, P_POWER_GET = 32, P_HBM_ROWS = 43, P_HBM_PENDING, P_POWER_SET,
    P_ATTEST = 49, P_INFO_SIGNED, P_MONITOR_DUMP = 52, P_PASSTHROUGH = 56,
};

#define INFO_SIZE           0x6e8

static HlTest *start(const char *props)
{
    HlTest *t = hl_start(props);

    hl_running(t);
    return t;
}

static uint64_t buffer(HlTest *t, size_t size)
{
    uint64_t at = hl_alloc(t, size + 64, 4096);

    qtest_memset(t->qts, at, 0x5a, size + 64);
    return at;
}

static uint32_t sensor(unsigned index, unsigned type)
{
    return index | type << 16;
}

static void test_test(void)
{
    HlTest *t = start(NULL);
    uint64_t result;
    unsigned i;

    for (i = 0; i < 5; i++) {
        g_assert_cmpuint(hl_packet(t, P_TEST, FENCE_CONST, 0, 0, &result), ==,
                         0);
        g_assert_cmphex(result, ==, FENCE_CONST);
    }
    g_assert_cmpuint(hl_get(t, "stat-cpu-packets"), ==, 5);
    hl_stop(t);
}

static void test_info(void)
{
    HlTest *t = start(NULL);
    uint64_t at = buffer(t, INFO_SIZE);
    uint8_t info[INFO_SIZE];
    unsigned i, sensors = 0;

    g_assert_cmpuint(hl_packet(t, P_INFO_GET, hl_da(at), INFO_SIZE, 0, NULL),
                     ==, 0);
    qtest_bufread(t->qts, at, info, INFO_SIZE);
    g_assert_true(hl_all(t, at + INFO_SIZE, 64, 0x5a));
    for (i = 0; i < 128; i++) {
        uint32_t type = ldl_le_p(info + 8 * i);

        if (!type && !ldl_le_p(info + 8 * i + 4)) {
            break;
        }
        g_assert_cmpuint(type, >=, 1);
        g_assert_cmpuint(type, <=, 4);
        sensors++;
    }
    g_assert_cmpuint(sensors, >=, 1);
    g_assert_cmpuint(i, <, 128);
    g_assert_cmpuint(ldl_le_p(info + 0x484), <=, 1);
    /* One would make the driver wait for heartbeats that never come. */
    g_assert_cmpuint(info[0x647], ==, 0);
    for (i = 0; i < 16; i++) {
        g_assert_cmpuint(info[0x620 + i], <, 0x7f);
    }
    g_assert_cmpuint(info[0x594 + 127], ==, 0);
    g_assert_cmpuint(info[0x400 + 127], ==, 0);
    hl_stop(t);
}

/* No more is written than there is room for. */
static void test_info_short(void)
{
    HlTest *t = start(NULL);
    uint64_t at = buffer(t, INFO_SIZE);

    g_assert_cmpuint(hl_packet(t, P_INFO_GET, hl_da(at), 64, 0, NULL), ==, 0);
    g_assert_false(hl_all(t, at, 64, 0x5a));
    g_assert_true(hl_all(t, at + 64, INFO_SIZE - 64, 0x5a));
    hl_stop(t);
}

/* A buffer that is nowhere is answered with a code, not with silence. */
static void test_info_nowhere(void)
{
    HlTest *t = start(NULL);

    g_assert_cmpuint(hl_packet(t, P_INFO_GET, 0x7000000000ull, INFO_SIZE, 0,
                               NULL), !=, 0);
    g_assert_cmpuint(hl_packet(t, P_TEST, FENCE_CONST, 0, 0, NULL), ==, 0);
    hl_stop(t);
}

static void test_no_sensors(void)
{
    HlTest *t = start("fw-fault=no-sensors");
    uint64_t at = buffer(t, INFO_SIZE);

    g_assert_cmpuint(hl_packet(t, P_INFO_GET, hl_da(at), INFO_SIZE, 0, NULL),
                     ==, 0);
    g_assert_cmphex(qtest_readq(t->qts, at), ==, 0);
    hl_stop(t);
}

static void test_pci_access(void)
{
    HlTest *t = start(NULL);

    g_assert_cmpuint(hl_packet(t, P_ENABLE_PCI, 0, 0, 0, NULL), ==, 0);
    g_assert_cmpuint(hl_packet(t, P_DISABLE_PCI, 0, 0, 0, NULL), ==, 0);
    g_assert_cmpuint(hl_packet(t, P_ENABLE_PCI, 0, 0, 0, NULL), ==, 0);
    hl_stop(t);
}

/* Every sensor of the list answers its input, and numbers make sense. */
static void test_sensors(void)
{
    HlTest *t = start(NULL);
    uint64_t at = buffer(t, INFO_SIZE);
    unsigned count[5] = { 0 };
    unsigned i;

    hl_packet(t, P_INFO_GET, hl_da(at), INFO_SIZE, 0, NULL);
    for (i = 0; i < 128; i++) {
        uint32_t type = hl_mem_r(t, at + 8 * i);
        uint32_t flags = hl_mem_r(t, at + 8 * i + 4);
        uint64_t val = 0;
        unsigned rc;

        if (!type && !flags) {
            break;
        }
        g_assert_cmpuint(type, <, 5);
        if (type == 4) {
            rc = hl_packet(t, P_POWER_GET, 0, sensor(count[4], 8), 0, &val);
        } else {
            rc = hl_packet(t, P_TEMP_GET + type - 1, 0,
                           sensor(count[type], 0), 0, &val);
        }
        g_assert_cmpuint(rc, ==, 0);
        g_assert_cmpuint(val, >, 0);
        if (type == 1) {
            g_assert_cmpuint(val, >=, 10000);
            g_assert_cmpuint(val, <=, 120000);
        }
        count[type]++;
    }
    g_assert_cmpuint(hl_packet(t, P_TEMP_GET, 0, sensor(200, 0), 0, NULL), !=,
                     0);
    g_assert_cmpuint(hl_packet(t, P_TEMP_GET, 0, sensor(0, 999), 0, NULL), !=,
                     0);
    g_assert_cmpuint(hl_packet(t, P_VOLT_GET, 0, sensor(0xffff, 0), 0, NULL),
                     !=, 0);
    hl_stop(t);
}

static void test_temperature_offset(void)
{
    HlTest *t = start(NULL);
    uint64_t val;

    g_assert_cmpuint(hl_packet(t, P_TEMP_SET, 1500, sensor(0, 19), 0, NULL),
                     ==, 0);
    g_assert_cmpuint(hl_packet(t, P_TEMP_GET, 0, sensor(0, 19), 0, &val), ==,
                     0);
    g_assert_cmpuint(val, ==, 1500);
    hl_stop(t);
}

static void test_fan(void)
{
    HlTest *t = start(NULL);
    uint64_t val;

    g_assert_cmpuint(hl_packet(t, P_FAN_GET, 0, sensor(0, 0), 0, &val), ==,
                     0);
    g_assert_cmpuint(val, >, 0);
    g_assert_cmpuint(hl_packet(t, P_PWM_SET, 99, sensor(0, 0), 0, NULL), ==,
                     0);
    g_assert_cmpuint(hl_packet(t, P_PWM_GET, 0, sensor(0, 0), 0, &val), ==,
                     0);
    g_assert_cmpuint(val, ==, 99);
    hl_stop(t);
}

/* What has been set is read back, per index. */
static void test_settings(void)
{
    HlTest *t = start(NULL);
    uint64_t val;

    g_assert_cmpuint(hl_packet(t, P_FREQ_SET, 2200000000ull, 7, 0, NULL), ==,
                     0);
    g_assert_cmpuint(hl_packet(t, P_FREQ_SET, 900000000, 5, 0, NULL), ==, 0);
    hl_packet(t, P_FREQ_GET, 0, 7, 0, &val);
    g_assert_cmpuint(val, ==, 2200000000ull);
    hl_packet(t, P_FREQ_GET, 0, 5, 0, &val);
    g_assert_cmpuint(val, ==, 900000000);
    g_assert_cmpuint(hl_packet(t, P_FREQ_CURR, 0, 7, 0, &val), ==, 0);
    g_assert_cmpuint(val, >, 0);
    g_assert_cmpuint(hl_packet(t, P_FREQ_GET, 0, 1000, 0, NULL), !=, 0);

    g_assert_cmpuint(hl_packet(t, P_MAX_POWER_SET, 350000, 0, 0, NULL), ==, 0);
    g_assert_cmpuint(hl_packet(t, P_MAX_POWER_GET, 0, 0, 0, &val), ==, 0);
    g_assert_cmpuint(val, ==, 350000);

    g_assert_cmpuint(hl_packet(t, P_PLL_INFO, 0, 0, 0, &val), ==, 0);
    /* Output 2 of the CPU's PLL clocks the time stamps. */
    g_assert_cmpuint((val >> 32) & 0xffff, >, 0);
    g_assert_cmpuint(hl_packet(t, P_LED_SET, 1, 0, 0, NULL), ==, 0);
    hl_stop(t);
}

/* bus, address, register, length in one word */
static void test_i2c(void)
{
    HlTest *t = start(NULL);
    uint64_t val;

    g_assert_cmpuint(hl_packet(t, P_I2C_WR, 0xab, 1 | 0x50 << 8 | 0x10 << 16 |
                               1u << 24, 0, NULL), ==, 0);
    g_assert_cmpuint(hl_packet(t, P_I2C_RD, 0, 1 | 0x50 << 8 | 0x10 << 16 |
                               1u << 24, 0, &val), ==, 0);
    g_assert_cmphex(val & 0xff, ==, 0xab);
    hl_stop(t);
}

/* Answers in buffers: the size of each, and nothing behind it. */
static void test_passthrough(void)
{
    HlTest *t = start("module-id=5");
    uint64_t at = buffer(t, 4096);
    uint8_t info[INFO_SIZE];
    char text[4096];

    g_assert_cmpuint(hl_packet(t, P_PASSTHROUGH, hl_da(at), 4096, 0, NULL),
                     ==, 0);
    qtest_bufread(t->qts, at, text, sizeof(text));
    g_assert_cmpuint(strnlen(text, sizeof(text)), <, sizeof(text));
    g_assert_nonnull(strstr(text, "HL205\n"));
    /* Nothing else is passed on. */
    g_assert_cmpuint(hl_packet(t, P_PASSTHROUGH, hl_da(at), 4096, 1, NULL),
                     ==, 4);
    at = buffer(t, INFO_SIZE);
    g_assert_cmpuint(hl_packet(t, P_INFO_GET, hl_da(at), INFO_SIZE, 0, NULL),
                     ==, 0);
    qtest_bufread(t->qts, at, info, INFO_SIZE);
    g_assert_cmpuint(ldl_le_p(info + 0x488), ==, 5);
    hl_stop(t);
}

static void test_buffers(void)
{
    static const struct {
        unsigned op;
        uint32_t size;
    } row[] = {
        { P_EEPROM, 256 }, { P_NIC_INFO, 2232 }, { P_HBM_ROWS, 264 },
        { P_ATTEST, 3592 }, { P_INFO_SIGNED, 4592 }, { P_MONITOR_DUMP, 40960 },
    };
    HlTest *t = start(NULL);
    unsigned i;

    for (i = 0; i < G_N_ELEMENTS(row); i++) {
        uint64_t at = buffer(t, row[i].size);
        uint64_t result;

        g_assert_cmpuint(hl_packet(t, row[i].op, hl_da(at), row[i].size,
                                   0x1234, &result), ==, 0);
        g_assert_false(hl_all(t, at, row[i].size, 0x5a));
        g_assert_true(hl_all(t, at + row[i].size, 64, 0x5a));
        if (row[i].op == P_EEPROM) {
            g_assert_cmpuint(result, >, 0);
            g_assert_cmpuint(result, <=, row[i].size);
        }
    }
    hl_stop(t);
}

/* The dump holds the five words of every monitor of the four managers. */
static void test_monitor_dump(void)
{
    HlTest *t = start(NULL);
    uint64_t at = buffer(t, 40960);
    unsigned i, found = 0;

    hl_w(t, MON_DATA(SM_E_N, 17), 0xd00dfeed);
    g_assert_cmpuint(hl_packet(t, P_MONITOR_DUMP, hl_da(at), 40960, 0, NULL),
                     ==, 0);
    for (i = 0; i < 40960; i += 4) {
        found += hl_mem_r(t, at + i) == 0xd00dfeed;
    }
    g_assert_cmpuint(found, ==, 1);
    hl_stop(t);
}

static void test_counters(void)
{
    static const unsigned op[] = { P_THROUGHPUT, P_REPLAY, P_ENERGY,
                                   P_HBM_PENDING };
    HlTest *t = start(NULL);
    unsigned i;

    for (i = 0; i < G_N_ELEMENTS(op); i++) {
        g_assert_cmpuint(hl_packet(t, op[i], 0, 0, 0, NULL), ==, 0);
    }
    g_assert_cmpuint(hl_packet(t, P_POWER_GET, 0, sensor(0, 9), 0, NULL), ==,
                     0);
    g_assert_cmpuint(hl_packet(t, P_POWER_SET, 0, sensor(0, 11), 0, NULL), ==,
                     0);
    hl_stop(t);
}

static void test_unmask(void)
{
    HlTest *t = start(NULL);
    uint32_t pkt[12] = { 0 };
    uint64_t at;

    g_assert_cmpuint(hl_packet(t, P_UNMASK, 604, 0, 0, NULL), ==, 0);
    g_assert_cmpuint(hl_packet(t, P_UNMASK, ~0ull, 0, 0, NULL), <, 5);
    pkt[2] = P_UNMASK_ARRAY << 16;
    pkt[6] = 3;
    pkt[7] = 604;
    pkt[8] = 605;
    pkt[9] = 0xffffffff;
    at = hl_packet_post(t, pkt, 40);
    g_assert_true(hl_poll_mem(t, at + 12, hl_fence_value(t, t->pi)));
    g_assert_cmphex(hl_mem_r(t, at + 8) >> 12 & 0xf, ==, 0);
    /* A length that the packet does not have. */
    pkt[6] = 0x40000000;
    at = hl_packet_post(t, pkt, 40);
    g_assert_true(hl_poll_mem(t, at + 12, hl_fence_value(t, t->pi)));
    g_assert_cmphex(hl_mem_r(t, at + 8) >> 12 & 0xf, !=, 0);
    hl_stop(t);
}

/* Opcodes nobody has: return code 3, and the right fence. */
static void test_unknown(void)
{
    static const unsigned op[] = { 0, 15, 46, 48, 51, 53, 54, 55, 57, 63, 66,
                                   100, 0x1000, 0x1fff };
    HlTest *t = start(NULL);
    unsigned i;

    for (i = 0; i < G_N_ELEMENTS(op); i++) {
        g_assert_cmpuint(hl_packet(t, op[i], 0, 0, 0, NULL), ==, 3);
    }
    hl_stop(t);
}

/* The rest of the list, which this part need not know but must answer. */
static void test_others(void)
{
    static const unsigned op[] = { 31, 33, 34, 35, 36, 38, 39, 40, 41, 42, 47,
                                   56, 58, 64, 65 };
    HlTest *t = start(NULL);
    unsigned i;

    for (i = 0; i < G_N_ELEMENTS(op); i++) {
        unsigned rc = hl_packet(t, op[i], 0, 0, 0, NULL);

        g_assert_true(rc == 0 || rc == 3);
    }
    hl_stop(t);
}

/* The convention of the fence follows what STS0 shows at that moment. */
static void test_fences(void)
{
    HlTest *t = start(NULL);
    uint32_t pkt[6] = { FENCE_CONST, 0, P_TEST << 16 };
    uint32_t sts0 = hl_r(t, BOOT_DEV_STS0);
    unsigned ack;

    for (ack = 0; ack < 2; ack++) {
        uint64_t at;

        hl_w(t, BOOT_DEV_STS0, (sts0 & ~STS0_PI_ACK) | STS_ENABLED |
             (ack ? STS0_PI_ACK : 0));
        at = hl_packet_post(t, pkt, sizeof(pkt));
        hl_settle(t);
        g_assert_cmphex(hl_mem_r(t, at + 12), ==, ack ? t->pi : FENCE_CONST);
    }
    hl_stop(t);
}

/* The index wraps at twice the 4096 slots, and nothing else happens there. */
static void test_wrap(void)
{
    HlTest *t = start(NULL);
    unsigned i;

    for (i = 0; i < 8300; i++) {
        uint32_t pkt[6] = { FENCE_CONST, 0, P_TEST << 16 };
        uint64_t at = hl_packet_post(t, pkt, sizeof(pkt));
        uint32_t fence = hl_fence_value(t, t->pi);
        unsigned tries;

        for (tries = 0; tries < 100 && hl_mem_r(t, at + 12) != fence;
             tries++) {
            hl_step(t, 20000);
        }
        if (hl_mem_r(t, at + 12) != fence) {
            g_test_message("packet %u", i);
            g_test_fail();
            break;
        }
    }
    hl_stop(t);
}

/* Several packets behind one doorbell are answered one after the other. */
static void test_burst(void)
{
    HlTest *t = start(NULL);
    uint64_t base = hl_alloc(t, 20 * 64, 64);
    unsigned i;

    for (i = 0; i < 20; i++) {
        uint32_t pkt[6] = { FENCE_CONST, 0, P_TEST << 16, 0xffffffff };
        uint32_t entry[4] = { (uint32_t)hl_da(base + 64 * i),
                              hl_da(base + 64 * i) >> 32, 24, i + 1 };

        qtest_bufwrite(t->qts, base + 64 * i, pkt, sizeof(pkt));
        qtest_bufwrite(t->qts, t->pq + 16 * i, entry, sizeof(entry));
    }
    hl_w(t, PQ_PI, 20);
    hl_cpu_irq(t, SPI_PI_UPDATE);
    for (i = 0; i < 20; i++) {
        g_assert_true(hl_poll_mem(t, base + 64 * i + 12,
                                  hl_fence_value(t, i + 1)));
    }
    hl_stop(t);
}

/* Without the interrupt nobody looks. */
static void test_no_interrupt(void)
{
    HlTest *t = start(NULL);
    uint64_t base = hl_alloc(t, 64, 64);
    uint32_t pkt[6] = { FENCE_CONST, 0, P_TEST << 16, 0xffffffff };
    uint32_t entry[4] = { (uint32_t)hl_da(base), hl_da(base) >> 32, 24, 1 };

    qtest_bufwrite(t->qts, base, pkt, sizeof(pkt));
    qtest_bufwrite(t->qts, t->pq, entry, sizeof(entry));
    hl_w(t, PQ_PI, 1);
    hl_step(t, 1000000000);
    g_assert_cmphex(hl_mem_r(t, base + 12), ==, 0xffffffff);
    hl_cpu_irq(t, SPI_PI_UPDATE);
    g_assert_true(hl_poll_mem(t, base + 12, hl_fence_value(t, 1)));
    hl_stop(t);
}

static uint32_t fence_after(const char *props, unsigned ms)
{
    HlTest *t = start(props);
    uint32_t pkt[6] = { FENCE_CONST, 0, P_TEST << 16 };
    uint64_t at = hl_packet_post(t, pkt, sizeof(pkt));
    uint32_t fence = hl_fence_value(t, t->pi), got;
    unsigned i;

    for (i = 0; i < ms; i++) {
        hl_step(t, 1000000);
    }
    got = hl_mem_r(t, at + 12);
    hl_stop(t);
    return got == fence ? 1 : got == 0xffffffff ? 0 : 2;
}

/* The answer after four seconds: none, a wrong one, one that is late. */
static void test_faults(void)
{
    g_assert_cmpuint(fence_after(NULL, 4000), ==, 1);
    g_assert_cmpuint(fence_after("fw-fault=wrong-fence", 4000), ==, 2);
    g_assert_cmpuint(fence_after("fw-fault=late-answer", 4000), ==, 0);
    g_assert_cmpuint(fence_after("fw-fault=late-answer", 15000), ==, 1);
}

static void test_error_code(void)
{
    HlTest *t = start("fw-fault=error-code");

    g_assert_cmpuint(hl_packet(t, P_TEST, FENCE_CONST, 0, 0, NULL), !=, 0);
    hl_set(t, "fw-fault", "'none'");
    g_assert_cmpuint(hl_packet(t, P_TEST, FENCE_CONST, 0, 0, NULL), ==, 0);
    hl_stop(t);
}

/* Some heartbeats are answered, and then none any more. */
static void test_heartbeat_stop(void)
{
    HlTest *t = start("fw-fault=heartbeat-stop");
    unsigned beat, answered = 0;
    bool dead = false;

    for (beat = 0; beat < 20; beat++) {
        uint32_t pkt[6] = { FENCE_CONST, 0, P_TEST << 16 };
        uint64_t at = hl_packet_post(t, pkt, sizeof(pkt));

        if (hl_poll_mem(t, at + 12, hl_fence_value(t, t->pi))) {
            g_assert_false(dead);
            answered++;
        } else {
            dead = true;
        }
        hl_step(t, 10000000000);
    }
    g_assert_true(dead);
    g_assert_cmpuint(answered, <, 20);
    hl_stop(t);
}

/* Entries that lead nowhere are passed over, the next one is answered. */
static void test_bad_entries(void)
{
    static const struct {
        uint64_t ptr;
        uint32_t len;
    } row[] = {
        { 0x7000000000ull, 24 }, { ~0ull, 24 }, { 0, 0 },
        { DA_HOST + 0x1800000, 0 }, { DA_HOST + 0x1800000, 8 },
        { DA_HOST + 0x1800000, 0xffffffff },
    };
    HlTest *t = start(NULL);
    unsigned i;

    for (i = 0; i < G_N_ELEMENTS(row); i++) {
        uint64_t entry = t->pq + 16 * t->pi;

        qtest_writeq(t->qts, entry, row[i].ptr);
        hl_mem_w(t, entry + 8, row[i].len);
        hl_mem_w(t, entry + 12, ++t->pi);
        hl_w(t, PQ_PI, t->pi);
        hl_cpu_irq(t, SPI_PI_UPDATE);
        hl_settle(t);
    }
    g_assert_cmpuint(hl_packet(t, P_TEST, FENCE_CONST, 0, 0, NULL), ==, 0);
    /* A producer index out of every range ends as well. */
    hl_w(t, PQ_PI, 0xffffffff);
    hl_cpu_irq(t, SPI_PI_UPDATE);
    hl_step(t, 1000000000);
    g_assert_cmphex(hl_r(t, BOOT_STATUS), ==, BOOT_LINUX);
    hl_stop(t);
}

int main(int argc, char **argv)
{
    hl_test_init(&argc, &argv);
    qtest_add_func("hlaccel/cpucp/test", test_test);
    qtest_add_func("hlaccel/cpucp/info", test_info);
    qtest_add_func("hlaccel/cpucp/info-short", test_info_short);
    qtest_add_func("hlaccel/cpucp/info-nowhere", test_info_nowhere);
    qtest_add_func("hlaccel/cpucp/no-sensors", test_no_sensors);
    qtest_add_func("hlaccel/cpucp/pci-access", test_pci_access);
    qtest_add_func("hlaccel/cpucp/sensors", test_sensors);
    qtest_add_func("hlaccel/cpucp/temp-offset", test_temperature_offset);
    qtest_add_func("hlaccel/cpucp/fan", test_fan);
    qtest_add_func("hlaccel/cpucp/settings", test_settings);
    qtest_add_func("hlaccel/cpucp/i2c", test_i2c);
    qtest_add_func("hlaccel/cpucp/buffers", test_buffers);
    qtest_add_func("hlaccel/cpucp/passthrough", test_passthrough);
    qtest_add_func("hlaccel/cpucp/monitor-dump", test_monitor_dump);
    qtest_add_func("hlaccel/cpucp/counters", test_counters);
    qtest_add_func("hlaccel/cpucp/unmask", test_unmask);
    qtest_add_func("hlaccel/cpucp/unknown", test_unknown);
    qtest_add_func("hlaccel/cpucp/others", test_others);
    qtest_add_func("hlaccel/cpucp/fences", test_fences);
    qtest_add_func("hlaccel/cpucp/wrap", test_wrap);
    qtest_add_func("hlaccel/cpucp/burst", test_burst);
    qtest_add_func("hlaccel/cpucp/no-interrupt", test_no_interrupt);
    qtest_add_func("hlaccel/cpucp/faults", test_faults);
    qtest_add_func("hlaccel/cpucp/error-code", test_error_code);
    qtest_add_func("hlaccel/cpucp/heartbeat-stop", test_heartbeat_stop);
    qtest_add_func("hlaccel/cpucp/bad-entries", test_bad_entries);
    return g_test_run();
}
