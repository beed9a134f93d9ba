// SPDX-License-Identifier: Apache-2.0
// The C ABI: no exception and no C++ type crosses it.
#include <colophon/colophon.h>

#include <fmt/core.h>

#include <functional>
#include <new>
#include <nlohmann/json.hpp>

#include "capi/answers.hpp"

struct colophon_result {
  int code = 0;
  std::string json;
  std::vector<std::uint8_t> bytes, sidecar;
};

namespace {

using colophon::Answer;
using colophon::Error;
using colophon::ErrorCode;
using Json = nlohmann::json;

struct Requests {
  colophon::VerifyRequest verify;
  colophon::LabelRequest label;
};

/// Reads options into requests; every member must be known and of its type.
class OptionReader {
 public:
  explicit OptionReader(Requests& requests) : requests_(requests) {
    auto& [verify, label] = requests_;
    add("format", &verify.format, &label.format);
    add("name", &verify.name, &label.name);
    add("language", &verify.language, &label.language);
    add("producer", &label.label.producer);
    add("produce_id", &label.label.produce_id);
    add("propagator", &label.label.propagator);
    add("propagate_id", &label.label.propagate_id);
    add("system", &label.label.system);
    add("system_version", &label.label.system_version);
    add("prompt", &label.label.prompt);
    add("prompt_writer", &label.label.prompt_writer);
    label.label.origin = colophon::Origin::Generated;
  }

  std::optional<Error> read(const char* options) {
    if (options == nullptr) return std::nullopt;
    const Json json = Json::parse(options, nullptr, false);
    if (!json.is_object()) return usage("the options are not a JSON object");
    for (const auto& [key, value] : json.items()) {
      if (auto error = member(key, value)) return error;
    }
    return std::nullopt;
  }

 private:
  void add(const char* key, std::string* first, std::string* second = nullptr) {
    texts_.push_back({key, {first, second}});
  }
  static Error usage(std::string message) {
    return {ErrorCode::Usage, std::move(message), "options", std::nullopt};
  }

  std::optional<Error> member(const std::string& key, const Json& value) {
    auto& [verify, label] = requests_;
    if (key == "profiles" && value.is_array()) {
      std::vector<std::string> names;
      for (const Json& name : value) {
        if (!name.is_string()) return usage("profiles holds something else than names");
        names.push_back(name.get<std::string>());
      }
      verify.profiles = label.profiles = names;
      return std::nullopt;
    }
    if (value.is_boolean()) return flag(key, value.get<bool>());
    if (value.is_string()) return text(key, value.get<std::string>());
    return usage(fmt::format("the option \"{}\" is unknown or of the wrong type", key));
  }

  std::optional<Error> flag(const std::string& key, bool value) {
    auto& [verify, label] = requests_;
    if (key == "force") {
      label.force = value;
    } else if (key == "sidecar") {
      label.sidecar = value;
    } else if (key == "keep_times") {
      label.keep_times = value;
    } else if (key == "show_prompts") {
      verify.show_prompts = value;
    } else if (key == "fetch_remote") {
      verify.fetch_remote = value;
    } else if (key == "fetch_private") {
      verify.fetch_private = value;
    } else {
      return usage(fmt::format("the option \"{}\" is unknown or of the wrong type", key));
    }
    return std::nullopt;
  }

  std::optional<Error> text(const std::string& key, const std::string& value) {
    auto& label = requests_.label;
    if (key == "role" && (value == "producer" || value == "platform")) {
      label.platform = value == "platform";
      return std::nullopt;
    }
    if (key == "origin") {
      const auto origin = colophon::parse_origin(value);
      if (!origin || *origin < colophon::Origin::Suspected) {
        return usage("origin must be generated, edited, possible or suspected");
      }
      label.label.origin = *origin;
      return std::nullopt;
    }
    for (const auto& [name, targets] : texts_) {
      if (name != key) continue;
      *targets.first = value;
      if (targets.second != nullptr) *targets.second = value;
      return std::nullopt;
    }
    return usage(fmt::format("the option \"{}\" is unknown or has an unknown value", key));
  }

  Requests& requests_;
  std::vector<std::pair<std::string, std::pair<std::string*, std::string*>>> texts_;
};

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
    if (const auto error = OptionReader(requests).read(options)) {
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
void colophon_result_free(colophon_result* result) {
  delete result;
}
const char* colophon_version(void) {
  return colophon::version().data();
}
