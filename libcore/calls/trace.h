// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Each call and its result as a line of text, in the format of libguestfs's trace:
//
//   mount_ro "/dev/sda1" "/"
//   mount_ro = 0
//   is_file "/x" "followsymlinks:true"
//   is_file = -1 (error)
//
// Text is told as it is and whole; whoever prints a line escapes it. Buffers are cut, and escaped
// here, because a line has room for text only. Lines are made only for a Calls that is traced().
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "glovebox/calls.h"

namespace glovebox::calls {

class TraceLine {
 public:
  explicit TraceLine(std::string_view start) : text_(start) {}
  const std::string& text() const { return text_; }

  // Arguments, each after a space.
  void argument(std::string_view value);
  void argument(const std::string& value) { argument(std::string_view(value)); }
  void argument(const std::optional<std::string>& value);  // may be null
  void argument(const char* value) { argument(std::string_view(value)); }
  void argument(int32_t value);
  void argument(int64_t value);
  void argument(bool value);
  void argument(const std::vector<std::string>& values);
  void file_argument(const LocalFile& file);
  void buffer_argument(std::string_view bytes);
  void pointer_argument(const void* pointer);
  void hidden_argument();
  void optional_argument(const std::optional<std::string>& value);  // "null" if it is absent

  // Optional arguments, as "name:value"; nothing if it was not given.
  template <typename Value>
  void optional(const char* name, const std::optional<Value>& value) {
    if (value)
      named(name, *value);
  }

  // What follows " = ".
  void result(std::string_view value);
  void result(const std::string& value) { result(std::string_view(value)); }
  void result(const std::optional<std::string>& value);
  void result(int32_t value) { number(value); }
  void result(int64_t value) { number(value); }
  void result(bool value) { number(int64_t{value}); }
  void result(const std::vector<std::string>& values);
  void result(const std::vector<std::pair<std::string, std::string>>& pairs);
  void buffer_result(std::string_view bytes);

  // `fields` calls field() for each member of the struct.
  template <typename Struct>
  void struct_result(const char* name,
                     const Struct& value,
                     void (*fields)(TraceLine&, const Struct&)) {
    begin_struct(name);
    text_ += " = ";
    fields(*this, value);
    text_ += ">";
  }
  template <typename Struct>
  void struct_list_result(const char* name,
                          const std::vector<Struct>& values,
                          void (*fields)(TraceLine&, const Struct&)) {
    begin_struct(name);
    begin_list(values.size());
    for (size_t i = 0; i < values.size(); ++i) {
      begin_element(i);
      fields(*this, values[i]);
      text_ += "}";
    }
    text_ += ">";
  }
  void field(const char* name, std::string_view value);
  void field(const char* name, const std::string& value) { field(name, std::string_view(value)); }
  void field(const char* name, int64_t value);
  void field(const char* name, uint64_t value);
  void field(const char* name, int32_t value) { field(name, int64_t{value}); }
  void field(const char* name, uint32_t value) { field(name, uint64_t{value}); }
  void field(const char* name, char value) { field(name, std::string_view(&value, 1)); }
  void field(const char* name, float percent);  // -1: there is none
  void buffer_field(const char* name, std::string_view bytes);

 private:
  void named(const char* name, std::string_view value);
  void named(const char* name, const std::string& value) { named(name, std::string_view(value)); }
  void named(const char* name, int64_t value);
  void named(const char* name, int32_t value) { named(name, int64_t{value}); }
  void named(const char* name, bool value);
  void named(const char* name, const std::vector<std::string>& values);
  void number(int64_t value);
  void buffer(std::string_view bytes);
  void begin_struct(const char* name);
  void begin_list(size_t count);
  void begin_element(size_t index);

  std::string text_;
};

// What a failed call returns in C: numbers are -1, pointers NULL.
enum class FailsWith { MinusOne, Null };

// Lives as long as a call does. If the calls are traced (`on`), whoever makes the call adds its
// arguments to line() and says begin(), then adds the result and says end(); a call that throws
// before is told as failed.
class TracedCall {
 public:
  TracedCall(Calls& calls, const char* name, FailsWith fails);
  TracedCall(const TracedCall&) = delete;
  TracedCall& operator=(const TracedCall&) = delete;
  ~TracedCall();

  bool on() const { return on_; }
  TraceLine& line() { return line_; }
  void begin();
  void end();

 private:
  Calls& calls_;
  const char* name_;
  FailsWith fails_;
  bool on_;
  bool ended_ = false;
  TraceLine line_;
};

}  // namespace glovebox::calls
