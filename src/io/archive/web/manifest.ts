// The list of git repositories behind a public-inbox web archive (manifest.js.gz, the format of grokmirror). Pure.

/** What a manifest says of one archive. */
export interface ArchiveState {
  /** Changes with every change of the archive. */
  readonly fingerprint: string;
  /** When the last one was, in milliseconds since 1970; 0 when it does not say. */
  readonly modified: number;
}

/** Most repositories that are looked at. */
const MAX_REPOSITORIES = 100_000;

/**
 * The state of the archive at a path ("/list/") in a manifest, which may be that of a whole server; null when it says nothing of it.
 * The names are paths: "/list/git/0.git" for a v2 archive, "/list" for a v1 one.
 */
export function archiveState(json: string, path: string): ArchiveState | null {
  let manifest: unknown;
  try {
    manifest = JSON.parse(json);
  } catch {
    return null;
  }
  if (typeof manifest !== "object" || manifest === null) return null;
  const inside = path.replace(/\/$/, "");
  const lines: string[] = [];
  let modified = 0;
  for (const [name, entry] of Object.entries(manifest).slice(0, MAX_REPOSITORIES) as [string, unknown][]) {
    if (name !== inside && !name.startsWith(`${inside}/git/`)) continue;
    const { fingerprint, modified: at } = Object(entry) as { fingerprint?: unknown; modified?: unknown };
    if (typeof fingerprint !== "string") return null;
    lines.push(`${name} ${fingerprint}`);
    if (typeof at === "number") modified = Math.max(modified, at * 1000);
  }
  return lines.length === 0 ? null : { fingerprint: lines.sort().join("\n"), modified };
}
