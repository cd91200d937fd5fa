// Lints: what the source tree's own scripts/checkpatch.pl finds, by its own grades. None of its rules is here.
import type { Lint } from "../lint.ts";
import type { StyleRemark } from "../parse-checkpatch.ts";

const LINK = "https://docs.kernel.org/dev-tools/checkpatch.html";
const OWN =
  'It is run as it is at the base, never as a patch would have it. A single type can have a level of its own: "checkpatch:TYPE" = "off".';

function checkpatch(severity: StyleRemark["severity"], level: Lint["level"], what: string): Lint {
  return {
    name: `checkpatch-${severity}`,
    level,
    explanation: `${what} of the source tree's own scripts/checkpatch.pl. ${OWN}`,
    link: LINK,
    find: ({ style }) =>
      (style ?? [])
        .filter((remark) => remark.severity === severity)
        .map(({ type, message, line }) => ({ type, message: `${message} (line ${line})` })),
  };
}

export const checkpatchError = checkpatch("error", "warn", "An error");
export const checkpatchWarning = checkpatch("warning", "note", "A warning");
export const checkpatchCheck = checkpatch("check", "off", "A remark that it makes only when it is asked to be strict,");
