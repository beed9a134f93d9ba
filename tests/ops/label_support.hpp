// SPDX-License-Identifier: Apache-2.0
// Labelling bytes in memory, at a fixed time.
#pragma once

#include "ops/ops.hpp"
#include "support/support.hpp"

namespace colophon::testing {

inline constexpr const char* kProducer = "001191110102MAD55U9H0F10002";
inline constexpr const char* kPlatform = "00119144030008867405X220001";

inline Env test_env() {
  Env env = system_env();
  env.now = [] { return 1'700'000'000; };
  return env;
}

inline LabelJob job_for(std::string producer = kProducer) {
  LabelJob job;
  job.wanted.origin = Origin::Generated;
  job.wanted.producer = std::move(producer);
  job.standards = {"gb45438"};
  return job;
}

inline std::string name_of(const Specimen& specimen) {
  const Format* format = find_format(specimen.format);
  return "x." + std::string(format->extensions.empty() ? "bin" : format->extensions.front());
}

struct Outcome {
  Result<Report> report;
  ByteBuffer bytes;
};

inline Outcome label_bytes(Bytes bytes, const std::string& name, LabelJob job) {
  job.file_name = name;
  MemorySource source(bytes);
  MemorySink sink;
  auto report = label(source, sink, job, test_env());
  return {std::move(report), sink.take()};
}

inline const Label* gb_label(const Report& report) {
  for (const Evidence& evidence : report.evidence) {
    if (evidence.standard == StandardId::Gb45438) return &*evidence.says;
  }
  return nullptr;
}

}  // namespace colophon::testing
