/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TPC interpreter: read-modify-write stores.
 *
 * What a store does to memory is what the VPU's plain ADD, SUB, MIN and MAX
 * do: they are borrowed.
 */
#include "alu-priv.h"

void tpc_alu_rmw(unsigned operation, unsigned mem_type, const TpcVec *mem,
                 const TpcVec *value, TpcVec *result)
{
    static const uint8_t codes[] = {
        TPC_VPU_ADD, TPC_VPU_SUB, TPC_VPU_MIN, TPC_VPU_MAX,
    };
    static const uint8_t types[] = {
        [TPC_MEM_I8] = TPC_I8, [TPC_MEM_I16] = TPC_I16,
        [TPC_MEM_I32] = TPC_I32, [TPC_MEM_U8] = TPC_U8,
        [TPC_MEM_U16] = TPC_U16, [TPC_MEM_U32] = TPC_U32,
        [TPC_MEM_BF16] = TPC_BF16, [TPC_MEM_F32] = TPC_F32,
    };
    const TpcOp op = {
        .slot = TPC_VPU, .code = codes[operation & 3],
        .type = types[mem_type & 7], .d = { TPC_R_V, 0 },
        .a = { TPC_R_V, 0 },
    };
    const TpcVpuArgs x = {
        .a = { mem }, .b = value, .r = { result },
    };

    tpc_vpu_find(&op).fn(NULL, &op, &x);
}
