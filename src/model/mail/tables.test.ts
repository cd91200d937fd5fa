// Runs the tables cases/*.txt: a line as it stands in a mail, and below it, indented, what is read.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { ByteString } from "#model/bytes";
import { byteString, bytesOf, fromByteString, readableBytes } from "#model/bytes";
import { parseAddresses, printAddress } from "./address.ts";
import { parseAuthenticationResults } from "./authentication-results.ts";
import { parseDate } from "./date.ts";
import { decodeWords } from "./decode-words.ts";
import { parseMessage } from "./message.ts";
import { parseParameters } from "./parameters.ts";
import { realSender } from "./real-sender.ts";
import { parseTrailers, printTrailers } from "./trailers.ts";

const file = (name: string): string => join(import.meta.dirname, "cases", name);

// What the file holds, after UPDATE_CASES=1 has rewritten it.
function held(name: string, printed: string): string {
  if (process.env["UPDATE_CASES"] === "1") writeFileSync(file(name), printed);
  return readFileSync(file(name), "utf8");
}

// The line with \xNN as bytes, else as UTF-8 bytes.
function header(line: string): ByteString {
  return byteString(bytesOf(line)).replace(/\\x([0-9a-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

const TABLES: readonly [string, (value: ByteString) => readonly string[]][] = [
  ["words.txt", (value) => [decodeWords(value)]],
  [
    "addresses.txt",
    (value) => {
      const found = parseAddresses(value);
      return found.length === 0
        ? ["(none)"]
        : found.map(({ name, address }) => `${name === "" ? "-" : name} | ${address}`);
    },
  ],
  [
    "authentication-results.txt",
    (value) => {
      const said = parseAuthenticationResults(value);
      if (said === null) return ["(nothing)"];
      const instance = said.instance === null ? "" : `${said.instance} `;
      return [
        `${instance}${said.host === "" ? "-" : said.host}`,
        ...said.results.map(({ method, result, reason, properties }) =>
          [
            `${method}=${result}`,
            ...(reason === null ? [] : [`(${reason})`]),
            ...[...properties].map(([name, text]) => `${name}=<${text}>`),
          ].join(" "),
        ),
      ];
    },
  ],
  [
    "senders.txt",
    (value) => {
      const sender = realSender(parseMessage(fromByteString(`${value.replaceAll(" / ", "\n")}\n\n`)));
      if (sender === null) return ["(nobody)"];
      const { address, by, known } = sender;
      return [`${address.name === "" ? "-" : address.name} | ${address.address} | ${known ? by : "unknown"}`];
    },
  ],
  [
    "dates.txt",
    (value) => {
      const { date, problems } = parseDate(value);
      const when = date.time === null ? "no date" : `${new Date(date.time).toISOString()} zone ${date.zone ?? "-"}`;
      return [[when, ...problems.map(({ message }) => message)].join("; ")];
    },
  ],
  [
    "parameters.txt",
    (value) => {
      const { value: main, parameters } = parseParameters(value);
      return [[main === "" ? "-" : main, ...[...parameters].map(([name, text]) => `${name}=<${text}>`)].join(" ")];
    },
  ],
];

describe("tables", () => {
  test.each(TABLES)("%s", (name, read) => {
    const lines = readFileSync(file(name), "utf8").split("\n");
    const printed = lines
      .filter((line) => !line.startsWith("    "))
      .flatMap((line) =>
        line === "" || line.startsWith("#") ? [line] : [line, ...read(header(line)).map((text) => `    ${text}`)],
      );
    expect(held(name, printed.join("\n"))).toBe(printed.join("\n"));
  });

  test("printed addresses are read back", () => {
    const lines = readFileSync(file("addresses.txt"), "utf8").split("\n");
    const found = lines
      .flatMap((line) => parseAddresses(header(line)))
      .filter(({ address }) => /^[^\s@]+@[^\s@]+$/.test(address));
    const again = found.map((address) => parseAddresses(byteString(bytesOf(printAddress(address)))));
    expect(again).toEqual(found.map((address) => [address]));
  });

  test("trailers.txt", () => {
    const [notes = "", ...blocks] = readFileSync(file("trailers.txt"), "utf8").split(/^(?=# )/m);
    const [more = "", ...cases] = notes === "" ? blocks : [notes, ...blocks];
    const printed = cases.map((block) => {
      if (!block.includes("==>")) return block;
      const [title = "", ...rest] = (block.split("==>")[0] ?? "").split("\n");
      const description = rest.join("\n");
      const { body, trailers } = parseTrailers(bytesOf(description));
      expect(byteString(body) + byteString(printTrailers(trailers))).toBe(description);
      const lines = trailers.map(({ key, value }) => `${key}|${readableBytes(value).replaceAll("\n", "\\n")}\n`);
      return `${title}\n${description}==>\n${lines.join("")}\n`;
    });
    const text = `${more}${printed.join("").trimEnd()}\n`;
    expect(held("trailers.txt", text)).toBe(text);
  });
});
