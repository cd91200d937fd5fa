// Lints: the patch applies where it stands, and without fuzz.
import type { Lint } from "../lint.ts";

const LINK = "https://www.gnu.org/software/diffutils/manual/html_node/Inexact.html";

export const rejected: Lint = {
  name: "does-not-apply",
  level: "error",
  explanation:
    "The patch is rejected where it stands, or would need more fuzz than [apply] fuzz of longarm.toml allows. `longarm build --check` says why; mend it with `longarm resolve` or drop it.",
  link: LINK,
  find({ placement }) {
    if (placement?.outcome !== "rejected") return [];
    const { fuzzNeeded, limit } = placement;
    return [
      fuzzNeeded === null ? "does not apply" : `applies only with fuzz ${fuzzNeeded}, above the limit of ${limit}`,
    ];
  },
};

export const fuzz: Lint = {
  name: "fuzz",
  level: "warn",
  explanation:
    "Lines around the change are not those that the author saw, and git am would refuse the patch. Look whether it still is right there, then write it anew with `longarm refresh`.",
  link: LINK,
  find({ placement }) {
    return placement === null || placement.fuzz === 0 ? [] : [`applies with fuzz ${placement.fuzz}`];
  },
};
