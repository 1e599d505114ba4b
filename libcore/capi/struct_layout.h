// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The structs of guestfs.h as tables of their fields, so that copying, freeing and comparing are
// written once. A NULL struct is nothing to free.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace glovebox::capi {

struct CField {
  enum class Kind { String, Buffer, Uuid, Int32, UInt32, Int64, UInt64, Percent, Char };
  Kind kind;
  size_t offset;
  size_t length_offset;  // of the length of a Buffer
};

struct CStruct {
  size_t size;
  std::span<const CField> fields;
};

// NULL if there is no memory.
void* copy_struct(const CStruct& layout, const void* from) noexcept;
void* copy_list(const CStruct& layout, const void* from) noexcept;

void free_struct(const CStruct& layout, void* value) noexcept;
void free_list(const CStruct& layout, void* value) noexcept;

// Less than, equal to, or greater than 0; the first field that differs decides, a shorter list is
// less.
int compare_struct(const CStruct& layout, const void* a, const void* b) noexcept;
int compare_list(const CStruct& layout, const void* a, const void* b) noexcept;

}  // namespace glovebox::capi
