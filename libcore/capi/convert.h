// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Between C values and C++ ones. What the copy functions return is malloc'd and the caller's; they
// throw bad_alloc.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "glovebox/calls.h"

namespace glovebox::capi {

// Zeroed room for `count` values, never NULL.
template <typename T>
T* allocate(size_t count) {
  void* room = std::calloc(count > 0 ? count : 1, sizeof(T));
  if (!room)
    throw std::bad_alloc();
  return static_cast<T*>(room);
}

char* copy(std::string_view text);
char** copy(const std::vector<std::string>& list);                               // NULL at its end
char** copy(const std::vector<std::pair<std::string, std::string>>& hashtable);  // keys and values
char* copy_buffer(const std::string& bytes, size_t& size);
char* copy_buffer(const std::string& bytes, uint32_t& size);
void copy_uuid(char (&to)[32], const std::string& from);

std::vector<std::string> strings(char* const* list);
std::optional<std::string> optional_string(const char* text);
inline std::string_view bytes(const char* start, size_t size) {
  return {start, size};
}
// A negative size (an int in old calls) throws Usage.
std::string_view bytes(const char* start, int size);

inline LocalFile local_file(const char* path) {
  return LocalFile(path);
}

}  // namespace glovebox::capi
