// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/common/output/messages.h"

#include <utility>

#include "base/cat.h"
#include "tools/common/output/json_text.h"

namespace glovebox::tools {

using base::cat;

namespace {

// A tab is harmless, and lists of choices are indented with it.
std::string harmless(std::string_view text) {
  std::string result;
  for (const std::string& part : base::split(text, '\t')) result += base::escape(part) + "\t";
  result.pop_back();
  return result;
}

}  // namespace

Messages::Messages(std::string program, std::ostream& stream)
    : program_(std::move(program)), stream_(stream) {}

void Messages::say(const char* type, std::string_view prefix, std::string_view text) {
  if (json_)
    stream_ << cat("{\"type\": \"", type, "\", \"message\": ", json_text(text), "}\n");
  else
    stream_ << cat(prefix, harmless(text), "\n");
  stream_.flush();
}

void Messages::error(std::string_view text) {
  say("error", program_ + ": ", text);
}

void Messages::warning(std::string_view text) {
  say("warning", program_ + ": ", text);
}

void Messages::note(std::string_view text) {
  say("note", program_ + ": ", text);
}

void Messages::advice(std::string_view line) {
  say("advice", "", line);
}

void Messages::debug(std::string_view line) {
  say("debug", "", line);
}

void Messages::progress(uint64_t position, uint64_t total) {
  if (!json_)
    return;
  stream_ << cat("{\"type\": \"progress\", \"position\": ", position, ", \"total\": ", total,
                 "}\n");
  stream_.flush();
}

void Messages::terminal(std::string_view text) {
  if (json_)
    return;
  stream_ << text;
  stream_.flush();
}

}  // namespace glovebox::tools
