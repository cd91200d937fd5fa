// Everything known about one patch, for a person: the questions that people ask come first, each with its answer in a line.
import { STANDARD_REASONS } from "#model/answers";
import { describeEvent } from "#model/ledger";
import type { Hold } from "#model/ledger";
import type { ShownPatch } from "#app";
import type { Paint, Terminal } from "./terminal.ts";

/** Columns of the labels. */
const LABEL = 11;

/** Prints the facts and the history; the patch file itself is the caller's. */
export function reportPatch(terminal: Terminal, patch: ShownPatch): void {
  terminal.line(terminal.paint("bold", patch.name));
  const title = patch.title === "" ? [] : [patch.title];
  for (const line of [...title, ...(patch.author === "" ? [] : [patch.author])]) terminal.line(`  ${line}`);
  const field = (label: string, lines: readonly string[]): void => {
    for (const [index, line] of lines.entries()) {
      const head = (index === 0 ? label : "").padEnd(LABEL);
      terminal.line(`${terminal.paint("dim", head)}${line}`);
    }
  };
  const painted = (paint: Paint, lines: readonly string[]): string[] =>
    lines.map((line) => terminal.paint(paint, line));
  const isIn = patch.queued && !patch.disabled && patch.lastBuilt?.rejected !== true;
  field("in", painted(isIn ? "green" : "yellow", [whereLine(patch)]));
  field("why", whyLines(patch));
  field("version", versionLines(patch));
  field("commit", commitLines(patch));
  field("branches", stayLines(patch));
  field(
    "elsewhere",
    patch.landings.map(({ branch, commit, at }) => `${branch} as ${short(commit)}, seen ${day(at)}`),
  );
  field("held", painted("yellow", patch.hold === null ? [] : [holdText(patch.hold)]));
  if (patch.disabled)
    field("disabled", painted("yellow", [patch.disabling?.reason ?? "not applied; no reason was given"]));
  field("missing", missingLines(patch));
  field("checks", checkLines(terminal, patch));
  field("tags", tagLines(terminal, patch));
  field(
    "notes",
    patch.notes.map(({ text, at, by }) => `${text}  (${by}, ${day(at)})`),
  );
  field(
    "private",
    patch.privateNotes.map(({ text, at }) => `${text}  (${day(at)})`),
  );
  field("next", patch.base === null ? [] : [`base-commit: ${patch.base.commit}, which is ${patch.base.ref}`]);
  field("patch-id", patch.patchId === null ? [] : [patch.patchId]);
  field("patchwork", patch.patchworkHash === null ? [] : [patch.patchworkHash]);
  if (patch.names.length > 0) field("was called", [patch.names.join(", ")]);
  for (const event of patch.story) terminal.line(`${terminal.paint("dim", event.at)}  ${describeEvent(event)}`);
}

/** What holds a patch back, as `until 2026-03-01: the build farm is away`. */
export function holdText({ until, tag, person, reason }: Hold): string {
  const ends = [
    ...(until === null ? [] : [`until ${until}`]),
    ...(tag === null ? [] : [`until it has ${tag}`]),
    ...(person === null ? [] : [`until ${person} agrees`]),
  ];
  return ends.length === 0 ? reason : `${ends.join(", ")}: ${reason}`;
}

function whereLine({ queued, branch, entered, position, gone, disabled, lastBuilt }: ShownPatch): string {
  if (!queued) return `no more: it left ${gone?.branch ?? branch} on ${day(gone?.at ?? "")}, ${gone?.reason ?? ""}`;
  const since = entered === null ? "" : ` since ${day(entered)}`;
  const state = disabled ? ", not applied" : lastBuilt?.rejected === true ? ", rejected by the last build" : "";
  return `${branch}${since}, number ${position ?? 0} of the queue${state}`;
}

function whyLines({ gone }: ShownPatch): string[] {
  if (gone === null) return [];
  const meaning = STANDARD_REASONS.get(gone.reason);
  return [
    ...(meaning === undefined ? [] : [meaning]),
    ...(gone.into === null ? [] : [`into ${gone.into}`]),
    ...(gone.note === null ? [] : [gone.note]),
    `by ${gone.by}`,
  ];
}

