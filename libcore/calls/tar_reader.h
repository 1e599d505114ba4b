// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Reads an archive of GNU tar as the appliance sends it, which may send anything: pieces of any
// size in, members out. It knows what tar(1) writes without options for sparse files or extended
// attributes (format "gnu": tar(5), and "Basic Tar Format" in tar's manual); anything else is
// Error(Corrupt). What it holds back is bounded: one header and one long name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace glovebox::calls {

struct TarMember {
  enum class Kind { File, HardLink, SymbolicLink, CharacterDevice, BlockDevice, Directory, Fifo };
  Kind kind = Kind::File;
  std::string name = {};  // as it is in the archive: "./a/b", "./a/"
  std::string link = {};  // a hard link's other name in the archive; a symbolic link's target
  uint32_t mode = 0;      // at most 07777
  uint32_t uid = 0, gid = 0;
  std::string user = {}, group = {};  // names of the owners, may be empty
  uint64_t size = 0;                  // 0 unless it is a File
  int64_t mtime = 0;
  uint32_t major = 0, minor = 0;  // of a device
  bool operator==(const TarMember&) const = default;
};

class TarSink {
 public:
  virtual ~TarSink() = default;
  // A member; then its content, `size` bytes in pieces; then its end.
  virtual void begin(const TarMember& member) = 0;
  virtual void content(std::string_view piece) = 0;
  virtual void end() = 0;
};

class TarReader {
 public:
  static constexpr size_t kBlock = 512;
  static constexpr size_t kMaxName = 1 << 20;

  // Borrows the sink.
  explicit TarReader(TarSink& sink) : sink_(sink) {}

  // The next bytes. Throws Corrupt, and what the sink throws; nothing may be fed after that.
  void feed(std::string_view bytes);
  // Throws Corrupt if the archive is not at its end. What comes after that end is passed over.
  void finish() const;

 private:
  enum class Data { Content, LongName, LongLink };

  void read_header(std::string_view block);
  void take(std::string_view piece);
  void end_of_data();

  TarSink& sink_;
  std::string block_;  // the begin of a header
  Data data_ = Data::Content;
  uint64_t left_ = 0;     // bytes of data to come
  uint64_t padding_ = 0;  // and after them, up to the next block
  std::string long_name_, long_link_;
  bool at_end_ = false;
};

}  // namespace glovebox::calls
