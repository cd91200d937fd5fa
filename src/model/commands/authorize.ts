// Who may give which command: the author of a patch a few, the tree's maintainers all, and nobody whose mail nobody vouches for.
import { sameAddress } from "#model/mail";
import type { CommandWord } from "./parse-commands.ts";

/** `[mail.commands]` of a tree. */
export interface CommandRules {
  /** What the author of a patch may do with it. */
  readonly authors: readonly CommandWord[];
  /** Addresses that may do everything. */
  readonly maintainers: readonly string[];
  /** What is believed: a DKIM signature of the writer's own domain that holds, or an archive's word that it did. */
  readonly trust: readonly ("dkim" | "archive")[];
  /** Hosts whose word is taken (the first of `Authentication-Results:`); empty for none. */
  readonly servers: readonly string[];
}

export type Permission =
  | { readonly kind: "allowed"; readonly as: "author" | "maintainer" }
  | { readonly kind: "refused"; readonly why: string };

/** Whether the writer may do that. `vouchedFor` says whether somebody trusted vouches for the `From:` of the mail. */
export function authorize(
  rules: CommandRules,
  word: CommandWord,
  writer: { readonly address: string; readonly vouchedFor: boolean },
  author: string,
): Permission {
  if (!writer.vouchedFor) {
    return {
      kind: "refused",
      why: `nothing that this tree trusts shows that the mail is from ${writer.address} (no valid DKIM signature of that domain)`,
    };
  }
  if (rules.maintainers.some((one) => sameAddress(one, writer.address))) return { kind: "allowed", as: "maintainer" };
  if (!sameAddress(author, writer.address))
    return {
      kind: "refused",
      why: `${writer.address} is neither the author of the patch nor a maintainer of the tree`,
    };
  if (rules.authors.includes(word)) return { kind: "allowed", as: "author" };
  const may = rules.authors.length === 0 ? "nothing" : rules.authors.join(", ");
  return { kind: "refused", why: `authors may not "${word}" in this tree (they may: ${may})` };
}
