// What a lint is, what it may look at, and what it finds. The facts are gathered by app; a lint only judges them.
import type { ByteString } from "#model/bytes";
import type { Outcome } from "#model/branches";
import type { Address } from "#model/mail";
import type { BranchName, PatchFile, PatchName } from "#model/queue";
import type { Person } from "./parse-maintainers.ts";
import type { StyleRemark } from "./parse-checkpatch.ts";

/** What a finding does: `error` keeps a patch from being published, `warn` and `note` are told, `off` is not looked for. */
export type Level = "off" | "note" | "warn" | "error";

export const LEVELS: readonly Level[] = ["off", "note", "warn", "error"];

/** One rule. */
export interface Lint {
  readonly name: string;
  /** The level where nobody says another. */
  readonly level: Level;
  /** What is wrong with what it finds and what to do about it: sentences. */
  readonly explanation: string;
  readonly link: string;
  /** A sentence without a subject for each thing it finds: `has no description`. */
  readonly find: (patch: LintedPatch) => readonly (string | Remark)[];
}

/** Something that another program found; `type` is its own name for it. */
export interface Remark {
  readonly message: string;
  readonly type: string;
}

/** One thing that was found. */
export interface Finding {
  readonly patch: PatchName;
  readonly branch: BranchName;
  /** The lint's name, with `:TYPE` behind it where another program found it. */
  readonly lint: string;
  readonly level: Exclude<Level, "off">;
  readonly message: string;
}

/** A patch with everything that is known of it. What could not be found out is null, or not in the map. */
export interface LintedPatch {
  readonly name: PatchName;
  readonly branch: BranchName;
  readonly file: PatchFile;
  /** Whoever runs the tree; null when the tree does not sign what it queues. */
  readonly signer: Address | null;
  /** Names of its fixes, when it is in a branch that takes only folded patches. */
  readonly fixes: readonly string[];
  readonly placement: Placement | null;
  readonly twins: readonly Twin[];
  /** Commits that its `Fixes:` name, by the id as written. */
  readonly commits: ReadonlyMap<string, NamedCommit>;
  /** People that the source tree's own list of maintainers names for it. */
  readonly people: readonly Person[] | null;
  /** What the source tree's own style check says. */
  readonly style: readonly StyleRemark[] | null;
}

/** How it applies where it stands. */
export interface Placement {
  readonly outcome: Outcome;
  /** Most context lines that a hunk missed. */
  readonly fuzz: number;
  /** Most that one would have to miss to apply, above the limit; null where that would not help. */
  readonly fuzzNeeded: number | null;
  /** Most that one may miss. */
  readonly limit: number;
}

/** The same change elsewhere. */
export interface Twin {
  /** `the queue`, `the base`, or a watched branch. */
  readonly where: string;
  /** A patch's name, or a commit's id and subject. */
  readonly what: string;
}

export type NamedCommit =
  | { readonly kind: "unknown" }
  | {
      readonly kind: "known";
      readonly id: string;
      readonly subject: string;
      /** A branch that is built anew again and again, when it is in no other; null when it is in the base or in a watched branch. */
      readonly rebased: string | null;
    };

/** The values of trailers with such a key, as written. */
export function valuesOf({ file }: LintedPatch, key: RegExp): ByteString[] {
  return file.trailers.filter((trailer) => key.test(trailer.key)).map(({ value }) => value);
}

/** The kernel's own manual, from which most rules come. */
export const MANUAL = "https://docs.kernel.org/process";
