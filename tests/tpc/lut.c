// SPDX-License-Identifier: GPL-2.0
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "lut.h"
#include "tap.h"

static const unsigned int lines[LUT_CLASSES] = { 26, 13, 7, 4 };
static const unsigned int entries[LUT_CLASSES] = { 256, 128, 64, 32 };

size_t lut_bytes(unsigned int class_number)
{
	return lines[class_number] * 128u * 128u;
}

/* ---- The functions, and where an interval begins ---- */

static double recip(double x)
{
	return 1 / x;
}

static double rsqrt(double x)
{
	return 1 / sqrt(x);
}

static double tanh_over_x(double x)
{
	return x < 1 ? (x ? tanh(x) / x : 1) : tanh(x);
}

/* One octave from 1 on, in intervals of 1/n. */
static double octave_start(unsigned int k, unsigned int n)
{
	return 1 + (double)k / n;
}

/* Two octaves from 1 on, half of the intervals each. */
static double two_octaves_start(unsigned int k, unsigned int n)
{
	unsigned int half = n / 2;

	return k < half ? 1 + (double)k / half : 2 + 2.0 * (k - half) / half;
}

/* Linear up to 1, then three octaves; a quarter of the intervals each. */
static double tanh_start(unsigned int k, unsigned int n)
{
	unsigned int part = n / 4;

	if (k < part)
		return (double)k / part;
	return ldexp(1 + (double)(k % part) / part, k / part - 1);
}

struct table {
	unsigned int id;
	double (*function)(double x);
	double (*start)(unsigned int k, unsigned int n);
};

static const struct table tables[] = {
	{ 0, tanh_over_x, tanh_start },
	{ 1, rsqrt, two_octaves_start },
	{ 128, sqrt, two_octaves_start },
	{ 129, recip, octave_start },
	{ 256, exp2, octave_start },
};

/*
 * The parabola through the function at the three Chebyshev nodes of the
 * interval, around the interval's start.
 */
static void fit(const struct table *t, double start, double width,
		float coefficients[3])
{
	double x[3], y[3], d1, d2, d12;
	unsigned int i;

	for (i = 0; i < 3; i++) {
		double node = cos((2 * i + 1) * M_PI / 6);

		x[i] = width * (1 + node) / 2;
		y[i] = t->function(start + x[i]);
	}
	d1 = (y[1] - y[0]) / (x[1] - x[0]);
	d2 = (y[2] - y[1]) / (x[2] - x[1]);
	d12 = (d2 - d1) / (x[2] - x[0]);
	coefficients[0] = y[0] - d1 * x[0] + d12 * x[0] * x[1];
	coefficients[1] = d1 - d12 * (x[0] + x[1]);
	coefficients[2] = d12;
}

static void compute(const struct table *t, uint8_t *at, unsigned int n)
{
	unsigned int k;

	for (k = 0; k < n; k++) {
		double start = t->start(k, n);
		float c[3];

		/* 2 to the power of x: the argument is the part behind 1. */
		if (t->function == exp2) {
			fit(t, start - 1, 1.0 / n, c);
		} else {
			fit(t, start, t->start(k + 1, n) - start, c);
		}
		memcpy(at + 12 * k + 8 * (k / 10), c, sizeof(c));
	}
}

static void read_area(const char *folder, unsigned int class_number,
		      uint8_t *area)
{
	size_t size = lut_bytes(class_number);
	char path[512];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%u.bin", folder,
		 entries[class_number]);
	file = fopen(path, "rb");
	if (!file || fread(area, 1, size, file) != size)
		tap_die("%s: no table area of %zu bytes", path, size);
	fclose(file);
}

void lut_fill(unsigned int class_number, uint8_t *area)
{
	const char *folder = getenv("TPC_LUT_DIR");
	size_t i;

	memset(area, 0, lut_bytes(class_number));
	if (folder && *folder) {
		read_area(folder, class_number, area);
		return;
	}
	for (i = 0; i < sizeof(tables) / sizeof(*tables); i++) {
		if (tables[i].id >> 7 == class_number)
			compute(&tables[i], area + (tables[i].id & 127) *
				lines[class_number] * 128,
				entries[class_number]);
	}
}
