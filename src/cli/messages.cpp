// SPDX-License-Identifier: Apache-2.0
#include "cli/messages.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <vector>

namespace colophon::cli {
namespace {

using Pieces = std::vector<std::string_view>;
constexpr std::string_view kHole = "{}";
constexpr int kMostNested = 4;

struct SystemMessage {
  int code;
  const char* zh;
};
constexpr SystemMessage kSystem[] = {
    {ENOENT, "没有这个文件或目录"}, {EACCES, "权限不够"},
    {EPERM, "操作不被允许"},        {EEXIST, "文件已存在"},
    {ENOTDIR, "不是目录"},          {EISDIR, "是目录"},
    {ENOSPC, "磁盘空间不足"},       {EROFS, "文件系统只读"},
    {EIO, "设备读写错误"},          {EFBIG, "文件过大"},
    {EDQUOT, "超出磁盘配额"},       {EPIPE, "管道已断开"},
    {EMFILE, "打开的文件过多"},     {ENAMETOOLONG, "文件名过长"},
    {ELOOP, "符号链接层数过多"},
};

Pieces pieces_of(std::string_view pattern) {
  Pieces pieces;
  for (auto at = pattern.find(kHole); at != std::string_view::npos; at = pattern.find(kHole)) {
    pieces.push_back(pattern.substr(0, at));
    pattern.remove_prefix(at + kHole.size());
  }
  pieces.push_back(pattern);
  return pieces;
}

/// What fills the holes, in order. Looked for from the end: what is in front is often a path, which
/// may hold anything.
std::optional<Pieces> holes_of(std::string_view message, const Pieces& pieces) {
  if (pieces.size() == 1) {
    return message == pieces.front() ? std::optional(Pieces()) : std::nullopt;
  }
  if (!message.starts_with(pieces.front())) return std::nullopt;
  message.remove_prefix(pieces.front().size());
  Pieces holes(pieces.size() - 1);
  for (std::size_t i = holes.size(); i > 0; --i) {
    const std::string_view piece = pieces[i];
    const bool last = i == holes.size();
    if (last && !message.ends_with(piece)) return std::nullopt;
    const auto at = last ? message.size() - piece.size() : message.rfind(piece);
    if (at == std::string_view::npos) return std::nullopt;
    if (i < holes.size()) holes[i] = message.substr(at + piece.size());
    message = message.substr(0, at);
  }
  holes.front() = message;
  return holes;
}

std::size_t weight(const Pieces& pieces) {
  std::size_t sum = 0;
  for (const std::string_view piece : pieces) sum += piece.size();
  return sum;
}

std::string translated(std::string_view message, int depth);

std::string filled(std::string_view zh, const Pieces& holes, int depth) {
  std::string out;
  for (const std::string_view hole : holes) {
    const auto at = zh.find('{');
    const bool nested = zh.substr(at).starts_with("{!}");
    out += zh.substr(0, at);
    out += nested ? translated(hole, depth + 1) : std::string(hole);
    zh.remove_prefix(at + (nested ? 3 : 2));
  }
  return out += zh;
}

/// The entry that says most of the message with its own words counts. Before it come the one that
/// says all of it, and those that hand the rest to another entry: one that begins with a hole would
/// swallow their beginning.
std::size_t rank(const Pieces& pieces, std::string_view zh) {
  constexpr std::size_t kMoreThanAny = 10'000;
  if (pieces.size() == 1) return weight(pieces) + 2 * kMoreThanAny;
  const bool hands_on = zh.find("{!}") != std::string_view::npos && !pieces.front().empty();
  return weight(pieces) + (hands_on ? kMoreThanAny : 0);
}

std::string translated(std::string_view message, int depth) {
  for (const SystemMessage& system : kSystem) {
    if (message == std::strerror(system.code)) return system.zh;
  }
  std::string_view zh;
  Pieces holes;
  std::size_t best = 0;
  for (const auto& rows : catalogue()) {
    for (const Translation& row : rows) {
      const Pieces pieces = pieces_of(row.en);
      const std::size_t rank_here = rank(pieces, row.zh);
      if (rank_here <= best) continue;
      if (auto found = holes_of(message, pieces)) {
        best = rank_here;
        zh = row.zh;
        holes = std::move(*found);
      }
    }
  }
  if (best == 0 || depth > kMostNested) return std::string(message);
  return filled(zh, holes, depth);
}

}  // namespace

std::span<const std::span<const Translation>> catalogue() {
  static const std::array kAll = {
      command_messages(), container_messages(), text_messages(), mark_messages(), sound_messages(),
      picture_messages(), film_messages(),      key_messages(),  scan_messages(), parser_messages(),
  };
  return kAll;
}

std::string in_chinese(std::string_view message) {
  return translated(message, 0);
}

}  // namespace colophon::cli
