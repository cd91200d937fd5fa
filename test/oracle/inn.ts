// An INN of Debian's, with a spool and a configuration of its own, on a loopback port. Whoever reads must log in.
// Debian's package need not be configured: it is enough that it was unpacked (see .ci/run). Runs as the user "news", started as root.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import type { Bytes } from "#model/bytes";
import { byteString, fromByteString } from "#model/bytes";
import { makeCertificate } from "./certificate.ts";
import { freePort, GROUP, listens } from "./public-inbox.ts";

/** A server with the group {@link GROUP} and the user "ada". */
export interface Inn {
  readonly port: number;
  readonly certificate: string;
  readonly passwordFile: string;
  /** Hands mails over as another news server would, each with the fields that a news article must have. */
  feed(mails: readonly Bytes[]): Promise<void>;
  cancel(messageId: string): void;
  close(): Promise<void>;
}

const CACHE = process.env["LONGARM_CACHE"] ?? join(homedir(), ".cache", "longarm");

export async function startInn(password: string): Promise<Inn> {
  const root = existsSync("/usr/lib/news/bin/innd") ? "/usr/lib/news" : join(CACHE, "inn2", "usr", "lib", "news");
  const dir = mkdtempSync(join(tmpdir(), "longarm-inn-"));
  const { cert } = makeCertificate(dir);
  const port = await freePort();
  for (const name of [
    "db",
    "etc",
    "log",
    "run",
    "spool/articles",
    "spool/overview",
    "spool/incoming",
    "spool/outgoing",
    "tmp",
  ])
    mkdirSync(join(dir, name), { recursive: true });
  for (const [name, text] of Object.entries(files(dir, root, password))) writeFileSync(join(dir, name), text);
  const passwordFile = join(dir, "password");
  writeFileSync(passwordFile, `${password}\n`);
  execFileSync("chown", ["-R", "news:news", dir]);
  for (const name of ["key.pem", "etc/passwd", "etc/incoming.conf"]) chmodSync(join(dir, name), 0o640);
  // The test reads it as root, whom no mode stops; others may not.
  chmodSync(passwordFile, 0o600);

  const environment = { PATH: process.env["PATH"], INNCONF: join(dir, "etc", "inn.conf"), LD_LIBRARY_PATH: root };
  const asNews = ["--clear-groups", "--reuid=news", "--regid=news", "--"];
  const run = (program: string, ...args: string[]): void =>
    void execFileSync("setpriv", [...asNews, join(root, "bin", program), ...args], { env: environment, stdio: "pipe" });
  run("makedbz", "-i", "-o", "-s", "10000", "-f", join(dir, "db", "history"));
  const innd = ["-d", "-P", String(port)];
  const child = spawn("setpriv", [...asNews, join(root, "bin", "innd"), ...innd], {
    env: environment,
    stdio: "ignore",
  });
  await listens(port, child);
  return {
    port,
    certificate: cert,
    passwordFile,
    feed: (mails) => feed(port, mails),
    cancel: (messageId) => run("ctlinnd", "cancel", messageId),
    async close() {
      // Asked politely it takes longer than the tests do; what it would save is thrown away.
      child.kill("SIGKILL");
      await once(child, "close");
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** IHAVE (RFC 3977 6.3.2), written without our own client. */
async function feed(port: number, mails: readonly Bytes[]): Promise<void> {
  const socket = connect({ port, host: "127.0.0.1" });
  const lines = socket[Symbol.asyncIterator]();
  const expect = async (code: string): Promise<void> => {
    const said = String(((await lines.next()) as IteratorResult<Buffer>).value);
    if (!said.startsWith(code)) throw new Error(`INN says "${said.trim()}" where ${code} was expected`);
  };
  await expect("200");
  for (const mail of mails) {
    const text = byteString(mail);
    const id = /^Message-ID: (.*)$/m.exec(text)?.[1] ?? "";
    socket.write(`IHAVE ${id}\r\n`);
    await expect("335");
    const article = `Path: other.example.org!not-for-mail\nNewsgroups: ${GROUP}\n${text}`;
    socket.write(fromByteString(`${article.replaceAll("\n", "\r\n").replace(/^\./gm, "..")}.\r\n`));
    await expect("235");
  }
  socket.destroy();
}

function files(dir: string, root: string, password: string): Record<string, string> {
  const hash = execFileSync("perl", ["-e", "chomp($_ = <STDIN>); print crypt($_, 'ab')"], { input: password });
  return {
    "etc/inn.conf": `
mta: "/bin/true %s"
organization: example
ovmethod: tradindexed
hismethod: hisv6
pathhost: news.example.org
domain: example.org
fromhost: example.org
enableoverview: true
artcutoff: 0
runasuser: news
runasgroup: news
bindaddress: 127.0.0.1
bindaddress6: "::1"
pathnews: ${root}
pathbin: ${root}/bin
pathcontrol: ${root}/bin/control
patharchive: ${dir}/spool
patharticles: ${dir}/spool/articles
pathdb: ${dir}/db
pathetc: ${dir}/etc
pathfilter: ${dir}/etc
pathhttp: ${dir}/log
pathincoming: ${dir}/spool/incoming
pathlog: ${dir}/log
pathoutgoing: ${dir}/spool/outgoing
pathoverview: ${dir}/spool/overview
pathrun: ${dir}/run
pathspool: ${dir}/spool
pathtmp: ${dir}/tmp
tlscertfile: ${dir}/cert.pem
tlskeyfile: ${dir}/key.pem
tlscafile: ${dir}/cert.pem
`,
    "etc/storage.conf": "method tradspool {\n newsgroups: *\n class: 0\n}\n",
    "etc/newsfeeds": "ME:*::\n",
    // A peer of this name and address talks to innd first, so a reader must ask for MODE READER.
    "etc/incoming.conf": 'peer test {\n hostname: "127.0.0.1"\n}\n',
    "etc/expire.ctl": "/remember/:10\n*:A:1:10:never\n",
    "etc/readers.conf": `auth local {\n hosts: "127.0.0.1"\n auth: "ckpasswd -f ${dir}/etc/passwd"\n}\naccess ada {\n users: ada\n newsgroups: "*"\n access: R\n}\n`,
    "etc/passwd": `ada:${hash.toString()}\n`,
    "db/active": `control 0000000000 0000000001 n\ncontrol.cancel 0000000000 0000000001 n\njunk 0000000000 0000000001 n\n${GROUP} 0000000000 0000000001 y\n`,
    "db/active.times": "",
    "db/newsgroups": "",
    "db/history": "",
  };
}
