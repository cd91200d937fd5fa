// The one error a user can mend. Everything else that is thrown is a bug and keeps its stack.

/** Exit codes of the command line, see product.md: 1 rejected or failed, 2 wrong usage, 3 a conflict waits for a person. */
export type ExitCode = 1 | 2 | 3;

/**
 * A condition that a person can mend. Thrown anywhere, caught only at the edge (command line, server).
 * The message says what is wrong with which file, message or value, without a full stop; the hint says what to do.
 */
export class UserError extends Error {
  override readonly name = "UserError";
  readonly hint: string | null;
  readonly exitCode: ExitCode;

  constructor(message: string, options: { hint?: string; exitCode?: ExitCode; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.hint = options.hint ?? null;
    this.exitCode = options.exitCode ?? 2;
  }
}
