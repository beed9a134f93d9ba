// SPDX-License-Identifier: Apache-2.0
#include "ops/stores.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "c2pa/c2pa.hpp"
#include "c2pa/store.hpp"
#include "formats/lost_store.hpp"
#include "formats/text_store.hpp"
#include "io/transport.hpp"
#include "ops/network.hpp"
#include "ops/segments.hpp"

namespace colophon {
namespace {

/// Of several stores in one file so many are looked at whole, though none counts.
constexpr std::size_t kMostRejected = 4;

bool is_store(const Reading& reading, const Statement& statement) {
  const std::vector<Carrier>& carriers = reading.layout.carriers;  // none when read in groups
  return statement.carrier && *statement.carrier < carriers.size() &&
         carriers[*statement.carrier].kind == CarrierKind::C2paStore;
}

const std::string* detail_of(const Evidence& evidence, std::string_view name) {
  for (const auto& [key, value] : evidence.details) {
    if (key == name) return &value;
  }
  return nullptr;
}

/// The file names a store at this address and does not hold it.
bool is_link(const Statement& statement) {
  return statement.evidence.c2pa && statement.evidence.c2pa->state == "RemoteOnly" &&
         detail_of(statement.evidence, "remote") != nullptr;
}

Finding not_fetched(const Error& error) {
  return {"C2PA-not-fetched",
          Severity::Warning,
          {"the C2PA manifest store elsewhere could not be had: " + error.message,
           "无法取得外部的 C2PA 清单：" + error.message},
          std::nullopt};
}

Finding fetched_from(const std::string& url) {
  return {"C2PA-fetched",
          Severity::Info,
          {"this store is not part of the file: it was fetched just now from " + shown_url(url),
           "此清单不在文件内，刚从此地址取得：" + shown_url(url)},
          std::nullopt};
}

/// The file holds a store that nothing leads to. What it says is still told, and proves nothing.
Evidence lost_statement(const LostStore& lost, const Format* format, const Limits& limits) {
  Carrier carrier;
  carrier.kind = CarrierKind::C2paStore;
  carrier.path = std::string(format != nullptr ? format->id : "file") + ":lost[c2pa]";
  carrier.whole = carrier.payload = lost.where;
  Evidence evidence = read_c2pa_statement(carrier, lost.bytes, limits);
  evidence.integrity = Integrity::Damaged;
  evidence.c2pa->state = "Invalid";
  evidence.findings = {
      {"C2PA-lost",
       Severity::Error,
       {"the file is damaged: it holds a C2PA manifest store, but nothing in it leads there, so "
        "that nothing the store says can be checked",
        "文件已损坏：其中有 C2PA 清单存储，但文件结构未指向它，因此无法检查其中的声明"},
       lost.where.offset}};
  return evidence;
}

/// Its bytes could not be had, which says nothing about it.
bool is_unreadable(const Evidence& evidence) {
  return evidence.integrity == Integrity::Unchecked &&
         std::any_of(evidence.findings.begin(), evidence.findings.end(),
                     [](const Finding& finding) { return finding.rule == "C2PA-malformed"; });
}

class Stores {
 public:
  Stores(Source& source, Reading& reading, const Env& env, const VerifyOptions& options)
      : source_(source),
        reading_(reading),
        limits_(env.limits),
        transport_(env.transport.get()),
        fetch_(options.fetch_remote),
        private_too_(options.fetch_private) {
    how_.trust = options.trust.get();
    how_.now = options.time.value_or(env.now());
    how_.limits = env.limits;
  }

  /// Error of opening the fragments' files.
  Status open_fragments(const VerifyOptions& options, const std::string& init) {
    if (options.fragments.empty()) return {};
    segments_ = TRY(open_segments(options.fragments, init));
    return {};
  }

