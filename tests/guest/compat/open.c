// SPDX-License-Identifier: GPL-2.0
/*
 * The open sequences of the libraries, step by step as they do it: by name, by
 * address, by module id, and from a descriptor back to the address.
 */
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "lib.h"

#define ADDRESS	12

/* The family of nodes: the later library goes by the presence of a folder. */
static bool accel_family(void)
{
	return gen->accel && exists("/dev/accel");
}

static int address_of(unsigned int index, char *address)
{
	char path[300], text[64];

	snprintf(path, sizeof(path), accel_family() ? "/sys/class/accel/accel%u/pci_addr" :
		 "/sys/class/habanalabs/hl%u/pci_addr", index);
	if (!read_text(path, text, sizeof(text)) || strlen(text) < ADDRESS)
		return -ENOENT;
	memcpy(address, text, ADDRESS);
	address[ADDRESS] = 0;
	return 0;
}

/* Every entry of the class whose name is one of compute nodes */
static int index_by_address(const char *wanted)
{
	const char *folder = accel_family() ? "/sys/class/accel" : "/sys/class/habanalabs";
	const char *prefix = accel_family() ? "accel" : "hl";
	char address[ADDRESS + 1];
	struct dirent *entry;
	int found = -1;
	DIR *dir = opendir(folder);

	if (!dir)
		return -1;
	while ((entry = readdir(dir))) {
		unsigned int index;

		if (!strstr(entry->d_name, prefix) || strstr(entry->d_name, "ontrol") ||
		    sscanf(entry->d_name + strlen(prefix), "%u", &index) != 1)
			continue;
		if (!address_of(index, address) && !strcmp(address, wanted))
			found = (int)index;
	}
	closedir(dir);
	return found;
}

/* The 2021 library opens compute nodes one after the other. */
static int open_by_name_2021(uint32_t device_id)
{
	int last = ENOENT, fd;
	unsigned int i;

	for (i = 0; i < 256; i++) {
		fd = open_index(i);
		if (fd >= 0) {
			if (hw_ip(fd).device_id == device_id)
				return fd;
			close(fd);
		} else if (fd != -ENOENT) {
			last = -fd;
		}
	}
	return -last;
}

/* The later one asks the control node first, and keeps it open meanwhile. */
static int open_by_name_2023(uint32_t device_id)
{
	int last = ENOENT, fd, control;
	char path[64];
	unsigned int i;

	for (i = 0; i < 256; i++) {
		control_node(path, sizeof(path), i);
		control = try_open(path);
		if (control < 0) {
			if (control != -ENOENT)
				last = -control;
			continue;
		}
		if (hw_ip(control).device_id == device_id) {
			fd = open_index(i);
			if (fd >= 0) {
				close(control);
				return fd;
			}
			if (fd != -ENOENT)
				last = -fd;
		}
		close(control);
	}
	return -last;
}

static int open_by_name(uint32_t device_id)
{
	return gen == &generation_2021 ? open_by_name_2021(device_id) :
					 open_by_name_2023(device_id);
}

static int open_by_address(const char *address)
{
	char full[32];
	int index;

	if (strlen(address) == 7) {
		snprintf(full, sizeof(full), "0000:%s", address);
		address = full;
	}
	index = index_by_address(address);
	return index < 0 ? -EINVAL : open_index(index);
}

/* What the libraries compute from a descriptor */
static int address_from_fd(int fd, char *address)
{
	unsigned int ma, mi;
	struct stat st;
	char path[128], text[64];

	CHECK(!fstat(fd, &st));
	ma = major(st.st_rdev);
	mi = minor(st.st_rdev);
	if (mi % 2)
		mi--;
	snprintf(path, sizeof(path), "/sys/dev/char/%u:%u/pci_addr", ma, mi);
	if (!read_text(path, text, sizeof(text)))
		return -ENOENT;
	memcpy(address, text, ADDRESS);
	address[ADDRESS] = 0;
	return 0;
}

static int open_by_module(uint32_t module)
{
	char path[300], text[64], address[ADDRESS + 1];
	unsigned int ma, mi, i;
	int control;

	for (i = 0; i < 256; i++) {
		control_node(path, sizeof(path), i);
		control = try_open(path);
		if (control < 0)
			continue;
		if (hw_ip(control).module_id != module) {
			close(control);
			continue;
		}
		close(control);
		snprintf(path, sizeof(path), accel_family() ?
			 "/sys/class/accel/accel_controlD%u/dev" :
			 "/sys/class/habanalabs/hl_controlD%u/dev", i);
		if (!read_text(path, text, sizeof(text)) || sscanf(text, "%u:%u", &ma, &mi) != 2)
			return -ENOENT;
		snprintf(path, sizeof(path), "/sys/dev/char/%u:%u/pci_addr", ma, mi - 1);
		if (!read_text(path, text, sizeof(text)))
			return -ENOENT;
		memcpy(address, text, ADDRESS);
		address[ADDRESS] = 0;
		return open_by_address(address);
	}
	return -ENODEV;
}

