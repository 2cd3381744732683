// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of the parts of the driver that need no card. They run when the module
 * is loaded.
 */
#include <linux/module.h>

#include "hlaccel_kver.h"

MODULE_DESCRIPTION("KUnit tests of hlaccel");
MODULE_LICENSE("GPL");
HLACCEL_IMPORT_NS(EXPORTED_FOR_KUNIT_TESTING);
