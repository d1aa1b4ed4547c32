#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Writes the seeds of corpus/: well-formed inputs made with openssl, and hostile ones made by hand."""

import os
import subprocess
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
X509 = os.path.join(HERE, "..", "data", "x509")
PKCS15 = os.path.join(HERE, "..", "data", "pkcs15")


def h(text):
    return bytes.fromhex(text.replace(" ", ""))


def write(target, name, data):
    folder = os.path.join(HERE, "corpus", target)
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, name), "wb") as f:
        f.write(data)


def length(n):
    if n < 0x80:
        return bytes([n])
    octets = n.to_bytes((n.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(octets)]) + octets


def tlv(tag, value):
    return h(tag) + length(len(value)) + value


def nest(tag, levels, inner=b""):
    for _ in range(levels):
        inner = tlv(tag, inner)
    return inner


def openssl(*args, data=None):
    return subprocess.run(["openssl", *args], input=data, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, check=True).stdout


# Broken in the ways that a TLV can be; some stand inside a longer, well-formed object.
HOSTILE = {
    "truncated-tag": h("7F"),
    "truncated-length": h("30 82 05"),
    "length-past-end": h("30 82 05 14 30 01"),
    "length-huge": h("30 84 FF FF FF FF 00"),
    "length-five-octets": h("30 85 00 00 00 00 01 00"),
    "length-127-octets": h("30 FF") + bytes(127),
    "indefinite": h("30 80 02 01 01 00 00"),
    "indefinite-nested": h("30 80") * 8 + h("00 00") * 8,
    "not-minimal": h("30 81 03 02 01 05"),
    "tag-five-bytes": h("9F 81 82 83 04 01 AA"),
    "tag-without-end": h("BF") + b"\xFF" * 32,
    "tag-leading-zero": h("9F 80 01 01 AA"),
    "tag-four-bytes": h("BF 81 82 03 02 80 00"),
    "deep": nest("30", 64),
    "deep-long-form": nest("7F49", 40, h("81 00")),
    "inner-longer-than-outer": h("30 03 02 05 01 02 03 04 05"),
    "all-zero": bytes(64),
    "all-ff": b"\xFF" * 64,
    "empty": b"",
}


def make_tlv():
    for name, data in HOSTILE.items():
        write("tlv", name, data)
    write("tlv", "fcp", h("62 14 80 02 05 14 82 01 01 83 02 50 40 8A 01 05 8C 04 1B FF 00 00"))
    write("tlv", "fci", h("6F 1A 84 0B A0 00 00 00 18 0C 00 00 01 63 42 00 50 03 49 41 53 A5 06 9F 65 03 01 02 03"))
    write("tlv", "pin-state", h("A0 0C 83 01 81 DF 21 01 03 DF 2F 01 01 00"))
    write("tlv", "long-form", tlv("53", bytes(300)) + tlv("7F49", tlv("81", bytes(256)) + tlv("82", h("010001"))))
    write("tlv", "der-types", h("01 01 FF 02 02 00 80 03 02 00 AA 01 01 00 02 01 00"))
    write("tlv", "script", h("09 00 11 22 33 44 55 66 77 0B 0F 87 00 00 00 00 00 00 00 00"))


