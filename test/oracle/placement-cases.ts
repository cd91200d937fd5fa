// Random placement cases: a piece of a real kernel file, a diff of random edits to it, and damage to either.
// It makes texts only; tools run on them in placement-tools.ts.
import type { Random } from "./real-tools.ts";

/** One diff for one file, and the file it meets. Texts are byte strings. */
export interface PlacementCase {
  readonly index: number;
  /** The file's name, without directory. */
  readonly name: string;
  readonly before: string;
  /** Plain diff with `a/` and `b/`. */
  readonly patch: string;
  readonly fuzz: number;
  readonly reverse: boolean;
  /** What was done to the file and the diff, so that a count of it shows that nothing is missing. */
  readonly damage: readonly string[];
  /** A diff that git apply takes for a change in place: every hunk has context, no eaten blank is a lone CR. */
  readonly forGit: boolean;
}

/** Lines without their LF, and whether the last one has it. */
interface Text {
  readonly lines: readonly string[];
  readonly ended: boolean;
}

interface Line {
  readonly sign: " " | "-" | "+";
  readonly text: string;
  /** No LF ends it. */
  readonly open: boolean;
}

interface DraftHunk {
  readonly oldStart: number;
  readonly newStart: number;
  readonly lines: readonly Line[];
}

/** How the diff is written, beside its hunks. */
interface Form {
  readonly crlf: "none" | "lines" | "headers" | "all";
  readonly bareBlanks: boolean;
}

export function makePlacementCase(index: number, random: Random, sources: readonly string[]): PlacementCase {
  const damage: string[] = [];
  const old = pieceOf(random.pick(sources), random);
  const edits = randomEdits(old, random);
  const changed: Text = { lines: edited(old.lines, edits), ended: random.chance(0.06) ? !old.ended : old.ended };
  const written = hunksOf(old, edits, changed.ended, random.pick([0, 1, 2, 3, 3, 3, 3, 3, 4, 8]));
  const reverse = random.chance(0.25);
  const [right, wrong] = reverse ? [changed, old] : [old, changed];
  const zones = written.map((hunk) => zoneOf(hunk, reverse));
  const before = damagedText(random.chance(0.07) ? wrong : right, zones, random, damage);
  const hunks = damagedHunks(written, random, damage);
  const crlf = random.chance(0.88) ? "none" : random.pick(["lines", "headers", "all"] as const);
  // GNU patch calls a lone CR malformed where it does not strip it.
  const form: Form = { crlf, bareBlanks: crlf !== "lines" && random.chance(0.05) };
  if (form.crlf !== "none") damage.push(`patch crlf ${form.crlf}`);
  if (form.bareBlanks) damage.push("patch blanks eaten");
  const name = `f${index}`;
  return {
    index,
    name,
    before: before.lines.join("\n") + (before.ended && before.lines.length > 0 ? "\n" : ""),
    patch: printDraft(name, hunks, form),
    fuzz: random.below(4),
    reverse,
    damage,
    forGit: before.lines.length > 0 && hunks.every(hasContext) && !(form.bareBlanks && crlf !== "none"),
  };
}

/** A window of a source file; now and then all of it, so that starts and ends of files are met. */
function pieceOf(source: string, random: Random): Text {
  const lines = source.split("\n");
  if (lines.at(-1) === "") lines.pop();
  const wanted = random.chance(0.75) ? 5 + random.below(80) : random.chance(0.9) ? 50 + random.below(500) : 5000;
  const from = random.below(Math.max(1, lines.length - wanted));
  return { lines: lines.slice(from, from + wanted), ended: !random.chance(0.08) };
}

interface Edit {
  readonly at: number;
  readonly drop: number;
  readonly insert: readonly string[];
}

function randomEdits({ lines }: Text, random: Random): Edit[] {
  const edits: Edit[] = [];
  let from = 0;
  const wanted = random.chance(0.4) ? 1 : 2 + random.below(4);
  for (let left = wanted; left > 0 && from <= lines.length; left--) {
    // Half of the edits come close behind each other, so that hunks touch and share their context.
    const reach = random.chance(0.5) ? 12 : Math.ceil(lines.length / wanted) + 1;
    const at = Math.min(lines.length, from + random.below(reach));
    const drop = Math.min(lines.length - at, random.chance(0.3) ? 0 : 1 + random.below(3));
    const count = drop === 0 || random.chance(0.6) ? 1 + random.below(3) : 0;
    edits.push({ at, drop, insert: Array.from({ length: count }, () => randomLine(lines, random)) });
    from = at + drop + 1;
  }
  return edits;
}

/** Mostly lines that the file has already: a hunk then fits in several places. */
function randomLine(lines: readonly string[], random: Random): string {
  const kind = random.next();
  const known = lines[random.below(lines.length)] ?? "";
  if (kind < 0.5) return known;
  if (kind < 0.7) return random.pick(["", "}", "\t}", "\t\tbreak;", "{", "#endif", "\treturn 0;"]);
  return kind < 0.85 ? `${known} /* ${random.below(9)} */` : `\tnew_${random.below(100)}();`;
}

