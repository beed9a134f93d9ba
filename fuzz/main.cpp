// SPDX-License-Identifier: Apache-2.0
// libFuzzer's entry. One program holds all targets, because linking it once is what takes long; the
// name it is started under (fuzz_NAME) picks the target. `--link-targets` makes those names beside
// the program, `--write-seeds FOLDER` writes the target's seeds.
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "targets.hpp"

using namespace colophon;

namespace {

std::function<void(Bytes)> chosen;

void link_targets(const std::filesystem::path& program) {
  for (const fuzz::Target& target : fuzz::targets()) {
    const auto link = program.parent_path() / ("fuzz_" + target.name);
    std::filesystem::remove(link);
    std::filesystem::create_symlink(program.filename(), link);
  }
}

void write_seeds(const fuzz::Target& target, const std::string& folder) {
  int number = 0;
  for (const ByteBuffer& seed : target.seeds()) {
    std::ofstream out(folder + "/seed-" + std::to_string(number++), std::ios::binary);
    out << as_text(seed);
  }
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* count, char*** arguments) {
  const std::filesystem::path program = (*arguments)[0];
  const std::string_view option = *count > 1 ? (*arguments)[1] : "";
  if (option == "--link-targets") {
    link_targets(program);
    std::exit(0);
  }
  for (const fuzz::Target& target : fuzz::targets()) {
    if (program.filename() != "fuzz_" + target.name) continue;
    if (option == "--write-seeds" && *count == 3) {
      write_seeds(target, (*arguments)[2]);
      std::exit(0);
    }
    chosen = target.run;
    return 0;
  }
  std::cerr << program << ": start this program under the name of a target, fuzz_NAME\n";
  std::exit(2);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // Of the processor's time: other work on the machine is no finding.
  constexpr std::clock_t kLongest = 2 * CLOCKS_PER_SEC;
  const std::clock_t started = std::clock();
  chosen(Bytes(data, size));
  fuzz::must(std::clock() - started < kLongest, "an input of 64 KiB takes no 2 seconds");
  return 0;
}
