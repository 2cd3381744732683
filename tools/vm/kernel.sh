# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Finds, fetches and unpacks kernels. To be sourced after tools/lib/common.sh.
#
# A kernel is a folder:
#   bzImage              the image
#   modules/RELEASE/     its module tree, with modules.dep
#   build                what modules of ours are built against (KDIR)
# The functions print the folder as their only output on stdout.

HLACCEL_KVER=${HLACCEL_KVER:-6.12}
HLACCEL_KARCH=amd64

# kernel_download PACKAGE...: the named package files end up in the cache.
# apt-get runs in a folder of its own, so that two of us never share a
# half-written file.
kernel_download()
{
	local dir=$HLACCEL_CACHE/debs tmp

	mkdir -p "$dir"
	tmp=$(mktemp -d "$dir/tmp.XXXXXX")
	say "downloading $*"
	if ! (cd "$tmp" && apt-get -q download "$@" >download.log 2>&1); then
		cat "$tmp/download.log" >&2
		rm -rf "$tmp"
		die "cannot download $*"
	fi
	mv "$tmp"/*.deb "$dir/"
	rm -rf "$tmp"
}

# kernel_package_version PACKAGE: the version apt would install.
kernel_package_version()
{
	apt-cache show --no-all-versions "$1" |
		sed -n 's/^Version: //p' | head -n 1
}

# kernel_unpack PACKAGE DIR: unpacks the package's current version under DIR.
kernel_unpack()
{
	local package=$1 dir=$2 version file

	version=$(kernel_package_version "$package")
	[ -n "$version" ] || die "no package $package (run tools/setup)"
	mkdir -p "$HLACCEL_CACHE/debs" "$dir"
	# apt writes the colon of an epoch as %3a; Linux packages have none.
	file=$(find "$HLACCEL_CACHE/debs" -maxdepth 1 \
		-name "${package}_${version}_*.deb" 2>/dev/null | head -n 1)
	if [ -z "$file" ]; then
		kernel_download "$package=$version"
		file=$(find "$HLACCEL_CACHE/debs" -maxdepth 1 \
			-name "${package}_${version}_*.deb" | head -n 1)
	fi
	[ -n "$file" ] || die "package file of $package $version not found"
	dpkg -x "$file" "$dir"
}

# kernel_stock_package: the newest plain image package, signed or not.
kernel_stock_package()
{
	local series=${HLACCEL_KVER//./\\.} newest

	newest=$(apt-cache pkgnames "linux-image-$HLACCEL_KVER." |
		sed -nE "s/^(linux-image-$series\.[0-9]+[^-]*(-[0-9]+)?-$HLACCEL_KARCH)(-unsigned)?\$/\1/p" |
		sort -V | tail -n 1)
	[ -n "$newest" ] ||
		die "no linux-image-$HLACCEL_KVER package (run tools/setup)"
	if [ -n "$(kernel_package_version "$newest" 2>/dev/null)" ]; then
		echo "$newest"
	else
		echo "$newest-unsigned"
	fi
}

# kernel_fix_headers ROOT RELEASE: the packaged headers name each other by the
# places they would be installed to; make them find each other under ROOT.
kernel_fix_headers()
{
	local root=$1 release=$2 dir file common kbuild

	dir=$root/usr/src/linux-headers-$release
	common=$(find "$root/usr/src" -maxdepth 1 -name 'linux-headers-*-common')
	kbuild=$(find "$root/usr/lib" -maxdepth 1 -name 'linux-kbuild-*')
	if [ ! -d "$dir" ] || [ ! -d "$common" ] || [ ! -d "$kbuild" ]; then
		die "headers of $release: unexpected layout under $root"
	fi
	for file in "$dir/Makefile" "$dir/.kernelvariables"; do
		[ -f "$file" ] || continue
		sed -i "s,/usr/src/linux-headers-,$root/usr/src/linux-headers-,g" \
			"$file"
	done
	grep -q "$root" "$dir/Makefile" ||
		die "headers of $release: Makefile does not include -common"
	for file in scripts tools; do
		[ ! -e "$kbuild/$file" ] ||
			ln -sfn "$kbuild/$file" "$common/$file"
	done
	ln -sfn "$kbuild/scripts" "$dir/scripts"
	[ ! -d "$kbuild/tools" ] || ln -sfn "$kbuild/tools" "$dir/tools"
}

kernel_make_stock()
{
	local package=$1 out=$2 tmp=$2.tmp release headers dep

	[ ! -e "$out/complete" ] || return 0
	rm -rf "$out" "$tmp"
	mkdir -p "$tmp/root"
	say "unpacking $package"
	kernel_unpack "$package" "$tmp/root"
	release=${package#linux-image-}
	release=${release%-unsigned}
	headers=linux-headers-$release
	kernel_unpack "$headers" "$tmp/root"
	for dep in $(apt-cache show --no-all-versions "$headers" |
		sed -n 's/^Depends: //p' | tr ',' '\n' |
		sed -nE 's/^ *(linux-(headers-[^ ]*-common|kbuild-[^ ]*)).*/\1/p')
	do
		kernel_unpack "$dep" "$tmp/root"
	done
	mv "$tmp" "$out"
	kernel_fix_headers "$out/root" "$release"
	ln -s "root/boot/vmlinuz-$release" "$out/bzImage"
	mkdir "$out/modules"
	ln -s "../root/lib/modules/$release" "$out/modules/$release"
	ln -s "root/usr/src/linux-headers-$release" "$out/build"
	# The package's own link points to where it is not installed.
	rm -f "$out/root/lib/modules/$release/"{build,source}
	/sbin/depmod -b "$out/root" "$release"
	touch "$out/complete"
	say "stock kernel $release is ready"
}

