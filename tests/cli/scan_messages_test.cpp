// SPDX-License-Identifier: Apache-2.0
// Whatever a scan or a data set complains of, it says in Chinese, too: every message literal of
// these sources is looked up.
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <regex>

#include "cli/messages.hpp"
#include "support/support.hpp"

using namespace colophon;

namespace {

/// Adjacent literals joined, from the opening quote at `at` on; empty when what follows is code.
std::string literal_at(const std::string& source, std::size_t at) {
  std::string out;
  while (at < source.size() && source[at] == '"') {
    for (++at; at < source.size() && source[at] != '"'; ++at) {
      if (source[at] == '\\') ++at;
      out += source[at];
    }
    at = source.find_first_not_of(" \n", at + 1);
  }
  return out;
}

std::vector<std::string> messages_in(const std::string& source) {
  // fail(ErrorCode::X, "...", Error{ErrorCode::X, "...", and either with fmt::format around it.
  static const std::regex kStart(R"(ErrorCode::\w+,\s*(fmt::format\(\s*)?")");
  std::vector<std::string> all;
  for (std::sregex_iterator match(source.begin(), source.end(), kStart), end; match != end;
       ++match) {
    const auto quote = static_cast<std::size_t>(match->position() + match->length() - 1);
    std::string message = literal_at(source, quote);
    for (auto hole = message.find("{}"); hole != std::string::npos; hole = message.find("{}")) {
      message.replace(hole, 2, "7");
    }
    const bool joined = message.ends_with(' ');  // with what follows: see below
    if (!joined && message.find(' ') != std::string::npos) all.push_back(std::move(message));
  }
  return all;
}

}  // namespace

TEST_CASE("all that scans and data sets complain of has its Chinese sentence") {
  namespace fs = std::filesystem;
  const std::string root = std::string(std::getenv("COLOPHON_SOURCE_DIR")) + "/src/";
  std::vector<std::string> files = {root + "io/packing.cpp", root + "io/byte_stream.cpp",
                                    root + "cli/run_scan.cpp", root + "cli/run_dataset.cpp",
                                    root + "wire/json_scan.cpp"};
  for (const char* const folder : {"scan", "dataset"}) {
    for (const auto& entry : fs::directory_iterator(root + folder)) {
      files.push_back(entry.path().string());
    }
  }
  std::size_t count = 0;
  for (const std::string& file : files) {
    for (const std::string& message : messages_in(to_string(testing::read_file(file)))) {
      CAPTURE(file);
      CHECK_MESSAGE(cli::in_chinese(message) != message, message);
      ++count;
    }
  }
  CHECK(count > 40);
  for (const char* const joined :
       {"the gzip data ends early; get the file again",
        "the zstd data is damaged (Data corruption detected)",
        "SLURM_ARRAY_TASK_ID is set, but not SLURM_ARRAY_TASK_COUNT: set it, or say --shard "
        "NUMBER/COUNT",
        "PMI_RANK is not below PMI_SIZE: number the tasks from 0 without gaps",
        "cannot rename to x: Permission denied"}) {
    CHECK_MESSAGE(cli::in_chinese(joined) != joined, joined);
  }
}
