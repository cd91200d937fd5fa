// How `mail show` says who vouches for a posting, and which odd characters its patches hold: as lines and as JSON.
import type { CombinedAttestation, GuardFinding, Posting } from "#model/postings";
import type { World } from "#app";
import type { Terminal } from "./terminal.ts";

/** What is known about the trust in a posting; `attestation` and `oddCharacters` of `show --json`. */
export interface Trust {
  readonly attestation: {
    /** Equal ones put together. */
    readonly posting: readonly CombinedAttestation[];
    readonly mails: readonly { readonly messageId: string | null; readonly attestations: readonly object[] }[];
  };
  readonly oddCharacters: readonly (GuardFinding & { readonly part: number })[];
}

/** Checks the signatures of a posting and looks for odd characters in its patches. */
export async function trustOf(world: World, posting: Posting): Promise<Trust> {
  const { attestPosting, attestSettings, guardRules } = await import("#app");
  const { guardPatch } = await import("#model/postings");
  const { parseDiff } = await import("#model/diff");
  const { combined, mails } = await attestPosting(world, posting, attestSettings(world));
  const rules = guardRules(world);
  const oddCharacters = posting.slots.flatMap((slot, index) =>
    slot === null
      ? []
      : guardPatch({ ...slot, diff: parseDiff(slot.diff) }, rules).map((finding) => ({ part: index + 1, ...finding })),
  );
  return { attestation: { posting: combined, mails }, oddCharacters };
}

/** Prints a line for each attestation that says something, and one for each odd character. */
export async function printTrust(terminal: Terminal, { attestation, oddCharacters }: Trust): Promise<void> {
  const { describeFinding } = await import("#model/postings");
  for (const one of attestation.posting.filter(({ verdict }) => verdict !== "none")) {
    const { kind, verdict, identity, checkedBy, detail, mails, of } = one;
    const what = `${WORDS[verdict]}${identity === "" ? "" : ` ${identity}`}`;
    const by = checkedBy === "us" ? "" : `, said by ${checkedBy}`;
    const some = mails === of ? "" : `, ${mails} of ${of} patches`;
    const text = `${kind}: ${what}${by}${some}${detail === null ? "" : ` (${detail})`}`;
    const colour = verdict === "fail" ? "red" : verdict === "pass" && checkedBy === "us" ? "green" : "dim";
    terminal.line(terminal.paint(colour, text));
  }
  for (const { part, ...finding } of oddCharacters) {
    const colour = finding.action === "refuse" ? "red" : "yellow";
    terminal.line(terminal.paint(colour, `odd character in patch ${part}: ${describeFinding(finding)}`));
  }
}

const WORDS = {
  pass: "good",
  "unknown-key": "signed with an unknown key by",
  unchecked: "not checked",
  fail: "BAD",
  none: "none",
} as const;
