// A repository for trying things, that borrows the objects of another one and goes when the trial is over: what is written to it
// the other one never sees.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Git } from "./repository.ts";
import { initRepository } from "./repository.ts";

/** Makes the repository in a directory of its own below `dir`; takes away those that killed processes left there. */
export async function makeScratch(dir: string, source: Git): Promise<Git> {
  for (const name of existsSync(dir) ? readdirSync(dir) : []) {
    const pid = /^scratch-(\d+)-/.exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) rmSync(join(dir, name), { recursive: true, force: true });
  }
  const place = join(dir, `scratch-${process.pid}-${++made}`);
  const git = await initRepository(place, { branch: "scratch", bare: true, objectFormat: source.objectFormat });
  mkdirSync(join(git.gitDir, "objects", "info"), { recursive: true });
  writeFileSync(join(git.gitDir, "objects", "info", "alternates"), `${join(source.commonDir, "objects")}\n`);
  // Where the source's history ends early, so does ours.
  const shallow = join(source.commonDir, "shallow");
  if (existsSync(shallow)) writeFileSync(join(git.gitDir, "shallow"), readFileSync(shallow));
  const close = async (): Promise<void> => {
    await git.close();
    rmSync(place, { recursive: true, force: true, maxRetries: 3 });
  };
  return { ...git, close, [Symbol.asyncDispose]: close };
}

let made = 0;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
