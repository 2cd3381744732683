/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Habana accelerator model: the dynamic loader and the secured part.
 */
#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "hlaccel-test-lib.h"

enum {
    CMD_NOOP,
    CMD_CLR_STS,
    CMD_RST_STATE,
    CMD_PREP_DESC,
    CMD_DATA_RDY,
    CMD_EXEC,
    CMD_RST_DEV,
    CMD_GOTO_WFE,
    CMD_SKIP_BMC,
    CMD_PREP_DESC_ELBI = 10,
};

#define ST_NOOP             0u
#define ST_ACK              1u
#define ST_OK               2u

#define DESC_SIZE           1280
#define FIT_SIZE            0x100000

typedef struct Desc {
    uint8_t raw[DESC_SIZE];
} Desc;

static uint32_t status(HlTest *t)
{
    return hl_r(t, CMD_STATUS) >> 28;
}

static bool wait_status(HlTest *t, uint32_t st)
{
    return hl_poll_slow(t, CMD_STATUS, 0xf0000000, st << 28, 30000);
}

static void put(HlTest *t, unsigned cmd, uint32_t size)
{
    hl_w(t, KMD_MSG, cmd << 27 | size);
}

/* One exchange; the result word, or that of the acknowledge. */
static uint32_t command(HlTest *t, unsigned cmd, uint32_t size, bool wait_ok)
{
    uint32_t word;

    put(t, CMD_CLR_STS, 0);
    g_assert_true(wait_status(t, ST_NOOP));
    put(t, cmd, size);
    g_assert_true(wait_status(t, ST_ACK));
    g_assert_cmphex((hl_r(t, CMD_STATUS) >> 26) & 3, <=, 1);
    put(t, CMD_CLR_STS, 0);
    g_assert_true(wait_status(t, ST_NOOP));
    /* The result is published at the NOOP and not before. */
    hl_step(t, 100000000);
    g_assert_cmphex(status(t), ==, ST_NOOP);
    put(t, CMD_NOOP, 0);
    if (!wait_ok) {
        return 0;
    }
    g_assert_true(wait_status(t, ST_OK));
    word = hl_r(t, CMD_STATUS);
    g_assert_cmphex((word >> 26) & 3, <=, 1);
    put(t, CMD_CLR_STS, 0);
    g_assert_true(wait_status(t, ST_NOOP));
    put(t, CMD_NOOP, 0);
    hl_step(t, 1000000);
    g_assert_cmphex(status(t), ==, ST_NOOP);
    return word;
}

static uint32_t get32(const Desc *d, unsigned at)
{
    return ldl_le_p(d->raw + at);
}

static uint64_t buffer_at(uint32_t word)
{
    uint32_t off = (word & 0x03ffffff) << 2;

    if ((word >> 26) & 3) {
        return hl_hbm(off);
    }
    g_assert_cmphex(off + DESC_SIZE, <, SRAM_SIZE);
    return hl_sram(off);
}

static void read_desc(HlTest *t, uint32_t word, Desc *d)
{
    qtest_bufread(t->qts, buffer_at(word), d->raw, DESC_SIZE);
}

/* The standard sum, bit by bit. */
static uint32_t crc(const uint8_t *p, size_t n)
{
    uint32_t c = 0xffffffff;
    unsigned k;

    while (n--) {
        c ^= *p++;
        for (k = 0; k < 8; k++) {
            c = c >> 1 ^ (c & 1 ? 0xedb88320 : 0);
        }
    }
    return ~c;
}

static bool desc_ok(const Desc *d)
{
    unsigned size = lduw_le_p(d->raw + 8);

    return size <= DESC_SIZE - 16 && get32(d, 4) == crc(d->raw + 16, size);
}

static void check_desc(const Desc *d, uint32_t size)
{
    static const struct {
        unsigned idx;
        uint32_t off;
    } reg[] = {
        { 12, BOOT_DEV_STS0 }, { 13, BOOT_DEV_STS1 }, { 14, BOOT_ERR0 },
        { 15, BOOT_ERR1 }, { 16, BOOT_STATUS }, { 24, KMD_MSG },
        { 25, CMD_STATUS },
    };
    uint64_t img = ldq_le_p(d->raw + 0x278);
    unsigned i;

    g_assert_cmphex(get32(d, 0), ==, 0x4843444d);
    g_assert_cmphex(lduw_le_p(d->raw + 8), ==, 0x4f0);
    g_assert_cmphex(d->raw[10], ==, 3);
    g_assert_true(desc_ok(d));
    for (i = 0; i < G_N_ELEMENTS(reg); i++) {
        g_assert_cmphex(get32(d, 0x10 + 4 * reg[i].idx), ==, reg[i].off);
    }
    for (i = 26; i <= 33; i++) {
        g_assert_cmphex(get32(d, 0x10 + 4 * i), !=, 0);
    }
    if (img >= DA_SRAM) {
        g_assert_cmphex(img + size, <, DA_SRAM + SRAM_SIZE);
    } else {
        g_assert_cmphex(img + size, <, 1u << 30);
    }
}

