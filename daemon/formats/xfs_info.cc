// SPDX-License-Identifier: GPL-2.0-or-later
//
// Six sections, the first line of each beginning with its name, its continuation lines with spaces:
//
//   meta-data=/dev/sda1      isize=512    agcount=4, agsize=25600 blks
//            =               sectsz=512   attr=2, projid32bit=1
//   data     =               bsize=4096   blocks=102400, imaxpct=25
//            =               sunit=0      swidth=0 blks
//   naming   =version 2      bsize=4096   ascii-ci=0, ftype=1
//   log      =internal log   bsize=4096   blocks=1368, version=2
//            =               sectsz=512   sunit=0 blks, lazy-count=1
//   realtime =none           extsz=4096   blocks=0, rtextents=0
//
// The same word means something else in another section, so words are looked up by both.
#include "daemon/formats/xfs_info.h"

#include <charconv>
#include <map>
#include <sstream>

#include "base/cat.h"
#include "base/error.h"

namespace glovebox::guestd {
namespace {

class Sections {
 public:
  explicit Sections(std::string_view text) {
    std::string section;
    for (const std::string& line : base::split(text, '\n')) {
      const size_t equals = line.find('=');
      if (equals == std::string::npos)
        continue;
      const std::string name(base::trim(std::string_view(line).substr(0, equals)));
      std::istringstream in(line.substr(equals + 1));
      if (!name.empty()) {
        section = name;
        take_title(section, in);
      }
      for (std::string word; in >> word;)
        if (const size_t at = word.find('='); at != std::string::npos)
          words_[section + "." + word.substr(0, at)] = word.substr(at + 1);
    }
  }

  const std::string& title(const std::string& section) const {
    static const std::string none;
    const auto found = titles_.find(section);
    return found == titles_.end() ? none : found->second;
  }

  template <typename T>
  T number(const std::string& name, T absent = static_cast<T>(-1)) const {
    const auto found = words_.find(name);
    if (found == words_.end())
      return absent;
    T value = 0;
    const std::string& text = found->second;
    if (std::from_chars(text.data(), text.data() + text.size(), value).ec != std::errc())
      throw Error(Errc::Corrupt,
                  base::cat("xfs_info: ", name, " is not a number: ", base::escape(text)), EPROTO);
    return value;
  }
  uint32_t u32(const std::string& name) const { return number<uint32_t>(name); }
  uint64_t u64(const std::string& name) const { return number<uint64_t>(name); }

  // "naming.version 2" has no "=".
  uint32_t version_in_title(const std::string& section) const {
    const std::string& text = title(section);
    const size_t digit = text.find_first_of("0123456789");
    uint32_t value = static_cast<uint32_t>(-1);
    if (digit != std::string::npos)
      std::from_chars(text.data() + digit, text.data() + text.size(), value);
    return value;
  }

 private:
  // Everything before the first "name=value".
  void take_title(const std::string& section, std::istringstream& in) {
    std::string& title = titles_[section];
    for (auto before = in.tellg();; before = in.tellg()) {
      std::string word;
      if (!(in >> word))
        return;
      if (word.find('=') != std::string::npos) {
        in.seekg(before);
        return;
      }
      title += (title.empty() ? "" : " ") + word;
    }
  }

  std::map<std::string, std::string> titles_;
  std::map<std::string, std::string> words_;
};

}  // namespace

Xfsinfo parse_xfs_info(std::string_view text) {
  const Sections info(text);
  return {.xfs_mntpoint = info.title("meta-data"),
          .xfs_inodesize = info.u32("meta-data.isize"),
          .xfs_agcount = info.u32("meta-data.agcount"),
          .xfs_agsize = info.u32("meta-data.agsize"),
          .xfs_sectsize = info.u32("meta-data.sectsz"),
          .xfs_attr = info.u32("meta-data.attr"),
          .xfs_blocksize = info.u32("data.bsize"),
          .xfs_datablocks = info.u64("data.blocks"),
          .xfs_imaxpct = info.u32("data.imaxpct"),
          .xfs_sunit = info.u32("data.sunit"),
          .xfs_swidth = info.u32("data.swidth"),
          .xfs_dirversion = info.version_in_title("naming"),
          .xfs_dirblocksize = info.u32("naming.bsize"),
          .xfs_cimode = info.u32("naming.ascii-ci"),
          .xfs_logname = base::split(info.title("log"), ' ').front(),  // "internal log"
          .xfs_logblocksize = info.u32("log.bsize"),
          .xfs_logblocks = info.u32("log.blocks"),
          .xfs_logversion = info.u32("log.version"),
          .xfs_logsectsize = info.u32("log.sectsz"),
          .xfs_logsunit = info.u32("log.sunit"),
          .xfs_lazycount = info.u32("log.lazy-count"),
          .xfs_rtname = info.title("realtime"),
          .xfs_rtextsize = info.u32("realtime.extsz"),
          .xfs_rtblocks = info.u64("realtime.blocks"),
          .xfs_rtextents = info.u64("realtime.rtextents")};
}

}  // namespace glovebox::guestd
