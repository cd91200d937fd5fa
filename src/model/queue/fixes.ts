// Which queued patches are fixes of which: `foo-fix.patch`, `foo-fix-2.patch`, `foo-v2.patch` behind `foo.patch`.
// Reads names and order only; joining a fix with its patch is fold-patches.ts's.
import type { PatchName } from "./series.ts";

// As -mm names them: -fix, -fix-2, -fix-fix, -fix-2-fix, -checkpatch-fixes, -update, -v2, and any of them behind each other.
const SUFFIX = /^(?:-(?:fix(?:es)?|checkpatch-fixes|update|v\d{1,3})(?:-?\d{1,3})?)+$/;

/**
 * For each patch that has fixes the names of them in queue order. A fix of a fix is the first patch's. A patch stands before its fixes:
 * a name with such an ending whose stem is not queued before it is no fix.
 */
export function fixesIn(names: readonly PatchName[]): ReadonlyMap<PatchName, readonly PatchName[]> {
  const roots = new Map<string, PatchName>();
  const fixes = new Map<PatchName, PatchName[]>();
  for (const name of names) {
    const stem = name.replace(/\.(?:patch|diff)$/, "");
    const root = rootOf(stem, roots);
    roots.set(stem, root ?? name);
    if (root !== undefined) fixes.set(root, [...(fixes.get(root) ?? []), name]);
  }
  return fixes;
}

// The longest stem decides: with "a-fix" and "a" queued, "a-fix-2" is a fix of what "a-fix" is a fix of.
function rootOf(stem: string, roots: ReadonlyMap<string, PatchName>): PatchName | undefined {
  for (let end = stem.lastIndexOf("-"); end > 0; end = stem.lastIndexOf("-", end - 1)) {
    const root = roots.get(stem.slice(0, end));
    if (root !== undefined && SUFFIX.test(stem.slice(end))) return root;
  }
  return undefined;
}
