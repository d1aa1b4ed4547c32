#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Writes seeds of the fuzz targets of profiles from the recordings in tests/data/traces: what cards answered.

scripts/record-traces runs it after it has made recordings.
"""

import glob
import os

HERE = os.path.dirname(os.path.abspath(__file__))
TRACES = os.path.join(HERE, "..", "data", "traces")

# What a target takes for its first byte (its own OPTION_...), by the kind of card and whether it has a T=1
# ATR, and how the SELECT begins by which its profile opens the card: what other profiles asked before is
# left out, since targets force theirs.
NATID_AID = "A0000000180C00000163"
UY_AID = "A00000001840000001634200"
PKCS15_AID = "A000000063504B43532D3135"
PIV_AID = "A00000030800001000"
TARGETS = [
    ("natid-rsa", "natid", lambda t1: 0x01 if t1 else 0x00, NATID_AID),
    ("natid-ec", "natid", lambda t1: 0x10 | (0x01 if t1 else 0x00), NATID_AID),
    ("natid-announced", "natid", lambda t1: 0x01 if t1 else 0x00, NATID_AID),
    ("ias-uy", "natid", lambda t1: 0x40 | (0x01 if t1 else 0x00), UY_AID),
    ("ias-fi", "natid", lambda t1: 0x90 | (0x01 if t1 else 0x00), PKCS15_AID),
    ("ias-ee", "natid", lambda t1: 0xD0 | (0x01 if t1 else 0x00), PKCS15_AID),
    ("piv", "piv", lambda t1: 0x08 | (0x01 if t1 else 0x00), PIV_AID),
    ("piv-extended", "piv", lambda t1: 0x01 if t1 else 0x00, PIV_AID),
    ("yubikey", "piv", lambda t1: 0x08 | 0x02, PIV_AID),
    ("p15", "p15", lambda t1: 0x01 if t1 else 0x00, PKCS15_AID),
    ("p15-ec", "p15", lambda t1: 0x18 | (0x01 if t1 else 0x00), PKCS15_AID),
    ("myeid", "p15", lambda t1: 0x02, PKCS15_AID),
    ("isoapplet", "p15", lambda t1: 0x01 if t1 else 0x00, PKCS15_AID),
    ("isoapplet-v1", "p15", lambda t1: 0x18 | (0x01 if t1 else 0x00), PKCS15_AID),
]
# The target of any card takes recordings whole.
WHOLE_FLOWS = ["list", "sign"]
FLOWS = ["list", "sign", "receive", "wrong-pin", "change-pin", "unblock", "random"]


def exchanges(path):
    """Protocol and ATR of the connection, and the pairs of command and response, as hexadecimal."""
    t1, atr, pairs, command = False, "", [], None
    with open(path, encoding="utf-8") as f:
        for line in f:
            words = line.split()
            if words[:1] == ["connect"]:
                t1, atr = words[3] == "T1", words[4]
            elif words[:1] == ["command"]:
                command = words[2]
            elif words[:1] == ["response"]:
                pairs.append((command, "" if words[3] == "-" else words[3]))
    return t1, atr, pairs


def from_select(pairs, aid):
    for i, (command, _) in enumerate(pairs):
        if command.startswith("00A404") and aid in command:
            return pairs[i:]
    raise SystemExit("no SELECT of " + aid)


def script(options, answers):
    """The format of scripted_link.h."""
    out = bytes([options])
    for a in answers:
        if len(a) < 0xFE:
            out += bytes([len(a)]) + a
        else:
            out += b"\xfe" + len(a).to_bytes(2, "big") + a
    return out


def write(target, name, data):
    folder = os.path.join(HERE, "corpus", target)
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, name), "wb") as f:
        f.write(data)


def write_whole():
    """The first byte (OPTION_...), the ATR with its length, and all answers."""
    for flow in WHOLE_FLOWS:
        for path in sorted(glob.glob(os.path.join(TRACES, "*-" + flow + ".trace"))):
            _, atr, pairs = exchanges(path)
            name = os.path.basename(path)[: -len(".trace")]
            options = 0x12 if flow == "sign" else 0x00
            whole = script(options, [bytes.fromhex(a) for _, a in pairs])
            atr = bytes.fromhex(atr)
            write("card", "trace_" + name, whole[:1] + bytes([len(atr)]) + atr + whole[1:])


def main():
    for old in glob.glob(os.path.join(HERE, "corpus", "*", "trace_*")):
        os.remove(old)
    for name, target, options, aid in TARGETS:
        for flow in FLOWS:
            t1, _, pairs = exchanges(os.path.join(TRACES, name + "-" + flow + ".trace"))
            answers = [bytes.fromhex(a) for _, a in from_select(pairs, aid)]
            write(target, "trace_" + name + "_" + flow, script(options(t1), answers))
    write_whole()


main()
