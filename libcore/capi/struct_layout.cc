// SPDX-License-Identifier: LGPL-2.1-or-later
#include "capi/struct_layout.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace glovebox::capi {
namespace {

// Every list of guestfs.h looks like this.
struct List {
  uint32_t len;
  void* val;
};

template <typename T>
T& at(void* base, size_t offset) {
  return *reinterpret_cast<T*>(static_cast<char*>(base) + offset);
}
template <typename T>
const T& at(const void* base, size_t offset) {
  return *reinterpret_cast<const T*>(static_cast<const char*>(base) + offset);
}

void* element(const CStruct& layout, void* list, size_t index) {
  return static_cast<char*>(list) + index * layout.size;
}
const void* element(const CStruct& layout, const void* list, size_t index) {
  return static_cast<const char*>(list) + index * layout.size;
}

char* copy_bytes(const char* from, size_t size) noexcept {
  auto* copied = static_cast<char*>(std::malloc(size + 1));
  if (copied) {
    std::memcpy(copied, from, size);
    copied[size] = '\0';
  }
  return copied;
}

// Frees what the fields point to.
void clear(const CStruct& layout, void* value) noexcept {
  for (const CField& field : layout.fields)
    if (field.kind == CField::Kind::String || field.kind == CField::Kind::Buffer)
      std::free(at<char*>(value, field.offset));
}

// False, with nothing left to free, if there is no memory.
bool copy_into(const CStruct& layout, void* to, const void* from) noexcept {
  std::memcpy(to, from, layout.size);
  for (const CField& field : layout.fields)
    if (field.kind == CField::Kind::String || field.kind == CField::Kind::Buffer)
      at<char*>(to, field.offset) = nullptr;
  for (const CField& field : layout.fields) {
    if (field.kind != CField::Kind::String && field.kind != CField::Kind::Buffer)
      continue;
    const char* text = at<char*>(from, field.offset);
    if (!text)
      continue;
    const size_t size = field.kind == CField::Kind::Buffer ? at<uint32_t>(from, field.length_offset)
                                                           : std::strlen(text);
    char* copied = copy_bytes(text, size);
    at<char*>(to, field.offset) = copied;
    if (!copied) {
      clear(layout, to);
      return false;
    }
  }
  return true;
}

template <typename T>
int order(const T& a, const T& b) {
  return a < b ? -1 : b < a ? 1 : 0;
}

int compare_field(const CField& field, const void* a, const void* b) noexcept {
  using Kind = CField::Kind;
  switch (field.kind) {
    case Kind::String:
      return std::strcmp(at<char*>(a, field.offset), at<char*>(b, field.offset));
    case Kind::Buffer: {
      const uint32_t size_a = at<uint32_t>(a, field.length_offset);
      const uint32_t size_b = at<uint32_t>(b, field.length_offset);
      const int differs = std::memcmp(at<char*>(a, field.offset), at<char*>(b, field.offset),
                                      std::min(size_a, size_b));
      return size_a == size_b ? differs : order(size_a, size_b);
    }
    case Kind::Uuid:
      return std::memcmp(&at<char>(a, field.offset), &at<char>(b, field.offset), 32);
    case Kind::Int32:
      return order(at<int32_t>(a, field.offset), at<int32_t>(b, field.offset));
    case Kind::UInt32:
      return order(at<uint32_t>(a, field.offset), at<uint32_t>(b, field.offset));
    case Kind::Int64:
      return order(at<int64_t>(a, field.offset), at<int64_t>(b, field.offset));
    case Kind::UInt64:
      return order(at<uint64_t>(a, field.offset), at<uint64_t>(b, field.offset));
    case Kind::Percent:
      return order(at<float>(a, field.offset), at<float>(b, field.offset));
    case Kind::Char:
      return order(at<char>(a, field.offset), at<char>(b, field.offset));
  }
  return 0;
}

}  // namespace

void* copy_struct(const CStruct& layout, const void* from) noexcept {
  void* to = std::calloc(1, layout.size);
  if (to && !copy_into(layout, to, from)) {
    std::free(to);
    return nullptr;
  }
  return to;
}

void* copy_list(const CStruct& layout, const void* from) noexcept {
  const List& source = *static_cast<const List*>(from);
  auto* to = static_cast<List*>(std::calloc(1, sizeof(List)));
  if (!to)
    return nullptr;
  to->val = std::calloc(std::max<size_t>(source.len, 1), layout.size);
  for (; to->val && to->len < source.len; ++to->len)
    if (!copy_into(layout, element(layout, to->val, to->len),
                   element(layout, static_cast<const void*>(source.val), to->len)))
      break;
  if (to->val && to->len == source.len)
    return to;
  free_list(layout, to);
  return nullptr;
}

void free_struct(const CStruct& layout, void* value) noexcept {
  if (!value)
    return;
  clear(layout, value);
  std::free(value);
}

void free_list(const CStruct& layout, void* value) noexcept {
  if (!value)
    return;
  List& list = *static_cast<List*>(value);
  for (size_t i = 0; i < list.len; ++i) clear(layout, element(layout, list.val, i));
  std::free(list.val);
  std::free(value);
}

int compare_struct(const CStruct& layout, const void* a, const void* b) noexcept {
  for (const CField& field : layout.fields)
    if (const int differs = compare_field(field, a, b))
      return differs;
  return 0;
}

int compare_list(const CStruct& layout, const void* a, const void* b) noexcept {
  const List& list_a = *static_cast<const List*>(a);
  const List& list_b = *static_cast<const List*>(b);
  if (list_a.len != list_b.len)
    return order(list_a.len, list_b.len);
  for (size_t i = 0; i < list_a.len; ++i)
    if (const int differs =
            compare_struct(layout, element(layout, static_cast<const void*>(list_a.val), i),
                           element(layout, static_cast<const void*>(list_b.val), i)))
      return differs;
  return 0;
}

}  // namespace glovebox::capi
