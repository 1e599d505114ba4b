// SPDX-License-Identifier: GPL-2.0-or-later
// The heads of ELF, PE and PNG files.
#include <cstdint>

#include "inspect/parsers/binary/elf_arch.h"
#include "inspect/parsers/binary/pe_arch.h"
#include "inspect/parsers/binary/png.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  glovebox::inspect::elf_arch(bytes);
  glovebox::inspect::pe_arch(bytes);
  glovebox::inspect::png_size(bytes);
  return 0;
}
