// One try to tell a receiver: an HTTP POST with a signature. What became of it is a value; when to try again is not its business.
// The secret is in no value, message or log.
import { execFile } from "node:child_process";
import { createHmac } from "node:crypto";
import { promisify } from "node:util";
import type { HookMessage } from "#model/webhooks";
import { signedText } from "#model/webhooks";

export const WEBHOOK_LIMITS = {
  /** Milliseconds for the whole exchange, and for the command that prints the secret. */
  exchange: 10_000,
  secret: 30_000,
  /** Bytes of the answer that are read, and characters of it that are told. */
  answer: 16 * 1024,
  told: 200,
} as const;

/** A receiver, and how to sign for it. */
export interface Receiver {
  readonly url: string;
  /** Shell command whose first line is the secret, and where it is run. */
  readonly secretCommand: string;
  readonly cwd: string;
}

export type Posted = { readonly kind: "arrived" } | { readonly kind: "failed"; readonly problem: string };

/** Sends the message; it arrived when the answer's status is 2xx. A redirection is not followed: who moved must be told so. */
export async function postMessage(
  { url, secretCommand, cwd }: Receiver,
  message: HookMessage,
  now: Date,
  end: AbortSignal,
): Promise<Posted> {
  const secret = await secretOf(secretCommand, cwd);
  if (secret === null) return { kind: "failed", problem: 'its "secret-command" printed no secret' };
  const seconds = Math.floor(now.getTime() / 1000);
  const signature = createHmac("sha256", secret).update(signedText(seconds, message.body)).digest("hex");
  try {
    const response = await fetch(url, {
      method: "POST",
      redirect: "manual",
      signal: AbortSignal.any([end, AbortSignal.timeout(WEBHOOK_LIMITS.exchange)]),
      headers: {
        "content-type": "application/json",
        "user-agent": "longarm",
        "x-longarm-delivery": message.id,
        "x-longarm-event": message.kinds.join(","),
        "x-longarm-timestamp": String(seconds),
        "x-longarm-signature": `sha256=${signature}`,
      },
      body: message.body,
    });
    const said = await beginningOf(response);
    if (response.ok) return { kind: "arrived" };
    return { kind: "failed", problem: `it answered ${response.status}${said === "" ? "" : `: ${said}`}` };
  } catch (error) {
    return { kind: "failed", problem: reasonOf(error) };
  }
}

/** The first line of what was answered, as far as it is plain text. */
async function beginningOf({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    chunks.push(chunk);
    length += chunk.length;
    // Leaving the loop cancels what is still to come.
    if (length >= WEBHOOK_LIMITS.answer) break;
  }
  const [line = ""] = Buffer.concat(chunks).toString().trimStart().split("\n", 1);
  return line
    .replace(/[\p{Cc}\p{Cf}]/gu, "")
    .trim()
    .slice(0, WEBHOOK_LIMITS.told);
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "it cannot be reached";
  if (error.name === "TimeoutError") return `it did not answer within ${WEBHOOK_LIMITS.exchange / 1000} seconds`;
  const code = error.cause instanceof Error && "code" in error.cause ? ` (${String(error.cause.code)})` : "";
  return `it cannot be reached${code}`;
}

/** Null when the command fails or prints nothing; what it printed may hold the secret, so the cause is not kept. */
async function secretOf(command: string, cwd: string): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)("sh", ["-c", command], { cwd, timeout: WEBHOOK_LIMITS.secret });
    const [line = ""] = stdout.split(/\r?\n/, 1);
    return line === "" ? null : line;
  } catch {
    return null;
  }
}
