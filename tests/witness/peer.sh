#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The in-kernel driver, with the repairs that let its compute node be opened, has
# to move data through the device model by its own ioctls. Prints TAP.

set -euo pipefail
. "$(dirname "$0")/../../tools/lib/common.sh"
. "$HLACCEL_TOP/tools/lib/tap.sh"

share=$(mktemp -d)
trap 'rm -rf "$share"' EXIT
${CC:-cc} -O2 -Wall -Wextra -Werror -I"$HLACCEL_TOP/tools/include" -o "$share/peer-copy" \
	"$HLACCEL_TOP/tests/witness/peer-copy.c"

for device in gaudi gaudi,engines=inline; do
	echo "# --device $device"
	run=0
	"$HLACCEL_TOP/tools/vm/hlvm" --device "$device" --driver 'peer+1' \
		--share "$share" --timeout 180 -- ./peer-copy || run=$?
	tap "$run" "$device: the judge is content (hlvm: $run)"
done
tap_end
