// The man page and the completion scripts know every command and option that help knows.
import { expect, test } from "vitest";
import { allCommands, commandTree } from "./command-tree.ts";
import { completionScript, SHELLS } from "./completions.ts";
import { EPILOGUE } from "./epilogue.ts";
import { manPage } from "./man-page.ts";
import { makeProgram } from "./program.ts";

const tree = commandTree(
  makeProgram(
    "1.2.3",
    (action) =>
      (...given) =>
        action({} as never, ...given).then(() => undefined),
  ),
);
const nodes = allCommands(tree);

test("the tree has commands, their sub-commands, options and words", () => {
  expect(nodes.map(({ path }) => path.join(" "))).toEqual(
    expect.arrayContaining(["longarm", "longarm add", "longarm mail show", "longarm outbox release"]),
  );
  const completion = nodes.find(({ path }) => path.at(-1) === "completion");
  expect(completion?.arguments).toMatchObject([{ name: "shell", choices: ["bash", "zsh", "fish"] }]);
});

test.each(nodes.map((node) => [node.path.join(" "), node] as const))(
  "%s has a summary, sentences and help",
  (_, node) => {
    expect(node.summary).not.toMatch(/\.$|^$/);
    expect(node.description).toMatch(/^[A-Z].*[^ ]$/);
    expect(node.options.map(({ long }) => long)).toContain("--help");
  },
);

test("the page names every command and option, and no text of it is taken for a request", () => {
  const page = manPage(tree, "1.2.3", EPILOGUE);
  for (const { path, options } of nodes) {
    expect(page).toContain(path.join(" ").replaceAll("-", "\\-"));
    for (const { flags } of options) expect(page).toContain(flags.replaceAll("-", "\\-").replaceAll('"', "\\(dq"));
  }
  const requests = page.split("\n").filter((line) => line.startsWith("."));
  expect(new Set(requests.map((line) => line.split(" ")[0]))).toEqual(
    new Set([".TH", ".SH", ".SS", ".B", ".I", ".PP", ".TP"]),
  );
});

test.each(SHELLS)("%s knows every command and long option", (shell) => {
  const script = completionScript(tree, shell);
  for (const { path, options } of nodes) {
    expect(script).toContain(path.at(-1));
    for (const { long } of options) expect(script).toContain(long?.slice(2));
  }
});
