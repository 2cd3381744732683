/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TPC interpreter: the instruction set as a table, decoder and disassembler.
 */
#ifndef HLACCEL_TPC_DECODE_H
#define HLACCEL_TPC_DECODE_H

#include "tpc-isa.h"

/* Who produces a register's value: rows of the table of latencies. */
typedef enum {
    TPC_P_NONE,
    TPC_P_S,                /* scalar arithmetic */
    TPC_P_S_MUL,            /* floating-point products */
    TPC_P_S_LD,             /* LOAD slot to S */
    TPC_P_SP,               /* SPU to SP */
    TPC_P_SP_LD,            /* memory to SP */
    TPC_P_SP_MOV,           /* LOAD MOV to SP */
    TPC_P_I,
    TPC_P_I_SLOW,           /* products, logic, permutation */
    TPC_P_AD,
    TPC_P_V,                /* vector arithmetic */
    TPC_P_V_MUL,            /* floating-point products */
    TPC_P_V_GROUP,          /* permutations within dual groups */
    TPC_P_V_DUAL,           /* MOV_DUAL_GROUP */
    TPC_P_V_MOV,            /* LOAD MOV to V */
    TPC_P_V_LD,             /* memory to V */
    TPC_P_V_LUT,
    TPC_P_V_LUT_C,          /* LOOKUP_1C, LOOKUP_2C */
    TPC_P_VP,
    TPC_P_VP_LD,            /* memory to VP */
    TPC_P_Z,
    TPC_NUM_PRODUCERS,
} TpcProducer;

enum {
    TPC_F_VMASK = 1 << 0,   /* takes a vector predicate */
    TPC_F_ALU = 1 << 1,     /* tpc_spu_find(), tpc_vpu_find() */
    TPC_F_DIMS = 1 << 2,    /* I destination with a mask of dimensions */
    TPC_F_TYPE = 1 << 3,    /* the text shows the type */
    TPC_F_TYPE_B = 1 << 4,  /* LOAD MOV: the type is in srcB */
    TPC_F_ACC = 1 << 5,     /* reads the destination as accumulator */
    TPC_F_WHEN_B = 1 << 6,  /* the condition is on srcB, not the switches */
    TPC_F_HW = 1 << 7,      /* source is a hardware register, number in srcB */
    TPC_F_FLAVOR = 1 << 8,  /* VP from 32 bits: section in srcB */
    TPC_F_TENSOR = 1 << 9,  /* tensor number in srcB, or in an S register */
    TPC_F_AS_I32 = 1 << 10, /* whatever the type field says */
    TPC_F_AS_BOOL = 1 << 11,
    TPC_F_RAW_TYPE = 1 << 12, /* the type field holds something else */
};

/*
 * One way to write an operation.  The classes are masks of 1 << TpcRegClass,
 * 0 where the field holds no register.  Of several forms with the same code
 * the first that fits counts.
 */
typedef struct TpcForm {
    uint8_t code;
    const char *name;
    uint16_t types;         /* mask of 1 << TpcType */
    uint16_t d;
    uint16_t a;
    uint16_t b;
    uint16_t c;
    uint16_t e;
    uint16_t flags;
    uint8_t producer;
    uint8_t when_mask;      /* (switches or srcB) & when_mask == when_value */
    uint8_t when_value;
} TpcForm;

extern const TpcForm *const tpc_forms[TPC_NUM_SLOTS];
extern const uint16_t tpc_forms_count[TPC_NUM_SLOTS];

typedef enum {
    TPC_B_EMPTY,            /* not decoded */
    TPC_B_NOP,
    TPC_B_OPS,
    TPC_B_LOOP,
    TPC_B_UNDEFINED,
} TpcBundleKind;

typedef struct TpcLoopOp {
    bool start_imm;
    bool boundary_imm;
    bool step_imm;
    uint8_t start_reg;
    uint8_t boundary_reg;
    uint8_t step_reg;
    uint8_t compare;        /* 0 GT, 1 GE, 2 LT, 3 LE, 4 EQ, 5 NE */
    uint8_t pred;
    bool pred_not;
    uint16_t end;           /* offset of the last bundle of the body */
    uint32_t start;
    uint32_t boundary;
    uint32_t step;
} TpcLoopOp;

typedef struct TpcBundle {
    uint8_t kind;           /* TpcBundleKind */
    uint8_t slots;          /* mask of 1 << TpcSlot: those that do something */
    bool halt;
    bool ld_direct;         /* a load may write its destination at once, */
    bool vpu_direct;        /* so may the vector operation */
    bool open;              /* some arithmetic is not fully documented */
    const char *why;        /* of an undefined one */
    uint64_t raw[4];
    TpcOp op[TPC_NUM_SLOTS];
    TpcLoopOp loop;
} TpcBundle;

/* Decodes one bundle; an undefined one is a kind of bundle, no error. */
void tpc_decode(const uint8_t *bytes, TpcBundle *bundle);

/* Bytes of an element, 0 for types that this generation does not have. */
unsigned tpc_type_bytes(unsigned type);

/*
 * Name of the code address for jumps and loops; writes it to buf.  NULL: the
 * address is shown as number.
 */
typedef void TpcLabelFn(void *opaque, uint64_t addr, char *buf, size_t size);

/*
 * The bundle as the compiler's tools write it, without address, in at most
 * size bytes.  Returns buf.
 */
char *tpc_disas(const TpcBundle *bundle, uint64_t pc, TpcLabelFn *label,
                void *opaque, char *buf, size_t size);

#endif
