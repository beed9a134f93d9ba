// SPDX-License-Identifier: Apache-2.0
// What the security data of a label proves. A signature over the three values (annex A.1) that
// fails is invalid; a code whose rules nobody here knows is unrecognised, never invalid.
#include "standards/gb45438_security.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.hpp"
#include "standards/gb45438_label.hpp"
#include "standards/gb45438_lint.hpp"
#include "standards/gb45438_security_data.hpp"

namespace colophon {
namespace gb45438 {

std::string message_of(const Label& label, LabelHalf half) {
  const bool production = half == LabelHalf::Production;
  return fmt::format(R"("Label":"{}","{}":"{}","{}":"{}")", label_value(label.origin).value_or(""),
                     production ? "ContentProducer" : "ContentPropagator",
                     production ? label.producer : label.propagator,
                     production ? "ProduceID" : "PropagateID",
                     production ? label.produce_id : label.propagate_id);
}

namespace {

/// Of one code: keys times signatures times digests. Who puts in more has something to hide.
constexpr int kMostTries = 12;

enum class Outcome : std::uint8_t { None, Unrecognised, Valid, Trusted, Invalid };

/// A key as a person recognises it; all of it stands in the details.
std::string short_form(const std::string& fingerprint) {
  return fingerprint.substr(0, 16);
}

/// A pin for an organisation (the 22 characters of a code before its role) holds for all its codes.
bool is_for(const TrustStore::Pin& pin, const std::string& producer) {
  constexpr std::size_t kOrganisation = 22, kCode = 27;
  if (pin.producer.empty() || pin.producer == producer) return true;
  return pin.producer.size() == kOrganisation && producer.size() == kCode &&
         producer.starts_with(pin.producer);
}

/// One reserved code under examination.
class CodeCheck {
 public:
  CodeCheck(const Label& label, LabelHalf half, const TrustStore* trust,
            std::vector<Finding>& findings)
      : label_(label), half_(half), trust_(trust), findings_(findings) {}

  Outcome run() {
    const std::string& code = production() ? label_.reserved1 : label_.reserved2;
    if (code.empty()) return Outcome::None;
    const auto data = parse_security_data(code);
    if (!data) return Outcome::None;  // S-1 or S-4 say what is wrong
    read_keys(*data);
    Outcome outcome = Outcome::None;
    for (const SignatureEntry& entry : data->signatures) {
      outcome = std::max(outcome, check(entry, *data));
    }
    if (data->signatures.empty()) {
      outcome = unrecognised("holds no signature", "没有签名");
    }
    if (outcome == Outcome::Valid || outcome == Outcome::Trusted) say_what_it_covers(*data);
    return outcome;
  }

  [[nodiscard]] const std::string& fingerprint() const noexcept { return fingerprint_; }
  [[nodiscard]] std::string_view algorithm() const noexcept { return algorithm_; }

 private:
  struct Key {
    PublicKey key;
    std::string id;
  };

  [[nodiscard]] bool production() const noexcept { return half_ == LabelHalf::Production; }
  [[nodiscard]] const std::string& owner() const noexcept {
    return production() ? label_.producer : label_.propagator;
  }
  [[nodiscard]] std::string_view name() const noexcept {
    return production() ? "ReservedCode1" : "ReservedCode2";
  }
  void add(std::string_view rule, Severity severity, std::string_view en, std::string_view zh) {
    add_finding(findings_, rule, severity, std::string(en), std::string(zh));
  }
  Outcome unrecognised(std::string_view en, std::string_view zh) {
    add("S-2", Severity::Info, fmt::format("unrecognised: {} {}", name(), en),
        fmt::format("{}：{}，无法判断", name(), zh));
    return Outcome::Unrecognised;
  }
  Outcome invalid(std::string_view en, std::string_view zh) {
    add("S-2", Severity::Error, fmt::format("signature-invalid: {}: {}", name(), en),
        fmt::format("{}：{}", name(), zh));
    return Outcome::Invalid;
  }

  void read_keys(const SecurityData& data) {
    for (const KeyEntry& entry : data.keys) {
      bool looks_like_key = false;
      if (const auto key = decode_key(entry, looks_like_key)) {
        keys_.push_back({*key, entry.key_id});
      } else {
        broken_key_ = broken_key_ || looks_like_key;
      }
    }
  }

