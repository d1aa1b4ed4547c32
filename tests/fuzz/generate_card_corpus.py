#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Writes the seeds of corpus/apdu, corpus/natid and corpus/piv: what a card answers, well and badly."""

import gzip
import os

HERE = os.path.dirname(os.path.abspath(__file__))
OK = b"\x90\x00"
MUTE = None


def h(text):
    return bytes.fromhex(text.replace(" ", ""))


def write(target, name, data):
    folder = os.path.join(HERE, "corpus", target)
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, name), "wb") as f:
        f.write(data)


def script(options, answers):
    """The format of scripted_link.h."""
    out = bytes([options])
    for a in answers:
        if a is MUTE:
            out += b"\xff"
        elif len(a) < 0xFE:
            out += bytes([len(a)]) + a
        else:
            out += b"\xfe" + len(a).to_bytes(2, "big") + a
    return out


def blocks(data, size):
    return [data[i : i + size] + OK for i in range(0, len(data), size)]


CPLC = h("9F7F2A") + bytes(range(42)) + OK
CERTIFICATE = h("3082 0510") + bytes(i * 7 & 0xFF for i in range(1296))
POINT = h(
    "7F49438641 04 6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296"
    "4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5"
)
MODULUS = h("7F49 82018A 81820180") + b"\xc1" * 384 + h("8203010001")
PINS = [OK, h("63C3"), OK, OK, OK, OK, OK, OK, OK, OK]


def session(extended=False, ec=False, pins=PINS, physical=False, selects=3):
    """selects: commands that lead to a certificate"""
    answers = [OK, CPLC] + pins + [OK] * selects
    answers += [CERTIFICATE + OK] if extended else blocks(CERTIFICATE, 256)
    if not physical:
        key = POINT if ec else MODULUS
        answers += [OK]
        if extended:
            answers += [key + OK]
        else:
            answers += [h("6100")] + [
                key[i : i + 256] + (OK if i + 256 >= len(key) else b"\x61\x00")
                for i in range(0, len(key), 256)
            ]
    answers += [OK, OK]
    if ec:
        answers += [bytes(64) + OK]
    elif extended:
        answers += [bytes(384) + OK]
    else:
        answers += [bytes(256) + h("6180"), bytes(128) + OK]
    answers += [OK] + ([bytes(8) + OK] * 13 if physical else [bytes(64) + OK, bytes(36) + OK])
    return answers


EXTENDED, PHYSICAL, STATED, FOR_EVER, EC, SIGN_KEY = 1, 2, 4, 8, 16, 32

write("natid", "short_rsa", script(0, session()))
write("natid", "short_ec_sign", script(EC | SIGN_KEY, session(ec=True)))
write("natid", "extended_rsa", script(EXTENDED, session(extended=True)))
write("natid", "extended_ec", script(EXTENDED | EC, session(extended=True, ec=True)))
write("natid", "physical", script(PHYSICAL, session(pins=[], physical=True)))
write("natid", "physical_stated", script(PHYSICAL | STATED, session(physical=True)))
write("natid", "manager", script(PHYSICAL, [OK, h("6A88"), OK, CPLC] + session(pins=[], physical=True)[:1]
                                 + session(pins=[], physical=True)[2:]))
write("natid", "unknown", script(0, [h("6A82")]))
write("natid", "cplc_cut", script(0, [OK, CPLC[:20] + OK]))
write("natid", "wrong_pin", script(0, session(pins=[OK, h("63C2"), OK, h("63C1"), OK, h("63C0"),
                                                    OK, h("6983"), OK, h("6A86")])))
write("natid", "transport_pin", script(SIGN_KEY, session(pins=[OK, h("6985"), OK, h("6985"), OK, OK,
                                                               OK, h("6985"), OK, OK])))
write("natid", "empty_file", script(0, [OK, CPLC] + PINS + [OK] * 3 + [h("6B00")]))
write("natid", "certificate_one_byte_at_a_time", script(FOR_EVER, [OK, CPLC] + PINS + [OK] * 3
                                                        + [h("30820510 9000"), h("AA 9000")]))
