// The shape of the `[notices]` table of a tree's configuration: who announces, to whom, and in which words.
// Field names are the keys of the TOML table; reading and validating the file is io/store's task.

/** Everything about notices that differs between projects. All text is UTF-8; long texts keep their line ends. */
export interface NoticeTemplates {
  /** The `From:` of every notice, `Name <address>`; its address also ends the `To:` line. */
  readonly sender: string;
  /** The address that begins the `To:` line of every notice. */
  readonly list: string;
  /** The list whose archive the words are known from: `notice verify` writes to it, nothing else does. */
  readonly archive: string;
  /** Addresses that get no notice although a trailer names them. `*` stands for any run of chars; case is ignored. */
  readonly exclude: readonly string[];
  /** The right side of every Message-Id. */
  readonly host: string;
  /** The tree's own placeholders, `tree = "git://…"` for `{tree}`. Their values are not searched for placeholders. */
  readonly words: Readonly<Record<string, string>>;
  /**
   * The mail's headers in order: `Date`, `To`, `From`, `Subject`, `Message-Id` get their values by their names, spelt as here.
   * `Name: text` gives a value of its own, with the placeholders `{list}`, `{sender}` and those of subjects.
   */
  readonly headers: readonly string[];
  readonly to: RecipientRule;
  /** A line of the roster, without line end; `{name}` is the file name. */
  readonly listed: string;
  readonly added: MailTemplate;
  readonly removed: MailTemplate;
  /** The mail that tells of the whole queue: `{stamp}`, `{base}`, and in `body` `{series}`. Null when the tree sends none. */
  readonly uploaded: MailTemplate | null;
  /** From how many patches of one operation with the same recipients on one mail tells of all of them; 0 for never. */
  readonly digest: number;
  /** The mails that tell of several patches: `added`, `removed`, `updated`. */
  readonly digests: Readonly<Record<string, DigestTemplate>>;
  /** Branch name to the paragraphs that `{extra}` stands for in notices of patches added to it. */
  readonly extra: Readonly<Record<string, string>>;
  /** Removal kind (`merged`, `obsolete` …) to its words. */
  readonly reasons: Readonly<Record<string, ReasonTemplate>>;
}

/** Who stands where in a `To:` line. */
export interface RecipientRule {
  /**
   * Parts of the line: `list`, `people` (whom the trailers name), `author`, `sender`.
   * People are sorted; parts joined by `+` are sorted together (`list+people+author`). Who is in no part gets no notice.
   */
  readonly order: readonly string[];
  /** `ascending` and `descending` regardless of case and punctuation. */
  readonly sort: "ascending" | "descending" | "by-bytes";
  /** What stands between two addresses, `,` or `, `. */
  readonly separator: string;
}

/**
 * One mail for several patches of one operation. Placeholders are those of {@link MailTemplate} without `{patch}`, `{name}`, `{stem}`,
 * and `{title}` is the posting's; besides `{count}`, in `body` `{lines}` (the `line` of each patch) and `{note}`.
 */
export interface DigestTemplate extends MailTemplate {
  /** One patch, without line end: `{name}`, `{stem}`, `{title}`, `{number}`, `{note}`. */
  readonly line: string;
}

/**
 * The text of one sort of notice.
 * `{name}` file name, `{stem}` the same without `.patch`, `{title}`, `{branch}`, `{author}` address of the author,
 * `{line}` what stands behind the first `-` of the branch's name (`6.1` of `queue-6.1`), else the whole name;
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
