#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The unmodified in-kernel driver on the device model, over each boot path: it
# adds the cards without an error line, its queue tests pass (or it would not
# add them), the control nodes answer, heartbeats go on, it can be reloaded, and
# both kinds of hard reset recover. Prints TAP.

set -euo pipefail
. "$(dirname "$0")/../../tools/lib/common.sh"
. "$HLACCEL_TOP/tools/lib/tap.sh"

share=$(mktemp -d)
trap 'rm -rf "$share"' EXIT
${CC:-cc} -static -O2 -Wall -Wextra -Werror -o "$share/stock-info" \
	"$HLACCEL_TOP/tests/witness/stock-info.c"
cp "$HLACCEL_TOP/tests/witness/stock-guest" "$share"

devices=(gaudi 'gaudi,boot=comms' 'gaudi,boot=comms,secured=on')
flags=()
for device in "${devices[@]}"; do
	flags+=(--device "$device")
done
run=0
"$HLACCEL_TOP/tools/vm/hlvm" "${flags[@]}" --driver habanalabs --share "$share" \
	--timeout 900 -- ./stock-guest ${#devices[@]} || run=$?
# What the command itself found is in its own lines.
case $run in
0 | 1) tap 0 "stock: the judge is content" ;;
*) tap 1 "stock: the judge is content (hlvm: $run)" ;;
esac
tap_end || run=1
exit "$run"
