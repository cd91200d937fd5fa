// Standing rules of a tree for its mails: by recipient, kind, patch or posting, a mail is sent, held, suppressed or put in a digest.
import type { MailFacts } from "./mail-state.ts";

export type RuleVerdict = "send" | "hold" | "suppress" | "digest";

/** One rule; what it does not name, it takes all of. `*` in a pattern stands for any characters. */
export interface OutboxRule {
  readonly to: string | null;
  readonly kind: string | null;
  readonly patch: string | null;
  readonly posting: string | null;
  readonly verdict: RuleVerdict;
}

/** What the first rule that fits says of the mail for that recipient; `send` when none does. */
export function ruleFor(rules: readonly OutboxRule[], mail: MailFacts, to: string): RuleVerdict {
  return rules.find((rule) => fitsMail(rule, mail, rule.verdict) && fits(rule.to, to))?.verdict ?? "send";
}

/**
 * Whether a rule's patterns fit a mail, its recipients aside. A mail about several patches fits when one of them does; but to suppress
 * it all must, because with it the news of the others would be lost.
 */
export function fitsMail(
  rule: Pick<OutboxRule, "kind" | "patch" | "posting">,
  mail: MailFacts,
  verdict: RuleVerdict,
): boolean {
  const patchFits = (patch: string): boolean => fits(rule.patch, patch);
  const isPatch = verdict === "suppress" ? mail.patches.every(patchFits) : mail.patches.some(patchFits);
  const isAbout = rule.patch === null || (mail.patches.length > 0 && isPatch);
  return isAbout && fits(rule.kind, mail.kind) && fits(rule.posting, mail.posting);
}

/** Whether a pattern fits a text, without regard to case; null fits everything, and nothing but null fits null. */
export function fits(pattern: string | null, text: string | null): boolean {
  if (pattern === null) return true;
  if (text === null) return false;
  const pieces = pattern.toLowerCase().split("*");
  const last = pieces.pop() ?? "";
  let rest = text.toLowerCase();
  if (pieces.length === 0) return rest === last;
  for (const [index, piece] of pieces.entries()) {
    const at = rest.indexOf(piece);
    if (at < 0 || (index === 0 && at > 0)) return false;
    rest = rest.slice(at + piece.length);
  }
  return rest.endsWith(last);
}
