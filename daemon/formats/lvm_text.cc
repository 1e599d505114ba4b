// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/formats/lvm_text.h"

#include <algorithm>
#include <charconv>

#include "base/cat.h"
#include "base/error.h"

namespace glovebox::guestd {
namespace {

constexpr int kMaxDepth = 8;
constexpr size_t kMaxItems = 1 << 18;  // sections and values together

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || c == '.' || c == '+' || c == '/';
}

[[noreturn]] void missing(std::string_view key, const char* kind) {
  throw Error(Errc::Corrupt, base::cat("LVM metadata: no ", kind, " '", key, "'"));
}

}  // namespace

class LvmTextParser {
 public:
  explicit LvmTextParser(std::string_view text) : text_(text) {}

  LvmSection parse() {
    LvmSection top;
    parse_items(top, 0);
    if (at_ != text_.size())
      corrupt("unexpected '}'");
    return top;
  }

 private:
  [[noreturn]] void corrupt(const std::string& what) const {
    const auto line =
        1 + std::count(text_.begin(), text_.begin() + static_cast<ptrdiff_t>(at_), '\n');
    throw Error(Errc::Corrupt, base::cat("LVM metadata, line ", line, ": ", what));
  }

  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  void skip_space() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '#')
        at_ = std::min(text_.find('\n', at_), text_.size());
      else if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\0')
        ++at_;
      else
        return;
    }
  }

  void expect(char wanted) {
    skip_space();
    if (peek() != wanted)
      corrupt(base::cat("expected '", wanted, "'"));
    ++at_;
  }

  std::string word() {
    const size_t start = at_;
    while (is_word(peek())) ++at_;
    if (at_ == start)
      corrupt("expected a name");
    return std::string(text_.substr(start, at_ - start));
  }

  LvmSection::Scalar scalar() {
    skip_space();
    if (++items_ > kMaxItems)
      corrupt("too many values");
    if (peek() != '"')
      return number();
    std::string value;
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      if (text_[at_] == '\\' && at_ + 1 < text_.size())
        ++at_;
      value.push_back(text_[at_]);
    }
    if (at_ == text_.size())
      corrupt("an unterminated string");
    ++at_;
    return value;
  }

  int64_t number() {
    int64_t value = 0;
    const auto [end, error] =
        std::from_chars(text_.data() + at_, text_.data() + text_.size(), value);
    if (error != std::errc())
      corrupt("expected a value");
    at_ = static_cast<size_t>(end - text_.data());
    return value;
  }

  std::vector<LvmSection::Scalar> value() {
    skip_space();
    std::vector<LvmSection::Scalar> list;
    if (peek() != '[')
      return {scalar()};
    ++at_;
    for (skip_space(); peek() != ']'; skip_space()) {
      if (!list.empty())
        expect(',');
      list.push_back(scalar());
    }
    ++at_;
    return list;
  }

  // Items until "}" or the end.
  void parse_items(LvmSection& section, int depth) {
    if (depth > kMaxDepth)
      corrupt("sections nested too deep");
    for (skip_space(); at_ < text_.size() && peek() != '}'; skip_space()) {
      if (++items_ > kMaxItems)
        corrupt("too many sections");
      std::string name = word();
      skip_space();
      if (peek() == '{') {
        ++at_;
        auto child = std::make_unique<LvmSection>();
        parse_items(*child, depth + 1);
        expect('}');
        section.sections_.emplace_back(std::move(name), std::move(child));
      } else {
        expect('=');
        section.values_.emplace_back(std::move(name), value());
      }
    }
  }

  std::string_view text_;
  size_t at_ = 0;
  size_t items_ = 0;
};

const std::vector<LvmSection::Scalar>* LvmSection::try_list(std::string_view key) const {
  const auto found = std::find_if(values_.begin(), values_.end(),
                                  [&](const auto& entry) { return entry.first == key; });
  return found == values_.end() ? nullptr : &found->second;
}

const LvmSection* LvmSection::try_section(std::string_view key) const {
  const auto found = std::find_if(sections_.begin(), sections_.end(),
                                  [&](const auto& entry) { return entry.first == key; });
  return found == sections_.end() ? nullptr : found->second.get();
}

const LvmSection& LvmSection::section(std::string_view key) const {
  const LvmSection* found = try_section(key);
  if (!found)
    missing(key, "section");
  return *found;
}

int64_t LvmSection::number(std::string_view key) const {
  const std::vector<Scalar>* list = try_list(key);
  if (!list || list->size() != 1 || !std::holds_alternative<int64_t>(list->front()))
    missing(key, "number");
  return std::get<int64_t>(list->front());
}

const std::string& LvmSection::text(std::string_view key) const {
  const std::vector<Scalar>* list = try_list(key);
  if (!list || list->size() != 1 || !std::holds_alternative<std::string>(list->front()))
    missing(key, "string");
  return std::get<std::string>(list->front());
}

std::vector<std::string> LvmSection::texts(std::string_view key) const {
  const std::vector<Scalar>* list = try_list(key);
  if (!list)
    missing(key, "list");
  std::vector<std::string> result;
  for (const Scalar& value : *list)
    if (const auto* text = std::get_if<std::string>(&value))
      result.push_back(*text);
  return result;
}

LvmSection parse_lvm_text(std::string_view text) {
  return LvmTextParser(text).parse();
}

}  // namespace glovebox::guestd
