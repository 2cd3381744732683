/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Habana accelerator model: boot by the legacy loader, and boots that fail.
 */
#include "qemu/osdep.h"
#include "hlaccel-test-lib.h"

static bool boot_at(HlTest *t, uint32_t status, unsigned ms)
{
    return hl_poll_slow(t, BOOT_STATUS, ~0u, status, ms);
}

static char *sram_text(HlTest *t, uint32_t reg)
{
    uint32_t off = hl_r(t, reg) & 0x0fffffff;
    char *text = g_malloc0(129);

    g_assert_cmphex(off, <, 0x13fff80);
    qtest_bufread(t->qts, hl_sram(off), text, 128);
    return text;
}

/* Seven steps of the preboot stage as a driver takes them. */
static void test_preboot(void)
{
    HlTest *t = hl_start(NULL);
    g_autofree char *ver = NULL;
    uint32_t sts0;

    g_assert_true(boot_at(t, BOOT_WAIT_FIT, 4000));
    g_assert_cmphex(hl_r(t, BOOT_ERR0) & 0x7fffffff, ==, 0);
    g_assert_cmphex(hl_r(t, BOOT_ERR1) & 0x7fffffff, ==, 0);
    sts0 = hl_r(t, BOOT_DEV_STS0);
    if (sts0 & STS_ENABLED) {
        g_assert_cmphex(sts0 & (STS0_COMMS | STS0_FW_IATU | STS0_SECURE |
                                STS0_GIC_PRIV | STS0_FW_HARD_RST), ==, 0);
    } else {
        g_assert_cmphex(sts0, ==, 0);
    }
    g_assert_cmphex(hl_r(t, BOOT_DEV_STS1) & 0x7fffffff, ==, 0);
    ver = sram_text(t, PREBOOT_VER);
    g_assert_nonnull(strstr(ver, "Preboot"));
    g_assert_nonnull(strstr(ver, "fw-"));
    g_assert_cmphex(hl_r(t, HW_STATE), ==, 0);
    hl_stop(t);
}

/* Nothing moves until the host says that the image is there. */
static void test_patience(void)
{
    HlTest *t = hl_start(NULL);

    g_assert_true(boot_at(t, BOOT_WAIT_FIT, 4000));
    hl_step(t, 10000000000);
    g_assert_cmphex(hl_r(t, BOOT_STATUS), ==, BOOT_WAIT_FIT);
    g_assert_cmphex(hl_r(t, CMD_STATUS), ==, 0);
    hl_w(t, KMD_MSG, 0);
    hl_w(t, KMD_MSG, 0x77);
    hl_step(t, 1000000000);
    g_assert_cmphex(hl_r(t, BOOT_STATUS), ==, BOOT_WAIT_FIT);
    hl_w(t, KMD_MSG, 2);
    g_assert_true(hl_poll_slow(t, CMD_STATUS, ~0u, 1, 4000));
    hl_stop(t);
}

static void test_legacy(void)
{
    HlTest *t = hl_start(NULL);
    g_autofree char *ver = NULL;

    hl_boot_legacy(t);
    ver = sram_text(t, UBOOT_VER);
    g_assert_cmpuint(strlen(ver), >, 0);
    g_assert_cmphex(hl_r(t, BOOT_ERR0) & 0x7fffffff, ==, 0);
    g_assert_cmphex(hl_r(t, BOOT_DEV_STS0) & STS0_COMMS, ==, 0);
    hl_cpuq_init(t);
    g_assert_cmpuint(hl_packet(t, 18, FENCE_CONST, 0, 0, NULL), ==, 0);
    hl_stop(t);
}

/* The board controller is skipped on the way. */
static void test_skip_bmc(void)
{
    HlTest *t = hl_start(NULL);

    g_assert_true(boot_at(t, BOOT_WAIT_FIT, 4000));
    hl_w(t, CMD_STATUS, 0);
    hl_w(t, KMD_MSG, 2);
    g_assert_true(hl_poll_slow(t, CMD_STATUS, ~0u, 1, 4000));
    hl_w(t, KMD_MSG, 0);
    g_assert_true(boot_at(t, BOOT_READY, 30000));
    hl_w(t, KMD_MSG, 3);
    g_assert_true(boot_at(t, 14, 30000));
    hl_w(t, KMD_MSG, 2);
    g_assert_true(boot_at(t, BOOT_LINUX, 30000));
    hl_stop(t);
}

static void test_goto_wfe(void)
{
    HlTest *t = hl_start(NULL);

    hl_boot_legacy(t);
    hl_w(t, KMD_MSG, 1);
    hl_step(t, 200000000);
    hl_w(t, KMD_MSG, 0);
    g_assert_cmphex(hl_r(t, BOOT_STATUS), ==, 1);
    /* The device CPU is gone: the queues are not served. */
    hl_cpuq_setup(t);
    hl_cpu_irq(t, SPI_PI_UPDATE);
    g_assert_false(hl_poll_slow(t, QUEUE_INIT, ~0u, 2, 5000));
    hl_stop(t);
}

static void test_halt_machine(void)
{
    HlTest *t = hl_start(NULL);

    hl_running(t);
    g_assert_cmpuint(hl_packet(t, 18, FENCE_CONST, 0, 0, NULL), ==, 0);
    hl_cpu_irq(t, SPI_HALT);
    hl_step(t, 100000000);
    g_assert_cmphex(hl_r(t, BOOT_STATUS), !=, BOOT_LINUX);
    hl_stop(t);
}

