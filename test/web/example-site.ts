// A small tree and its site, in this process: what every test of pages, API and forms asks. No port is opened.
import { join } from "node:path";
import type { Site } from "#ui/web";
import { openSite } from "#ui/web";
import type { Workplace } from "../cli/workplace.ts";
import { makeWorkplace } from "../cli/workplace.ts";

const root = join(import.meta.dirname, "..", "..");

/** The clock of the site: a day after the tree was made. */
const NOW = Date.UTC(2026, 1, 12, 9);

export interface ExampleSite extends AsyncDisposable {
  /** The directory with the tree in `tree`, and its command line. */
  readonly workplace: Workplace;
  readonly site: Site;
  /** What a GET of that path answers. */
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Response>;
  /** The same, as text; throws unless it is 200. */
  text(path: string): Promise<string>;
  /** What a request answers; `init` as fetch takes it. */
  ask(path: string, init: RequestInit): Promise<Response>;
}

/** Makes the tree of the transcripts' fixtures, runs these command lines of longarm in it, and opens its site, which is found at `place`. */
export async function openExampleSite(
  commands: readonly (readonly string[])[],
  place = "http://tree.example.org",
): Promise<ExampleSite> {
  const workplace = await makeWorkplace();
  for (const command of commands) {
    const { status, stderr } = await workplace.longarm(...command);
    if (status !== 0) throw new Error(`longarm ${command.join(" ")}: ${stderr}`);
  }
  const site = await openSite({
    world: {
      now: () => new Date(NOW),
      engine: "test",
      presetsDir: join(root, "presets"),
      cwd: join(workplace.dir, "tree"),
      progress: () => undefined,
      tell: (sentence) => {
        if (sentence.startsWith("a bug")) throw new Error(sentence);
      },
    },
    version: "0.0.0",
    assetsDir: join(root, "dist/web"),
    site: place,
  });
  const ask = (path: string, init: RequestInit): Promise<Response> =>
    site.fetch(new Request(`http://tree.example.org${path}`, init), "127.0.0.1");
  return {
    workplace,
    site,
    ask,
    get: (path, headers = {}) => ask(path, { headers: { ...headers } }),
    async text(path) {
      const response = await ask(path, {});
      if (response.status !== 200) throw new Error(`${path}: ${response.status}\n${await response.text()}`);
      return await response.text();
    },
    async [Symbol.asyncDispose]() {
      await site[Symbol.asyncDispose]();
      workplace[Symbol.dispose]();
    },
  };
}
