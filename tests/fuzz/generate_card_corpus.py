#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Writes the seeds of corpus/apdu and corpus/natid: what a card answers, well and badly."""

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


def session(extended=False, ec=False, pins=PINS, physical=False):
    answers = [OK, CPLC] + pins + [OK] * 3
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
