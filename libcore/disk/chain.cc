// SPDX-License-Identifier: LGPL-2.1-or-later
#include "disk/chain.h"

#include <sys/stat.h>

#include <algorithm>
#include <utility>

#include "base/cat.h"
#include "base/error.h"
#include "disk/backing_name.h"

namespace glovebox::disk {
namespace {

using base::cat;
using base::escape;

// Empty: not said.
std::optional<Format> parse_optional_format(const std::string& name) {
  return name.empty() ? std::nullopt : std::optional(parse_format(name));
}

class ChainWalk {
 public:
  explicit ChainWalk(const OpenOptions& options)
      : options_(options),
        members_(
            options.members.value_or(options.format ? Members::Anywhere : Members::OwnDirectory)) {}

  Chain walk(const std::string& path) {
    const Access access = options_.readonly ? Access::ReadOnly : Access::ReadWrite;
    add(open_image(path, access, parse_optional_format(options_.format.value_or(""))));
    directory_ = directory_of(real_path(chain_.top().fd.get()));
    base::with_context(escape(path), [&] {
      while (chain_.images.back().has_backing()) add(open_backing(chain_.images.back()));
    });
    return std::move(chain_);
  }

 private:
  void add(Image image) {
    const Identity identity = identity_of(image);
    if (std::find(seen_.begin(), seen_.end(), identity) != seen_.end())
      throw Error(Errc::Corrupt, cat("backing file ", escape(image.path),
                                     " is in the chain already: the chain is a loop"));
    if (chain_.images.size() == kMaxChainLength)
      throw Error(Errc::Unsupported,
                  cat("the chain of backing files is longer than ", kMaxChainLength));
    seen_.push_back(identity);
    chain_.images.push_back(std::move(image));
  }

  Image open_backing(const Image& above) {
    if (chain_.images.size() == 1)
      return open_backing_of(above);
    return base::with_context(escape(above.path), [&] { return open_backing_of(above); });
  }

  // The place of what was opened is checked, not of what was named, and before a byte of it is
  // read.
  Image open_backing_of(const Image& above) {
    const std::string path = resolve_backing_name(above.path, above.qcow2->backing_name);
    return base::with_context("backing file " + escape(path), [&] {
      const std::optional<Format> format = parse_optional_format(above.qcow2->backing_format);
      Image image = open_unexamined(path, Access::ReadOnly);
      check_place(image, above, format.has_value());
      examine(image, Access::ReadOnly, format);
      return image;
    });
  }

  void check_place(const Image& image, const Image& above, bool format_is_recorded) const {
    const bool inside = !image.is_block_device && lies_below(real_path(image.fd.get()), directory_);
    if (inside)
      return;
    if (members_ == Members::OwnDirectory)
      throw Error(
          Errc::Denied,
          cat(image.is_block_device ? "is a block device"
                                    : "lies outside the directory of the disk",
              "; say what format the disk has (tools: --format): raw if it is raw (then its guest "
              "wrote this header), ",
              format_name(chain_.top().format), " if you trust the chain"));
    if (!format_is_recorded)
      throw Error(Errc::Denied, cat("its format is not recorded in the image above it; record it: "
                                    "qemu-img rebase -u -F FORMAT -b ",
                                    escape(above.qcow2->backing_name), " ", escape(above.path)));
  }

  const OpenOptions& options_;
  const Members members_;
  std::string directory_;  // of the top image, without links
  std::vector<Identity> seen_;
  Chain chain_;
};

}  // namespace

Chain open_chain(const std::string& path, const OpenOptions& options) {
  return ChainWalk(options).walk(path);
}

}  // namespace glovebox::disk
