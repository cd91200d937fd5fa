// Orders of a queue that its dependencies allow. It gives ranks only; the series is changed by queue/arrange.ts.
import type { PatchName, QueuedPatch } from "#model/queue";
import type { Dependency } from "./dependencies.ts";

/**
 * The patches so that each stands behind those it depends on, and those of one group stand together where that is possible:
 * the group of the first patch that is free comes next, patch by patch, as far as it can. Ties keep the order given.
 * `groupOf` gives the same word for patches that belong together.
 */
export function orderByDependency(
  queue: readonly QueuedPatch[],
  dependencies: readonly Dependency[],
  groupOf: (name: PatchName) => string,
): PatchName[] {
  const waits = new Map(queue.map(({ name }) => [name, new Set<PatchName>()]));
  for (const { patch, on } of dependencies) if (waits.has(on)) waits.get(patch)?.add(on);
  const groups = Map.groupBy(queue, ({ name }) => groupOf(name));
  const ordered: PatchName[] = [];
  const done = new Set<PatchName>();
  const take = (name: PatchName): void => {
    ordered.push(name);
    done.add(name);
  };
  const isFree = (name: PatchName): boolean => !done.has(name) && (waits.get(name)?.isSubsetOf(done) ?? true);
  for (const { name } of queue) {
    if (done.has(name)) continue;
    // What a patch of the queue stands on is in front of it, so the first one that is left is always free.
    for (const member of groups.get(groupOf(name)) ?? []) if (isFree(member.name)) take(member.name);
  }
  return ordered;
}

/** The patches so that those of one group stand together where the group's first one stood; nothing else is asked. */
export function orderByGroup(queue: readonly QueuedPatch[], groupOf: (name: PatchName) => string): PatchName[] {
  return [...Map.groupBy(queue, ({ name }) => groupOf(name)).values()].flat().map(({ name }) => name);
}
