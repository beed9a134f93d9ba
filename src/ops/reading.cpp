// SPDX-License-Identifier: Apache-2.0
#include "ops/reading.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <string_view>

#include "c2pa/c2pa.hpp"
#include "media/stealth_alpha.hpp"
#include "ops/records.hpp"
#include "ops/statements.hpp"
#include "standards/gb45438.hpp"
#include "standards/gb45438_security.hpp"
#include "standards/html_disclosure.hpp"
#include "standards/standards.hpp"

namespace colophon {
namespace {

/// The signatures of one file. Each costs some tenths of a millisecond, and a small file can hold
/// thousands of labels.
class SignatureChecks {
 public:
  SignatureChecks(const TrustStore* trust, bool unlimited)
      : trust_(trust), left_(unlimited ? SIZE_MAX : kMost) {}
  void check(Evidence& evidence) {
    const bool may_be_signed =
        evidence.standard == StandardId::Gb45438 && evidence.says &&
        evidence.says->reserved1.size() + evidence.says->reserved2.size() > 0;
    if (!may_be_signed) return;
    if (left_ > 0) {
      --left_;
      return check_or_repeat(evidence);
    }
    if (evidence.integrity == Integrity::Unsigned) evidence.integrity = Integrity::Unchecked;
    evidence.findings.push_back({"S-2",
                                 Severity::Warning,
                                 {"unchecked: the file holds so many labels that this one's "
                                  "reserved codes were not verified",
                                  "文件中标识过多，未验证此标识的预留码"},
                                 std::nullopt});
  }

 private:
  /// Records of a data set often carry one and the same label.
  void check_or_repeat(Evidence& evidence) {
    if (evidence.integrity != Integrity::Unsigned) return;
    if (!last_ || last_->says != evidence.says) {
      last_.emplace();
      last_->says = evidence.says;
      check_security(*last_, trust_);
    }
    evidence.integrity = last_->integrity;
    evidence.trust = last_->trust;
    append(evidence.details, last_->details);
    append(evidence.findings, last_->findings);
  }
  template <typename T>
  static void append(std::vector<T>& all, const std::vector<T>& more) {
    all.insert(all.end(), more.begin(), more.end());
  }

