# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Shared by the static checks. To be sourced with "set -euo pipefail" on.

# shellcheck source=../lib/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib/common.sh"
# shellcheck source=../lib/tap.sh
. "$HLACCEL_TOP/tools/lib/tap.sh"
# shellcheck source=../vm/kernel.sh
. "$HLACCEL_TOP/tools/vm/kernel.sh"

cd "$HLACCEL_TOP" || exit

# tree_files PATTERN...: the files of the tree (git's pathspecs), also those
# not committed yet, without those deleted but not committed.
tree_files()
{
	local file
	# The checkout may belong to somebody else than to the one who checks.
	local git=(git -c 'safe.directory=*')

	"${git[@]}" rev-parse --is-inside-work-tree >/dev/null ||
		die "not a git checkout"
	"${git[@]}" ls-files --cached --others --exclude-standard -- "$@" |
		sort -u | while read -r file; do
			[ ! -f "$file" ] || echo "$file"
		done
}

# need_files COUNT PATTERN: a check that looks at nothing does not pass.
need_files()
{
	[ "$1" -gt 0 ] || die "no files match $2"
}
