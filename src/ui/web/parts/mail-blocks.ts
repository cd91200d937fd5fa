// The text of a mail cut into what a reader tells apart at a glance: what was written, what is quoted, a diff, a signature.

export interface MailBlock {
  readonly kind: "text" | "quote" | "diff" | "signature";
  /** Without empty lines at either end; those of a quote have their `>`. */
  readonly lines: readonly string[];
}

/** Lines behind `-- ` that still make a signature. */
const MAX_SIGNATURE = 40;

/** Cuts a text; every line that is not empty is in one block, in order, but for the `-- ` above a signature. Linear in its length. */
export function mailBlocks(text: string): MailBlock[] {
  const lines = text.split("\n").map((line) => (line.endsWith("\r") ? line.slice(0, -1) : line));
  const mark = lines.lastIndexOf("-- ");
  const end = mark >= 0 && lines.length - mark <= MAX_SIGNATURE ? mark : lines.length;
  const diff = diffStart(lines, end);
  const blocks: MailBlock[] = [];
  let start = 0;
  for (let at = 0; at < diff; at += 1) {
    if (at + 1 < diff && isQuoted(lines[at]) === isQuoted(lines[at + 1])) continue;
    blocks.push({ kind: isQuoted(lines[at]) ? "quote" : "text", lines: lines.slice(start, at + 1) });
    start = at + 1;
  }
  blocks.push({ kind: "diff", lines: lines.slice(diff, end) }, { kind: "signature", lines: lines.slice(end + 1) });
  return blocks.map(trimmed).filter((block) => block.lines.length > 0);
}

function isQuoted(line: string | undefined): boolean {
  return line?.startsWith(">") === true;
}

/** Where the first diff that nobody quotes begins; `end` when there is none. */
function diffStart(lines: readonly string[], end: number): number {
  for (let at = 0; at < end; at += 1) {
    const line = lines[at] ?? "";
    const next = lines[at + 1] ?? "";
    if (/^diff --(?:git|cc|combined) /.test(line)) return at;
    if (line.startsWith("--- ") && next.startsWith("+++ ")) return at;
    if (line.startsWith("Index: ") && next.startsWith("====")) return at;
  }
  return end;
}

function trimmed({ kind, lines }: MailBlock): MailBlock {
  const first = lines.findIndex((line) => line.trim() !== "");
  if (first < 0) return { kind, lines: [] };
  const last = lines.findLastIndex((line) => line.trim() !== "");
  return { kind, lines: lines.slice(first, last + 1) };
}
