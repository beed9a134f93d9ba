#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A second opinion on signed files, for the formats that no other validator reads.

It shares nothing with Colophon: Python's standard library, and the openssl command for signatures
and chains. Where Colophon walks the structure of a container, this looks for the bytes of the store
itself, and takes what the hash leaves out from the assertion. For each file it prints a line:
"Trusted", or "Invalid" and why.

Use: c2pa_decoder.py [--time SECONDS] ROOT_PEM FILE...
"""
import base64
import hashlib
import re
import struct
import subprocess
import sys
import tempfile
import unicodedata
import zipfile
from pathlib import Path

STORE = re.compile(
    rb"(....)jumb....jumdc2pa\x00\x11\x00\x10\x80\x00\x00\xaa\x008\x9bq\x03c2pa\x00", re.S
)
UUID_BOX = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
TEXTS = (".md", ".markdown", ".txt", ".text", ".srt", ".vtt", ".subtitle")
HASHES = {"sha256": hashlib.sha256, "sha384": hashlib.sha384, "sha512": hashlib.sha512}


class Bad(Exception):
    pass


def need(condition, why):
    if not condition:
        raise Bad(why)


def u32(data, at, order=">"):
    need(at + 4 <= len(data), "truncated")
    return struct.unpack_from(order + "I", data, at)[0]


# ------------------------------------------------------------------------------------------- CBOR


def cbor(data, at=0):
    """The item at `at` and where it ends; tags are dropped."""
    major, extra = data[at] >> 5, data[at] & 31
    at += 1
    need(extra < 28, "no deterministic CBOR")
    if extra >= 24:
        size = 1 << (extra - 24)
        value = int.from_bytes(data[at : at + size], "big")
        at += size
    else:
        value = extra
    if major == 0:
        return value, at
    if major == 1:
        return -1 - value, at
    if major in (2, 3):
        need(at + value <= len(data), "truncated CBOR")
        raw = bytes(data[at : at + value])
        return (raw if major == 2 else raw.decode()), at + value
    if major == 4:
        items = []
        for _ in range(value):
            item, at = cbor(data, at)
            items.append(item)
        return items, at
    if major == 5:
        items = {}
        for _ in range(value):
            key, at = cbor(data, at)
            items[key], at = cbor(data, at)
        return items, at
    if major == 6:
        return cbor(data, at)
    return {20: False, 21: True, 22: None}.get(value, value), at


def head(major, size):
    if size < 24:
        return bytes([major << 5 | size])
    if size < 0x100:
        return struct.pack(">BB", major << 5 | 24, size)
    if size < 0x10000:
        return struct.pack(">BH", major << 5 | 25, size)
    return struct.pack(">BI", major << 5 | 26, size)


def text(value):
    return head(3, len(value)) + value


def bstr(value):
    return head(2, len(value)) + value


# ------------------------------------------------------------------------------------------ JUMBF


class Box:
    """A superbox: its label, its children, and what a hash over it covers."""

    def __init__(self, data):
        self.covered = data[8:]
        size = u32(data, 8)
        need(data[12:16] == b"jumd", "a superbox without description")
        self.label = data[33 : 8 + size].split(b"\0")[0].decode()
        self.children, self.content = [], b""
        at = 8 + size
        while at < len(data):
            size, kind = u32(data, at), data[at + 4 : at + 8]
            need(8 <= size <= len(data) - at, "a box of a wrong size")
            if kind == b"jumb":
                self.children.append(Box(data[at : at + size]))
            else:
                self.content = data[at + 8 : at + size]
            at += size

    def child(self, label):
        found = [each for each in self.children if each.label == label]
        need(len(found) == 1, f"not one box {label}")
        return found[0]


# ------------------------------------------------------------------------- where the store stands


def raw_store(data):
    """(store, first byte, end): wherever its bytes stand together."""
    found = [(m.start(), m.start() + u32(data, m.start())) for m in STORE.finditer(data)]
    need(found, "no store")
    # What an update of a PDF or TIFF replaces stays in the file; nothing points there any more.
    updated = data.startswith((b"II", b"MM")) or b"%PDF" in data[:1024]
    need(updated or len(found) == 1, "several stores")
    start, end = found[-1]
    need(end <= len(data), "a store that is cut off")
    return data[start:end], start, end


def jpeg_store(data):
    at, store, first, last = 2, b"", None, None
    while data[at] == 0xFF and data[at + 1] not in (0xDA, 0xD9):
        if data[at + 1] == 0xFF:  # a fill byte
            at += 1
            continue
        size = struct.unpack_from(">H", data, at + 2)[0]
        body = data[at + 4 : at + 2 + size]
        if data[at + 1] == 0xEB and body[:2] == b"JP":
            begins = body[4:8] == b"\0\0\0\1"
            if begins and STORE.match(body[8:]):
                need(first is None, "several stores")
                first, number = at, body[2:4]
            if first is not None and body[2:4] == number:
                store += body[8 if begins else 16 :]
                last = at + 2 + size
        at += 2 + size
    need(first is not None, "no store")
    return store, first, last


def gif_store(data):
    start = data.index(b"\x21\xff\x0bC2PA_GIF\x01\0\0")
    at, store = start + 14, b""
    while data[at]:
        store += data[at + 1 : at + 1 + data[at]]
        at += 1 + data[at]
    return store, start, at + 1


def element_store(data, pattern, whole):
    found = list(re.finditer(pattern, data, re.S))
    need(len(found) == 1, "not one element with a store")
    start, end = found[0].span(0 if whole else 1)
    return base64.b64decode(found[0].group(1), validate=True), start, end


def line_store(data):
    pattern = (
        rb"-----BEGIN C2PA MANIFEST-----\s*data:application/c2pa;base64,([A-Za-z0-9+/=]+)"
        rb"\s*-----END C2PA MANIFEST-----"
    )
    found = list(re.finditer(pattern, data))
    need(len(found) == 1, "not one line with a store")
    start = data.rfind(b"\n", 0, found[0].start()) + 1
    end = data.find(b"\n", found[0].end()) + 1 or len(data)
    return base64.b64decode(found[0].group(1), validate=True), start, end


def selector_store(data):
    """U+FEFF and variation selectors, as characters."""
    document = data.decode("utf-8", "surrogateescape")
    for match in re.finditer("\ufeff([\ufe00-\ufe0f\U000e0100-\U000e01ef]+)", document):
        wrapped = bytes(
            ord(c) - 0xFE00 if ord(c) < 0xFE10 else ord(c) - 0xE0100 + 16 for c in match.group(1)
        )
        if not wrapped.startswith(b"C2PATXT\0\1"):
            continue
        size = u32(wrapped, 9)
        start = len(document[: match.start()].encode("utf-8", "surrogateescape"))
        end = start + len(match.group(0).encode())
        need(len(wrapped) >= 13 + size, "a wrapper that is cut off")
        return wrapped[13 : 13 + size], start, end
    raise Bad("no store")


def ogg_sum(page):
    total = 0
    for byte in page:
        total ^= byte << 24
        for _ in range(8):
            total = (total << 1 ^ 0x04C11DB7 if total & 0x80000000 else total << 1) & 0xFFFFFFFF
    return total


def ogg_store(data):
    at, packet, ours, first, last = 0, b"", None, None, None
    while at < len(data):
        need(data[at : at + 4] == b"OggS", "no page where one should be")
        laces = data[at + 27 : at + 27 + data[at + 26]]
        body = at + 27 + len(laces)
        end = body + sum(laces)
        serial = data[at + 14 : at + 18]
        if data[at + 5] & 2 and data[body : body + 5] == b"\0c2pa":
            need(ours is None, "several stores")
            ours, first = serial, at
        if serial == ours:
            zeroed = data[at : at + 22] + b"\0\0\0\0" + data[at + 26 : end]
            need(ogg_sum(zeroed) == u32(data, at + 22, "<"), "a check sum of a page")
            need(last is None or last == at, "the pages of the store do not stand together")
            packet, last = packet + data[body:end], end
            if data[at + 5] & 4:
                ours = b""
        at = end
    need(first is not None, "no store")
    return packet[5:], first, last


def locate(data, name):
    """(store, start, end) of what a hash may leave out at most."""
    if data.startswith(b"\xff\xd8"):
        return jpeg_store(data)
    if data.startswith(b"GIF8"):
        return gif_store(data)
    if data.startswith(b"OggS"):
        return ogg_store(data)
    if name.endswith(".svg"):
        return element_store(data, rb"<c2pa:manifest\b[^>]*>([^<]*)</c2pa:manifest>", False)
    if name.endswith((".html", ".htm")):
        return element_store(
            data, rb"<script type=\"application/c2pa\"[^>]*>([^<]*)</script>", True
        )
    if name.endswith(TEXTS):
        return line_store(data) if b"BEGIN C2PA MANIFEST" in data else selector_store(data)
    store, start, end = raw_store(data)
    if data.startswith(b"%PDF"):
        return store, start, end
    if data.startswith(b"\x89PNG"):
        return store, start - 8, end + 4
    if data.startswith(b"RIFF") or data[:4] in (b"RF64", b"BW64"):
        return store, start - 8, end
    return store, start, end


# -------------------------------------------------------------------------------------- the hashes


def check_data(data, content, place):
    left_out = [(each["start"], each["length"]) for each in content.get("exclusions", [])]
    if not place:
        left_out.append((0, 0))
        place = (0, 0)
    need(len(left_out) == 1, "not one exclusion")
    start, end = left_out[0][0], sum(left_out[0])
    need(place[0] <= start and end <= place[1], "more is left out than the store")
    need(set(content.get("pad", b"")) <= {0}, "padding that is not zero")
    rest = data[:start] + data[end:]
    if data[start : start + 3] == "\ufeff".encode():
        rest = unicodedata.normalize("NFC", rest.decode()).encode()
    need(HASHES[content["alg"]](rest).digest() == content["hash"], "another hash of the data")


def check_bmff(data, content):
    paths = {each["xpath"] for each in content["exclusions"]}
    need(paths == {"/uuid", "/ftyp", "/mfra"}, "other exclusions than usual")
    digest, at = HASHES[content["alg"]](), 0
    while len(data) - at >= 8:
        size, kind = u32(data, at), data[at + 4 : at + 8]
        if size == 1:
            size = struct.unpack_from(">Q", data, at + 8)[0]
        end = len(data) if size == 0 else at + size
        need(at + 8 <= end <= len(data), "a box of a wrong size")
        ours = kind == b"uuid" and data[at + 8 : at + 24] == UUID_BOX
        if not ours and kind not in (b"ftyp", b"mfra"):
            digest.update(struct.pack(">Q", at) + data[at:end])
        at = end
    digest.update(data[at:])
    need(digest.digest() == content["hash"], "another hash of the boxes")


def check_font(data, content):
    count = struct.unpack_from(">H", data, 4)[0]
    tables = []
    for i in range(count):
        tag, _, start, size = struct.unpack_from(">4sIII", data, 12 + 16 * i)
        need(start + size <= len(data), "a table outside the file")
        tables.append((tag.decode(), bytearray(data[start : start + size])))
    need([[tag] for tag, _ in tables] == [each["names"] for each in content["boxes"]], "tables")
    for (tag, table), each in zip(tables, content["boxes"]):
        if tag == "C2PA":
            need(each["hash"] == b"\0", "a hash of the store")
            continue
        if tag == "head":
            table[8:12] = bytes(4)
        need(HASHES[content["alg"]](table).digest() == each["hash"], f"another table {tag}")


def check_collection(path, data, content):
    ours = "META-INF/content_credential.c2pa"
    with zipfile.ZipFile(path) as archive:
        members = sorted(archive.infolist(), key=lambda each: each.header_offset)
        directory = archive.start_dir
    ends = [each.header_offset for each in members[1:]] + [directory]
    need(members[0].header_offset == 0 and members[-1].filename == ours, "the order of members")
    listed = dict(content["uris"])
    new_hash = HASHES[content["alg"]]
    for member, end in zip(members, ends):
        if member.filename == ours:
            continue
        entry = listed.pop(member.filename, None)
        need(entry is not None, f"{member.filename} is not listed")
        need(new_hash(data[member.header_offset : end]).digest() == entry["hash"], member.filename)
    need(not listed, "a listed file is missing")
    record = data.index(ours.encode(), directory) - 46
    rest = data[directory : record + 16] + data[record + 20 :]
    need(new_hash(rest).digest() == content["zip_central_directory_hash"], "the directory")


def check_content(path, data, label, content, place):
    if label == "c2pa.hash.data":
        check_data(data, content, place)
    elif label == "c2pa.hash.bmff.v3":
        check_bmff(data, content)
    elif label == "c2pa.hash.boxes":
        check_font(data, content)
    elif label == "c2pa.hash.collection.data":
        check_collection(path, data, content)
    else:
        raise Bad(f"an unknown binding {label}")


# ---------------------------------------------------------------------------------- the signature


def run(*command, stdin=None):
    done = subprocess.run(command, input=stdin, capture_output=True, check=False)
    need(done.returncode == 0, f"openssl {command[1]}: {done.stderr.decode()[-200:].strip()}")
    return done.stdout


def der_integer(value):
    raw = value.to_bytes(value.bit_length() // 8 + 1, "big")
    return b"\x02" + bytes([len(raw)]) + raw


def der_signature(raw):
    half = len(raw) // 2
    body = der_integer(int.from_bytes(raw[:half], "big")) + der_integer(
        int.from_bytes(raw[half:], "big")
    )
    size = bytes([len(body)]) if len(body) < 128 else bytes([0x81, len(body)])
    return b"\x30" + size + body


def check_signature(cose, claim, root, time, folder):
    (protected, _, payload, signature), _ = cbor(cose)
    need(payload is None, "a payload in the signature")
    fields, _ = cbor(protected)
    chain = fields[33] if isinstance(fields[33], list) else [fields[33]]
    pems = [folder / f"{i}.pem" for i in range(len(chain))]
    for der, pem in zip(chain, pems):
        pem.write_bytes(run("openssl", "x509", "-inform", "DER", stdin=der))
    above = [arg for pem in pems[1:] for arg in ("-untrusted", str(pem))]
    at = ["-attime", time] if time else []
    run("openssl", "verify", *at, "-CAfile", root, *above, str(pems[0]))
    key = folder / "key.pem"
    key.write_bytes(run("openssl", "x509", "-in", str(pems[0]), "-noout", "-pubkey"))
    message, made = folder / "message", folder / "signature"
    message.write_bytes(
        b"\x84" + text(b"Signature1") + bstr(protected) + bstr(b"") + bstr(claim)
    )
    algorithm = fields[1]
    if algorithm == -8:
        made.write_bytes(signature)
        run("openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", str(key), "-in",
            str(message), "-sigfile", str(made))  # fmt: skip
        return
    size, pss = {-7: (256, 0), -35: (384, 0), -36: (512, 0), -37: (256, 1), -38: (384, 1),
                 -39: (512, 1)}[algorithm]  # fmt: skip
    made.write_bytes(signature if pss else der_signature(signature))
    options = ["-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:digest"] if pss else []
    run("openssl", "dgst", f"-sha{size}", *options, "-verify", str(key), "-signature", str(made),
        str(message))  # fmt: skip


def check(path, root, time, folder):
    data = path.read_bytes()
    beside = path.with_name(path.name + ".c2pa")
    store, *place = [beside.read_bytes()] if beside.exists() else locate(data, path.name)
    manifests = Box(store).children
    active = manifests[-1]
    claim_bytes = active.child("c2pa.claim.v2").content
    claim, _ = cbor(claim_bytes)
    assertions = active.child("c2pa.assertions")
    listed, bindings = set(), []
    for each in claim["created_assertions"]:
        label = each["url"].removeprefix("self#jumbf=c2pa.assertions/")
        box = assertions.child(label)
        need(hashlib.sha256(box.covered).digest() == each["hash"], f"another assertion {label}")
        listed.add(label)
        content, _ = cbor(box.content)
        if label.startswith("c2pa.hash."):
            bindings.append((label, content))
        if label.startswith("c2pa.ingredient"):
            parent = content["activeManifest"]
            held = Box(store).child(parent["url"].rsplit("/", 1)[1])
            need(hashlib.sha256(held.covered).digest() == parent["hash"], "another ingredient")
    need(listed == {box.label for box in assertions.children}, "assertions that nobody listed")
    need(len(bindings) == 1, "not one hard binding")
    check_content(path, data, *bindings[0], place)
    check_signature(active.child("c2pa.signature").content, claim_bytes, root, time, folder)


def main(arguments):
    time = None
    if arguments[:1] == ["--time"]:
        time, arguments = arguments[1], arguments[2:]
    root, *files = arguments
    with tempfile.TemporaryDirectory() as folder:
        for name in files:
            try:
                check(Path(name), root, time, Path(folder))
                print("Trusted")
            except Bad as why:
                print("Invalid", " ".join(str(why).split()))
            except Exception as why:  # whatever damage does to a decoder is damage
                print("Invalid", type(why).__name__, " ".join(str(why).split()))


main(sys.argv[1:])
