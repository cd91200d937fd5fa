// This script bundles the command line into dist/, because a cold `longarm --help` must not load two hundred modules.
// One CommonJS file starts sooner than ES modules do; what a dynamic import names still runs only when it is imported.
// Node keeps the compiled functions, for each command those that its first run used (docs/benchmarks.md).
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

/** Packages that every command needs, or that are small; the others are loaded from node_modules by whoever imports them. */
const BUNDLED = ["commander", "smol-toml", "valibot"];

const { dependencies } = JSON.parse(readFileSync("package.json", "utf8")) as { dependencies: Record<string, string> };
rmSync("dist", { recursive: true, force: true });
await build({
  entryPoints: { program: "src/main.ts" },
  outdir: "dist",
  outExtension: { ".js": ".cjs" },
  bundle: true,
  external: Object.keys(dependencies).filter((name) => !BUNDLED.includes(name)),
  format: "cjs",
  platform: "node",
  target: "node24",
  minify: true,
  keepNames: true,
  sourcemap: true,
  sourcesContent: false,
  // What ES modules have and CommonJS has by other names.
  define: { "import.meta.dirname": "__dirname", "import.meta.filename": "__filename", "import.meta.url": "$url" },
  banner: { js: 'const $url = require("node:url").pathToFileURL(__filename).href;' },
  logLevel: "warning",
});
// The web pages' style sheet, pictures and islands of script, each a file of its own.
await build({
  entryPoints: readdirSync("src/ui/web/islands")
    .filter((name) => /^[a-z-]+\.tsx?$/.test(name))
    .map((name) => `src/ui/web/islands/${name}`)
    .concat(["style.css", "icon.svg"].map((name) => `src/ui/web/assets/${name}`)),
  outdir: "dist/web",
  entryNames: "[name]",
  bundle: true,
  format: "esm",
  target: "es2023",
  loader: { ".svg": "copy" },
  minify: true,
  logLevel: "warning",
});
// Not in the shared temporary directory, which is Node's default: somebody else's compiled code could lie there.
writeFileSync(
  "dist/longarm.cjs",
  `"use strict";
const { join } = require("node:path");
const command = /^[a-z]+$/.exec(process.argv[2] ?? "")?.[0] ?? "other";
const cache = process.env.XDG_CACHE_HOME || join(require("node:os").homedir(), ".cache");
require("node:module").enableCompileCache(join(cache, "longarm/compiled", command));
require("./program.cjs");
`,
);