def make_x509():
    for name in sorted(os.listdir(X509)):
        if not name.endswith(".der"):
            continue
        with open(os.path.join(X509, name), "rb") as f:
            data = f.read()
        write("x509", name[:-4], data)
        if name == "sign-rsa2048.der":
            write("x509", "cut", data[: len(data) // 2])
            write("x509", "trailing", data + b"\0")
            write("x509", "indefinite", b"\x30\x80" + data[4:] + b"\0\0")
            write("x509", "outer-too-long", data[:2] + b"\xFF\xFF" + data[4:])
            write("x509", "inner-too-long", data[:6] + b"\xFF\xFF" + data[8:])
    for name, data in HOSTILE.items():
        write("x509", "tlv-" + name, data)
    write("x509", "name", tlv("30", tlv("31", tlv("30", h("06 03 55 04 03") + tlv("0C", "مریم".encode())))))
    write("x509", "utc-time", b"240229235959Z")
    write("x509", "generalized-time", b"20500101000000Z")


def make_pubkey():
    keys = {
        "rsa1024": ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"],
        "rsa2048": ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"],
        "rsa-e3": ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024", "-pkeyopt", "rsa_keygen_pubexp:3"],
        "p256": ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
        "p384": ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"],
        "p521": ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-521"],
        "secp256k1": ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:secp256k1"],
        "p256-explicit": ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-pkeyopt", "ec_param_enc:explicit"],
        "ed25519": ["-algorithm", "ED25519"],
        "rsa-pss": ["-algorithm", "RSA-PSS", "-pkeyopt", "rsa_keygen_bits:1024"],
    }
    spki = {}
    for name, args in keys.items():
        spki[name] = openssl("pkey", "-pubout", "-outform", "DER", data=openssl("genpkey", *args))
        write("pubkey", "spki-" + name, spki[name])
    with tempfile.NamedTemporaryFile() as f:
        f.write(openssl("genpkey", *keys["p256"]))
        f.flush()
        write("pubkey", "spki-p256-compressed", openssl("ec", "-in", f.name, "-pubout", "-conv_form", "compressed", "-outform", "DER"))
    modulus = spki["rsa1024"][-133:-5]
    write("pubkey", "card-rsa", b"\0" + tlv("81", modulus) + h("82 03 01 00 01"))
    write("pubkey", "card-rsa-zeros", b"\0" + h("82 04 00 01 00 01") + tlv("81", b"\0" + modulus))
    write("pubkey", "card-rsa-4104-bits", b"\0" + tlv("81", b"\xFF" * 513) + h("82 01 03"))
    write("pubkey", "card-rsa-even", b"\0" + tlv("81", b"\xFE" * 256) + h("82 01 03"))
    write("pubkey", "card-p256", b"\1" + tlv("86", spki["p256"][-65:]))
    write("pubkey", "card-p384", b"\2" + tlv("86", spki["p384"][-97:]))
    write("pubkey", "card-p521", b"\3" + tlv("86", spki["p521"][-133:]))
    write("pubkey", "card-infinity", b"\1" + h("86 01 00"))
    write("pubkey", "card-empty", b"\0")
    for name, data in HOSTILE.items():
        write("pubkey", "card-" + name, b"\0" + data)
        write("pubkey", "spki-" + name, data)
    for name in ("rsa1024", "p256"):
        write("pubkey", "cut-" + name, spki[name][:-1])
        write("pubkey", "trailing-" + name, spki[name] + b"\0")


def nodes(data):
    """The data objects in data, as (begin, begin of content, end); one-byte tags, lengths of up to two octets."""
    at = 0
    while at < len(data) and data[at] not in (0x00, 0xFF):
        content = at + 2 + (data[at + 1] & 0x7F if data[at + 1] & 0x80 else 0)
        n = int.from_bytes(data[at + 2: content], "big") if data[at + 1] & 0x80 else data[at + 1]
        yield at, content, content + n
        at = content + n


def spoilt(data):
    """data with one of its data objects emptied, for each of them; and with half a one behind it."""
    for at, content, end in nodes(data):
        tag, value = data[at:at + 1].hex(), data[content:end]
        variants = [b""]
        if data[at] & 0x20:
            variants += list(spoilt(value)) + [value + h("04")]
        for variant in variants:
            yield data[:at] + tlv(tag, variant) + data[end:]


def make_pkcs15():
    """First the kind of file, as in pkcs15_fuzz.c: EF.DIR, ODF, TokenInfo, AODF, PrKDF, PuKDF, CDF, DODF, a key."""
    files = {}
    for number, name in ((1, "odf"), (2, "info"), (3, "aodf"), (4, "prkdf"), (6, "cdf")):
        with open(os.path.join(PKCS15, name + ".bin"), "rb") as f:
            files[name] = (number, f.read())
    files["pukdf"] = (5, files["prkdf"][1])
    path = tlv("30", h("04 02 44 01"))
    files["dir"] = (0, tlv("61", h("4F 0C A0 00 00 00 63 50 4B 43 53 2D 31 35 50 02 4D 79 51 04 3F 00 50 15")
                           + tlv("73", h("06 01 2A") + path + tlv("A0", h("04 02 50 32")))) + h("00 00"))
    files["dodf"] = (7, tlv("30", h("30 03 0C 01 41 30 03 0C 01 42") + tlv("A1", path))
                     + tlv("30", h("30 00 30 03 06 01 2A") + tlv("A1", h("A0 03 04 01 00")))
                     + tlv("30", h("30 00 30 00") + tlv("A1", h("13 01 68"))) + tlv("A0", b""))
    spki = openssl("pkey", "-pubout", "-outform", "DER",
                   data=openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"))
    rsa = openssl("rsa", "-RSAPublicKey_out", "-outform", "DER",
                  data=openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"))
    files["spki"] = (8, spki + bytes(4))
    files["spki-tagged"] = (8, b"\xA1" + spki[1:])
    files["spki-inside"] = (8, tlv("A1", spki))
    files["point"] = (8, tlv("04", spki[-65:]))
    files["rsa"] = (8, rsa)
    for name, (number, data) in files.items():
        write("pkcs15", name, bytes([number]) + data)
        write("pkcs15", name + "-cut", bytes([number]) + data[: len(data) * 2 // 3])
        for i, variant in enumerate(sorted(set(spoilt(data))) if name != "pukdf" else []):
            write("pkcs15", "%s-spoilt-%d" % (name, i), bytes([number]) + variant)
    for name, data in HOSTILE.items():
        for number in (1, 2, 8):
            write("pkcs15", "%d-%s" % (number, name), bytes([number]) + data)
    write("pkcs15", "many", bytes([6]) + tlv("30", h("30 00 30 02 04 00") + tlv("A1", tlv("30", h("30 02 04 00")))) * 400)
    write("pkcs15", "padding", bytes([1]) + h("00 FF") * 500)
    write("pkcs15", "empty", b"")


def make_digest_info():
    prefixes = {
        "sha1": ("30 21 30 09 06 05 2B 0E 03 02 1A 05 00 04 14", 20),
        "sha224": ("30 2D 30 0D 06 09 60 86 48 01 65 03 04 02 04 05 00 04 1C", 28),
        "sha256": ("30 31 30 0D 06 09 60 86 48 01 65 03 04 02 01 05 00 04 20", 32),
        "sha384": ("30 41 30 0D 06 09 60 86 48 01 65 03 04 02 02 05 00 04 30", 48),
        "sha512": ("30 51 30 0D 06 09 60 86 48 01 65 03 04 02 03 05 00 04 40", 64),
    }
    for name, (prefix, n) in prefixes.items():
        info = h(prefix) + bytes(range(n))
        write("digest_info", name, info)
        write("digest_info", "block-" + name, b"\0\1" + b"\xFF" * (128 - 3 - len(info)) + b"\0" + info)
        write("digest_info", "cut-" + name, info[:-1])
        write("digest_info", "trailing-" + name, info + b"\0")
    write("digest_info", "no-null", h("30 2F 30 0B 06 09 60 86 48 01 65 03 04 02 01 04 20") + bytes(32))
    write("digest_info", "block-short-fill", b"\0\1" + b"\xFF" * 7 + b"\0\xAA")
    write("digest_info", "block-least-fill", b"\0\1" + b"\xFF" * 8 + b"\0\xAA")
    write("digest_info", "block-no-end", b"\0\1" + b"\xFF" * 64)
    write("digest_info", "block-type-2", b"\0\2" + b"\xFF" * 64 + b"\0\xAA")
    write("digest_info", "empty", b"")
    # hash, salt length, modulus bits, then block or salt
    for bits in (1024, 1025, 1026, 1031, 2048, 4096, 4097, 0, 1, 300):
        em = bytes((bits + 6) // 8 - 1 if bits > 8 else 0) + b"\xBC"
        write("digest_info", "pss-%d" % bits, h("03 20") + bits.to_bytes(2, "big") + em)
        write("digest_info", "pss-none-%d" % bits, h("00 00") + bits.to_bytes(2, "big") + em)
    write("digest_info", "pss-longest-salt", h("01 FF 10 00") + bytes(255))


def make_pin_pad():
    """A PIN's format (reference, least, most, padded length, padding, 0), then a reader's answers."""
    natid, plain, wide = "810408100000", "010408000000", "010410100000"
    verify, modify = "060442330006", "070442330007"
    pin, tlv = "0A044233000A", "120442330012"

    def answer(text):
        return "%02X" % (len(h(text))) + text

    rows = {
        "verify": (natid, verify, "9000"),
        "both": (natid, verify + modify, "9000", "63C2"),
        "no-padding": (plain, verify + modify, "6401", "6402"),
        "block-too-long": (wide, verify + modify, "9000"),
        "tlv": (natid, verify + modify + tlv, "01021002 020102 060104 070108", "9000", "9000"),
        "tlv-narrow": (natid, verify + tlv, "060106 070107 020104", "6403"),
        "tlv-cut": (natid, verify + tlv + pin, "0702", "10020200", "9000"),
        "pin-properties": (natid, verify + modify + pin, "10020700", "6400", "6B80"),
        "list-cut": (natid, verify + "07044233", "9000"),
        "list-length": (natid, verify + "07054233000700", "9000"),
        "list-zero": (natid, "060400000000", "9000"),
        "modify-only": (natid, modify, "9000"),
        "answer-long": (natid, verify, "900000"),
        "answer-empty": (natid, verify, ""),
        "silent": (natid,),
    }
    for name, (form, *answers) in rows.items():
        write("pin_pad", name, h(form + "".join(answer(a) for a in answers)))


def make_atr():
    atrs = {
        "virtual-short": "3B7D96000080544D4F485273962180829000",
        "virtual-extended": "3BDD9600813 1FE8580544D4F4852739621C082900000",
        "mav3": "3B7F96000080318065B0850300EF120FFF829000",
        "mav4": "3BFF9600008131FE4380318065B085040011120FFF829000E0",
        "mav2": "3B781800000073C84013009000",
        "irn": "3BDB97008131FE85801349524E7396715B91302F",
        "surplus-tck": "3B7D95000080318065B0850101C88301900072",
        "shortest": "3B00",
        "inverse": "3F00",
        "t0-t1": "3B80800101",
        "t15": "3B80801F435C",
        "td-for-ever": "3B" + "80" * 32,
        "td-cut": "3B80",
        "historical-cut": "3B0F80",
        "capabilities-short": "3B03807101",
        "capabilities-overrun": "3B03807FFF",
        "category-00": "3B08007300 00C0009000",
        "category-00-short": "3B0200 90",
        "no-ts": "3C00",
        "empty": "",
        "too-long": "3B" + "00" * 33,
    }
    for name, text in atrs.items():
        write("atr", name, h(text))


def make_apdu_mask():
    def dialogue(*messages):
        return b"".join(bytes([len(m)]) + m for m in (h(text) for text in messages))

    cases = {
        "verify": ["00 20 00 81 04 31 32 33 34", "63 C2", "00 20 00 81", "63 C2"],
        "verify-extended": ["00 20 00 81 00 00 04 31 32 33 34", "90 00"],
        "change-chained": ["10 24 00 81 04 31 32 33 34", "90 00", "00 24 00 81 04 35 36 37 38", "90 00"],
        "sign": ["00 22 41 B6 06 84 01 02 80 01 42", "90 00", "00 2A 90 A0 04 90 02 AA BB", "90 00",
                 "00 2A 9E 9A 00", "61 02", "00 C0 00 00 02", "AA BB 90 00"],
        "decipher": ["10 2A 80 86 02 00 11", "90 00", "00 2A 80 86 02 22 33", "61 02", "00 C0 00 00 02",
                     "31 32 90 00", "00 A4 00 0C 02 3F 00", "90 00"],
        "select-read": ["00 A4 04 00 03 A0 00 00 00", "6F 00 90 00", "00 B0 00 00 04", "01 02 03 04 90 00"],
        "get-data": ["80 CA 9F 7F 00", "9F 7F 00 90 00", "00 CB 00 FF 02 A0 00 00", "A0 00 90 00"],
        "secure-messaging": ["0C A4 00 00 02 3F 00", "90 00", "0C C0 00 00 02", "31 32 90 00"],
        "channels": ["03 A4 00 00 02 3F 00", "90 00", "5F A4 00 00 02 3F 00", "90 00", "60 A4 00 00 02 3F 00", "90 00"],
        "proprietary": ["80 A4 00 00 02 3F 00", "90 00", "90 38 00 00 0C", "01 02 90 00"],
        "reader": ["FF CA 00 00 00", "01 02 03 04 90 00"],
        "lengths-wrong": ["00 A4 00 00 05 3F 00", "67 00", "00 A4 00 00 00 00 00 31", "67 00", "00 A4", "67"],
        "get-response-first": ["00 C0 00 00 02", "31 32 90 00"],
        "generate": ["00 47 00 00 05 AC 03 80 01 01 00", "7F 49 00 90 00"],
        "empty-messages": ["", "", "", ""],
    }
    for name, messages in cases.items():
        write("apdu_mask", name, dialogue(*messages))
    write("apdu_mask", "empty", b"")


def make_frame():
    frames = {
        "attach": "00 00 00 01 41",
        "command": "00 00 00 06 54 00 84 00 00 08",
        "dialogue": "00 00 00 01 52 00 00 00 03 61 3B 00 00 00 00 03 74 90 00 00 00 00 02 78 01",
        "length-zero": "00 00 00 00 41",
        "length-huge": "FF FF FF FF 54 00",
        "length-limit": "00 01 00 12 54 00",
        "length-over-limit": "00 01 00 13 54 00",
        "cut-header": "00 00 00 06",
        "cut-payload": "00 00 00 06 54 00 84",
        "empty": "",
    }
    for name, text in frames.items():
        write("frame", name, h(text))


def make_trace_line():
    lines = {
        "service": "service NO_SERVICE",
        "reader": "reader 3 present 3B7D9600 A reader 00",
        "reader-mute": "reader 4294967295 mute - A",
        "gone": "gone A reader 00",
        "gone-nul": "gone A\0reader",
        "connect": "connect 1 ok T1 3B8001 A reader 00",
        "begin": "begin 1 CARD_RESET",
        "end": "end 1 reset ok",
        "command": "command 1 0020008108****************",
        "response": "response 1 ok 2A9000",
        "response-error": "response 1 CARD_REMOVED -",
        "reconnect": "reconnect 1 ok T0 3B00",
        "close": "close 1",
        "comment": "# words",
        "number-too-large": "close 4294967296",
        "half-byte": "command 1 002",
        "half-star": "command 1 *0",
        "atr-too-long": "reader 1 present " + "3B" * 34 + " A",
        "name-too-long": "gone " + "x" * 128,
        "run": "mohr-trace 1\nconnect 1 ok T0 3B00 A\nbegin 1 ok\ncommand 1 00B00000\n"
               "response 1 ok 9000\nend 1 leave ok\nclose 1\n",
        "empty": "",
    }
    for name, text in lines.items():
        write("trace_line", name, text.encode())


make_tlv()
make_x509()
make_pubkey()
make_pkcs15()
make_digest_info()
make_atr()
make_pin_pad()
make_apdu_mask()
make_frame()
make_trace_line()