static HlTest *start(const char *props)
{
    HlTest *t = hl_start(props);

    g_assert_true(hl_poll_slow(t, BOOT_STATUS, ~0u, BOOT_WAIT_FIT, 4000));
    g_assert_cmphex(hl_r(t, BOOT_DEV_STS0) & (STS_ENABLED | STS0_COMMS), ==,
                    STS_ENABLED | STS0_COMMS);
    return t;
}

/* All of 2.7.2 up to a running CPU. */
static void boot_comms(HlTest *t)
{
    Desc d;
    uint32_t word;

    command(t, CMD_RST_STATE, 0, true);
    word = command(t, CMD_PREP_DESC, DESC_SIZE, true);
    read_desc(t, word, &d);
    check_desc(&d, 0);
    word = command(t, CMD_PREP_DESC, FIT_SIZE, true);
    read_desc(t, word, &d);
    check_desc(&d, FIT_SIZE);
    command(t, CMD_DATA_RDY, 0, true);
    command(t, CMD_EXEC, 0, false);
    g_assert_true(hl_poll_slow(t, BOOT_STATUS, ~0u, BOOT_READY, 15000));
    command(t, CMD_SKIP_BMC, 0, true);
    word = command(t, CMD_PREP_DESC, 2 * FIT_SIZE, true);
    read_desc(t, word, &d);
    check_desc(&d, 2 * FIT_SIZE);
    command(t, CMD_DATA_RDY, 0, true);
    command(t, CMD_EXEC, 0, false);
    g_assert_true(hl_poll_slow(t, BOOT_STATUS, ~0u, BOOT_LINUX, 30000));
    g_assert_cmphex(hl_r(t, BOOT_ERR0) & 0x7fffffff, ==, 0);
}

static void test_boot(void)
{
    HlTest *t = start("boot=comms");

    boot_comms(t);
    hl_w(t, CPU_MSB_ADDR, 1);
    hl_cpuq_init(t);
    g_assert_cmpuint(hl_packet(t, 18, FENCE_CONST, 0, 0, NULL), ==, 0);
    hl_stop(t);
}

static void test_version(void)
{
    HlTest *t = start("boot=comms");
    Desc d;
    const char *ver = (const char *)d.raw + 0x178;

    read_desc(t, command(t, CMD_PREP_DESC, DESC_SIZE, true), &d);
    g_assert_cmphex(d.raw[0x178 + 127], ==, 0);
    g_assert_nonnull(strstr(ver, "Preboot"));
    g_assert_true(g_regex_match_simple("-[0-9]+\\.[0-9]+\\.[0-9]+-fw-"
                                       "[0-9]+\\.[0-9]+\\.[0-9]+ ", ver, 0,
                                       0));
    hl_stop(t);
}

/* A pending reset cause is told before anything else. */
static void test_reset_cause(void)
{
    HlTest *t = start("boot=comms");
    uint8_t msg[32] = { 0 };
    uint64_t img;
    Desc d;

    command(t, CMD_RST_STATE, 0, true);
    read_desc(t, command(t, CMD_PREP_DESC, sizeof(msg), true), &d);
    img = ldq_le_p(d.raw + 0x278);
    img = img >= DA_SRAM ? hl_sram(img - DA_SRAM) : hl_hbm(img);
    stl_le_p(msg, 0x48434d03);
    stw_le_p(msg + 8, sizeof(msg) - 16);
    msg[10] = 3;
    msg[11] = 1;
    msg[16] = 1;
    stl_le_p(msg + 4, crc(msg + 16, sizeof(msg) - 16));
    qtest_bufwrite(t->qts, img, msg, sizeof(msg));
    command(t, CMD_DATA_RDY, 0, true);
    command(t, CMD_EXEC, 0, true);
    g_assert_cmphex(hl_r(t, BOOT_STATUS), ==, BOOT_WAIT_FIT);
    boot_comms(t);
    hl_stop(t);
}

