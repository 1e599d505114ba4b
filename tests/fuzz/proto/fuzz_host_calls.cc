// SPDX-License-Identifier: GPL-2.0-or-later
//
// The calls that the library makes of others (location "host"): what they understand of a file or a
// reply from an appliance. The first byte chooses the call, the rest is the answer to all that it
// asks.
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/files.h"
#include "glovebox/calls.h"

namespace {

using namespace glovebox;

class FuzzedCalls : public Calls {
 public:
  explicit FuzzedCalls(std::string_view answer) : answer_(answer) {}

 protected:
  std::string transact(const CallInfo&, const Request& request) override {
    if (!request.file_out)
      return std::string(answer_);
    base::write_all(request.file_out->fd, answer_, "answer");
    return {};
  }

 private:
  const std::string_view answer_;
};

void call(Calls& calls, uint8_t which) {
  const std::vector<std::string> names = {"a", "b"};
  switch (which % 10) {
    case 0:
      calls.read_file("/f");
      break;
    case 1:
      calls.read_lines("/f");
      break;
    case 2:
      calls.ls("/d");
      break;
    case 3:
      calls.find("/d");
      break;
    case 4:
      calls.readdir("/d");
      break;
    case 5:
      calls.stat("/f");
      break;
    case 6:
      calls.lstat("/f");
      break;
    case 7:
      calls.lstatnslist("/d", names);
      break;
    case 8:
      calls.readlinklist("/d", names);
      break;
    case 9:
      calls.lxattrlist("/d", names);
      break;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0)
    return 0;
  FuzzedCalls calls({reinterpret_cast<const char*>(data) + 1, size - 1});
  try {
    call(calls, data[0]);
  } catch (const Error&) {
  }
  return 0;
}
