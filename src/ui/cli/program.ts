// The command tree. Man page and shell completion come from it, so every command and option is declared here and now,
// while the code behind it is loaded when it runs.
import { Command } from "commander";
import type { RunAction } from "./command.ts";
import { EPILOGUE } from "./epilogue.ts";
import { registerAdd } from "./commands/add.ts";
import { registerBuild } from "./commands/build.ts";
import { registerCheck } from "./commands/check.ts";
import { registerDrop } from "./commands/drop.ts";
import { registerEdit } from "./commands/edit.ts";
import { registerFeed } from "./commands/feed.ts";
import { registerFold } from "./commands/fold.ts";
import { registerDisable, registerEnable, registerHold, registerNote, registerRelease } from "./commands/hold.ts";
import { registerFetch } from "./commands/fetch.ts";
import { registerInit } from "./commands/init.ts";
import { registerLint } from "./commands/lint.ts";
import { registerList } from "./commands/list.ts";
import { registerLog } from "./commands/log.ts";
import { registerCompletion, registerMan } from "./commands/man.ts";
import { registerMail } from "./commands/mail.ts";
import { registerMergeCheck } from "./commands/merge-check.ts";
import { registerMove } from "./commands/move.ts";
import { registerNotice } from "./commands/notice.ts";
import { registerOutbox } from "./commands/outbox.ts";
import { registerPromote } from "./commands/promote.ts";
import { registerPublish } from "./commands/publish.ts";
import { registerRebase } from "./commands/rebase.ts";
import { registerRefresh } from "./commands/refresh.ts";
import { registerRename } from "./commands/rename.ts";
import { registerGraph, registerReorder } from "./commands/reorder.ts";
import { registerResolve } from "./commands/resolve.ts";
import { registerServe } from "./commands/serve.ts";
import { registerShow } from "./commands/show.ts";
import { registerSync } from "./commands/sync.ts";
import { registerTags } from "./commands/tags.ts";
import { registerToken } from "./commands/token.ts";
import { registerUpdate } from "./commands/update.ts";
import { registerRedo, registerUndo } from "./commands/undo.ts";
import { registerUpstream } from "./commands/upstream.ts";
import { registerWebhook } from "./commands/webhook.ts";

/** The whole command tree; `run` wraps every action. */
export function makeProgram(version: string, run: RunAction): Command {
  const program = new Command("longarm")
    .description("Runs a mailing-list-driven source tree: mail in, tested branches out.")
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "show help")
    .helpCommand("help [command]", "show help for a command")
    .showSuggestionAfterError()
    // "notice --kind" and "notice render --kind" are two options: what stands behind a command's name is the command's.
    .enablePositionalOptions()
    .addHelpText("after", EPILOGUE);
  for (const register of [
    registerInit,
    registerMail,
    registerAdd,
    registerUpdate,
    registerTags,
    registerList,
    registerShow,
    registerLog,
    registerFeed,
    registerBuild,
    registerLint,
    registerRebase,
    registerUpstream,
    registerMove,
    registerPromote,
    registerHold,
    registerRelease,
    registerDisable,
    registerEnable,
    registerNote,
    registerCheck,
    registerFold,
    registerRename,
    registerReorder,
    registerGraph,
    registerDrop,
    registerEdit,
    registerRefresh,
    registerResolve,
    registerFetch,
    registerMergeCheck,
    registerSync,
    registerUndo,
    registerRedo,
    registerNotice,
    registerOutbox,
    registerPublish,
    registerServe,
    registerToken,
    registerWebhook,
    registerMan,
    registerCompletion,
  ]) {
    register(program, run);
  }
  return program;
}
