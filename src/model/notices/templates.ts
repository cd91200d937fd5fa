// The shape of the `[notices]` table of a tree's configuration: who announces, to whom, and in which words.
// Field names are the keys of the TOML table; reading and validating the file is io/store's task.

/** Everything about notices that differs between projects. All text is UTF-8; long texts keep their line ends. */
export interface NoticeTemplates {
  /** The `From:` of every notice, `Name <address>`; its address also ends the `To:` line. */
  readonly sender: string;
  /** The address that begins the `To:` line of every notice. */
  readonly list: string;
  /** Addresses that get no notice although a trailer names them. `*` stands for any run of chars; case is ignored. */
  readonly exclude: readonly string[];
  /** The right side of every Message-Id. */
  readonly host: string;
  /** The tree's own placeholders, `tree = "git://…"` for `{tree}`. Their values are not searched for placeholders. */
  readonly words: Readonly<Record<string, string>>;
  readonly added: MailTemplate;
  readonly removed: MailTemplate;
  /** Branch name to the paragraphs that `{extra}` stands for in notices of patches added to it. */
  readonly extra: Readonly<Record<string, string>>;
  /** Removal kind (`merged`, `obsolete` …) to its words. */
  readonly reasons: Readonly<Record<string, ReasonTemplate>>;
}

/**
 * The text of one sort of notice.
 * `{name}` file name, `{stem}` the same without `.patch`, `{title}`, `{branch}`, `{author}` address of the author;
 * in `body` also `{patch}` the patch file, `{roster}` names of the author's patches, one a line, and for added `{extra}`;
 * for removed `{tag}`, `{reason}`, `{into}`. A line of only one placeholder vanishes when its value is empty.
 */
export interface MailTemplate {
  readonly subject: string;
  readonly body: string;
}

/** Why a patch left. Both texts may use `{into}`: the branch it was merged into, or the patch it was folded into. */
export interface ReasonTemplate {
  /** What `{tag}` stands for, without brackets. */
  readonly tag: string;
  /** What `{reason}` stands for: a sentence without full stop, as many lines as it has. */
  readonly reason: string;
}