/* Out of order: never OK, and the dialogue goes on afterwards. */
static void test_out_of_order(void)
{
    static const unsigned cmd[] = { CMD_DATA_RDY, CMD_EXEC, 9, 11, 31 };
    HlTest *t = start("boot=comms");
    unsigned i;

    for (i = 0; i < G_N_ELEMENTS(cmd); i++) {
        command(t, cmd[i], 0, false);
        hl_step(t, 200000000);
        g_assert_cmphex(status(t), !=, ST_OK);
        g_assert_cmphex(hl_r(t, BOOT_STATUS), ==, BOOT_WAIT_FIT);
        command(t, CMD_RST_STATE, 0, true);
    }
    boot_comms(t);
    hl_stop(t);
}

/* Sizes that no memory of the card can take. */
static void test_prep_sizes(void)
{
    HlTest *t = start("boot=comms");
    Desc d;
    uint32_t word;

    command(t, CMD_PREP_DESC, 0x1ffffff, false);
    if (status(t) == ST_OK) {
        read_desc(t, hl_r(t, CMD_STATUS), &d);
        check_desc(&d, 0x1ffffff);
    }
    command(t, CMD_RST_STATE, 0, true);
    word = command(t, CMD_PREP_DESC_ELBI, DESC_SIZE, true);
    read_desc(t, word, &d);
    g_assert_true(desc_ok(&d));
    hl_stop(t);
}

static void test_goto_wfe(void)
{
    HlTest *t = start("boot=comms");

    boot_comms(t);
    put(t, CMD_CLR_STS, 0);
    put(t, CMD_GOTO_WFE, 0);
    g_assert_true(hl_poll_slow(t, BOOT_STATUS, ~0u, 1, 30000));
    hl_stop(t);
}

static void test_rst_dev(void)
{
    HlTest *t = start("boot=comms");

    boot_comms(t);
    hl_w(t, HW_STATE, 1);
    put(t, CMD_CLR_STS, 0);
    put(t, CMD_RST_DEV, 0);
    hl_step(t, 2000000000);
    g_assert_cmphex(hl_r(t, BTM_FSM) & 0xf, ==, 0);
    g_assert_cmphex(hl_r(t, HW_STATE), ==, 0);
    g_assert_true(hl_poll_slow(t, BOOT_STATUS, ~0u, BOOT_WAIT_FIT, 4000));
    boot_comms(t);
    hl_stop(t);
}

static void test_bad_crc(void)
{
    HlTest *t = start("boot=comms,fw-fault=bad-crc");
    Desc d;

    read_desc(t, command(t, CMD_PREP_DESC, DESC_SIZE, true), &d);
    g_assert_false(desc_ok(&d));
    hl_stop(t);
}

static void test_bad_version(void)
{
    HlTest *t = start("boot=comms,fw-fault=bad-version");
    Desc d;

    read_desc(t, command(t, CMD_PREP_DESC, DESC_SIZE, true), &d);
    g_assert_true(desc_ok(&d));
    g_assert_null(strstr((const char *)d.raw + 0x178, "-fw-"));
    hl_stop(t);
}

static void test_bad_address(void)
{
    HlTest *t = start("boot=comms,fw-fault=bad-address");
    uint64_t img;
    Desc d;

    read_desc(t, command(t, CMD_PREP_DESC, FIT_SIZE, true), &d);
    g_assert_true(desc_ok(&d));
    img = ldq_le_p(d.raw + 0x278);
    g_assert_false(img + FIT_SIZE < 1u << 30);
    g_assert_false(img >= DA_SRAM && img + FIT_SIZE < DA_SRAM + SRAM_SIZE);
    hl_stop(t);
}

