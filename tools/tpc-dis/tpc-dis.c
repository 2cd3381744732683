/* SPDX-License-Identifier: GPL-2.0 */
/*
 * tpc-dis FILE: disassemble a program of the tensor processor cores.
 *
 * FILE is an object as the TPC compiler writes it (ELF, 32 bits), of which the
 * .text section counts, or the bare machine code.  The output is what the
 * compiler's own tools write, with its names of basic blocks as far as they
 * can be told from the code.
 */
#include <elf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tpc-decode.h"

#define MAX_FILE (64u << 20)

typedef struct Code {
    const uint8_t *bytes;
    size_t count;           /* of bundles */
    TpcBundle *bundles;
    uint8_t *marks;         /* of each bundle, and one after the last */
    unsigned *number;       /* of the basic block that begins there */
} Code;

enum {
    BLOCK = 1,              /* a basic block begins */
    NAMED = 2,              /* something leads here but the bundle before */
};

static int fail(const char *what, const char *why)
{
    fprintf(stderr, "tpc-dis: %s: %s\n", what, why);
    return 1;
}

/* The whole file; NULL with a message. */
static uint8_t *read_file(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    uint8_t *data;
    long end;

    if (!file) {
        fail(path, strerror(errno));
        return NULL;
    }
    if (fseek(file, 0, SEEK_END) || (end = ftell(file)) < 0 ||
        fseek(file, 0, SEEK_SET)) {
        fail(path, strerror(errno));
        fclose(file);
        return NULL;
    }
    if ((unsigned long)end > MAX_FILE) {
        fail(path, "too large for a program");
        fclose(file);
        return NULL;
    }
    *size = end;
    data = malloc(*size + 1);
    if (data && fread(data, 1, *size, file) != *size) {
        fail(path, "cannot read it whole");
        free(data);
        data = NULL;
    }
    fclose(file);
    return data;
}

static bool inside(size_t size, uint64_t offset, uint64_t length)
{
    return offset <= size && length <= size - offset;
}

/* Section number index; nothing in the file is trusted. */
static bool section(const uint8_t *data, size_t size, const Elf32_Ehdr *header,
                    unsigned index, Elf32_Shdr *out)
{
    uint64_t at = header->e_shoff + (uint64_t)index * header->e_shentsize;

    if (index >= header->e_shnum || header->e_shentsize < sizeof(*out) ||
        !inside(size, at, sizeof(*out))) {
        return false;
    }
    memcpy(out, data + at, sizeof(*out));
    return true;
}

/* Finds .text; false: there is none, or the file is broken. */
static bool find_text(const uint8_t *data, size_t size, size_t *offset,
                      size_t *length)
{
    static const char wanted[] = ".text";
    Elf32_Ehdr header;
    Elf32_Shdr names, one;

    if (size < sizeof(header)) {
        return false;
    }
    memcpy(&header, data, sizeof(header));
    if (header.e_ident[EI_CLASS] != ELFCLASS32 ||
        header.e_ident[EI_DATA] != ELFDATA2LSB ||
        !section(data, size, &header, header.e_shstrndx, &names) ||
        !inside(size, names.sh_offset, names.sh_size)) {
        return false;
    }
    for (unsigned i = 0; section(data, size, &header, i, &one); i++) {
        if (one.sh_type != SHT_PROGBITS || one.sh_name > names.sh_size ||
            names.sh_size - one.sh_name < sizeof(wanted) ||
            memcmp(data + names.sh_offset + one.sh_name, wanted,
                   sizeof(wanted)) ||
            !inside(size, one.sh_offset, one.sh_size)) {
            continue;
        }
        *offset = one.sh_offset;
        *length = one.sh_size;
        return true;
    }
    return false;
}

static void mark(Code *code, int64_t addr, unsigned marks)
{
    if (addr >= 0 && addr % TPC_BUNDLE_BYTES == 0 &&
        (uint64_t)addr / TPC_BUNDLE_BYTES <= code->count) {
        code->marks[addr / TPC_BUNDLE_BYTES] |= marks;
    }
}

static bool is_jump(const TpcBundle *b)
{
    return b->kind == TPC_B_OPS && (b->slots & 1u << TPC_SPU) &&
           (b->op[TPC_SPU].code == TPC_SPU_JMPR ||
            b->op[TPC_SPU].code == TPC_SPU_JMPA);
}