write("natid", "endless_61", script(FOR_EVER, [OK, CPLC] + PINS + [OK] * 3 + [h("6110")]))
write("natid", "endless_6c", script(FOR_EVER, [OK, CPLC] + PINS + [OK] * 3 + [h("6C10")]))
write("natid", "wrong_le", script(0, [OK, h("6C2D"), CPLC] + PINS + [OK] * 3 + [h("6C05"), h("3003020101 9000")]))
write("natid", "other_application", script(0, [OK, CPLC] + PINS + [OK, h("6A82"), OK, OK, OK, OK, h("3000 9000")]
                                           + [OK, h("6A88"), h("6A88"), OK, OK, OK, bytes(256) + h("6180"),
                                              bytes(128) + OK, OK, bytes(64) + OK, bytes(36) + OK]))
write("natid", "mute", script(0, [OK, MUTE]))
write("natid", "mute_in_verify", script(0, [OK, CPLC, OK, h("63C3"), OK, MUTE]))
write("natid", "always_9000", script(FOR_EVER, [OK]))
write("natid", "always_empty", script(FOR_EVER, [b""]))
write("natid", "too_long", script(FOR_EVER, [OK, bytes(70000 - 5000) + OK]))
write("natid", "nothing", b"\0")


def announce(*templates):
    inside = h("840C A0000000180C000001634200") + b"".join(
        b"\xac" + bytes([len(t)]) + t for t in map(h, templates))
    return b"\x6f" + bytes([len(inside)]) + inside + OK


RSA_FCI = announce("800142 0609 2A864886F70D01010B", "800100 0604 55080101", "80010C 0604 55080101")
EC_FCI = announce("800144 0608 2A8648CE3D040302", "80010B 0605 2B8104010C")
LAST = [bytes(64) + OK, bytes(36) + OK]
rsa = session(extended=True)
ec = session(extended=True, ec=True)
write("natid", "announced_rsa", script(EXTENDED, [RSA_FCI] + rsa[1:-3] + [OK, OK, bytes(384) + OK, OK] + LAST))
write("natid", "announced_ec", script(EXTENDED | EC, [EC_FCI] + ec[1:-3] + [OK, OK, bytes(32) + OK, OK] + LAST))
write("natid", "announced_short", script(0, [h("61") + bytes([len(RSA_FCI) - 2]), RSA_FCI] + session()[1:-3]
                                         + [OK, OK, OK, bytes(256) + h("6180"), bytes(128) + OK, OK] + LAST))
write("natid", "announced_wrongly", script(EXTENDED, [announce("800142 0604 55080101", "8000", "0600", "")] + rsa[1:]))
write("natid", "announced_malformed", script(EXTENDED, [h("6F0BAC0A80010006045508010100") + OK] + rsa[1:]))
write("natid", "announced_cut", script(EXTENDED, [RSA_FCI[:30] + OK] + rsa[1:]))

# Other layouts: one SELECT by identifier or by path. FCP comes with the path, and is not fetched.
UY, FI, EE = 64, 128, 192
for layout, of in (("uy", UY), ("fi", FI), ("ee", EE)):
    write("natid", layout + "_short", script(of, session(selects=1)))
    write("natid", layout + "_extended_ec", script(of | EXTENDED | EC, session(extended=True, ec=True, selects=1)))
    write("natid", layout + "_sign_key", script(of | SIGN_KEY, session(selects=1)))
    write("natid", layout + "_physical", script(of | PHYSICAL, session(physical=True, selects=1)))
    write("natid", layout + "_no_serial", script(of, [OK, h("6A88"), h("6A82"), OK] + session(selects=1)[2:]))
    write("natid", layout + "_path_refused", script(of, [OK, CPLC] + PINS + [h("6A82"), OK, h("6112"), h("3000 9000")]))
    write("natid", layout + "_unknown", script(of, [h("6A82")]))

for name, text in {
    "case1": "00200081",
    "case2_short": "00B0000000",
    "case3_short": "00A4040C 02 3F00",
    "case4_short": "00CB00FF 05 A003830181 00",
    "case2_extended": "00B00000 00 0000",
    "case3_extended": "00D60000 00 0003 010203",
    "case4_extended": "002A8086 00 0004 01020304 0100",
    "extended_lc_zero": "00D60000 00 0000 00",
    "lc_past_end": "00D60000 10 00",
    "too_short": "00B000",
    "sw_only": "9000",
    "data_and_sw": "0102036282",
}.items():
    write("apdu", name, h(text))

