// Mail commands: read from a mail's text, allowed or refused, answered. Carrying them out is the task of #app.

export type { AnswerSettings, CommandResult } from "./answer.ts";
export { printAnswer } from "./answer.ts";
export { whyNoAnswer } from "./answerable.ts";
export type { CommandRules, Permission } from "./authorize.ts";
export { authorize } from "./authorize.ts";
export type { CommandWord, MailCommand } from "./parse-commands.ts";
export { COMMAND_WORDS, MAX_COMMANDS, parseCommands } from "./parse-commands.ts";
