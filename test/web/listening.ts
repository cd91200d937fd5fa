// An example site that listens at a loopback port, for clients that are programs or raw sockets.
import { listen } from "#ui/web";
import type { ExampleSite } from "./example-site.ts";
import { openExampleSite } from "./example-site.ts";

export interface ListeningSite extends AsyncDisposable {
  readonly example: ExampleSite;
  readonly port: number;
  /** `http://127.0.0.1:PORT`. */
  readonly address: string;
}

/** Opens the example site after those commands, and a port for it. */
export async function listenExampleSite(commands: readonly (readonly string[])[]): Promise<ListeningSite> {
  const example = await openExampleSite(commands);
  const { address, close } = await listen(example.site, "127.0.0.1", 0);
  return {
    example,
    port: Number(new URL(address).port),
    address,
    async [Symbol.asyncDispose]() {
      await close();
      await example[Symbol.asyncDispose]();
    },
  };
}
