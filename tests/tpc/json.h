/* SPDX-License-Identifier: GPL-2.0 */
/* As much of JSON as the cases need. */
#ifndef TPC_TEST_JSON_H
#define TPC_TEST_JSON_H

#include <stdbool.h>

/*
 * Called for every string, number, true, false and null, with a path such as
 * "tensors[0].dims[1]" and the value as text.
 */
typedef void json_visit(void *opaque, const char *path, const char *value);

/* False: no JSON. */
bool json_read(const char *text, json_visit *visit, void *opaque);

#endif
