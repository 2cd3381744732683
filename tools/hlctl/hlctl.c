// SPDX-License-Identifier: GPL-2.0
/*
 * Prints what the driver tells about a card.
 */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "hlaccel_user.h"

#define MAX_ELEMENTS	256

static const char * const kinds[] = { "?", "dma", "tpc", "mme" };
static const char * const regions[] = { "?", "host", "device", "sram" };

#define NAME_OF(table, i) \
	((i) < sizeof(table) / sizeof(*(table)) ? (table)[i] : (table)[0])

static void die(const char *what, int error)
{
	fprintf(stderr, "hlctl: %s: %s\n", what, strerror(-error));
	exit(1);
}

static void query_one(int fd, uint32_t type, void *buffer, uint32_t size)
{
	int ret = hlaccel_query(fd, type, buffer, &size, NULL);

	if (ret)
		die("query", ret);
}

static unsigned int query_array(int fd, uint32_t type, void *buffer, uint32_t stride)
{
	int ret = hlaccel_query_array(fd, type, buffer, stride, MAX_ELEMENTS);

	if (ret < 0)
		die("query", ret);
	return ret;
}

/* 12884901888 -> "12 GiB"; exact, so a smaller unit when it does not divide. */
static const char *bytes(uint64_t n, char *text, size_t size)
{
	static const char * const units[] = { "B", "KiB", "MiB", "GiB", "TiB" };
	unsigned int unit = 0;

	while (n && !(n & 1023) && unit < 4) {
		n >>= 10;
		unit++;
	}
	snprintf(text, size, "%" PRIu64 " %s", n, units[unit]);
	return text;
}

static void print_info(int fd)
{
	struct drm_hlaccel_device_info i = {};
	char text[32];

	query_one(fd, DRM_HLACCEL_QUERY_DEVICE, &i, sizeof(i));
	printf("asic            %s\n", i.asic == DRM_HLACCEL_ASIC_GAUDI ? "gaudi" :
	       i.asic == DRM_HLACCEL_ASIC_GOYA ? "goya" : "?");
	printf("card            %.16s\n", i.card_name);
	printf("pci id          %04x rev %02x\n", i.pci_device_id, i.pci_revision);
	printf("firmware        %.128s\n", i.fw_version);
	printf("boot firmware   %.128s\n", i.boot_version);
	printf("secured         %s\n", i.flags & DRM_HLACCEL_DEVICE_SECURED ? "yes" : "no");
	printf("bind device bo  %s\n",
	       i.flags & DRM_HLACCEL_DEVICE_BIND_DEVICE_BO ? "yes" : "no");
	printf("long running    %s\n", i.flags & DRM_HLACCEL_DEVICE_LONG_RUNNING ? "yes" : "no");
	printf("addresses       0x%" PRIx64 " to 0x%" PRIx64 "\n", (uint64_t)i.va_start,
	       (uint64_t)i.va_end);
	printf("page            %s", bytes(i.va_page_size, text, sizeof(text)));
	printf(", %s\n", bytes(i.va_huge_page_size, text, sizeof(text)));
	printf("tpc mask        0x%" PRIx64 "\n", (uint64_t)i.tpc_mask);
	printf("resets          %" PRIu64 "\n", (uint64_t)i.reset_count);
}

static void print_engines(int fd)
{
	static struct drm_hlaccel_engine_info e[MAX_ELEMENTS];
	unsigned int i, n = query_array(fd, DRM_HLACCEL_QUERY_ENGINES, e, sizeof(*e));

	printf("%-8s %-4s %3s %-20s %6s %10s %12s %s\n", "engine", "kind", "nr", "takes", "queues",
	       "jobs", "busy/us", "registers");
	for (i = 0; i < n; i++) {
		char takes[64];

		snprintf(takes, sizeof(takes), "%s%s%s%s",
			 e[i].flags & DRM_HLACCEL_ENGINE_COPY ? "copy " : "",
			 e[i].flags & DRM_HLACCEL_ENGINE_COMMAND ? "command " : "",
			 e[i].flags & DRM_HLACCEL_ENGINE_PACKETS ? "packets " : "",
			 e[i].flags & DRM_HLACCEL_ENGINE_DEAD ? "DEAD" : "");
		printf("%-8.16s %-4s %3u %-20s %6u %10" PRIu64 " %12" PRIu64 " 0x%" PRIx64 "\n",
		       e[i].name, NAME_OF(kinds, e[i].kind), e[i].instance, takes,
		       e[i].num_queues, (uint64_t)e[i].jobs, (uint64_t)e[i].busy_ns / 1000,
		       (uint64_t)e[i].register_address);
	}
}

static void print_queues(int fd)
{
	static struct drm_hlaccel_queue_info q[MAX_ELEMENTS];
	unsigned int i, n = query_array(fd, DRM_HLACCEL_QUERY_QUEUES, q, sizeof(*q));

	printf("%-6s %-4s %3s %5s %10s %10s %8s %s\n", "queue", "kind", "nr", "vm", "submitted",
	       "completed", "failed", "state");
	for (i = 0; i < n; i++)
		printf("%-6u %-4s %3u %5u %10" PRIu64 " %10" PRIu64 " %8" PRIu64 " %s\n",
		       q[i].queue_id, NAME_OF(kinds, q[i].engine_kind), q[i].engine_instance,
		       q[i].vm_id, (uint64_t)q[i].last_seqno, (uint64_t)q[i].completed_seqno,
		       (uint64_t)q[i].failed_jobs,
		       q[i].state & DRM_HLACCEL_QUEUE_BANNED ? "banned" : "up");
	if (!n)
		puts("(a file sees its own queues only, and this one has none)");
}