/* Faults at boot: each beside what a healthy card did above. */
static void test_stuck_preboot(void)
{
    HlTest *t = hl_start("fw-fault=stuck-preboot");
    unsigned i;

    for (i = 0; i < 500; i++) {
        uint32_t status = hl_r(t, BOOT_STATUS);

        g_assert_cmphex(status, !=, 11);
        g_assert_cmphex(status, !=, BOOT_READY);
        g_assert_cmphex(status, !=, BOOT_WAIT_FIT);
        hl_step(t, 10000000);
    }
    hl_stop(t);
}

static void test_stuck_bootfit(void)
{
    HlTest *t = hl_start("fw-fault=stuck-bootfit");
    unsigned i;

    g_assert_true(boot_at(t, BOOT_WAIT_FIT, 4000));
    hl_w(t, KMD_MSG, 2);
    for (i = 0; i < 3000; i++) {
        uint32_t status = hl_r(t, BOOT_STATUS);

        g_assert_false(status == 2 || status == 11 || status == BOOT_READY ||
                       status == BOOT_LINUX);
        hl_step(t, 10000000);
    }
    hl_stop(t);
}

static void test_stuck_linux(void)
{
    HlTest *t = hl_start("fw-fault=stuck-linux");

    g_assert_true(boot_at(t, BOOT_WAIT_FIT, 4000));
    hl_w(t, KMD_MSG, 2);
    g_assert_true(boot_at(t, BOOT_READY, 30000));
    hl_w(t, KMD_MSG, 2);
    g_assert_false(boot_at(t, BOOT_LINUX, 30000));
    hl_stop(t);
}

static void test_boot_error(void)
{
    HlTest *t = hl_start("fw-fault=boot-error");
    uint32_t fatal = 1 | 1 << 3 | 1 << 12 | 1 << 19 | 1 << 22 | 1 << 23;

    boot_at(t, BOOT_WAIT_FIT, 4000);
    g_assert_cmphex(hl_r(t, BOOT_ERR0) & STS_ENABLED, !=, 0);
    g_assert_cmphex(hl_r(t, BOOT_ERR0) & fatal, !=, 0);
    hl_stop(t);
}

static void test_dead_queues(void)
{
    HlTest *t = hl_start("fw-fault=dead-queues");

    hl_boot_legacy(t);
    hl_cpuq_setup(t);
    hl_cpu_irq(t, SPI_PI_UPDATE);
    g_assert_false(hl_poll_slow(t, QUEUE_INIT, ~0u, 2, 30000));
    hl_stop(t);
}

/* The handshake refuses what it cannot use, one field at a time. */
static void test_queue_init(void)
{
    static const struct {
        uint32_t reg, val, answer;
    } row[] = {
        { CPU_PQ_LENGTH, 0x10000, 2 },
        { CPU_PQ_LENGTH, 0x11000, 4 },
        { CPU_EQ_LENGTH, 0x1800, 4 },
        { CPU_PQ_BASE + 4, 0x70, 5 },
        { CPU_EQ_BASE + 4, 0x70, 5 },
    };
    unsigned i;

    for (i = 0; i < G_N_ELEMENTS(row); i++) {
        HlTest *t = hl_start(NULL);

        hl_boot_legacy(t);
        hl_cpuq_setup(t);
        hl_w(t, row[i].reg, row[i].val);
        /* Nothing before the interrupt. */
        hl_step(t, 100000000);
        g_assert_cmphex(hl_r(t, QUEUE_INIT), ==, 3);
        hl_cpu_irq(t, SPI_PI_UPDATE);
        hl_poll_slow(t, QUEUE_INIT, ~0u, row[i].answer, 1000);
        g_assert_cmphex(hl_r(t, QUEUE_INIT), ==, row[i].answer);
        hl_stop(t);
    }
}

/* Only a reset clears the dirty mark. */
static void test_dirty(void)
{
    HlTest *t = hl_start(NULL);

    hl_boot_legacy(t);
    hl_w(t, HW_STATE, 1);
    hl_step(t, 1000000000);
    g_assert_cmphex(hl_r(t, HW_STATE), ==, 1);
    hl_stop(t);
}

int main(int argc, char **argv)
{
    hl_test_init(&argc, &argv);
    qtest_add_func("hlaccel/boot/preboot", test_preboot);
    qtest_add_func("hlaccel/boot/patience", test_patience);
    qtest_add_func("hlaccel/boot/legacy", test_legacy);
    qtest_add_func("hlaccel/boot/skip-bmc", test_skip_bmc);
    qtest_add_func("hlaccel/boot/goto-wfe", test_goto_wfe);
    qtest_add_func("hlaccel/boot/halt-machine", test_halt_machine);
    qtest_add_func("hlaccel/boot/stuck-preboot", test_stuck_preboot);
    qtest_add_func("hlaccel/boot/stuck-bootfit", test_stuck_bootfit);
    qtest_add_func("hlaccel/boot/stuck-linux", test_stuck_linux);
    qtest_add_func("hlaccel/boot/boot-error", test_boot_error);
    qtest_add_func("hlaccel/boot/dead-queues", test_dead_queues);
    qtest_add_func("hlaccel/boot/queue-init", test_queue_init);
    qtest_add_func("hlaccel/boot/dirty", test_dirty);
    return g_test_run();
}
