// This script bundles the command line into dist/, because a cold `longarm --help` must not load two hundred modules.
// Commands stay lazily loaded: every dynamic import becomes a chunk of its own.
import { rmSync } from "node:fs";
import { build } from "esbuild";

rmSync("dist", { recursive: true, force: true });
await build({
  entryPoints: { longarm: "src/main.ts" },
  outdir: "dist",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node24",
  minify: true,
  keepNames: true,
  sourcemap: true,
  sourcesContent: false,
  chunkNames: "chunk-[hash]",
  // A CommonJS package inside an ES module bundle needs a `require` of its own.
  banner: { js: 'import { createRequire as $require } from "node:module"; const require = $require(import.meta.url);' },
  logLevel: "warning",
});
