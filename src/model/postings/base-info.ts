// What a posting says about its base: the lines that `git format-patch --base` and b4 write. Resolves nothing.
import type { Bytes } from "#model/bytes";
import { byteString } from "#model/bytes";

/** Lines of a cover letter or patch mail that place it. */
export interface BaseInfo {
  /** `base-commit:` as written, 7 to 64 hex digits. */
  readonly commit: string | null;
  /** `prerequisite-patch-id:` in order. */
  readonly prerequisites: readonly string[];
  /** `change-id:`, the same in all revisions of a series sent with b4. */
  readonly changeId: string | null;
}

/** Prerequisites after this many are not read. */
export const MAX_PREREQUISITES = 1000;

/** No base is stated. */
export const noBase: BaseInfo = { commit: null, prerequisites: [], changeId: null };

/** Reads the lines wherever they stand in a mail body; quoted lines do not count. The first of several base commits wins. */
export function parseBase(body: Bytes): BaseInfo {
  const buffer = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const prerequisites = values(buffer, "prerequisite-patch-id:", /^[0-9a-f]{40,64}$/, MAX_PREREQUISITES);
  const commit = values(buffer, "base-commit:", /^[0-9a-f]{7,64}$/, 1)[0] ?? null;
  const changeId = values(buffer, "change-id:", /^[\w.-]{3,200}$/i, 1)[0] ?? null;
  return commit === null && changeId === null && prerequisites.length === 0
    ? noBase
    : { commit, prerequisites, changeId };
}

/** The first statement of each kind among several texts, cover first. */
export function firstBase(bases: readonly BaseInfo[]): BaseInfo {
  const stated = bases.find((base) => base.commit !== null);
  return {
    commit: stated?.commit ?? null,
    prerequisites: bases.find((base) => base.prerequisites.length > 0)?.prerequisites ?? [],
    changeId: bases.find((base) => base.changeId !== null)?.changeId ?? null,
  };
}

function values(buffer: Buffer, name: string, shape: RegExp, limit: number): string[] {
  const found: string[] = [];
  // b4 writes "change-id:", people also "Change-Id:"; the first letter is the only one that varies in practice.
  for (const spelling of [name, `${name.charAt(0).toUpperCase()}${name.slice(1)}`, "Change-Id:"]) {
    if (spelling.toLowerCase() !== name) continue;
    for (let at = buffer.indexOf(spelling); at >= 0 && found.length < limit; at = buffer.indexOf(spelling, at + 1)) {
      if (at > 0 && buffer[at - 1] !== 10) continue;
      const value = byteString(
        buffer,
        at + spelling.length,
        Math.min(buffer.length, at + spelling.length + 250),
      ).trimStart();
      const word = /^\S*/.exec(value)?.[0] ?? "";
      if (shape.test(word)) found.push(word);
    }
  }
  return found;
}
