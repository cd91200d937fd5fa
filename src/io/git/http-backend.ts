// Runs `git http-backend` as a CGI program for one request (RFC 3875; gitprotocol-http): only what fetches, never what pushes, and
// no plain files. Which refs there are to fetch is shown-refs.ts's; who may ask, and how many at once, is the server's.
import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Bytes } from "#model/bytes";
import { byteString, concatBytes, noBytes } from "#model/bytes";
import type { Git } from "./repository.ts";
import { cannotStart } from "./run.ts";

/** What a client of git asks for. */
export interface BackendRequest {
  /** `refs` is `GET info/refs?service=git-upload-pack`, `pack` is `POST git-upload-pack`. */
  readonly asks: "refs" | "pack";
  /** The header Git-Protocol as it came; null for none. */
  readonly protocol: string | null;
  /** Not compressed: git would unpack it without a limit. */
  readonly body: Bytes;
}

/** What git answers. */
export interface BackendAnswer {
  readonly status: number;
  /** Content-Type and those about caching. */
  readonly headers: Readonly<Record<string, string>>;
  /** The next bytes of the body; null at its end, also when git failed on the way. Nothing is read ahead but what fits into a pipe. */
  next(): Promise<Bytes | null>;
  /** Ends git with everything that it started; what is done already stays so. */
  end(): void;
}

/** `stall` and `whole` are milliseconds: without a byte passing, and in all. `grace` from the request to end to the kill; `header` is bytes. */
export const backendLimits = { stall: 60_000, whole: 1_800_000, grace: 2000, header: 16 * 1024 } as const;

/** Passed on; any other value would be a variable of the environment with foreign text in it. */
const PROTOCOL = /^[a-z0-9=.:-]{1,200}$/;
const PASSED = new Set(["content-type", "cache-control", "expires", "pragma"]);

/** Answers one request on a repository. `signal` says that the client is gone. Throws UserError when git cannot be started. */
export async function runHttpBackend(git: Git, request: BackendRequest, signal: AbortSignal): Promise<BackendAnswer> {
  signal.throwIfAborted();
  // A process group of its own: http-backend starts upload-pack, and that pack-objects.
  const child = spawn("git", ["http-backend"], {
    cwd: git.gitDir,
    env: environment(git, request),
    stdio: ["pipe", "pipe", "ignore"],
    detached: true,
    windowsHide: true,
  });
  const gone = once(child, "exit").catch(() => null);
  const end = (): void => {
    clearTimeout(whole);
    clearTimeout(stall);
    signal.removeEventListener("abort", end);
    child.stdout.destroy();
    endGroup(child);
  };
  const whole = setTimeout(end, backendLimits.whole);
  const stall = setTimeout(end, backendLimits.stall);
  signal.addEventListener("abort", end, { once: true });
  // It may end without reading everything; what it says then tells more than a broken pipe.
  child.stdin.on("error", () => undefined);
  child.stdin.end(request.body);
  try {
    await once(child, "spawn");
  } catch (cause) {
    end();
    throw cannotStart(cause);
  }
  const pieces = child.stdout[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  const next = async (): Promise<Bytes | null> => {
    // What was cut ends as well: the protocol says itself where an answer is whole, and clients see that it is not.
    const piece = await pieces.next().catch(() => null);
    stall.refresh();
    if (piece !== null && piece.done !== true) return piece.value;
    await gone;
    end();
    return null;
  };
  try {
    const { status, headers, rest } = await readHeader(next);
    let first: Bytes | null = rest.length === 0 ? null : rest;
    return {
      status,
      headers,
      end,
      next() {
        const given = first;
        first = null;
        return given === null ? next() : Promise.resolve(given);
      },
    };
  } catch (error) {
    end();
    throw error;
  }
}

/** The CGI header, and what came behind it (RFC 3875, 6.3). */
async function readHeader(next: () => Promise<Bytes | null>): Promise<{
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly rest: Bytes;
}> {
  let bytes: Bytes = noBytes;
  for (;;) {
    const text = byteString(bytes.subarray(0, backendLimits.header));
    const found = /\r?\n\r?\n/.exec(text);
    if (found !== null) {
      const lines = text.slice(0, found.index).split(/\r?\n/);
      const fields = lines.map((line) => /^([^:]+):\s*(.*)$/.exec(line) ?? []);
      const named = fields.map(([, name = "", value = ""]) => [name.toLowerCase(), value] as const);
      const status = Number(/^\d{3}/.exec(new Map(named).get("status") ?? "200")?.[0] ?? 500);
      const headers = Object.fromEntries(named.filter(([name]) => PASSED.has(name)));
      return { status, headers, rest: bytes.subarray(found.index + found[0].length) };
    }
    const piece = bytes.length > backendLimits.header ? null : await next();
    if (piece === null) throw new Error("git http-backend gave no header");
    bytes = concatBytes([bytes, piece]);
  }
}

/** Nothing of ours but where git is: neither the user's configuration nor his secrets are a client's business. */
function environment(git: Git, { asks, protocol, body }: BackendRequest): NodeJS.ProcessEnv {
  const kept = ["PATH", "GIT_EXEC_PATH", "LD_LIBRARY_PATH", "TMPDIR"].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const settings = Object.entries(SETTINGS).flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${index}`, key] as const,
    [`GIT_CONFIG_VALUE_${index}`, value] as const,
  ]);
  const asked =
    asks === "refs"
      ? { REQUEST_METHOD: "GET", PATH_INFO: "/info/refs", QUERY_STRING: "service=git-upload-pack" }
      : {
          REQUEST_METHOD: "POST",
          PATH_INFO: "/git-upload-pack",
          QUERY_STRING: "",
          CONTENT_TYPE: "application/x-git-upload-pack-request",
          CONTENT_LENGTH: `${body.length}`,
        };
  return {
    ...Object.fromEntries(kept),
    ...asked,
    ...Object.fromEntries(settings),
    GIT_CONFIG_COUNT: `${Object.keys(SETTINGS).length}`,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_PROJECT_ROOT: git.gitDir,
    GIT_HTTP_EXPORT_ALL: "1",
    GIT_NO_REPLACE_OBJECTS: "1",
    GIT_TERMINAL_PROMPT: "0",
    LC_ALL: "C",
    ...(protocol !== null && PROTOCOL.test(protocol) ? { GIT_PROTOCOL: protocol, HTTP_GIT_PROTOCOL: protocol } : {}),
  };
}

/** The repository is one that we made, whoever owns what it borrows; one fetch shall not take every processor. */
const SETTINGS: Readonly<Record<string, string>> = {
  "safe.directory": "*",
  "core.hooksPath": "/dev/null",
  "gc.auto": "0",
  "http.getanyfile": "false",
  "http.receivepack": "false",
  "http.uploadpack": "true",
  "uploadpack.allowFilter": "true",
  "pack.threads": "1",
  "pack.windowMemory": "64m",
  "pack.deltaCacheSize": "32m",
};

/** Asked to end, git removes its temporary files; what does not end is killed. */
function endGroup({ pid, exitCode, signalCode }: ChildProcess): void {
  if (pid === undefined) return;
  signalGroup(pid, "SIGTERM");
  if (exitCode !== null || signalCode !== null) return;
  setTimeout(() => signalGroup(pid, "SIGKILL"), backendLimits.grace).unref();
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // All of it ended already.
  }
}
