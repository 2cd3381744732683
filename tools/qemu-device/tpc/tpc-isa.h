/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TPC interpreter: instructions as they are decoded, and registers.
 *
 * Nothing in this folder needs QEMU: the same files make the device model, the
 * disassembler and the tests that run on the host.  A little-endian host is
 * assumed, as lanes are read through unions.
 */
#ifndef HLACCEL_TPC_ISA_H
#define HLACCEL_TPC_ISA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TPC_BUNDLE_BYTES    32
#define TPC_VEC_BYTES       256
#define TPC_DIMS            5
#define TPC_NUM_S           36
#define TPC_NUM_V           40
#define TPC_NUM_I           32
#define TPC_NUM_AD          8
#define TPC_NUM_SP          16
#define TPC_NUM_VP          16
#define TPC_NUM_PARAMS      32      /* S registers loaded at launch */
#define TPC_LOOP_REG        32      /* S register of the outermost loop */
#define TPC_LOOP_DEPTH      4
#define TPC_NUM_TENSORS     16
#define TPC_SLM_BYTES       1024
#define TPC_VLM_BYTES       (80 * 1024)

typedef enum {
    TPC_SPU,
    TPC_VPU,
    TPC_LD,
    TPC_ST,
    TPC_NUM_SLOTS,
} TpcSlot;

/* Codes of the "operand type" fields. */
typedef enum {
    TPC_F32 = 0,
    TPC_BF16 = 1,
    TPC_I32 = 2,
    TPC_U32 = 3,
    TPC_I8 = 4,
    TPC_U8 = 5,
    TPC_BOOL = 6,
    TPC_I16 = 7,
    TPC_U16 = 8,
    TPC_NUM_TYPES = 16,     /* the others are not of this generation */
} TpcType;

/* Opcodes. */
enum {
    TPC_SPU_MAC = 0x00,
    TPC_SPU_MUL = 0x01,
    TPC_SPU_ADD = 0x02,
    TPC_SPU_SUB = 0x03,
    TPC_SPU_CONVERT_INT16 = 0x04,
    TPC_SPU_MAX = 0x05,
    TPC_SPU_MIN = 0x06,
    TPC_SPU_ABS = 0x07,
    TPC_SPU_MOV = 0x08,
    TPC_SPU_CMP_EQ = 0x09,
    TPC_SPU_CMP_NEQ = 0x0a,
    TPC_SPU_CMP_LESS = 0x0b,
    TPC_SPU_CMP_LEQ = 0x0c,
    TPC_SPU_CMP_GRT = 0x0d,
    TPC_SPU_CMP_GEQ = 0x0e,
    TPC_SPU_OR = 0x0f,
    TPC_SPU_AND = 0x10,
    TPC_SPU_XOR = 0x11,
    TPC_SPU_NOT = 0x12,
    TPC_SPU_SHR = 0x13,
    TPC_SPU_SHL = 0x14,
    TPC_SPU_ASH = 0x15,
    TPC_SPU_CONVERT = 0x16,
    TPC_SPU_CONVERT_INT32 = 0x17,
    TPC_SPU_CONVERT_UINT32 = 0x18,
    TPC_SPU_POPCNT = 0x19,
    TPC_SPU_FIND_FIRST = 0x1a,
    TPC_SPU_NEARBYINT = 0x1b,
    TPC_SPU_CONVERT_UINT16 = 0x1c,
    TPC_SPU_EXTRACT_EXP = 0x1d,
    TPC_SPU_FCLASS = 0x1e,
    TPC_SPU_BREV = 0x1f,
    TPC_SPU_HALT = 0x20,
    TPC_SPU_LOOP = 0x22,
    TPC_SPU_JMPR = 0x24,
    TPC_SPU_JMPA = 0x25,
    TPC_SPU_MOV_IRF_DIM = 0x26,
    TPC_SPU_SET_INDX = 0x27,
    TPC_SPU_UDIV_4STEP = 0x28,
    TPC_SPU_CALC_FP_SPECIAL = 0x34,
    TPC_SPU_DBG = 0x3e,
    TPC_SPU_NOP = 0x3f,
};

