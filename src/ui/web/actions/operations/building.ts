// A build: looked at before, started, and its outcome.
import { build } from "#app";
import type { Builds } from "../builds.ts";
import type { Operation } from "../operation.ts";
import { branchField } from "../operation.ts";
import { buildWords } from "../words/outcome.ts";

/** The page of a build that was started. */
export function buildHref(id: number): string {
  return `/build/${id}`;
}

/** Milliseconds for which a build is waited for, before a page says that it runs. */
const MAX_WAIT = 2000;

/** The operation; builds are remembered in `builds`. */
export function buildBranches(builds: Builds): Operation {
  return {
    name: "build",
    title: "Build the branches",
    about:
      "The queue is applied on its base in memory; each patch becomes a commit, and the branches move, all at once.",
    verb: "Build",
    fields: (form, view) => [
      branchField(view, "branch", "Only this branch and those it starts from", form.line("branch"), "all"),
      {
        kind: "switch",
        name: "keep-going",
        label: "Leave rejected patches out and go on; else it ends at the first",
        on: form.has("keep-going"),
      },
    ],
    async run(world, form, dryRun) {
      const request = { branch: form.given("branch"), keepGoing: form.has("keep-going") };
      if (dryRun) {
        const report = await build(world, { check: false, dryRun: true, takeOver: false, ...request });
        return { change: null, details: buildWords(report), done: null };
      }
      const { id } = builds.start(world, request);
      await builds.wait(id, MAX_WAIT);
      return { change: null, done: null, to: buildHref(id) };
    },
  };
}
