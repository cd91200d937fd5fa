// Lint: what follows Link: or Closes: can be followed.
import { readableBytes } from "#model/bytes";
import type { Lint } from "../lint.ts";
import { MANUAL } from "../lint.ts";

/** An address, and behind it a mark such as `[1]` or a remark behind `#`. */
const FORM = /^(?:\[\d+\] )?<?https?:\/\/[^\s/<>]+\/?[^\s<>]*>?(?:\s+(?:\[[^\]]+\]|#.*|\(.*\)))?$/;

export const linkForm: Lint = {
  name: "link-form",
  level: "warn",
  explanation:
    "Link: and Closes: take one web address a line, whole and not wrapped, best one of an archive: robots close reports by them.",
  link: `${MANUAL}/submitting-patches.html#describe-your-changes`,
  find({ file }) {
    return file.trailers.flatMap(({ key, value }) =>
      /^(?:link|closes)$/i.test(key) && !FORM.test(value.trim())
        ? [`has ${key}: ${JSON.stringify(readableBytes(value).slice(0, 100))}, which is no web address`]
        : [],
    );
  },
};
