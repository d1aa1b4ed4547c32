#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Writes the seeds of corpus/api: calls in the encoding of api_fuzz.c, in orders that get far."""

import os

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "corpus", "api")
SESSION, LOGIN, FIND, OBJECT, INIT, PART, END, SLOT, DISTURB = 0, 1, 2, 4, 5, 7, 8, 10, 11
AUTH, SIGN, WRONG, NO_PIN = 0, 1, 2, 0x80
RSA_PKCS, SHA256_RSA, PSS, RAW, OAEP, ECDSA, ECDSA_SHA256, ECDH, SHA256 = 0, 1, 2, 4, 5, 6, 7, 9, 10
ROOM = 0x40


def call(kind, *args):
    return bytes([kind, *args])


def open_on(slot):
    return call(SESSION, 0, 6, slot)


def login(pin, what=0):
    return call(LOGIN, what, 0, pin)


def find():
    return call(FIND, 0, 0, 0)


def init(what, mechanism, parameter=0, key=0):
    return call(INIT, what, 0, key, mechanism, parameter, 7)


def end(what, data=3, room=ROOM):
    """data is api_fuzz.c's choice; 3: 32 bytes"""
    lens = [0, 1, 20, 32, 48, 51, 64, 245, 256, 257]
    return call(END, what, 0, data) + bytes(range(lens[data % 10])) + bytes([room])


def disturb(what, reader=0, kind=0, at=0, value=0):
    return call(DISTURB, what, reader, kind, at, value)


SEEDS = {
    "list": b"".join(call(SLOT, w, s) for w in range(6) for s in range(4)),
    "ecdsa": open_on(0) + login(AUTH) + find() + init(0, ECDSA) + end(0),
    "rsa": open_on(2) + login(AUTH) + find() + init(0, SHA256_RSA) + end(0),
    "pss": open_on(2) + login(AUTH) + find() + init(0, PSS, 1) + end(0, 3, 0x80) + end(0),
    "recover": open_on(2) + login(AUTH) + find() + init(3, RSA_PKCS) + end(3),
    "context": open_on(1) + login(SIGN) + find() + init(0, SHA256_RSA) + login(SIGN, 2) + end(0, 5),
    "wrong": open_on(0) + login(WRONG) * 4 + login(NO_PIN) + login(AUTH),
    "change": open_on(0) + call(LOGIN, 4, 0, AUTH, SIGN) + login(SIGN),
    "digest": open_on(0) + init(5, SHA256) + end(7) + init(5, SHA256) + call(PART, 2, 0, 1, 9, 0) + end(8),
    "verify": open_on(2) + find() + init(2, SHA256_RSA) + end(4) + init(8, SHA256_RSA) + end(11),
    "cipher": open_on(2) + login(AUTH) + find() + init(6, OAEP, 2, 1) + end(9) + init(7, OAEP, 2) + end(10),
    "derive": open_on(0) + login(AUTH) + find() + call(OBJECT, 4, 0, 0, 0, ECDH, 3, 7),
    "create": open_on(0)
    + call(OBJECT, 0, 0, 0, 3, 0, 2, 2, 6, 2, 0, 7, 5, 0)
    + bytes(256)
    + call(OBJECT, 1, 0, 0, 0)
    + call(OBJECT, 5, 0, 0, 1, 4, 5, 0)
    + bytes(256),
    "removal": open_on(0) + login(AUTH) + find() + init(0, ECDSA) + disturb(0) + end(0) + disturb(1) + open_on(0),
    "reset": open_on(1) + login(SIGN) + find() + init(0, SHA256_RSA) + login(SIGN, 2) + disturb(3) + end(0),
    "service": open_on(0) + disturb(5) + login(AUTH) + disturb(6) + open_on(0) + login(AUTH) + find(),
    "faults": open_on(0) + b"".join(disturb(8, 0, k, a, 0x82) + login(AUTH) + find() for k in range(1, 9) for a in (0, 2)),
    "late": open_on(1) + login(SIGN) + find() + init(0, SHA256_RSA) + login(SIGN, 2) + disturb(7, 0, 0, 5) * 2 + end(0),
    "restart": open_on(0) + login(AUTH) + bytes([0xFF]) + open_on(0) + find(),
}

os.makedirs(FOLDER, exist_ok=True)
for name, data in SEEDS.items():
    with open(os.path.join(FOLDER, name), "wb") as f:
        f.write(data)
