// SPDX-License-Identifier: GPL-2.0-or-later
//
// Files on their way out: whole, ended by either side at any point, not to be written.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <thread>

#include "base/error.h"
#include "base/files.h"
#include "tests/unit/calls/served.h"
#include "tests/unit/rpc/round_trip.h"

namespace glovebox {
namespace {

using guestd::Call;
using testing::HasSubstr;

std::string download(Served& served, uint64_t max_bytes = UINT64_MAX) {
  const SampleFile file("");
  LocalFile local = file.local();
  local.max_bytes = max_bytes;
  served.call(kDownload, {.file_out = &local});
  return file.content();
}

TEST(FileOut, OfEverySizeAroundAChunkArrivesWhole) {
  size_t size = 0;
  Served served([&](Call& call) {
    call.begin(kDownloadKind);
    for (size_t left = size; left > 0;) {
      const size_t n = std::min<size_t>(left, 5000);
      call.file_out().write(std::string(n, 'f'));
      left -= n;
    }
  });
  for (const size_t next :
       {size_t{0}, size_t{1}, size_t{8191}, size_t{8192}, size_t{8193}, size_t{3'000'000}}) {
    size = next;
    EXPECT_EQ(download(served), std::string(size, 'f'));
  }
}

class FileOutStopped : public testing::TestWithParam<size_t> {};

TEST_P(FileOutStopped, ByGuestdWithItsReason) {
  Served served([&](Call& call) {
    if (call.number() != kDownload.number)
      throw Error(Errc::Usage, "usable");
    call.begin(kDownloadKind);
    if (GetParam() > 0)
      call.file_out().write(std::string(GetParam(), 'f'));
    throw Error(Errc::System, "/file: read error", EIO);
  });
  const Error e = error_of([&] { download(served); });
  EXPECT_EQ(e.code(), Errc::Remote);
  EXPECT_EQ(e.errnum(), EIO);
  EXPECT_STREQ(e.what(), "download: /file: read error");
  EXPECT_EQ(error_of([&] { served.call(kPlain); }).errnum(), EINVAL);
}

TEST_P(FileOutStopped, ByALimitOfTheLibrary) {
  std::atomic<bool> stopped = false;
  Served served([&](Call& call) {
    if (call.number() != kDownload.number)
      throw Error(Errc::Usage, "usable");
    call.begin(kDownloadKind);
    try {
      for (;;) call.file_out().write(std::string(8192, 'f'));  // an endless file
    } catch (const Error& e) {
      stopped = e.code() == Errc::Cancelled;
      throw;
    }
  });
  const Error e = error_of([&] { download(served, GetParam()); });
  EXPECT_EQ(e.errnum(), EFBIG);
  EXPECT_THAT(e.what(), HasSubstr("download: more than "));
  EXPECT_TRUE(stopped);
  EXPECT_EQ(error_of([&] { served.call(kPlain); }).errnum(), EINVAL);
  EXPECT_FALSE(served.connection.broken());
}
INSTANTIATE_TEST_SUITE_P(AfterBytes,
                         FileOutStopped,
                         testing::Values(0, 1, 8192, 300'000, 5'000'000));

TEST(FileOut, CancelledByTheCaller) {
  std::atomic<bool> started = false;
  Served served([&](Call& call) {
    call.begin(call.number() == kDownload.number ? kDownloadKind : kPlainKind);
    while (call.number() == kDownload.number) {
      call.file_out().write(std::string(8192, 'f'));
      started = true;
    }
  });
  std::thread canceller([&] {
    while (!started) std::this_thread::yield();
    served.canceller.cancel();
  });
  EXPECT_EQ(error_of([&] { download(served); }).code(), Errc::Cancelled);
  canceller.join();
  EXPECT_EQ(served.call(kPlain), "");
}

class FileOutToPipe : public testing::Test {
 protected:
  Error cancelled_download(const LocalFile& local) {
    CancelSoon cancel(served_.canceller);
    return error_of([&] { served_.call(kDownload, {.file_out = &local}); });
  }
  void expect_cancelled(const Error& e) {
    EXPECT_EQ(e.code(), Errc::Cancelled);
    EXPECT_STREQ(e.what(), "download: cancelled");
    served_.expect_usable();
  }

  Served served_{[](Call& call) {
    call.begin(call.number() == kDownload.number ? kDownloadKind : kPlainKind);
    for (int i = 0; call.number() == kDownload.number && i < 1000; ++i)
      call.file_out().write(std::string(8192, 'f'));
  }};
};

TEST_F(FileOutToPipe, CancelledWhileNobodyReadsTheNamedPipe) {
  const NamedPipe pipe;
  expect_cancelled(cancelled_download(pipe.path()));
}

TEST_F(FileOutToPipe, CancelledWhileItsReaderReadsNoMore) {
  const base::Pipe pipe = base::make_pipe();
  expect_cancelled(cancelled_download(LocalFile::descriptor(pipe.write_end.get())));
}

TEST_F(FileOutToPipe, ArrivesWhole) {
  const NamedPipe pipe;
  std::string received;
  std::thread reader([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    const base::UniqueFd fd = base::open_file(pipe.path(), O_RDONLY);
    received = base::read_all(fd.get(), SIZE_MAX, "pipe");
  });
  const LocalFile local = pipe.path();
  served_.call(kDownload, {.file_out = &local});
  reader.join();
  EXPECT_EQ(received, std::string(8'192'000, 'f'));
}

TEST_F(FileOutToPipe, WhoseReaderLeavesIsReportedAsBroken) {
  signal(SIGPIPE, SIG_IGN);
  base::Pipe pipe = base::make_pipe();
  pipe.read_end.close();
  const LocalFile local = LocalFile::descriptor(pipe.write_end.get());
  EXPECT_EQ(error_of([&] { served_.call(kDownload, {.file_out = &local}); }).errnum(), EPIPE);
  served_.expect_usable();
}

TEST(FileOut, LocalWriteErrorStopsGuestd) {
  Served served([&](Call& call) {
    call.begin(call.number() == kDownload.number ? kDownloadKind : kPlainKind);
    if (call.number() == kDownload.number)
      call.file_out().write(std::string(3'000'000, 'f'));
  });
  const LocalFile full("/dev/full");
  const Error e = error_of([&] { served.call(kDownload, {.file_out = &full}); });
  EXPECT_EQ(e.errnum(), ENOSPC);
  EXPECT_STREQ(e.what(), "download: /dev/full: No space left on device");
  EXPECT_EQ(served.call(kPlain), "");
}

TEST(FileOut, IsCreatedOrReplacedByPath) {
  Served served([&](Call& call) {
    call.begin(kDownloadKind);
    call.file_out().write("new");
  });
  const base::TempDir dir;
  const std::string path = dir.path() + "/file";
  base::replace_file(path, "something longer");
  const LocalFile local(path);
  served.call(kDownload, {.file_out = &local});
  EXPECT_EQ(base::read_file(path, 100), "new");
}

}  // namespace
}  // namespace glovebox
