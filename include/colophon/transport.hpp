// SPDX-License-Identifier: Apache-2.0
// How Colophon goes to a network, where a request asks it to: time-stamps and remote manifests.
// Nothing else does, and nothing does by itself.
#pragma once

#include <colophon/types.hpp>

#include <memory>

namespace colophon {

/// A GET, or a POST of `body`. The caps bind: whoever answers may be hostile.
struct HttpRequest {
  std::string url;  ///< http:// or https://
  bool post = false;
  std::vector<std::uint8_t> body;
  std::string body_type, accept;      ///< media types; empty: none is named
  std::uint64_t max_bytes = 1 << 20;  ///< of the answer's body; a longer one is an error
  int connect_ms = 10'000;            ///< for each connection
  int total_ms = 30'000;              ///< for everything, redirects too
  /// Only addresses on the public internet, not this machine or its networks: a file from a
  /// stranger chose the URL.
  bool public_only = true;
};

struct HttpAnswer {
  std::optional<Error> error;  ///< there was no answer, or none within the caps
  int status = 0;              ///< 200, 404, ...
  std::string url;             ///< where the body came from, after redirects
  std::string content_type;
  std::vector<std::uint8_t> body;
};

/// Safe to use from several threads at once.
class COLOPHON_API Transport {
 public:
  Transport() = default;
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;
  virtual ~Transport() = default;
  [[nodiscard]] virtual HttpAnswer send(const HttpRequest& request) = 0;
};

/// The usual one: libcurl, which is opened when the first request is made. Certificates are always
/// verified; at most 5 redirects, never from https to http; proxies as the environment names them,
/// but none for `public_only`, because what a proxy reaches cannot be seen from here.
[[nodiscard]] COLOPHON_API std::shared_ptr<Transport> http_transport();

}  // namespace colophon