  /// The keys that may have made a signature: those beside it, and the pinned ones.
  [[nodiscard]] std::vector<PublicKey> candidates(const SignatureEntry& entry) const {
    std::vector<PublicKey> found;
    const bool named = !entry.key_id.empty() && std::ranges::any_of(keys_, [&](const Key& key) {
      return key.id == entry.key_id;
    });
    for (const Key& key : keys_) {
      if (!named || key.id == entry.key_id) found.push_back(key.key);
    }
    if (trust_ == nullptr || !data_has_no_key()) return found;
    for (const TrustStore::Pin& pin : trust_->pins) {
      if (is_for(pin, owner())) found.push_back(pin.key);
    }
    return found;
  }
  [[nodiscard]] bool data_has_no_key() const noexcept { return keys_.empty() && !broken_key_; }

  /// The messages that a signature of this kind may cover.
  [[nodiscard]] std::vector<std::string> messages(const SignatureEntry& entry,
                                                  const SecurityData& data) const {
    if (is_over_bindings(entry)) {
      if (data.bindings.empty()) return {};
      return {data.bindings, "\"Bindings\":" + data.bindings};
    }
    if (!is_over_label(entry)) return {};
    if (production()) return {message_of(label_, half_)};
    if (data.message == kPropagationMessage) return {message_of(label_, half_)};
    return {message_of(label_, half_), message_of(label_, LabelHalf::Production)};
  }
  static bool is_over_label(const SignatureEntry& entry) {
    return entry.covers.empty() || equals_ignore_case(entry.covers, kCoversLabel) ||
           equals_ignore_case(entry.covers, "LabelMetaData");
  }
  static bool is_over_bindings(const SignatureEntry& entry) {
    return equals_ignore_case(entry.covers, "Bnd") || equals_ignore_case(entry.covers, "Bindings");
  }

  /// The key and algorithm that made the signature.
  std::optional<std::pair<PublicKey, SignatureAlgorithm>> maker(const SignatureEntry& entry,
                                                                const SecurityData& data,
                                                                Bytes signature) {
    for (const PublicKey& key : candidates(entry)) {
      for (const SignatureAlgorithm algorithm : algorithms_for(entry.algorithm, key.kind())) {
        for (const std::string& message : messages(entry, data)) {
          if (++tries_ > kMostTries) return std::nullopt;
          if (key.verifies(algorithm, as_bytes(message), signature)) {
            return std::pair(key, algorithm);
          }
        }
      }
    }
    return std::nullopt;
  }

  Outcome check(const SignatureEntry& entry, const SecurityData& data) {
    if (messages(entry, data).empty()) {
      return unrecognised(fmt::format("signs \"{}\", whose bytes are not known here", entry.covers),
                          fmt::format("签名对象“{}”的字节范围未知", entry.covers));
    }
    const auto signature = decode_value(entry.value);
    const auto made_by = signature ? maker(entry, data, *signature) : std::nullopt;
    if (is_over_bindings(entry)) {
      bindings_signed_ = bindings_signed_ || made_by.has_value();
      return made_by ? Outcome::None
                     : unrecognised("signs its bindings in a way that could not be reproduced",
                                    "绑定数据的签名方式未能复现");
    }
    if (made_by) return good(made_by->first, made_by->second);
    return bad(entry, data, signature.has_value());
  }

  Outcome bad(const SignatureEntry& entry, const SecurityData& data, bool readable) {
    if (!is_known_algorithm(entry.algorithm)) {
      return unrecognised(
          fmt::format("is signed with the algorithm \"{}\", which is not known here",
                      entry.algorithm),
          fmt::format("签名算法“{}”未知", entry.algorithm));
    }
    if (entry.covers.empty() || (!production() && data.message != kPropagationMessage)) {
      return unrecognised("is signed, but over which bytes could not be found out",
                          "有签名，但签名覆盖的字节未能确定");
    }
    if (keys_.empty() && broken_key_) {
      return invalid("its public key is damaged", "公钥已损坏");
    }
    if (keys_.empty() && data.keys.empty()) {
      return unrecognised("is signed, but the key is not in the label and none that is pinned fits",
                          "有签名，但标识中没有公钥，已固定的公钥也不匹配");
    }
    if (keys_.empty()) {
      return unrecognised("is signed by a key in an encoding that is not known here",
                          "公钥的编码方式未知");
    }
    if (!readable) return invalid("the signature is neither hex nor base64", "签名不是合法编码");
    return invalid(
        fmt::format("the signature fails: the label, the signature or the key was changed "
                    "after signing, or another label was signed"),
        "签名未通过验证：标识、签名或公钥在签名后被改动，或签名属于其他标识");
  }

