// SPDX-License-Identifier: GPL-2.0-or-later
//
// Round trips: the generated functions of guestd (round_trip.cc) expect the values that a Sample
// gives for a seed, and the generated callers send and expect the same. Nothing here needs a test
// framework, since fuzzers use it too.
#pragma once

#include <cstdint>
#include <exception>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/unique_fd.h"
#include "daemon/rpc/streams.h"
#include "glovebox/calls.h"
#include "proto/xdr.h"

namespace glovebox {

// What was not as expected, as text.
class Mismatches {
 public:
  template <typename A, typename B>
  void expect_equal(const A& actual, const B& expected, const char* what) {
    if (!(actual == expected))
      list_.push_back(what);
  }
  const std::vector<std::string>& list() const { return list_; }

 private:
  std::vector<std::string> list_;
};

// The same seed gives the same values. Extremes are frequent.
class Sample {
 public:
  explicit Sample(uint32_t seed) : random_(seed) {}
  bool boolean() { return random_() % 2 != 0; }
  uint32_t uint32();
  uint64_t uint64();
  int32_t int32() { return static_cast<int32_t>(uint32()); }
  int64_t int64() { return static_cast<int64_t>(uint64()); }
  float float32() { return static_cast<float>(random_() % 101); }
  char character() { return static_cast<char>(uint32()); }
  std::string string();
  std::string buffer();
  std::string uuid();
  std::string guid() { return "C12A7328-F81F-11D2-BA4B-00A0C93EC93B"; }
  std::string file_name() { return "n" + std::to_string(random_() % 100); }
  std::string file();  // contents; the same each time
  std::optional<std::string> optional_string();
  std::vector<std::string> strings();
  proto::StringPairs pairs();
  template <typename T>
  T structure() {
    T value;
    fill(*this, value);
    return value;
  }
  template <typename T>
  std::vector<T> list() {
    std::vector<T> values(random_() % 4);
    for (T& value : values) fill(*this, value);
    return values;
  }

 private:
  size_t length() { return random_() % 9; }
  std::mt19937 random_;
};

// A file on the host for FileIn and FileOut.
class SampleFile {
 public:
  explicit SampleFile(const std::string& content);
  LocalFile local() const { return LocalFile::descriptor(fd_.get()); }
  std::string content() const;

 private:
  base::UniqueFd fd_;
};

struct RoundTrip {
  const char* name;
  void (*run)(Calls&, Sample, Mismatches&);
};

// One for each daemon call, in the order of daemon_calls().
std::span<const RoundTrip> round_trips();

namespace guestd {

class Appliance {
 public:
  uint32_t seed = 0;
  std::exception_ptr failure;  // if set, what every function throws
  std::string entered;         // the last function that ran
  Mismatches mismatches;

  Sample enter(const char* function) {
    entered = function;
    if (failure)
      std::rethrow_exception(failure);
    return Sample(seed);
  }
  template <typename A, typename B>
  void expect_equal(const A& actual, const B& expected, const char* what) {
    mismatches.expect_equal(actual, expected, what);
  }
  std::string read(FileInStream& stream);
};

}  // namespace guestd
}  // namespace glovebox
