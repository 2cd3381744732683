// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * QEMU plugin: which instructions does the guest execute while a call is measured?
 *
 * A mark is a long no-operation whose displacement says what it means, so it may be
 * anywhere in a program and does nothing without this. See mark.h. Argument:
 * out=FILE, which gets "ADDRESS COUNT" lines, and "end" behind each report.
 */
#include <glib.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <qemu-plugin.h>

#include "mark.h"

QEMU_PLUGIN_EXPORT int qemu_plugin_version = QEMU_PLUGIN_VERSION;

static const uint8_t mark_bytes[] = { 0x0f, 0x1f, 0x84, 0x00, 'H', 'L', 'P' };

#define MARK_SIZE	(sizeof(mark_bytes) + 1)

/* What was executed at one address, for each series that may be under way */
struct place {
	uint64_t address;
	uint64_t count[MARK_SERIES];
};

static GHashTable *places;
static GMutex lock;
static FILE *out;
static unsigned int series;
static bool counting;

static void place_executed(unsigned int cpu, void *opaque)
{
	struct place *place = opaque;

	(void)cpu;
	if (counting)
		place->count[series]++;
}

static void place_report(gpointer key, gpointer value, gpointer opaque)
{
	unsigned int number = GPOINTER_TO_UINT(opaque);
	struct place *place = value;

	(void)key;
	if (place->count[number])
		fprintf(out, "%" PRIx64 " %" PRIu64 "\n", place->address, place->count[number]);
	place->count[number] = 0;
}

static void mark_executed(unsigned int cpu, void *opaque)
{
	unsigned int mark = GPOINTER_TO_UINT(opaque), number = MARK_NUMBER(mark);

	(void)cpu;
	if (number >= MARK_SERIES)
		return;
	switch (mark - number) {
	case MARK_BEGIN:
		series = number;
		counting = true;
		break;
	case MARK_END:
		counting = false;
		break;
	case MARK_REPORT:
		g_mutex_lock(&lock);
		g_hash_table_foreach(places, place_report, GUINT_TO_POINTER(number));
		g_mutex_unlock(&lock);
		fprintf(out, "end\n");
		fflush(out);
		break;
	}
}

static struct place *place_of(uint64_t address)
{
	struct place *place = g_hash_table_lookup(places, &address);

	if (!place) {
		place = g_new0(struct place, 1);
		place->address = address;
		g_hash_table_insert(places, &place->address, place);
	}
	return place;
}

static void translated(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	size_t num = qemu_plugin_tb_n_insns(tb), i;
	struct qemu_plugin_insn *insn;
	const uint8_t *data;

	(void)id;
	g_mutex_lock(&lock);
	for (i = 0; i < num; i++) {
		insn = qemu_plugin_tb_get_insn(tb, i);
		data = qemu_plugin_insn_data(insn);
		if (qemu_plugin_insn_size(insn) == MARK_SIZE &&
		    !memcmp(data, mark_bytes, sizeof(mark_bytes)))
			qemu_plugin_register_vcpu_insn_exec_cb(insn, mark_executed,
							       QEMU_PLUGIN_CB_NO_REGS,
							       GUINT_TO_POINTER(data[MARK_SIZE - 1]));
		else
			qemu_plugin_register_vcpu_insn_exec_cb(insn, place_executed,
							       QEMU_PLUGIN_CB_NO_REGS,
							       place_of(qemu_plugin_insn_vaddr(insn)));
	}
	g_mutex_unlock(&lock);
}

QEMU_PLUGIN_EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc,
					   char **argv)
{
	(void)info;
	if (argc != 1 || !g_str_has_prefix(argv[0], "out=")) {
		fprintf(stderr, "plugin: one argument: out=FILE\n");
		return -1;
	}
	out = fopen(argv[0] + strlen("out="), "w");
	if (!out) {
		perror(argv[0]);
		return -1;
	}
	places = g_hash_table_new(g_int64_hash, g_int64_equal);
	qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
	return 0;
}