enum {
    TPC_VPU_MAC = 0x00,
    TPC_VPU_MUL = 0x01,
    TPC_VPU_ADD = 0x02,
    TPC_VPU_SUB = 0x03,
    TPC_VPU_CONVERT_INT16 = 0x04,
    TPC_VPU_MAX = 0x05,
    TPC_VPU_MIN = 0x06,
    TPC_VPU_ABS = 0x07,
    TPC_VPU_MOV = 0x08,
    TPC_VPU_CMP_EQ = 0x09,
    TPC_VPU_CMP_NEQ = 0x0a,
    TPC_VPU_CMP_LESS = 0x0b,
    TPC_VPU_CMP_LEQ = 0x0c,
    TPC_VPU_CMP_GRT = 0x0d,
    TPC_VPU_CMP_GEQ = 0x0e,
    TPC_VPU_OR = 0x0f,
    TPC_VPU_AND = 0x10,
    TPC_VPU_XOR = 0x11,
    TPC_VPU_NOT = 0x12,
    TPC_VPU_SHR = 0x13,
    TPC_VPU_SHL = 0x14,
    TPC_VPU_ASH = 0x15,
    TPC_VPU_CONVERT = 0x16,
    TPC_VPU_CONVERT_INT32 = 0x17,
    TPC_VPU_CONVERT_UINT32 = 0x18,
    TPC_VPU_POPCNT = 0x19,
    TPC_VPU_FIND_FIRST = 0x1a,
    TPC_VPU_NEARBYINT = 0x1b,
    TPC_VPU_CONVERT_UINT16 = 0x1c,
    TPC_VPU_EXTRACT_EXP = 0x1d,
    TPC_VPU_FCLASS = 0x1e,
    TPC_VPU_BREV = 0x1f,
    TPC_VPU_HALT = 0x20,
    TPC_VPU_SEL_EQ = 0x22,
    TPC_VPU_SEL_NEQ = 0x23,
    TPC_VPU_SEL_LESS = 0x24,
    TPC_VPU_SEL_LEQ = 0x25,
    TPC_VPU_SEL_GRT = 0x26,
    TPC_VPU_SEL_GEQ = 0x27,
    TPC_VPU_SEL2_LESS = 0x28,
    TPC_VPU_SEL2_LEQ = 0x29,
    TPC_VPU_SEL2_GRT = 0x2a,
    TPC_VPU_SEL2_GEQ = 0x2b,
    TPC_VPU_SHUFFLE = 0x2c,
    TPC_VPU_PACK = 0x2d,
    TPC_VPU_UNPACK = 0x2e,
    TPC_VPU_GET_LUT = 0x2f,
    TPC_VPU_FORM_FP_NUM = 0x30,
    TPC_VPU_MOV_DUAL_GROUP = 0x31,
    TPC_VPU_MOV_GROUP = 0x32,
    TPC_VPU_CALC_FP_SPECIAL = 0x34,
    TPC_VPU_DBG = 0x3e,
    TPC_VPU_NOP = 0x3f,
};

enum {
    TPC_LD_GEN_ADDR = 0x00,
    TPC_LD_PRMT_INDX = 0x03,
    TPC_LD_SET_INDX = 0x04,
    TPC_LD_MOV = 0x05,
    TPC_LD_LOOKUP = 0x06,
    TPC_LD_LOOKUP_2C = 0x07,
    TPC_LD_LOOKUP_1C = 0x09,
    TPC_LD_LD_L = 0x0b,
    TPC_LD_LD_G = 0x0c,
    TPC_LD_PREFETCH = 0x0d,
    TPC_LD_LD_L_V = 0x0e,
    TPC_LD_LD_L_V_LOW = 0x0f,
    TPC_LD_LD_L_V_HIGH = 0x10,
    TPC_LD_LD_TNSR = 0x11,
    TPC_LD_LD_TNSR_LOW = 0x12,
    TPC_LD_LD_TNSR_HIGH = 0x13,
    TPC_LD_NOP = 0x1f,
};

enum {
    TPC_ST_GEN_ADDR = 0x00,
    TPC_ST_PRMT_INDX = 0x03,
    TPC_ST_SET_INDX = 0x04,
    TPC_ST_ST_L = 0x05,
    TPC_ST_ST_G = 0x06,
    TPC_ST_ST_L_V = 0x07,
    TPC_ST_ST_L_V_LOW = 0x08,
    TPC_ST_ST_L_V_HIGH = 0x09,
    TPC_ST_ASO = 0x0a,
    TPC_ST_ST_TNSR = 0x0b,
    TPC_ST_ST_TNSR_LOW = 0x0c,
    TPC_ST_ST_TNSR_HIGH = 0x0d,
    TPC_ST_CACHE_FLUSH = 0x14,
    TPC_ST_CACHE_INVALIDATE = 0x15,
    TPC_ST_NOP = 0x1f,
};

