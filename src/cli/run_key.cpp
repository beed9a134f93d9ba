// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/commands.hpp"
#include "cli/keys.hpp"
#include "cli/print.hpp"
#include "io/io.hpp"
#include "ops/trust_folder.hpp"

namespace colophon::cli {
namespace {

using Json = nlohmann::ordered_json;
using Use = TrustEntry::Use;
constexpr std::uint64_t kMostFile = 16 << 20;

int failed(Terminal& terminal, const Error& error) {
  terminal.complain("", error);
  return error.code == ErrorCode::Usage ? 2 : 3;
}

std::string dump(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Json to_value(const Certificate& certificate) {
  return {{"subject", certificate.subject()},
          {"issuer", certificate.issuer()},
          {"serial", certificate.serial()},
          {"fingerprint", certificate.fingerprint()},
          {"not_before", time_text(certificate.not_before())},
          {"not_after", time_text(certificate.not_after())},
          {"usages", certificate.extended_key_usages()}};
}

Json to_value(const KeyFacts& facts) {
  Json json = {{"kind", facts.kind},
               {"bits", facts.bits},
               {"private", facts.is_private},
               {"fingerprint", facts.fingerprint},
               {"pem", facts.pem}};
  if (facts.chain.empty()) return json;
  Json& chain = json["chain"] = Json::array();
  for (const Certificate& each : facts.chain) chain.push_back(to_value(each));
  json["c2pa_breach"] = facts.breach ? Json(*facts.breach) : Json();
  return json;
}

std::string describe(const Certificate& certificate, const Terminal& terminal) {
  const auto line = [&](const char* en, const char* zh, const std::string& value) {
    return fmt::format("  {}: {}\n", terminal.say(en, zh), printable(value, 4096));
  };
  std::string out = line("subject", "主体", certificate.subject());
  out += line("issuer", "颁发者", certificate.issuer());
  out += line("valid", "有效期",
              fmt::format("{} - {}", time_text(certificate.not_before()),
                          time_text(certificate.not_after())));
  out += line("extended key usages", "扩展密钥用途",
              fmt::format("{}", fmt::join(certificate.extended_key_usages(), ", ")));
  return out + line("certificate's SHA-256", "证书 SHA-256", certificate.fingerprint());
}

std::string describe(const std::string& file, const KeyFacts& facts, const Terminal& terminal) {
  const std::string what = facts.is_private      ? terminal.say("private key", "私钥")
                           : facts.chain.empty() ? terminal.say("public key", "公钥")
                                                 : terminal.say("certificate", "证书");
  std::string out =
      fmt::format("{}  {}, {}, {} bit\n", terminal.paint(Colour::Bold, printable(file, 4096)), what,
                  facts.kind, facts.bits);
  out += fmt::format("  {}: {}\n", terminal.say("fingerprint", "指纹"), facts.fingerprint);
  for (const Certificate& each : facts.chain) out += describe(each, terminal);
  if (facts.breach) {
    out +=
        fmt::format("  {}: {}\n",
                    terminal.say("breaks the certificate profile of C2PA", "不符合 C2PA 证书要求"),
                    *facts.breach);
  } else if (!facts.chain.empty()) {
    out += fmt::format("  {}\n",
                       terminal.say("meets the certificate profile of C2PA", "符合 C2PA 证书要求"));
  }
  return out + facts.pem;
}

struct UseWord {
  Use use;
  const char* word;
  const char* en;
  const char* zh;
};
constexpr UseWord kUses[] = {
    {Use::Pin, "pin", "its GB 45438 signatures are trusted for", "信任其 GB 45438 签名，限于"},
    {Use::Anchor, "anchor", "C2PA signers that lead to it are trusted",
     "信任由其签发的 C2PA 签名者"},
    {Use::TimeStamping, "tsa", "time-stamps that lead to it are trusted", "信任由其签发的时间戳"},
    {Use::Allowed, "allowed", "this C2PA signer is trusted by itself", "直接信任此 C2PA 签名者"},
    {Use::Usage, "usage", "C2PA signers need one of these extended key usages",
     "C2PA 签名者须具备其中一种扩展密钥用途"},
};
const UseWord& words_of(Use use) {
  return kUses[static_cast<std::size_t>(use)];
}

Json to_value(const TrustEntry& entry) {
  Json json = {{"use", words_of(entry.use).word},
               {"file", entry.file},
               {"name", entry.name.empty() ? Json() : Json(entry.name)}};
  if (!entry.fingerprint.empty()) json["fingerprint"] = entry.fingerprint;
  if (!entry.note.empty()) json["note"] = entry.note;
  if (entry.not_after) json["not_after"] = time_text(*entry.not_after);
  if (entry.error) json["error"] = entry.error->message;
  return json;
}

std::string describe(const TrustEntry& entry, const Terminal& terminal) {
  const UseWord& words = words_of(entry.use);
  if (entry.error) {
    return fmt::format("{} {}: {}\n", terminal.paint(Colour::Red, words.word),
                       printable(entry.file, 4096), printable(terminal.say(*entry.error)));
  }
  const bool pin = entry.use == Use::Pin;
  const std::string name = pin && entry.name.empty() ? terminal.say("any producer", "任何提供者")
                                                     : printable(entry.name, 4096);
  std::string out = fmt::format("{} {}\n  {}{}\n", terminal.paint(Colour::Green, words.word), name,
                                terminal.say(words.en, words.zh), pin ? " " + name : "");
  const auto line = [&](const char* en, const char* zh, const std::string& value) {
    if (!value.empty()) {
      out += fmt::format("  {}: {}\n", terminal.say(en, zh), printable(value, 4096));
    }
  };
  line("fingerprint", "指纹", entry.fingerprint);
  line("note", "备注", entry.note);
  if (entry.not_after) line("valid until", "有效期至", time_text(*entry.not_after));
  line("file", "文件", entry.file);
  return out;
}

}  // namespace

int run_key_new(const Options& options, Terminal& terminal) {
  if (options.key_type == "sm2" && !options.certificate.empty()) {
    return failed(terminal, {ErrorCode::Usage,
                             "C2PA knows no SM2 keys; --certificate goes with the other types",
                             {},
                             std::nullopt});
  }
  const auto passphrase = new_passphrase(options, terminal);
  if (!passphrase) return failed(terminal, passphrase.error());
  const auto made =
      make_key({options.key_type, options.out, *passphrase, options.certificate}, system_env());
  if (!made) return failed(terminal, made.error());
  std::string out = fmt::format("{}: {}\n", terminal.say("fingerprint", "指纹"), made->fingerprint);
  const std::string names[] = {
      passphrase->empty()
          ? terminal.say("private key, not encrypted: keep it secret", "私钥（未加密），请妥善保管")
          : terminal.say("private key, encrypted", "私钥（已加密）"),
      terminal.say("public key", "公钥"),
      terminal.say("certificate, for tests only", "证书（仅供测试）"),
      terminal.say("its root, which nobody else trusts", "其根证书（他人不会信任）")};
  for (std::size_t i = 0; i < made->files.size(); ++i) {
    out += fmt::format("{}  {}\n", printable(made->files[i], 4096), names[i]);
  }
  terminal.print(out);
  return 0;
}

int run_key_show(const Options& options, Terminal& terminal) {
  Json all = Json::array();
  int code = 0;
  for (const std::string& file : options.files) {
    SigningKey wanted;
    wanted.key = file;
    const auto key = with_passphrase(wanted, options, terminal);
    if (!key) {
      terminal.complain("", key.error());
      code = 3;
      continue;
    }
    const auto facts = describe_key(*key);
    if (!facts) {
      terminal.complain(file, facts.error());
      code = 3;
      continue;
    }
    warn_if_exposed(*key, terminal);
    if (options.json) {
      all.push_back(to_value(*facts));
    } else {
      terminal.print(describe(file, *facts, terminal));
    }
  }
  if (options.json) terminal.print(dump(all));
  return code;
}

int run_key_pin(const Options& options, Terminal& terminal) {
  const auto word = std::find_if(std::begin(kUses), std::end(kUses),
                                 [&](const UseWord& use) { return options.pin_as == use.word; });
  const Use use = word == std::end(kUses) ? Use::Pin : word->use;
  if (use == Use::Pin && options.producer.empty()) {
    return failed(terminal,
                  {ErrorCode::Usage,
                   "say whose key it is: --producer CODE (22 characters of a code: all codes of "
                   "that organisation)",
                   {},
                   std::nullopt});
  }
  const auto text = read_small_file(options.key_file, kMostFile);
  if (!text) return failed(terminal, text.error());
  const auto file = add_trust(options.store, use, as_text(*text), options.producer, options.note);
  if (!file) return failed(terminal, file.error());
  for (const TrustEntry& entry : list_trust(options.store)) {
    if (entry.file == *file) terminal.print(describe(entry, terminal));
  }
  return 0;
}

int run_key_list(const Options& options, Terminal& terminal) {
  const std::vector<TrustEntry> entries = list_trust(options.store);
  Json all = Json::array();
  bool broken = false;
  for (const TrustEntry& entry : entries) {
    broken = broken || entry.error;
    if (options.json) {
      all.push_back(to_value(entry));
    } else {
      terminal.print(describe(entry, terminal));
    }
  }
  if (options.json) {
    terminal.print(dump(all));
  } else if (entries.empty()) {
    terminal.print(
        fmt::format(fmt::runtime(terminal.say(
                        "{} holds nothing: a good signature is \"valid\", none is trusted\n",
                        "{} 为空：有效签名记为 valid，不信任任何密钥\n")),
                    printable(options.store, 4096)));
  }
  return broken ? 3 : 0;
}

}  // namespace colophon::cli
