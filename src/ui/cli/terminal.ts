// Where the command line writes: results to standard output, everything else to standard error, colour on a terminal only.
// Mails and patches are foreign, and a terminal obeys what it is sent: nothing of them reaches it but as visible text.
import { once } from "node:events";
import { styleText } from "node:util";
import { textOf, UNSAFE_TEXT, visibleText } from "#model/bytes";

/** The streams of one run; process streams, or buffers in tests. */
export interface Streams {
  readonly stdout: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };
}

/** What a command may do to be seen. */
export interface Terminal {
  /** Writes a result line. */
  line(text?: string): void;
  /** Writes raw text or bytes of a result. */
  write(data: string | Uint8Array): void;
  /** Writes the result for machines, one JSON value. */
  json(value: unknown): void;
  /** Writes one of many results for machines as a line of its own; resolves when the next one may follow, so that a slow reader fills no memory. */
  jsonLine(value: unknown): Promise<void>;
  /** Says something beside the result. */
  note(text: string): void;
  /** Shows a step of long work on a terminal once half a second has passed, nothing elsewhere. */
  progress(step: string): void;
  /** Takes the progress line away. */
  endProgress(): void;
  paint(format: Paint, text: string): string;
  /** Characters that fit into a line of the result; null where nobody looks, as in a file or a pipe. */
  readonly columns: number | null;
}

export type Paint = "bold" | "dim" | "green" | "yellow" | "red" | "cyan";

/** JSON that a terminal can show: the same value, unsafe characters written as escapes (RFC 8259 section 7). */
function escaped(json: string): string {
  return json.replace(UNSAFE_TEXT, (found) =>
    found
      .split("")
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
      .join(""),
  );
}

/** Characters of the colour that a piece begins with. */
function codeLength(piece: string): number {
  return piece.indexOf("m") + 1;
}

/** Work shorter than this, in milliseconds, shows no progress. */
const QUIET_TIME = 500;

export function makeTerminal({ stdout, stderr }: Streams): Terminal {
  const started = performance.now();
  // Stands before our own colours. Made anew for each run, so that no foreign text can hold it: an escape of a mail never passes for ours.
  const mark = `<${Math.random().toString(36).slice(2)}>`;
  const shownLine = (text: string): string => {
    const [first = "", ...painted] = text.split(mark);
    return (
      visibleText(first) +
      painted.map((piece) => piece.slice(0, codeLength(piece)) + visibleText(piece.slice(codeLength(piece)))).join("")
    );
  };
  const colour = stdout.isTTY === true && !process.env["NO_COLOR"] && process.env["TERM"] !== "dumb";
  let shown = false;
  let timer: NodeJS.Timeout | null = null;
  const show = (step: string): void => {
    shown = true;
    stderr.write(`\r\u001b[K${visibleText(step).slice(0, (stderr.columns ?? 80) - 1)}`);
  };
  const endProgress = (): void => {
    if (timer) clearTimeout(timer);
    timer = null;
    if (shown) stderr.write("\r\u001b[K");
    shown = false;
  };
  // Bytes go into a file or a pipe as they are; a person sees what is in them.
  const write = (data: string | Uint8Array): void => {
    endProgress();
    stdout.write(stdout.isTTY === true ? visibleText(typeof data === "string" ? data : textOf(data)) : data);
  };
  const writeLine = (text: string): void => {
    endProgress();
    stdout.write(text);
  };
  return {
    write,
    line: (text = "") => writeLine(`${shownLine(text)}\n`),
    json: (value) => writeLine(`${escaped(JSON.stringify(value, null, 2))}\n`),
    async jsonLine(value) {
      endProgress();
      if (!stdout.write(`${escaped(JSON.stringify(value))}\n`)) await once(stdout, "drain");
    },
    note(text) {
      endProgress();
      stderr.write(`${shownLine(text)}\n`);
    },
    progress(step) {
      if (stderr.isTTY !== true) return;
      if (timer) clearTimeout(timer);
      const wait = QUIET_TIME - (performance.now() - started);
      if (wait <= 0) show(step);
      else timer = setTimeout(() => show(step), wait).unref();
    },
    endProgress,
    columns: stdout.isTTY === true ? (stdout.columns ?? null) : null,
    paint(format, text) {
      if (!colour) return text;
      const [begin = "", end = ""] = styleText(format, "|", { validateStream: false }).split("|");
      return `${mark}${begin}${text}${mark}${end}`;
    },
  };
}
