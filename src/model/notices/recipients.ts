// Who gets a notice: the list, everybody whom the patch names, its author, the sender.
import type { ByteString } from "#model/bytes";
import { fitsGlob } from "#model/queue";
import { addressesIn } from "./addresses.ts";
import { compareIgnoringPunctuation } from "./collation.ts";
import type { NoticeTemplates } from "./templates.ts";

/** One trailer of the patch's description, `Key: value`. */
export interface NoticeTrailer {
  readonly key: ByteString;
  readonly value: ByteString;
}

/**
 * The addresses of a notice's `To:` line, in the order of the templates' rule. People are the addresses of all `*-by:` and `Cc:`
 * trailers. None twice (case ignored), first spelling kept, but for the sender: their own sign-off does not put them among
 * the people, a `Cc:` does, in addition to their own place.
 * Source: the To: lines of 146 notices of the -mm tree, 2019 to 2026.
 */
export function noticeRecipients(patch: {
  readonly trailers: readonly NoticeTrailer[];
  /** The patch's author, `Name <address>` or a bare address. */
  readonly author: ByteString;
  readonly templates: Pick<NoticeTemplates, "sender" | "list" | "exclude" | "to">;
}): string[] {
  const { list, exclude, to } = patch.templates;
  const sender = addressesIn(patch.templates.sender);
  const author = addressesIn(patch.author).slice(0, 1);
  const parts = to.order.map((part) => part.split("+"));
  const has = (name: string): boolean => parts.some((part) => part.includes(name));
  const groups: Readonly<Record<string, readonly string[]>> = {
    list: [list],
    people: peopleIn(patch.trailers, sender, [...author, list]),
    // The sender who is also the author stands in the line once.
    author: author.filter((address) => !has("sender") || !sameAs(sender, address.toLowerCase())),
    sender: sender.filter((address) => !has("list") || !sameAs([list], address.toLowerCase())),
  };
  const line = parts.flatMap((part) => {
    const addresses = part.flatMap((name) => groups[name] ?? []);
    if (!part.includes("people") && part.length === 1) return addresses;
    if (to.sort === "by-bytes") return addresses.sort();
    const sorted = addresses.sort(compareIgnoringPunctuation);
    return to.sort === "descending" ? sorted.toReversed() : sorted;
  });
  return line.filter(
    (address) => address === list || !exclude.some((glob) => fitsGlob(glob.toLowerCase(), address.toLowerCase())),
  );
}

/** The parts that a rule may name. */
export const RECIPIENT_PARTS: readonly string[] = ["list", "people", "author", "sender"];

function peopleIn(
  trailers: readonly NoticeTrailer[],
  sender: readonly string[],
  others: readonly string[],
): readonly string[] {
  const named = new Map<string, string>();
  for (const { key, value } of trailers) {
    if (!/^cc$|-by$/i.test(key)) continue;
    for (const address of addressesIn(value)) {
      const id = address.toLowerCase();
      const signOff = key.toLowerCase() === "signed-off-by" && sameAs(sender, id);
      if (!named.has(id) && !signOff && !sameAs(others, id)) named.set(id, address);
    }
  }
  return [...named.values()];
}

function sameAs(addresses: readonly string[], id: string): boolean {
  return addresses.some((address) => address.toLowerCase() === id);
}
