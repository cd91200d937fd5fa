// Runs contract-reader.ts as a process of its own and kills it, for contract.ts. Test code only.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Bytes } from "#model/bytes";
import { byteString } from "#model/bytes";
import type { ContractArchive } from "./contract-visits.ts";

const READER = join(import.meta.dirname, "contract-reader.ts");

/** Runs contract-reader.ts and kills it as soon as it has told of `killAfter` steps; null lets it end. */
export async function runReader(
  archive: ContractArchive,
  file: string,
  every: number,
  killAfter: number | null,
): Promise<"killed" | "ended"> {
  const options = JSON.stringify({ ...archive.specOptions, every });
  const child = spawn(process.execPath, ["--no-warnings", READER, archive.spec, options, file], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let told = 0;
  let said = "";
  child.stdout.on("data", (piece: Buffer) => {
    told += piece.length;
    if (killAfter !== null && told > killAfter) child.kill("SIGKILL");
  });
  child.stderr.on("data", (piece: Buffer) => {
    said += piece.toString("latin1");
  });
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== null && code !== 0) throw new Error(`contract-reader.ts failed: ${said}`);
  return code === null ? "killed" : "ended";
}

/** The mails in a reader's database, sorted. */
export function storedIn(file: string): string[] {
  const database = new DatabaseSync(file);
  const rows = database.prepare("SELECT bytes FROM mail").all();
  database.close();
  return rows.map((row) => byteString(row["bytes"] as Bytes)).sort();
}

/** Mulberry32: numbers in [0, 1), the same on every machine for a printed seed. */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
