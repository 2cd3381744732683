/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tests of the Habana accelerator model: machine, time and memory.
 *
 * The card sits on the root bus of a q35 machine.  Configuration space is
 * reached through ECAM because the ELBI window lies behind the first 256 bytes,
 * and the MSI is aimed at a word of guest memory.
 */
#include "qemu/osdep.h"
#include "qapi/qmp/qdict.h"
#include "qapi/qmp/qnum.h"
#include "hlaccel-test-lib.h"

#define ECAM                0xb0000000ull
#define DEVFN               (5 << 3)
#define BAR_SRAM            0xc0000000ull
#define BAR_CFG             0xc8000000ull
#define BAR_HBM             0x10000000000ull
#define MSI_WORD            0x8000
#define HEAP_START          0x1000000
#define HEAP_END            0x8000000

#define STEP_NS             10000
#define POLL_STEPS          4000

uint32_t hl_conf_r(HlTest *t, unsigned off)
{
    return qtest_readl(t->qts, ECAM + (DEVFN << 12) + off);
}

void hl_conf_w(HlTest *t, unsigned off, uint32_t val)
{
    qtest_writel(t->qts, ECAM + (DEVFN << 12) + off, val);
}

static unsigned hl_find_cap(HlTest *t, uint8_t id)
{
    unsigned off = hl_conf_r(t, 0x34) & 0xfc;
    unsigned tries;

    for (tries = 0; off && tries < 48; tries++) {
        uint32_t head = hl_conf_r(t, off);

        if ((head & 0xff) == id) {
            return off;
        }
        off = (head >> 8) & 0xfc;
    }
    return 0;
}

void hl_enumerate(HlTest *t)
{
    unsigned msi;
    uint32_t ctl;

    /* PCIEXBAR of the host bridge: 256 MiB of ECAM, enabled. */
    qtest_outl(t->qts, 0xcf8, 0x80000064);
    qtest_outl(t->qts, 0xcfc, 0);
    qtest_outl(t->qts, 0xcf8, 0x80000060);
    qtest_outl(t->qts, 0xcfc, ECAM | 1);

    g_assert_cmphex(hl_conf_r(t, 0) & 0xffff, ==, 0x1da3);
    hl_conf_w(t, 0x10, BAR_SRAM);
    hl_conf_w(t, 0x14, 0);
    hl_conf_w(t, 0x18, BAR_CFG);
    hl_conf_w(t, 0x1c, 0);
    hl_conf_w(t, 0x20, (uint32_t)BAR_HBM);
    hl_conf_w(t, 0x24, BAR_HBM >> 32);
    hl_conf_w(t, 0x04, 0x6);

    msi = hl_find_cap(t, 0x05);
    g_assert_cmpuint(msi, !=, 0);
    ctl = hl_conf_r(t, msi);
    hl_conf_w(t, msi + 4, MSI_WORD);
    if (ctl & (1 << 23)) {
        hl_conf_w(t, msi + 8, 0);
        hl_conf_w(t, msi + 12, 0x5a);
    } else {
        hl_conf_w(t, msi + 8, 0x5a);
    }
    hl_conf_w(t, msi, ctl | (1 << 16));
}

void hl_test_init(int *argc, char ***argv)
{
    g_test_init(argc, argv, NULL);
    g_test_set_nonfatal_assertions();
}

HlTest *hl_start(const char *props)
{
    HlTest *t = g_new0(HlTest, 1);

    t->threads = props && strstr(props, "engines=threads");
    t->qts = qtest_initf("-nodefaults -machine q35 -m 128 -device hlaccel-gaudi"
                         ",id=hl,bus=pcie.0,addr=5.0,hbm-size=1G%s%s%s",
                         t->threads ? "" : ",engines=inline",
                         props ? "," : "", props ?: "");
    t->heap = HEAP_START;
    hl_enumerate(t);
    return t;
}

void hl_stop(HlTest *t)
{
    qtest_quit(t->qts);
    g_free(t);
}

uint64_t hl_sram(uint32_t off)
{
    return BAR_SRAM + off;
}

uint64_t hl_cfg(uint32_t off)
{
    return BAR_CFG + 0x4000000 + off;
}

uint64_t hl_hbm(uint64_t off)
{
    return BAR_HBM + off;
}

uint32_t hl_r(HlTest *t, uint32_t off)
{
    return qtest_readl(t->qts, hl_cfg(off));
}

void hl_w(HlTest *t, uint32_t off, uint32_t val)
{
    qtest_writel(t->qts, hl_cfg(off), val);
}

static bool hl_elbi_wait(HlTest *t)
{
    unsigned tries;

    for (tries = 0; tries < 20; tries++) {
        uint32_t sts = hl_conf_r(t, 0xffc);

        if (sts >> 30) {
            return sts >> 30 == 2;
        }
        hl_step(t, 500000);
    }
    return false;
}

bool hl_elbi_read(HlTest *t, uint32_t addr, uint32_t *val)
{
    hl_conf_w(t, 0xffc, 0);
    hl_conf_w(t, 0xff0, addr);
    hl_conf_w(t, 0xff8, 0);
    if (!hl_elbi_wait(t)) {
        return false;
    }
    *val = hl_conf_r(t, 0xff4);
    return true;
}

bool hl_elbi_write(HlTest *t, uint32_t addr, uint32_t val)
{
    hl_conf_w(t, 0xffc, 0);
    hl_conf_w(t, 0xff0, addr);
    hl_conf_w(t, 0xff4, val);
    hl_conf_w(t, 0xff8, 1u << 31);
    return hl_elbi_wait(t);
}

