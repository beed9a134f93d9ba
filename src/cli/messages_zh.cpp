// SPDX-License-Identifier: Apache-2.0
// The catalogue of what commands say; a test finds each entry in the sources.
#include "cli/messages.hpp"

namespace colophon::cli {
namespace {

constexpr Translation kCommand[] = {
    {"say where the result goes: -o OUT, --out-dir DIR or --in-place",
     "请说明结果写到哪里：-o OUT、--out-dir DIR 或 --in-place"},
    {"-o, --out-dir and --in-place exclude each other", "-o、--out-dir 和 --in-place 不能同时使用"},
    {"-o takes one file; for several give --out-dir or --in-place",
     "-o 只用于一个文件；多个文件请用 --out-dir 或 --in-place"},
    {"-o - and a report on standard output exclude each other",
     "-o - 与标准输出上的报告不能同时使用"},
    {"{} is not a folder", "{} 不是文件夹"},
    {"standard input has no name for --out-dir; give -o",
     "标准输入没有可用于 --out-dir 的文件名；请用 -o"},
    {"{} and {} would both be written to {}/{}; nothing was written",
     "{} 和 {} 都会写入 {}/{}；未写入任何内容"},
    {"C2PA knows no SM2 keys; --certificate goes with the other types",
     "C2PA 不支持 SM2 密钥；--certificate 只用于其他类型"},
    {"say whose key it is: --producer CODE (22 characters of a code: all codes of that "
     "organisation)",
     "请说明密钥属于谁：--producer 编码（只给编码的前 22 位：该机构的全部编码）"},
    {"no passphrase was given", "未给出口令"},
    {"the two passphrases differ", "两次输入的口令不一致"},
    {"too many labels that differ stand in one place", "同一处有太多互不相同的标识"},
    {"holds no certificate in PEM form", "不含 PEM 格式的证书"},
    {"{}: holds no certificate in PEM form", "{}：不含 PEM 格式的证书"},
    {"{}: no certificate (*.pem) in this folder", "{}：此文件夹中没有证书（*.pem）"},
    {"\"{}\" is no dotted OID", "“{}”不是点分形式的 OID"},
    {"{}: {}; mend or remove this file of the trust folder",
     "{}：{!}；请修正或移走信任文件夹中的这个文件"},
    {"a producer or note is one line", "提供者和备注只能是一行"},
    {"there is no certificate in PEM form", "没有 PEM 格式的证书"},
    {"a C2PA manifest needs the certificates of its signer: --cert",
     "C2PA 清单需要签名者的证书：--cert"},
    {"there is no certificate in it; give --cert CHAIN", "其中没有证书；请用 --cert 给出证书链"},
    {"a C2PA signature needs a key and its certificate chain", "C2PA 签名需要密钥及其证书链"},
    {"the first certificate of the chain is not that of the signing key: {}",
     "证书链的第一张证书不属于签名密钥：{}"},
    {"no validator would accept a C2PA signature with this certificate: {}",
     "没有验证程序会接受用此证书做的 C2PA 签名：{}"},
    {"the signing certificate is not in force now", "签名证书目前不在有效期内"},
    {"no time-stamp: {}", "未得到时间戳：{!}"},
    {"the time-stamp is not good: {}", "时间戳有问题：{!}"},
    {"it answers another request (nonce)", "它答复的是另一个请求（随机数不符）"},
    {"the token stamps other bytes", "时间戳所盖的是其他内容"},
    {"this is no TimeStampResp", "答复不是时间戳响应（TimeStampResp）"},
    {"the TimeStampResp holds no TimeStampToken", "时间戳响应中没有时间戳令牌"},
    {"the TimeStampResp holds no token", "时间戳响应中没有令牌"},
    {"the TimeStampResp has no status", "时间戳响应没有状态"},
    {"the authority refused to stamp (status {})", "时间戳机构拒绝盖戳（状态 {}）"},
    {"a time-stamp is asked for, but there is no network", "要求时间戳，但没有网络"},
    {"a time-stamp comes from an address or from a command, not from both",
     "时间戳要么来自一个地址，要么来自一个命令，不能两者都用"},
    {"a time-stamp dates a C2PA manifest; give --c2pa KEY, too",
     "时间戳用于标明 C2PA 清单的时间；请同时给出 --c2pa KEY"},
    {"{} is not installed, and going to the network needs it: apt install libcurl4",
     "未安装 {}，访问网络需要它：apt install libcurl4"},
    {"libcurl is there, but too old or without TLS: install a newer one",
     "libcurl 版本过旧或不支持 TLS：请安装较新版本"},
    {"libcurl gives no connection", "libcurl 无法建立连接"},
    {"{} is no address that begins with http:// or https:// and can be asked",
     "{} 不是可以访问的 http:// 或 https:// 地址"},
    {"{} took longer than {} seconds", "{} 超过 {} 秒未完成"},
    {"{} answers with more than {} bytes", "{} 的答复超过 {} 字节"},
    {"{} is an address of this machine or of a private network", "{} 是本机或内部网络的地址"},
    {"the certificate of {} is not trusted: {}", "{} 的证书不受信任：{}"},
    {"{} cannot be asked: {}", "无法访问 {}：{}"},
    {"{} redirects more than {} times", "{} 的重定向超过 {} 次"},
    {"{} redirects to {}, where nothing is encrypted", "{} 重定向到未加密的 {}"},
    {"{} has moved to {}; ask there", "{} 已移至 {}；请改用新地址"},
    {"{} answers with status {}", "{} 的答复状态为 {}"},
    {"what {} answers is no manifest store", "{} 的答复不是 C2PA 清单"},
    {"{} has no place for a C2PA manifest in this version; give --sidecar to write label and "
     "manifest beside the file",
     "本版本不能把 C2PA 清单写入 {}；请用 --sidecar 把标识和清单写在文件旁"},
    {"the file holds a C2PA manifest, beside which no other counts",
     "文件内已有 C2PA 清单，文件旁的清单不起作用"},
    {"there is a C2PA manifest beside the file already ({}); --force replaces it",
     "文件旁已有 C2PA 清单（{}）；--force 会替换它"},
    {"a C2PA manifest states as a fact what its signer knows: it has no term for \"possible\" or "
     "\"suspected\". Label without it (--c2pa \"\" overrides the configuration)",
     "C2PA 清单陈述签名者确知的事实，没有“可能”或“疑似”的术语。请不带清单地写标识（--c2pa \"\" "
     "可取消配置中的设置）"},
    {"a platform knows only what it was told about how content came to be, so it signs no C2PA "
     "manifest about that. Label without it (--c2pa \"\" overrides the configuration)",
     "传播平台只知道他人告知的内容来源，因此不对此签署 C2PA 清单。请不带清单地写标识（--c2pa \"\" "
     "可取消配置中的设置）"},
    {"the file carries a C2PA manifest store that cannot be read, or several, so that it cannot "
     "become an ingredient of the new manifest. Give --force to replace it",
     "文件中的 C2PA 清单无法读取或不止一份，不能成为新清单的组成部分。如要替换，请用 --force"},
    {"the C2PA manifest of the file says \"{}\", and signing \"{}\" would say more; give --origin "
     "edited, or --force if you know better",
     "文件的 C2PA 清单称“{}”，签署“{}”会超出其所述；请用 --origin edited，或在确知时用 --force"},
    {"this label goes to a sidecar file, which a stream cannot carry; give -o FILE",
     "此标识要写入附属文件，数据流无法携带；请用 -o FILE"},
    {"standard input cannot be changed in place; give -o", "标准输入不能就地修改；请用 -o"},
    {"no record is an object, so there is no place for a label; use --sidecar",
     "没有一条记录是对象，因而没有写标识的位置；请用 --sidecar"},
    {"there is no key type \"{}\"", "没有密钥类型“{}”"},
    {"the environment has no {}", "环境变量中没有 {}"},
    {"there is no signature algorithm \"{}\"", "没有签名算法“{}”"},
    {"there is no format \"{}\"; there are: {}", "没有格式“{}”；可用的有：{}"},
    {"\"{}\" is no time like 2026-11-23T10:00:00Z", "“{}”不是 2026-11-23T10:00:00Z 这样的时间"},
    {"name the producer (--producer CODE_OR_NAME, or producer in colophon.toml): GB 45438-2025 "
     "Annex E d) demands it",
     "请给出生成合成服务提供者（--producer 编码或名称，或 colophon.toml 中的 producer）：GB "
     "45438-2025 附录 E d) 要求如此"},
    {"name the platform (--propagator CODE_OR_NAME): it writes its own half",
     "请给出传播平台（--propagator 编码或名称）：平台只写自己的那一半"},
    {"a signature stands in the GB 45438 label, which none of the profiles writes; add cn",
     "签名写在 GB 45438 标识中，而所选配置都不写该标识；请加上 cn"},
    {"the file carries labels that contradict each other; they are left as they are. Settle which "
     "one is right, or overwrite all with --force",
     "文件中的标识互相矛盾，未作改动。请确定哪一个正确，或用 --force 全部覆盖"},
    {"the file carries a damaged label; overwriting it could destroy somebody's statement. Give "
     "--force to overwrite it",
     "文件中有已损坏的标识，覆盖它可能毁掉他人的声明。如要覆盖，请用 --force"},
    {"the existing label stands in {}, a place that this version reads but does not rewrite; a "
     "second label beside it would break the rule of one label per file (GB 45438-2025 6.1 c)",
     "已有标识位于 "
     "{}，本版本可读取但不改写该处；在旁边再写一个标识会违反一个文件一个标识的规则（GB 45438-2025 "
     "6.1 c）"},
    {"none of the asked vocabularies has a place in {}; nothing to write",
     "所要求的标识在 {} 中都没有位置；无内容可写"},
    {"the file holds more than {} labels, so not all of them can be seen and changed together; "
     "split the file",
     "文件中的标识多于 {} 个，无法一并查看和修改；请拆分文件"},
    {"the file is empty", "文件为空"},
    {"this is none of the containers that are known here, so no label is written into it",
     "这不是已知的文件格式，因此不写入标识"},
    {"the file holds more records than one plan can take; label it as a whole",
     "文件中的记录多到无法一次处理；请对整个文件写标识"},
    {"the file carries no label, and a platform does not say by itself that something is generated "
     "(Measures for labelling, Article 6): give --origin possible when its user declared it, or "
     "--origin suspected when traces of AI were found; --force overrides this",
     "文件没有标识，而平台不得自行断定内容为生成合成（《标识办法》第六条）：用户声明的请用 "
     "--origin possible，检出 AI 痕迹的请用 --origin suspected；--force 可越过此限制"},
    {"{} says that this was not generated by AI; overwriting that needs --force",
     "{} 声明此内容并非由 AI 生成；覆盖该声明需用 --force"},
    {"the file carries a C2PA manifest whose signature covers these bytes; this write would make "
     "it look tampered. Sign again after labelling, or give --force to break it",
     "文件带有 C2PA 清单，其签名覆盖这些字节；写入会使文件看似被篡改。请在写标识后重新签名，或用 "
     "--force 使签名失效"},
    {"{} has no place for a label; give --sidecar to write {} beside it",
     "{} 没有写标识的位置；请用 --sidecar 在旁边写入 {}"},
    {"the result was read back and is not what was meant ({}); nothing was changed. Please report "
     "this file",
     "结果读回后与预期不符（{!}）；未作任何更改。请报告此文件"},
    {"another label in {}", "{} 中是另一个标识"},
    {"other metadata changed", "其他元数据发生了变化"},
    {"{} exists already and is kept; name another file", "{} 已存在，予以保留；请另选文件名"},
    {"the plan moves bytes of {}", "写入方案会移动 {} 的字节"},
    {"a stream cannot be patched; write to a file", "数据流不能就地修改；请写入文件"},
    {"{} is a folder; give --out-dir for a folder", "{} 是文件夹；写入文件夹请用 --out-dir"},
    {"{} is not a regular file; -o - writes to standard output",
     "{} 不是普通文件；-o - 写到标准输出"},
    {"cannot create the folder {}: {}", "无法创建文件夹 {}：{!}"},
    {"{} is larger than the cap of {} bytes", "{} 超过上限 {} 字节"},
    {"{} is a folder; give -r to go into folders", "{} 是文件夹；请用 -r 进入文件夹"},
    {"{} is not a regular file; pipe it in and give -", "{} 不是普通文件；请用管道输入并以 - 表示"},
    {"{} is being changed by another process; try again later", "{} 正被其他进程修改；请稍后再试"},
    {"{} changed while it was read; nothing was written", "{} 在读取时发生了变化；未写入任何内容"},
    {"{} became shorter while it was read", "{} 在读取时变短了"},
    {"{} exists already and is kept, whatever --force says: it may be the only copy of the "
     "original. Name another suffix, or move it away",
     "{} 已存在，即使用 --force 也予以保留：它可能是原件的唯一副本。请换一个后缀，或先将其移走"},
    {"the file became shorter while it was copied", "文件在复制时变短了"},
    {"cannot create {}: {}", "无法创建 {}：{!}"},
    {"cannot write {}: {}", "无法写入 {}：{!}"},
    {"cannot read {}: {}", "无法读取 {}：{!}"},
    {"cannot open {}: {}", "无法打开 {}：{!}"},
    {"cannot open for writing {}: {}", "无法以写方式打开 {}：{!}"},
    {"cannot examine {}: {}", "无法查看 {}：{!}"},
    {"cannot create a temporary file in {}: {}", "无法在此处创建临时文件 {}：{!}"},
    {"cannot set the times of {}: {}", "无法设置文件时间 {}：{!}"},
    {"cannot set the permissions of {}: {}", "无法设置文件权限 {}：{!}"},
    {"cannot keep a backup as {}: {}", "无法保留备份 {}：{!}"},
    {"cannot create a file beside {}: {}", "无法在旁边创建文件 {}：{!}"},
    {"cannot read for {}: {}", "为写入而读取时失败 {}：{!}"},
    {"cannot read back {}: {}", "无法读回 {}：{!}"},
    {"cannot put the result in place of {}: {}", "无法用结果替换 {}：{!}"},
    {"{}; --force overrides this", "{!}；--force 可越过此限制"},
    {"the propagation half belongs to {}", "传播部分属于 {}"},
    {"the file was labelled by the producer {}: a platform writes only its own half (--role "
     "platform)",
     "文件已由提供者 {} 标识：平台只写自己的那一半（--role platform）"},
    {"the file already has the produce-id {}", "文件已有内容制作编号 {}"},
    {"the label says {}, which is more than {}", "标识所述为 {}，强于 {}"},
    {"the file says {}; it cannot also say not-generated", "文件所述为 {}，不能同时声明并非生成"},
    {"a producer is needed", "需要给出生成合成服务提供者"},
    {"a produce-id is needed", "需要给出内容制作编号"},
    {"a platform gives its propagator", "平台须给出传播服务提供者"},
    {"a platform gives its propagate-id", "平台须给出内容传播编号"},
    {"a value that is to be signed is empty", "待签名的值为空"},
    {"there is no profile \"{}\"; there are: {}", "没有配置“{}”；可用的有：{}"},
    {"profile {}: {}", "配置 {}：{!}"},
    {"a unified social credit code has 18 characters", "统一社会信用代码为 18 位"},
    {"an extension has four digits or capital letters", "扩展码为四位数字或大写字母"},
    {"an extension needs a role: generation or propagation",
     "扩展码需要服务角色：generation 或 propagation"},
    {"{} fails its check character: {} was expected at the end", "{} 的校验码不符：末位应为 {}"},
    {"{} may not hold \"{}\"; annex E j) allows visible ASCII without quotes and backslashes",
     "{} 不得为“{}”；附录 E j) 只允许可见 ASCII 字符，且不含引号和反斜杠"},
    {"GB 45438 has no label that says \"{}\"", "GB 45438 没有表示“{}”的标识"},
    {"IPTC has no digital source type that says \"{}\" and that a program may assert; write it "
     "with another standard",
     "IPTC 没有程序可以断言的“{}”数字来源类型；请用其他标准书写"},
};

constexpr Translation kParser[] = {
    {"A subcommand is required", "需要给出子命令"},
    {"{} is required", "需要给出 {}"},
    {"The following argument was not expected: {}", "无法理解此参数：{}"},
    {"The following arguments were not expected: {}", "无法理解这些参数：{}"},
    {"{}: {} not in {}", "{}：{} 不在 {} 之中"},
    {"{}: Value {} not in range {} to {}", "{}：值 {} 不在 {} 至 {} 的范围内"},
    {"{}: {} required TEXT missing", "{}：缺少 {} 个值"},
    {"{}: {} required INT missing", "{}：缺少 {} 个整数值"},
    {"{}: At Most {} required but received {}", "{}：最多 {} 个，却给出了 {} 个"},
    {"Could not convert: {} = {}", "无法理解 {} 的值：{}"},
    {"{} excludes {}", "{} 与 {} 不能同时使用"},
    {"{} requires {}", "{} 需要同时给出 {}"},
};

}  // namespace

std::span<const Translation> command_messages() {
  return kCommand;
}

std::span<const Translation> parser_messages() {
  return kParser;
}

}  // namespace colophon::cli
