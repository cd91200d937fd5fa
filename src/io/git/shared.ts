// Modes of files in a repository that several people write to: core.sharedRepository, as git applies it (git-config(1)).
// Git reads that setting from the repository's own file alone, and so does this.
import { chmodSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** Permission bits that sharing adds to a file, or with `exactly` sets in place of the umask's. */
export interface Sharing {
  readonly bits: number;
  readonly exactly: boolean;
}

/** How the repository is shared; null when the umask alone decides. */
export function sharingOf(commonDir: string): Sharing | null {
  let text: string;
  try {
    text = readFileSync(join(commonDir, "config"), "latin1");
  } catch {
    return null;
  }
  let section = "";
  let value: string | null = null;
  for (const line of text.split("\n")) {
    const [, name, rest = line] = /^\s*\[([^\]]*)\](.*)$/.exec(line) ?? [];
    if (name !== undefined) section = name.trim().toLowerCase();
    const found = /^\s*sharedrepository\s*(?:=\s*"?([^"#;]*?)"?\s*(?:[#;].*)?)?$/i.exec(rest);
    if (section === "core" && found !== null) value = (found[1] ?? "true").toLowerCase();
  }
  return value === null ? null : parseSharing(value);
}

function parseSharing(value: string): Sharing | null {
  if (["", "umask", "false", "no", "off", "0"].includes(value)) return null;
  if (["group", "true", "yes", "on", "1"].includes(value)) return { bits: 0o660, exactly: false };
  if (["all", "world", "everybody", "2"].includes(value)) return { bits: 0o664, exactly: false };
  const bits = /^0?[0-7]{3}$/.test(value) ? Number.parseInt(value, 8) : 0;
  // Git refuses a mode in which the owner could not read and write.
  return (bits & 0o600) === 0o600 ? { bits: bits & 0o666, exactly: true } : null;
}

/** Gives a file or directory that was just made the mode that sharing wants; nothing where `sharing` is null. */
export function share(sharing: Sharing | null, path: string): void {
  if (sharing === null) return;
  const stats = statSync(path);
  const mode = stats.mode & 0o7777;
  let bits = (mode & 0o200) === 0 ? sharing.bits & ~0o222 : sharing.bits;
  if ((mode & 0o100) !== 0) bits |= (bits & 0o444) >> 2;
  let wanted = sharing.exactly ? (mode & ~0o777) | bits : mode | bits;
  // What is made in a shared directory belongs to its group.
  if (stats.isDirectory()) wanted |= 0o2000 | ((wanted & 0o444) >> 2);
  if (wanted !== mode) chmodSync(path, wanted);
}
