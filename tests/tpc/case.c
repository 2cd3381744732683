// SPDX-License-Identifier: GPL-2.0
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "case.h"
#include "json.h"
#include "tap.h"

static const struct type {
	const char *name;
	unsigned int code;
	unsigned int bytes;
} types[] = {
	{ "i8", 0, 1 }, { "i16", 1, 2 }, { "i32", 2, 4 }, { "u8", 3, 1 },
	{ "u16", 4, 2 }, { "u32", 5, 4 }, { "bf16", 6, 2 }, { "f32", 7, 4 },
};

uint8_t *case_file(const char *folder, const char *name, size_t *size)
{
	char path[512];
	uint8_t *data;
	FILE *file;
	long end;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "rb");
	if (!file || fseek(file, 0, SEEK_END))
		tap_die("cannot open %s", path);
	end = ftell(file);
	rewind(file);
	data = end < 0 ? NULL : malloc(end + 1);
	if (!data || fread(data, 1, end, file) != (size_t)end)
		tap_die("cannot read %s", path);
	data[end] = 0;
	*size = end;
	fclose(file);
	return data;
}

static unsigned int type_code(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(types) / sizeof(*types); i++)
		if (!strcmp(types[i].name, name))
			return types[i].code;
	tap_die("unknown element type %s", name);
}

static void tensor_field(struct tpc_case *c, unsigned int index,
			 const char *field, const char *value)
{
	struct case_tensor *t = &c->tensor[index];
	unsigned int d;

	if (index >= CASE_TENSORS)
		tap_die("too many tensors");
	if (index >= c->tensors)
		c->tensors = index + 1;
	if (!strcmp(field, "id")) {
		t->id = strtoul(value, NULL, 0);
	} else if (!strcmp(field, "role")) {
		t->output = !strcmp(value, "out");
	} else if (!strcmp(field, "dtype")) {
		t->type = type_code(value);
	} else if (!strcmp(field, "pad")) {
		t->pad = strtoul(value, NULL, 0);
	} else if (!strcmp(field, "file")) {
		snprintf(t->file, sizeof(t->file), "%s", value);
	} else if (sscanf(field, "dims[%u]", &d) == 1 && d < 5) {
		t->dims[d] = strtoul(value, NULL, 0);
		t->ndims = d + 1;
	} else {
		tap_die("unknown field %s of a tensor", field);
	}
}

static void field(void *opaque, const char *path, const char *value)
{
	struct tpc_case *c = opaque;
	unsigned int index;
	int used = 0;

	if (!strcmp(path, "kernel")) {
		snprintf(c->kernel, sizeof(c->kernel), "%s", value);
	} else if (!strcmp(path, "code")) {
		snprintf(c->code_file, sizeof(c->code_file), "%s", value);
	} else if (!strcmp(path, "lut")) {
		c->lut = !strcmp(value, "true");
	} else if (!strcmp(path, "relative_tolerance")) {
		c->tolerance = strtod(value, NULL);
	} else if (sscanf(path, "index_space[%u]", &index) == 1 && index < 5) {
		c->space[index] = strtol(value, NULL, 0);
	} else if (sscanf(path, "srf[%u]", &index) == 1 && index < CASE_SRF) {
		c->srf[index] = strtoul(value, NULL, 0);
		c->srfs = index + 1;
	} else if (sscanf(path, "tensors[%u].%n", &index, &used) == 1 && used) {
		tensor_field(c, index, path + used, value);
	} else {
		tap_die("unknown field %s of a case", path);
	}
}

struct tpc_case *case_load(const char *folder, const char *name)
{
	struct tpc_case *c = calloc(1, sizeof(*c));
	char sub[512];
	uint8_t *json;
	unsigned int i, d;
	size_t size;

	if (!c)
		tap_die("no memory for a case");
	snprintf(sub, sizeof(sub), "%s/cases/%s", folder, name);
	json = case_file(sub, "case.json", &size);
	if (!json_read((char *)json, field, c))
		tap_die("%s: cannot read case.json", name);
	free(json);
	c->code = case_file(folder, c->code_file, &c->code_size);
	for (i = 0; i < c->tensors; i++) {
		struct case_tensor *t = &c->tensor[i];

		t->data = case_file(sub, t->file, &t->size);
		size = types[t->type].bytes;
		for (d = 0; d < t->ndims; d++)
			size *= t->dims[d];
		if (size != t->size)
			tap_die("%s: tensor %u: %zu bytes of %zu", name, i,
				t->size, size);
	}
	return c;
}

void case_free(struct tpc_case *c)
{
	unsigned int i;

	for (i = 0; i < c->tensors; i++)
		free(c->tensor[i].data);
	free(c->code);
	free(c);
}

bool case_check(const struct tpc_case *c, const struct case_tensor *t,
		const uint8_t *got)
{
	size_t at;

	if (!c->tolerance) {
		for (at = 0; at < t->size && got[at] == t->data[at]; at++)
			;
		if (at < t->size)
			tap_note("byte %zu: got 0x%02x, want 0x%02x", at,
				 got[at], t->data[at]);
		return at == t->size;
	}
	for (at = 0; at + 4 <= t->size; at += 4) {
		float have, want;

		memcpy(&have, got + at, 4);
		memcpy(&want, t->data + at, 4);
		if (isnan(want) ? !isnan(have) :
		    isinf(want) ? have != want :
		    !(fabs((double)have - want) <= c->tolerance * fabs(want))) {
			tap_note("element %zu: got %.9g, want %.9g", at / 4,
				 have, want);
			return false;
		}
	}
	return true;
}