/* The production part: GIC closed, mailboxes polled, firmware's own reset. */
static void test_secured(void)
{
    HlTest *t = start("secured=on,boot=comms");
    uint32_t sts0 = hl_r(t, BOOT_DEV_STS0);
    Desc d;
    unsigned i;

    g_assert_cmphex(sts0 & STS0_SECURE, !=, 0);
    g_assert_cmphex(sts0 & STS0_FW_IATU, !=, 0);
    g_assert_cmphex(sts0 & STS0_FW_HARD_RST, !=, 0);
    boot_comms(t);
    sts0 = hl_r(t, BOOT_DEV_STS0);
    g_assert_cmphex(sts0 & STS0_GIC_PRIV, !=, 0);

    /* Interrupts through the mailbox registers SP1..SP8 of the descriptor. */
    put(t, CMD_CLR_STS, 0);
    hl_cpuq_setup(t);
    hl_w(t, GIC_SETSPI, SPI_PI_UPDATE);
    g_assert_false(hl_poll_slow(t, QUEUE_INIT, ~0u, 2, 2000));
    hl_w(t, SCRATCHPAD(1), SPI_PI_UPDATE);
    g_assert_true(hl_poll_slow(t, QUEUE_INIT, ~0u, 2, 30000));
    g_assert_cmpuint(hl_packet(t, 18, FENCE_CONST, 0, 0, NULL), ==, 0);

    /* Reset is not the host's: the trigger does nothing. */
    hl_w(t, HW_STATE, 1);
    hl_w(t, SW_ALL_RST_CFG_H, 0x003fffff);
    hl_w(t, SW_ALL_RST_CFG_L, 0xffe00001);
    hl_w(t, SW_ALL_RST, 1);
    hl_step(t, 2000000000);
    g_assert_cmphex(hl_r(t, HW_STATE), ==, 1);
    hl_cpu_irq(t, SPI_HALT);
    hl_step(t, 2000000000);
    g_assert_cmphex(hl_r(t, HW_STATE), ==, 0);
    g_assert_true(hl_poll_slow(t, BOOT_STATUS, ~0u, BOOT_WAIT_FIT, 4000));
    read_desc(t, command(t, CMD_PREP_DESC, DESC_SIZE, true), &d);
    for (i = 0; i < 8; i++) {
        g_assert_cmphex(get32(&d, 0x10 + 4 * (26 + i)), >=, SCRATCHPAD(1));
        g_assert_cmphex(get32(&d, 0x10 + 4 * (26 + i)), <=, SCRATCHPAD(8));
    }
    hl_stop(t);
}

/* BAR0 and BAR2 lead where the firmware's windows would. */
static void test_secured_windows(void)
{
    HlTest *t = start("secured=on,boot=comms");

    qtest_writel(t->qts, hl_sram(0x3000), 0x1234);
    g_assert_cmphex(qtest_readl(t->qts, hl_sram(0x3000)), ==, 0x1234);
    qtest_writel(t->qts, hl_hbm(0x3000), 0x5678);
    g_assert_cmphex(qtest_readl(t->qts, hl_hbm(0x3000)), ==, 0x5678);
    hl_stop(t);
}

/* An event arrives through the polled registers as it does by the GIC. */
static void test_secured_event(void)
{
    HlTest *t = start("secured=on,boot=comms");

    boot_comms(t);
    hl_cpuq_init(t);
    hl_cpu_irq(t, SPI_INTS);
    hl_step(t, 1000000);
    /* SP4: DMA QMANs report here. */
    hl_w(t, SCRATCHPAD(4), 434);
    g_assert_cmpuint(hl_event(t, NULL), ==, 585);
    hl_w(t, SCRATCHPAD(2), 423);
    g_assert_cmpuint(hl_event(t, NULL), ==, 574);
    hl_stop(t);
}

int main(int argc, char **argv)
{
    hl_test_init(&argc, &argv);
    qtest_add_func("hlaccel/comms/boot", test_boot);
    qtest_add_func("hlaccel/comms/version", test_version);
    qtest_add_func("hlaccel/comms/reset-cause", test_reset_cause);
    qtest_add_func("hlaccel/comms/out-of-order", test_out_of_order);
    qtest_add_func("hlaccel/comms/prep-sizes", test_prep_sizes);
    qtest_add_func("hlaccel/comms/goto-wfe", test_goto_wfe);
    qtest_add_func("hlaccel/comms/rst-dev", test_rst_dev);
    qtest_add_func("hlaccel/comms/bad-crc", test_bad_crc);
    qtest_add_func("hlaccel/comms/bad-version", test_bad_version);
    qtest_add_func("hlaccel/comms/bad-address", test_bad_address);
    qtest_add_func("hlaccel/comms/secured", test_secured);
    qtest_add_func("hlaccel/comms/secured-windows", test_secured_windows);
    qtest_add_func("hlaccel/comms/secured-event", test_secured_event);
    return g_test_run();
}
