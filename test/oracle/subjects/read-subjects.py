# Reads a JSON list of decoded subjects on stdin and prints what b4 0.12 and patchwork's documented rules make of each.
# The patchwork half follows its description (tokens between brackets, a marker "x/n" or "x of n", a token "v<digits>"), not its code.
import json
import re
import sys

import b4


def by_b4(text):
    subject = b4.LoreSubject(text)
    if subject.reply:
        return {"reply": True}
    counted = not subject.counters_inferred
    return {
        "reply": False,
        "revision": subject.revision,
        "counter": subject.counter if counted else None,
        "total": subject.expected if counted else None,
        "rfc": subject.rfc,
        "title": subject.subject,
    }


def by_patchwork(text):
    text = re.sub(r"\s+", " ", text).strip()
    if re.match(r"re:", text, re.IGNORECASE):
        return {"reply": True}
    words = []
    rest = text
    while True:
        found = re.match(r"\[([^\]]*)\]\s*", rest)
        if not found:
            break
        words += [word for word in re.split(r"[\s,]+", found.group(1)) if word]
        rest = rest[found.end():]
    counter = next((m for m in (re.search(r"(\d+)/(\d+)$", word) for word in words) if m), None)
    counter = counter or re.search(r"(\d+) of (\d+)", " ".join(words))
    version = next((m for m in (re.match(r"v(\d+)$", word, re.IGNORECASE) for word in words) if m), None)
    version = version or re.search(r"\(v(\d+)\)$", text, re.IGNORECASE)
    return {
        "reply": False,
        "revision": int(version.group(1)) if version else 1,
        "counter": int(counter.group(1)) if counter else None,
        "total": int(counter.group(2)) if counter else None,
        "rfc": any(word.lower().startswith("rfc") for word in words),
        "title": rest,
    }


json.dump([{"b4": by_b4(text), "patchwork": by_patchwork(text)} for text in json.load(sys.stdin)], sys.stdout)
