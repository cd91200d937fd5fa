// The part of longarm.toml that says how the tree is shown on the web: [web]. Tokens and secrets are not in it.
import * as v from "valibot";

/** How the tree is shown. */
export interface WebConfig {
  /** What the site calls the tree; null for the name of its directory. */
  readonly title: string | null;
  /** Where others find it, without a slash at its end; null where only `serve` knows. */
  readonly url: string | null;
  /** Who is believed to say who asks: a reverse proxy that signs people in. */
  readonly identity: {
    /** Header that names the person: `X-Remote-User`. */
    readonly header: string;
    /** Addresses that the proxy's connections come from. */
    readonly proxies: readonly string[];
    /** What the header says of each person that may change the tree, and who that is: `Name <address>`. */
    readonly maintainers: Readonly<Record<string, string>>;
  } | null;
  readonly webhooks: readonly Webhook[];
}

/** Who is told of what happens. */
export interface Webhook {
  readonly url: string;
  /** Kinds of ledger events; empty for all. */
  readonly events: readonly string[];
  /** Shell command that prints the secret which messages are signed with. */
  readonly secretCommand: string;
}

const Line = v.pipe(v.string("must be text"), v.regex(/^[^\r\n]+$/, "must be one line"));
const Address = v.pipe(
  Line,
  v.check((text) => /^https?:$/.test(URL.parse(text)?.protocol ?? ""), "must be an address that begins with https://"),
);

export const WebSchema = v.strictObject({
  title: v.optional(Line),
  url: v.optional(Address),
  identity: v.optional(
    v.strictObject({
      header: v.pipe(v.string("must be text"), v.regex(/^[A-Za-z0-9-]+$/, "must be the name of a header")),
      proxies: v.pipe(v.array(Line, "must be a list"), v.minLength(1, "must name at least one address")),
      maintainers: v.optional(v.record(Line, Line)),
    }),
  ),
  webhook: v.optional(
    v.array(
      v.strictObject({
        url: v.pipe(
          Address,
          v.check((text) => {
            const url = URL.parse(text);
            return url === null || (url.username === "" && url.password === "");
          }, "must have no password in it: messages are signed"),
        ),
        events: v.optional(v.array(Line, "must be a list")),
        "secret-command": Line,
      }),
    ),
  ),
});

/** What may be written; a preset may write it, too. */
export type WebWritten = v.InferOutput<typeof WebSchema> | undefined;

/** The configuration, the tree's keys laid over the preset's. */
export function webConfig(written: WebWritten, preset: WebWritten): WebConfig {
  const { title, url, identity, webhook } = { ...preset, ...written };
  return {
    title: title ?? null,
    url: url?.replace(/\/+$/, "") ?? null,
    identity:
      identity === undefined
        ? null
        : { header: identity.header, proxies: identity.proxies, maintainers: identity.maintainers ?? {} },
    webhooks: (webhook ?? []).map((one) => ({
      url: one.url,
      events: one.events ?? [],
      secretCommand: one["secret-command"],
    })),
  };
}
