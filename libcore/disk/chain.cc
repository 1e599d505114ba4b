// SPDX-License-Identifier: LGPL-2.1-or-later
#include "disk/chain.h"

#include <sys/stat.h>

#include <algorithm>
#include <utility>

#include "base/cat.h"
#include "base/error.h"
#include "disk/configuration.h"
#include "disk/formats/backing_name.h"

namespace glovebox::disk {
namespace {

using base::cat;
using base::escape;

// On whose word a member is what it is taken for.
enum class Word {
  Known,            // the user's, the domain's, the configuration's, or of a member that has it
  RecordedByGuess,  // of the image above, which is only guessed to be qcow2 itself
  Guessed,          // of its own first bytes
};

struct Verdict {
  std::optional<Format> format = {};  // absent: look at the first bytes
  Word word = Word::Guessed;
  std::string origin = {};  // a line of the configuration, if that is whose word it is
};

// Empty: not said.
std::optional<Format> parse_optional_format(const std::string& name) {
  return name.empty() ? std::nullopt : std::optional(parse_format(name));
}

// Whoever wrote a line for a whole directory learns that it does not fit this image.
void examine_as(Image& image, Access access, const Verdict& verdict) {
  if (verdict.origin.empty())
    return examine(image, access, verdict.format);
  base::with_context(cat("treated as ", format_name(*verdict.format), ", as ",
                         escape(verdict.origin), " requires"),
                     [&] { examine(image, access, verdict.format); });
}

class ChainWalk {
 public:
  explicit ChainWalk(const OpenOptions& options) : options_(options) {}

  Chain walk(const std::string& path) {
    parse_optional_format(options_.format.value_or(""));  // a mistake in it is not the image's
    base::with_context(escape(path), [&] {
      open_top(path);
      while (open_next()) continue;
    });
    return std::move(chain_);
  }

 private:
  void open_top(const std::string& path) {
    const Access access = options_.readonly ? Access::ReadOnly : Access::ReadWrite;
    Image image = open_unexamined(path, access);
    const Verdict verdict = judge(options_.format, real_path(image.fd.get()));
    examine_as(image, access, verdict);
    add(std::move(image), verdict.word);
  }

  // Of a member that somebody named, and whose format, if given, is that one's word.
  Verdict judge(const std::optional<std::string>& given, const std::string& real) const {
    if (const auto format = parse_optional_format(given.value_or("")))
      return {.format = format, .word = Word::Known};
    if (const FormatRule* rule = options_.rules.find(real))
      return {.format = rule->format, .word = Word::Known, .origin = rule->origin};
    return {};
  }

  // Of a member that the last header names. A record that can be trusted goes before the
  // configuration, which speaks of a whole directory: overlays and raw bases may share it.
  Verdict judge_recorded(const Image& above, const std::string& real) const {
    const auto recorded = parse_optional_format(above.qcow2->backing_format);
    if (recorded && words_.back() == Word::Known)
      return {.format = recorded, .word = Word::Known};
    const Verdict verdict = judge(std::nullopt, real);
    if (verdict.word == Word::Known || !recorded)
      return verdict;
    return {.format = recorded, .word = Word::RecordedByGuess};
  }

  // False at the end of the chain.
  bool open_next() {
    const Image& above = chain_.images.back();
    const size_t depth = chain_.images.size() - 1;
    if (!above.qcow2)
      return false;
    const bool domain_says = depth < options_.below.size();
    if (!domain_says && (options_.below_is_all || !above.has_backing()))
      return false;
    const auto open = [&] {
      return domain_says ? open_named(options_.below[depth]) : open_backing_of(above);
    };
    auto [image, word] = depth == 0 ? open() : base::with_context(escape(above.path), open);
    add(std::move(image), word);
    return true;
  }

  using Opened = std::pair<Image, Word>;

  Opened open_named(const NamedMember& member) const {
    return base::with_context("backing file " + escape(member.path), [&] {
      const Located file = locate(member.path);
      return open_member(file, judge(member.format, file.place.real_path));
    });
  }

