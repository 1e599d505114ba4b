// SPDX-License-Identifier: GPL-2.0-or-later
#include "inspect/worker/worker_wire.h"

#include <gtest/gtest.h>

#include "base/files.h"
#include "tests/unit/message_of.h"

namespace glovebox::inspect {
namespace {

// What the engine says of a message of so many bytes where it takes four at most.
std::string refusal(size_t bytes) {
  const base::SocketPair pair = base::make_socket_pair();
  const auto deadline = base::Deadline::after(std::chrono::seconds(10));
  send_message(pair.first.get(), std::string(bytes, 'x'), -1, deadline);
  return message_of([&] { receive_message(pair.second.get(), 4, deadline); });
}

TEST(WorkerWire, MessagesHaveALimit) {
  EXPECT_EQ(refusal(4), "no error");
  EXPECT_EQ(refusal(5), "a reply of 5 bytes, more than 4");
}

TEST(WorkerWire, ListsOfTextsComeBackAsTheyWere) {
  const std::vector<std::string> texts = {"", "a", std::string(300, 'b')};
  EXPECT_EQ(unpack(pack(texts)), texts);
  EXPECT_NE(message_of([&] { unpack(pack(texts).substr(0, 100)); }), "no error");
}

}  // namespace
}  // namespace glovebox::inspect