static void print_regions(int fd)
{
	static struct drm_hlaccel_region_info r[MAX_ELEMENTS];
	unsigned int i, n = query_array(fd, DRM_HLACCEL_QUERY_REGIONS, r, sizeof(*r));
	char size[32], used[32], visible[32], granularity[32];

	printf("%-7s %14s %14s %14s %14s %12s\n", "region", "address", "size", "used",
	       "cpu visible", "granularity");
	for (i = 0; i < n; i++)
		printf("%-7s %#14" PRIx64 " %14s %14s %14s %12s\n", NAME_OF(regions, r[i].region),
		       (uint64_t)r[i].device_address, bytes(r[i].size, size, sizeof(size)),
		       bytes(r[i].used, used, sizeof(used)),
		       bytes(r[i].cpu_visible_size, visible, sizeof(visible)),
		       bytes(r[i].granularity, granularity, sizeof(granularity)));
}

static void print_limits(int fd)
{
	struct drm_hlaccel_limits l = {};

	query_one(fd, DRM_HLACCEL_QUERY_LIMITS, &l, sizeof(l));
	printf("vms per device        %u\n", l.max_vms_per_device);
	printf("vms per file          %u\n", l.max_vms_per_file);
	printf("queues per file       %u\n", l.max_queues_per_file);
	printf("buffers per file      %u\n", l.max_bos_per_file);
	printf("jobs per queue        %u\n", l.max_jobs_per_queue);
	printf("jobs per submit       %u\n", l.max_jobs_per_submit);
	printf("syncs per submit      %u\n", l.max_syncs_per_submit);
	printf("operations per bind   %u\n", l.max_bind_ops);
	printf("job timeout           %u to %u ms\n", l.min_timeout_ms, l.max_timeout_ms);
	printf("packets program       %u bytes\n", l.max_packets_size);
	printf("command program       %" PRIu64 " bytes\n", (uint64_t)l.max_command_size);
	printf("copy                  %" PRIu64 " bytes\n", (uint64_t)l.max_copy_size);
}

static void print_counters(int fd)
{
	struct drm_hlaccel_counters c = {};

	query_one(fd, DRM_HLACCEL_QUERY_COUNTERS, &c, sizeof(c));
	printf("jobs submitted  %" PRIu64 "\n", (uint64_t)c.jobs_submitted);
	printf("jobs completed  %" PRIu64 "\n", (uint64_t)c.jobs_completed);
	printf("jobs failed     %" PRIu64 "\n", (uint64_t)c.jobs_failed);
	printf("bytes copied    %" PRIu64 "\n", (uint64_t)c.bytes_copied);
	printf("interrupts      %" PRIu64 "\n", (uint64_t)c.interrupts);
	printf("events          %" PRIu64 "\n", (uint64_t)c.events);
	printf("faults          %" PRIu64 "\n", (uint64_t)c.faults);
	printf("resets          %" PRIu64 "\n", (uint64_t)c.resets);
}

static void print_syncs(int fd)
{
	static struct drm_hlaccel_sync_manager_info s[MAX_ELEMENTS];
	unsigned int i, n = query_array(fd, DRM_HLACCEL_QUERY_SYNC_MANAGERS, s, sizeof(*s));

	printf("%-8s %14s %14s %14s %14s\n", "manager", "sobs at", "usable", "monitors at",
	       "usable");
	for (i = 0; i < n; i++)
		printf("%-8.16s %#14" PRIx64 " %7u + %-4u %#14" PRIx64 " %7u + %-4u\n", s[i].name,
		       (uint64_t)s[i].sob_address, s[i].first_sob, s[i].num_sobs,
		       (uint64_t)s[i].monitor_address, s[i].first_monitor, s[i].num_monitors);
}

static const struct {
	const char *name;
	void (*print)(int fd);
} commands[] = {
	{ "info", print_info },
	{ "engines", print_engines },
	{ "queues", print_queues },
	{ "regions", print_regions },
	{ "limits", print_limits },
	{ "counters", print_counters },
	{ "syncs", print_syncs },
};

static void usage(void)
{
	unsigned int i;

	fputs("usage: hlctl [-c CARD] ", stderr);
	for (i = 0; i < sizeof(commands) / sizeof(*commands); i++)
		fprintf(stderr, "%s%s", i ? "|" : "", commands[i].name);
	fputc('\n', stderr);
	exit(2);
}

int main(int argc, char **argv)
{
	unsigned int card = 0, i;
	int opt, fd;

	while ((opt = getopt(argc, argv, "c:")) != -1) {
		if (opt != 'c')
			usage();
		card = strtoul(optarg, NULL, 0);
	}
	if (optind + 1 != argc)
		usage();
	for (i = 0; i < sizeof(commands) / sizeof(*commands); i++) {
		if (strcmp(argv[optind], commands[i].name))
			continue;
		fd = hlaccel_open(card, NULL, 0);
		if (fd < 0)
			die("open", fd);
		commands[i].print(fd);
		return 0;
	}
	usage();
}
