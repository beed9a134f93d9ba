// SPDX-License-Identifier: Apache-2.0
#include "ops/network.hpp"

#include <fmt/core.h>

#include "io/transport.hpp"

namespace colophon {
namespace {

constexpr std::uint64_t kMostToken = 64 * 1024;
constexpr std::uint64_t kMostStore = 16 << 20;
constexpr std::string_view kStoreType = "application/c2pa";

/// A JUMBF superbox (ISO/IEC 19566-5): every store is one.
bool begins_as_store(Bytes bytes) {
  return as_text(slice(bytes, 4, 4)) == "jumb";
}

}  // namespace

Result<ByteBuffer> ask_authority(Transport& transport, const std::string& url, Bytes request) {
  HttpRequest http;
  http.url = url;
  http.post = true;
  http.body = to_buffer(request);
  http.body_type = "application/timestamp-query";
  http.accept = "application/timestamp-reply";
  http.max_bytes = kMostToken;
  http.public_only = false;  // whoever signs chose it
  auto answer = send_for_ok(transport, http);
  if (answer) return std::move(answer->body);
  return fail(answer.error().code, "no time-stamp: " + answer.error().message, "time-stamp");
}

Result<FetchedStore> fetch_store(Transport& transport, const std::string& url, bool private_too) {
  HttpRequest http;
  http.url = url;
  http.accept = kStoreType;
  http.max_bytes = kMostStore;
  http.public_only = !private_too;
  HttpAnswer answer = TRY(send_for_ok(transport, http));
  if (!begins_as_store(answer.body)) {
    return fail(ErrorCode::Malformed,
                fmt::format("what {} answers is no manifest store", shown_url(answer.url)));
  }
  return FetchedStore{std::move(answer.url), std::move(answer.body)};
}

}  // namespace colophon
