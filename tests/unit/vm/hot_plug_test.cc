// SPDX-License-Identifier: GPL-2.0-or-later
#include "vm/hot_plug.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <nlohmann/json.hpp>
#include <thread>

#include "base/error.h"
#include "base/files.h"
#include "tests/unit/message_of.h"

using namespace glovebox;
using namespace glovebox::vm;
using nlohmann::json;

namespace {

// A qemu that takes every command but one, and tells of deleted devices as qemu does. Remembers the
// commands, each with its most telling argument.
class FakeQemu {
 public:
  explicit FakeQemu(std::string refused = "")
      : pair_(base::make_socket_pair()),
        refused_(std::move(refused)),
        thread_([this] { serve(); }) {}
  ~FakeQemu() {
    if (thread_.joinable())
      thread_.join();
  }
  base::UniqueFd socket() { return std::move(pair_.first); }
  // After the socket is closed.
  std::vector<std::string> commands() {
    thread_.join();
    return commands_;
  }

 private:
  void serve() {
    say(R"({"QMP": {"version": {}}})");
    std::string buffer;
    char bytes[4096];
    for (ssize_t n; (n = read(pair_.second.get(), bytes, sizeof bytes)) > 0;) {
      buffer.append(bytes, static_cast<size_t>(n));
      for (size_t end; (end = buffer.find('\n')) != std::string::npos; buffer.erase(0, end + 1))
        answer(json::parse(buffer.substr(0, end)));
    }
  }

  void answer(const json& command) {
    std::string text = command["execute"];
    for (const char* name : {"fdset-id", "node-name", "id"})
      if (command["arguments"].contains(name))
        text += " " + command["arguments"][name].dump();
    if (text != "qmp_capabilities")
      commands_.push_back(text);
    if (text == refused_)
      return say(R"({"error":{"class":"GenericError","desc":"no"}})");
    say(R"({"return":{}})");
    if (command["execute"] == "device_del") {
      say(R"({"event":"DEVICE_DELETED","data":{"path":"/machine/other"}})");
      say(json{{"event", "DEVICE_DELETED"}, {"data", {{"device", command["arguments"]["id"]}}}}
              .dump());
    }
  }

  void say(const std::string& line) { base::write_all(pair_.second.get(), line + "\n", "socket"); }

  base::SocketPair pair_;
  std::string refused_;
  std::vector<std::string> commands_;
  std::thread thread_;
};

const auto kSoon = std::chrono::milliseconds(2000);

PreparedDrive two_nodes() {
  return {.fds = {{STDIN_FILENO, 7}},
          .blockdevs = {R"({"node-name":"file"})", R"({"node-name":"image"})"},
          .device_arguments = R"({"id":"drive0"})",
          .ids = {.device = "drive0", .nodes = {"file", "image"}, .fdsets = {7}}};
}

std::string adding_to(FakeQemu& qemu) {
  Qmp qmp(qemu.socket());
  return message_of([&] { hot_add(qmp, two_nodes(), base::Deadline::after(kSoon)); });
}

using Commands = std::vector<std::string>;

}  // namespace

TEST(HotPlug, ADriveIsAttachedFromItsImageUp) {
  FakeQemu qemu;
  EXPECT_EQ(adding_to(qemu), "no error");
  EXPECT_EQ(qemu.commands(), (Commands{"add-fd 7", R"(blockdev-add "file")",
                                       R"(blockdev-add "image")", R"(device_add "drive0")"}));
}

TEST(HotPlug, WhatIsRefusedIsTakenApartAgain) {
  FakeQemu at_device(R"(device_add "drive0")");
  EXPECT_EQ(adding_to(at_device), "qemu: no");
  EXPECT_EQ(at_device.commands(),
            (Commands{"add-fd 7", R"(blockdev-add "file")", R"(blockdev-add "image")",
                      R"(device_add "drive0")", R"(blockdev-del "image")", R"(blockdev-del "file")",
                      "remove-fd 7"}));
  FakeQemu at_image(R"(blockdev-add "image")");
  EXPECT_EQ(adding_to(at_image), "qemu: no");
  EXPECT_EQ(at_image.commands(),
            (Commands{"add-fd 7", R"(blockdev-add "file")", R"(blockdev-add "image")",
                      R"(blockdev-del "file")", "remove-fd 7"}));
}

TEST(HotPlug, ADriveIsDetachedFromTheDeviceDownOnceThatIsGone) {
  FakeQemu qemu;
  {
    Qmp qmp(qemu.socket());
    hot_remove(qmp, two_nodes().ids, base::Deadline::after(kSoon));
  }
  EXPECT_EQ(qemu.commands(), (Commands{R"(device_del "drive0")", R"(blockdev-del "image")",
                                       R"(blockdev-del "file")", "remove-fd 7"}));
}