  static constexpr std::size_t kMost = 128;
  const TrustStore* trust_;
  std::size_t left_;
  std::optional<Evidence> last_;
};

std::vector<Evidence> read_carrier(const Carrier& carrier, Bytes payload, const Limits& limits,
                                   SignatureChecks& signatures) {
  if (carrier.kind == CarrierKind::C2paStore)
    return {read_c2pa_statement(carrier, payload, limits)};
  std::vector<Evidence> all;
  for (const Standard* standard : standards()) {
    for (Evidence& evidence : standard->read(carrier, payload, limits)) {
      for (Finding& finding : standard->lint(evidence)) {
        evidence.findings.push_back(std::move(finding));
      }
      signatures.check(evidence);
      all.push_back(std::move(evidence));
    }
  }
  if (auto remote = read_remote_reference(carrier, payload, limits)) {
    all.push_back(std::move(*remote));
  }
  return all;
}

void read_carriers(Source& source, Reading& reading, Statements& statements, const Limits& limits,
                   SignatureChecks& signatures) {
  for (std::size_t i = 0; i < reading.layout.carriers.size(); ++i) {
    const Carrier& carrier = reading.layout.carriers[i];
    const auto payload = reading.format->extract(source, carrier, limits);
    if (!payload) {
      reading.payload_hashes.push_back(0);
      if (carrier.kind == CarrierKind::C2paStore) {
        statements.add({unreadable_c2pa_statement(carrier, payload.error())}, i);
        continue;
      }
      reading.findings.push_back({"unreadable-carrier",
                                  Severity::Warning,
                                  {carrier.path + ": " + payload.error().message, ""},
                                  carrier.whole.offset});
      reading.findings.back().line = carrier.line;
      continue;
    }
    reading.payload_hashes.push_back(std::hash<std::string_view>{}(as_text(*payload)));
    std::vector<Evidence> found = read_carrier(carrier, *payload, limits, signatures);
    for (Evidence& evidence : found) evidence.line = carrier.line;
    statements.add(std::move(found), i);
  }
}

/// Not an error: there was nothing to look into.
Finding unknown_container(bool empty) {
  return {
      "unknown-container", Severity::Info,
      empty ? Text{"the file is empty", "文件为空"}
            : Text{"this is none of the containers that are known here, so nothing in it was read",
                   "不是已知的文件格式，未读取其中内容"},
      std::nullopt};
}

void read_stealth_alpha(Source& source, const Format& format, Statements& statements,
                        const Limits& limits, SignatureChecks& signatures) {
  const std::optional<Carrier> carrier = stealth_alpha(source, format, limits);
  if (!carrier) return;
  statements.add(read_carrier(*carrier, *carrier->value, limits, signatures), std::nullopt);
}

void read_layout(Source& source, Layout layout, Reading& reading, Statements& statements,
                 const Limits& limits, SignatureChecks& signatures) {
  reading.layout = std::move(layout);
  reading.error = reading.layout.damage;
  reading.findings = reading.layout.oddities;
  read_carriers(source, reading, statements, limits, signatures);
}

/// What one carrier alone cannot tell: rules about a file as a whole.
void read_as_a_whole(Reading& reading, std::span<const Evidence> labels) {
  const auto is_store = [](const Statement& statement) {
    return statement.evidence.c2pa && statement.evidence.c2pa->state != "RemoteOnly";
  };
  if (std::any_of(reading.statements.begin(), reading.statements.end(), is_store)) {
    // The embedded store is the one that counts (C2PA 15.1); a link beside it is no second one.
    std::erase_if(reading.statements, [&](const Statement& statement) {
      return statement.evidence.c2pa && !is_store(statement);
    });
  }
  std::vector<Evidence> evidence = reading.evidence();
  keep_first_meta(evidence);
  for (std::size_t i = 0; i < evidence.size(); ++i) {
    reading.statements[i].evidence = std::move(evidence[i]);
  }
  for (Finding& finding : lint_file(labels)) {
    reading.findings.push_back(std::move(finding));
  }
}

}  // namespace

std::vector<Evidence> Reading::evidence() const {
  std::vector<Evidence> all;
  all.reserve(statements.size());
  for (const Statement& statement : statements) all.push_back(statement.evidence);
  return all;
}

std::vector<Evidence> Reading::take_evidence() {
  std::vector<Evidence> all;
  all.reserve(statements.size());
  for (Statement& statement : statements) all.push_back(std::move(statement.evidence));
  statements.clear();
  return all;
}

Reading read_statements(Source& source, const Format* forced, std::string_view file_name,
                        const std::optional<ByteBuffer>& sidecar, const Limits& limits,
                        const TrustStore* trust, Crowd crowd) {
  Reading reading;
  Statements statements(crowd);
  reading.format = forced != nullptr ? forced : detect(source, file_name);
  if (reading.format == nullptr) {
    reading.findings.push_back(unknown_container(source.size() == 0));
  } else if (auto layout = reading.format->inspect(source, limits); !layout) {
    reading.error = layout.error();
  } else if (layout->incomplete && reading.format->next_records != nullptr) {
    reading = read_in_groups(source, *reading.format, limits, trust);
    if (sidecar) {
      for (Evidence& evidence : read_sidecar(source, *sidecar, limits, trust)) {
        reading.statements.push_back({std::move(evidence), std::nullopt});
      }
    }
    return reading;
  } else {
    // Each record is a document: those of a file that is not large are told one by one.
    if (reading.format->can.per_record) statements = Statements(Crowd::Single);
    SignatureChecks signatures(trust, reading.format->can.per_record);
    read_layout(source, std::move(*layout), reading, statements, limits, signatures);
    read_stealth_alpha(source, *reading.format, statements, limits, signatures);
  }
  if (sidecar) statements.add(read_sidecar(source, *sidecar, limits, trust), std::nullopt);
  const std::vector<Evidence> labels = statements.finish(reading);
  if (reading.statements.size() > 1) read_as_a_whole(reading, labels);
  return reading;
}

Reading read_stretch(Source& stretch, const Format& format, const RecordPlace& first,
                     const Limits& limits, const TrustStore* trust) {
  Reading reading;
  reading.format = &format;
  auto layout = format.inspect_records(stretch, first, limits);
  if (!layout) {
    reading.error = layout.error();
    return reading;
  }
  Statements statements(Crowd::Single);
  SignatureChecks signatures(trust, true);
  read_layout(stretch, std::move(*layout), reading, statements, limits, signatures);
  const std::vector<Evidence> labels = statements.finish(reading);
  if (reading.statements.size() > 1) read_as_a_whole(reading, labels);
  return reading;
}

void say_what_was_not_read(const Reading& reading, Verdict& verdict) {
  Text& sentence = verdict.sentence;
  if (reading.layout.incomplete && reading.grouped) {
    sentence.en += " (not every place in every record was judged)";
    sentence.zh += "（部分记录中仅判断了前面的位置）";
  } else if (reading.layout.incomplete) {
    const std::size_t count = reading.layout.carriers.size();
    sentence.en += fmt::format(" (only the first {} places were judged)", count);
    sentence.zh += fmt::format("（仅判断了前 {} 处）", count);
  }
  if (const auto& searched = reading.layout.searched) {
    sentence.en += fmt::format(" (only the first {} bytes were searched)", *searched);
    sentence.zh += fmt::format("（仅检查了前 {} 字节）", *searched);
  }
}

}  // namespace colophon