function versionLines({ name, queued, arrivals, posted }: ShownPatch): string[] {
  const now = arrivals.at(-1);
  if (now === undefined) return ["not known: it was put into the series by hand"];
  const { origin } = now;
  if (origin.kind !== "mail") return [`from ${origin.kind === "quilt" ? "quilt, " : ""}${origin.path}, ${day(now.at)}`];
  const { composed } = origin;
  const lines = [`${origin.revision} ${origin.part} <${origin.messageId}>, queued ${day(now.at)}`];
  if (composed !== undefined) lines.push(`  ${composed.reason}`);
  for (const before of arrivals.slice(0, -1).toReversed()) {
    if (before.origin.kind === "mail")
      lines.push(`${before.origin.revision} before that, from ${day(before.at)}: <${before.origin.messageId}>`);
  }
  const newest = posted?.at(-1);
  const others = (posted ?? []).filter(({ messageId }) => messageId !== newest?.messageId);
  if (newest !== undefined && newest.messageId !== origin.posting) {
    const how = queued ? `; take it with: longarm update ${name}` : "";
    lines.push(`${newest.revision} is the newest, posted ${day(newest.at ?? "")} <${newest.messageId}>${how}`);
  } else if (newest !== undefined) {
    lines.push(`the newest of ${others.length + 1} posted`);
  }
  return lines;
}

function commitLines({ commit, branch, commitsBefore, lastBuilt }: ShownPatch): string[] {
  const changed = lastBuilt?.changedSince ?? null;
  const old = changed === null ? "" : `, before ${changed === "diff" ? "the patch" : "its description"} changed`;
  const now = commit === null ? [] : [`${commit} in the last build of ${branch}${old}`];
  return [...now, ...(commitsBefore.length === 0 ? [] : [`before that ${commitsBefore.map(short).join(", ")}`])];
}

function stayLines({ stays }: ShownPatch): string[] {
  // One stay that no build has seen is told by where the patch is.
  if (stays.length === 1 && stays[0]?.built === null && stays[0].until === null) return [];
  return stays.map(({ branch, from, until, built }) => {
    const end = until === null ? "" : ` to ${day(until)}`;
    return `${branch} from ${day(from)}${end}${built === null ? "" : `, first built ${day(built.at)} with ${short(built.tip)}`}`;
  });
}

function missingLines({ lacking }: ShownPatch): string[] {
  if (lacking === null) return [];
  const { to, missing, waitsFor, doubts } = lacking;
  const lines = [...missing, ...(waitsFor.length === 0 ? [] : [`waits for ${waitsFor.join(", ")}`])];
  if (to === "") return doubts.map((doubt) => `not known: ${doubt}`);
  return [
    ...(lines.length === 0
      ? [`nothing: ready for ${to}`]
      : lines.map((line, index) => (index === 0 ? `for ${to}: ${line}` : `  ${line}`))),
    ...doubts.map((doubt) => `  ${doubt}`),
  ];
}

/** Colours of results. */
export const CHECK_PAINT = { success: "green", warning: "yellow", fail: "red", pending: "cyan" } as const;

function checkLines(terminal: Terminal, { checks }: ShownPatch): string[] {
  return checks.map(({ context, state, url, text, at }) => {
    const about = [text, url].filter((one) => one !== null).join(" ");
    return `${terminal.paint(CHECK_PAINT[state], state.padEnd(7))}  ${context}  ${about === "" ? "" : `${about}  `}(${day(at)})`;
  });
}

function tagLines(terminal: Terminal, { tags, lost }: ShownPatch): string[] {
  return [
    ...tags.map(({ tag, taken, verdict, reason, messageId }) => {
      const fate = taken ? "taken" : verdict === "lost" ? "lost" : "not taken";
      const why = taken ? "" : ` (${reason ?? verdict})`;
      const mail = messageId === "" ? "" : `  <${messageId}>`;
      return `${terminal.paint(taken ? "green" : "yellow", fate.padEnd(9))}  ${tag}${why}${mail}`;
    }),
    ...lost.map(
      ({ tag, at }) => `${terminal.paint("yellow", "lost".padEnd(9))}  ${tag} (with the update of ${day(at)})`,
    ),
  ];
}

function day(at: string): string {
  return at.slice(0, 10);
}

function short(commit: string): string {
  return commit.slice(0, 12);
}
