// What the commands of one mail change: ledger events, and for a drop the series; and the sentence that answers each.
import { UserError } from "#model/bytes";
import type { CommandResult, MailCommand } from "#model/commands";
import { authorize } from "#model/commands";
import type { EventBody } from "#model/ledger";
import { patchStates, standingEvents } from "#model/ledger";
import type { Message } from "#model/mail";
import { sameAddress } from "#model/mail";
import type { PatchName } from "#model/queue";
import { parsePatchFile, showName } from "#model/queue";
import type { Tree, TreeChange } from "#io/store";
import { readLedger, readPatchBytes } from "#io/store";
import { planDrop } from "./drop.ts";
import { patchesMeant } from "./patches-meant.ts";
import type { World } from "./world.ts";

interface Writer {
  readonly address: string;
  readonly vouchedFor: boolean;
}

export interface Obeyed {
  readonly results: readonly CommandResult[];
  readonly change: Pick<TreeChange, "files" | "events" | "notices">;
}

/** Plans what the commands ask for, one after the other; those behind a drop find the patch gone. Changes nothing. */
export function obey(
  world: World,
  tree: Tree,
  message: Message,
  writer: Writer,
  commands: readonly MailCommand[],
): Obeyed {
  const meant = patchesMeant(tree, message) ?? { queued: [], gone: [] };
  const results: CommandResult[] = [];
  const events: EventBody[] = [];
  const dropped = new Map<PatchName, string>();
  let drop: Pick<TreeChange, "files" | "events" | "notices"> = { files: new Map(), events: [], notices: [] };
  const held = new Map(meant.queued.map((name) => [name, ownHold(tree, name, writer.address)]));
  for (const command of commands) {
    const say = (outcome: CommandResult["outcome"], text: string): void =>
      void results.push({ line: command.line, outcome, text });
    for (const name of meant.gone) say("refused", `${name} is not in the queue any more`);
    const allowed: PatchName[] = [];
    for (const name of meant.queued) {
      const shown = showName(name);
      const author = parsePatchFile(readPatchBytes(tree, name)).author?.address ?? "";
      const permission = authorize(tree.config.sending.commands, command.word, writer, author);
      if (dropped.has(name)) say("refused", `${shown} was just dropped`);
      else if (permission.kind === "refused") say("refused", `${shown}: ${permission.why}`);
      else if (command.word === "drop") allowed.push(name);
      else {
        const asked = remark(command, shown, writer.address, held.get(name) ?? "none", permission.as);
        if (asked.event !== null) events.push(asked.event);
        if (command.word === "hold" && asked.event !== null) held.set(name, "own");
        if (command.word === "release" && asked.event !== null) held.set(name, "none");
        say(asked.event === null ? "refused" : "done", asked.text);
      }
    }
    if (command.word !== "drop" || allowed.length === 0) continue;
    // One drop a mail: a second one would be planned on a queue that does not exist yet.
    if (dropped.size > 0) {
      say("refused", "one mail may drop once");
      continue;
    }
    const [reason = "", ...rest] = command.text.split(/\s+/);
    try {
      const { change } = planDrop(world, tree, {
        patches: allowed.map(showName),
        reason,
        into: null,
        note: [...rest, `(${writer.address})`].join(" "),
        dryRun: false,
      });
      drop = change;
      for (const name of allowed) {
        dropped.set(name, reason);
        say("done", `${showName(name)} is dropped (${reason})`);
      }
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      say("refused", `${error.message}${error.hint === null ? "" : `; ${error.hint}`}`);
    }
  }
  return { results, change: { ...drop, events: [...events, ...drop.events] } };
}

/** Whose hold is on the patch now: one that this writer asked for by mail, somebody else's, or none. */
function ownHold(tree: Tree, name: PatchName, address: string): "own" | "other" | "none" {
  const events = readLedger(tree);
  const patch = showName(name);
  if (!patchStates(events).get(patch)?.hold) return "none";
  const op = standingEvents(events).findLast((event) => event.kind === "held" && event.patch === patch)?.op;
  const isOwn = events.some(
    (event) => event.kind === "commanded" && event.op === op && sameAddress(event.from, address),
  );
  return isOwn ? "own" : "other";
}

function remark(
  { word, text }: MailCommand,
  patch: string,
  address: string,
  hold: "own" | "other" | "none",
  as: "author" | "maintainer",
): { readonly event: EventBody | null; readonly text: string } {
  switch (word) {
    case "hold": {
      if (hold === "other" && as === "author")
        return { event: null, text: `${patch} is held already, by somebody else` };
      const until = /\buntil (\d{4}-\d{2}-\d{2})\b/.exec(text)?.[1] ?? null;
      const day = until !== null && Number.isNaN(Date.parse(until)) ? null : until;
      const reason = `${text === "" ? "no reason given" : text} (${address})`;
      const event: EventBody = { kind: "held", patch, reason, until: day, tag: null, person: null };
      return { event, text: `${patch} is held${day === null ? "" : ` until ${day}`}; it is not promoted meanwhile` };
    }
    case "release":
      if (hold === "none") return { event: null, text: `${patch} is not held` };
      if (hold === "other" && as === "author")
        return { event: null, text: `the hold of ${patch} is somebody else's; ask the maintainer` };
      return { event: { kind: "released", patch }, text: `${patch} is no longer held` };
    case "note":
      if (text === "") return { event: null, text: "the note is empty" };
      return { event: { kind: "noted", patch, text: `${text} (${address})` }, text: `noted on ${patch}` };
    case "update":
      return {
        event: {
          kind: "noted",
          patch,
          text: `update to the newest revision asked for${text === "" ? "" : `: ${text}`} (${address})`,
        },
        text: `noted on ${patch}; a maintainer looks at the revision and updates`,
      };
    case "drop":
      throw new Error("a drop is planned with the queue");
  }
}
