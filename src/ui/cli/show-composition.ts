// What `mail show` says of a posting that did not come in one piece, of fixlets, and of its base: as JSON and as lines.
import { readablePath } from "#model/bytes";
import type { Composition } from "#model/postings";
import { printRevision } from "#model/postings";
import type { FoundBase } from "#app";
import type { Terminal } from "./terminal.ts";

/** The JSON of a composition: one entry in `slots` for each patch, ids without `<>`. */
export function compositionJson({ verdict, slots, fixlets }: Composition): object {
  return {
    verdict,
    slots: slots.map(({ patch, from, how, reason, certain, others }, index) => ({
      part: index + 1,
      id: patch?.message.messageId ?? null,
      revision: printRevision(patch?.subject.revision.stated === true ? patch.subject.revision : from.revision),
      how,
      reason,
      certain,
      others: others.map(({ message }) => message.messageId),
    })),
    fixlets: fixlets.map(({ message, index, paths, by, kind, asks, reason, certain }) => ({
      id: message.messageId,
      from: message.from[0]?.address ?? null,
      part: index === null ? null : index + 1,
      files: paths.map(readablePath),
      by,
      kind,
      asks,
      reason,
      certain,
    })),
  };
}

/** Nothing for a posting that is taken as it was posted and has no fixlets. */
export function printComposition(terminal: Terminal, { verdict, slots, fixlets }: Composition): void {
  if (verdict !== "posted" && verdict !== "incomplete") {
    terminal.line("not posted in one piece; longarm add --compose takes:");
    for (const [index, { patch, reason, certain }] of slots.entries()) {
      const line = `  ${String(index + 1).padStart(2)}  <${patch?.message.messageId ?? ""}>  ${reason}`;
      terminal.line(certain ? line : terminal.paint("yellow", `${line} (look at it)`));
    }
  }
  for (const { message, index, reason } of fixlets) {
    const where = index === null ? "" : ` for patch ${index + 1}`;
    terminal.line(terminal.paint("yellow", `fixlet${where}: <${message.messageId ?? ""}>  ${reason}`));
  }
}

/** The JSON of a base that was looked for. */
export function baseJson(base: FoundBase): object {
  return base.kind === "guessed" ? { ...base, differing: base.differing.map(readablePath) } : base;
}

/** One line for a person. */
export function baseLine(base: FoundBase): string {
  switch (base.kind) {
    case "stated":
      return base.commit === null
        ? `base: ${base.text}, as it says; the source repository has no such commit`
        : `base: ${base.commit}, as it says`;
    case "named":
      return `base: ${base.commit}, where ${base.text} points now`;
    case "guessed": {
      const fit =
        base.matched === base.total ? `all ${base.total} files fit` : `${base.matched} of ${base.total} files fit`;
      return `base: ${base.commit}, a guess on ${base.ref}: ${fit}${base.complete ? "" : ", older commits were not looked at"}`;
    }
    case "unknown":
      return `base: unknown, ${base.reason}`;
  }
}
