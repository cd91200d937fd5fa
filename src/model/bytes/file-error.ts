// What a system error about a file means to the person whose file it is.
import { UserError } from "./user-error.ts";

const MENDABLE: ReadonlyMap<string, readonly [reason: string, hint: string]> = new Map([
  ["ENOSPC", ["no space left on the disk", "free some space and run the command again"]],
  ["EDQUOT", ["the disk quota is used up", "free some space and run the command again"]],
  ["EFBIG", ["the file would be larger than the limit", "raise the limit (ulimit -f) and run the command again"]],
  ["EIO", ["the disk reports an error", "check the disk before anything else"]],
  ["EROFS", ["the disk is read-only", "mount it for writing"]],
  ["EACCES", ["permission denied", "check who owns it"]],
  ["EPERM", ["permission denied", "check who owns it"]],
  ["ELOOP", ["it is a symbolic link that leads nowhere", "name the file itself"]],
  ["ENAMETOOLONG", ["its name is too long", "use a shorter name"]],
  ["EISDIR", ["it is a directory", "name a file"]],
  ["ENOTDIR", ["a part of its path is no directory", "check the path"]],
]);

/** A system error (with a `code`) that the user can mend, as a UserError about its path, else `file`; anything else stays what it was. */
export function fileError(error: unknown, file: string): unknown {
  if (error instanceof UserError || !(error instanceof Error) || !("code" in error)) return error;
  const found = MENDABLE.get(String(error.code));
  const path = "path" in error && typeof error.path === "string" ? error.path : file;
  return found ? new UserError(`cannot use "${path}": ${found[0]}`, { hint: found[1], cause: error }) : error;
}
