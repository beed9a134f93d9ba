// SPDX-License-Identifier: Apache-2.0
// HTTP over libcurl, which is no part of the command: it is opened at the first request.
#pragma once

#include <colophon/transport.hpp>

#include "base/bytes.hpp"
#include "base/result.hpp"

#include <sys/socket.h>

namespace colophon {

/// `libraries`: file names to try, the first that opens is used; empty: the usual ones.
[[nodiscard]] std::shared_ptr<Transport> curl_transport(std::vector<std::string> libraries = {});

/// May this hop be taken? From https never to http.
[[nodiscard]] Status check_redirect(const std::string& from, const std::string& to);

/// The answer, if its status is 200. Errors name the address.
[[nodiscard]] Result<HttpAnswer> send_for_ok(Transport& transport, const HttpRequest& request);

/// An address for people: without name and password, without control characters, not endless.
[[nodiscard]] std::string shown_url(std::string_view url);

/// Not of this machine, of a private network, or of a range that is reserved (the special-purpose
/// registries of IANA, RFC 6890). IPv4 inside IPv6 counts as what it is.
[[nodiscard]] bool is_public_address(const sockaddr& address) noexcept;

}  // namespace colophon
