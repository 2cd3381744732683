// SPDX-License-Identifier: GPL-2.0
/* out = bf16(in) in the natural order: the store with packing undoes the interleaving of the conversion */
void main(tensor in, tensor out)
{
	const int5 first = get_index_space_offset();
	const int5 end = first + get_index_space_size();
	int5 lo = { 0, 0, 0, 0, 0 };
	int5 hi = { 0, 0, 0, 0, 0 };

	for (int w = first[1]; w < end[1]; w++) {
		lo[1] = w;
		hi[1] = w;
		for (int d = first[0] * 128; d < end[0] * 128; d += 128) {
			float128 x;

			lo[0] = d;
			hi[0] = d + 64;
			x.v1 = v_f32_ld_tnsr_b(lo, in);
			x.v2 = v_f32_ld_tnsr_b(hi, in);
			v_bf16_st_tnsr(lo, out, convert_float128_to_bfloat128(x, SW_RHNE), SW_PACK);
		}
	}
}
