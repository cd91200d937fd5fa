// Lint: text that people read is UTF-8. The diff itself may hold any bytes.
import type { Bytes } from "#model/bytes";
import { byteString, fromByteString } from "#model/bytes";
import type { Lint } from "../lint.ts";

export const utf8: Lint = {
  name: "utf-8",
  level: "error",
  explanation:
    "Commit messages are UTF-8. Other bytes turn a name into something else in every tool that shows it. Convert the header and the description; file contents are left alone.",
  link: "https://git-scm.com/docs/git-commit#_discussion",
  find({ file: { diff, source } }) {
    const text = diff.files[0]?.lead ?? source;
    if (isUtf8(text)) return [];
    const line = byteString(text)
      .split("\n")
      .findIndex((one) => !isUtf8(fromByteString(one)));
    return [`has text that is not UTF-8 above its diff (line ${line + 1})`];
  },
};

function isUtf8(text: Bytes): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(text);
    return true;
  } catch {
    return false;
  }
}
