// SPDX-License-Identifier: GPL-2.0
/* out = in, 16-bit to 32-bit in the natural order; dimension 0 counts 128 elements at a time */
void main(tensor in, tensor out)
{
	const int5 first = get_index_space_offset();
	const int5 end = first + get_index_space_size();
	int5 at = { 0, 0, 0, 0, 0 };

	for (int d = first[0] * 128; d < end[0] * 128; d += 128) {
		at[0] = d;
		int128 x = convert_short128_to_int128(v_i16_ld_tnsr_b(at, in), SW_LINEAR);

		v_i32_st_tnsr(at, out, x.v1);
		at[0] = d + 64;
		v_i32_st_tnsr(at, out, x.v2);
	}
}
