// `npm run bench -- --web`: `longarm serve` as a process of its own on a tree with 1,000 patches and 15,000 mails, asked by wrk over
// loopback while mails are synced and branches are built, against the promises of docs/benchmarks-web.md.
import type { ChildProcess } from "node:child_process";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { byteString } from "#model/bytes";
import { copyOf, epochOf, sampleMails } from "./mail-archive.ts";
import type { Kept } from "./promises.ts";
import { atLeast, atMost } from "./promises.ts";
import { longarmProgram, makeWorkshop } from "./workshop.ts";
import type { Load } from "./wrk.ts";
import { load } from "./wrk.ts";

/** How much is measured; seconds and counts. All of it ends in three minutes. */
const LOAD = { seconds: 10, requests: 180_000, mostSeconds: 70, distinct: 300 };
/** Milliseconds between an answer and the next request of a connection: together some 2,500 requests a second. */
const PACE = 6;
/** Mails that come while pages are asked for, in each of so many rounds. */
const NEWS = { rounds: 6, mails: 600 };

export interface WebBench {
  readonly rows: readonly (readonly [string, string])[];
  /** Addresses that were not answered with 200, and how. */
  readonly missing: readonly string[];
  readonly promises: readonly Kept[];
}

interface Served {
  readonly child: ChildProcess;
  readonly address: string;
  /** Milliseconds from the start of the process to the end of its first page. */
  readonly first: number;
}

