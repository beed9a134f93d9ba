// SPDX-License-Identifier: Apache-2.0
// `watermark text keys` and `watermark text embed`.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/commands.hpp"
#include "cli/print.hpp"
#include "cli/watermark.hpp"
#include "io/io.hpp"
#include "io/line_reader.hpp"
#include "ops/ops.hpp"
#include "watermark/embed.hpp"

namespace colophon::cli {
namespace {

using Json = nlohmann::ordered_json;
using watermark::NamedKey;

constexpr std::size_t kLongestStep = 64 << 20;

int failed(Terminal& terminal, const Error& error) {
  terminal.complain("", error);
  return error.code == ErrorCode::Usage ? 2 : 3;
}

void print_keys(const std::vector<NamedKey>& keys, textmark::Scheme scheme, bool judged,
                const Options& options, Terminal& terminal) {
  Json json = Json::array();
  for (const NamedKey& key : keys) {
    const auto weak = judged ? watermark::weaknesses(scheme, key) : std::vector<Text>();
    if (options.json) {
      Json& one =
          json.emplace_back(Json{{"name", key.name.empty() ? Json() : Json(key.name)},
                                 {"scheme", textmark::name_of(scheme)},
                                 {"words", key.words.size()},
                                 {"fingerprint", watermark::fingerprint(scheme, key.words)}});
      if (!judged) continue;
      one["warnings"] = Json::array();
      for (const Text& text : weak) one["warnings"].push_back(text.en);
      continue;
    }
    terminal.print(fmt::format("{}  {}  {} {}\n", watermark::fingerprint(scheme, key.words),
                               key.name.empty() ? "-" : printable(key.name), key.words.size(),
                               terminal.say("words", "个字")));
    for (const Text& text : weak) {
      terminal.print(fmt::format("  {}: {}\n",
                                 terminal.paint(Colour::Yellow, terminal.say("warning", "警告")),
                                 terminal.say(text)));
    }
  }
  if (options.json) terminal.print(json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

Result<watermark::Embedder> prepare(const Options& options) {
  watermark::EmbedJob job;
  job.settings = TRY(text_settings(options));
  const auto keys = TRY(text_keys(options));
  if (keys.size() != 1) {
    return fail(ErrorCode::Usage,
                fmt::format("a text is marked with one key; {} were given", keys.size()));
  }
  job.key = keys.front();
  job.temperature = options.watermark.temperature;
  if (options.watermark.seed >= 0) {
    job.seed = static_cast<std::uint64_t>(options.watermark.seed);
  } else {
    std::uint8_t bytes[8] = {};
    system_env().random(bytes);
    job.seed = load_le(bytes, 0, 8).value_or(0);
  }
  job.settings.seed = job.seed;
  return watermark::Embedder::make(job);
}

}  // namespace

int run_text_keys_new(const Options& options, Terminal& terminal) {
  const auto settings = text_settings(options);
  if (!settings) return failed(terminal, settings.error());
  const Env env = system_env();
  std::vector<std::string> names = options.watermark.names;
  if (names.empty()) names.emplace_back();
  std::vector<NamedKey> keys;
  for (const std::string& name : names) {
    keys.push_back({name, watermark::make_key(settings->scheme, env.random)});
  }
  const std::string text = watermark::keys_text(settings->scheme, keys);
  // What is written must read back as it was meant: names with "=", "#" or line feeds do not.
  const auto back = watermark::parse_keys(text);
  const auto same = [](const NamedKey& a, const NamedKey& b) {
    return a.name == b.name && a.words == b.words;
  };
  if (!back || !std::equal(keys.begin(), keys.end(), back->begin(), back->end(), same)) {
    return failed(
        terminal,
        Error{ErrorCode::Usage, "a name is one line without = and #, at most 128 bytes", {}, {}});
  }
  std::vector<std::string> sorted = names;
  std::sort(sorted.begin(), sorted.end());
  if (const auto twice = std::adjacent_find(sorted.begin(), sorted.end()); twice != sorted.end()) {
    return failed(
        terminal,
        Error{ErrorCode::Usage, fmt::format("two keys are called \"{}\"", *twice), {}, {}});
  }
  if (const auto written = write_new_file(options.out, as_bytes(text), 0600); !written) {
    return failed(terminal, written.error());
  }
  print_keys(keys, settings->scheme, false, options, terminal);
  return 0;
}

int run_text_keys_list(const Options& options, Terminal& terminal) {
  const auto settings = text_settings(options);
  if (!settings) return failed(terminal, settings.error());
  const auto keys = text_keys(options);
  if (!keys) return failed(terminal, keys.error());
  print_keys(*keys, settings->scheme, false, options, terminal);
  return 0;
}

int run_text_keys_check(const Options& options, Terminal& terminal) {
  auto settings = text_settings(options);
  if (!settings) return failed(terminal, settings.error());
  // Keys of green lists are good or bad whatever the vocabulary.
  if (settings->vocabulary == 0) settings->vocabulary = 1 << 16;
  const auto keys = text_keys(options);
  if (!keys) return failed(terminal, keys.error());
  if (const auto good = watermark::check_keys(*settings, *keys); !good) {
    terminal.complain("", good.error());
    return 3;
  }
  print_keys(*keys, settings->scheme, true, options, terminal);
  return 0;
}

int run_text_embed(const Options& options, Terminal& terminal) {
  auto embedder = prepare(options);
  if (!embedder) return failed(terminal, embedder.error());
  const std::string file = options.files.empty() ? "-" : options.files.front();
  // Nothing is read ahead: whoever writes steps may wait for each answer.
  auto stream = open_stream(file, {.unpack = false, .ahead = false});
  if (!stream) return failed(terminal, stream.error());
  LineReader lines(**stream, kLongestStep);
  std::uint64_t bad = 0;
  while (true) {
    const auto line = lines.next();
    if (!line) return failed(terminal, line.error());
    if (!*line) break;
    const std::string_view text = as_text((*line)->bytes);
    if (text.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    const auto chosen = (*line)->whole
                            ? embedder->step(text, (*line)->offset)
                            : Result<std::optional<std::uint32_t>>(
                                  fail(ErrorCode::LimitExceeded,
                                       fmt::format("the line has {} bytes; at most {} are read",
                                                   (*line)->size, kLongestStep),
                                       {}, (*line)->offset));
    if (!chosen) {
      ++bad;
      terminal.complain(fmt::format("{}:{}", file, (*line)->number), chosen.error());
      terminal.print("null\n");  // a line for a step, so that both sides stay together
    } else if (*chosen) {
      terminal.print(fmt::format("{}\n", **chosen));
    }
    if (std::fflush(stdout) != 0 || terminal.output_failed()) return 3;
  }
  return bad > 0 ? 3 : 0;
}

}  // namespace colophon::cli
