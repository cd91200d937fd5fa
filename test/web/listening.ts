// An example site that listens at a loopback port, for clients that are programs or raw sockets.
import type { ListenLimits } from "#ui/web";
import { listen } from "#ui/web";
import type { ExampleSite } from "./example-site.ts";
import { openExampleSite } from "./example-site.ts";

export interface ListeningSite extends AsyncDisposable {
  readonly example: ExampleSite;
  readonly port: number;
  /** `http://127.0.0.1:PORT`. */
  readonly address: string;
}

/** Opens the example site after those commands, and a port for it; `limits` are shorter ones to be waited for. */
export async function listenExampleSite(
  commands: readonly (readonly string[])[],
  limits: Partial<ListenLimits> = {},
): Promise<ListeningSite> {
  const example = await openExampleSite(commands);
  const listening = await listen(example.site, "127.0.0.1", 0, limits);
  return {
    example,
    port: Number(new URL(listening.address).port),
    address: listening.address,
    async [Symbol.asyncDispose]() {
      await listening.close();
      await example[Symbol.asyncDispose]();
    },
  };
}
