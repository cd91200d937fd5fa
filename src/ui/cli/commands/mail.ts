// `longarm mail`: lists its sub-commands, each in a file of its own; reads nothing itself.
import type { Register } from "../command.ts";
import { registerMailAm } from "./mail-am.ts";
import { registerMailLink } from "./mail-link.ts";
import { registerMailCommands } from "./mail-commands.ts";
import { registerMailPostings } from "./mail-postings.ts";
import { registerMailSearch } from "./mail-search.ts";
import { registerMailShow } from "./mail-show.ts";
import { registerMailSync } from "./mail-sync.ts";

export const registerMail: Register = (program, run) => {
  const mail = program
    .command("mail")
    .summary("read archives")
    .description("Read mail archives: what was posted, one posting with its tags, and a posting ready to be applied.");
  for (const register of [
    registerMailSync,
    registerMailSearch,
    registerMailPostings,
    registerMailShow,
    registerMailAm,
    registerMailLink,
    registerMailCommands,
  ])
    register(mail, run);
};
