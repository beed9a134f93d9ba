// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/commands.hpp"
#include "cli/jobs.hpp"
#include "cli/keys.hpp"
#include "cli/print.hpp"
#include "dataset/dataset.hpp"
#include "io/io.hpp"
#include "ops/trust.hpp"

namespace colophon::cli {
namespace {

using Json = nlohmann::ordered_json;

int failed(Terminal& terminal, const Error& error) {
  terminal.complain("", error);
  return error.code == ErrorCode::Usage ? 2 : 3;
}

std::string dump(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

/// Bytes of the shards as a line on the terminal.
class ByteProgress {
 public:
  explicit ByteProgress(const Options& options) : wanted_(!options.quiet) {}
  OnProgress callback() {
    return [this](const Progressed& now) {
      constexpr std::uint64_t kUnit = 1 << 20;
      if (!line_) line_.emplace(static_cast<std::size_t>(now.total / kUnit), wanted_);
      const std::uint64_t done = now.read / kUnit;
      if (done > shown_) line_->advance(static_cast<std::size_t>(done - shown_));
      shown_ = std::max(shown_, done);
    };
  }

 private:
  bool wanted_;
  std::optional<Progress> line_;
  std::uint64_t shown_ = 0;
};

std::string percent(std::uint64_t part, std::uint64_t whole) {
  const double share = whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
  return fmt::format("{:.2f} %", 100 * share);
}

Json to_value(const Amount& amount) {
  return {{"records", amount.records}, {"bytes", amount.bytes}};
}
Json to_value(const std::map<std::string, Amount>& names) {
  Json json = Json::object();
  for (const auto& [name, amount] : names) json[name] = to_value(amount);
  return json;
}
Json to_value(const Tally& tally) {
  return {{"records", tally.all.records},         {"bytes", tally.all.bytes},
          {"human", to_value(tally.human)},       {"machine", to_value(tally.machine)},
          {"mixed", to_value(tally.mixed)},       {"unstated", to_value(tally.unstated)},
          {"unreadable", tally.unreadable},       {"models", to_value(tally.models)},
          {"teachers", to_value(tally.teachers)}, {"watermark_keys", to_value(tally.watermarks)}};
}
Json to_value(const std::vector<Trouble>& troubles) {
  Json json = Json::array();
  for (const Trouble& trouble : troubles) {
    Json& one = json.emplace_back(Json{{"shard", trouble.shard},
                                       {"code", to_string(trouble.error.code)},
                                       {"message", trouble.error.message}});
    if (trouble.line != 0) one["line"] = trouble.line;
    if (trouble.error.offset) one["offset"] = *trouble.error.offset;
  }
  return json;
}

std::string describe(const Tally& tally, const Terminal& terminal) {
  std::string out;
  const auto line = [&](const char* en, const char* zh, const Amount& amount) {
    out += fmt::format("  {:<20} {:>12}  {:>9}  {} {}\n", terminal.say(en, zh), amount.records,
                       percent(amount.records, tally.all.records), amount.bytes,
                       terminal.say("bytes", "字节"));
  };
  line("records", "记录", tally.all);
  line("machine-made", "机器生成", tally.machine);
  line("mixed", "人机混合", tally.mixed);
  line("human, as stated", "声明为人工", tally.human);
  line("not stated", "未声明", tally.unstated);
  if (tally.unreadable > 0) {
    out += fmt::format("  {:<20} {:>12}\n", terminal.say("cannot be read", "无法读取"),
                       tally.unreadable);
  }
  const auto names = [&](const char* en, const char* zh, const std::map<std::string, Amount>& map) {
    constexpr std::size_t kMost = 20;
    std::size_t shown = 0;
    for (const auto& [name, amount] : map) {
      if (++shown > kMost) {
        out += fmt::format("  ... {}\n", map.size() - kMost);
        break;
      }
      out += fmt::format("  {} {:<24} {}\n", terminal.say(en, zh), printable(name, 256),
                         amount.records);
    }
  };
  names("model", "模型", tally.models);
  names("teacher", "教师模型", tally.teachers);
  names("watermark key", "水印密钥", tally.watermarks);
  return out;
}

void complain(const std::vector<Trouble>& troubles, std::uint64_t count, Terminal& terminal) {
  constexpr std::size_t kMost = 10;
  for (std::size_t i = 0; i < troubles.size() && i < kMost; ++i) {
    const Trouble& trouble = troubles[i];
    terminal.complain(
        trouble.line == 0 ? trouble.shard : fmt::format("{}:{}", trouble.shard, trouble.line),
        trouble.error);
  }
  if (count > kMost) {
    tell(fmt::format("colophon: {} {}", count - kMost,
                     terminal.say("more records cannot be read", "条其他记录无法读取")));
  }
}

Result<std::optional<Statement>> statement_of(const DatasetOptions& given) {
  Statement statement;
  statement.source_model = given.model;
  statement.generator_version = given.version;
  statement.teacher = given.teacher;
  statement.created = given.created;
  statement.watermark_key_id = given.watermark_key;
  if (given.origin.empty() && statement == Statement()) return std::nullopt;
  if (given.origin.empty()) {
    return fail(ErrorCode::Usage, "say who made the records: --origin human, machine or mixed");
  }
  if (!given.created.empty() && !parse_time(given.created)) {
    return fail(ErrorCode::Usage, "--created is no time of RFC 3339, such as 2026-11-23T10:00:00Z");
  }
  statement.origin = *parse_maker(given.origin);
  return statement;
}

std::string_view word_of(Integrity signature) {
  return signature == Integrity::Unsigned ? "unsigned" : to_string(signature);
}

std::string sentence_of(Integrity signature, const Terminal& terminal) {
  switch (signature) {
    case Integrity::Trusted:
      return terminal.say("signed with a key that is trusted here", "签名密钥在本机受信任");
    case Integrity::Valid:
      return terminal.say("the signature is good; the key is not known here",
                          "签名有效；本机不认识该密钥");
    case Integrity::Invalid:
      return terminal.say("the signature is NOT that of this manifest", "签名与此清单不符");
    case Integrity::Unrecognised:
      return terminal.say("the signature is of a kind that is not known", "无法识别的签名");
    default:
      return terminal.say("not signed: whoever can change the data can change this manifest",
                          "未签名：能修改数据的人也能修改此清单");
  }
}

std::string describe(const Difference& difference, const Terminal& terminal) {
  using Kind = Difference::Kind;
  const auto place = [&](const std::string& shard, std::uint64_t record) {
    return fmt::format("{} {} {}", printable(shard, 4096), terminal.say("record", "第"), record) +
           terminal.say("", " 条");
  };
  const std::string now = place(difference.shard, difference.record);
  const std::string then = place(difference.sealed_shard, difference.sealed_record);
  std::string out;
  switch (difference.kind) {
    case Kind::Changed:
      out = fmt::format("{}: {}", terminal.paint(Colour::Red, terminal.say("changed", "被修改")),
                        now);
      if (difference.record != difference.sealed_record) {
        out += fmt::format(" ({} {})", terminal.say("sealed as", "封存时为"), then);
      }
      break;
    case Kind::Added:
      out = fmt::format("{}: {}", terminal.paint(Colour::Red, terminal.say("added", "新增")), now);
      break;
    case Kind::Removed:
      out = fmt::format("{}: {}", terminal.paint(Colour::Red, terminal.say("removed", "被删除")),
                        then);
      break;
    case Kind::Moved:
      out = fmt::format("{}: {} -> {}",
                        terminal.paint(Colour::Yellow, terminal.say("moved", "被移动")), then, now);
      break;
  }
  if (!difference.id.empty()) out += fmt::format(", id {}", printable(difference.id, 256));
  return out + "\n";
}

Json to_value(const CheckReport& report) {
  Json differences = Json::array();
  for (const Difference& difference : report.differences) {
    Json& one = differences.emplace_back(Json{{"kind", to_string(difference.kind)}});
    if (!difference.id.empty()) one["id"] = difference.id;
    if (difference.record != 0) {
      one["shard"] = difference.shard;
      one["record"] = difference.record;
    }
    if (difference.sealed_record != 0) {
      one["sealed_shard"] = difference.sealed_shard;
      one["sealed_record"] = difference.sealed_record;
    }
  }
  Json renamed = Json::array();
  for (const auto& [then, now] : report.renamed) {
    renamed.push_back({{"sealed_as", then}, {"now", now}});
  }
  Json json = {{"schema", "colophon.dataset-report/1"},
               {"manifest", report.file},
               {"intact", report.intact()},
               {"signature", {{"state", word_of(report.signature)}}},
               {"manifest_intact", report.manifest_intact},
               {"hashes_intact", report.hashes_intact},
               {"records", {{"sealed", report.manifest.tally.all.records}, {"same", report.same}}},
               {"counts", report.counts},
               {"counts_are_at_least", report.more},
               {"differences", differences},
               {"changed_shards", report.changed_shards},
               {"missing_shards", report.missing},
               {"added_shards", report.added},
               {"renamed_shards", renamed},
               {"sealed", to_value(report.manifest.tally)},
               {"errors", to_value(report.troubles)}};
  if (!report.fingerprint.empty()) json["signature"]["fingerprint"] = report.fingerprint;
  if (!report.signer.empty()) json["signature"]["signer"] = report.signer;
  return json;
}

/// A key was named, and it is not that one which has signed.
bool lacks_signer(const CheckReport& report, const Options& options) {
  return !options.trust.empty() && report.signature != Integrity::Trusted;
}

std::string describe(const CheckReport& report, const Options& options, const Terminal& terminal) {
  std::string out = fmt::format("{}\n", terminal.paint(Colour::Bold, printable(report.file, 4096)));
  const auto line = [&](const std::string& text) { out += "  " + text + "\n"; };
  line(report.intact()
           ? terminal.paint(Colour::Green, terminal.say("every record is as it was sealed",
                                                        "所有记录与封存时一致"))
           : terminal.paint(Colour::Red, terminal.say("NOT as it was sealed", "与封存时不一致")));
  line(sentence_of(report.signature, terminal));
  if (lacks_signer(report, options)) {
    line(terminal.paint(Colour::Red, terminal.say("NOT signed with a key that --trust names",
                                                  "签名密钥不是 --trust 所指定的密钥")));
  }
  if (!report.signer.empty())
    line(terminal.say("key of ", "密钥属于 ") + printable(report.signer, 256));
  if (!report.manifest_intact) {
    line(terminal.say("the manifest contradicts itself: it was changed", "清单自相矛盾：已被修改"));
  }
  if (!report.hashes_intact) {
    line(
        terminal.say("the list of hashes is missing or was changed: records cannot be named surely",
                     "哈希列表缺失或被修改：无法可靠地指出记录"));
  }
  const auto shards = [&](const char* en, const char* zh, const std::vector<std::string>& names) {
    for (const std::string& name : names) line(terminal.say(en, zh) + printable(name, 4096));
  };
  shards("shard is missing: ", "缺少分片：", report.missing);
  shards("shard was not sealed: ", "未封存的分片：", report.added);
  shards("shard was changed: ", "分片被修改：", report.changed_shards);
  for (const auto& [then, now] : report.renamed) {
    line(fmt::format("{}{} -> {}", terminal.say("shard was renamed: ", "分片被改名："),
                     printable(then, 4096), printable(now, 4096)));
  }
  for (const Difference& difference : report.differences)
    out += "  " + describe(difference, terminal);
  for (const auto& [kind, count] : report.counts) {
    line(fmt::format("{} {}{}", kind, report.more ? ">= " : "", count));
  }
  return out + describe(report.manifest.tally, terminal);
}

}  // namespace

int run_dataset_seal(const Options& options, Terminal& terminal) {
  SealJob job;
  job.inputs = options.files;
  job.manifest = options.dataset.manifest;
  job.field = options.dataset.field;
  job.name = options.dataset.name;
  job.out_dir = options.out_dir;
  job.in_place = options.in_place;
  job.append = options.dataset.append;
  job.force = options.force;
  const auto statement = statement_of(options.dataset);
  if (!statement) return failed(terminal, statement.error());
  job.statement = *statement;
  if (const SigningKey wanted = signing_key(options); !wanted.empty()) {
    const auto key = with_passphrase(wanted, options, terminal);
    if (!key) return failed(terminal, key.error());
    auto signer = open_key(*key);
    if (!signer) return failed(terminal, signer.error());
    job.signer = *std::move(signer);
  }
  ByteProgress progress(options);
  job.progress = progress.callback();
  const auto report = seal_dataset(job, system_env());
  if (!report) return failed(terminal, report.error());
  if (options.json) {
    terminal.print(dump({{"schema", "colophon.dataset-report/1"},
                         {"manifest", report->file},
                         {"hashes", report->hashes_file},
                         {"written", report->written},
                         {"stated", report->stated},
                         {"signed", report->manifest.signature.has_value()},
                         {"sealed", to_value(report->manifest.tally)},
                         {"errors_count", report->troubles_count},
                         {"errors", to_value(report->troubles)}}));
  } else if (!options.quiet) {
    terminal.print(
        fmt::format("{}  {}\n{}", terminal.paint(Colour::Bold, printable(report->file, 4096)),
                    report->manifest.signature
                        ? terminal.say("signed", "已签名")
                        : terminal.say("not signed (--sign KEY)", "未签名（--sign KEY）"),
                    describe(report->manifest.tally, terminal)));
  }
  complain(report->troubles, report->troubles_count, terminal);
  return report->troubles_count > 0 ? 3 : 0;
}

int run_dataset_verify(const Options& options, Terminal& terminal) {
  CheckJob job;
  job.inputs = options.files;
  job.manifest = options.dataset.manifest;
  // The manifest itself may be named in place of what it speaks of.
  if (job.manifest.empty() && job.inputs.size() == 1 && job.inputs.front().ends_with(".json")) {
    job.manifest = job.inputs.front();
    job.inputs.clear();
  }
  std::vector<std::string> trusted = options.trust;
  if (is_folder(options.store)) trusted.push_back(options.store);
  const auto trust = load_trust(trusted, options.tsa_trust);
  if (!trust) return failed(terminal, trust.error());
  job.trust = std::make_shared<TrustStore>(*trust);
  ByteProgress progress(options);
  job.progress = progress.callback();
  const auto report = check_dataset(job, system_env());
  if (!report) return failed(terminal, report.error());
  if (options.json) {
    terminal.print(dump(to_value(*report)));
  } else if (!options.quiet) {
    terminal.print(describe(*report, options, terminal));
  }
  complain(report->troubles, report->troubles.size(), terminal);
  if (!report->troubles.empty()) return 3;
  const bool good = report->intact() && !lacks_signer(*report, options);
  return good || options.exit_zero ? 0 : 4;
}

int run_dataset_stats(const Options& options, Terminal& terminal) {
  ByteProgress progress(options);
  const auto report = count_dataset(options.files, options.dataset.field, progress.callback());
  if (!report) return failed(terminal, report.error());
  if (options.json) {
    Json shards = Json::array();
    for (const auto& [name, tally] : report->shards) {
      shards.push_back({{"shard", name}, {"counts", to_value(tally)}});
    }
    terminal.print(dump({{"schema", "colophon.dataset-report/1"},
                         {"counts", to_value(report->tally)},
                         {"shards", shards},
                         {"errors", to_value(report->troubles)}}));
  } else {
    terminal.print(describe(report->tally, terminal));
  }
  complain(report->troubles,
           std::max<std::uint64_t>(report->troubles.size(), report->tally.unreadable), terminal);
  return report->troubles.empty() ? 0 : 3;
}

}  // namespace colophon::cli
