// The operations: load, plan (pure), carry out, record. The only place where model meets io.

export type { AddPlan, AddRequest } from "./add.ts";
export { add } from "./add.ts";
export type { BuildReport, BuildRequest } from "./build.ts";
export { build } from "./build.ts";
export type { Changed } from "./change.ts";
export type { DropPlan, DropRequest } from "./drop.ts";
export { drop } from "./drop.ts";
export type { InitRequest, InitResult } from "./init.ts";
export { init } from "./init.ts";
export type { ListedBranch, ListedPatch, ShownPatch } from "./look.ts";
export { list, log, show } from "./look.ts";
export { notice } from "./notice.ts";
export type { FoundPosting, Postings } from "./postings.ts";
export { postingOf, readPostings } from "./postings.ts";
export type { UndoPlan, UndoRequest } from "./undo.ts";
export { undo } from "./undo.ts";
export type { BuiltBranch } from "./write-commits.ts";
export type { World } from "./world.ts";
