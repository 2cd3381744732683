// SPDX-License-Identifier: GPL-2.0
/*
 * Where the in-kernel driver (of 6.12, with the repairs that let its compute
 * node be opened) behaves otherwise than we do, and why. The tests check that
 * each line is still true; the runner prints those that it has met, and fails
 * when one was not met at all.
 */
#include "lib.h"

static const struct {
	const char *id;
	const char *why;
} table[] = {
	{ "stranger-destroyed", "destroying a timestamp buffer as a command buffer crashes it: not tried" },
	{ "destroyed-handle", "a handle works on while a mapping keeps the buffer" },
	{ "pll-index", "it leaves the judgement to the firmware, which answers EIO, or nonsense" },
	{ "mappings-count", "it does not store the count when nothing was captured" },
	{ "control-minor", "its control nodes have another major: the libraries' sums go wrong" },
	{ "address-folder", "its pci_addr is where no library looks" },
	{ "legacy-nodes", "it has no /dev/hlN and no class of that name" },
	{ "debugfs-folders", "its files are in accel/PCI-ADDRESS only, not where libraries look" },
	{ "one-family", "it has the numbers of one generation" },
	{ "destroyed-twice", "destroying a buffer from two threads drops it twice: not tried" },
	{ "zero-timeout", "no seconds are over at once, and it may wait for itself: not tried" },
	{ "killed-by-reset", "it kills whoever has the card open when it is reset" },
	{ "mapped-by-number", "it finds buffers by number, without a look at the type" },
	{ "upper-pointer", "of upper processors it reads the port for software, which nobody uses" },
	{ "older-buffers", "its records go on with command buffers of programs that have gone, if any" },
	{ "later-events", "it tells of the first event of a kind only, until the next opening" },
	{ "engine-record", "it keeps no record of engine errors on Gaudi" },
	{ "debug-sources-go-on", "the end of debug mode stops the trace buffers only" },
};

static const char *reason(const char *id)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(table); i++)
		if (!strcmp(table[i].id, id))
			return table[i].why;
	FAIL("no reason for %s in the table", id);
}

/** differs() - Does the driver under test go its own way here? */
bool differs(const char *id)
{
	const char *why = reason(id);

	if (!peer())
		return false;
	harness_note("differs: %s: %s", id, why);
	return true;
}
