// Mailboxes, Maildirs and folders for tests. Test code only.
import { promises as fs } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Bytes } from "#model/bytes";
import { bytesOf, byteString, concatBytes, fromByteString } from "#model/bytes";
import type { ContractArchive } from "./contract.ts";
import { openFolder } from "./folder.ts";
import { openMaildir } from "./maildir.ts";
import { openMbox } from "./mbox.ts";

type Print = (mail: Bytes) => Bytes;

const LINE = "From list@example.org Mon Jan  1 00:00:00 2024\n";
const closed = (text: string): string => (text.endsWith("\n") ? `${text}\n` : `${text}\n\n`);

export const printMboxrd: Print = (mail) =>
  fromByteString(LINE + closed(byteString(mail).replace(/^(?=>*From )/gm, ">")));
export const printMboxo: Print = (mail) => fromByteString(LINE + closed(byteString(mail).replace(/^(?=From )/gm, ">")));
export const counted = (text: string): string => {
  const end = /\r?\n\r?\n/.exec(text);
  const [head, body] = end
    ? [text.slice(0, end.index + (end[0].startsWith("\r") ? 2 : 1)), text.slice(end.index + end[0].length)]
    : [text, ""];
  return `${head}Content-Length: ${body.length}\n\n${body}`;
};
export const printMboxcl2: Print = (mail) => fromByteString(`${LINE}${counted(byteString(mail))}\n`);

/** Makes an empty mailbox file; `zipped`: each mail is a gzip member. */
export async function makeMailbox(print: Print, zipped = false): Promise<ContractArchive> {
  const dir = await fs.mkdtemp(join(process.env["TMPDIR"] ?? "/tmp", "longarm-mbox-"));
  const spec = join(dir, "mails");
  const printed = (mail: Bytes): Bytes => (zipped ? gzipSync(print(mail)) : print(mail));
  let all: Bytes[] = [];
  await fs.writeFile(spec, "");
  const write = async (): Promise<void> => {
    await fs.writeFile(`${spec}.new`, concatBytes(all.map(printed)));
    await fs.rename(`${spec}.new`, spec);
  };
  return {
    spec,
    open: (options) => Promise.resolve(openMbox(spec, options)),
    async deliver(mail) {
      all.push(mail);
      await fs.appendFile(spec, printed(mail));
    },
    async remove(mail) {
      all = all.filter((one) => byteString(one) !== byteString(mail));
      await write();
    },
    async rewrite(mails) {
      all = [...mails];
      await write();
    },
    close: () => fs.rm(dir, { recursive: true, force: true }),
  };
}

/** A mailbox that does not count ends every mail with a line end. */
export const ended = (mail: Bytes): Bytes => (mail.at(-1) === 10 ? mail : concatBytes([mail, bytesOf("\n")]));

/** A Maildir of a test. */
export interface TestMaildir extends ContractArchive {
  readonly dir: string;
  /** File names by folder and part, as they are on the disk. */
  names(part: "new" | "cur", folder?: string): Promise<string[]>;
}

/** Makes an empty Maildir. `folder`: where mails are delivered; `read`: whether they are moved to cur at once. */
export async function makeMaildir({ folder = "", read = false } = {}): Promise<TestMaildir> {
  const dir = await fs.mkdtemp(join(process.env["TMPDIR"] ?? "/tmp", "longarm-maildir-"));
  for (const part of ["cur", "new", "tmp"]) {
    await fs.mkdir(join(dir, part));
    await fs.mkdir(join(dir, folder, part), { recursive: true });
  }
  let delivered = 0;
  const mails: { name: string; bytes: Bytes }[] = [];
  const part = read ? "cur" : "new";
  const self: TestMaildir = {
    dir,
    spec: dir,
    names: async (which, below = folder) => (await fs.readdir(join(dir, below, which))).sort(),
    open: (options) => Promise.resolve(openMaildir(dir, options)),
    async deliver(bytes) {
      delivered += 1;
      const name = `1700000000.M${delivered}P1.host.example.org`;
      await fs.writeFile(join(dir, folder, "tmp", name), bytes);
      await fs.rename(join(dir, folder, "tmp", name), join(dir, folder, part, read ? `${name}:2,S` : name));
      mails.push({ name, bytes });
    },
    async remove(bytes) {
      const mail = mails.find((one) => byteString(one.bytes) === byteString(bytes));
      if (mail === undefined) throw new Error("remove what was not delivered");
      mails.splice(mails.indexOf(mail), 1);
      await fs.rm(join(dir, folder, part, read ? `${mail.name}:2,S` : mail.name));
    },
    async rewrite(messages) {
      for (const { bytes } of mails.slice()) await self.remove?.(bytes);
      for (const bytes of messages) await self.deliver(bytes);
    },
    async damage() {
      await fs.mkdir(join(dir, folder, "cur", "sub"), { recursive: true });
      await fs.symlink("/dev/null", join(dir, folder, part, "1700000000.M0P1.link"));
    },
    close: () => fs.rm(dir, { recursive: true, force: true }),
  };
  return self;
}

/** Makes an empty folder of mail files. */
export async function makeFolder(nested: boolean): Promise<ContractArchive & { readonly dir: string }> {
  const dir = await fs.mkdtemp(join(process.env["TMPDIR"] ?? "/tmp", "longarm-folder-"));
  let delivered = 0;
  const mails: { path: string; bytes: Bytes }[] = [];
  const self: ContractArchive & { readonly dir: string } = {
    dir,
    spec: dir,
    open: (options) => Promise.resolve(openFolder(dir, options)),
    async deliver(bytes) {
      delivered += 1;
      const path = join(dir, nested ? `month ${Math.ceil(delivered / 3)}/deep` : "", `${delivered}.eml`);
      await fs.mkdir(dirname(path), { recursive: true });
      await fs.writeFile(path, bytes);
      mails.push({ path, bytes });
    },
    async remove(bytes) {
      const mail = mails.find((one) => byteString(one.bytes) === byteString(bytes));
      if (mail === undefined) throw new Error("remove what was not delivered");
      mails.splice(mails.indexOf(mail), 1);
      await fs.rm(mail.path);
    },
    async rewrite(messages) {
      for (const { bytes } of mails.slice()) await self.remove?.(bytes);
      delivered = 0;
      for (const bytes of messages) await self.deliver(bytes);
    },
    damage: () => fs.symlink("/dev/null", join(dir, "0.eml")),
    close: () => fs.rm(dir, { recursive: true, force: true }),
  };
  return self;
}