static unsigned int cards(void)
{
	unsigned int i, count = 0;
	char path[64];

	for (i = 0; i < 256; i++) {
		compute_node(path, sizeof(path), i);
		count += exists(path);
	}
	return count;
}

static void works(int fd)
{
	struct cb cb = cb_new(fd, PAGE);

	p_nop(&cb.p);
	done(fd, submit_cb(fd, &cb, Q_IN));
	cb_free(fd, &cb);
}

TEST(by_name)
{
	int fd[16], again, kind;
	unsigned int i, count = cards();

	CHECK(count && count <= 16);
	close_card(open_card());
	for (i = 0; i < count; i++) {
		kind = open_control();
		fd[i] = open_by_name(hw_ip(kind).device_id);
		if (fd[i] < 0)
			FAIL("card %u of %u: %s", i, count, strerror(-fd[i]));
		works(fd[i]);
		close(kind);
	}
	/* All are busy. */
	again = open_by_name(hw_ip(fd[0]).device_id);
	CHECK_EQ(again, -EBUSY);
	/* Whoever closes can open at once. */
	close_card(fd[0]);
	fd[0] = open_by_name(hw_ip(open_control()).device_id);
	CHECK(fd[0] >= 0);
	works(fd[0]);
}

TEST(another_name)
{
	CHECK(open_by_name(0x0001) < 0);
}

TEST(by_address)
{
	unsigned int nth, count = cards();
	char address[ADDRESS + 1], back[ADDRESS + 1];

	if (differs("address-folder")) {
		CHECK_EQ(address_of(0, address), -ENOENT);
		return;
	}
	for (nth = 0; nth < count; nth++) {
		unsigned int index = card_index(nth);
		int fd;

		OK(address_of(index, address));
		CHECK_EQ(index_by_address(address), (int)index);
		fd = open_by_address(address);
		CHECK(fd >= 0);
		works(fd);
		CHECK_EQ(open_by_address(address), -EBUSY);
		OK(address_from_fd(fd, back));
		if (strcmp(address, back))
			FAIL("%s is %s by its number", address, back);
		close_card(fd);
		/* Without the domain */
		fd = open_by_address(address + 5);
		CHECK(fd >= 0);
		close_card(fd);
	}
	CHECK_EQ(open_by_address("0000:ff:1f.7"), -EINVAL);
}

TEST(address_of_a_control_node)
{
	unsigned int nth, count = cards();
	char path[64], address[ADDRESS + 1], back[ADDRESS + 1];
	int control;

	if (differs("control-minor"))
		return;
	for (nth = 0; nth < count; nth++) {
		OK(address_of(card_index(nth), address));
		control_node(path, sizeof(path), card_index(nth));
		control = try_open(path);
		CHECK(control >= 0);
		OK(address_from_fd(control, back));
		if (strcmp(address, back))
			FAIL("%s is %s by its number", address, back);
		close(control);
	}
}

TEST(by_module)
{
	unsigned int nth, count = cards();
	char path[64];
	int control, fd;

	for (nth = 0; nth < count; nth++) {
		uint32_t module;

		control_node(path, sizeof(path), card_index(nth));
		control = try_open(path);
		CHECK(control >= 0);
		module = hw_ip(control).module_id;
		close(control);
		fd = open_by_module(module);
		if (differs("control-minor")) {
			CHECK(fd < 0);
			return;
		}
		if (fd < 0)
			FAIL("module %u: %s", module, strerror(-fd));
		CHECK_EQ(hw_ip(fd).module_id, module);
		works(fd);
		close_card(fd);
	}
}

/* Two processes' worth of programs, one card each */
TEST(cards_are_independent)
{
	unsigned int nth, count = cards();
	int fd[16];

	CHECK(count <= 16);
	for (nth = 0; nth < count; nth++) {
		fd[nth] = open_index(card_index(nth));
		CHECK(fd[nth] >= 0);
	}
	for (nth = 0; nth < count; nth++) {
		struct cb cb = cb_new(fd[nth], PAGE);

		p_nop(&cb.p);
		CHECK_EQ(submit_cb(fd[nth], &cb, Q_IN), 1);
		done(fd[nth], 1);
	}
}