  Outcome good(const PublicKey& key, SignatureAlgorithm algorithm) {
    fingerprint_ = key.fingerprint();
    algorithm_ = to_string(algorithm);
    add("S-2", Severity::Info,
        fmt::format("signature-valid: {} signs the label with {}", name(), algorithm_),
        fmt::format("{} 以 {} 签署了标识，签名有效", name(), algorithm_));
    bool others = false;
    for (const TrustStore::Pin& pin : trust_ != nullptr ? trust_->pins : no_pins()) {
      if (!is_for(pin, owner())) continue;
      if (pin.key.fingerprint() == fingerprint_) return pinned(pin);
      others = others || !pin.producer.empty();
    }
    if (others) {
      add("S-3", Severity::Warning,
          fmt::format("key-mismatch: the key {} is none of those pinned for {}",
                      short_form(fingerprint_), owner()),
          fmt::format("密钥 {} 不是为 {} 固定的密钥", short_form(fingerprint_), owner()));
    } else {
      add("S-3", Severity::Info,
          fmt::format("key-unpinned: the key {} came with the label; nothing here ties it to {}",
                      short_form(fingerprint_), owner()),
          fmt::format("密钥 {} 随标识携带，本机没有依据认定它属于 {}", short_form(fingerprint_),
                      owner()));
    }
    return Outcome::Valid;
  }

  Outcome pinned(const TrustStore::Pin& pin) {
    const std::string who = pin.producer.empty() ? "any producer" : pin.producer;
    const std::string wer = pin.producer.empty() ? "任何提供者" : pin.producer;
    add("S-3", Severity::Info,
        fmt::format("key-pinned: the key {} is pinned for {}", short_form(fingerprint_), who),
        fmt::format("密钥 {} 已为 {} 固定", short_form(fingerprint_), wer));
    return Outcome::Trusted;
  }
  static const std::vector<TrustStore::Pin>& no_pins() {
    static const std::vector<TrustStore::Pin> none;
    return none;
  }

  void say_what_it_covers(const SecurityData& data) {
    if (data.bindings.empty()) {
      add("S-2", Severity::Info,
          "content-unbound: the signature covers three values of the label and not the content, so "
          "a copy of this label in another file verifies as well",
          "签名只覆盖标识中的三个值，未绑定内容：将标识复制到其他文件后签名仍然有效");
    } else {
      add("S-2", Severity::Info,
          fmt::format("content-unbound: the code lists bindings{}, but which bytes of the content "
                      "they cover is not known here, so they were not compared with it",
                      bindings_signed_ ? ", which are signed" : ""),
          "其中列有内容绑定数据，但其覆盖的内容字节未知，未与内容比对");
    }
  }

  const Label& label_;
  LabelHalf half_;
  const TrustStore* trust_;
  std::vector<Finding>& findings_;
  std::vector<Key> keys_;
  int tries_ = 0;
  bool broken_key_ = false, bindings_signed_ = false;
  std::string fingerprint_;
  std::string_view algorithm_;
};

void put(Evidence& evidence, Outcome outcome) {
  switch (outcome) {
    case Outcome::None:
      return;
    case Outcome::Unrecognised:
      evidence.integrity = Integrity::Unrecognised;
      return;
    case Outcome::Valid:
      evidence.integrity = Integrity::Valid;
      evidence.trust = Trust::Unknown;
      return;
    case Outcome::Trusted:
      evidence.integrity = Integrity::Trusted;
      evidence.trust = Trust::Pinned;
      return;
    case Outcome::Invalid:
      evidence.integrity = Integrity::Invalid;
      return;
  }
}

}  // namespace
}  // namespace gb45438

void check_security(Evidence& evidence, const TrustStore* trust) {
  using namespace gb45438;
  if (evidence.standard != StandardId::Gb45438 || !evidence.says) return;
  if (evidence.integrity != Integrity::Unsigned) return;
  if (evidence.says->reserved1.empty() && evidence.says->reserved2.empty()) return;
  Outcome outcome = Outcome::None;
  for (const LabelHalf half : {LabelHalf::Production, LabelHalf::Propagation}) {
    CodeCheck check(*evidence.says, half, trust, evidence.findings);
    const Outcome found = check.run();
    if (!check.fingerprint().empty() && outcome < Outcome::Valid) {
      evidence.details.emplace_back("signature", check.algorithm());
      evidence.details.emplace_back("key", check.fingerprint());
    }
    outcome = std::max(outcome, found);
  }
  put(evidence, outcome);
}

bool is_signed_by(const Label& label, LabelHalf half, const PublicKey& key) {
  TrustStore only;
  only.pins.push_back({{}, key, {}});
  std::vector<Finding> findings;
  gb45438::CodeCheck check(label, half, &only, findings);
  return check.run() == gb45438::Outcome::Trusted && check.fingerprint() == key.fingerprint();
}

}  // namespace colophon
