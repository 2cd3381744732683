# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What every script of the tree shares: where things are, how to report, how
# to take a lock. To be sourced by bash scripts with "set -euo pipefail" on.

# The tree and the cache. Nothing is ever built or downloaded into the tree.
HLACCEL_TOP=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
HLACCEL_CACHE=${HLACCEL_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/hlaccel}
export HLACCEL_TOP HLACCEL_CACHE

# Predictable messages from tools whose output is parsed.
export LC_ALL=C.UTF-8

# say WORD...: a progress line. On stderr, because stdout carries results.
say()
{
	printf '%s: %s\n' "${HLACCEL_PROG:-${0##*/}}" "$*" >&2
}

# die WORD...: a final line and exit status $HLACCEL_DIE_STATUS (default 1).
die()
{
	say "error: $*"
	exit "${HLACCEL_DIE_STATUS:-1}"
}

# with_lock FILE CMD...: run CMD (which may be a function) while holding FILE.
# The descriptor is not inherited by CMD's children that outlive it by design:
# close it there with {HLACCEL_LOCK_FD}>&-.
with_lock()
{
	local lock=$1 fd

	shift
	mkdir -p "$(dirname "$lock")"
	exec {fd}>"$lock"
	if ! flock -n "$fd"; then
		say "waiting for $(basename "$lock")"
		flock "$fd"
	fi
	"$@"
	exec {fd}>&-
}

# jobs: how many compilers may run at a time.
jobs_count()
{
	echo "${HLACCEL_JOBS:-$(nproc)}"
}

# hash_files DIR PATH...: one digest over names and contents of all files below
# the paths (relative to DIR).
hash_files()
{
	local dir=$1

	shift
	(
		cd "$dir" || exit
		find "$@" -type f -print0 | LC_ALL=C sort -z |
			xargs -0 sha256sum | sha256sum | cut -c1-16
	)
}

# logged FILE CMD...: run CMD with its output in FILE; show the end on failure.
logged()
{
	local log=$1 status=0

	shift
	mkdir -p "$(dirname "$log")"
	"$@" >"$log" 2>&1 || status=$?
	if [ "$status" -ne 0 ]; then
		tail -n 25 "$log" >&2
		say "failed ($status): $*; full log: $log"
	fi
	return "$status"
}
