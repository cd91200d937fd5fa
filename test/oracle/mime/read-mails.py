# This script says how Python's email package reads mails, as a second opinion on ours: one JSON object a mail, in the order of the files.
# With "charsets" it prints mails instead, as {name: base64}, each with one text in one charset and transfer encoding.
import base64
import email
import email.header
import email.policy
import email.utils
import hashlib
import json
import os
import quopri
import sys


def text(value):
    return str(value).encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def attempt(read):
    try:
        return read()
    except Exception as error:  # what it cannot read is an answer, too
        return "error: " + type(error).__name__


def subject(message):
    return " ".join(text(message["subject"] or "").split())


def senders(message):
    header = message["from"]
    return [[text(one.display_name), text(one.addr_spec)] for one in header.addresses] if header else []


def date(message):
    value = message["date"]
    return None if value is None else int(email.utils.parsedate_to_datetime(str(value)).timestamp())


def parts(plain):
    found = []
    for part in plain.walk():
        if part.is_multipart():
            continue
        payload = (part.get_payload(decode=True) or b"").replace(b"\r\n", b"\n")
        charset = part.get_content_charset()
        decoded = attempt(lambda: payload.decode(charset or "ascii"))
        name = attempt(lambda: part.get_filename())
        found.append(
            {
                "type": part.get_content_type(),
                "file": None if name is None else text(name),
                "bytes": hashlib.sha256(payload.rstrip(b"\n")).hexdigest(),
                "text": decoded.rstrip("\n") if part.get_content_maintype() == "text" else "",
            }
        )
    return found


def read(data):
    modern = email.message_from_bytes(data, policy=email.policy.default)
    plain = email.message_from_bytes(data)
    return {
        "subject": attempt(lambda: subject(modern)),
        "from": attempt(lambda: senders(modern)),
        "date": attempt(lambda: date(modern)),
        "parts": attempt(lambda: parts(plain)),
    }


TEXTS = {
    "koi8-r": "Привет, мир", "koi8-u": "Привіт, світе", "windows-1250": "Příliš žluťoučký kůň", "windows-1251": "Съешь ещё",
    "windows-1252": "naïve – “quoted” €", "windows-1253": "Ξεσκεπάζω", "windows-1254": "Pijamalı hasta yağız", "windows-1255": "דג סקרן",
    "windows-1256": "نص عربي", "windows-1257": "Įlinkdama fechtuotojo", "windows-1258": "Viêt Nam", "iso-8859-1": "Jörg Ångström",
    "iso-8859-2": "Łukasz Żółć", "iso-8859-5": "Привет", "iso-8859-7": "Γειά", "iso-8859-8": "שלום", "iso-8859-15": "5 € œuvre",
    "iso-2022-jp": "こんにちは世界 kernel", "shift_jis": "修正パッチ", "euc-jp": "修正パッチ", "gb2312": "修复补丁", "gbk": "镕基修复",
    "gb18030": "修复补丁㐀𠀀", "big5": "修正補丁", "euc-kr": "패치 수정", "utf-8": "Grüße 😀 مرحبا", "utf-16": "wide Ü",
    "cp932": "修正①", "cp949": "패치 똠", "cp1252": "dash – here", "macintosh": "é",
}


def charsets():
    mails = {}
    for charset, sample in TEXTS.items():
        codec = {"macintosh": "mac-roman"}.get(charset, charset)
        raw = (sample + "\n").encode(codec)
        word = base64.b64encode(sample.encode(codec)).decode()
        q_word = "".join("=%02X" % byte for byte in sample.encode(codec))
        for name, body in {
            "8bit": raw,
            "base64": base64.encodebytes(raw),
            "quoted-printable": quopri.encodestring(raw),
        }.items():
            if name == "8bit" and charset == "utf-16":
                continue
            head = (
                f"From: =?{charset}?Q?{q_word}?= <ann@example.org>\nSubject: [PATCH] =?{charset}?B?{word}?= end\n"
                f"Date: Mon, 1 Jan 2024 08:00:00 +0100\nMessage-ID: <1@example.org>\nMIME-Version: 1.0\n"
                f"Content-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: {name}\n\n"
            )
            mails[f"{charset} {name}"] = base64.b64encode(head.encode() + body).decode()
    return mails


if sys.argv[1] == "charsets":
    json.dump(charsets(), sys.stdout)
else:
    for file in sorted(os.listdir(sys.argv[1])):
        with open(os.path.join(sys.argv[1], file), "rb") as mail:
            print(json.dumps(read(mail.read())))
