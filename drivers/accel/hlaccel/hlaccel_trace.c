// SPDX-License-Identifier: GPL-2.0
/* Tracepoints of hlaccel_trace.h. */

#ifndef __CHECKER__
#define CREATE_TRACE_POINTS
#include "hlaccel_trace.h"
#endif
