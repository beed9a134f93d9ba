// SPDX-License-Identifier: Apache-2.0
// Credit codes that stand in public labels and whom they were seen with (docs/gb45438.md). The
// owner is taken from context, so the words are "seen with", not "belongs to".
#include "standards/provider_code.hpp"

#include <array>
#include <utility>

namespace colophon {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 18> kSeenWith = {{
    {"91110102MAD55U9H0F", "China Telecom AI"},
    {"91110102MACQD9K640", "ByteDance Doubao / Coze"},
    {"9144030008867405X2", "ByteDance Jimeng"},
    {"91110108MA01R70K8D", "Volcano Engine (Seedance)"},
    {"91440300708461136T", "Tencent"},
    {"91310104MACE0YX639", "StepFun"},
    {"91330106MA2CFLDG4R", "Alibaba Wan"},
    {"91440101MA9Y9T4H7A", "Qwen app"},
    {"91330101MA27WPYJ18", "iFlow"},
    {"91110108MA01KP2T5U", "Zhipu AI"},
    {"91110000802100433B", "Baidu"},
    {"91340000711771143J", "iFLYTEK"},
    {"91110108335469089C", "Kuaishou Kling"},
    {"91440300MA5G49LC9K", "Honor"},
    {"91340100MAEB4N8H76", "RunningHub"},
    {"91110105MACJ6K1C8A", "LibLib"},
    {"91310115MAEA70M85H", "Apple"},
    {"914403001922038216", "Huawei"},
}};

}  // namespace

std::string_view seen_with(std::string_view uscc) noexcept {
  for (const auto& [code, owner] : kSeenWith) {
    if (code == uscc) return owner;
  }
  return {};
}

}  // namespace colophon
