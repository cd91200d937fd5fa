// The operations of this clone that another one does not have: its commits, read as they are and in order. What they change is
// replay.ts's.
import type { Bytes, ByteString } from "#model/bytes";
import { byteString, fromByteString, textOf, UserError } from "#model/bytes";
import type { OperationId } from "#model/ledger";
import type { CommitId, Git, Ident } from "#io/git";

/** One of our own commits. */
export interface OwnCommit {
  readonly id: CommitId;
  readonly parent: CommitId;
  readonly author: Ident;
  readonly committer: Ident;
  readonly message: Bytes;
  readonly subject: string;
  /** The operation that it carried out; null for one made by hand. */
  readonly operation: OperationId | null;
}

/** The commits that lead from `base` to `head`, oldest first. Throws UserError at a merge, which cannot be replayed. */
export async function ownCommits(git: Git, base: CommitId, head: CommitId): Promise<OwnCommit[]> {
  const log = await git.log(head, { not: [base], reverse: true, limit: MAX_OWN });
  const commits: OwnCommit[] = [];
  for await (const object of git.readObjects(log.map(({ id }) => id))) {
    const entry = log[commits.length];
    if (object === null || entry === undefined) throw new Error("a commit of the tree is gone");
    const [parent, ...more] = entry.parents;
    if (parent === undefined || more.length > 0 || log.length >= MAX_OWN) {
      throw new UserError(
        log.length >= MAX_OWN
          ? `there are more than ${MAX_OWN} operations that the other clone does not have`
          : `commit ${entry.id.slice(0, 12)} of the tree is a merge, and cannot be replayed`,
        { hint: "bring the two together with git, then: longarm sync", exitCode: 3 },
      );
    }
    commits.push({ id: entry.id, parent, subject: entry.subject, ...parsedCommit(byteString(object.content)) });
  }
  return commits;
}

/** More own commits are not replayed: nobody works so long alone. */
const MAX_OWN = 20_000;

function parsedCommit(text: ByteString): Pick<OwnCommit, "author" | "committer" | "message" | "operation"> {
  const end = text.indexOf("\n\n");
  const header = text.slice(0, end);
  const message = fromByteString(text.slice(end + 2));
  const ident = (key: string): Ident => {
    const found = new RegExp(`^${key} (.*) <([^<>]*)> (\\d+ [+-]\\d{4})$`, "m").exec(header);
    return { name: found?.[1] ?? "", email: found?.[2] ?? "", date: found?.[3] ?? "0 +0000" };
  };
  const operation = /^Operation: ([0-9a-f]{12})$/m.exec(textOf(message))?.[1] ?? null;
  return {
    author: ident("author"),
    committer: ident("committer"),
    message,
    operation: operation as OperationId | null,
  };
}
