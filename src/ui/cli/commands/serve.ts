// `longarm serve`: the tree on the web, until it is interrupted.
import { once } from "node:events";
import { Option } from "commander";
import { UserError } from "#model/bytes";
import type { CommonOptions, Register } from "../command.ts";
import { withCommonOptions } from "../command.ts";

interface Options extends CommonOptions {
  readonly listen: string;
  readonly url?: string;
}

/** Where it listens when nothing is said: this machine only. */
const DEFAULT = "127.0.0.1:8417";

export const registerServe: Register = (program, run) => {
  withCommonOptions(program.command("serve"))
    .summary("show the tree on the web")
    .description("Serve the tree's pages, its API, feeds and patch files, and git over HTTP, until interrupted.")
    .addOption(new Option("-l, --listen <host:port>", "where to listen; port 0 takes a free one").default(DEFAULT))
    .addOption(new Option("--url <address>", "where others find it, when it stands behind a proxy"))
    .action(
      run(async ({ terminal, world, program: served }, options: Options) => {
        const { host, port } = parsePlace(options.listen);
        const { listen, openSite } = await import("#ui/web");
        await using open = new AsyncDisposableStack();
        const listening = await listen(
          async (site) => open.use(await openSite({ ...served, world, site, url: options.url })),
          host,
          port,
        );
        if (options.json) terminal.json({ address: listening.address });
        else terminal.line(`serving at ${listening.address}`);
        const interrupted = Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
        // A terminal and a program that started this one may both say it; the second must not cut the end short.
        for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => undefined);
        await interrupted;
        await listening.close();
        return 0;
      }),
    );
};

/** `HOST:PORT`, with the host of an IPv6 address in brackets. */
function parsePlace(text: string): { readonly host: string; readonly port: number } {
  const [, bracketed, plain, digits] = /^(?:\[([0-9a-f:.]+)\]|([^:[\]\s]+)):(\d{1,5})$/i.exec(text) ?? [];
  const port = Number(digits);
  const host = bracketed ?? plain;
  if (host !== undefined && port <= 65_535) return { host, port };
  throw new UserError(`"${text}" is no place to listen at`, { hint: "write it as HOST:PORT: 127.0.0.1:8417" });
}
