// What reaches a terminal: our colours, and of foreign text only what can be seen.
import { Writable } from "node:stream";
import { expect, test } from "vitest";
import { makeTerminal, type Terminal } from "./terminal.ts";

function shown(isTTY: boolean, use: (terminal: Terminal) => void): string {
  let text = "";
  const stream = Object.assign(
    new Writable({
      write(chunk: Buffer, _, done) {
        text += chunk.toString("utf8");
        done();
      },
    }),
    { isTTY, columns: 80 },
  );
  const before = { ...process.env };
  delete process.env["NO_COLOR"];
  process.env["TERM"] = "xterm";
  try {
    use(makeTerminal({ stdout: stream, stderr: stream }));
  } finally {
    for (const name of ["NO_COLOR", "TERM"]) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  }
  return text;
}

const EVIL = "\u001b[31mred\u001b]0;title\u0007 \u009b2J \u202eevil\u2066 \u{e0041}\r";
const SAFE = "\\x1b[31mred\\x1b]0;title\\x07 \\x9b2J \\u202eevil\\u2066 \\u{e0041}\\x0d";

test("no escape of a foreign text passes, whether it looks like a colour or not", () => {
  expect(shown(true, (terminal) => terminal.line(EVIL))).toBe(`${SAFE}\n`);
  expect(shown(true, (terminal) => terminal.note(EVIL))).toBe(`${SAFE}\n`);
  expect(shown(false, (terminal) => terminal.line(EVIL))).toBe(`${SAFE}\n`);
});

test("our own colours pass, also around foreign text and in one another", () => {
  expect(shown(true, (terminal) => terminal.line(`a ${terminal.paint("red", EVIL)} m`))).toBe(
    `a \u001b[31m${SAFE}\u001b[39m m\n`,
  );
  expect(shown(true, (terminal) => terminal.line(terminal.paint("bold", `x${terminal.paint("red", "y")}`)))).toBe(
    "\u001b[1mx\u001b[31my\u001b[39m\u001b[22m\n",
  );
  expect(shown(false, (terminal) => terminal.line(terminal.paint("red", "plain")))).toBe("plain\n");
});

test("raw results are shown to a person and given unchanged to a program", () => {
  expect(shown(true, (terminal) => terminal.write(Buffer.from(EVIL)))).toBe(SAFE);
  expect(shown(true, (terminal) => terminal.write("a\n\tb\n"))).toBe("a\n\tb\n");
  expect(shown(false, (terminal) => terminal.write(Buffer.from(EVIL)))).toBe(EVIL);
});

test("JSON keeps its value and holds nothing that a terminal obeys", () => {
  const text = shown(true, (terminal) => terminal.json({ subject: EVIL }));
  expect(JSON.parse(text)).toEqual({ subject: EVIL });
  expect(text).toMatch(/^[ -~\n]*$/);
});
