// SPDX-License-Identifier: LGPL-2.1-or-later
#include "capi/convert.h"

#include <algorithm>
#include <cstring>

namespace glovebox::capi {

char* copy(std::string_view text) {
  char* room = allocate<char>(text.size() + 1);
  std::copy(text.begin(), text.end(), room);
  return room;
}

char** copy(const std::vector<std::string>& list) {
  char** room = allocate<char*>(list.size() + 1);
  for (size_t i = 0; i < list.size(); ++i) room[i] = copy(list[i]);
  return room;
}

char** copy(const std::vector<std::pair<std::string, std::string>>& hashtable) {
  char** room = allocate<char*>(2 * hashtable.size() + 1);
  for (size_t i = 0; i < hashtable.size(); ++i) {
    room[2 * i] = copy(hashtable[i].first);
    room[2 * i + 1] = copy(hashtable[i].second);
  }
  return room;
}

char* copy_buffer(const std::string& bytes, size_t& size) {
  char* room = copy(bytes);
  size = bytes.size();
  return room;
}

char* copy_buffer(const std::string& bytes, uint32_t& size) {
  char* room = copy(bytes);
  size = static_cast<uint32_t>(bytes.size());
  return room;
}

void copy_uuid(char (&to)[32], const std::string& from) {
  std::memcpy(to, from.data(), std::min(from.size(), sizeof(to)));
}

std::vector<std::string> strings(char* const* list) {
  std::vector<std::string> copied;
  for (; *list; ++list) copied.emplace_back(*list);
  return copied;
}

std::optional<std::string> optional_string(const char* text) {
  return text ? std::optional<std::string>(text) : std::nullopt;
}

std::string_view bytes(const char* start, int size) {
  if (size < 0)
    throw Error(Errc::Usage, "the size of a buffer is negative");
  return {start, static_cast<size_t>(size)};
}

}  // namespace glovebox::capi
