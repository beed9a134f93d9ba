// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>

#include "io/io.hpp"
#include "ops/reading.hpp"
#include "ops/seen.hpp"
#include "ops/stores.hpp"
#include "ops/visible.hpp"
#include "ops/watermarks.hpp"
#include "standards/standards.hpp"

namespace colophon {
namespace {

double milliseconds_since(std::chrono::steady_clock::time_point start) {
  const auto took = std::chrono::steady_clock::now() - start;
  return std::chrono::duration<double, std::milli>(took).count();
}

/// What `verify` looked for, said to whoever finds nothing.
std::vector<std::string> looked_for() {
  std::vector<std::string> names;
  for (const Standard* standard : standards()) names.emplace_back(standard->name);
  names.emplace_back("c2pa");
  return names;
}

/// What lies beside a file and speaks of it.
struct Beside {
  std::optional<ByteBuffer> label;
  std::optional<StoreBeside> store;
};

/// Opens a path or standard input; for a path also reads what lies beside it.
Result<std::unique_ptr<FileSource>> open_input(const std::string& path, const Limits& limits,
                                               Beside& beside) {
  if (path == "-") return spool(0, "standard input");
  if (auto label = read_small_file(sidecar_name(path), limits.max_payload)) {
    beside.label = std::move(*label);
  }
  beside.store = find_store(path, limits);
  return FileSource::open(path);
}

}  // namespace

std::optional<StoreBeside> find_store(const std::string& path, const Limits& limits) {
  if (path.ends_with(".c2pa")) return std::nullopt;
  const std::size_t slash = path.rfind('/');
  const std::size_t dot = path.rfind('.');
  const bool extension =
      dot != std::string::npos && (slash == std::string::npos || dot > slash + 1) && dot > 0;
  for (const std::string& name :
       {path + ".c2pa", extension ? path.substr(0, dot) + ".c2pa" : std::string()}) {
    if (name.empty()) continue;
    if (auto bytes = read_small_file(name, limits.max_payload)) {
      return StoreBeside{name, std::move(*bytes)};
    }
  }
  return std::nullopt;
}

std::string store_name(const std::string& path) {
  return path + ".c2pa";
}

std::string sidecar_name(const std::string& path) {
  return path + ".aigc.json";
}

namespace {

const std::string& name_of(const std::string& path, const VerifyOptions& options) {
  return options.file_name.empty() ? path : options.file_name;
}

Report verify_named(Source& source, const std::string& path, const Env& env,
                    const VerifyOptions& options, const Beside& beside) {
  const std::string& name = name_of(path, options);
  const auto start = std::chrono::steady_clock::now();
  Reading reading = read_statements(source, options.format, name, beside.label, env.limits,
                                    options.trust.get(), Crowd::Grouped);
  validate_stores(source, reading, env, options, path, beside.store);
  const bool visible = read_visible(source, env.limits, reading);
  const bool watermarks = options.full && read_watermarks(source, env.limits, options, reading);
  std::vector<std::string> looked;
  if (options.full && reading.format != nullptr) {
    read_seen(look_for_marks(source, *reading.format, env), *reading.format, visible, reading,
              looked);
  }
  Report report;
  report.file = name;
  report.bytes = source.size();
  report.format = reading.format;
  report.evidence = reading.take_evidence();
  report.findings = std::move(reading.findings);
  report.error = std::move(reading.error);
  report.verdict = decide(report.evidence, options.profiles, report.findings);
  say_what_was_not_read(reading, report.verdict);
  report.tiers = {"carriers", "signatures"};
  report.checked = looked_for();
  if (visible) {
    for (auto* names : {&report.tiers, &report.checked}) {
      names->insert(names->end(), {"visible-label", "hidden-characters"});
    }
  }
  if (watermarks) {
    for (auto* names : {&report.tiers, &report.checked}) names->emplace_back("text-watermark");
  }
  if (!looked.empty() && !visible) report.tiers.emplace_back("visible-label");
  if (!visible) report.checked.insert(report.checked.end(), looked.begin(), looked.end());
  if (options.fetch_remote) report.tiers.emplace_back("remote");
  report.milliseconds = milliseconds_since(start);
  return report;
}

}  // namespace

Report verify(Source& source, const Env& env, const VerifyOptions& options,
              const std::optional<ByteBuffer>& sidecar) {
  return verify_named(source, {}, env, options, {sidecar, std::nullopt});
}

Report verify_file(const std::string& path, const Env& env, const VerifyOptions& options) {
  const std::string& name = name_of(path, options);
  Beside beside;
  const auto source = open_input(path, env.limits, beside);
  if (source) return verify_named(**source, path, env, options, beside);
  Report report;
  report.file = name;
  report.error = source.error();
  report.verdict = decide({}, options.profiles, report.findings);
  report.checked = looked_for();
  return report;
}

namespace {

Inspection inspect_named(Source& source, const std::string& name, const Env& env,
                         const VerifyOptions& options, const Beside& beside) {
  Inspection inspection;
  inspection.file = name;
  inspection.bytes = source.size();
  if (options.tree) inspection.trees = draw_stores(source, env, options, beside.store);
  inspection.format = options.format != nullptr ? options.format : detect(source, name);
  if (inspection.format == nullptr) {
    inspection.oddities.push_back(
        {"unknown-container",
         Severity::Info,
         {"this is none of the containers that are known here", "不是已知的文件格式"},
         std::nullopt});
    return inspection;
  }
  auto layout = inspection.format->inspect(source, env.limits);
  if (!layout) {
    inspection.error = layout.error();
    return inspection;
  }
  inspection.error = layout->damage;
  inspection.oddities = std::move(layout->oddities);
  for (Carrier& carrier : layout->carriers) {
    CarrierView view{std::move(carrier), {}, std::nullopt};
    auto payload = inspection.format->extract(source, view.carrier, env.limits);
    if (payload) {
      view.payload = std::move(*payload);
    } else {
      view.error = payload.error();
    }
    inspection.carriers.push_back(std::move(view));
  }
  return inspection;
}

}  // namespace

Inspection inspect(Source& source, const Env& env, const VerifyOptions& options) {
  return inspect_named(source, options.file_name, env, options, {});
}

Inspection inspect_file(const std::string& path, const Env& env, const VerifyOptions& options) {
  const std::string& name = name_of(path, options);
  Beside beside;
  const auto source = open_input(path, env.limits, beside);
  if (source) return inspect_named(**source, name, env, options, beside);
  Inspection inspection;
  inspection.file = name;
  inspection.error = source.error();
  return inspection;
}

}  // namespace colophon
