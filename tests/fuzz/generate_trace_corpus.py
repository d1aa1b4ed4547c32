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
PIV_AID = "A00000030800001000"
TARGETS = [
    ("natid-rsa", "natid", lambda t1: 0x01 if t1 else 0x00, NATID_AID),
    ("natid-ec", "natid", lambda t1: 0x10 | (0x01 if t1 else 0x00), NATID_AID),
    ("natid-announced", "natid", lambda t1: 0x01 if t1 else 0x00, NATID_AID),
    ("piv", "piv", lambda t1: 0x08 | (0x01 if t1 else 0x00), PIV_AID),
    ("piv-extended", "piv", lambda t1: 0x01 if t1 else 0x00, PIV_AID),
    ("yubikey", "piv", lambda t1: 0x08 | 0x02, PIV_AID),
]
FLOWS = ["list", "sign", "receive", "wrong-pin", "change-pin", "unblock", "random"]


def exchanges(path):
    """The connection's protocol and the pairs of command and response, as hexadecimal."""
    t1, pairs, command = False, [], None
    with open(path, encoding="utf-8") as f:
        for line in f:
            words = line.split()
            if words[:1] == ["connect"]:
                t1 = words[3] == "T1"
            elif words[:1] == ["command"]:
                command = words[2]
            elif words[:1] == ["response"]:
                pairs.append((command, "" if words[3] == "-" else words[3]))
    return t1, pairs


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


def main():
    for old in glob.glob(os.path.join(HERE, "corpus", "*", "trace_*")):
        os.remove(old)
    for name, target, options, aid in TARGETS:
        for flow in FLOWS:
            t1, pairs = exchanges(os.path.join(TRACES, name + "-" + flow + ".trace"))
            answers = [bytes.fromhex(a) for _, a in from_select(pairs, aid)]
            folder = os.path.join(HERE, "corpus", target)
            with open(os.path.join(folder, "trace_" + name + "_" + flow), "wb") as f:
                f.write(script(options(t1), answers))


main()
