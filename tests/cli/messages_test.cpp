// SPDX-License-Identifier: Apache-2.0
// The Chinese catalogue: every entry is a message that the sources can say, with as many holes.
#include "cli/messages.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <set>

#include "support/support.hpp"

using namespace colophon;
using namespace colophon::cli;
using colophon::testing::TemporaryFolder;

namespace {

namespace fs = std::filesystem;

/// The sources with adjacent string literals joined and quotes as they are printed.
std::string all_sources() {
  std::string out;
  const std::string root = std::string(std::getenv("COLOPHON_SOURCE_DIR")) + "/src";
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    const std::string path = entry.path().string();
    if (!path.ends_with(".cpp") && !path.ends_with(".hpp")) continue;
    if (entry.path().filename().string().starts_with("messages")) continue;
    const std::string text = to_string(testing::read_file(path));
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '\\' && i + 1 < text.size() && text[i + 1] == '"') continue;
      const bool escaped = i > 0 && text[i - 1] == '\\';
      const std::size_t next = text.find_first_not_of(" \n", i + 1);
      if (text[i] == '"' && !escaped && next != std::string::npos && text[next] == '"') {
        i = next;
        continue;
      }
      out += text[i];
    }
  }
  return out;
}

std::size_t count(std::string_view text, std::string_view what) {
  std::size_t found = 0;
  for (auto at = text.find(what); at != std::string_view::npos; at = text.find(what, at + 1)) {
    ++found;
  }
  return found;
}

/// Format specifications ("{:#04x}") are holes too; a message may also be joined with "+".
bool is_said(const std::string& sources, std::string_view pattern) {
  for (auto at = pattern.find("{}");; at = pattern.find("{}")) {
    std::string_view piece = pattern.substr(0, at);
    if (piece.ends_with(": ")) piece.remove_suffix(2);  // "what path: reason" is joined elsewhere
    if (piece.ends_with(' ')) piece.remove_suffix(1);
    if (piece.starts_with(' ')) piece.remove_prefix(1);
    if (sources.find(piece) == std::string::npos) return false;
    if (at == std::string_view::npos) return true;
    pattern.remove_prefix(at + 2);
  }
}

std::string said(const std::string& arguments, const std::string& folder) {
  return testing::run("cd " + folder + " && env -u LANG LC_ALL=C XDG_CONFIG_HOME=" + folder + " " +
                      std::getenv("COLOPHON_COMMAND") + " --lang zh " + arguments + " 2>&1")
      .output;
}

}  // namespace

TEST_CASE("every message of the catalogue stands in the sources") {
  const std::string sources = all_sources();
  REQUIRE(sources.size() > 1'000'000);
  // The parser is not ours, and what it says stands in no source here.
  for (const auto& rows : catalogue().first(catalogue().size() - 1)) {
    for (const Translation& row : rows) {
      CHECK_MESSAGE(is_said(sources, row.en), row.en);
    }
  }
}

TEST_CASE("the catalogue's entries have the same holes in both languages, and differ") {
  std::set<std::string_view> seen;
  for (const auto& rows : catalogue()) {
    for (const Translation& row : rows) {
      CAPTURE(row.en);
      CHECK(count(row.en, "{}") == count(row.zh, "{}") + count(row.zh, "{!}"));
      CHECK(count(row.zh, "{") == count(row.en, "{}"));
      CHECK(seen.insert(row.en).second);
    }
  }
}

TEST_CASE("messages are filled as they were, and unknown ones stay English") {
  CHECK(in_chinese("cannot open a: b.png: No such file or directory") ==
        "无法打开 a: b.png：没有这个文件或目录");
  CHECK(in_chinese("cannot open {!}{}: a new reason") == "无法打开 {!}{}：a new reason");
  CHECK(in_chinese("the file is damaged, so nothing is written into it: too many chunks") ==
        "文件已损坏，因此不写入：数据块过多");
  CHECK(in_chinese("the box 'moov' announces 9 bytes, but the file ends after 8; get the whole "
                   "file") == "box“moov”声明有 9 字节，但文件在 8 字节后结束；请取得完整文件");
  CHECK(in_chinese("the member \"a.xml\" is encrypted; remove the password first") ==
        "成员“a.xml”已加密；请先去除密码");
  CHECK(in_chinese("no time-stamp: http://h/ took longer than 30 seconds") ==
        "未得到时间戳：http://h/ 超过 30 秒未完成");
  CHECK(in_chinese("no validator would accept a C2PA signature with this certificate: the signing "
                   "certificate lacks the extended key usage") ==
        "没有验证程序会接受用此证书做的 C2PA 签名：签名证书缺少扩展密钥用途");
  CHECK(in_chinese("the signing certificate is not in force now") == "签名证书目前不在有效期内");
  CHECK(in_chinese("nobody has written this sentence") == "nobody has written this sentence");
  CHECK(in_chinese("") == "");
}

TEST_CASE("three commands that fail, in Chinese") {
  const TemporaryFolder folder;
  for (const auto& specimen : testing::specimens()) {
    if (specimen.format == "png" && specimen.what == "plain") {
      testing::write_file(folder.file("a.png"), specimen.bytes);
    }
  }
  const std::string producer = " --producer 001191110102MAD55U9H0F10002 --produce-id id-1";
  said("label a.png -o b.png" + producer, folder.path());
  const std::string text = said("label a.png" + producer, folder.path()) +
                           said("label b.png --in-place --producer Other", folder.path()) +
                           said("verify missing.png", folder.path());
  const std::string path =
      std::string(std::getenv("COLOPHON_SOURCE_DIR")) + "/tests/cli/golden/errors_zh.txt";
  if (std::getenv("COLOPHON_UPDATE_GOLDEN") != nullptr) testing::write_file(path, as_bytes(text));
  CHECK(text == to_string(testing::read_file(path)));
  // Programs read one language.
  const std::string json = said("verify missing.png --json 2>/dev/null", folder.path());
  CHECK(json.find("cannot open missing.png") != std::string::npos);
}

TEST_CASE("what the parser says, in Chinese") {
  const TemporaryFolder folder;
  const std::pair<const char*, const char*> cases[] = {
      {"", "需要给出子命令"},
      {"verify", "需要给出 FILE"},
      {"verify a --nonsense", "无法理解此参数：--nonsense"},
      {"verify a --nonsense --more", "无法理解这些参数：--more --nonsense"},
      {"label a --origin x", "--origin：x 不在 {generated,edited,possible,suspected} 之中"},
      {"label a -o", "--output：缺少 1 个值"},
      {"verify a --jobs 5000", "--jobs：值 5000 不在 0 至 1024 的范围内"},
      {"verify a --format b --format c", "--format：最多 1 个，却给出了 2 个"},
      {"label a --dry-run=x", "无法理解 --dry-run 的值：x"},
  };
  for (const auto& [arguments, expected] : cases) {
    const std::string text = said(arguments, folder.path());
    CHECK_MESSAGE(text == std::string(expected) + "\n用 --help 查看用法。\n", arguments, ": ",
                  text);
  }
}
