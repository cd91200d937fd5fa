// A maintainer who is signed in at the example site and fills in its forms, as a browser would.
import type { ExampleSite } from "./example-site.ts";

type Fields = readonly (readonly [string, string])[];

export interface Maintainer {
  readonly cookie: string;
  get(path: string): Promise<Response>;
  text(path: string): Promise<string>;
  /** Sends a form; headers besides those that a browser sends. */
  post(path: string, fields: Fields, headers?: Readonly<Record<string, string>>): Promise<Response>;
  /** The plan of an operation as HTML, and the fields of the button that carries it out. */
  plan(
    operation: string,
    fields: Fields,
  ): Promise<{ readonly status: number; readonly text: string; readonly confirm: Fields }>;
  /** Plans and confirms; the page that the answer leads to, and its address. */
  carryOut(operation: string, fields: Fields): Promise<{ readonly to: string; readonly text: string }>;
}

export const NAME = "Rita Reader <rita@example.org>";

/** Makes a token of that name and signs in with it. */
export async function signIn(site: ExampleSite, name = NAME): Promise<Maintainer> {
  const { stdout, status, stderr } = await site.workplace.longarm(
    "token",
    "add",
    "-C",
    "tree",
    name,
    "--may",
    "maintain",
    "--json",
  );
  if (status !== 0) throw new Error(stderr);
  const { token } = JSON.parse(stdout) as { readonly token: string };
  const signed = await site.ask("/sign-in", form([["token", token]]));
  const [cookie = ""] = (signed.headers.get("set-cookie") ?? "").split(";");
  const get = (path: string): Promise<Response> => site.get(path, { cookie });
  const text = async (path: string): Promise<string> => {
    const response = await get(path);
    if (response.status !== 200) throw new Error(`${path}: ${response.status}\n${await response.text()}`);
    return await response.text();
  };
  const proofs = /name="proof" value="([^"]+)"/;
  const post = async (path: string, fields: Fields, headers = {}): Promise<Response> =>
    await site.ask(path, form(fields, { cookie, ...headers }));
  const plan: Maintainer["plan"] = async (operation, fields) => {
    const [, proof = ""] = proofs.exec(await text("/do/note")) ?? [];
    const response = await post(`/do/${operation}`, [["proof", proof], ["plan", "yes"], ...fields]);
    const page = await response.text();
    const [, inside = ""] = /<form[^>]*class="confirm"[^>]*>(.*?)<\/form>/s.exec(page) ?? [];
    const confirm = [...inside.matchAll(/name="([^"]*)"\s+value="([^"]*)"/g)].map(
      ([, field = "", value = ""]) => [field, unescaped(value)] as const,
    );
    return { status: response.status, text: page, confirm };
  };
  return {
    cookie,
    get,
    text,
    post,
    plan,
    async carryOut(operation, fields) {
      const { confirm, text: planned } = await plan(operation, fields);
      if (confirm.length === 0) throw new Error(`nothing to confirm: ${planned}`);
      const response = await post(`/do/${operation}`, confirm);
      const to = response.headers.get("location");
      if (response.status !== 303 || to === null) throw new Error(`${response.status}: ${await response.text()}`);
      const after = await get(to);
      return { to, text: await after.text() };
    },
  };
}

/** A POST of a form, as fetch takes it. */
export function form(fields: Fields, headers: Readonly<Record<string, string>> = {}): RequestInit {
  return {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
    body: new URLSearchParams(fields.map(([name, value]): [string, string] => [name, value])).toString(),
  };
}

/** What stands in an attribute, as text. */
function unescaped(html: string): string {
  const names: Readonly<Record<string, string>> = { quot: '"', "#39": "'", lt: "<", gt: ">", amp: "&" };
  return html.replace(/&(quot|#39|lt|gt|amp);/g, (_whole, name: string) => names[name] ?? "");
}
