// `/do/…`: the form of an operation, its plan, and the operation itself. Nothing runs that was not shown before, on the same tree.
import { createHash } from "node:crypto";
import type { Hono } from "hono";
import { UserError } from "#model/bytes";
import type { TreeView, World } from "#app";
import type { Person } from "../access.ts";
import type { Env, SiteContext } from "../site.ts";
import { operationHref } from "../parts/patch-link.ts";
import type { Form } from "./form.ts";
import { formOf } from "./form.ts";
import { admit, maintainerOr, seeOther } from "./gate.ts";
import type { Rate } from "./limiter.ts";
import { makeLimiter } from "./limiter.ts";
import type { Operation, Ran } from "./operation.ts";
import { formPage, planPage } from "./operation-page.ts";
import { wantsList } from "./operations/order.ts";

/** Forms that an address may send. */
const POSTS: Rate = { burst: 120, perMinute: 120 };

/** One request to do something, by somebody who may. */
interface Asking {
  readonly request: Request;
  readonly view: TreeView;
  readonly person: Person;
  readonly operation: Operation;
  readonly form: Form;
}

/** Adds the operations to the site. */
export function registerDo(app: Hono<Env>, site: SiteContext, operations: ReadonlyMap<string, Operation>): void {
  const limiter = makeLimiter(POSTS);

  app.get("/do/:operation", async (context) => {
    const operation = operations.get(context.req.param("operation"));
    if (operation === undefined) return await context.notFound();
    const request = context.req.raw;
    const view = await site.viewer.view();
    const person = await maintainerOr(site, request, site.personOf(request, context.env.remote, view), view);
    if (person instanceof Response) return person;
    const form = formOf(new URL(request.url).searchParams);
    const asking = { request, view, person, operation, form };
    return operation.direct?.(form) === true ? await plan(asking, null) : await blank(asking, null);
  });

  app.post("/do/:operation", async (context) => {
    const operation = operations.get(context.req.param("operation"));
    if (operation === undefined) return await context.notFound();
    const request = context.req.raw;
    const admitted = await admit(site, request, context.env.remote, limiter);
    if (admitted instanceof Response) return admitted;
    const asking = { ...admitted, request, operation };
    if (wantsList(operation, admitted.form)) return await blank(asking, null);
    return admitted.form.has("run") ? await carryOut(asking) : await plan(asking, null);
  });

  const blank = ({ request, view, person, operation, form }: Asking, error: UserError | null): Promise<Response> => {
    const page = formPage({ operation, form, view, person }, error);
    // Who follows a link asks what could be done: that it is nothing is an answer.
    return site.page(request, person, view, request.method === "GET" ? { ...page, status: 200 } : page);
  };

  /** Shows what would happen; `why` is a sentence that says why it is shown again. */
  const plan = async (asking: Asking, why: string | null): Promise<Response> => {
    const { request, view, person, operation, form } = asking;
    const stamp = stampOf(site);
    const told: string[] = [];
    let ran: Ran;
    try {
      ran = await operation.run(worldOf(site.world, person, told), form, true, view);
    } catch (error) {
      if (error instanceof UserError) return await blank(asking, error);
      throw error;
    }
    return await site.page(
      request,
      person,
      view,
      planPage({ operation, form, view, person }, ran, { stamp, told, why }),
    );
  };

  /** Does it, unless the tree is another one than that which the plan was made on. */
  const carryOut = async (asking: Asking): Promise<Response> => {
    const { person, operation, form, view } = asking;
    const isSame = (): boolean => form.line("stamp") === stampOf(site);
    if (!isSame()) return await plan(asking, CHANGED);
    let stale = false;
    const unchanged = (): void => {
      stale = !isSame();
      if (stale) throw new UserError("the tree has changed", { hint: "look at the plan again", exitCode: 3 });
    };
    try {
      const ran = await operation.run({ ...worldOf(site.world, person, []), unchanged }, form, false, view);
      if (ran.idle !== undefined) return await plan(asking, null);
      return seeOther(ran.done === null ? (ran.to ?? "/") : operationHref(ran.done.operation));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return stale ? await plan(asking, CHANGED) : await blank(asking, error);
    }
  };
}

const CHANGED = "The tree has changed since. This is what would happen now.";

/** The world of somebody who is signed in: the ledger names the person, and what is to be told is told on the page. */
function worldOf(world: World, person: Person, told: string[]): World {
  return { ...world, person: person.name, progress: () => undefined, tell: (sentence) => told.push(sentence) };
}

/** Stands for the tree as it is; tells nothing of it. */
function stampOf({ viewer }: SiteContext): string {
  return createHash("sha256").update(viewer.operationStamp()).digest("base64url").slice(0, 22);
}
