// This script turns a tar stream into a `git fast-import` stream of one root commit, because unpacking a kernel and
// `git add`-ing its files costs minutes and gigabytes of loose objects, and this costs neither a file nor an index.
// Usage: xz -dc FILE.tar.xz | node tools/tar-to-import.ts BRANCH MESSAGE | git fast-import --done
import { once } from "node:events";
import { byteString, bytesOf, fromByteString, quotePath, textOf } from "#model/bytes";

const [branch, message] = process.argv.slice(2);
if (branch === undefined || message === undefined) throw new Error("usage: tar-to-import.ts BRANCH MESSAGE < TAR");

const BLOCK = 512;
/** A larger member is not a source file; one this size is still held in memory. */
const maxMember = 1024 * 1024 * 1024;

const input = process.stdin[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
let rest: Buffer[] = [];
let restBytes = 0;

/** The next `count` bytes of the stream; fewer at its end. */
async function take(count: number): Promise<Buffer> {
  while (restBytes < count) {
    const next = await input.next();
    if (next.done === true) break;
    rest.push(next.value);
    restBytes += next.value.length;
  }
  const all = rest.length === 1 && rest[0] ? rest[0] : Buffer.concat(rest);
  const taken = all.subarray(0, count);
  rest = taken.length < all.length ? [all.subarray(count)] : [];
  restBytes = all.length - taken.length;
  return taken;
}

async function write(bytes: Uint8Array): Promise<void> {
  if (!process.stdout.write(bytes)) await once(process.stdout, "drain");
}

function text(block: Buffer, start: number, length: number): string {
  return byteString(block, start, start + length).replace(/\0.*$/s, "");
}

function octal(block: Buffer, start: number, length: number): number {
  const digits = text(block, start, length).trim();
  if (!/^[0-7]*$/.test(digits)) throw new Error(`tar header: the number ${JSON.stringify(digits)} is not octal`);
  return Number.parseInt(digits || "0", 8);
}

/** The `path` and `linkpath` records of a pax header: "LENGTH key=value\n", repeated. */
function paxRecords(content: Buffer): Map<string, string> {
  const records = new Map<string, string>();
  for (let at = 0; at < content.length;) {
    const record = byteString(content, at, at + Number.parseInt(byteString(content, at, at + 12), 10));
    const parsed = /^\d+ ([^=]+)=(.*)\n$/s.exec(record);
    if (!parsed) break;
    records.set(parsed[1] ?? "", parsed[2] ?? "");
    at += record.length;
  }
  return records;
}

async function writeMember(name: string, mode: string, content: Uint8Array): Promise<void> {
  // The first part of every name is the directory that the tarball was made of.
  const path = name.replace(/^(?:\.\/)?[^/]+\//, "");
  if (path === "" || path.split("/").includes(".."))
    throw new Error(`tar member ${JSON.stringify(name)}: no path below the top`);
  const head = fromByteString(`M ${mode} inline ${quotePath(path)}\ndata ${content.length}\n`);
  await write(Buffer.concat([head, content, fromByteString("\n")]));
}

const log = bytesOf(message);
// A fixed author and date, so that the same tarball is the same commit on every machine.
const who = "Debian Kernel Source <kernel@example.org> 1700000000 +0000";
await write(bytesOf(`commit refs/heads/${branch}\nauthor ${who}\ncommitter ${who}\ndata ${log.length}\n${message}\n`));

let files = 0;
let longName: string | null = null;
let longLink: string | null = null;
for (;;) {
  const header = await take(BLOCK);
  if (header.length < BLOCK) throw new Error("tar stream ends before its end mark");
  if (header.every((byte) => byte === 0)) break;
  const size = octal(header, 124, 12);
  if (size > maxMember) throw new Error(`tar member of ${size} bytes is larger than ${maxMember}`);
  const type = String.fromCharCode(header[156] ?? 0);
  const prefix = byteString(header, 257, 262) === "ustar" && header[262] === 0 ? text(header, 345, 155) : "";
  const shortName = (prefix === "" ? "" : `${prefix}/`) + text(header, 0, 100);
  const shortLink = text(header, 157, 100);
  const executable = (octal(header, 100, 8) & 0o100) !== 0;
  const padded = await take(Math.ceil(size / BLOCK) * BLOCK);
  if (padded.length < size) throw new Error("tar stream ends inside a member");
  const content = padded.subarray(0, size);
  if (type === "L") longName = text(content, 0, size);
  else if (type === "K") longLink = text(content, 0, size);
  else if (type === "x") {
    const records = paxRecords(content);
    longName = records.get("path") ?? null;
    longLink = records.get("linkpath") ?? null;
  } else if (type !== "g") {
    const name = longName ?? shortName;
    if (type === "0" || type === "\0") await writeMember(name, executable ? "100755" : "100644", content);
    else if (type === "2") await writeMember(name, "120000", fromByteString(longLink ?? shortLink));
    else if (type !== "5")
      throw new Error(`tar member ${textOf(fromByteString(name))} has the type "${type}", which git cannot hold`);
    if (type !== "5") files += 1;
    longName = longLink = null;
  }
}
if (files === 0) throw new Error("the tar stream holds no file");
await write(fromByteString("\ndone\n"));
console.error(`tar-to-import: ${files} files on branch ${branch}`);