/* Rounding modes of conversions. */
enum {
    TPC_ROUND_NEAREST_EVEN,
    TPC_ROUND_ZERO,
    TPC_ROUND_UP,
    TPC_ROUND_DOWN,
    TPC_ROUND_STOCHASTIC,
    TPC_ROUND_CSR,          /* what TpcAlu.round_csr says */
    TPC_ROUND_NEAREST_AWAY,
};

/* Element types as tensor descriptors number them. */
enum {
    TPC_MEM_I8,
    TPC_MEM_I16,
    TPC_MEM_I32,
    TPC_MEM_U8,
    TPC_MEM_U16,
    TPC_MEM_U32,
    TPC_MEM_BF16,
    TPC_MEM_F32,
};

/* What a register field names. */
typedef enum {
    TPC_R_NONE,
    TPC_R_S,
    TPC_R_Z,                /* pair of S registers */
    TPC_R_V,
    TPC_R_D,                /* pair of V registers */
    TPC_R_I,
    TPC_R_AD,
    TPC_R_SP,
    TPC_R_VP,
    TPC_R_IMM,
    TPC_R_LFSR,             /* num 0: a read advances, 1: it does not */
    TPC_R_S_LFSR,
    TPC_R_LANE_ID,          /* num: bytes of an element */
    TPC_R_HW,               /* num: hardware register, 0 is the PC */
    TPC_R_TENSOR,           /* num: tensor number in the instruction */
} TpcRegClass;

typedef struct TpcReg {
    uint8_t cls;            /* TpcRegClass */
    uint8_t num;
} TpcReg;

typedef union TpcVec {
    uint8_t b[256];
    int8_t sb[256];
    uint16_t h[128];
    int16_t sh[128];
    uint32_t w[64];
    int32_t sw[64];
    uint64_t q[32];
    float f[64];
} __attribute__((aligned(64))) TpcVec;

typedef struct TpcAlu TpcAlu;
typedef struct TpcOp TpcOp;
typedef struct TpcVpuArgs TpcVpuArgs;
typedef uint64_t TpcSpuFn(TpcAlu *alu, const TpcOp *op, uint32_t a, uint32_t b,
                          uint64_t old);
typedef void TpcVpuFn(TpcAlu *alu, const TpcOp *op, const TpcVpuArgs *x);

/* The operation of one slot. */
struct TpcOp {
    uint8_t slot;           /* TpcSlot */
    uint8_t code;           /* TPC_<slot>_<name> */
    uint8_t type;           /* TpcType, where the operation has one */
    uint8_t sw;             /* switch bits of the slot, lowest first */
    TpcReg d;
    TpcReg a;
    TpcReg b;
    TpcReg c;
    TpcReg e;               /* srcD */
    /*
     * The same fields as they stand in the bundle, for operations that keep
     * something else than a register there.
     */
    uint8_t raw_a;
    uint8_t raw_b;          /* low eight bits of it in the LOAD slot */
    uint8_t raw_c;
    uint16_t raw_e;
    uint16_t fid;           /* all nine bits of srcB in the LOAD slot */
    uint32_t imm;
    uint8_t pred;           /* predicate register */
    bool pred_vec;          /* it is a VP, not an SP */
    bool pred_not;          /* run where it is false */
    bool always;            /* not predicated (SP0, or VP0 for vectors) */
    uint8_t dims;           /* mask of the dimensions of an I destination */
    uint8_t elem;           /* bytes of an element: how scalars are spread */
    uint8_t flags;          /* TPC_ALU_* of the function below */
    const struct TpcForm *form;
    union {
        TpcSpuFn *spu;
        TpcVpuFn *vpu;
        const void *any;
    } fn;
};

/* State that arithmetic reads and changes besides its operands. */
struct TpcAlu {
    TpcVec lfsr;
    /* Carry of each lane, 0xff in all bytes of a lane that carried. */
    TpcVec carry;
    uint32_t s_lfsr;
    uint32_t lfsr_polynom;
    uint8_t round_csr;
    uint8_t sflags;
};

typedef struct TpcAddr {
    uint64_t va;
    uint8_t type;           /* TPC_MEM_* of the descriptor it came from */
} TpcAddr;

typedef struct TpcRegs {
    TpcVec v[TPC_NUM_V];
    TpcVec vp[TPC_NUM_VP];  /* a predicate bit is a byte here: 0 or 0xff */
    uint32_t s[TPC_NUM_S];
    int32_t i[TPC_NUM_I][8];    /* TPC_DIMS of them are used */
    TpcAddr ad[TPC_NUM_AD];
    uint8_t sp[TPC_NUM_SP];     /* 0 or 1 */
} TpcRegs;

#endif
