// The operations: load, plan (pure), carry out, record. The only place where model meets io.

export type { AddPlan, AddRequest } from "./add.ts";
export { add } from "./add.ts";
export { composeSettings } from "./compose-found.ts";
export type { AttestSettings } from "./attest.ts";
export { attest, attestPosting, attestSettings, guardRules } from "./attest.ts";
export type { AskedPatches } from "./asked.ts";
export { askedAmong } from "./asked.ts";
export type { AmRequest, AmResult } from "./am.ts";
export { am } from "./am.ts";
export type { BaseAdvice } from "./below.ts";
export type { FoldedBranch, FoldedReport, FoldedRequest, LeftFix } from "./build-folded.ts";
export { buildFolded } from "./build-folded.ts";
export type { BuildReport, BuildRequest, BuiltMerge } from "./build.ts";
export { build } from "./build.ts";
export type { CheckedPatch, PostCheckPlan, PostCheckRequest } from "./check.ts";
export { listChecks, postCheck } from "./check.ts";
export type { Changed } from "./change.ts";
export type { DiagnoseRequest } from "./diagnose.ts";
export { diagnose } from "./diagnose.ts";
export type { DropPlan, DropRequest } from "./drop.ts";
export { drop } from "./drop.ts";
export type { EditPlan } from "./plan-edit.ts";
export type { EditRequest, EditResult } from "./edit.ts";
export { edit } from "./edit.ts";
export type { FetchedTree, FetchRequest, FetchResult } from "./fetch-trees.ts";
export { fetchTrees } from "./fetch-trees.ts";
export type { Culprit } from "./find-culprit.ts";
export type { FoldPlan, FoldRequest } from "./fold.ts";
export type { Folded } from "./fold-files.ts";
export { fold } from "./fold.ts";
export type { InboxEntry, PostedSeries } from "./inbox.ts";
export { inboxOf, MAX_INBOX, postedSince } from "./inbox.ts";
export type { InitRequest, InitResult } from "./init.ts";
export { init } from "./init.ts";
export type { LinkPlan, LinkRequest } from "./link.ts";
export { linkPostings } from "./link.ts";
export type { LintReport, LintRequest, LintTreeRequest } from "./lint.ts";
export { lint, lintTree } from "./lint.ts";
export type { ListedBranch, ListRequest } from "./list.ts";
export { filterOf, list } from "./list.ts";
export { log } from "./look.ts";
export type { Lacking, Shown, ShownPatch } from "./show.ts";
export {
  askedInView,
  builtFile,
  checkInView,
  lintInView,
  patchFileInView,
  showInView,
  versionsInView,
} from "./show-view.ts";
export type { PatchVersion } from "./patch-versions.ts";
export { patchBytes, show } from "./show.ts";
export { revisionsInView, revisionsSoon } from "./posted-in-view.ts";
export type { PostedRevision } from "./revisions.ts";
export { newerRevision } from "./revisions.ts";
export type { TagsOfPerson } from "./tags-of.ts";
export { tagsOf } from "./tags-of.ts";
export type { DisableRequest, HoldRequest, NoteRequest, RemarkPlan } from "./hold.ts";
export { disable, hold, note } from "./hold.ts";
export type { CheckedMerge, MergeCheck, MergeCheckRequest, TreeConflict } from "./merge-check.ts";
export { mergeCheck } from "./merge-check.ts";
export type { PrivateNoteRequest } from "./private-note.ts";
export { notePrivately } from "./private-note.ts";
export type { MovedPatch, MovePlan, MoveRequest } from "./move.ts";
export { move } from "./move.ts";
export type { AddPreview } from "./preview-add.ts";
export { previewAdd } from "./preview-add.ts";
export type { Considered, PromotePlan, PromoteRequest, Promotion } from "./promote.ts";
export { explainPromotion, promote } from "./promote.ts";
export type { Consequences } from "./rearrange.ts";
export { redo } from "./redo.ts";
export type { RenamePlan, RenameRequest } from "./rename.ts";
export { rename } from "./rename.ts";
export type { QueueGraph, ReorderPlan, ReorderRequest } from "./reorder.ts";
export { graph, reorder } from "./reorder.ts";
export type { CommandsRequest, ObeyedMail } from "./mail-commands.ts";
export { mailCommands } from "./mail-commands.ts";
export type { FreshEvents, Listening as NewsListening, News } from "./news.ts";
export { watchNews } from "./news.ts";
export { notice } from "./notice.ts";
export type { BaseGuess, FoundBase } from "./base-guess.ts";
export { postingBase } from "./posting-base.ts";
export { allPostings, findMail, findMailHere, MAX_ALL_MAILS } from "./find-mail.ts";
export type { SearchedMail, SearchRequest } from "./search-mail.ts";
export { mailFacts, searchMail, searchMailOf } from "./search-mail.ts";
export type { SyncedArchive, SyncedMail } from "./sync-mail.ts";
export { syncMail, watchMail } from "./sync-mail.ts";
export type { RenderRequest, VerifiedFile, WordingRequest } from "./notice-file.ts";
export { renderNotice, verifyNotices } from "./notice-file.ts";
export type { FeedRequest, MadeFeed } from "./feed.ts";
export { feed, feedOf } from "./feed.ts";
export type { BroughtPatch } from "./in-tree.ts";
export { patchesByMail } from "./in-tree.ts";
export { patchFile, seriesFile } from "./plain-files.ts";
export type { MailThread, PostingWithRevisions } from "./read-thread.ts";
export {
  MAX_PARSED,
  MAX_THREAD_MAILS,
  mailBytes,
  mailMessages,
  mailThread,
  parsedMail,
  postingWithRevisions,
  within,
} from "./read-thread.ts";
export type { RecentPosting, RecentPostings } from "./recent-postings.ts";
export { recentPostings } from "./recent-postings.ts";
export type { FoundInTree, Listed } from "./search-tree.ts";
export { searchTree } from "./search-tree.ts";
export type { FoundPosting, Postings } from "./postings.ts";
export { postingOf, postingsSince, readPostings } from "./postings.ts";
export { postingTitles } from "./posting-titles.ts";
export { hashOf } from "./patch-hashes.ts";
export { mailSettings } from "./mail-settings.ts";
export { postingRecords, showPosting } from "./posting-records.ts";
export type { DecideRequest, OutboxChoice, OutboxMail } from "./outbox.ts";
export { decideOutbox, listOutbox, showMail } from "./outbox.ts";
export type { PublishReport, PublishRequest } from "./publish.ts";
export { publish } from "./publish.ts";
export type { WatchedPublish } from "./publish-watch.ts";
export { watchPublish } from "./publish-watch.ts";
export type { Searched } from "./find-upstream.ts";
export type { RebasedPatch, RebasePlan, RebaseRequest } from "./rebase.ts";
export { rebase } from "./rebase.ts";
export type { RefreshedFile, RefreshPlan, RefreshRequest } from "./refresh.ts";
export { refresh } from "./refresh.ts";
export type { OpenConflict, RejectedPatch } from "./try-rejected.ts";
export type { ResolvePlan } from "./plan-resolve.ts";
export type { ResolveRequest, ResolveResult } from "./resolve.ts";
export { listConflicts, resolve } from "./resolve.ts";
export type { Contested } from "./replay-commit.ts";
export type { Replayed } from "./replay.ts";
export type { SyncRequest, SyncResult } from "./sync.ts";
export { sync } from "./sync.ts";
export type { RefusedTag, ReportedTag, TagsPlan, TagsRequest, TagsReport } from "./tags.ts";
export { tags } from "./tags.ts";
export type { BackendAnswer, GitServer, ServedRepository } from "./serve-git.ts";
export { openGitServer } from "./serve-git.ts";
export type { SendReport, SentMail } from "./send.ts";
export { sendOutbox } from "./send.ts";
export type { ShownToken, TokenRequest } from "./tokens.ts";
export { addToken, listTokens, removeToken, tokenHolder } from "./tokens.ts";
export type { UndoPlan, UndoRequest } from "./undo.ts";
export { undo } from "./undo.ts";
export type { UpdatedPatch } from "./update-versions.ts";
export type { UpdatePlan, UpdateRequest } from "./update.ts";
export { update } from "./update.ts";
export type { WatchedBranch } from "./look-upstream.ts";
export type { LandedPatch, LeftPatch, UpstreamPlan, UpstreamRequest } from "./upstream.ts";
export { upstream } from "./upstream.ts";
export type { BuiltBranch } from "./write-commits.ts";
export type { KnownPatch } from "./rows.ts";
export type { BranchHealth, PublishState, TreeHealth } from "./tree-health.ts";
export { treeHealth } from "./tree-health.ts";
export type { TreeView, Viewer } from "./view.ts";
export { openViewer } from "./view.ts";
export type { WatchedCheck } from "./watch.ts";
export { watchBuild } from "./watch.ts";
export type { Work } from "./work-session.ts";
export type { ListedWebhook } from "./webhook-letters.ts";
export { listWebhooks, retryWebhooks } from "./webhook-letters.ts";
export { startWebhooks } from "./webhooks.ts";
export type { World } from "./world.ts";
