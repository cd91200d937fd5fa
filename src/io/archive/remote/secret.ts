// Gets a password from where the configuration says it is: a command, a variable, a file. It is never in an argument, an error or
// a log: what this file throws names the source, not what came out of it.
import { execFile } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { UserError } from "#model/bytes";

/** Where a password is. */
export type SecretSource =
  | { readonly kind: "command"; readonly command: string }
  | { readonly kind: "variable"; readonly name: string }
  | { readonly kind: "file"; readonly path: string };

/** Limits: milliseconds for a command that may ask a person for a pass phrase, bytes of its answer or of a file. */
export const secretLimits = { wait: 120_000, bytes: 64 * 1024 } as const;

/** The first line of what the source gives. Throws UserError when there is none. */
export async function readSecret(source: SecretSource): Promise<string> {
  const secret = (await contentOf(source)).split(/\r?\n/, 1)[0] ?? "";
  if (secret === "")
    throw new UserError(`${named(source)} gives no password`, { hint: "its first line must be the password" });
  return secret;
}

async function contentOf(source: SecretSource): Promise<string> {
  switch (source.kind) {
    case "variable":
      return process.env[source.name] ?? "";
    case "file":
      return fileContent(source);
    case "command":
      return commandOutput(source);
  }
}

function fileContent(source: SecretSource & { kind: "file" }): string {
  const stats = statSync(source.path, { throwIfNoEntry: false });
  if (stats === undefined || !stats.isFile())
    throw new UserError(`${named(source)} does not exist`, {
      hint: "write the password into it, readable for you alone",
    });
  if ((stats.mode & 0o077) !== 0)
    throw new UserError(`${named(source)} can be read by other users`, { hint: `run chmod 600 ${source.path}` });
  if (stats.size > secretLimits.bytes)
    throw new UserError(`${named(source)} has ${stats.size} bytes`, { hint: "it must hold the password alone" });
  return readFileSync(source.path, "utf8");
}

function commandOutput(source: SecretSource & { kind: "command" }): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(
      "/bin/sh",
      ["-c", source.command],
      { timeout: secretLimits.wait, maxBuffer: secretLimits.bytes, encoding: "utf8" },
      (error, stdout) => {
        if (error === null) resolve(stdout);
        // Neither its output nor its complaints are repeated: both may hold the secret. No cause either, for the same reason.
        else reject(new UserError(`${named(source)} failed`, { hint: "run it in a shell to see why" }));
      },
    );
  });
}

function named(source: SecretSource): string {
  switch (source.kind) {
    case "command":
      return `the password command "${source.command}"`;
    case "variable":
      return `the environment variable "${source.name}"`;
    case "file":
      return `the password file "${source.path}"`;
  }
}
