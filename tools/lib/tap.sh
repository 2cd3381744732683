# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Test results in TAP. To be sourced; end the script with tap_end.

tap_count=0
tap_failed=0

# tap RESULT NAME: RESULT is an exit status, 0 for a pass.
tap()
{
	tap_count=$((tap_count + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $tap_count - $2"
	else
		tap_failed=$((tap_failed + 1))
		echo "not ok $tap_count - $2"
	fi
}

# tap_is WANT GOT NAME: equality, with both in the log when they differ.
tap_is()
{
	if [ "$1" = "$2" ]; then
		tap 0 "$3"
	else
		tap 1 "$3"
		echo "# want '$1', got '$2'"
	fi
}

# tap_run NAME CMD...: a pass when CMD succeeds; its output as comments.
tap_run()
{
	local name=$1 output status=0

	shift
	output=$("$@" 2>&1) || status=$?
	tap "$status" "$name"
	if [ "$status" -ne 0 ]; then
		echo "# status $status: $*"
		tail -n 40 <<<"$output" | sed 's/^/# /'
	fi
}

# tap_skip NAME WHY: must be in tools/check/expected-skips to be accepted.
tap_skip()
{
	tap_count=$((tap_count + 1))
	echo "ok $tap_count - $1 # SKIP $2"
}

# tap_end: the plan; fails when a test failed or none ran.
tap_end()
{
	echo "1..$tap_count"
	[ "$tap_failed" -eq 0 ] && [ "$tap_count" -gt 0 ]
}
