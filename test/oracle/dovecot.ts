// A Dovecot of Debian's, with a configuration and a Maildir in a directory of its own, on loopback ports; run as root, as .ci/run is.
// Started and stopped by the test that uses it.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  mkdirSync,
  mkdtempSync,
  chmodSync,
  chownSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Bytes } from "#model/bytes";
import { equalBytes } from "#model/bytes";
import { makeCertificate } from "./certificate.ts";
import { freePort, listens } from "./public-inbox.ts";

/** A server with one user, "ada", whose folder "lists.dev" the test fills. */
export interface Dovecot {
  /** Ports: TLS from the start; STARTTLS. */
  readonly imaps: number;
  readonly imap: number;
  readonly certificate: string;
  readonly passwordFile: string;
  readonly password: string;
  deliver(mail: Bytes): void;
  remove(mail: Bytes): void;
  /** Throws the folder away and makes a new one, with another UIDVALIDITY. */
  restart(): void;
  /** Names of the folder's files, which hold the flags. */
  files(): string[];
  /** Ends every connection that is open. */
  kick(): void;
  close(): Promise<void>;
}

export async function startDovecot(): Promise<Dovecot> {
  const dir = mkdtempSync(join(tmpdir(), "longarm-dovecot-"));
  chmodSync(dir, 0o755);
  const [uid, gid] = [id("-u"), id("-g")];
  const { cert, key } = makeCertificate(dir);
  const [imap, imaps] = [await freePort(), await freePort()];
  const password = `secret-${Math.random().toString(36).slice(2)} with spaces "and quotes\\`;
  const passwordFile = join(dir, "password");
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  // The scheme that takes anything: base64 of the plain text.
  writeFileSync(join(dir, "users"), `ada:{PLAIN.b64}${Buffer.from(password).toString("base64")}\n`, { mode: 0o644 });
  const config = join(dir, "dovecot.conf");
  writeFileSync(config, configuration({ dir, uid, gid, cert, key, imap, imaps }));

  const folder = join(dir, "mail", ".lists.dev");
  let [delivered, validity] = [0, 1000];
  const owned = (path: string): void => chownSync(path, uid, gid);
  const fresh = (): void => {
    rmSync(folder, { recursive: true, force: true });
    for (const part of ["", "cur", "new", "tmp"]) {
      mkdirSync(join(folder, part), { recursive: true });
      owned(join(folder, part));
    }
    writeFileSync(join(folder, "dovecot-uidlist"), `3 V${++validity} N1 G${validity.toString(16).padStart(32, "0")}\n`);
    writeFileSync(join(folder, "maildirfolder"), "");
    owned(join(folder, "dovecot-uidlist"));
    owned(join(folder, "maildirfolder"));
  };
  mkdirSync(join(dir, "mail"));
  owned(join(dir, "mail"));
  fresh();
  const child = spawn("/usr/sbin/dovecot", ["-F", "-c", config], { stdio: "ignore" });
  await listens(imaps, child);
  const files = (): string[] =>
    ["new", "cur"].flatMap((part) => readdirSync(join(folder, part)).map((name) => join(folder, part, name)));
  return {
    imap,
    imaps,
    certificate: cert,
    passwordFile,
    password,
    files,
    deliver(mail) {
      const name = `${1_700_000_000 + delivered}.M${delivered}P1.example.org`;
      delivered++;
      writeFileSync(join(folder, "tmp", name), mail);
      owned(join(folder, "tmp", name));
      renameSync(join(folder, "tmp", name), join(folder, "new", name));
    },
    remove(mail) {
      const file = files().find((path) => equalBytes(readFileSync(path), mail));
      if (file === undefined) throw new Error("the folder has no such mail");
      unlinkSync(file);
    },
    restart: fresh,
    kick: () => void execFileSync("doveadm", ["-c", config, "kick", "ada"], { stdio: "pipe" }),
    async close() {
      child.kill("SIGTERM");
      await once(child, "close");
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

function id(kind: "-u" | "-g"): number {
  return Number(execFileSync("id", [kind, "mail"], { encoding: "utf8" }));
}

function configuration(
  of: Record<"dir" | "cert" | "key", string> & Record<"uid" | "gid" | "imap" | "imaps", number>,
): string {
  return `
protocols = imap
base_dir = ${of.dir}/run
state_dir = ${of.dir}/run
log_path = ${of.dir}/log
listen = 127.0.0.1
ssl = yes
ssl_cert = <${of.cert}
ssl_key = <${of.key}
first_valid_uid = 1
mail_uid = ${of.uid}
mail_gid = ${of.gid}
mail_location = maildir:${of.dir}/mail
mail_home = ${of.dir}/mail
# Every change of a file is looked for at once, whatever its time stamp.
maildir_very_dirty_syncs = no
mailbox_idle_check_interval = 1 s
default_vsz_limit = 512 M
mail_max_userip_connections = 100
namespace inbox {
  inbox = yes
}
passdb {
  driver = passwd-file
  args = ${of.dir}/users
}
userdb {
  driver = static
  args = uid=${of.uid} gid=${of.gid} home=${of.dir}/mail
}
service imap-login {
  inet_listener imap {
    address = 127.0.0.1
    port = ${of.imap}
  }
  inet_listener imaps {
    address = 127.0.0.1
    port = ${of.imaps}
    ssl = yes
  }
  process_min_avail = 1
  service_count = 0
}
`;
}
