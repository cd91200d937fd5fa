# Runs the installed b4 (Debian's 0.12) in this process on threads of mails and says what `b4 am -t` would write, revision by revision.
# Not a mock and no copy of b4: it calls b4's own classes, offline, because the command line reads mails in directory order,
# crashes on folded subjects, and needs a third of a second to start.
#
# Standard input: one JSON object a line, {"name": ..., "mails": [base64, ...]}, mails in order of arrival.
# Standard output: one JSON object a line for each thread and revision; texts that are bytes are latin1 strings of them;
# `mail` is the patch in b4's mailbox.
import base64
import email
import json
import logging
import sys

import b4

b4.MAIN_CONFIG = dict(b4.DEFAULT_CONFIG, **{'attestation-policy': 'off', 'attestation-checkmarks': 'simple'})
b4.USER_CONFIG = {'name': 'Nobody', 'email': 'nobody@example.org'}
b4.can_network = False
logging.getLogger('b4').addHandler(logging.NullHandler())
b4.logger.propagate = False


class Lines(logging.Handler):
    """What b4 says at the level that a person sees."""

    def __init__(self):
        super().__init__(logging.INFO)
        self.lines = []

    def emit(self, record):
        self.lines.append(record.getMessage())


said = Lines()
b4.logger.setLevel(logging.INFO)
b4.logger.addHandler(said)


def mailbox(mails):
    # b4's objects keep state from one series to the next, so each revision gets a box of its own.
    box = b4.LoreMailbox()
    for raw in mails:
        box.add_message(email.message_from_bytes(raw, policy=b4.emlpolicy))
    return box


def as_git_am_sees(message):
    raw = b4.LoreMessage.get_msg_as_bytes(message, headers='decode')
    # As git am runs it: no scissors.
    info, log, patch = b4.get_mailinfo(raw, scissors=False)
    return {
        'title': byte_text(info.get('Subject', '')),
        'author': byte_text(info.get('Author', '')),
        'email': byte_text(info.get('Email', '')),
        'date': byte_text(info.get('Date', '')),
        'log': log.decode('latin1'),
        'patch': patch.decode('latin1'),
        'mail': 'From git@z Thu Jan  1 00:00:00 1970\n' + raw.decode('latin1'),
    }


def byte_text(text):
    return text.encode('utf-8', errors='surrogateescape').decode('latin1')


def patches(series, bad_characters):
    ready = iter(series.get_am_ready(covertrailers=True, allowbadchars=bad_characters))
    return [
        {'part': place, 'id': mail.msgid, 'subject': mail.get_am_subject(indicate_reroll=False),
         **as_git_am_sees(next(ready))}
        for place, mail in enumerate(series.patches[1:], 1) if mail is not None
    ]


def answer(name, mails, revision, bad_characters=False):
    series = mailbox(mails).get_series(revision)
    if series is None:
        return None
    cover = series.patches[0]
    return {
        'thread': name,
        'revision': revision,
        'cover': None if cover is None else cover.msgid,
        'total': len(series.patches) - 1,
        'complete': series.complete,
        'reroll': series.partial_reroll,
        'patches': patches(series, bad_characters),
        'mismatches': [f'{key}: {value}' for key, value, _, _ in sorted(series.trailer_mismatches)],
        'refused': None,
        'error': None,
    }


def answer_or_why_not(name, mails, revision):
    said.lines = []
    try:
        return answer(name, mails, revision)
    except SystemExit:
        # The guard against control characters stops the program; b4 has an option to go on.
        return {**answer(name, mails, revision, bad_characters=True), 'refused': next(text for text in said.lines if 'WARNING' in text)}
    except Exception as error:  # That b4 has crashed is an answer, too.
        return {'thread': name, 'revision': revision, 'error': f'{type(error).__name__}: {error}'}


for line in sys.stdin:
    thread = json.loads(line)
    mails = [base64.b64decode(mail) for mail in thread['mails']]
    for revision in sorted(mailbox(mails).series):
        found = answer_or_why_not(thread['name'], mails, revision)
        if found is not None:
            print(json.dumps(found), flush=True)