# kernel_remembered KIND: the folder found last time, if the package index has
# not changed since. Asking the index takes seconds.
kernel_remembered()
{
	local note=$HLACCEL_CACHE/kernels/$1.current folder

	[ -f "$note" ] && [ "$note" -nt /var/lib/apt/lists ] || return 1
	folder=$(cat "$note")
	[ -e "$folder/complete" ] && echo "$folder"
}

# kernel_remember KIND DIR
kernel_remember()
{
	echo "$2" >"$HLACCEL_CACHE/kernels/$1.current.$$"
	mv "$HLACCEL_CACHE/kernels/$1.current.$$" \
		"$HLACCEL_CACHE/kernels/$1.current"
}

# kernel_stock: the distribution's kernel, unpacked, never installed.
kernel_stock()
{
	local package version out

	kernel_remembered stock && return
	package=$(kernel_stock_package)
	version=$(kernel_package_version "$package")
	out=$HLACCEL_CACHE/kernels/stock-$version
	with_lock "$HLACCEL_CACHE/locks/stock" \
		kernel_make_stock "$package" "$out"
	kernel_remember stock "$out"
	echo "$out"
}

kernel_make_source()
{
	local package=$1 out=$2 tmp=$2.tmp

	[ ! -e "$out/complete" ] || return 0
	rm -rf "$out" "$tmp"
	mkdir -p "$tmp"
	say "unpacking $package"
	kernel_unpack "$package" "$tmp/root"
	tar -C "$tmp" -xf "$tmp/root/usr/src/$package.tar.xz"
	mv "$tmp/$package" "$out"
	rm -rf "$tmp"
	touch "$out/complete"
}

# kernel_source: the distribution's source of the same series, unpacked.
kernel_source()
{
	local package=linux-source-$HLACCEL_KVER version out

	kernel_remembered source && return
	version=$(kernel_package_version "$package")
	[ -n "$version" ] || die "no package $package (run tools/setup)"
	out=$HLACCEL_CACHE/kernels/source-$version
	with_lock "$HLACCEL_CACHE/locks/source" \
		kernel_make_source "$package" "$out"
	kernel_remember source "$out"
	echo "$out"
}

# kernel_release DIR: the release of a kernel folder.
kernel_release()
{
	local releases

	releases=$(find "$1/modules" -mindepth 1 -maxdepth 1 -printf '%f\n')
	[ "$(wc -w <<<"$releases")" -eq 1 ] ||
		die "$1/modules must hold exactly one release"
	echo "$releases"
}

# kernel_build_dir DIR: what modules are built against for a kernel folder.
kernel_build_dir()
{
	local dir

	for dir in "$1/build" "$1/modules/"*/build; do
		if [ -f "$dir/Makefile" ]; then
			(cd "$dir" && pwd -P)
			return
		fi
	done
	die "no build folder (headers) in $1"
}
