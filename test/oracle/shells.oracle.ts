// The completion scripts in the real bash, zsh and fish, and the manual page in the real mandoc and groff.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { scratchFolder } from "./real-tools.ts";

const longarm = join(import.meta.dirname, "..", "..", "bin", "longarm");
const dir = scratchFolder();
const tree = join(dir, "tree");
mkdirSync(tree, { recursive: true });
writeFileSync(
  join(tree, "series"),
  "# branch: mm-new\ncellar-be-cool.patch\n$(touch>ran).patch\n`touch>ran`.patch\n# disabled: cork.patch -p0\njar-return-err_ptr-for-config_jar=n.patch -p1\n# a remark\n",
);

function print(...args: string[]): string {
  return execFileSync(longarm, args, { encoding: "utf8" });
}

/** What comes after a line that was typed in the tree: the words that the shell would offer, sorted. */
const asked: readonly (readonly [string, readonly string[]])[] = [
  ["longarm pub", ["publish"]],
  ["longarm mail sh", ["show"]],
  ["longarm outbox rel", ["release"]],
  ["longarm drop c", ["cellar-be-cool.patch", "cork.patch"]],
  ["longarm drop j", ["jar-return-err_ptr-for-config_jar=n.patch"]],
  ["longarm drop --dry", ["--dry-run"]],
  ["longarm completion z", ["zsh"]],
  ["longarm drop cork.patch --reas", ["--reason"]],
];

test("bash completes commands, options, words and patch names, also behind an equals sign", () => {
  writeFileSync(join(dir, "longarm.bash"), print("completion", "bash"));
  const typed = (line: string): string[] => {
    const script = `
      . ${dir}/longarm.bash
      COMP_LINE=$1 COMP_POINT=\${#1}
      # Words as readline breaks them.
      mapfile -t COMP_WORDS < <(printf %s "$1" | grep -oE '[^[:blank:]=:]+|[=:]+')
      COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
      compopt() { :; }
      _longarm
      printf '%s\\n' "\${COMPREPLY[@]}"`;
    const output = execFileSync("bash", ["-c", script, "bash", line], { cwd: tree, encoding: "utf8" });
    return output.split("\n").filter(Boolean).sort();
  };
  for (const [line, words] of asked) expect([line, typed(line)]).toEqual([line, words]);
  expect(typed("longarm drop jar-return-err_ptr-for-config_jar=n")).toEqual(["n.patch"]);
  // What a name would have the shell do is not done, only offered in quotes.
  expect(typed("longarm drop $")).toEqual(["\\$\\(touch\\>ran\\).patch"]);
  expect(typed("longarm drop `")).toEqual(["\\`touch\\>ran\\`.patch"]);
  expect(existsSync(join(tree, "ran"))).toBe(false);
});

test("fish completes the same", () => {
  writeFileSync(join(dir, "longarm.fish"), print("completion", "fish"));
  for (const [line, words] of asked) {
    const script = `source ${dir}/longarm.fish; complete -C $argv[1]`;
    const output = execFileSync("fish", ["--no-config", "-c", script, line], { cwd: tree, encoding: "utf8" });
    const offered = output.split("\n").map((one) => one.split("\t")[0] ?? "");
    expect([line, offered.filter(Boolean).sort()]).toEqual([line, words]);
  }
});

test("zsh completes the same", () => {
  writeFileSync(join(dir, "longarm.zsh"), print("completion", "zsh"));
  const typed = (line: string): string[] => {
    const words = line.split(" ");
    // The completion system is for a terminal; its two words that are used say here what they were given.
    const script = `
      compdef() { : }
      compadd() { print -rl -- "\${@[2,-1]}" }
      _describe() { print -rl -- "\${(@P)2}" }
      _files() { : }
      source ${dir}/longarm.zsh
      words=("$@") CURRENT=$#
      _longarm`;
    const output = execFileSync("zsh", ["-f", "-c", script, "zsh", ...words], { cwd: tree, encoding: "utf8" });
    const offered = output.split("\n").map((one) => one.replace(/(?<!\\):.*/, "").replaceAll("\\:", ":"));
    return offered.filter((one) => one !== "" && one.startsWith(words.at(-1) ?? "")).sort();
  };
  for (const [line, words] of asked) expect([line, typed(line)]).toEqual([line, words]);
});

test("the manual page is read by mandoc and groff without an error, and names every command", () => {
  const page = join(dir, "longarm.1");
  writeFileSync(page, print("man"));
  expect(execFileSync("mandoc", ["-T", "lint", "-W", "error", page], { encoding: "utf8" })).toBe("");
  const groff = spawnSync("groff", ["-man", "-ww", "-Tutf8", "-P-c", "-rLL=200n", page], { encoding: "utf8" });
  expect(groff).toMatchObject({ status: 0, stderr: "" });
  // Bold and underlined letters are struck over.
  const text = groff.stdout.replaceAll(new RegExp(".[\b]", "g"), "");
  interface Node {
    readonly path: readonly string[];
    readonly commands: readonly Node[];
  }
  const all = (node: Node): string[] => [node.path.join(" "), ...node.commands.flatMap(all)];
  const names = all(JSON.parse(print("man", "--json")) as Node);
  expect(names.length).toBeGreaterThan(40);
  for (const name of names.slice(1)) expect(text).toContain(name);
});
