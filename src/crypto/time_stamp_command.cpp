// SPDX-License-Identifier: Apache-2.0
#include "crypto/signers.hpp"
#include "crypto/time_stamp.hpp"

namespace colophon {
namespace {

constexpr std::size_t kMostResponse = 64 * 1024;

}  // namespace

Result<ByteBuffer> ask_time_stamp(const std::string& command, Bytes request, int timeout_ms) {
  auto response = ask_process(command, request, kMostResponse, timeout_ms);
  if (!response) {
    return fail(response.error().code, "no time-stamp: " + response.error().message, command);
  }
  return response;
}

}  // namespace colophon
