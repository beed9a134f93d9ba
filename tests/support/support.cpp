// SPDX-License-Identifier: Apache-2.0
#include "support/support.hpp"

#include <doctest/doctest.h>
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "support/specimens.hpp"

namespace colophon::testing {

std::string samples_folder() {
  const char* set = std::getenv("COLOPHON_SAMPLES");
  const char* root = std::getenv("COLOPHON_SOURCE_DIR");
  const std::string folder =
      set != nullptr ? set : std::string(root != nullptr ? root : ".") + "/../shared/samples";
  return std::filesystem::is_directory(folder) ? folder : "";
}

ByteBuffer read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return ByteBuffer(std::istreambuf_iterator<char>(in), {});
}

void write_file(const std::string& path, Bytes bytes) {
  std::ofstream out(path, std::ios::binary);
  out << as_text(bytes);
}

Ran run(const std::string& command) {
  Ran ran;
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return ran;
  std::array<char, 4096> block{};
  for (std::size_t n = 0; (n = fread(block.data(), 1, block.size(), pipe)) > 0;) {
    ran.output.append(block.data(), n);
  }
  const int status = pclose(pipe);
  ran.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return ran;
}

bool have_tool(const std::string& tool) {
  return run("command -v " + tool + " >/dev/null 2>&1").code == 0;
}

TemporaryFolder::TemporaryFolder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "colophon-XXXXXX").string();
  path_ = mkdtemp(pattern.data()) != nullptr ? pattern : "";
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

std::vector<Specimen> specimens() {
  std::vector<Specimen> all;
  for (const auto& make : specimen_makers()) {
    for (Specimen& specimen : make()) all.push_back(std::move(specimen));
  }
  return all;
}

ByteBuffer apply(Bytes source, const Splice& splice) {
  MemorySource in(source);
  MemorySink out;
  const Status status = execute(in, splice, out);
  REQUIRE_MESSAGE(status, (status ? "" : status.error().message));
  return out.take();
}

ByteBuffer edited(const Format& format, Bytes source, const Edit& edit) {
  MemorySource in(source);
  const auto layout = format.inspect(in, Limits{});
  REQUIRE(layout);
  const auto splice = plan_edits(format, in, *layout, {&edit, 1}, Limits{});
  REQUIRE_MESSAGE(splice, (splice ? "" : splice.error().message));
  return apply(source, *splice);
}

std::string payload_of(const Format& format, Bytes source, CarrierKind kind, std::string_view key) {
  MemorySource in(source);
  const auto layout = format.inspect(in, Limits{});
  if (!layout) return {};
  for (const Carrier& carrier : layout->carriers) {
    if (carrier.kind != kind || (!key.empty() && carrier.key != key)) continue;
    const auto payload = format.extract(in, carrier, Limits{});
    return payload ? to_string(*payload) : std::string();
  }
  return {};
}

ByteBuffer mutate(Bytes source, Random& random) {
  ByteBuffer out = to_buffer(source);
  if (out.empty()) return out;
  const std::size_t at = random.below(out.size());
  constexpr std::array<std::uint64_t, 8> kInteresting = {
      0, 1, 0x7F, 0xFF, 0x7FFFFFFF, 0xFFFFFFFF, 0x7FFFFFFFFFFFFFFF, 0xFFFFFFFFFFFFFFFF};
  switch (random.below(6)) {
    case 0:
      out[at] ^= static_cast<std::uint8_t>(1U << random.below(8));
      break;
    case 1:
      out[at] = static_cast<std::uint8_t>(random.next());
      break;
    case 2: {
      const unsigned width = 1U << random.below(4);
      if (out.size() - at >= width) {
        store_be(out, at, kInteresting[random.below(kInteresting.size())], width);
      }
      break;
    }
    case 3:
      out.erase(out.begin() + static_cast<std::ptrdiff_t>(at),
                out.begin() +
                    static_cast<std::ptrdiff_t>(std::min(out.size(), at + 1 + random.below(16))));
      break;
    case 4: {
      const ByteBuffer piece = to_buffer(slice(out, at, 1 + random.below(32)));
      out.insert(out.begin() + static_cast<std::ptrdiff_t>(random.below(out.size() + 1)),
                 piece.begin(), piece.end());
      break;
    }
    default:
      out.resize(at);
      break;
  }
  return out;
}

}  // namespace colophon::testing