void hl_set(HlTest *t, const char *prop, const char *json)
{
    char *cmd = g_strdup_printf("{ 'execute': 'qom-set', 'arguments': {"
                                " 'path': '/machine/peripheral/hl',"
                                " 'property': '%s', 'value': %s } }",
                                prop, json);
    QDict *rsp;

    qtest_qmp_send_raw(t->qts, "%s", cmd);
    rsp = qtest_qmp_receive(t->qts);
    if (!qdict_haskey(rsp, "return")) {
        g_test_message("qom-set %s %s failed", prop, json);
        g_test_fail();
    }
    qobject_unref(rsp);
    g_free(cmd);
}

uint64_t hl_get(HlTest *t, const char *prop)
{
    QDict *rsp = qtest_qmp(t->qts, "{ 'execute': 'qom-get', 'arguments': {"
                           " 'path': '/machine/peripheral/hl',"
                           " 'property': %s } }", prop);
    QNum *num = qobject_to(QNum, qdict_get(rsp, "return"));
    uint64_t val;

    g_assert(num);
    val = qnum_get_uint(num);
    qobject_unref(rsp);
    return val;
}

void hl_step(HlTest *t, uint64_t ns)
{
    qtest_clock_step(t->qts, ns);
    if (t->threads) {
        g_usleep(500);
    }
}

void hl_settle(HlTest *t)
{
    unsigned i;

    for (i = 0; i < 100; i++) {
        hl_step(t, STEP_NS);
    }
}

/* A case that has failed already need not wait as long for the rest. */
static unsigned hl_patience(void)
{
    return g_test_failed() ? POLL_STEPS / 40 : POLL_STEPS;
}

bool hl_poll(HlTest *t, uint32_t off, uint32_t mask, uint32_t val)
{
    unsigned limit = hl_patience();
    unsigned i;

    for (i = 0; i < limit; i++) {
        if ((hl_r(t, off) & mask) == val) {
            return true;
        }
        hl_step(t, STEP_NS);
    }
    return false;
}

bool hl_poll_slow(HlTest *t, uint32_t off, uint32_t mask, uint32_t val,
                  unsigned ms)
{
    unsigned i;

    for (i = 0; i <= ms / 10; i++) {
        if ((hl_r(t, off) & mask) == val) {
            return true;
        }
        hl_step(t, 10000000);
    }
    return false;
}

bool hl_poll_mem(HlTest *t, uint64_t gpa, uint32_t val)
{
    unsigned limit = hl_patience();
    unsigned i;

    for (i = 0; i < limit; i++) {
        if (hl_mem_r(t, gpa) == val) {
            return true;
        }
        hl_step(t, STEP_NS);
    }
    return false;
}

void hl_expect(HlTest *t, uint32_t off, uint32_t val)
{
    hl_poll(t, off, 0xffffffff, val);
    g_assert_cmphex(hl_r(t, off), ==, val);
}

uint64_t hl_alloc(HlTest *t, uint64_t size, uint64_t align)
{
    uint64_t gpa = ROUND_UP(t->heap, align);

    t->heap = gpa + size;
    g_assert_cmphex(t->heap, <=, HEAP_END);
    return gpa;
}

uint64_t hl_da(uint64_t gpa)
{
    return DA_HOST + gpa;
}

uint32_t hl_mem_r(HlTest *t, uint64_t gpa)
{
    return qtest_readl(t->qts, gpa);
}

void hl_mem_w(HlTest *t, uint64_t gpa, uint32_t val)
{
    qtest_writel(t->qts, gpa, val);
}

void hl_pattern(HlTest *t, uint64_t gpa, size_t size, unsigned seed)
{
    g_autofree uint8_t *buf = g_malloc(size);
    uint32_t x = seed * 2654435761u + 1;
    size_t i;

    for (i = 0; i < size; i++) {
        x = x * 1664525 + 1013904223;
        buf[i] = x >> 24;
    }
    qtest_bufwrite(t->qts, gpa, buf, size);
}

bool hl_same(HlTest *t, uint64_t a, uint64_t b, size_t size)
{
    g_autofree uint8_t *one = g_malloc(size);
    g_autofree uint8_t *two = g_malloc(size);

    qtest_bufread(t->qts, a, one, size);
    qtest_bufread(t->qts, b, two, size);
    return !memcmp(one, two, size);
}

bool hl_all(HlTest *t, uint64_t gpa, size_t size, uint8_t byte)
{
    g_autofree uint8_t *buf = g_malloc(size);
    size_t i;

    qtest_bufread(t->qts, gpa, buf, size);
    for (i = 0; i < size && buf[i] == byte; i++) {
        continue;
    }
    return i == size;
}

bool hl_msi_seen(HlTest *t)
{
    return hl_mem_r(t, MSI_WORD) == 0x5a;
}

void hl_msi_clear(HlTest *t)
{
    hl_mem_w(t, MSI_WORD, 0);
}

/* --- TPC programs --- */

void hl_tpc_program(HlTest *t, unsigned n, uint64_t da,
                    const uint64_t (*bundle)[4], unsigned count)
{
    unsigned i, k;

    for (i = 0; i < count; i++) {
        for (k = 0; k < 4; k++) {
            qtest_writeq(t->qts, hl_hbm(da + 32 * i + 8 * k), bundle[i][k]);
        }
    }
    hl_w(t, TPC(n) + T_QM_KERNEL_BASE, da);
    hl_w(t, TPC(n) + T_QM_KERNEL_BASE + 4, da >> 32);
}

void hl_tpc_halt(HlTest *t, unsigned n)
{
    static const uint64_t halt[1][4] = { HL_TPC_HALT };

    hl_tpc_program(t, n, 0x20100000 + 0x2000 * n, halt, 1);
}
