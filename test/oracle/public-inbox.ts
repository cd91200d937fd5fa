// A public-inbox of Debian's own, filled by its own code and served by its own daemons on a loopback port; nothing here is ours.
// Started and stopped by the test that uses it.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Bytes } from "#model/bytes";
import { byteString } from "#model/bytes";

/** An inbox on disk. */
export interface Inbox {
  readonly dir: string;
  /** Puts a mail in, or takes the one with these bytes out. */
  add(mail: Bytes): Promise<void>;
  remove(mail: Bytes): Promise<void>;
  /** What public-inbox has in git for a mail that was added; the mail itself before. */
  stored(mail: Bytes): Bytes;
  /** Puts the mails of an epoch in, a git repository or bundle, as whoever mirrors an inbox does. For an empty inbox. */
  mirror(epoch: string): Promise<void>;
  /** Throws the inbox away and makes a new one in its place. */
  restart(): Promise<void>;
  /** Starts `public-inbox-nntpd` or `public-inbox-httpd`; `scheme` is what stands before its address. */
  serve(daemon: "nntpd" | "httpd", scheme: string, query?: string): Promise<Daemon>;
  close(): Promise<void>;
}

/** A daemon that listens on 127.0.0.1. */
export interface Daemon {
  readonly port: number;
  /** Ends it and starts it again on its port, so that it forgets what it has cached. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export const GROUP = "org.example.list";

/** Most milliseconds until a daemon listens or has ended. */
const MAX_WAIT = 15_000;

// Reads "add|remove LENGTH\n" and the mail, answers with a line. A process that stays saves the start of Perl for each mail.
const IMPORT = String.raw`
use strict; use warnings; use PublicInbox::Config; use PublicInbox::V2Writable; use PublicInbox::Eml;
$SIG{__WARN__} = sub {}; binmode STDIN; $| = 1;
while (my $line = <STDIN>) {
  my ($what, $length) = split(' ', $line);
  my $mail = ''; read(STDIN, $mail, $length) == $length or die; 
  my $inbox = PublicInbox::Config->new->lookup_name('list');
  my $writer = PublicInbox::V2Writable->new($inbox); $writer->{parallel} = 0;
  my $eml = PublicInbox::Eml->new(\$mail);
  my $done = $what eq 'add' ? $writer->add($eml) : $writer->remove($eml);
  $writer->done; print $done ? "done\n" : "nothing\n";
}`;

/** Makes an empty inbox "list" in a directory of its own. */
export async function makeInbox(): Promise<Inbox> {
  const home = mkdtempSync(join(tmpdir(), "longarm-public-inbox-"));
  const dir = join(home, "list");
  const environment = { ...process.env, HOME: home, PI_CONFIG: join(home, "config") };
  const daemons: Daemon[] = [];
  // public-inbox keeps a search database open for up to a minute; a daemon that starts has none. NNTP looks at each command.
  const stale: Daemon[] = [];
  const stored = new Map<string, Bytes>();
  const init = (): void => {
    writeFileSync(environment.PI_CONFIG, "");
    const names = ["list", dir, "http://127.0.0.1/list", "list@example.org"];
    execFileSync("public-inbox-init", ["-V2", "--ng", GROUP, ...names], { env: environment, stdio: "pipe" });
  };
  init();
  let perl = startPerl(environment);
  const tell = async (what: "add" | "remove", mail: Bytes): Promise<string> => {
    perl.child.stdin?.write(`${what} ${mail.length}\n`);
    perl.child.stdin?.write(mail);
    const answer = await perl.line();
    for (const daemon of stale) await daemon.restart();
    return answer;
  };
  const end = async (): Promise<void> => {
    perl.child.stdin?.end();
    await once(perl.child, "close");
  };
  return {
    dir,
    async add(mail) {
      if ((await tell("add", mail)) !== "done") return;
      const git = ["-C", join(dir, "git", "0.git"), "cat-file", "blob", "HEAD:m"];
      stored.set(byteString(mail), execFileSync("git", git, { maxBuffer: 2 ** 28 }));
    },
    async remove(mail) {
      const answer = await tell("remove", mail);
      if (answer !== "done") throw new Error(`public-inbox had nothing to remove: "${answer}"`);
    },
    stored: (mail) => stored.get(byteString(mail)) ?? mail,
    async mirror(epoch) {
      await end();
      const git = join(dir, "git", "0.git");
      rmSync(git, { recursive: true });
      execFileSync("git", ["clone", "--quiet", "--mirror", epoch, git]);
      execFileSync("public-inbox-index", ["--no-fsync", dir], { env: environment, stdio: "pipe" });
      perl = startPerl(environment);
    },
    async restart() {
      await end();
      rmSync(dir, { recursive: true });
      init();
      perl = startPerl(environment);
      for (const daemon of daemons) await daemon.restart();
    },
    async serve(daemon, scheme, query = "") {
      const served = await startDaemon(`public-inbox-${daemon}`, scheme, query, environment);
      daemons.push(served);
      if (daemon === "httpd") stale.push(served);
      return served;
    },
    async close() {
      await end();
      for (const daemon of daemons) await daemon.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

function startPerl(environment: NodeJS.ProcessEnv): { readonly child: ChildProcess; line(): Promise<string> } {
  const child = spawn("perl", ["-e", IMPORT], { env: environment, stdio: ["pipe", "pipe", "ignore"] });
  const lines = child.stdout[Symbol.asyncIterator]();
  return {
    child,
    async line() {
      const piece = (await lines.next()) as IteratorResult<Buffer>;
      return String(piece.value).trim();
    },
  };
}

async function startDaemon(
  program: string,
  scheme: string,
  query: string,
  environment: NodeJS.ProcessEnv,
): Promise<Daemon> {
  const port = await freePort();
  const start = async (): Promise<ChildProcess> => {
    const started = spawn(program, ["-W0", "-l", `${scheme}://127.0.0.1:${port}/${query}`], {
      env: environment,
      stdio: "ignore",
    });
    await listens(port, started);
    return started;
  };
  let child = await start();
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const closed = once(child, "close");
    child.kill("SIGKILL");
    await closed;
  };
  return {
    port,
    async restart() {
      await stop();
      child = await start();
    },
    close: stop,
  };
}

/** A port of 127.0.0.1 that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

/** Waits until something listens on the port; throws when the process ends first. */
export async function listens(port: number, child: ChildProcess): Promise<void> {
  for (const end = performance.now() + MAX_WAIT; performance.now() < end; await sleep(20)) {
    if (child.exitCode !== null) throw new Error(`${child.spawnfile} ended with ${child.exitCode} before it listened`);
    const socket = connect({ port, host: "127.0.0.1" });
    const open = await new Promise<boolean>((resolve) =>
      socket.once("connect", () => resolve(true)).once("error", () => resolve(false)),
    );
    socket.destroy();
    if (open) return;
  }
  throw new Error(`${child.spawnfile} did not listen within ${MAX_WAIT} ms`);
}
