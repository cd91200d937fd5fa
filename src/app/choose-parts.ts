// The patches that `--part` names: numbers and ranges as of a printer's page list.
import { UserError } from "#model/bytes";
import { parseMessageId } from "#model/mail";
import type { Posting } from "#model/postings";

/** `1,3-5`, `4-`, `-3`, or `_` for the patch whose Message-ID is `id`; null means all. Throws UserError when one is not there. */
export function chooseParts(posting: Posting, text: string | null, id: string): ReadonlySet<number> | null {
  if (text === null) return null;
  if (text.trim() === "_") return new Set([partNamed(posting, id)]);
  const parts = new Set<number>();
  for (const piece of text.split(",")) {
    const found = /^\s*(?:(\d{1,4})|(\d{0,4})\s*-\s*(\d{0,4}))\s*$/.exec(piece);
    if (found === null || piece.trim() === "-") {
      throw new UserError(`"${piece.trim()}" is no number of a patch`, { hint: 'write for example "1,3-5"' });
    }
    const [, one, from, to] = found;
    const first = Number(one ?? (from === "" ? 1 : from));
    const last = Number(one ?? (to === "" ? posting.total : to));
    for (const number of [first, last]) {
      if (number < 1 || number > posting.total)
        throw new UserError(`no patch ${number} of "${posting.subject}"`, { hint: `it has ${posting.total}` });
    }
    for (let part = first; part <= last; part++) parts.add(part);
  }
  const missing = [...parts].find((part) => posting.slots[part - 1] === null);
  if (missing === undefined) return parts;
  throw new UserError(`patch ${missing} of "${posting.subject}" is not in these archives`, {
    hint: "leave it out, or name an archive that has it with --from",
  });
}

function partNamed(posting: Posting, id: string): number {
  const wanted = parseMessageId(id.startsWith("<") ? id : `<${id}>`);
  const index = posting.slots.findIndex((slot) => slot !== null && slot.message.messageId === wanted);
  if (index >= 0) return index + 1;
  throw new UserError(`"${id}" is no patch of "${posting.subject}"`, { hint: "name the patch's own Message-ID" });
}
