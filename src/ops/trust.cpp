// SPDX-License-Identifier: Apache-2.0
#include "ops/trust.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <filesystem>

#include "io/io.hpp"

namespace colophon {
namespace {

constexpr std::uint64_t kMaxList = 16ULL << 20;

bool is_certificate_file(const std::filesystem::path& path) {
  const std::string extension = path.extension().string();
  return extension == ".pem" || extension == ".crt" || extension == ".cer";
}

/// The files that a path means, in a fixed order.
std::vector<std::string> files_of(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::is_directory(path, error)) return {path};
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(path, error)) {
    if (is_certificate_file(entry.path())) files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

Result<std::vector<Certificate>> load_anchors(const std::vector<std::string>& paths) {
  std::vector<Certificate> all;
  for (const std::string& path : paths) {
    const std::vector<std::string> files = files_of(path);
    if (files.empty()) {
      return fail(ErrorCode::NotFound, path + ": no certificate (*.pem) in this folder");
    }
    for (const std::string& file : files) {
      const ByteBuffer text = TRY(read_small_file(file, kMaxList));
      auto certificates = read_certificates_pem(as_text(text));
      if (!certificates || certificates->empty()) {
        return fail(ErrorCode::Malformed, file + ": holds no certificate in PEM form");
      }
      for (Certificate& each : *certificates) all.push_back(std::move(each));
    }
  }
  return all;
}

/// A number of exactly `width` digits at the front, which it takes away.
std::optional<int> take_number(std::string_view& text, std::size_t width) {
  int value = 0;
  if (text.size() < width) return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + width, value);
  if (error != std::errc() || end != text.data() + width || text[0] == '-') return std::nullopt;
  text.remove_prefix(width);
  return value;
}

bool take(std::string_view& text, std::string_view chars) {
  if (text.empty() || chars.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<std::int64_t> take_date(std::string_view& text) {
  const auto year = take_number(text, 4);
  if (!year || !take(text, "-")) return std::nullopt;
  const auto month = take_number(text, 2);
  if (!month || !take(text, "-")) return std::nullopt;
  const auto day = take_number(text, 2);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  return std::int64_t{std::chrono::sys_days(date).time_since_epoch().count()} * 86400;
}

std::optional<std::int64_t> take_minutes(std::string_view& text) {
  const auto hours = take_number(text, 2);
  if (!hours || *hours > 23 || !take(text, ":")) return std::nullopt;
  const auto minutes = take_number(text, 2);
  if (!minutes || *minutes > 59) return std::nullopt;
  return *hours * 60 + *minutes;
}

std::optional<std::int64_t> take_offset(std::string_view& text) {
  if (take(text, "Zz")) return 0;
  const bool behind = text.starts_with('-');
  if (!take(text, "+-")) return std::nullopt;
  const auto minutes = take_minutes(text);
  if (!minutes) return std::nullopt;
  return (behind ? -1 : 1) * *minutes * 60;
}

}  // namespace

Result<TrustStore> load_trust(const std::vector<std::string>& signers,
                              const std::vector<std::string>& tsa) {
  TrustStore trust;
  trust.anchors = TRY(load_anchors(signers));
  trust.tsa_anchors = tsa.empty() ? trust.anchors : TRY(load_anchors(tsa));
  return trust;
}

std::optional<std::int64_t> parse_time(std::string_view text) {
  const auto date = take_date(text);
  if (!date || text.empty()) return date;
  if (!take(text, "Tt ")) return std::nullopt;
  const auto minutes = take_minutes(text);
  if (!minutes || !take(text, ":")) return std::nullopt;
  const auto seconds = take_number(text, 2);
  if (!seconds || *seconds > 60) return std::nullopt;
  if (take(text, ".")) {
    while (take(text, "0123456789")) continue;
  }
  const auto offset = take_offset(text);
  if (!offset || !text.empty()) return std::nullopt;
  return *date + *minutes * 60 + *seconds - *offset;
}

}  // namespace colophon
