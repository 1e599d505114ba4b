// SPDX-License-Identifier: GPL-2.0-or-later
//
// scan-yara compile: rules on stdin, as text or compiled, become compiled rules on stdout.
// scan-yara scan NAME: scans stdin with the compiled rules of descriptor 3, and prints a
// `yara_detection` in XDR, for a file of that name, for each rule that matches. A program of its
// own, because what it scans is hostile.
#include <unistd.h>
#include <yara.h>

#include <cstdio>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/files.h"
#include "glovebox/structs.h"
#include "proto/coders.h"

namespace {

constexpr int kRules = 3;
constexpr size_t kMaxRulesBytes = 256 << 20;
constexpr std::string_view kCompiled = "YARA";

[[noreturn]] void give_up(const std::string& what) {
  fprintf(stderr, "%s\n", what.c_str());
  _exit(1);
}

void check(int result, const char* what) {
  if (result != ERROR_SUCCESS)
    give_up(std::string(what) + ": error " + std::to_string(result) + " of YARA");
}

void say(int level, const char*, int line, const YR_RULE*, const char* message, void*) {
  fprintf(stderr, "%s in line %d: %s\n", level == YARA_ERROR_LEVEL_ERROR ? "error" : "warning",
          line, message);
}

size_t write_out(const void* bytes, size_t size, size_t count, void*) {
  glovebox::base::write_all(STDOUT_FILENO, {static_cast<const char*>(bytes), size * count},
                            "stdout");
  return count;
}

size_t read_rules(void* into, size_t size, size_t count, void*) {
  size_t done = 0;
  while (done < size * count) {
    const ssize_t got = read(kRules, static_cast<char*>(into) + done, size * count - done);
    if (got <= 0)
      break;
    done += static_cast<size_t>(got);
  }
  return size == 0 ? 0 : done / size;
}

void compile() {
  const std::string text = glovebox::base::read_all(STDIN_FILENO, kMaxRulesBytes, "rules");
  if (text.starts_with(kCompiled))
    return static_cast<void>(write_out(text.data(), 1, text.size(), nullptr));
  if (const size_t nul = text.find('\0'); nul != std::string::npos)
    give_up("not a text of rules: byte " + std::to_string(nul) + " is 0");
  YR_COMPILER* compiler = nullptr;
  YR_RULES* rules = nullptr;
  check(yr_compiler_create(&compiler), "compiler");
  yr_compiler_set_callback(compiler, say, nullptr);
  yr_compiler_set_include_callback(compiler, nullptr, nullptr,
                                   nullptr);  // there is nothing to include
  if (yr_compiler_add_string(compiler, text.c_str(), nullptr) != 0)
    _exit(1);  // say() has said why
  check(yr_compiler_get_rules(compiler, &rules), "rules");
  YR_STREAM out = {.user_data = nullptr, .read = nullptr, .write = write_out};
  check(yr_rules_save_stream(rules, &out), "rules");
}

int found(YR_SCAN_CONTEXT*, int message, void* data, void* name) {
  if (message != CALLBACK_MSG_RULE_MATCHING)
    return CALLBACK_CONTINUE;
  glovebox::proto::XdrWriter out;
  glovebox::proto::write(
      out, glovebox::YaraDetection{.yara_name = static_cast<const char*>(name),
                                   .yara_rule = static_cast<YR_RULE*>(data)->identifier});
  glovebox::base::write_all(STDOUT_FILENO, out.bytes(), "stdout");
  return CALLBACK_CONTINUE;
}

void scan(char* name) {
  YR_RULES* rules = nullptr;
  YR_STREAM in = {.user_data = nullptr, .read = read_rules, .write = nullptr};
  check(yr_rules_load_stream(&in, &rules), "rules");
  check(yr_rules_scan_fd(rules, STDIN_FILENO, 0, found, name, 0), name);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    check(yr_initialize(), "start");
    const std::string_view verb = argc > 1 ? argv[1] : "";
    if (verb == "compile" && argc == 2)
      compile();
    else if (verb == "scan" && argc == 3)
      scan(argv[2]);
    else
      return 2;
    return 0;
  } catch (const glovebox::Error& e) {
    give_up(e.what());
  }
}