DATA, LONG_DATA, LE, LONG_LE, UNWANTED, EVER, VERIFY = 2, 4, 8, 16, 32, 64, 128
write("apdu", "get_response", script(DATA | LE, [h("6103"), h("010203 9000")]))
write("apdu", "get_response_twice", script(LE, [h("AA 6101"), h("BB 6102"), h("CCDD 9000")]))
write("apdu", "wrong_le", script(LE, [h("6C02"), h("0102 9000")]))
write("apdu", "wrong_le_for_ever", script(LE | EVER, [h("6C02")]))
write("apdu", "more_for_ever", script(LE | EVER, [h("6110")]))
write("apdu", "wrong_le_then_more_for_ever", script(LE | EVER, [h("6110"), h("6C08"), h("00 6110")]))
write("apdu", "chain", script(DATA | LONG_DATA | LE, [OK, OK, h("6101"), h("77 9000")]))
write("apdu", "chain_broken", script(DATA | LONG_DATA, [OK, h("6883")]))
write("apdu", "extended", script(EXTENDED | DATA | LONG_DATA | LE | LONG_LE, [bytes(2000) + OK]))
write("apdu", "verify_wrong_le", script(DATA | LE | VERIFY, [h("6C10"), OK]))
write("apdu", "unwanted", script(DATA | UNWANTED, [h("6120")]))
write("apdu", "full_blocks_for_ever", script(LE | EVER, [bytes(256) + h("6100")]))


# ---- piv: natid's bits have no meaning here

P_EXTENDED, P_YUBIKEY, P_EVER, P_EC, P_9C, P_9D, P_9E, P_RETIRED = 1, 2, 4, 8, 0x10, 0x20, 0x30, 0x40


def tlv(tag, value):
    n = len(value)
    length = bytes([n]) if n < 128 else b"\x81" + bytes([n]) if n < 256 else b"\x82" + n.to_bytes(2, "big")
    return h(tag) + length + value


def object53(*fields):
    return tlv("53", b"".join(fields))


PIV_FCI = tlv("61", tlv("4F", h("000010000100")) + tlv("79", h("4F05A000000308"))) + OK
DISCOVERY = tlv("7E", tlv("4F", h("A000000308000010000100")) + tlv("5F2F", h("4000"))) + OK
GLOBAL_PIN = tlv("7E", tlv("4F", h("A000000308000010000100")) + tlv("5F2F", h("6020"))) + OK
FASCN = tlv("30", h("D4E739DA739CED39CE739D836858210842108421C84210C3EB"))
CHUID = object53(FASCN, tlv("34", bytes(range(16))), tlv("35", b"20301231"), tlv("3E", b""), tlv("FE", b"")) + OK
HISTORY = object53(tlv("C1", b"\x02"), tlv("C2", b"\x00"), tlv("F3", b""), tlv("FE", b"")) + OK
OPEN = [PIV_FCI, DISCOVERY, CHUID, HISTORY]
PIV_PINS = [DISCOVERY, h("63C3"), OK, OK, OK, OK, OK, OK, OK, OK]
PLAIN = object53(tlv("70", CERTIFICATE), tlv("71", b"\x00"), tlv("FE", b"")) + OK
SMALL = object53(tlv("70", h("3003020101")), tlv("71", b"\x00"), tlv("FE", b"")) + OK
ZIPPED = object53(tlv("70", gzip.compress(CERTIFICATE, mtime=0)), tlv("71", b"\x01"), tlv("FE", b"")) + OK
BOMB = object53(tlv("70", gzip.compress(b"\x30\x83\x10\x00\x00" + bytes(1 << 20), mtime=0))) + OK
RSA = tlv("7C", tlv("82", bytes([0x51]) * 256)) + OK
ECDSA = tlv("7C", tlv("82", h("3045 0220") + bytes([0x11]) * 32 + h("022100") + bytes([0x91]) * 32)) + OK
ECDH = tlv("7C", tlv("82", bytes(32))) + OK


def short(answer):
    """The same by GET RESPONSE."""
    body, out = answer[:-2], []
    while len(body) > 256:
        body, part = body[256:], body[:256]
        out.append(part + b"\x61" + bytes([len(body) & 0xFF if len(body) < 256 else 0]))
    return out + [body + OK]


