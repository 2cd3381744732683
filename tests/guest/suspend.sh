#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# suspend.sh [STATUS]
#
# Runs the class suspend of tests/guest. The host's folders are given back for that
# time, as their driver can't sleep. Ends with STATUS if the tests have passed. Whoever
# calls it may have nothing open there: exec it.

driver=/sys/bus/virtio/drivers/9pnet_virtio
memory=/tmp/suspend

if [ "$0" != $memory/suspend.sh ]; then
	mkdir -p $memory &&
		cp run manifest suspend suspend.sh $memory/ &&
		cd $memory &&
		exec $memory/suspend.sh "$@"
	exit 1
fi

for folder in /share /src /hlvm/ctl; do
	umount $folder || exit 1
done
devices=
for device in "$driver"/virtio*; do
	device=${device##*/}
	devices="$devices $device"
	echo "$device" >$driver/unbind || exit 1
done

status=${1:-0}
./run -c suspend || status=1

for device in $devices; do
	echo "$device" >$driver/bind
done
options=trans=virtio,version=9p2000.L,msize=524288
mount -t 9p -o $options ctl /hlvm/ctl
mount -t 9p -o $options share /share
mount -t 9p -o $options,ro src /src
exit "$status"
