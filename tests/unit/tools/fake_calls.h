// SPDX-License-Identifier: GPL-2.0-or-later
//
// FakeCalls: a guest for tests of the tools, without a VM. A test says what each call answers; what
// was called is noted.
#pragma once

#include <unistd.h>

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/files.h"
#include "glovebox/calls.h"
#include "proto/coders.h"
#include "proto/xdr.h"

namespace glovebox::tools {

class FakeCalls : public Calls {
 public:
  // Gets the reader of the arguments; returns the reply's XDR bytes, or throws.
  using Answer = std::function<std::string(proto::XdrReader& arguments, const LocalFile* sink)>;
  std::map<std::string, Answer> answers;
  std::vector<std::string>
      calls;  // "mount_ro /dev/sda1 /": the name, and its leading string arguments if noted

  static void send(const LocalFile* sink, std::string_view bytes) {
    base::write_all(sink->fd, bytes, "sink");
  }
  static std::string nothing() { return {}; }
  [[noreturn]] static void fail(const std::string& text, int errnum = 2) {
    throw Error(Errc::Remote, text, errnum);
  }

 protected:
  std::string transact(const CallInfo& call, const Request& request) override {
    calls.emplace_back(call.name);
    const auto answer = answers.find(call.name);
    if (answer == answers.end())
      throw Error(Errc::Unsupported,
                  std::string(call.name) + ": the test did not expect this call");
    proto::XdrReader arguments(request.arguments);
    return answer->second(arguments, request.file_out);
  }
};

}  // namespace glovebox::tools
