// Holds that packages which cost a tenth of a second to load are in no file that `--help`, `build` or `add` loads: the bundle's own
// import graph says so. Not a measurement of time: those depend on the machine.
import { join } from "node:path";
import { build, type Metafile } from "esbuild";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..");
const HEAVY = /node_modules\/(?:mailauth|openpgp|nodemailer|libmime|joi|undici)\//;

test("heavy packages are reached by dynamic imports only", async () => {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: { longarm: "src/main.ts" },
    outdir: "dist",
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node24",
    metafile: true,
    write: false,
    logLevel: "silent",
  });
  const files = Object.keys(metafile.outputs);
  expect(files.filter((file) => packagesIn(metafile, file).length > 0).length).toBeGreaterThan(0);
  const start = reached(metafile, ["dist/longarm.js"]);
  // What commands import when they run: every chunk of our own.
  const own = files.filter((file) => (metafile.outputs[file]?.entryPoint ?? "").startsWith("src/"));
  expect(own.length).toBeGreaterThan(1);
  for (const file of [...start, ...reached(metafile, own)])
    expect([file, packagesIn(metafile, file)]).toEqual([file, []]);
});

function packagesIn(metafile: Metafile, file: string): string[] {
  return Object.keys(metafile.outputs[file]?.inputs ?? {}).filter((name) => HEAVY.test(name));
}

/** Files that are loaded with these, without those that are imported later. */
function reached(metafile: Metafile, files: readonly string[]): ReadonlySet<string> {
  const seen = new Set(files);
  for (const file of seen) {
    for (const { path, kind } of metafile.outputs[file]?.imports ?? []) {
      if (kind === "import-statement" && metafile.outputs[path] !== undefined) seen.add(path);
    }
  }
  return seen;
}
