// SPDX-License-Identifier: GPL-2.0
/*
 * The compiled programs: they disassemble to their listings and compute what
 * they are defined to, whole and cut into parts, through direct access and
 * through the device's functions, and never read in the shadow of a write.
 *
 * The first argument is the folder with the vectors, the second the
 * disassembler.
 */
#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "case.h"
#include "host.h"
#include "tap.h"

#define GUARD		4096
#define MAX_NAMES	64

static unsigned int names_in(const char *folder, const char *sub,
			     char names[MAX_NAMES][64])
{
	unsigned int count = 0;
	char path[512];
	struct dirent *entry;
	DIR *dir;

	snprintf(path, sizeof(path), "%s/%s", folder, sub);
	dir = opendir(path);
	if (!dir)
		tap_die("cannot open %s", path);
	while ((entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		if (count == MAX_NAMES)
			tap_die("too many files in %s", path);
		snprintf(names[count++], 64, "%.63s", entry->d_name);
	}
	closedir(dir);
	if (!count)
		tap_die("%s is empty", path);
	qsort(names, count, 64, (int (*)(const void *, const void *))strcmp);
	return count;
}

/* Runs the disassembler; its output, with a zero behind it. */
static char *run(const char *program, const char *argument, size_t *size)
{
	char *out = malloc(1 << 20);
	int pipes[2], status;
	ssize_t n;
	pid_t pid;

	*size = 0;
	if (!out || pipe(pipes))
		tap_die("cannot make a pipe");
	pid = fork();
	if (pid < 0)
		tap_die("cannot fork");
	if (!pid) {
		dup2(pipes[1], 1);
		close(pipes[0]);
		execl(program, program, argument, NULL);
		_exit(127);
	}
	close(pipes[1]);
	while ((n = read(pipes[0], out + *size, (1 << 20) - 1 - *size)) > 0)
		*size += n;
	close(pipes[0]);
	out[*size] = 0;
	if (waitpid(pid, &status, 0) != pid || status)
		tap_note("%s %s: status %d", program, argument, status);
	return out;
}

/*
 * A little ELF object around the code, as the compiler writes it: no section
 * .text is at the place where code begins in a bare file.
 */
static void write_elf(const char *path, const uint8_t *code, size_t size)
{
	static const char strings[] = "\0.shstrtab\0.text";
	uint8_t header[52] = {
		0x7f, 'E', 'L', 'F', 1, 1, 1, [16] = 1, [18] = 3, [20] = 1,
		[40] = 52, [46] = 40, [48] = 3, [50] = 1,
	};
	uint32_t sections[3][10] = {
		[1] = { 1, 3, 0, 0, 172, sizeof(strings) },
		[2] = { 11, 1, 6, 0, 192, size },
	};
	uint32_t offset = 52;
	FILE *file = fopen(path, "wb");

	memcpy(header + 32, &offset, 4);
	if (!file || fwrite(header, 52, 1, file) != 1 ||
	    fwrite(sections, 120, 1, file) != 1 ||
	    fwrite(strings, sizeof(strings), 1, file) != 1 ||
	    fseek(file, 192, SEEK_SET) || fwrite(code, size, 1, file) != 1 ||
	    fclose(file))
		tap_die("cannot write %s", path);
}

static void listings(const char *folder, const char *disassembler)
{
	char names[MAX_NAMES][64], path[600], listing[80];
	char elf[] = "/tmp/tpc-elf-XXXXXX";
	unsigned int count = names_in(folder, "code", names), i;
	int fd = mkstemp(elf);

	if (fd < 0)
		tap_die("no temporary file");
	close(fd);
	for (i = 0; i < count; i++) {
		size_t size, want_size, code_size;
		char code_folder[512];
		uint8_t *want, *code;
		char *got;

		snprintf(code_folder, sizeof(code_folder), "%s/code", folder);
		snprintf(path, sizeof(path), "%s/%.63s", code_folder,
			 names[i]);
		code = case_file(code_folder, names[i], &code_size);
		*strrchr(names[i], '.') = 0;
		snprintf(listing, sizeof(listing), "listing/%.63s.txt", names[i]);
		want = case_file(folder, listing, &want_size);
		got = run(disassembler, path, &size);
		if (!tap(size == want_size && !memcmp(got, want, size),
			 "%s disassembles to its listing", names[i]))
			tap_note("%zu characters of %zu", size, want_size);
		free(got);
		write_elf(elf, code, code_size);
		got = run(disassembler, elf, &size);
		tap(size == want_size && !memcmp(got, want, size),
		    "%s as an ELF object", names[i]);
		free(got);
		free(code);
		free(want);
	}
	unlink(elf);
}

/* One part of the index space, cut along its longest dimension. */
static void set_part(struct host *h, const struct tpc_case *c,
		     unsigned int part, unsigned int parts)
{
	int32_t base[5] = { 0 }, size[5], end;
	unsigned int d, longest = 0;

	memcpy(size, c->space, sizeof(size));
	for (d = 1; d < 5; d++)
		if (size[d] > size[longest])
			longest = d;
	base[longest] = (int64_t)size[longest] * part / parts;
	end = (int64_t)size[longest] * (part + 1) / parts;
	size[longest] = end - base[longest];
	host_index_space(h, base, size);
}

struct setting {
	unsigned int parts;
	bool windows;
	bool checker;
};

static void run_case(const struct tpc_case *c, const char *name,
		     const struct setting *set)
{
	struct host *h = host_new();
	uint8_t *memory[CASE_TENSORS];
	unsigned int i, part;
	bool good = true;
	size_t at;

	for (i = 0; i < c->tensors; i++) {
		const struct case_tensor *t = &c->tensor[i];
		uint64_t va = 0x10000000ull * (i + 1) + 64;

		memory[i] = host_region(h, va - GUARD, t->size + 2 * GUARD);
		if (!t->output)
			memcpy(memory[i] + GUARD, t->data, t->size);
		host_tensor(h, t->id, va, t->type, t->ndims, t->dims, t->pad);
	}
	for (i = 0; i < c->srfs; i++)
		host_srf(h, i, c->srf[i]);
	if (c->lut)
		host_tables(h);
	host_program(h, c->code, c->code_size);
	h->windows = set->windows;
	tpc_core_set_checker(h->core, set->checker);
	for (part = 0; good && part < set->parts; part++) {
		/* In an order that is not the natural one. */
		set_part(h, c, set->parts - 1 - part, set->parts);
		good = host_halts(h, name);
	}
	for (i = 0; good && i < c->tensors; i++) {
		const struct case_tensor *t = &c->tensor[i];

		if (t->output)
			good = case_check(c, t, memory[i] + GUARD);
		else
			good = !memcmp(memory[i] + GUARD, t->data, t->size);
		for (at = 0; good && at < GUARD; at++)
			good = memory[i][at] == 0xa5 &&
			       memory[i][GUARD + t->size + at] == 0xa5;
		if (!good)
			tap_note("tensor %u", i);
	}
	tap(good, "%s in %u parts, %s%s", name, set->parts,
	    set->windows ? "direct" : "through functions",
	    set->checker ? ", checked" : "");
	if (set->checker && !tap(!h->reports, "%s reads no shadow", name))
		tap_note("0x%" PRIx64 ": %s", h->report_pc, h->report);
	tap(set->windows ? !h->calls : h->calls, "%s goes the way it should",
	    name);
	if (set->windows)
		tap(h->fetches <= c->code_size / 32, "%s is decoded once",
		    name);
	host_free(h);
}

static void cases(const char *folder)
{
	static const struct setting settings[] = {
		{ 1, true, true }, { 2, true, false }, { 5, false, true },
		{ 8, true, false },
	};
	char names[MAX_NAMES][64];
	unsigned int count = names_in(folder, "cases", names), i, k;

	for (i = 0; i < count; i++) {
		struct tpc_case *c = case_load(folder, names[i]);

		for (k = 0; k < sizeof(settings) / sizeof(*settings); k++)
			run_case(c, names[i], &settings[k]);
		case_free(c);
	}
}

int main(int argc, char **argv)
{
	if (argc != 3)
		tap_die("usage: vectors_test FOLDER DISASSEMBLER");
	listings(argv[1], argv[2]);
	cases(argv[1]);
	return tap_end();
}