  void run(const std::optional<StoreBeside>& beside, std::string_view file_name) {
    std::vector<Statement*> found;
    for (Statement& statement : reading_.statements) {
      if (is_store(reading_, statement)) found.push_back(&statement);
    }
    if (found.size() == 2 && joins(*found[0], *found[1])) return check_joined(*found[0], *found[1]);
    if (found.size() > 1 && reading_.format->id != "pdf") trouble_ = trouble_of_many(found);
    for (Statement* statement : found) check_embedded(*statement, statement == found.back());
    if (!found.empty()) return;
    if (!beside) {
      if (const auto lost = find_lost_store(source_, reading_.format, file_name, limits_)) {
        reading_.statements.push_back(
            {lost_statement(*lost, reading_.format, limits_), std::nullopt});
      }
    }
    if (beside) {
      std::erase_if(reading_.statements,
                    [](const Statement& statement) { return statement.evidence.c2pa.has_value(); });
      Carrier carrier;
      carrier.kind = CarrierKind::C2paStore;
      carrier.path = "sidecar:c2pa";
      add(carrier, beside->bytes);
      reading_.statements.back().evidence.details.emplace_back("sidecar", beside->name);
    } else if (fetch_ && transport_ != nullptr) {
      fetch();
    }
  }

  std::vector<c2pa::TreeNode> trees;

 private:
  [[nodiscard]] c2pa::Validation validate(Bytes store, const Carrier* carrier) {
    c2pa::Asset asset{source_, reading_.format, &reading_.layout, carrier, {}, {}};
    for (const Segment& segment : segments_) {
      asset.fragments.push_back(segment.source.get());
      asset.fragment_names.push_back(segment.path);
    }
    c2pa::Validation validation = c2pa::validate(asset, store, how_);
    trees.push_back(validation.tree);
    return validation;
  }

  void add(const Carrier& carrier, Bytes store) {
    Evidence evidence = read_c2pa_statement(carrier, store, limits_);
    const c2pa::Validation validation = validate(store, nullptr);
    c2pa::add_validation(evidence, validation);
    tell_fragments(evidence, validation);
    reading_.statements.push_back({std::move(evidence), std::nullopt});
  }

  /// One address for a file: the first that it names. A second one stays a link.
  void fetch() {
    const auto link = std::find_if(reading_.statements.begin(), reading_.statements.end(), is_link);
    if (link == reading_.statements.end()) return;
    const std::string named_in = link->evidence.carrier;
    const std::string url = *detail_of(link->evidence, "remote");
    auto fetched = fetch_store(*transport_, url, private_too_);
    if (!fetched) {
      link->evidence.c2pa->codes = {"manifest.inaccessible"};
      link->evidence.findings = {not_fetched(fetched.error())};
      return;
    }
    std::erase_if(reading_.statements, [&](const Statement& statement) {
      return is_link(statement) && *detail_of(statement.evidence, "remote") == url;
    });
    Carrier carrier;
    carrier.kind = CarrierKind::C2paStore;
    carrier.path = "remote:c2pa";
    add(carrier, fetched->bytes);
    Evidence& evidence = reading_.statements.back().evidence;
    evidence.details.emplace_back("remote", url);
    evidence.details.emplace_back("named_in", named_in);
    if (fetched->url != url) evidence.details.emplace_back("redirected_to", fetched->url);
    evidence.findings.insert(evidence.findings.begin(), fetched_from(fetched->url));
  }

  [[nodiscard]] const Carrier& carrier_of(const Statement& statement) const {
    return reading_.layout.carriers[*statement.carrier];
  }

  void check_embedded(Statement& statement, bool last) {
    if (is_unreadable(statement.evidence)) return;
    const Carrier& carrier = carrier_of(statement);
    if (reading_.format->id == "pdf" && !last) {
      statement.evidence.findings.push_back(
          {"C2PA-earlier",
           Severity::Info,
           {"an earlier update of the document holds this store; the last one counts",
            "该清单属于文档较早的更新；以最后一个为准"},
           std::nullopt});
      return;
    }
    const auto store = reading_.format->extract(source_, carrier, limits_);
    if (!store) return;
    const std::string code = text_trouble(carrier);
    c2pa::Validation validation;
    if (!trouble_.empty() && ++rejected_ > kMostRejected) {
      // None of them counts; the content is not read again for each.
    } else if (code.empty()) {
      validation = validate(*store, &carrier);
    } else {
      validation.status.fail(code, "", "the place of the store in the text is damaged");
    }
    if (!trouble_.empty() && trouble_ != code) reject(validation);
    c2pa::add_validation(statement.evidence, validation);
    tell_fragments(statement.evidence, validation);
  }

