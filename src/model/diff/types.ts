// The shape of a parsed diff. Every byte of the source is in exactly one piece, so printing is concatenation.
import type { Bytes, Path, Problem } from "#model/bytes";

/** A diff: file changes in the order written, and whatever text stands around them. */
export interface Diff {
  readonly files: readonly FileDiff[];
  /** Text after the last file change: a notice's `_`, a mail signature, a list footer. */
  readonly trail: Bytes;
  readonly problems: readonly Problem[];
}

/** A file mode as git writes it: 100644, 100755, 120000 (symbolic link), 160000 (submodule). */
export type FileMode = "100644" | "100755" | "120000" | "160000";

/** What happens to one file. */
export interface FileDiff {
  /** Text between the previous file change and this one's first header line. */
  readonly lead: Bytes;
  /** All header lines, verbatim: `diff --git`, `index`, `Index:`, `---`, `+++` … */
  readonly header: Bytes;
  /** The name on the `---` line (or of the `diff --git`/rename header), unquoted, not stripped; null for /dev/null. */
  readonly oldPath: Path | null;
  readonly newPath: Path | null;
  /** How the header says the file changes. A plain diff says `modify`, or `create` and `delete` by /dev/null. */
  readonly change: "modify" | "create" | "delete" | "rename" | "copy";
  readonly oldMode: FileMode | null;
  readonly newMode: FileMode | null;
  /** Blob ids of the `index` line, as abbreviated there. */
  readonly oldId: string | null;
  readonly newId: string | null;
  /** True when a `diff --git` line opened it: git's rules for names hold. */
  readonly git: boolean;
  readonly hunks: readonly Hunk[];
  readonly binary: BinaryChange | null;
}

/** One hunk of a unified diff. */
export interface Hunk {
  /** The `@@ -1,2 +3,4 @@ heading` line, verbatim with its line end. */
  readonly head: Bytes;
  /** First line on each side, as written (1-based; for an empty side the line before). */
  readonly oldStart: number;
  readonly oldCount: number;
  readonly newStart: number;
  readonly newCount: number;
  /** All lines below the head, verbatim, `\ No newline` lines included. */
  readonly body: Bytes;
  readonly lines: readonly HunkLine[];
  /** Blank context lines at its end that the text lacks and that are taken as read, as GNU patch does. */
  readonly chopped: number;
  /** Context lines before the first and after the last change. */
  readonly leading: number;
  readonly trailing: number;
}

/**
 * One line of a hunk. Its text is `body[start, end)`: without the leading ` `, `-` or `+`,
 * with its LF unless `\ No newline at end of file` follows.
 */
export interface HunkLine {
  readonly kind: "context" | "delete" | "insert";
  readonly start: number;
  readonly end: number;
}

/** A `GIT binary patch`: how to make the new bytes, and the old ones back when it says so. */
export interface BinaryChange {
  /** Verbatim lines from `GIT binary patch` on. */
  readonly body: Bytes;
  /** Null when only `Binary files … differ` is said: nothing can be applied. */
  readonly forward: BinaryHunk | null;
  readonly reverse: BinaryHunk | null;
}

/** One half of a binary patch, still deflated as git wrote it. */
export interface BinaryHunk {
  readonly method: "literal" | "delta";
  /** Size of the inflated data in bytes. */
  readonly size: number;
  readonly deflated: Bytes;
}
