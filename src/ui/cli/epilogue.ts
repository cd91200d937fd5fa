// What help and the manual page say of all commands.

/** Below the list of commands. */
export const EPILOGUE = `
Every command takes -C DIR and --json; what changes anything takes --dry-run.
Exit codes: 0 done; 1 a patch was rejected or a check failed; 2 wrong usage; 3 a conflict waits for a person; 70 a bug in Longarm.`;
