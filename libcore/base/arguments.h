// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The arguments of a program, put together step by step:
//
//   Arguments argv{"mkswap", "-f"};
//   argv.add_option("-L", label).add("--", device);
//
// A value type. It converts to the vector that starting a program takes.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace glovebox::base {

class Arguments {
 public:
  Arguments() = default;
  Arguments(std::initializer_list<std::string> words) : words_(words) {}
  Arguments(std::vector<std::string> words) : words_(std::move(words)) {}

  template <typename... Words>
  Arguments& add(Words&&... words) {
    (words_.emplace_back(std::forward<Words>(words)), ...);
    return *this;
  }

  Arguments& add_all(const std::vector<std::string>& words) {
    words_.insert(words_.end(), words.begin(), words.end());
    return *this;
  }

  // The words, if the caller asked for what they say.
  template <typename... Words>
  Arguments& add_if(const std::optional<bool>& asked, Words&&... words) {
    return asked.value_or(false) ? add(std::forward<Words>(words)...) : *this;
  }

  // The option and its value, if there is one; a number in decimal.
  template <typename T>
  Arguments& add_option(const char* option, const std::optional<T>& value) {
    if (!value)
      return *this;
    if constexpr (std::is_arithmetic_v<T>)
      return add(option, std::to_string(*value));
    else
      return add(option, *value);
  }

  const std::vector<std::string>& words() const { return words_; }
  operator std::vector<std::string>() const { return words_; }

 private:
  std::vector<std::string> words_;
};

}  // namespace glovebox::base