  /// A film's store and the one that an update put behind the media (C2PA A.5.1): one store, the
  /// update's manifests last.
  [[nodiscard]] bool joins(const Statement& first, const Statement& second) const {
    return carrier_of(first).path.ends_with("uuid[c2pa:original]") &&
           carrier_of(second).path.ends_with("uuid[c2pa:update]");
  }
  void check_joined(Statement& first, const Statement& second) {
    const Carrier &original = carrier_of(first), &update = carrier_of(second);
    const auto older = reading_.format->extract(source_, original, limits_);
    const auto newer = reading_.format->extract(source_, update, limits_);
    if (!older || !newer) return;
    const ByteBuffer store = c2pa::joined(*older, *newer, limits_);
    Evidence evidence = read_c2pa_statement(update, store, limits_);
    const c2pa::Validation validation = validate(store, &update);
    c2pa::add_validation(evidence, validation);
    tell_fragments(evidence, validation);
    first.evidence = std::move(evidence);
    first.carrier = second.carrier;
    const std::size_t gone = static_cast<std::size_t>(&second - reading_.statements.data());
    reading_.statements.erase(reading_.statements.begin() + static_cast<std::ptrdiff_t>(gone));
  }

  /// The code for a store in text whose place is damaged (A.8.7.1, A.9.5); empty: it is not.
  [[nodiscard]] std::string text_trouble(const Carrier& carrier) const {
    if (carrier.key.empty() || reading_.format->family != Family::Text) return {};
    return (carrier.key == "corruptedWrapper" ? "manifest.text." : "manifest.structuredText.") +
           carrier.key;
  }

  /// Why none of several stores counts.
  [[nodiscard]] std::string trouble_of_many(const std::vector<Statement*>& found) const {
    if (reading_.format->id == "html") return "manifest.html.multipleManifests";
    std::size_t wrappers = 0;
    for (const Statement* each : found) {
      const Carrier& carrier = carrier_of(*each);
      if (std::string code = text_trouble(carrier); !code.empty()) return code;
      if (is_in_selectors(carrier)) ++wrappers;
    }
    if (reading_.format->family != Family::Text) return "general.error";
    if (wrappers == found.size()) return "manifest.text.multipleWrappers";
    return wrappers == 0 ? "manifest.structuredText.multipleReferences" : "general.error";
  }

  /// Segments need not be all there; what is missing was not looked at.
  void tell_fragments(Evidence& evidence, const c2pa::Validation& validation) const {
    if (segments_.empty()) return;
    evidence.details.emplace_back("fragments", std::to_string(segments_.size()));
    for (const c2pa::StatusEntry& entry : validation.status.success) {
      if (entry.code != "assertion.bmffHash.match" || entry.explanation.empty()) continue;
      evidence.findings.push_back(
          {"C2PA-fragments",
           Severity::Warning,
           {fmt::format("{} fragments of the film were given and are intact; nothing is known of "
                        "the others",
                        entry.explanation),
            fmt::format("给出的影片分段（{}）完好；其余分段未检查", entry.explanation)},
           std::nullopt});
      return;
    }
  }

  /// C2PA 15.5.2.1: of several stores in one asset none counts.
  void reject(c2pa::Validation& validation) const {
    validation.state = c2pa::State::Invalid;
    validation.expired_without_time = false;
    validation.status.fail(trouble_, "",
                           "the file holds several manifest stores, so none of them counts");
  }

  Source& source_;
  Reading& reading_;
  const Limits& limits_;
  Transport* transport_;
  bool fetch_, private_too_;
  c2pa::ValidateOptions how_;
  std::vector<Segment> segments_;
  std::size_t rejected_ = 0;
  std::string trouble_;  ///< the code of what keeps every store of the file from counting
};

}  // namespace

void validate_stores(Source& source, Reading& reading, const Env& env, const VerifyOptions& options,
                     const std::string& path, const std::optional<StoreBeside>& beside) {
  Stores stores(source, reading, env, options);
  if (const Status opened = stores.open_fragments(options, path); !opened) {
    if (!reading.error) reading.error = opened.error();
    return;
  }
  stores.run(beside, options.file_name.empty() ? path : options.file_name);
}

std::vector<c2pa::TreeNode> draw_stores(Source& source, const Env& env,
                                        const VerifyOptions& options,
                                        const std::optional<StoreBeside>& beside) {
  Reading reading = read_statements(source, options.format, options.file_name, {}, env.limits);
  Stores stores(source, reading, env, options);
  stores.run(beside, options.file_name);
  return std::move(stores.trees);
}

}  // namespace colophon
