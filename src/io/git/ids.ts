// Names of git objects, one type for each kind, made only in this folder: from git's own answers or by a parser.
// Full hexadecimal names only; an abbreviation is a revision, see `resolve`.

/** The full name of any object: 40 (sha1) or 64 (sha256) lower-case hexadecimal digits. */
export type ObjectId = string & { readonly objectId: unique symbol };
/** The full name of a commit. */
export type CommitId = ObjectId & { readonly kind: "commit" };
/** The full name of a tree. */
export type TreeId = ObjectId & { readonly kind: "tree" };
/** The full name of a blob. */
export type BlobId = ObjectId & { readonly kind: "blob" };

const ID = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/** Reads the full name of an object of any kind; null when it is not one. */
export function parseObjectId(text: string): ObjectId | null {
  return ID.test(text) ? (text as ObjectId) : null;
}

/** Reads a commit's full name, as a ledger or a branch plan keeps it; null when it is not one. Says nothing about existence. */
export function parseCommitId(text: string): CommitId | null {
  return ID.test(text) ? (text as CommitId) : null;
}

/** Reads a blob's full name; null when it is not one. */
export function parseBlobId(text: string): BlobId | null {
  return ID.test(text) ? (text as BlobId) : null;
}

/** Reads a tree's full name; null when it is not one. */
export function parseTreeId(text: string): TreeId | null {
  return ID.test(text) ? (text as TreeId) : null;
}

/** The name in the repository's own length that stands for "no object". */
export function nullId(like: ObjectId): string {
  return "0".repeat(like.length);
}