/*
 * Basic blocks, numbered in the order of their addresses as the compiler does:
 * they begin where a jump or a loop leads to, and behind a jump, whose next
 * bundle still belongs to its block.
 */
static void find_blocks(Code *code)
{
    unsigned number = 0;

    for (size_t i = 0; i < code->count; i++) {
        const TpcBundle *b = &code->bundles[i];
        int64_t addr = (int64_t)i * TPC_BUNDLE_BYTES;

        if (b->kind == TPC_B_LOOP) {
            mark(code, addr + 2 * TPC_BUNDLE_BYTES, BLOCK | NAMED);
            mark(code, addr + b->loop.end + TPC_BUNDLE_BYTES, BLOCK | NAMED);
        } else if (is_jump(b) && b->op[TPC_SPU].code == TPC_SPU_JMPR &&
                   b->op[TPC_SPU].a.cls == TPC_R_IMM) {
            mark(code, addr + (int32_t)b->op[TPC_SPU].imm, BLOCK | NAMED);
        }
    }
    for (size_t i = 0; i < code->count; i++) {
        if (is_jump(&code->bundles[i]) && !(code->marks[i + 1] & BLOCK)) {
            mark(code, (int64_t)(i + 2) * TPC_BUNDLE_BYTES, BLOCK);
        }
    }
    for (size_t i = 1; i <= code->count; i++) {
        if (code->marks[i] & BLOCK) {
            code->number[i] = ++number;
        }
    }
}

static void label(void *opaque, uint64_t addr, char *buf, size_t size)
{
    const Code *code = opaque;
    uint64_t index = addr / TPC_BUNDLE_BYTES;

    if (addr == 0) {
        snprintf(buf, size, "main");
    } else if (addr % TPC_BUNDLE_BYTES == 0 && index <= code->count) {
        snprintf(buf, size, ".LBB0_%u", code->number[index]);
    } else {
        snprintf(buf, size, "0x%llx", (unsigned long long)addr);
    }
}

static void print(Code *code)
{
    char text[1024];

    printf("TPC architecture: gaudi\nDisassembly of section .text:\n"
           "00000000 main:\n");
    for (size_t i = 0; i < code->count; i++) {
        size_t addr = i * TPC_BUNDLE_BYTES;

        if (i && (code->marks[i] & NAMED)) {
            label(code, addr, text, sizeof(text));
            printf("%08zx %s:\n", addr, text);
        }
        printf("%8zx:      \t%s\n", addr,
               tpc_disas(&code->bundles[i], addr, label, code, text,
                         sizeof(text)));
    }
}

static int disassemble(const uint8_t *bytes, size_t length)
{
    Code code = { .bytes = bytes, .count = length / TPC_BUNDLE_BYTES };
    int status = 1;

    code.bundles = calloc(code.count + 1, sizeof(*code.bundles));
    code.marks = calloc(code.count + 2, 1);
    code.number = calloc(code.count + 2, sizeof(*code.number));
    if (code.bundles && code.marks && code.number) {
        for (size_t i = 0; i < code.count; i++) {
            tpc_decode(bytes + i * TPC_BUNDLE_BYTES, &code.bundles[i]);
        }
        find_blocks(&code);
        print(&code);
        status = 0;
    }
    free(code.bundles);
    free(code.marks);
    free(code.number);
    return status;
}

int main(int argc, char **argv)
{
    size_t size, offset = 0, length;
    uint8_t *data;
    int status;

    if (argc != 2 || !strcmp(argv[1], "--help")) {
        fprintf(argc == 2 ? stdout : stderr, "usage: tpc-dis FILE\n"
                "FILE: an ELF object of the TPC compiler, or machine code\n");
        return argc != 2;
    }
    data = read_file(argv[1], &size);
    if (!data) {
        return 1;
    }
    length = size;
    if (size >= SELFMAG && !memcmp(data, ELFMAG, SELFMAG) &&
        !find_text(data, size, &offset, &length)) {
        status = fail(argv[1], "no .text of a 32-bit little-endian object");
    } else if (length % TPC_BUNDLE_BYTES || !length) {
        status = fail(argv[1], "not a whole number of 32-byte bundles");
    } else {
        status = disassemble(data + offset, length);
    }
    free(data);
    return status;
}
