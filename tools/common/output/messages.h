// SPDX-License-Identifier: GPL-2.0-or-later
//
// Messages: what a tool says on stderr. Each message is one line, "PROG: text", with foreign bytes
// in it made harmless; in JSON mode (--progress=json) each line is an object {"type": "error",
// "message": "text"} instead. Failing to say something is not an error. Used from one thread at a
// time; borrows the stream.
#pragma once

#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>

namespace glovebox::tools {

class Messages {
 public:
  Messages(std::string program, std::ostream& stream);
  void use_json() { json_ = true; }
  bool json() const { return json_; }

  void error(std::string_view text);    // something that the user asked for failed
  void warning(std::string_view text);  // it worked, but
  void note(std::string_view text);     // worth knowing
  void advice(std::string_view line);   // goes with the error before it; printed without "PROG: "
  void debug(std::string_view line);    // -v and -x; printed without "PROG: "
  void progress(uint64_t position, uint64_t total);  // JSON mode only
  // Text for a terminal that is no line of its own (a progress bar); nothing in JSON mode.
  void terminal(std::string_view text);

 private:
  void say(const char* type, std::string_view prefix, std::string_view text);

  std::string program_;
  std::ostream& stream_;
  bool json_ = false;
};

}  // namespace glovebox::tools
