#include "base/memory.h"

#include <elf.h>
#include <link.h>
#include <malloc.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

/* Code that the dynamic linker wrote into would come back as it was before that. No library in Debian has such. */
static bool is_as_in_its_file (const struct dl_phdr_info *object)
{
    for (size_t i = 0; i < object->dlpi_phnum; i++) {
        if (object->dlpi_phdr[i].p_type != PT_DYNAMIC)
            continue;
        const ElfW (Dyn) *entry = (const void *) (uintptr_t) (object->dlpi_addr + object->dlpi_phdr[i].p_vaddr);
        for (; entry->d_tag != DT_NULL; entry++)
            if (entry->d_tag == DT_TEXTREL || (entry->d_tag == DT_FLAGS && entry->d_un.d_val & DF_TEXTREL))
                return false;
    }
    return true;
}

static int drop_constant_pages (struct dl_phdr_info *object, size_t size, void *page_size)
{
    (void) size;
    uintptr_t page = *(const uintptr_t *) page_size;
    if (!is_as_in_its_file (object))
        return 0;
    for (size_t i = 0; i < object->dlpi_phnum; i++) {
        const ElfW (Phdr) *segment = &object->dlpi_phdr[i];
        if (segment->p_type != PT_LOAD || segment->p_flags & PF_W)
            continue;
        uintptr_t begin = object->dlpi_addr + segment->p_vaddr, end = (begin + segment->p_memsz) / page * page;
        begin = (begin + page - 1) / page * page;
        if (begin < end)
            (void) madvise ((void *) begin, end - begin, MADV_DONTNEED);
    }
    return 0;
}

void memory_give_back (void)
{
    uintptr_t page_size = (uintptr_t) sysconf (_SC_PAGESIZE);
    (void) malloc_trim (0);
    (void) dl_iterate_phdr (drop_constant_pages, &page_size);
}
