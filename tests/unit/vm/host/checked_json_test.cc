// SPDX-License-Identifier: GPL-2.0-or-later
// What we wrote ourselves is read again with care: other types, other lengths, other documents.
#include "vm/host/checked_json.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "vm/host/kvm_verdict.h"
#include "vm/host/layer_report.h"
#include "vm/template/appliance_description.h"
#include "vm/template/template_description.h"

namespace glovebox::vm {
namespace {

template <typename Parse>
std::string refusal(Parse parse, const std::string& text) {
  try {
    parse(text);
    return "accepted";
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), Errc::Corrupt);
    return e.what();
  }
}

TEST(CheckedJson, TypesAndLengths) {
  const CheckedJson object(R"({"text": "a", "yes": true, "inner": {"n": "v"}})");
  EXPECT_EQ(object.text("text"), "a");
  EXPECT_EQ(object.truth("yes"), true);
  const std::vector<std::pair<std::string, std::string>> members = {{"n", "v"}};
  EXPECT_EQ(object.object("inner")->texts(), members);
  EXPECT_FALSE(object.text("absent") || object.truth("absent") || object.object("absent"));
  const auto ask = [&](auto question) {
    return refusal([&](const std::string&) { question(); }, "");
  };
  EXPECT_EQ(ask([&] { object.text("yes"); }), "'yes' is not a text");
  EXPECT_EQ(ask([&] { object.truth("text"); }), "'text' is not true or false");
  EXPECT_EQ(ask([&] { object.object("text"); }), "'text' is not an object");
  EXPECT_EQ(ask([&] { object.texts(); }), "'inner' is not a text");
}

TEST(CheckedJson, WhatIsNoObjectOrTooLong) {
  const auto parse = [](const std::string& text) { return CheckedJson(text).text("a"); };
  for (const char* text : {"", "[]", "{", "7", "{\"a\": \"\xff\"}"})
    EXPECT_EQ(refusal(parse, text), "not a JSON object") << text;
  EXPECT_EQ(refusal(parse, std::string(100000, '[')), "not a JSON object");
  EXPECT_EQ(refusal(parse, "{\"a\": \"" + std::string(65536, 'x') + "\"}"), "accepted");
  EXPECT_EQ(refusal(parse, "{\"a\": \"" + std::string(65537, 'x') + "\"}"),
            "'a' is longer than 65536 bytes");
  EXPECT_EQ(refusal(parse, std::string(1048574, ' ') + "{}"), "accepted");
  EXPECT_EQ(refusal(parse, std::string(1048575, ' ') + "{}"), "longer than 1048576 bytes");
}

TEST(CheckedJson, ObjectsOfTextsHaveALimit) {
  const auto with_members = [](int count) {
    std::string text = "{";
    for (int i = 0; i < count; ++i) {
      const char name[] = {static_cast<char>('A' + i % 26), static_cast<char>('A' + i / 26 % 26),
                           static_cast<char>('A' + i / 26 / 26 % 26),
                           static_cast<char>('A' + i / 26 / 26 / 26), '\0'};
      text += std::string(i == 0 ? "\"" : ",\"") + name + "\":\"\"";
    }
    return text + "}";
  };
  const auto texts = [](const std::string& text) { return CheckedJson(text).texts(); };
  EXPECT_EQ(refusal(texts, with_members(100000)), "accepted");
  EXPECT_EQ(refusal(texts, with_members(100001)), "more than 100000 members");
}

TEST(ApplianceDescription, IsReadWhole) {
  const auto description = parse_appliance_description(
      R"({"kernel": "6.1", "built": "then", "sha256": {"root": "00"}, "root_inputs": {"packages": {"bash": "5"}}})");
  EXPECT_EQ(description.kernel, "6.1");
  EXPECT_EQ(description.built, "then");
  EXPECT_EQ(description.root_digest, "00");
  ASSERT_EQ(description.packages.size(), 1u);
  EXPECT_EQ(refusal(parse_appliance_description, R"({"sha256": "00"})"),
            "'sha256' is not an object");
  EXPECT_EQ(refusal(parse_appliance_description, R"({"root_inputs": {"packages": {"bash": 5}}})"),
            "'bash' is not a text");
}

TEST(KvmVerdict, IsWrittenAndRead) {
  const KvmVerdict verdict = {"boot", true, "it works", "2026-11-30T20:15:00Z"};
  EXPECT_EQ(parse_kvm_verdict(to_json(verdict)), verdict);
  EXPECT_EQ(refusal(parse_kvm_verdict, R"({"situation": "boot", "works": true, "reason": ""})"),
            "a part of the verdict is missing");
  EXPECT_EQ(refusal(parse_kvm_verdict, R"({"situation": "boot", "works": 1, "reason": ""})"),
            "'works' is not true or false");
}

TEST(TemplateDescription, IsWrittenAndRead) {
  const TemplateDescription description = {"key", "then", "00", "11"};
  EXPECT_EQ(parse_template_description(to_json(description)), description);
  EXPECT_EQ(refusal(parse_template_description, R"({"key": "k"})"), "no 'created'");
}

TEST(LayerReport, LayersAndTheError) {
  const LayerReport report = parse_layer_report(
      "{\"layer\":\"landlock\",\"abi\":2,\"ok\":true}\n"
      "{\"layer\":\"seccomp\",\"ok\":false,\"reason\":\"too old\"}\n{\"error\":\"gone\"}\n");
  EXPECT_EQ(report, (LayerReport{{{"landlock", true}, {"seccomp", false, "too old"}}, "gone"}));
  EXPECT_EQ(refusal(parse_layer_report, "{\"layer\":\"seccomp\"}\n"),
            "a line without 'layer' and 'ok'");
  EXPECT_EQ(refusal(parse_layer_report, "{\"layer\":7,\"ok\":true}\n"), "'layer' is not a text");
}

}  // namespace
}  // namespace glovebox::vm
