// SPDX-License-Identifier: GPL-2.0
/*
 * Nodes, their numbers, and what is where in sysfs and debugfs.
 */
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib.h"

static dev_t number_of(const char *path)
{
	struct stat st;

	if (stat(path, &st))
		FAIL("%s: %s", path, strerror(errno));
	CHECK(S_ISCHR(st.st_mode));
	return st.st_rdev;
}

/* What the libraries compute: a pair on one major, the compute node even. */
TEST(minors)
{
	unsigned int index = card_index(0);
	char path[64];
	dev_t compute, control;

	compute_node(path, sizeof(path), index);
	compute = number_of(path);
	control_node(path, sizeof(path), index);
	control = number_of(path);
	CHECK_EQ(minor(compute) % 2, 0);
	if (differs("control-minor")) {
		CHECK(major(compute) != major(control));
		return;
	}
	CHECK_EQ(major(compute), major(control));
	CHECK_EQ(minor(control), minor(compute) + 1);
}

TEST(address_by_number)
{
	char path[128], link[128], address[64] = "", real[256];
	unsigned int index = card_index(0);
	dev_t number;
	ssize_t n;

	compute_node(path, sizeof(path), index);
	number = number_of(path);
	snprintf(path, sizeof(path), "/sys/dev/char/%u:%u/pci_addr", major(number), minor(number));
	if (differs("address-folder")) {
		CHECK(!exists(path));
		return;
	}
	CHECK(read_text(path, address, sizeof(address)));
	CHECK_EQ(strlen(address), 12);
	snprintf(link, sizeof(link), gen->accel ? "/sys/class/accel/accel%u/device" :
		 "/sys/class/habanalabs/hl%u/device", index);
	n = readlink(link, real, sizeof(real) - 1);
	CHECK(n > 12);
	real[n] = 0;
	if (strcmp(real + n - 12, address))
		FAIL("%s is at %s, not %s", link, real, address);
}

struct attribute_row {
	const char *name;
	const char *value;	/* NULL: any text */
};

static const struct attribute_row attributes[] = {
	{ "pci_addr", NULL },
	{ "device_type", "GAUDI" },
	{ "status", "Operational" },
	{ "hard_reset_cnt", NULL },
	{ "soft_reset_cnt", NULL },
	{ "max_power", NULL },
	{ "clk_max_freq_mhz", NULL },
	{ "clk_cur_freq_mhz", NULL },
	{ "module_id", NULL },
	{ "security_enabled", NULL },
	{ "parent_device", NULL },
	{ "armcp_ver", NULL },
	{ "cpucp_ver", NULL },
	{ "armcp_kernel_ver", NULL },
	{ "cpucp_kernel_ver", NULL },
	{ "cpld_ver", NULL },
	{ "fuse_ver", NULL },
	{ "thermal_ver", NULL },
	{ "fw_os_ver", NULL },
	{ "preboot_btl_ver", NULL },
	{ "uboot_ver", NULL },
	{ "infineon_ver", NULL },
	{ "vrm_ver", NULL },
};

/* soft_reset_cnt and infineon_ver are of old kernels or another card. */
static bool optional(const char *name)
{
	return !strcmp(name, "soft_reset_cnt") || !strcmp(name, "infineon_ver") ||
	       !strcmp(name, "vrm_ver");
}

TEST_TABLE(attribute, attributes)
{
	char text[256];
	int ret = sysfs_value(row->name, text, sizeof(text));

	if (ret == -ENOENT && optional(row->name))
		return;
	OK(ret);
	if (row->value && strncmp(text, row->value, strlen(row->value)))
		FAIL("%s is '%s', not '%s'", row->name, text, row->value);
}

/* Both regulators' names, or one of them: but one at least */
TEST(regulator)
{
	char text[256];

	CHECK(!sysfs_value("infineon_ver", text, sizeof(text)) ||
	      !sysfs_value("vrm_ver", text, sizeof(text)));
}

