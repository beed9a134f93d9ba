// SPDX-License-Identifier: Apache-2.0
// One container module: sniff, inspect, extract, edit, and inspect what the edit made.
// `--write-seeds FOLDER` writes the module's specimens as a corpus.
#include <cstdio>
#include <cstdlib>
#include <string>

#include "formats/format.hpp"
#include "support/specimens.hpp"

using namespace colophon;

namespace {

constexpr std::string_view kLabel = R"({"Label":"1","ContentProducer":"p","ProduceID":"1"})";

void write_seeds(const std::string& folder) {
  int number = 0;
  for (const auto& make : testing::specimen_makers()) {
    for (const testing::Specimen& specimen : make()) {
      if (specimen.format != FUZZ_FORMAT) continue;
      FILE* file = std::fopen((folder + "/" + std::to_string(number++)).c_str(), "wb");
      if (file == nullptr) std::abort();
      std::fwrite(specimen.bytes.data(), 1, specimen.bytes.size(), file);
      std::fclose(file);
    }
  }
}

void edit(const Format& format, Source& source, const Layout& layout, const Limits& limits) {
  for (const CarrierKind kind : format.can.write) {
    const std::string key = kind == CarrierKind::HtmlMeta ? "ai-disclosure" : "";
    const Edit wanted{kind, key, std::nullopt, to_buffer(kLabel), 0};
    const auto splice = format.edit(source, layout, {&wanted, 1}, limits);
    if (!splice) continue;
    SplicedSource output(source, *splice);
    const auto again = format.inspect(output, limits);
    if (!again) std::abort();  // "could not look" is for I/O errors alone
  }
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* count, char*** arguments) {
  if (*count == 3 && std::string_view((*arguments)[1]) == "--write-seeds") {
    write_seeds((*arguments)[2]);
    std::exit(0);
  }
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Format& format = *find_format(FUZZ_FORMAT);
  MemorySource source(Bytes(data, size));
  Limits limits;
  limits.max_inflated = 1 << 20;
  (void)format.sniff(source);
  const auto layout = format.inspect(source, limits);
  if (!layout) return 0;
  for (const Carrier& carrier : layout->carriers) {
    if (carrier.whole.end() > size || carrier.payload.end() > size) std::abort();
    (void)format.extract(source, carrier, limits);
  }
  if (format.edit != nullptr) edit(format, source, *layout, limits);
  return 0;
}
