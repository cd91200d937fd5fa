// Prints which commits have other ids after the base changed, where that is few enough to read.
import type { BuildReport } from "#app";
import type { Terminal } from "./terminal.ts";

/** More commits than this are in the file only. */
const MAX_LISTED = 20;

/** Nothing is said of a build on the base of the last one: there ids change all the time. */
export function reportMoved(terminal: Terminal, { moved, maps }: BuildReport): void {
  if (maps.length === 0) return;
  terminal.line(`${moved.length} ${moved.length === 1 ? "commit" : "commits"} moved, map in ${maps.join(", ")}`);
  if (moved.length > MAX_LISTED) return;
  for (const { patch, old, new: now } of moved) terminal.line(`  ${old.slice(0, 12)} ${now.slice(0, 12)} ${patch}`);
}
