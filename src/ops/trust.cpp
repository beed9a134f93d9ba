// SPDX-License-Identifier: Apache-2.0
#include "ops/trust.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <filesystem>

#include "io/io.hpp"
#include "ops/trust_folder.hpp"

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

/// Certificates are anchors, public keys are pins; time-stamps know only the former.
Status load_list(const std::string& path, std::vector<Certificate>& anchors,
                 std::vector<TrustStore::Pin>* pins) {
  const std::vector<std::string> files = files_of(path);
  if (files.empty()) {
    return fail(ErrorCode::NotFound, path + ": no certificate (*.pem) in this folder");
  }
  for (const std::string& file : files) {
    const ByteBuffer text = TRY(read_small_file(file, kMaxList));
    if (pins != nullptr && as_text(text).find("-----BEGIN PUBLIC KEY-----") != std::string::npos) {
      pins->push_back(TRY(read_pin(as_text(text))));
      continue;
    }
    auto certificates = read_certificates_pem(as_text(text));
    if (!certificates || certificates->empty()) {
      return fail(ErrorCode::Malformed, file + ": holds no certificate in PEM form");
    }
    for (Certificate& each : *certificates) anchors.push_back(std::move(each));
  }
  return {};
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
  for (const std::string& path : signers) {
    if (is_trust_folder(path)) {
      add(trust, TRY(load_trust_folder(path)));
    } else {
      TRY(load_list(path, trust.anchors, &trust.pins));
    }
  }
  if (tsa.empty() && trust.tsa_anchors.empty()) trust.tsa_anchors = trust.anchors;
  for (const std::string& path : tsa) TRY(load_list(path, trust.tsa_anchors, nullptr));
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
