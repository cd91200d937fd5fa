// The list of lints, in the order in which their findings are told.
import { UserError } from "#model/bytes";
import type { Level, Lint } from "./lint.ts";
import { LEVELS } from "./lint.ts";
import { checkpatchCheck, checkpatchError, checkpatchWarning } from "./lints/checkpatch.ts";
import { coDeveloper } from "./lints/co-developer.ts";
import { description } from "./lints/description.ts";
import { duplicate } from "./lints/duplicate.ts";
import { emptyPatch } from "./lints/empty-patch.ts";
import { fixesForm, fixesRebased, fixesSubject, fixesUnknown } from "./lints/fixes.ts";
import { linkForm } from "./lints/link-form.ts";
import { missingPeople } from "./lints/missing-people.ts";
import { fuzz, rejected } from "./lints/placement.ts";
import { separator } from "./lints/separator.ts";
import { severalPatches } from "./lints/several-patches.ts";
import { signOffAuthor } from "./lints/sign-off-author.ts";
import { signOffOrder } from "./lints/sign-off-order.ts";
import { subjectPrefix } from "./lints/subject-prefix.ts";
import { unfoldedFix } from "./lints/unfolded-fix.ts";
import { utf8 } from "./lints/utf-8.ts";

export const LINTS: readonly Lint[] = [
  rejected,
  emptyPatch,
  severalPatches,
  duplicate,
  separator,
  signOffAuthor,
  signOffOrder,
  coDeveloper,
  fixesForm,
  fixesUnknown,
  fixesSubject,
  fixesRebased,
  linkForm,
  utf8,
  description,
  subjectPrefix,
  unfoldedFix,
  fuzz,
  missingPeople,
  checkpatchError,
  checkpatchWarning,
  checkpatchCheck,
];

/** Levels by lint name, and by `checkpatch:TYPE`. */
export type Levels = ReadonlyMap<string, Level>;

/** A lint whose findings have types of their own, which may have levels of their own. */
const TYPED = /^checkpatch:[A-Z0-9_]+$/;

/** The lint of that name, or the one that finds things of that type; UserError lists the names when there is none. */
export function lintNamed(name: string): Lint {
  const found = LINTS.find((lint) => lint.name === name) ?? (TYPED.test(name) ? checkpatchWarning : undefined);
  if (found !== undefined) return found;
  throw new UserError(`no lint "${name}"`, { hint: `lints: ${LINTS.map((lint) => lint.name).join(", ")}` });
}

/** The levels that apply: each lint's own, overruled by `layers` one after the other. Throws UserError for an unknown lint or level. */
export function levelsOf(...layers: readonly Readonly<Record<string, string>>[]): Levels {
  const levels = new Map<string, Level>(LINTS.map(({ name, level }) => [name, level]));
  for (const layer of layers) {
    for (const [name, written] of Object.entries(layer)) {
      lintNamed(name);
      const level = LEVELS.find((one) => one === written);
      if (level === undefined) {
        throw new UserError(`lint "${name}" has the level "${written}"`, { hint: `levels: ${LEVELS.join(", ")}` });
      }
      levels.set(name, level);
    }
  }
  return levels;
}
