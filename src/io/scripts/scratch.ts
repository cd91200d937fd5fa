// A directory that lives as long as a script needs it, with the files that the script needs and no others.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Bytes } from "#model/bytes";

export interface Scratch extends Disposable {
  /** Absolute path. */
  readonly dir: string;
  /** Writes a file; its name is our own or a checked path, never a patch's. */
  write(name: string, content: Bytes): void;
}

/** Makes an empty one below the system's directory for temporary files. */
export function makeScratch(): Scratch {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), "longarm-script-")));
  return {
    dir,
    write(name, content) {
      const file = join(dir, name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
    },
    [Symbol.dispose]: () => rmSync(dir, { recursive: true, force: true }),
  };
}