  // What a relative name of a backing file is relative to. A link to the disk stands for its target,
  // as in the field's library; qemu, which never sees the link, would do so for none.
  std::string name_of(const Image& above) const {
    struct stat status = {};
    const bool is_link = &above == &chain_.top() && lstat(above.path.c_str(), &status) == 0 &&
                         S_ISLNK(status.st_mode);
    return is_link ? real_path(above.fd.get()) : above.path;
  }

  Opened open_backing_of(const Image& above) const {
    const std::string path = resolve_backing_name(name_of(above), above.qcow2->backing_name);
    return base::with_context("backing file " + escape(path), [&] {
      const Located file = locate(path);
      const Verdict verdict = judge_recorded(above, file.place.real_path);
      check_place(file, verdict);
      return open_member(file, verdict);
    });
  }

  static Opened open_member(const Located& file, const Verdict& verdict) {
    Image image = open_unexamined(file, Access::ReadOnly);
    examine_as(image, Access::ReadOnly, verdict);
    return {std::move(image), verdict.word};
  }

  // The place of what the name led to is checked, not of what was named.
  void check_place(const Located& file, const Verdict& verdict) const {
    const Image& above = chain_.images.back();
    if (within_reach(place_of(above), file.place))
      return;
    if (words_.back() != Word::Known)
      throw Error(Errc::Denied, cat(why_not(file, above), "; ", how_to_know(first_guess())));
    if (verdict.word != Word::Known)
      throw Error(
          Errc::Denied,
          cat("its format is not recorded in the image above it; record it, as raw if it is raw: ",
              rebase_command(above), "; or ", configuration_line(file.place.real_path)));
  }

  std::string why_not(const Located& file, const Image& above) const {
    if (file.place.is_block_device)
      return "is a block device";
    if (above.is_block_device)
      return "is named by a header on a block device";
    return cat("lies outside the directory of ",
               &above == &chain_.top() ? "the disk" : escape(above.path));
  }

  // Of the members whose formats hang on each other, the one that a word would help.
  size_t first_guess() const {
    size_t depth = words_.size() - 1;
    while (words_[depth] == Word::RecordedByGuess) --depth;
    return depth;
  }

  std::string how_to_know(size_t depth) const {
    const Image& image = chain_.images[depth];
    const std::string line = configuration_line(real_path(image.fd.get()));
    if (depth == 0)
      return cat("give the format of the disk (",
                 options_.domain.empty() ? "tools: --format"
                                         : cat("<driver type='FORMAT'/> in the XML of the domain ",
                                               escape(options_.domain)),
                 "): raw if it is raw (then its guest wrote this header), ",
                 format_name(image.format), " if you trust the chain; or ", line);
    return cat("the format of ", escape(image.path),
               " is not recorded in the image above it; record it, as raw if it is raw (then its "
               "guest wrote this header): ",
               rebase_command(chain_.images[depth - 1]), "; or ", line);
  }

  static std::string rebase_command(const Image& image) {
    return cat("qemu-img rebase -u -F FORMAT -b ", escape(image.qcow2->backing_name), " ",
               escape(image.path));
  }

  std::string configuration_line(const std::string& real) const {
    return cat("if all images of a directory have it, add the line '", escape(directory_of(real)),
               " = FORMAT' to ", kConfigurationNames,
               options_.rules.ignored().empty() ? "" : cat(" (", options_.rules.ignored(), ")"));
  }

  void add(Image image, Word word) {
    const Identity identity = identity_of(image);
    if (std::find(seen_.begin(), seen_.end(), identity) != seen_.end())
      throw Error(Errc::Corrupt, cat("backing file ", escape(image.path),
                                     " occurs twice in the chain: the chain is a loop"));
    if (chain_.images.size() == kMaxChainLength)
      throw Error(Errc::Unsupported,
                  cat("the chain of backing files is longer than ", kMaxChainLength));
    seen_.push_back(identity);
    words_.push_back(word);
    chain_.images.push_back(std::move(image));
  }

  const OpenOptions& options_;
  std::vector<Identity> seen_;
  std::vector<Word> words_;  // of each image of chain_
  Chain chain_;
};

}  // namespace

Chain open_chain(const std::string& path, const OpenOptions& options) {
  return ChainWalk(options).walk(path);
}

}  // namespace glovebox::disk
