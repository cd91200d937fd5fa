// Takes out of an article what news servers put into it on its way, so that a mail read over NNTP has the bytes that its list sent.
// Pure. It touches no other byte.
import type { Bytes } from "#model/bytes";
import { byteString, concatBytes } from "#model/bytes";

/**
 * Fields that are a server's own (RFC 5536: Path 3.1.5, Xref 3.2.14), or say in which of its groups it keeps a mail (Newsgroups
 * 3.1.4). public-inbox and gateways add them; no mailing list sends them.
 */
const FIELD = /^(?:Path|Xref|Newsgroups):/i;

/** Largest head that is looked at; the article of a longer one stays as it is. */
const MAX_HEAD = 1024 * 1024;

/** The article without those fields; the same bytes when it has none. Lines end in LF. */
export function withoutTraceHeaders(article: Bytes): Bytes {
  const head = byteString(article, 0, Math.min(article.length, MAX_HEAD));
  const kept: Bytes[] = [];
  let [from, at] = [0, 0];
  while (at < head.length && head[at] !== "\n") {
    const end = fieldEnd(head, at);
    if (FIELD.test(head.slice(at, at + 12))) {
      kept.push(article.subarray(from, at));
      from = end;
    }
    at = end;
  }
  return from === 0 ? article : concatBytes([...kept, article.subarray(from)]);
}

/** Where the field that begins at `at` ends: behind its last continuation line. */
function fieldEnd(head: string, at: number): number {
  for (let end = at; ;) {
    const lineEnd = head.indexOf("\n", end);
    if (lineEnd < 0) return head.length;
    end = lineEnd + 1;
    if (head[end] !== " " && head[end] !== "\t") return end;
  }
}
