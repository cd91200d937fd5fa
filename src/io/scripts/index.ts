// Scripts that a source tree brings along, run as they are: a child process in a scratch directory. It knows no script by name.

export type { ScriptResult, ScriptRun } from "./run-script.ts";
export { runScript, scriptLimits } from "./run-script.ts";
export type { Scratch } from "./scratch.ts";
export { makeScratch } from "./scratch.ts";
