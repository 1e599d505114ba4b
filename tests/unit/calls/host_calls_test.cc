// SPDX-License-Identifier: GPL-2.0-or-later
//
// The calls of location "host", over a transact() that answers by daemon call. It checks what was
// asked, so that the portions and pieces are seen.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <functional>

#include "base/error.h"
#include "base/files.h"
#include "glovebox/calls.h"
#include "proto/coders.h"
#include "tests/unit/message_of.h"

namespace glovebox {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using namespace std::string_literals;

class FakeCalls : public Calls {
 public:
  struct Asked {
    std::string name;
    uint32_t number;
    std::string path;
    std::vector<std::string> names = {};
    std::string content = {};
  };
  std::vector<Asked> asked;
  uint64_t most_bytes = 0;  // of what a FileOut call may send
  std::string file;         // what a FileOut call sends
  std::function<std::string(const Asked&)> answer = [](const Asked&) { return ""s; };

 protected:
  std::string transact(const CallInfo& call, const Request& request) override {
    proto::XdrReader in(request.arguments);
    Asked a{.name = call.name, .number = call.number, .path = in.string()};
    if (call.number == 206 || call.number == 423 || call.number == 205)
      a.names = in.strings();
    else if (call.number == 246 || call.number == 290)
      a.content = in.opaque();
    asked.push_back(a);
    if (request.file_out) {
      most_bytes = request.file_out->max_bytes;
      if (file.size() > request.file_out->max_bytes)
        throw Error(Errc::System, "too large", EFBIG);
      base::write_all(request.file_out->fd, file, "file");
    }
    return answer(asked.back());
  }
};

TEST(EmulatedCalls, ReadFileIsADownloadUnderItsOwnName) {
  FakeCalls calls;
  calls.file = "bytes\0more"s;
  EXPECT_EQ(calls.read_file("/etc/x"), "bytes\0more"s);
  ASSERT_THAT(calls.asked, SizeIs(1));
  EXPECT_EQ(calls.asked[0].name, "read_file");
  EXPECT_EQ(calls.asked[0].number, 67u);
  EXPECT_EQ(calls.asked[0].path, "/etc/x");
}

TEST(EmulatedCalls, PathWithAZeroByteIsRefused) {
  FakeCalls calls;
  EXPECT_EQ(message_of([&] { calls.read_file("/a\0b"s); }),
            "read_file: text with a zero byte: /a\\x00b");
  EXPECT_THAT(calls.asked, IsEmpty());
}

TEST(EmulatedCalls, ReadLines) {
  const auto lines = [](const std::string& content) {
    FakeCalls calls;
    calls.file = content;
    return calls.read_lines("/f");
  };
  EXPECT_THAT(lines(""), IsEmpty());
  EXPECT_THAT(lines("\n"), ElementsAre(""));
  EXPECT_THAT(lines("a\nb"), ElementsAre("a", "b"));
  EXPECT_THAT(lines("a\r\n\nb\n"), ElementsAre("a", "", "b"));
}

TEST(EmulatedCalls, LsAndFindAreSorted) {
  FakeCalls calls;
  calls.file = "b\0a\0c d\0"s;
  EXPECT_THAT(calls.ls("/"), ElementsAre("a", "b", "c d"));
  EXPECT_THAT(calls.find("/"), ElementsAre("a", "b", "c d"));
  EXPECT_EQ(calls.asked[1].name, "find");
  calls.file = "";
  EXPECT_THAT(calls.ls("/"), IsEmpty());
  calls.file = "a\0b"s;
  EXPECT_THAT(message_of([&] { calls.ls("/"); }),
              HasSubstr("ls: the appliance's list of names is truncated"));
}

TEST(EmulatedCalls, ReaddirDecodesAStreamOfStructs) {
  FakeCalls calls;
  const Dirent dirent{.ino = 2, .ftyp = 'd', .name = "x"};
  proto::XdrWriter out;
  write(out, dirent);
  write(out, dirent);
  calls.file = out.bytes();
  EXPECT_THAT(calls.readdir("/"), ElementsAre(dirent, dirent));
  calls.file.pop_back();
  EXPECT_THAT(message_of([&] { calls.readdir("/"); }),
              HasSubstr("readdir: the appliance's reply is damaged: data ends"));
}

TEST(EmulatedCalls, WriteGoesInPieces) {
  FakeCalls calls;
  std::string content(5 << 20, 'a');
  content.back() = 'z';
  calls.write("/f", content);
  ASSERT_THAT(calls.asked, SizeIs(3));
  std::string joined;
  for (const auto& a : calls.asked) {
    EXPECT_EQ(a.name, "write");
    EXPECT_EQ(a.path, "/f");
    joined += a.content;
  }
  EXPECT_EQ(joined, content);
  EXPECT_EQ(calls.asked[0].number, 246u);
  EXPECT_EQ(calls.asked[1].number, 290u);
}

TEST(EmulatedCalls, APieceHasTwoMebibytes) {
  for (const auto& [bytes, pieces] : {std::pair{2 << 20, 1u}, {(2 << 20) + 1, 2u}}) {
    FakeCalls calls;
    calls.write("/f", std::string(static_cast<size_t>(bytes), 'a'));
    EXPECT_THAT(calls.asked, SizeIs(pieces));
  }
}

TEST(EmulatedCalls, WhatIsTakenIntoMemoryHasALimit) {
  const auto most = [](const std::function<void(FakeCalls&)>& call) {
    FakeCalls calls;
    call(calls);
    return calls.most_bytes;
  };
  EXPECT_EQ(most([](FakeCalls& calls) { calls.read_file("/f"); }), 1u << 30);
  EXPECT_EQ(most([](FakeCalls& calls) { calls.read_lines("/f"); }), 1u << 30);
  EXPECT_EQ(most([](FakeCalls& calls) { calls.ls("/"); }), 256u << 20);
  EXPECT_EQ(most([](FakeCalls& calls) { calls.find("/"); }), 256u << 20);
  EXPECT_EQ(most([](FakeCalls& calls) { calls.readdir("/"); }), 256u << 20);
}

TEST(EmulatedCalls, WriteOfNothingStillTruncates) {
  FakeCalls calls;
  calls.write("/f", "");
  ASSERT_THAT(calls.asked, SizeIs(1));
  EXPECT_EQ(calls.asked[0].number, 246u);
}

TEST(EmulatedCalls, StatIsStatnsWithoutNanoseconds) {
  FakeCalls calls;
  calls.answer = [](const FakeCalls::Asked&) {
    proto::XdrWriter out;
    write(out, StatNs{.st_dev = 1, .st_size = 8, .st_mtime_sec = 5, .st_mtime_nsec = 6});
    return out.bytes();
  };
  EXPECT_EQ(calls.stat("/f"), (Stat{.dev = 1, .size = 8, .mtime = 5}));
  EXPECT_EQ(calls.lstat("/f"), (Stat{.dev = 1, .size = 8, .mtime = 5}));
  EXPECT_EQ(calls.asked[0].number, 421u);
  EXPECT_EQ(calls.asked[1].number, 422u);
}

std::vector<std::string> many_names(size_t count) {
  std::vector<std::string> names(count);
  for (size_t i = 0; i < count; ++i) names[i] = std::to_string(i);
  return names;
}

// Answers with the names themselves, but never more than `limit` at once.
std::function<std::string(const FakeCalls::Asked&)> echo_up_to(size_t limit) {
  return [limit](const FakeCalls::Asked& asked) {
    if (asked.names.size() > limit)
      throw Error(Errc::Remote, "too large", EMSGSIZE);
    proto::XdrWriter out;
    out.strings(asked.names);
    return out.bytes();
  };
}

TEST(EmulatedCalls, ListsGoInPortions) {
  FakeCalls calls;
  calls.answer = echo_up_to(5000);
  for (const auto& [count, portions] :
       {std::pair{2000u, 1u}, {2001u, 2u}, {4000u, 2u}, {4500u, 3u}}) {
    const auto names = many_names(count);
    calls.asked.clear();
    EXPECT_EQ(calls.readlinklist("/d", names), names);
    EXPECT_THAT(calls.asked, SizeIs(portions));
  }
}

TEST(EmulatedCalls, PortionsWhoseAnswerIsTooLargeAreHalved) {
  FakeCalls calls;
  const auto names = many_names(100);
  calls.answer = echo_up_to(30);
  EXPECT_EQ(calls.readlinklist("/d", names), names);
  calls.answer = echo_up_to(0);
  EXPECT_EQ(message_of([&] { calls.readlinklist("/d", {"a", "b"}); }), "too large");
}

TEST(EmulatedCalls, AnswersAreCounted) {
  FakeCalls calls;
  calls.answer = [](const FakeCalls::Asked&) {
    proto::XdrWriter out;
    out.strings({"only one"});
    return out.bytes();
  };
  EXPECT_EQ(message_of([&] {
              calls.readlinklist("/d", {"a", "b"});
            }),
            "readlinklist: 1 answers for 2 names");
}

// internal_feature_available answers 0 for "there", 1 for "known", 2 for anything else.
void knows_two_groups(FakeCalls& calls) {
  calls.answer = [](const FakeCalls::Asked& asked) {
    proto::XdrWriter out;
    out.int32(asked.path == "there" ? 0 : asked.path == "known" ? 1 : 2);
    return std::move(out).take();
  };
}

TEST(EmulatedCalls, FeaturesAreAvailableTogether) {
  FakeCalls calls;
  knows_two_groups(calls);
  EXPECT_TRUE(calls.feature_available({}));
  EXPECT_TRUE(calls.feature_available({"there", "there"}));
  EXPECT_FALSE(calls.feature_available({"there", "known"}));
  EXPECT_EQ(message_of([&] { calls.feature_available({"other"}); }),
            "feature_available: other: unknown group");
}

TEST(EmulatedCalls, AvailableSaysWhichGroupIsNot) {
  FakeCalls calls;
  knows_two_groups(calls);
  EXPECT_NO_THROW(calls.available({"there"}));
  EXPECT_EQ(message_of([&] {
              calls.available({"there", "known"});
            }),
            "available: known: group not available");
  EXPECT_EQ(message_of([&] { calls.available({"other"}); }), "available: other: unknown group");
}

TEST(EmulatedCalls, CanonicalDeviceNames) {
  FakeCalls calls;
  EXPECT_EQ(calls.canonical_device_name("/dev/hda1"), "/dev/sda1");
  EXPECT_EQ(calls.canonical_device_name("/dev/vdb"), "/dev/sdb");
  EXPECT_EQ(calls.canonical_device_name("/dev/sdc9"), "/dev/sdc9");
  EXPECT_EQ(calls.canonical_device_name("/dev/vg0/root"), "/dev/vg0/root");
  EXPECT_THAT(calls.asked, IsEmpty());
  calls.answer = [](const FakeCalls::Asked&) {
    proto::XdrWriter out;
    out.string("/dev/vg0/root");
    return std::move(out).take();
  };
  EXPECT_EQ(calls.canonical_device_name("/dev/mapper/vg0-root"), "/dev/vg0/root");
  calls.answer = [](const FakeCalls::Asked&) -> std::string {
    throw Error(Errc::Remote, "lvm_canonical_lv_name: no", EINVAL);
  };
  EXPECT_EQ(calls.canonical_device_name("/dev/mapper/luks"), "/dev/mapper/luks");
}

}  // namespace
}  // namespace glovebox
