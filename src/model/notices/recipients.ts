// Who gets a notice: the list, everybody whom the patch names, its author, the sender.
import type { ByteString } from "#model/bytes";
import { addressesIn } from "./addresses.ts";
import { compareIgnoringPunctuation } from "./collation.ts";
import type { NoticeTemplates } from "./templates.ts";

/** One trailer of the patch's description, `Key: value`. */
export interface NoticeTrailer {
  readonly key: ByteString;
  readonly value: ByteString;
}

/**
 * The addresses of a notice's `To:` line, in its order: list; the addresses of all `*-by:` and `Cc:` trailers,
 * sorted backwards regardless of case and punctuation; author; sender. None twice (case ignored), first spelling kept.
 * The sender's own sign-off does not put them among the trailers' addresses, a `Cc:` does.
 * Source: 103 of 103 notices of the -mm tree, 2022 to 2026.
 */
export function noticeRecipients(patch: {
  readonly trailers: readonly NoticeTrailer[];
  /** The patch's author, `Name <address>` or a bare address. */
  readonly author: ByteString;
  readonly templates: Pick<NoticeTemplates, "sender" | "list" | "exclude">;
}): string[] {
  const { list, exclude } = patch.templates;
  const sender = addressesIn(patch.templates.sender);
  const author = addressesIn(patch.author).slice(0, 1);
  const named = new Map<string, string>();
  for (const { key, value } of patch.trailers) {
    if (!/^cc$|-by$/i.test(key)) continue;
    for (const address of addressesIn(value)) {
      const id = address.toLowerCase();
      const signOff = key.toLowerCase() === "signed-off-by" && sameAs(sender, id);
      if (!named.has(id) && !signOff && !sameAs(author, id) && !sameAs([list], id)) named.set(id, address);
    }
  }
  const people = [...named.values()].sort((a, b) => compareIgnoringPunctuation(b, a));
  // The sender who is also the author closes the line once.
  const last = [
    ...author.filter((address) => !sameAs(sender, address.toLowerCase())),
    ...sender.filter((address) => !sameAs([list], address.toLowerCase())),
  ];
  return [list, ...[...people, ...last].filter((address) => !exclude.some((glob) => matches(glob, address)))];
}

function sameAs(addresses: readonly string[], id: string): boolean {
  return addresses.some((address) => address.toLowerCase() === id);
}

/** Whether the whole address fits the glob, in time linear for each `*`: the pieces between the stars are found one by one. */
function matches(glob: string, address: string): boolean {
  const [first = "", ...rest] = glob.toLowerCase().split("*");
  const text = address.toLowerCase();
  const last = rest.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first) || !text.endsWith(last)) return false;
  let at = first.length;
  for (const piece of rest) {
    const found = text.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return at <= text.length - last.length;
}
