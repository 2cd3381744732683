#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# reload.sh [COUNT]
#
# Unloads and loads the driver COUNT times (50) in the guest, uses it each time,
# and looks whether memory got lost: slab, pages, and on a debug kernel the
# mappings that the DMA API counts.

count=${1:-50}
cd "$(dirname "$0")" || exit 2

# Pages and slab in KiB, after what can be given back was given back. KASAN keeps
# freed objects for a while; a cache that is shrunk lets go of its own.
used()
{
	sync
	echo 3 >/proc/sys/vm/drop_caches
	for cache in /sys/kernel/slab/*/shrink; do
		[ ! -w "$cache" ] || echo 1 >"$cache"
	done
	awk '/^MemFree:/ { free = $2 }
	     /^MemTotal:/ { total = $2 }
	     /^SUnreclaim:/ { slab = $2 }
	     END { print total - free, slab }' /proc/meminfo
}

mappings()
{
	if [ -r /sys/kernel/debug/dma-api/nr_total_entries ]; then
		free=$(cat /sys/kernel/debug/dma-api/num_free_entries)
		total=$(cat /sys/kernel/debug/dma-api/nr_total_entries)
		echo $((total - free))
	else
		echo 0
	fi
}

one_round()
{
	modprobe hlaccel || return 1
	./copy copy_in_order >/dev/null || return 1
	[ $((i % 5)) -ne 0 ] || ./dmabuf reimport import_refuses >/dev/null || return 1
	rmmod hlaccel || return 1
}

echo "TAP version 13"
rmmod hlaccel || {
	echo "Bail out! the driver cannot be unloaded"
	exit 1
}

# The first rounds fill caches that stay.
i=0
while [ $i -lt 5 ]; do
	one_round || {
		echo "not ok 1 reload: round $i of the warm-up"
		echo "1..1"
		exit 1
	}
	i=$((i + 1))
done
# shellcheck disable=SC2046 # two words are wanted
set -- $(used)
pages=$1
slab=$2
maps=$(mappings)

status=0
i=0
while [ $i -lt "$count" ]; do
	one_round || {
		echo "# round $i failed"
		status=1
		break
	}
	i=$((i + 1))
done
# shellcheck disable=SC2046
set -- $(used)
pages=$(($1 - pages))
slab=$(($2 - slab))
maps=$(($(mappings) - maps))
echo "# after $i reloads: $pages KiB pages, $slab KiB slab, $maps DMA mappings more"

number=0

# verdict WHAT CONDITION...: one line of TAP.
verdict()
{
	what=$1
	shift
	number=$((number + 1))
	if [ "$@" ]; then
		echo "ok $number reload: $what"
	else
		echo "not ok $number reload: $what"
		status=1
	fi
}

verdict "$count times" "$i" -eq "$count"
# Less than 40 KiB a round, in 50 rounds or more, is noise of the rest of the system;
# one table or ring that is forgotten each time is more than that. Fewer rounds have
# the same noise: they are for kernels that look for lost memory themselves.
judged=$((count < 50 ? 50 : count))
verdict "pages" "$pages" -lt $((judged * 40))
verdict "slab" "$slab" -lt $((judged * 16))
verdict "DMA mappings" "$maps" -le 0
echo "1..$number"
modprobe hlaccel || exit 1
exit $status
