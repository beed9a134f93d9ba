// SPDX-License-Identifier: Apache-2.0
// The two things that are asked of a network, and only where an option asks for them: a time-stamp
// and a manifest store elsewhere. OCSP and issuers' certificates are never fetched.
#pragma once

#include <colophon/transport.hpp>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace colophon {

/// What an authority answers to a TimeStampReq (RFC 3161 3.4). Nothing in it has been checked.
[[nodiscard]] Result<ByteBuffer> ask_authority(Transport& transport, const std::string& url,
                                               Bytes request);

struct FetchedStore {
  std::string url;  ///< where it came from in the end
  ByteBuffer bytes;
};
/// The manifest store that a file names by its address, 16 MiB at most. Anything that does not
/// begin as a store is an error: it says nothing about the file. `private_too`: addresses of this
/// machine and its networks, too.
[[nodiscard]] Result<FetchedStore> fetch_store(Transport& transport, const std::string& url,
                                               bool private_too);

}  // namespace colophon