def use(certificate, ec=False):
    if ec:
        return [certificate, certificate, ECDSA, DISCOVERY, ECDH]
    return [certificate, certificate, RSA, DISCOVERY, RSA]


write("piv", "extended_rsa", script(P_EXTENDED, OPEN + PIV_PINS + use(PLAIN)))
write("piv", "extended_ec", script(P_EXTENDED | P_EC, OPEN + PIV_PINS + use(ZIPPED, ec=True)))
write("piv", "key_management", script(P_EXTENDED | P_9D, OPEN + PIV_PINS + use(SMALL)))
write("piv", "card_authentication", script(P_EXTENDED | P_9E | P_EC, OPEN + PIV_PINS + use(SMALL, ec=True)))
write("piv", "signature_key", script(P_EXTENDED | P_9C, OPEN + PIV_PINS + use(SMALL)))
write("piv", "retired", script(P_EXTENDED | P_RETIRED, OPEN + PIV_PINS + use(ZIPPED)))
write("piv", "short_rsa", script(0, OPEN + PIV_PINS + short(PLAIN) * 2 + [OK] + short(RSA) + [DISCOVERY, OK]
                                 + short(RSA)))
write("piv", "short_ec", script(P_EC, OPEN + PIV_PINS + short(ZIPPED) * 2 + [ECDSA, DISCOVERY, ECDH]))
write("piv", "yubikey", script(P_YUBIKEY, [PIV_FCI, DISCOVERY, h("050403 9000"), h("00BC614E 9000"), h("6A82")]
                               + PIV_PINS + use(PLAIN)))
write("piv", "old_yubikey", script(P_YUBIKEY, [PIV_FCI, h("6A82"), h("040305 9000"), h("6D00"), CHUID, h("6A82")]
                                   + [OK, h("63C3")] + [OK] * 8 + use(PLAIN)))
write("piv", "global_pin", script(P_EXTENDED, [PIV_FCI, GLOBAL_PIN, CHUID, HISTORY] + PIV_PINS + use(PLAIN)))
write("piv", "no_objects", script(P_EXTENDED, [PIV_FCI] + [h("6A82")] * 3 + [OK, h("63C3")] + [OK] * 8
                                  + [h("6A82"), OK, h("6A82"), RSA, OK, RSA]))
write("piv", "bomb", script(P_EXTENDED, OPEN + PIV_PINS + use(BOMB)))
write("piv", "unknown", script(0, [h("6A82")]))
write("piv", "nameless", script(0, [OK, OK]))
write("piv", "wrong_pin", script(P_EXTENDED, OPEN + [DISCOVERY, h("63C2"), OK, h("63C1"), OK, h("63C0"), OK,
                                                     h("6983"), OK, h("6A86"), OK, OK] + use(PLAIN)))
write("piv", "many_retired", script(P_EXTENDED | P_RETIRED, [PIV_FCI, DISCOVERY, CHUID, object53(tlv("C1", b"\xff")) + OK]
                                    + PIV_PINS + use(PLAIN)))
write("piv", "nested", script(P_EXTENDED, [h("61 82 0FA0") + h("61 80") * 2000 + OK, DISCOVERY, CHUID, HISTORY]))
write("piv", "other_application", script(P_EXTENDED, OPEN + [h("6D00"), OK, h("63C3")] + [OK] * 8
                                         + [h("6D00"), OK, SMALL, SMALL, h("6D00"), OK, RSA, h("6D00"), OK, RSA]))
write("piv", "endless_61", script(P_EVER, OPEN + PIV_PINS + [h("6110")]))
write("piv", "endless_61_with_data", script(P_EVER, OPEN + PIV_PINS + [bytes(256) + h("6100")]))
write("piv", "endless_6c", script(P_EVER, OPEN + PIV_PINS + [h("6C10")]))
write("piv", "mute", script(0, [PIV_FCI, MUTE]))
write("piv", "mute_in_verify", script(0, OPEN + [DISCOVERY, h("63C3"), OK, MUTE]))
write("piv", "always_9000", script(P_EVER, [PIV_FCI, DISCOVERY, OK]))
write("piv", "too_long", script(P_EVER | P_EXTENDED, [PIV_FCI, DISCOVERY, bytes(60000) + OK]))
write("piv", "nothing", b"\0")
