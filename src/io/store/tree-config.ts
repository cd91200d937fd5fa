// What a tree's configuration says when it is complete and checked. How it is written is config-schema.ts, how it is read config.ts.
import type { BranchSpec, EnterRules } from "#model/branches";
import type { NoticeTemplates } from "#model/notices";
import type { BranchName } from "#model/queue";
import type { SendingConfig } from "./config-sending.ts";
import type { WebConfig } from "./config-web.ts";
import type { MailSettings } from "./mail-settings.ts";
import type { DatedWording, PatchSettings } from "./wording.ts";

/** A tree's configuration, complete and checked. */
export interface TreeConfig {
  readonly preset: string;
  readonly source: {
    /** Path of the source repository as written: absolute, or relative to the tree. */
    readonly repository: string;
    /** Commit id of the base. */
    readonly base: string;
  };
  /** Committer of every commit and signer of every patch, `Name <address>`. */
  readonly maintainer: string;
  /** Bottom first. */
  readonly branches: readonly TreeBranch[];
  /** Branches that are merges, in the order of the file. */
  readonly merges: readonly MergeSpec[];
  /** Trees of others, that a merge may take in. */
  readonly trees: readonly OtherTree[];
  /** What `merge-check` tries when nothing is named. */
  readonly mergeCheck: {
    /** Branches and merges of this tree. */
    readonly branches: readonly BranchName[];
    /** Names of other trees. */
    readonly trees: readonly string[];
    /** A file with more trees, as linux-next keeps them; absolute or from the tree. Null for none. */
    readonly list: string | null;
  };
  /** Where `add` puts a patch when nothing else is said. */
  readonly entry: string;
  /** Most context lines that a hunk may miss at each end. */
  readonly fuzz: number;
  /** Whether a patch whose hunks do not fit may be merged three-way. */
  readonly merge: boolean;
  /** How `add` writes a patch file. */
  readonly patches: PatchSettings;
  /** Whom to believe about a mail, and what no patch may hold. */
  readonly mail: MailSettings;
  /** Levels of lints by name, as written; what the names are is known to checks/lint. */
  readonly lint: Readonly<Record<string, string>>;
  /** Branches of others in the source repository, in which queued patches may turn up. */
  readonly watch: readonly WatchedRef[];
  /** Null when the tree sends no notices. */
  readonly notices: NoticeTemplates | null;
  /** How both were said before, oldest first; `wordingAt` finds those of a moment. */
  readonly versions: readonly DatedWording[];
  /** How mails, branches and patch files leave the tree. */
  readonly sending: SendingConfig;
  /** How the tree is shown on the web. */
  readonly web: WebConfig;
}

/** A branch of somebody else. */
export interface WatchedRef {
  /** A revision of the source repository: `linus/master`, `refs/heads/upstream`. */
  readonly ref: string;
  /** What `--fetch` fetches before it looks; null for the remote that `ref` begins with, if there is one. */
  readonly remote: string | null;
}

/** A branch that has no patches of its own: others are merged into it, one after the other. */
export interface MergeSpec {
  readonly name: BranchName;
  /** Where it begins: at the base, or at the end of a branch. */
  readonly start: BranchName | null;
  /** In the order in which they are merged. */
  readonly parts: readonly MergePart[];
}

/** What a merge takes in: a branch of this tree, or one of somebody else. */
export type MergePart =
  { readonly kind: "branch"; readonly name: BranchName } | { readonly kind: "tree"; readonly tree: OtherTree };

/** A branch of a repository of somebody else. */
export interface OtherTree {
  readonly name: string;
  /** What git fetches from: a URL, or a path from the source repository. */
  readonly url: string;
  readonly branch: string;
}

/** A branch with what the life of its patches needs. */
export interface TreeBranch extends BranchSpec {
  /** The branch that its patches are promoted from; null when none are. */
  readonly from: BranchName | null;
  /** What is announced of a patch that moves into it: `added`, one of the tree's reasons, or null for nothing. */
  readonly announce: string | null;
  /** Whether it may be rewritten once it is public. */
  readonly rebase: boolean;
  readonly enter: EnterRules;
  /** Levels of lints that hold for its patches, laid over the tree's. */
  readonly lint: Readonly<Record<string, string>>;
}
