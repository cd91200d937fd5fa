// Where the command line writes: results to standard output, everything else to standard error, colour on a terminal only.
import { once } from "node:events";
import { styleText } from "node:util";

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

/**
 * Text with control characters shown as `\\x1b`: mails and patches are foreign, and a terminal obeys what it is sent.
 * Our own colours, a closed set of sequences, pass.
 */
function visible(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text.replace(/\u001b\[\d{1,2}m|[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, (found) =>
    found.length > 1 ? found : `\\x${found.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
}

/** Work shorter than this, in milliseconds, shows no progress. */
const QUIET_TIME = 500;

export function makeTerminal({ stdout, stderr }: Streams): Terminal {
  const started = performance.now();
  const colour = stdout.isTTY === true && !process.env["NO_COLOR"] && process.env["TERM"] !== "dumb";
  let shown = false;
  let timer: NodeJS.Timeout | null = null;
  const show = (step: string): void => {
    shown = true;
    stderr.write(`\r\u001b[K${step.slice(0, (stderr.columns ?? 80) - 1)}`);
  };
  const endProgress = (): void => {
    if (timer) clearTimeout(timer);
    timer = null;
    if (shown) stderr.write("\r\u001b[K");
    shown = false;
  };
  const write = (data: string | Uint8Array): void => {
    endProgress();
    stdout.write(data);
  };
  return {
    write,
    line: (text = "") => write(`${visible(text)}\n`),
    json: (value) => write(`${JSON.stringify(value, null, 2)}\n`),
    async jsonLine(value) {
      endProgress();
      if (!stdout.write(`${JSON.stringify(value)}\n`)) await once(stdout, "drain");
    },
    note(text) {
      endProgress();
      stderr.write(`${visible(text)}\n`);
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
    paint: (format, text) => (colour ? styleText(format, text, { validateStream: false }) : text),
  };
}
