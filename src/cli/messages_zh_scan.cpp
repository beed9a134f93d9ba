// SPDX-License-Identifier: Apache-2.0
// The catalogue of what is said of corpora: inputs, packing, shards, results.
#include "cli/messages.hpp"

namespace colophon::cli {
namespace {

constexpr Translation kScan[] = {
    {"the file ends inside a document", "文件在文档中间结束"},
    {"a header line is longer than any should be", "头部的一行过长，超出合理范围"},
    {"this is no tar header: its check sum is wrong", "这不是 tar 头部：校验和不符"},
    {"a tar header is larger than any should be", "tar 头部过大，超出合理范围"},
    {"no WARC record begins here", "此处不是 WARC 记录的开头"},
    {"the file ends inside a WARC header", "文件在 WARC 头部中间结束"},
    {"a WARC record has no Content-Length", "WARC 记录没有 Content-Length"},
    {"the record has {} bytes; at most {} are read", "记录有 {} 字节；最多读取 {} 字节"},
    {"the member has {} bytes; inside an archive at most {} are read: unpack it",
     "成员有 {} 字节；在归档内最多读取 {} 字节：请先解包"},
    {"{} data is not gone into here, so nothing in it was read: unpack it, or make JSON lines of "
     "it",
     "此处不进入 {} 数据，其中内容均未读取：请先解包，或转换为 JSON Lines"},
    {"the file has more than {} bytes when it is unpacked: unpack it",
     "文件解压后超过 {} 字节：请先解压"},
    {"the file is packed twice: unpack it once", "文件被压缩了两次：请先解压一次"},
    {"the file is UTF-16; JSON lines are UTF-8: convert it (iconv -f UTF-16 -t UTF-8)",
     "文件是 UTF-16；JSON Lines 应为 UTF-8：请转换（iconv -f UTF-16 -t UTF-8）"},
    {"the zstd data needs a window of more than 128 MiB; unpack it with zstd --long=31",
     "zstd 数据需要大于 128 MiB 的窗口；请用 zstd --long=31 解压"},
    {"zlib cannot start", "无法启动 zlib"},
    {"libzstd cannot start", "无法启动 libzstd"},
    {"cannot rename to {}: {}", "无法改名为 {}：{!}"},
    {"two inputs would both write {}: name the folder above them instead of the files, or scan "
     "them into different folders",
     "两个输入都会写入 {}：请给出它们的上级文件夹而不是文件，或分别扫描到不同的文件夹"},
    {"a shard's number is below the number of shards, from 0", "分片编号从 0 开始，小于分片总数"},
    {"--keep, --drop and --cap-share go with --copies FOLDER",
     "--keep、--drop 和 --cap-share 须与 --copies 文件夹 一起使用"},
    {"--shard is NUMBER/COUNT, such as 0/16 to 15/16",
     "--shard 的形式是 编号/总数，例如 0/16 至 15/16"},
    {"{} is no number: set it right or not at all, or say --shard NUMBER/COUNT",
     "{} 不是数字：请正确设置或取消设置，或使用 --shard 编号/总数"},
    {"{} is set, but not {}: set it, or say --shard NUMBER/COUNT",
     "已设置 {}，但未设置 {}：请设置它，或给出 --shard 编号/总数"},
    {"{} is {}, and the array has no other task: say which part this is, --shard NUMBER/COUNT",
     "{} 为 {}，而该作业数组没有其他任务：请用 --shard 编号/总数 说明这是哪一部分"},
    {"{} is not below {}: number the tasks from 0 without gaps",
     "{} 不小于 {}：任务请从 0 开始连续编号"},
    {"say what to scan: files, folders, or --files-from LIST",
     "请说明要扫描什么：文件、文件夹，或 --files-from 列表"},
    {"cannot write to standard output", "无法写入标准输出"},
    {"no such file", "没有这个文件"},
    {"the crypto library gives no SHA-256; install libssl3",
     "加密库不提供 SHA-256；请安装 libssl3"},
    {"the statement is no object with a member \"origin\"; it should be \"human\", \"machine\" or "
     "\"mixed\"",
     "声明不是含有 origin 成员的对象；其值应为 human、machine 或 mixed"},
    {"its signature is no base64", "其签名不是 base64"},
    {"its schema is not colophon.dataset/1", "其模式不是 colophon.dataset/1"},
    {"\"{}\" is no SHA-256 in hexadecimal", "“{}”不是十六进制的 SHA-256"},
};

}  // namespace

std::span<const Translation> scan_messages() {
  return kScan;
}

}  // namespace colophon::cli
