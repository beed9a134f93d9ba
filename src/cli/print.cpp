// SPDX-License-Identifier: Apache-2.0
#include "cli/print.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/text.hpp"

namespace colophon::cli {
namespace {

constexpr std::size_t kPreview = 600;

Colour colour_of(const Verdict& verdict) {
  if (verdict.assurance == Assurance::Conflict || verdict.assurance == Assurance::Damaged) {
    return Colour::Red;
  }
  return verdict.origin >= Origin::Possible    ? Colour::Green
         : verdict.origin == Origin::Suspected ? Colour::Yellow
                                               : Colour::Grey;
}

std::string heading(const std::string& file, const Format* format, std::uint64_t bytes,
                    const Terminal& terminal) {
  const std::string kind =
      format != nullptr ? std::string(format->name) : terminal.say("unknown container", "未知格式");
  return fmt::format("{}  {}\n", terminal.paint(Colour::Bold, printable(file, 4096)),
                     terminal.paint(Colour::Grey, fmt::format("{}, {} B", kind, bytes)));
}

std::string finding_line(const Finding& finding, const Terminal& terminal) {
  const Colour colour = finding.severity == Severity::Error     ? Colour::Red
                        : finding.severity == Severity::Warning ? Colour::Yellow
                                                                : Colour::Grey;
  std::string more;
  if (finding.line > 0) more += fmt::format(" ({} {})", terminal.say("line", "行"), finding.line);
  if (finding.count > 1) more += fmt::format(" (x {})", finding.count);
  return fmt::format("      {} {}{}\n", terminal.paint(colour, finding.rule),
                     printable(terminal.say(finding.message), kPreview), more);
}

void add_field(std::string& out, const char* name, const std::string& value) {
  if (!value.empty()) out += fmt::format("      {}: {}\n", name, printable(value));
}

std::string label_lines(const Label& label, const Options& options) {
  std::string out;
  add_field(out, "producer", label.producer);
  add_field(out, "produce_id", label.produce_id);
  add_field(out, "propagator", label.propagator);
  add_field(out, "propagate_id", label.propagate_id);
  add_field(out, "reserved1", label.reserved1);
  add_field(out, "reserved2", label.reserved2);
  add_field(out, "system", label.system);
  add_field(out, "system_version", label.system_version);
  if (options.show_prompts) add_field(out, "prompt", label.prompt);
  return out;
}

std::string evidence_lines(const Evidence& evidence, const Terminal& terminal,
                           const Options& options) {
  std::string out = fmt::format(
      "    {} {}  {}  {}\n", to_string(evidence.layer),
      terminal.paint(Colour::Blue, to_string(evidence.standard)),
      evidence.says ? to_string(evidence.says->origin) : std::string_view("-"),
      terminal.paint(Colour::Grey, fmt::format("{} @{}+{}, {}", printable(evidence.carrier),
                                               evidence.where.offset, evidence.where.size,
                                               to_string(evidence.integrity))));
  if (evidence.count > 1) {
    out += fmt::format(
        "      {}\n",
        fmt::format(fmt::runtime(terminal.say("the first of {} records that say this, in line {}",
                                              "共 {} 条记录如此声明，首条在第 {} 行")),
                    evidence.count, evidence.line));
  }
  if (evidence.says) out += label_lines(*evidence.says, options);
  if (evidence.c2pa) {
    add_field(out, "state", evidence.c2pa->state);
    add_field(out, "claim_generator", evidence.c2pa->claim_generator);
    add_field(out, "signed_at", evidence.c2pa->signed_at);
    add_field(out, "digital_source_type",
              fmt::format("{}", fmt::join(evidence.c2pa->digital_source_types, ", ")));
  }
  for (const char* key : {"generator", "fork", "term", "stated_by", "signer", "store_bytes",
                          "varies", "remote", "named_in", "phrase", "signs"}) {
    for (const auto& [name, value] : evidence.details) {
      if (name == key) add_field(out, key, value);
    }
  }
  for (const char* key : {"key", "p"}) {  // a signature's key is told by its signer
    for (const auto& [name, value] : evidence.details) {
      if (name == key && evidence.layer == Layer::Watermark) add_field(out, key, value);
    }
  }
  if (options.show_prompts) add_field(out, "prompt", evidence.prompt);
  for (const Finding& finding : evidence.findings) out += finding_line(finding, terminal);
  return out;
}

std::string node_text(const c2pa::TreeNode& node, const Terminal& terminal) {
  const std::string value = node.value.empty() ? "" : "  " + printable(node.value);
  return terminal.paint(Colour::Blue, printable(node.name)) + value + "\n";
}

std::string branches(const c2pa::TreeNode& node, const std::string& indent,
                     const Terminal& terminal) {
  std::string out;
  for (std::size_t i = 0; i < node.children.size(); ++i) {
    const bool last = i + 1 == node.children.size();
    out += indent + (last ? "└─ " : "├─ ") + node_text(node.children[i], terminal);
    out += branches(node.children[i], indent + (last ? "   " : "│  "), terminal);
  }
  return out;
}

/// A file of records has as many carriers as records.
std::string shortened(const Written& written) {
  constexpr std::size_t kShown = 4;
  const std::span<const std::string> all(written.carriers);
  if (all.size() <= kShown) return fmt::format("{}", fmt::join(all, ", "));
  return fmt::format("{}, ... ({})", fmt::join(all.first(kShown), ", "), written.carriers_count);
}

/// The bytes of the character `text` begins with, if a terminal would obey it or let it reorder the
/// line: C0, C1 (U+009B begins a sequence as ESC does), embeddings, overrides and isolates.
std::size_t terminal_command(std::string_view text) noexcept {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  if (byte(0) < 0x20 || byte(0) == 0x7F) return 1;
  if (byte(0) == 0xC2 && byte(1) < 0xA0) return 2;
  const bool embeds = byte(1) == 0x80 && byte(2) >= 0xA8 && byte(2) <= 0xAE;
  const bool isolates = byte(1) == 0x81 && byte(2) >= 0xA6 && byte(2) <= 0xA9;
  return byte(0) == 0xE2 && (embeds || isolates) ? 3 : 0;
}

}  // namespace

std::string printable(std::string_view text, std::size_t max_size) {
  std::string out;
  const std::string valid = to_valid_utf8(text);
  for (std::size_t at = 0; at < valid.size();) {
    const std::size_t command = terminal_command(std::string_view(valid).substr(at));
    const char c = valid[at];
    out += command == 0 ? c : c == '\n' || c == '\t' ? ' ' : '?';
    at += std::max<std::size_t>(command, 1);
  }
  if (out.size() <= max_size) return out;
  std::size_t cut = max_size;
  while (cut > 0 && (static_cast<unsigned char>(out[cut]) & 0xC0U) == 0x80U) --cut;
  return out.substr(0, cut) + "…";
}

std::string describe(const Report& report, const Terminal& terminal, const Options& options) {
  std::string out = heading(report.file, report.format, report.bytes, terminal);
  const Verdict& verdict = report.verdict;
  out += fmt::format(
      "  {}  {}\n",
      terminal.paint(colour_of(verdict), fmt::format("{} · {}", to_string(verdict.origin),
                                                     to_string(verdict.assurance))),
      terminal.say(verdict.sentence));
  for (const auto& [where, words] : verdict.notice) {
    out += fmt::format("  {} {}: {}\n", terminal.say("notice", "提示"), where, words);
  }
  for (const Evidence& evidence : report.evidence) {
    out += evidence_lines(evidence, terminal, options);
  }
  for (const Finding& finding : report.findings) out += finding_line(finding, terminal);
  if (verdict.origin == Origin::None && !report.checked.empty()) {
    out += fmt::format("  {}: {}\n", terminal.say("looked for", "已检查"),
                       fmt::join(report.checked, ", "));
  }
  return out;
}

namespace {

/// The files that were written, or would be: the output, or a sidecar in its stead or beside it.
std::string written_to(const Report& report) {
  const Written& written = *report.written;
  if (written.sidecar_file.empty()) return written.output;
  std::vector<std::string> names = {written.sidecar_file};
  if (written.output != report.file) names.insert(names.begin(), written.output);
  if (!written.store_file.empty()) names.push_back(written.store_file);
  return fmt::format("{}", fmt::join(names, ", "));
}

std::string unchanged_line(const Report& report, const Terminal& terminal) {
  const Written& written = *report.written;
  const bool copied = !written.output.empty() && written.output != report.file;
  std::string out = fmt::format(
      "{}: {}\n", printable(report.file, 4096),
      terminal.say("already says exactly this; nothing changed", "已有相同标识，未作更改"));
  if (copied) {
    out.pop_back();
    out += fmt::format("{}{}\n", terminal.say("; copied to ", "；已复制到 "),
                       printable(written.output, 4096));
  }
  return out;
}

}  // namespace

/// What the manifest takes of it.
std::string signed_part(const Written& written, const Terminal& terminal) {
  if (written.manifest_bytes == 0) return {};
  return fmt::format("{} {} B", terminal.say(", C2PA manifest:", "，C2PA 清单："),
                     written.manifest_bytes);
}

/// Where the labels came from, and by which numbers.
std::string provenance_line(const Report& report, const Terminal& terminal) {
  if (!report.provenance) return {};
  const Provenance& provenance = *report.provenance;
  std::string measured;
  for (const Measured& each : provenance.measured) {
    measured += fmt::format("; {} {:.2f} ({} {:.2f})", each.name, each.value,
                            terminal.say("limit", "限值"), each.limit);
  }
  return fmt::format("      {} {}: {}{}; {}\n", terminal.say("carried from", "标识来自"),
                     printable(provenance.from, 4096),
                     fmt::format("{}", fmt::join(provenance.carried, ", ")), measured,
                     fmt::format("{}", fmt::join(provenance.actions, ", ")));
}

std::string describe_written(const Report& report, const Terminal& terminal) {
  const Written& written = *report.written;
  std::string more = mark_lines(written, terminal) + provenance_line(report, terminal);
  for (const Finding& finding : report.findings) more += finding_line(finding, terminal);
  if (written.mode == "unchanged") return unchanged_line(report, terminal) + more;
  const bool planned = written.mode == "planned";
  const std::string& mode = planned ? written.would : written.mode;
  const std::string target = written_to(report);
  return fmt::format(
             "{}{}{}: {} ({}{}), {} {} B{}{}\n", printable(report.file, 4096),
             target.empty() ? "" : " -> ", printable(target, 8192),
             terminal.paint(Colour::Green, planned ? terminal.say("would be labelled", "将写入标识")
                                                   : terminal.say("labelled", "已写入标识")),
             mode.empty() ? "" : mode + "; ", shortened(written),
             terminal.say("new bytes:", "新增字节："), written.bytes_put,
             signed_part(written, terminal),
             planned ? terminal.say("; nothing was written", "；未写入任何内容") : "") +
         more;
}

std::string describe(const Inspection& inspection, const Terminal& terminal) {
  std::string out = heading(inspection.file, inspection.format, inspection.bytes, terminal);
  for (const CarrierView& view : inspection.carriers) {
    out += fmt::format("  {} {}  @{}+{}, {} B\n",
                       terminal.paint(Colour::Blue, printable(view.carrier.path)),
                       to_string(view.carrier.kind), view.carrier.whole.offset,
                       view.carrier.whole.size, view.payload.size());
    const std::string_view text = as_text(view.payload);
    if (view.error) {
      out += fmt::format("    {}\n", terminal.paint(Colour::Red, terminal.say(*view.error)));
    } else if (is_utf8(text)) {
      out += fmt::format("    {}\n", printable(text, kPreview));
    } else {
      out += fmt::format("    {}\n", hex_encode(slice(view.payload, 0, 32)));
    }
  }
  for (const c2pa::TreeNode& tree : inspection.trees) {
    out += "  " + node_text(tree, terminal) + branches(tree, "  ", terminal);
  }
  if (inspection.carriers.empty()) {
    out += fmt::format("  {}\n", terminal.say("no carrier found", "未发现任何载体"));
  }
  for (const Finding& finding : inspection.oddities) out += finding_line(finding, terminal);
  return out;
}

std::string describe(const CodeReport& code, const Terminal& terminal) {
  std::string out = fmt::format(
      "{}  {}\n", terminal.paint(Colour::Bold, printable(code.code)),
      code.ok() ? terminal.paint(Colour::Green, terminal.say("well formed", "格式正确"))
                : terminal.paint(Colour::Red, terminal.say("not well formed", "格式不正确")));
  for (const CodeField& field : code.fields) {
    out += fmt::format(
        "  {:>2}  {:<19} {:<10} {}\n", field.position, printable(field.value), field.name,
        terminal.paint(field.ok ? Colour::Grey : Colour::Red, terminal.say(field.meaning)));
  }
  if (!code.seen_with.empty()) {
    out += fmt::format("  {}: {}\n",
                       terminal.say("seen in public files of (likely, not a register)",
                                    "公开文件中见于（可能，非登记信息）"),
                       code.seen_with);
  }
  for (const Finding& finding : code.findings) out += finding_line(finding, terminal);
  return out;
}

std::string describe(const Profile& profile, const Terminal& terminal) {
  std::string out = fmt::format("{}  {}\n  {} {}\n", terminal.paint(Colour::Bold, profile.name),
                                terminal.say(profile.title),
                                terminal.say("in force since", "施行日期"), profile.in_force);
  for (const std::string& authority : profile.authority) {
    out += fmt::format("  {}\n", authority);
  }
  for (const ProfileValue& value : profile.values) {
    const bool law = value.basis == "law";
    out += fmt::format("  {} = {}  {}\n      {}\n", terminal.paint(Colour::Blue, value.key),
                       value.value,
                       terminal.paint(law ? Colour::Green : Colour::Yellow,
                                      law ? terminal.say("law", "法规")
                                          : terminal.say("house default", "自定默认")),
                       terminal.paint(Colour::Grey, value.source));
  }
  return out;
}

}  // namespace colophon::cli