function edited(lines: readonly string[], edits: readonly Edit[]): string[] {
  const after = [...lines];
  for (const { at, drop, insert } of edits.toReversed()) after.splice(at, drop, ...insert);
  return after;
}

/** The diff of edits with `context` lines around each, as GNU diff writes hunks, though not always the shortest ones. */
function hunksOf(old: Text, edits: readonly Edit[], newEnded: boolean, context: number): DraftHunk[] {
  const lines = withEnds(allLines(old.lines, edits), old.ended, newEnded);
  const changes = lines.flatMap(({ sign }, index) => (sign === " " ? [] : [index]));
  const hunks: DraftHunk[] = [];
  let [oldLine, newLine, counted] = [1, 1, 0];
  for (let first = 0; first < changes.length;) {
    let last = first;
    while (last + 1 < changes.length && (changes[last + 1] ?? 0) - (changes[last] ?? 0) <= 2 * context + 1) last += 1;
    const from = Math.max(0, (changes[first] ?? 0) - context);
    for (; counted < from; counted++) {
      if (lines[counted]?.sign !== "+") oldLine += 1;
      if (lines[counted]?.sign !== "-") newLine += 1;
    }
    hunks.push({
      oldStart: oldLine,
      newStart: newLine,
      lines: lines.slice(from, (changes[last] ?? 0) + context + 1),
    });
    first = last + 1;
  }
  return hunks;
}

function allLines(old: readonly string[], edits: readonly Edit[]): Line[] {
  const line = (sign: Line["sign"]) => (text: string) => ({ sign, text, open: false });
  const lines: Line[] = [];
  let at = 0;
  for (const edit of edits) {
    lines.push(...old.slice(at, edit.at).map(line(" ")));
    at = edit.at + edit.drop;
    lines.push(...old.slice(edit.at, at).map(line("-")), ...edit.insert.map(line("+")));
  }
  return [...lines, ...old.slice(at).map(line(" "))];
}

/** Marks the last line of each side that no LF ends; a shared one whose ends differ becomes two. */
function withEnds(lines: Line[], oldEnded: boolean, newEnded: boolean): Line[] {
  const lastOld = lines.findLastIndex(({ sign }) => sign !== "+");
  const lastNew = lines.findLastIndex(({ sign }) => sign !== "-");
  return lines.flatMap((line, index): Line[] => {
    const oldOpen = index === lastOld && !oldEnded;
    const newOpen = index === lastNew && !newEnded;
    if (line.sign !== " " || oldOpen === newOpen) return [{ ...line, open: line.sign === "+" ? newOpen : oldOpen }];
    return [
      { ...line, sign: "-", open: oldOpen },
      { ...line, sign: "+", open: newOpen },
    ];
  });
}

interface Zone {
  readonly from: number;
  readonly to: number;
}

/** The 0-based lines that the hunk is about in the file it is applied to. */
function zoneOf(hunk: DraftHunk, reverse: boolean): Zone {
  const from = (reverse ? hunk.newStart : hunk.oldStart) - 1;
  return { from, to: from + hunk.lines.filter(({ sign }) => sign !== (reverse ? "-" : "+")).length };
}

const TEXT_DAMAGE = [
  "shift",
  "shift",
  "shift",
  "cut",
  "cut",
  "context",
  "context",
  "context",
  "copy",
  "copy",
  "copy near",
  "swap",
  "head cut",
  "tail cut",
  "crlf",
  "some crlf",
  "end",
  "blank",
  "empty",
] as const;

function damagedText(text: Text, zones: readonly Zone[], random: Random, damage: string[]): Text {
  const lines = [...text.lines];
  let ended = text.ended;
  if (random.chance(0.2)) return text;
  for (let left = 1 + random.below(3); left > 0; left--) {
    const zone = zones.length === 0 ? { from: 0, to: 1 } : random.pick(zones);
    const somewhere = random.below(lines.length + 1);
    const kind = random.pick(TEXT_DAMAGE);
    damage.push(`file ${kind}`);
    if (kind === "shift") {
      const count = random.chance(0.7) ? 1 + random.below(5) : 1 + random.below(60);
      const at = random.chance(0.5) ? random.below(zone.from + 1) : somewhere;
      lines.splice(at, 0, ...Array.from({ length: count }, () => randomLine(lines, random)));
    } else if (kind === "cut") {
      lines.splice(random.chance(0.5) ? random.below(zone.from + 1) : somewhere, 1 + random.below(6));
    } else if (kind === "context") {
      const at = zone.from + random.below(Math.max(1, zone.to - zone.from));
      if (at < lines.length) lines[at] = random.chance(0.5) ? randomLine(lines, random) : `${lines[at] ?? ""} `;
    } else if (kind === "copy" || kind === "copy near") {
      const block = lines.slice(Math.max(0, zone.from - random.below(3)), zone.to + random.below(3));
      const near = Math.max(0, zone.from - 20 + random.below(zone.to - zone.from + 40));
      lines.splice(kind === "copy" ? somewhere : near, 0, ...block);
    } else if (kind === "swap") {
      const block = lines.splice(zone.from, zone.to - zone.from);
      lines.splice(random.below(lines.length + 1), 0, ...block);
    } else if (kind === "head cut") {
      lines.splice(0, Math.max(0, zone.from - random.below(3) + 1));
    } else if (kind === "tail cut") {
      lines.splice(Math.max(0, zone.to + random.below(4) - 1));
    } else if (kind === "crlf") {
      lines.splice(0, lines.length, ...lines.map((line) => `${line}\r`));
    } else if (kind === "some crlf") {
      const at = random.chance(0.5) ? zone.from : somewhere;
      for (let line = at; line < Math.min(at + 3, lines.length); line++) lines[line] += "\r";
    } else if (kind === "end") {
      ended = !ended;
    } else if (kind === "blank") {
      lines.splice(random.chance(0.5) ? lines.length : somewhere, 0, ...Array<string>(1 + random.below(3)).fill(""));
    } else if (random.chance(0.3)) {
      lines.length = 0;
    }
  }
  return { lines, ended };
}

