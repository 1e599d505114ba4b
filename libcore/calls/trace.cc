// SPDX-License-Identifier: LGPL-2.1-or-later
#include "calls/trace.h"

#include <cstdio>

#include "base/cat.h"

namespace glovebox::calls {
namespace {

using base::cat;

// More of a buffer than this is not shown.
constexpr size_t kMaxBuffer = 256;

std::string printable(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    if (c >= ' ' && c <= '~') {
      text += c;
    } else {
      char escaped[8];
      snprintf(escaped, sizeof escaped, "\\x%02x", static_cast<unsigned char>(c));
      text += escaped;
    }
  }
  return text;
}

std::string joined(const std::vector<std::string>& values, const char* separator) {
  std::string text;
  for (size_t i = 0; i < values.size(); ++i) text += (i > 0 ? separator : "") + values[i];
  return text;
}

std::string quoted(std::string_view text) {
  return cat('"', text, '"');
}

}  // namespace

void TraceLine::argument(std::string_view value) {
  text_ += " " + quoted(value);
}

void TraceLine::optional_argument(const std::optional<std::string>& value) {
  text_ += " " + (value ? quoted(*value) : "null");
}

void TraceLine::argument(int32_t value) {
  argument(int64_t{value});
}

void TraceLine::argument(int64_t value) {
  text_ += " " + std::to_string(value);
}

void TraceLine::argument(bool value) {
  text_ += value ? " true" : " false";
}

void TraceLine::argument(const std::vector<std::string>& values) {
  argument(joined(values, " "));
}

void TraceLine::file_argument(const LocalFile& file) {
  argument(file.fd >= 0 ? cat("/dev/fd/", file.fd) : file.sink ? "(stream)" : file.path);
}

void TraceLine::buffer_argument(std::string_view bytes) {
  text_ += " ";
  buffer(bytes);
}

void TraceLine::pointer_argument(const void* pointer) {
  text_ += cat(" ", pointer);
}

void TraceLine::hidden_argument() {
  argument("***");
}

void TraceLine::named(const char* name, std::string_view value) {
  argument(cat(name, ":", value));
}

void TraceLine::named(const char* name, int64_t value) {
  argument(cat(name, ":", value));
}

void TraceLine::named(const char* name, bool value) {
  argument(cat(name, value ? ":true" : ":false"));
}

void TraceLine::named(const char* name, const std::vector<std::string>& values) {
  argument(cat(name, ":", joined(values, " ")));
}

void TraceLine::result(std::string_view value) {
  text_ += quoted(value);
}

void TraceLine::result(const std::vector<std::string>& values) {
  std::vector<std::string> each;
  for (const std::string& value : values) each.push_back(quoted(value));
  text_ += cat("[", joined(each, ", "), "]");
}

void TraceLine::result(const std::vector<std::pair<std::string, std::string>>& pairs) {
  std::vector<std::string> flat;
  for (const auto& [key, value] : pairs) {
    flat.push_back(key);
    flat.push_back(value);
  }
  result(flat);
}

void TraceLine::buffer_result(std::string_view bytes) {
  buffer(bytes);
}

void TraceLine::argument(const std::optional<std::string>& value) {
  if (value)
    argument(std::string_view(*value));
  else
    text_ += " null";
}

void TraceLine::result(const std::optional<std::string>& value) {
  if (value)
    result(std::string_view(*value));
  else
    text_ += "NULL";
}

void TraceLine::number(int64_t value) {
  text_ += std::to_string(value);
}

void TraceLine::buffer(std::string_view bytes) {
  text_ += quoted(printable(bytes.substr(0, kMaxBuffer)));
  if (bytes.size() > kMaxBuffer)
    text_ += cat("<truncated, original size ", bytes.size(), " bytes>");
}

void TraceLine::begin_struct(const char* name) {
  text_ += cat("<struct guestfs_", name);
}

void TraceLine::begin_list(size_t count) {
  text_ += cat("_list(", count, count > 0 ? ") =" : ")");
}

void TraceLine::begin_element(size_t index) {
  text_ += cat(" [", index, "]{");
}

void TraceLine::field(const char* name, std::string_view value) {
  text_ += cat(name, ": ", value, ", ");
}

void TraceLine::field(const char* name, int64_t value) {
  text_ += cat(name, ": ", value, ", ");
}

void TraceLine::field(const char* name, uint64_t value) {
  text_ += cat(name, ": ", value, ", ");
}

void TraceLine::field(const char* name, float percent) {
  text_ += percent < 0 ? cat(name, ": , ") : cat(name, ": ", percent, " %, ");
}

void TraceLine::buffer_field(const char* name, std::string_view bytes) {
  field(name, printable(bytes));
}

TracedCall::TracedCall(Calls& calls, const char* name, FailsWith fails)
    : calls_(calls), name_(name), fails_(fails), on_(calls.traced()), line_(name) {}

TracedCall::~TracedCall() {
  if (!on_ || ended_)
    return;
  try {
    calls_.trace(cat(name_, fails_ == FailsWith::Null ? " = NULL (error)" : " = -1 (error)"));
  } catch (...) {
    // The call's own error is on its way.
  }
}

void TracedCall::begin() {
  calls_.trace(line_.text());
  line_ = TraceLine(cat(name_, " = "));
}

void TracedCall::end() {
  ended_ = true;
  calls_.trace(line_.text());
}

}  // namespace glovebox::calls