TEST(attributes_agree_with_requests)
{
	char text[256];
	int fd = open_card();
	struct hl_info_hw_ip_info ip = hw_ip(fd);
	struct hl_info_reset_count resets;

	OK(sysfs_value("module_id", text, sizeof(text)));
	CHECK_EQ(strtoul(text, NULL, 0), ip.module_id);
	OK(sysfs_value("cpucp_ver", text, sizeof(text)));
	CHECK(!strncmp(text, (char *)ip.cpucp_version, strlen(text)));
	OK(sysfs_value("armcp_ver", text, sizeof(text)));
	CHECK(!strncmp(text, (char *)ip.cpucp_version, strlen(text)));
	OK(info(fd, HL_INFO_RESET_COUNT, &resets, sizeof(resets)));
	OK(sysfs_value("hard_reset_cnt", text, sizeof(text)));
	CHECK_EQ(strtoul(text, NULL, 10), resets.hard_reset_cnt);
	OK(sysfs_value("security_enabled", text, sizeof(text)));
	CHECK_EQ(strtoul(text, NULL, 10), ip.device_id == 0x1010);
}

TEST(power_cap)
{
	char folder[128], path[256], text[64], again[64];
	int fd;

	card_folder(folder, sizeof(folder));
	snprintf(path, sizeof(path), "%s/max_power", folder);
	CHECK(read_text(path, text, sizeof(text)));
	CHECK(strtoul(text, NULL, 10) >= 1000);
	fd = open(path, O_WRONLY);
	CHECK(fd >= 0);
	CHECK_EQ(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	CHECK(write(fd, "much", 4) < 0 && errno == EINVAL);
	close(fd);
	CHECK(read_text(path, again, sizeof(again)));
	CHECK(!strcmp(text, again));
}

/* What was read can be written; the module's memory of itself is a page. */
TEST(clock_limit_and_eeprom)
{
	char folder[128], path[256], text[64], again[64], eeprom[2 * PAGE];
	int fd;

	card_folder(folder, sizeof(folder));
	snprintf(path, sizeof(path), "%s/clk_max_freq_mhz", folder);
	CHECK(read_text(path, text, sizeof(text)));
	CHECK(strtoul(text, NULL, 10) >= 100);
	OK(put_text(path, text, strlen(text)));
	REFUSED(put_text(path, "fast", 4), EINVAL);
	CHECK(read_text(path, again, sizeof(again)));
	CHECK(!strcmp(text, again));
	snprintf(path, sizeof(path), "%s/eeprom", folder);
	fd = open(path, O_RDONLY);
	CHECK(fd >= 0);
	CHECK_EQ(read(fd, eeprom, sizeof(eeprom)), (ssize_t)PAGE);
	CHECK_EQ(read(fd, eeprom, sizeof(eeprom)), 0);
	close(fd);
}

/* One test program of the libraries looks there, whatever nodes it uses. */
TEST(legacy_class)
{
	char path[128];

	snprintf(path, sizeof(path), "/sys/class/habanalabs/hl0/max_power");
	if (differs("legacy-nodes"))
		CHECK(!exists(path) && !exists("/dev/hl0"));
	else
		CHECK(exists(path) && exists("/dev/hl0") && exists("/dev/hl_controlD0"));
}

struct file_row {
	const char *name;
	mode_t mode;
};

/* Those that we have; what is for work on the driver itself is not among them. */
static const struct file_row debug_files[] = {
	{ "addr", 0644 },
	{ "data32", 0644 },
	{ "data64", 0644 },
	{ "dma_size", 0200 },
	{ "data_dma", 0400 },
	{ "monitor_dump_trig", 0200 },
	{ "monitor_dump", 0400 },
	{ "server_type", 0444 },
	{ "userptr_lookup", 0644 },
	{ "mmu", 0644 },
	{ "command_buffers", 0444 },
	{ "i2c_bus", 0644 },
	{ "i2c_addr", 0644 },
	{ "i2c_reg", 0644 },
	{ "i2c_len", 0644 },
	{ "clk_gate", 0644 },
	{ "i2c_data", 0644 },
	{ "led0", 0200 },
	{ "led1", 0200 },
	{ "led2", 0200 },
	{ "skip_reset_on_timeout", 0644 },
	{ "timeout_locked", 0644 },
	{ "device_release_watchdog_timeout", 0644 },
	{ "command_submission", 0444 },
	{ "command_submission_jobs", 0444 },
	{ "userptr", 0444 },
	{ "vm", 0444 },
	{ "engines", 0444 },
};

static void check_mode(const char *path, mode_t mode)
{
	struct stat st;

	if (stat(path, &st))
		FAIL("no %s", path);
	/* Its tables have the mode of files that can be written. */
	if (!peer())
		CHECK_EQ(st.st_mode & 0777, mode);
}

TEST_TABLE(debugfs, debug_files)
{
	char path[128];

	if (differs("debugfs-folders"))
		CHECK(!exists("/sys/kernel/debug/accel/0") &&
		      !exists("/sys/kernel/debug/habanalabs"));
	debugfs_file(path, sizeof(path), true, row->name);
	check_mode(path, row->mode);
	debugfs_file(path, sizeof(path), false, row->name);
	check_mode(path, row->mode);
}

/* As the library does it: with the NUL behind the text */
TEST(debugfs_registers)
{
	char addr[128], data[128], text[64];
	bool legacy;

	for (legacy = false;; legacy = true) {
		debugfs_file(addr, sizeof(addr), legacy, "addr");
		debugfs_file(data, sizeof(data), legacy, "data32");
		OK(put_text(addr, "0x7ff0001000", 13));
		OK(put_text(data, "0xc0ffee11", 11));
		CHECK(read_text(data, text, sizeof(text)));
		if (strcmp(text, "0xc0ffee11"))
			FAIL("read back as %s", text);
		OK(put_text(data, "12345678", 8));
		CHECK(read_text(data, text, sizeof(text)));
		CHECK(!strcmp(text, "0x12345678"));
		debugfs_file(data, sizeof(data), legacy, "data64");
		OK(put_text(data, "0x1122334455667788", 19));
		CHECK(read_text(data, text, sizeof(text)));
		CHECK(!strcmp(text, "0x1122334455667788"));
		if (legacy || peer())
			break;
	}
}

TEST(debugfs_bad_address)
{
	char addr[128], data[128];

	debugfs_file(addr, sizeof(addr), false, "addr");
	debugfs_file(data, sizeof(data), false, "data32");
	OK(put_text(addr, "0x7ffc492003", 13));
	REFUSED(put_text(data, "1", 1), EINVAL);
	OK(put_text(addr, "0x7000000000", 13));
	REFUSED(put_text(data, "1", 1), EINVAL);
	OK(put_text(addr, "0x7ff0001000", 13));
	OK(put_text(data, "1", 1));
}

/* The value once, and then the end of the file. */
TEST(debugfs_is_read_once)
{
	char addr[128], data[128], text[64];
	int fd;

	debugfs_file(addr, sizeof(addr), true, "addr");
	debugfs_file(data, sizeof(data), true, "data32");
	OK(put_text(addr, "0x7ff0001000", 12));
	OK(put_text(data, "0xabc", 5));
	fd = open(data, O_RDONLY);
	CHECK(fd >= 0);
	CHECK_EQ(read(fd, text, sizeof(text)), 11);
	CHECK(!memcmp(text, "0x00000abc\n", 11));
	CHECK_EQ(read(fd, text, sizeof(text)), 0);
	close(fd);
	REFUSED(put_text(data, "nothing", 7), EINVAL);
	REFUSED(put_text(addr, "nowhere", 7), EINVAL);
}

TEST(clocks_are_not_gated)
{
	char path[128], text[64];
	int fd;

	debugfs_file(path, sizeof(path), true, "clk_gate");
	fd = open(path, O_RDWR);
	CHECK(fd >= 0);
	CHECK_EQ(read(fd, text, sizeof(text)), 0);
	CHECK_EQ(write(fd, "anything", 8), 8);
	CHECK_EQ(write(fd, "0", 2), 2);
	close(fd);
}

static uint64_t peek(const char *name, uint64_t address)
{
	char path[128], text[64];

	debugfs_file(path, sizeof(path), true, "addr");
	snprintf(text, sizeof(text), "0x%" PRIx64, address);
	OK(put_text(path, text, strlen(text) + 1));
	debugfs_file(path, sizeof(path), true, name);
	if (!read_text(path, text, sizeof(text)))
		FAIL("%s at 0x%" PRIx64 ": %s", name, address, strerror(errno));
	return strtoull(text, NULL, 16);
}

/* A device address is looked up in what the program has mapped. */
TEST(debugfs_memory_of_the_program)
{
	char data[128];
	int fd = open_card();
	struct host h = host_new(fd, PAGE);
	uint64_t *words = (uint64_t *)h.map;

	words[4] = 0x123456789abcdef0;
	CHECK_EQ(peek("data64", h.address + 32), 0x123456789abcdef0);
	CHECK_EQ(peek("data32", h.address + 36), 0x12345678);
	debugfs_file(data, sizeof(data), true, "data32");
	OK(put_text(data, "0xfeed", 7));
	CHECK_EQ(words[4], 0x0000feed9abcdef0);
	debugfs_file(data, sizeof(data), true, "data64");
	OK(put_text(data, "77", 2));
	CHECK_EQ(load64(h.map + 36), 0x77);
	/* Up to its last word, and not behind it */
	words[511] = 5;
	CHECK_EQ(peek("data64", h.address + PAGE - 8), 5);
	CHECK_EQ(peek("data32", h.address + PAGE - 4), 0);
	REFUSED(put_text(data, "1", 1), EINVAL);
	CHECK_EQ(words[511], 5);
	/* Nor when it is gone */
	CHECK_EQ(peek("data64", h.address), words[0]);
	host_free(fd, &h);
	REFUSED(put_text(data, "1", 1), EINVAL);
	close_card(fd);
	REFUSED(put_text(data, "1", 1), EINVAL);
}

/* The second one is refused at once, whoever asks. */
TEST(one_at_a_time)
{
	int fd = open_card(), copy, status;
	int64_t start = now_ns();
	pid_t child;

	REFUSED(open_index(card_index(0)), EBUSY);
	CHECK(now_ns() - start < 1000000000);
	child = fork();
	CHECK(child >= 0);
	if (!child)
		_exit(open_index(card_index(0)) == -EBUSY ? 0 : 1);
	CHECK_EQ(waitpid(child, &status, 0), child);
	CHECK_EQ(status, 0);
	/* The last copy of the descriptor counts. */
	copy = dup(fd);
	CHECK(copy >= 0);
	close_card(fd);
	REFUSED(open_index(card_index(0)), EBUSY);
	OK(info(copy, HL_INFO_DEVICE_STATUS, &(struct hl_info_device_status){ 0 }, 8));
	close_card(copy);
	fd = open_index(card_index(0));
	CHECK(fd >= 0);
}

TEST(fork_shares_it)
{
	int fd = open_card(), status;
	struct cb cb = cb_new(fd, PAGE);
	pid_t child;

	p_nop(&cb.p);
	child = fork();
	CHECK(child >= 0);
	if (!child) {
		done(fd, submit_cb(fd, &cb, Q_IN));
		_exit(0);
	}
	CHECK_EQ(waitpid(child, &status, 0), child);
	CHECK_EQ(status, 0);
	CHECK_EQ(submit_cb(fd, &cb, Q_IN), 2);
	done(fd, 2);
}

TEST(control_nodes_are_for_all)
{
	int a = open_control(), fd = open_card(), b = open_control(), c = open_control();

	CHECK(hw_ip(a).num_of_events);
	CHECK(hw_ip(b).num_of_events);
	CHECK(hw_ip(c).num_of_events);
	close_card(fd);
	CHECK(hw_ip(b).num_of_events);
}

struct request_row {
	const char *name;
	enum request which;
};

static const struct request_row not_info[] = {
	{ "cb", CB }, { "cs", CS }, { "wait", WAIT_CS }, { "memory", MEMORY }, { "debug", DEBUG },
};

TEST_TABLE(control_knows_only_info, not_info)
{
	int control = open_control();
	char args[256] = "";

	REFUSED(request(control, row->which, args), ENOTTY);
}

struct op_row {
	const char *name;
	uint32_t op;
};

static const struct op_row event_ops[] = {
	{ "get", HL_INFO_GET_EVENTS },
	{ "register", HL_INFO_REGISTER_EVENTFD },
	{ "unregister", HL_INFO_UNREGISTER_EVENTFD },
};

TEST_TABLE(control_has_no_events, event_ops)
{
	uint64_t mask;

	REFUSED(info(open_control(), row->op, &mask, sizeof(mask)), EOPNOTSUPP);
}

/* The context's own sums are nobody's on a control node. */
TEST(control_has_no_context)
{
	int fd = open_card(), control = open_control();
	struct hl_info_cs_counters c;
	struct hl_cs_chunk chunk = { 0 };
	uint64_t seq;

	REFUSED(submit_flags(fd, &chunk, 1, 0, &seq), EINVAL);
	c = counters(control);
	CHECK(!c.ctx_validation_drop_cnt && !c.ctx_parsing_drop_cnt);
	CHECK(c.total_validation_drop_cnt || c.total_parsing_drop_cnt);
}