const PATCH_DAMAGE = [
  "place",
  "place",
  "far place",
  "one place",
  "first line",
  "less above",
  "less above",
  "less below",
  "less below",
  "twice",
  "twice at end",
  "swap",
  "drop",
  "context",
  "context",
  "open",
] as const;

function damagedHunks(written: readonly DraftHunk[], random: Random, damage: string[]): readonly DraftHunk[] {
  if (random.chance(0.4) || written.length === 0) return written;
  const hunks = [...written];
  for (let left = 1 + random.below(2); left > 0; left--) {
    const kind = random.pick(PATCH_DAMAGE);
    const at = random.below(hunks.length);
    const hunk = hunks[at];
    if (hunk === undefined) break;
    damage.push(`hunk ${kind}`);
    if (kind === "twice") hunks.splice(at, 0, hunk);
    else if (kind === "twice at end") hunks.push(hunk);
    else if (kind === "swap") hunks.push(...hunks.splice(at, 1));
    else if (kind === "drop" && hunks.length > 1) hunks.splice(at, 1);
    else hunks[at] = damagedHunk(hunk, kind, random);
  }
  return hunks;
}

function damagedHunk(hunk: DraftHunk, kind: (typeof PATCH_DAMAGE)[number], random: Random): DraftHunk {
  const { oldStart, newStart, lines } = hunk;
  const first = lines.findIndex(({ sign }) => sign !== " ");
  const last = lines.findLastIndex(({ sign }) => sign !== " ");
  if (kind === "place" || kind === "far place") {
    const by = kind === "place" ? random.below(13) - 6 : random.below(400) - 200;
    return { ...hunk, oldStart: Math.max(1, oldStart + by), newStart: Math.max(1, newStart + by) };
  }
  if (kind === "one place") return { ...hunk, oldStart: Math.max(1, oldStart + random.below(9) - 4) };
  if (kind === "first line") return { ...hunk, oldStart: 1, newStart: 1 };
  if (kind === "less above") {
    const less = random.below(first + 1);
    const moved = random.chance(0.7) ? less : 0;
    return { oldStart: oldStart + moved, newStart: newStart + moved, lines: lines.slice(less) };
  }
  if (kind === "less below")
    return { ...hunk, lines: lines.slice(0, lines.length - random.below(lines.length - last)) };
  if (kind === "context") {
    const contexts = lines.flatMap(({ sign }, index) => (sign === " " ? [index] : []));
    if (contexts.length === 0) return hunk;
    const at = random.pick(contexts);
    return { ...hunk, lines: lines.map((line, index) => (index === at ? { ...line, text: `${line.text}?` } : line)) };
  }
  if (kind !== "open") return hunk;
  return { ...hunk, lines: lines.map((line, at) => (at < lines.length - 1 ? line : { ...line, open: !line.open })) };
}

function hasContext({ lines }: DraftHunk): boolean {
  return lines.some(({ sign }) => sign === " ");
}

function printDraft(name: string, hunks: readonly DraftHunk[], form: Form): string {
  const headEnd = form.crlf === "headers" || form.crlf === "all" ? "\r\n" : "\n";
  const lineEnd = form.crlf === "lines" || form.crlf === "all" ? "\r" : "";
  const body = hunks.map(({ oldStart, newStart, lines }) => {
    const side = (other: Line["sign"], start: number): string => {
      const count = lines.filter(({ sign }) => sign !== other).length;
      return `${count === 0 ? start - 1 : start}${count === 1 ? "" : `,${count}`}`;
    };
    const head = `@@ -${side("+", oldStart)} +${side("-", newStart)} @@${headEnd}`;
    const printed = lines.map(({ sign, text, open }) => {
      const marked = form.bareBlanks && sign === " " && text === "" ? "" : sign + text;
      return `${marked}${lineEnd}\n${open ? "\\ No newline at end of file\n" : ""}`;
    });
    return head + printed.join("");
  });
  return `--- a/${name}${headEnd}+++ b/${name}${headEnd}${body.join("")}`;
}
