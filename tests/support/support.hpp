// SPDX-License-Identifier: Apache-2.0
// What tests share: files, small helpers over format rows, deterministic mutation.
#pragma once

#include "formats/format.hpp"

#include <chrono>
#include <ctime>
#include <functional>
#include <string>
#include <vector>

namespace colophon::testing {

/// The folder of real samples (COLOPHON_SAMPLES, else ../shared/samples); empty when absent.
[[nodiscard]] std::string samples_folder();
/// Reads a whole file; an empty buffer when it is not there.
[[nodiscard]] ByteBuffer read_file(const std::string& path);
void write_file(const std::string& path, Bytes bytes);
/// Output of a shell command and its exit code. For referee tools.
struct Ran {
  int code = -1;
  std::string output;
};
[[nodiscard]] Ran run(const std::string& command);
/// True when the referee tool is installed.
[[nodiscard]] bool have_tool(const std::string& tool);
/// A folder that is removed when the test ends.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  [[nodiscard]] std::string file(const std::string& name) const { return path_ + "/" + name; }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// Small valid files, one or more per format id, made in code (no sample needed).
struct Specimen {
  std::string format;  ///< Format::id
  std::string what;    ///< what is special about it
  ByteBuffer bytes;
};
/// Every specimen that tests/support/specimens_*.cpp register.
[[nodiscard]] std::vector<Specimen> specimens();

/// The plan carried out in memory.
[[nodiscard]] ByteBuffer apply(Bytes source, const Splice& splice);
/// inspect + edit + apply with one edit; doctest-fails on an error.
[[nodiscard]] ByteBuffer edited(const Format& format, Bytes source, const Edit& edit);
/// The payload of the first carrier of that kind and key; empty when there is none.
[[nodiscard]] std::string payload_of(const Format& format, Bytes source, CarrierKind kind,
                                     std::string_view key = {});

/// A small fast deterministic generator for mutations.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed * 0x9E3779B97F4A7C15ULL + 1) {}
  std::uint64_t next() {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return state_;
  }
  std::uint64_t below(std::uint64_t bound) { return next() % bound; }

 private:
  std::uint64_t state_;
};
/// One random change: flip, overwrite with an interesting number, delete, duplicate or cut.
[[nodiscard]] ByteBuffer mutate(Bytes source, Random& random);

/// The time that this process computed, for tests that nothing takes long: a busy machine does not
/// make it longer.
struct ComputingClock {
  using duration = std::chrono::nanoseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<ComputingClock>;
  static constexpr bool is_steady = true;
  [[nodiscard]] static time_point now() noexcept {
    timespec time{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return time_point(std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec));
  }
};

}  // namespace colophon::testing
