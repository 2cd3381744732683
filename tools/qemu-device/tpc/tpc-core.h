/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TPC interpreter: one core, as the device around it sees it.
 */
#ifndef HLACCEL_TPC_CORE_H
#define HLACCEL_TPC_CORE_H

#include "tpc-isa.h"

/* Registers of the configuration block that the core itself reads or writes. */
enum {
    TPC_CFG_TENSOR = 0x400,         /* TPC_NUM_TENSORS of them */
    TPC_CFG_TENSOR_SIZE = 0x38,
    TPC_CFG_KERNEL_BASE = 0x788,    /* low, high */
    TPC_CFG_TID = 0x790,            /* base, size of each dimension */
    TPC_CFG_KERNEL_CONFIG = 0x7b8,
    TPC_CFG_SRF = 0x7c0,
    TPC_CFG_ROUND_CSR = 0x8fc,
    TPC_CFG_SEMAPHORE = 0x908,
    TPC_CFG_VFLAGS = 0x90c,
    TPC_CFG_SFLAGS = 0x910,
    TPC_CFG_LFSR_POLYNOM = 0x918,
    TPC_CFG_LUT32 = 0x978,          /* low, high; then 64, 128, 256 entries */
    TPC_CFG_BYTES = 0x1000,         /* a program reaches no further */
};

typedef struct TpcCore TpcCore;

/* Memory that can be reached directly for as long as tpc_run() lasts. */
typedef struct TpcWindow {
    uint64_t va;            /* of the first byte */
    uint64_t len;           /* 0: none */
    uint8_t *host;
    bool writable;
} TpcWindow;

/*
 * What the device provides.  Addresses are the program's virtual ones; nothing
 * about them has been checked.  read and write tell whether the whole access
 * succeeded; one that did not ends the program.
 */
typedef struct TpcBusOps {
    /*
     * Optional.  Describes the directly reachable memory around va, as much
     * of it as is handy (at least va itself).  False: use read and write.
     * Windows are forgotten when tpc_run() returns and by
     * tpc_core_forget_windows().
     */
    bool (*window)(void *opaque, uint64_t va, bool write, TpcWindow *w);
    bool (*read)(void *opaque, uint64_t va, void *buf, uint32_t len);
    bool (*write)(void *opaque, uint64_t va, const void *buf, uint32_t len);
    /* Instruction fetch: one bundle. */
    bool (*fetch)(void *opaque, uint64_t va, void *buf, uint32_t len);
    /* Registers of the core's block; the offset is below TPC_CFG_BYTES. */
    uint32_t (*cfg_read)(void *opaque, uint32_t offset);
    void (*cfg_write)(void *opaque, uint32_t offset, uint32_t value);
    /* Optional: held around read-modify-write stores, against other cores. */
    void (*rmw_lock)(void *opaque, bool lock);
    /*
     * Optional: after each bundle, when tracing is on.  raw is the bundle;
     * tpc_core_trace_text() makes a line of it.
     */
    void (*trace)(void *opaque, TpcCore *core, uint64_t pc);
    /* Optional: the checker has found a read in the shadow of a write. */
    void (*report)(void *opaque, uint64_t pc, const char *text);
    /*
     * Optional: something that the public sources do not determine was met;
     * once for each launch and kind.
     */
    void (*note)(void *opaque, uint64_t pc, const char *text);
} TpcBusOps;

typedef enum {
    TPC_RUNNING,            /* budget spent, call again */
    TPC_HALTED,
    TPC_FAULT,              /* an access was refused: TpcStop.va, .write */
    TPC_UNDEFINED,          /* TpcStop.pc, .why */
    TPC_ABORTED,            /* tpc_core_abort() */
} TpcResult;

typedef enum {
    TPC_ACCESS_FETCH,
    TPC_ACCESS_TENSOR,
    TPC_ACCESS_GLOBAL,
    TPC_ACCESS_LUT,
} TpcAccess;

/* Where and why a program has stopped; pc is that of the bundle at fault. */
typedef struct TpcStop {
    TpcResult result;
    TpcAccess access;
    bool write;
    uint64_t pc;
    uint64_t va;
    const char *why;        /* of an undefined operation */
} TpcStop;

typedef struct TpcStats {
    uint64_t bundles;       /* with at least one operation */
    uint64_t nops;          /* padding */
} TpcStats;

/* Large: some 200 KiB.  NULL: no memory. */
TpcCore *tpc_core_new(const TpcBusOps *ops, void *opaque);
void tpc_core_free(TpcCore *core);

/* Registers as after a reset of the chip, and no decoded program. */
void tpc_core_reset(TpcCore *core);
/* A job starts: everything is read from the configuration block. */
void tpc_core_launch(TpcCore *core);
/*
 * Run at most so many bundles (padding included).  Anything but TPC_RUNNING is
 * final until the next launch and described by tpc_core_stop().
 */
TpcResult tpc_run(TpcCore *core, uint64_t budget);
const TpcStop *tpc_core_stop(const TpcCore *core);
/* From any thread: tpc_run() returns soon, with TPC_ABORTED. */
void tpc_core_abort(TpcCore *core);

/* Decoded bundles are kept until this is called, also across launches. */
void tpc_core_invalidate(TpcCore *core);
/* The MMU's tables have changed; not while tpc_run() runs on another thread. */
void tpc_core_forget_windows(TpcCore *core);
/*
 * The device itself has written registers of the configuration block (not
 * needed for what tpc_run() writes, nor before a launch).
 */
void tpc_core_cfg_changed(TpcCore *core);

void tpc_core_set_trace(TpcCore *core, bool on);
void tpc_core_set_checker(TpcCore *core, bool on);

/* For tests, traces and the curious. */
TpcRegs *tpc_core_regs(TpcCore *core);
TpcAlu *tpc_core_alu(TpcCore *core);
uint8_t *tpc_core_slm(TpcCore *core);
uint8_t *tpc_core_vlm(TpcCore *core);
uint64_t tpc_core_pc(const TpcCore *core);
const TpcStats *tpc_core_stats(const TpcCore *core);
/*
 * Within trace(): the bundle as text and what it has written to registers.
 * Returns buf.
 */
char *tpc_core_trace_text(TpcCore *core, char *buf, size_t size);

#endif
