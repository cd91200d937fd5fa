"""Prints what the installed b4 takes from the replies of mail threads: one JSON object a line for each thread and revision.

Reads JSON lines {"thread": ID, "mails": [BASE64, ...]} on standard input, mails in order of arrival. Runs b4 as a library, so that
neither its network code nor its order of reading directories plays a part. Needs a home of its own with user.name and user.email.
"""

import base64
import email
import json
import logging
import sys

import b4

logging.getLogger("b4").setLevel(logging.CRITICAL)
b4.can_network = False
b4.MAIN_CONFIG = dict(b4.DEFAULT_CONFIG)
b4.MAIN_CONFIG["attestation-policy"] = "off"
b4.USER_CONFIG = {"name": "Max Maintainer", "email": "max@example.org"}


def mailbox(mails):
    box = b4.LoreMailbox()
    for raw in mails:
        box.add_message(email.message_from_bytes(raw, policy=b4.emlpolicy))
    return box


def shown(trailer):
    return trailer.as_string()


def added(patch, cover):
    own = b4.LoreMessage.get_body_parts(patch.body)[2]
    found = []
    for trailer in list(patch.followup_trailers) + (list(cover.followup_trailers) if cover is not None else []):
        if trailer not in own and trailer not in found:
            found.append(trailer)
    return [shown(trailer) for trailer in found]


for line in sys.stdin:
    thread = json.loads(line)
    mails = [base64.b64decode(mail) for mail in thread["mails"]]
    try:
        revisions = sorted(mailbox(mails).series)
        for revision in revisions:
            # get_series changes the mailbox, so each revision needs one of its own.
            series = mailbox(mails).get_series(revision)
            if series is None:
                continue
            cover = series.patches[0]
            patches = [patch for patch in series.patches[1:] if patch is not None]
            print(
                json.dumps(
                    {
                        "thread": thread["thread"],
                        "revision": revision,
                        "patches": [{"id": patch.msgid, "added": added(patch, cover)} for patch in patches],
                        "mismatches": sorted(f"{name}: {value}" for name, value, *_ in series.trailer_mismatches),
                    }
                )
            )
    except Exception as error:  # b4 stops at mails that it cannot read; the test lists those threads.
        print(json.dumps({"thread": thread["thread"], "error": f"{type(error).__name__}: {error}"}))
