// SPDX-License-Identifier: Apache-2.0
// The C ABI: no exception and no C++ type crosses it.
#include <colophon/colophon.h>

#include <functional>
#include <new>

#include "capi/answers.hpp"
#include "capi/options.hpp"

struct colophon_result {
  int code = 0;
  std::string json;
  std::vector<std::uint8_t> bytes, sidecar, manifest;
};

namespace {

using colophon::Requests;

void fill(colophon_result& result, const auto& answer) {
  result.code = answer.code;
  result.json = answer.json;
}

/// Runs `work` with the options read; whatever happens, the answer is a result or NULL.
colophon_result* call(const char* options,
                      const std::function<void(const Requests&, colophon_result&)>& work) noexcept {
  try {
    auto result = std::make_unique<colophon_result>();
    Requests requests;
    if (const auto error = colophon::read_options(options, requests)) {
      fill(*result, colophon::to_answer(*error, ""));
    } else {
      work(requests, *result);
    }
    return result.release();
  } catch (const std::exception&) {
    return nullptr;  // only std::bad_alloc can come here
  }
}

std::string text_of(const char* path) {
  return path != nullptr ? path : "";
}

const std::uint8_t* view(const std::vector<std::uint8_t>& bytes, std::size_t* size) {
  if (size != nullptr) *size = bytes.size();
  return bytes.empty() ? nullptr : bytes.data();
}

}  // namespace

colophon_result* colophon_verify_file(const char* path, const char* options) {
  return call(options, [&](const Requests& requests, colophon_result& result) {
    fill(result, colophon::verify(text_of(path), requests.verify));
  });
}

colophon_result* colophon_verify_memory(const std::uint8_t* bytes, std::size_t size,
                                        const char* options) {
  return call(options, [&](const Requests& requests, colophon_result& result) {
    fill(result, colophon::verify(std::span(bytes, size), requests.verify));
  });
}

colophon_result* colophon_label_file(const char* path, const char* output, const char* options) {
  return call(options, [&](const Requests& requests, colophon_result& result) {
    fill(result, output == nullptr ? colophon::label_in_place(text_of(path), requests.label)
                                   : colophon::label(text_of(path), output, requests.label));
  });
}

colophon_result* colophon_label_memory(const std::uint8_t* bytes, std::size_t size,
                                       const char* options) {
  return call(options, [&](const Requests& requests, colophon_result& result) {
    colophon::Labelled labelled = colophon::label(std::span(bytes, size), requests.label);
    fill(result, labelled);
    result.bytes = std::move(labelled.bytes);
    result.sidecar = std::move(labelled.sidecar);
    result.manifest = std::move(labelled.manifest);
  });
}

colophon_result* colophon_carry_file(const char* from, const char* to, const char* output,
                                     const char* options) {
  return call(options, [&](const Requests& requests, colophon_result& result) {
    const std::string there = text_of(output != nullptr ? output : to);
    fill(result, colophon::carry(text_of(from), text_of(to), there, requests.carry()));
  });
}

colophon_result* colophon_inspect_file(const char* path, const char* options) {
  return call(options, [&](const Requests& requests, colophon_result& result) {
    fill(result, colophon::inspect(text_of(path), requests.verify));
  });
}

colophon_result* colophon_inspect_memory(const std::uint8_t* bytes, std::size_t size,
                                         const char* options) {
  return call(options, [&](const Requests& requests, colophon_result& result) {
    fill(result, colophon::inspect(std::span(bytes, size), requests.verify));
  });
}

int colophon_result_code(const colophon_result* result) {
  return result->code;
}
const char* colophon_result_json(const colophon_result* result) {
  return result->json.c_str();
}
const std::uint8_t* colophon_result_bytes(const colophon_result* result, std::size_t* size) {
  return view(result->bytes, size);
}
const std::uint8_t* colophon_result_sidecar(const colophon_result* result, std::size_t* size) {
  return view(result->sidecar, size);
}
const std::uint8_t* colophon_result_manifest(const colophon_result* result, std::size_t* size) {
  return view(result->manifest, size);
}
void colophon_result_free(colophon_result* result) {
  delete result;
}
const char* colophon_version(void) {
  return colophon::version().data();
}
