// SPDX-License-Identifier: GPL-2.0-or-later
//
// Files on their way in: whole, stopped by guestd at any point, cancelled, not to be had.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <thread>

#include "base/error.h"
#include "base/files.h"
#include "tests/unit/calls/served.h"
#include "tests/unit/rpc/round_trip.h"

namespace glovebox {
namespace {

using guestd::Call;
using testing::HasSubstr;

TEST(FileIn, OfEverySizeAroundAChunkArrivesWhole) {
  std::string received;
  Served served([&](Call& call) {
    call.begin(kUploadKind);
    received.clear();
    for (;;) {
      const auto part = call.file_in().next();
      if (part.empty())
        break;
      received += part;
    }
  });
  for (const size_t size :
       {size_t{0}, size_t{1}, size_t{8191}, size_t{8192}, size_t{8193}, size_t{3'000'000}}) {
    const SampleFile file(std::string(size, 'f'));
    const LocalFile local = file.local();
    served.call(kUpload, {.file_in = &local});
    EXPECT_EQ(received, std::string(size, 'f'));
  }
}

// A wait for input when there is still something to send would last until the next heartbeat, every
// 256 KiB.
TEST(FileIn, NeverWaitsForAHeartbeat) {
  Served served([&](Call& call) {
    call.begin(kUploadKind);
    while (!call.file_in().next().empty()) {
    }
  });
  const SampleFile file(std::string(20'000'000, 'f'));
  const LocalFile local = file.local();
  const auto limit = base::Deadline::after(std::chrono::seconds(15));
  served.call(kUpload, {.file_in = &local});
  EXPECT_FALSE(limit.passed());
}

TEST(FileIn, FromAPipeOfUnknownLength) {
  uint64_t hint = 99;
  std::string received;
  Served served([&](Call& call) {
    call.begin(kUploadKind);
    hint = call.file_in().size_hint();
    for (auto part = call.file_in().next(); !part.empty(); part = call.file_in().next())
      received += part;
  });
  base::Pipe pipe = base::make_pipe();
  std::thread writer([&] {
    base::write_all(pipe.write_end.get(), "first ", "pipe");
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    base::write_all(pipe.write_end.get(), "second", "pipe");
    pipe.write_end.reset();
  });
  const LocalFile local = LocalFile::descriptor(pipe.read_end.get());
  served.call(kUpload, {.file_in = &local});
  writer.join();
  EXPECT_EQ(received, "first second");
  EXPECT_EQ(hint, 0u);
}

class FileInStopped : public testing::TestWithParam<size_t> {};

// guestd fails after so many chunks, with the rest of 3 MB on its way.
TEST_P(FileInStopped, ByGuestd) {
  Served served([&](Call& call) {
    if (call.number() != kUpload.number)
      throw Error(Errc::Usage, "usable");
    call.begin(kUploadKind);
    for (size_t i = 0; i < GetParam(); ++i) call.file_in().next();
    throw Error(Errc::System, "disk full", ENOSPC);
  });
  const SampleFile file(std::string(3'000'000, 'f'));
  const LocalFile local = file.local();
  const Error e = error_of([&] { served.call(kUpload, {.file_in = &local}); });
  EXPECT_EQ(e.errnum(), ENOSPC);
  EXPECT_STREQ(e.what(), "upload: disk full");
  EXPECT_EQ(error_of([&] { served.call(kPlain); }).errnum(), EINVAL);
  EXPECT_FALSE(served.connection.broken());
}
INSTANTIATE_TEST_SUITE_P(AfterChunks, FileInStopped, testing::Values(0, 1, 2, 100, 367, 368));

TEST(FileIn, CancelledWhileThePipeIsSilent) {
  bool reported = false;
  Served served([&](Call& call) {
    if (call.number() != kUpload.number)
      throw Error(Errc::Usage, "usable");
    call.begin(kUploadKind);
    try {
      while (!call.file_in().next().empty()) {
      }
    } catch (const Error& e) {
      reported = e.code() == Errc::Cancelled;
      throw;
    }
  });
  base::Pipe pipe = base::make_pipe();
  base::write_all(pipe.write_end.get(), "something", "pipe");
  CancelSoon cancel(served.canceller);
  const LocalFile local = LocalFile::descriptor(pipe.read_end.get());
  EXPECT_EQ(error_of([&] { served.call(kUpload, {.file_in = &local}); }).code(), Errc::Cancelled);
  EXPECT_TRUE(reported);
  EXPECT_EQ(error_of([&] { served.call(kPlain); }).errnum(), EINVAL);
  EXPECT_FALSE(served.connection.broken());
}

TEST(FileIn, CancelledWhileNobodyWritesToTheNamedPipe) {
  Served served([&](Call& call) {
    call.begin(call.number() == kUpload.number ? kUploadKind : kPlainKind);
    if (call.number() == kUpload.number)
      call.file_in().next();
  });
  const NamedPipe pipe;
  CancelSoon cancel(served.canceller);
  const LocalFile local = pipe.path();
  const Error e = error_of([&] { served.call(kUpload, {.file_in = &local}); });
  EXPECT_EQ(e.code(), Errc::Cancelled);
  EXPECT_STREQ(e.what(), "upload: cancelled");
  served.expect_usable();
}

TEST(FileIn, NamedPipeIsReadToItsEnd) {
  std::string received;
  Served served([&](Call& call) {
    call.begin(kUploadKind);
    for (;;) {
      const auto bytes = call.file_in().next();
      if (bytes.empty())
        return;
      received += bytes;
    }
  });
  const NamedPipe pipe;
  const std::string content(300'000, 'p');
  std::thread writer([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    const base::UniqueFd fd = base::open_file(pipe.path(), O_WRONLY);
    base::write_all(fd.get(), content, "pipe");
  });
  const LocalFile local = pipe.path();
  served.call(kUpload, {.file_in = &local});
  writer.join();
  EXPECT_EQ(received, content);
}

TEST(FileIn, NotReadToTheEndIsTakenAnyway) {
  Served served(
      [](Call& call) { call.begin(call.number() == kUpload.number ? kUploadKind : kPlainKind); });
  const SampleFile file(std::string(100'000, 'f'));
  const LocalFile local = file.local();
  EXPECT_EQ(served.call(kUpload, {.file_in = &local}), "");
  EXPECT_EQ(served.call(kPlain), "");
}

TEST(FileIn, LocalFileThatCannotBeOpenedIsNotGuestdsBusiness) {
  int calls = 0;
  Served served([&](Call& call) {
    ++calls;
    call.begin(kPlainKind);
  });
  for (const char* path : {"/nonexistent/file", "/"}) {
    const LocalFile local(path);
    const Error e = error_of([&] { served.call(kUpload, {.file_in = &local}); });
    EXPECT_EQ(e.code(), Errc::System);
    EXPECT_THAT(e.what(), HasSubstr(std::string("upload: ") + path + ": "));
  }
  served.call(kPlain);
  EXPECT_EQ(calls, 1);
}

}  // namespace
}  // namespace glovebox