/** Measures everything; `mails` are in the index when it begins. */
export async function benchWeb(patches: number, mails: number): Promise<WebBench> {
  using workshop = makeWorkshop(patches);
  // What else the machine does decides over the slowest twentieth.
  const [others = 0] = loadavg();
  const dir = workshop.makeBuilt();
  const tree = join(dir, "tree");
  const other = join(workshop.makeBuilt(), "tree");
  const news = join(dir, "news.mbox");
  writeFileSync(news, "");
  appendFileSync(join(tree, "longarm.toml"), `\n[mail]\narchives = ["${await epochOf(mails)}", "${news}"]\n`);
  workshop.run("git", ["commit", "-qam", "tree: archives"], tree);
  workshop.run(longarmProgram, ["mail", "sync", "-C", tree]);
  const { SOURCE_DATE_EPOCH: _, ...env } = workshop.env;
  const start = async (): Promise<Served> => {
    const began = performance.now();
    const child = spawn(longarmProgram, ["serve", "-C", tree, "--listen", "127.0.0.1:0"], {
      env,
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
    const address = /http:\S+/.exec(line)?.[0] ?? "";
    await (await fetch(address)).text();
    return { child, address, first: performance.now() - began };
  };
  const firsts: number[] = [];
  for (let round = 0; round < 3; round += 1) {
    const served = await start();
    firsts.push(served.first);
    await stop(served);
  }

  const served = await start();
  try {
    const names = readFileSync(join(tree, "series"), "utf8")
      .split("\n")
      .filter((line) => /^[^#]/.test(line));
    const late = names[Math.floor(names.length * 0.9)] ?? "";
    const kinds = pathsOf(names, await sampleMails());
    const missing: string[] = [];
    const made = new Map<string, number>();
    for (const path of kinds) {
      const { status, server } = await askOnce(served.address, path);
      if (status === 200) made.set(path, server);
      else missing.push(`${path}: ${status}`);
    }
    const known = kinds.filter((path) => made.has(path));
    const distinct = names.slice(0, LOAD.distinct).map((name) => `/patch/${encodeURIComponent(name)}`);
    const uncached: number[] = [];
    for (const path of made.has(distinct[0] ?? "") ? distinct.slice(1) : []) {
      uncached.push((await askOnce(served.address, path)).server);
    }
    const idle = await load(served.address, known, LOAD.seconds / 2, dir);
    const besidesOthers = (round: number, pace: number): Promise<Load> =>
      besides({ tree, other, news, late }, workshop.env, round, () =>
        load(served.address, known, LOAD.seconds, dir, pace),
      );
    const busy = await besidesOthers(0, 0);
    const paced = await besidesOthers(NEWS.rounds, PACE);
    // What an hour at 50 requests a second asks for, as quickly as it is answered.
    const seconds = Math.min(LOAD.mostSeconds, Math.ceil(LOAD.requests / Math.max(1, idle.perSecond)) + 1);
    const hour = await load(served.address, [...known, ...distinct.filter(() => uncached.length > 0)], seconds, dir);
    const memory = memoryOf(served.child);
    const all = [...made.values(), ...uncached].sort((a, b) => a - b);
    const slowest = [...made].sort(([, a], [, b]) => b - a)[0];
    return {
      missing,
      rows: [
        ["machine", `${cpus().length} processors, load ${others.toFixed(1)} before this began`],
        ["first page after the start of the process", `${Math.round(median(firsts))} ms (median of ${firsts.length})`],
        ["cached, nothing else running", inWords(idle)],
        ["the same while mails are synced and branches built", inWords(busy)],
        ["the same, asked no quicker than promised", inWords(paced)],
        ["made anew, in the server", `${all.length} pages: median ${ms(at(all, 0.5))}, 95 % ${ms(at(all, 0.95))}`],
        ["the slowest kind of page", slowest === undefined ? "none" : `${slowest[0].slice(0, 60)}: ${ms(slowest[1])}`],
        ["an hour's requests", inWords(hour)],
        ["memory after them, and at most", `${memory.now} MB, ${memory.most} MB`],
      ],
      promises: [
        atMost("first page within 1 s of process start", median(firsts) / 1000, 1, "s"),
        atLeast("at least 2,000 cached pages/s while others work", busy.perSecond / 2000, 1),
        atMost("95 % of cached pages under 10 ms at 2,000 pages/s while others work", paced.p95, 10, "ms"),
        atMost("95 % of pages made anew under 60 ms", at(all, 0.95), 60, "ms"),
        atMost("memory under 400 MB after an hour's requests", memory.most, 400, "MB"),
        atMost("requests that failed: none", idle.failed + busy.failed + paced.failed + hour.failed, 0, "failed"),
      ],
    };
  } finally {
    await stop(served);
  }
}

async function stop({ child }: Served): Promise<void> {
  child.kill();
  await once(child, "close");
}

/** An address of every kind that the site has; those of one patch, branch and mail stand for the others. */
function pathsOf(names: readonly string[], sample: readonly Uint8Array[]): string[] {
  const middle = encodeURIComponent(names[Math.floor(names.length / 2)] ?? "");
  const ids = sample.flatMap((mail) => {
    const id = /^message-id:\s*<([^<>\s]+)>/im.exec(byteString(mail))?.[1];
    return id === undefined ? [] : [encodeURIComponent(id)];
  });
  return [
    "/",
    "/queue",
    "/queue?q=older:1d",
    "/branch/queue",
    `/patch/${encodeURIComponent(names[0] ?? "")}`,
    `/patch/${middle}`,
    `/patches/${middle}`,
    "/patches/",
    "/series",
    "/postings",
    "/conflicts",
    "/search?q=dax",
    "/search?q=s%3Aaliasing+f%3Aefficios",
    `/mail/${ids[0]}/`,
    `/mail/${ids[Math.floor(ids.length / 2)]}/`,
    `/mail/${ids[0]}/raw`,
    "/feed.atom",
    "/robots.txt",
    "/clone",
    "/api/v1",
    "/api/v1/patches",
    "/api/v1/openapi.json",
  ];
}

/** One request: its status and the server's own milliseconds for it, or, where it does not say, those of the whole way. */
async function askOnce(address: string, path: string): Promise<{ readonly status: number; readonly server: number }> {
  const began = performance.now();
  const response = await fetch(`${address}${path}`, { headers: { "accept-encoding": "gzip" } });
  await response.arrayBuffer();
  const [, made] = /dur=([\d.]+)/.exec(response.headers.get("server-timing") ?? "") ?? [];
  return { status: response.status, server: made === undefined ? performance.now() - began : Number(made) };
}

/**
 * Does `work` while others are at work on the machine, one after the other: mails come and are synced, a patch late in the queue is
 * taken out of the build or put back and the branches are built, and another tree is built from nothing.
 */
async function besides<T>(
  { tree, other, news, late }: Record<"tree" | "other" | "news" | "late", string>,
  env: NodeJS.ProcessEnv,
  first: number,
  work: () => Promise<T>,
): Promise<T> {
  const sample = await sampleMails();
  const ending = new AbortController();
  const others = (async () => {
    for (let round = first; !ending.signal.aborted && round < first + NEWS.rounds; round += 1) {
      const mails = Array.from({ length: NEWS.mails }, (_, place) => {
        const number = round * NEWS.mails + place;
        const mail = copyOf(
          sample[number % sample.length] ?? new Uint8Array(),
          500 + Math.floor(number / sample.length),
        );
        return `From bench@example.org Thu Jan  1 00:00:00 2026\n${byteString(mail).replace(/^From /gm, ">From ")}\n`;
      });
      appendFileSync(news, mails.join(""), "latin1");
      await finished(["mail", "sync", "-C", tree], env);
      await finished([round % 2 === 0 ? "disable" : "enable", "-C", tree, "--keep-going", late], env);
      await finished(["build", "-C", tree, "--keep-going"], env);
      rmSync(join(other, ".longarm/built.json"), { force: true });
      await finished(["build", "-C", other], env);
    }
  })();
  const found = await work();
  ending.abort();
  await others;
  return found;
}

async function finished(args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const child = spawn(longarmProgram, args, { env, stdio: ["ignore", "ignore", "inherit"] });
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new Error(`longarm ${args.join(" ")}: exit code ${code}`);
}

/** Megabytes that the process has now, and had at most (Linux). */
function memoryOf({ pid }: ChildProcess): { readonly now: number; readonly most: number } {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const of = (field: string): number =>
    Math.round(Number(new RegExp(`^${field}:\\s+(\\d+)`, "m").exec(status)?.[1]) / 1000);
  return { now: of("VmRSS"), most: of("VmHWM") };
}

/** The table, what was missing, and the promises. */
export function printWeb({ rows, missing, promises }: WebBench): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  return [
    execFileSync("sh", ["-c", "wrk --version 2>&1 | head -n 1"], { encoding: "utf8" }).trim(),
    "",
    ...rows.map(([name, value]) => `| ${name.padEnd(width)} | ${value} |`),
    ...(missing.length === 0 ? [] : ["", "Not answered with 200:", ...missing.map((one) => `  ${one}`)]),
    "",
    ...promises.map(({ promise, found, kept }) => `${kept ? "kept    " : "NOT KEPT"}  ${promise}: ${found}`),
  ].join("\n");
}

function inWords({ count, perSecond, p50, p95, p99, failed }: Load): string {
  return `${Math.round(perSecond)}/s, median ${ms(p50)}, 95 % ${ms(p95)}, 99 % ${ms(p99)}; ${count} asked, ${failed} failed`;
}

function ms(value: number): string {
  return `${value.toFixed(1)} ms`;
}

function at(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function median(values: readonly number[]): number {
  return at(
    values.toSorted((a, b) => a - b),
    0.5,
  );
}
