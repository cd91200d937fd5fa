// What a maintainer says of mails that wait: kept back, never sent, let go.
import { html } from "hono/html";
import { UserError, visibleText } from "#model/bytes";
import { decideOutbox } from "#app";
import type { DecideRequest } from "#app";
import type { Operation } from "../operation.ts";

const DECISIONS = [
  { value: "hold", label: "keep them back until they are released" },
  { value: "release", label: "take back hold and suppress, and what a rule says" },
  { value: "suppress", label: "never send them, or not to some people" },
];

/** Where the waiting mails are listed. */
export const OUTBOX_HREF = "/outbox";

export const decideMails: Operation = {
  name: "outbox",
  title: "Decide about waiting mails",
  about: "Nothing is sent by this; what may go goes with the next publish or longarm outbox --send.",
  verb: "Write it down",
  direct: (form) => form.has("mail") && form.has("decision"),
  fields: (form) => [
    {
      kind: "line",
      name: "mail",
      label: "Mails, by number",
      value: form.names("mail").join(" "),
      required: true,
    },
    { kind: "choice", name: "decision", label: "What about them", value: form.line("decision"), options: DECISIONS },
    {
      kind: "line",
      name: "to",
      label: "Suppressed only for",
      value: form.line("to"),
      hint: "rita@example.org, *@example.org",
    },
  ],
  async run(world, form, dryRun) {
    const mails = form.names("mail");
    if (mails.length === 0) throw new UserError("no mail is named", { hint: "choose mails of the outbox" });
    const decision = decisionOf(form.line("decision"));
    const choice = { mails, to: form.given("to"), kind: null, patch: null, posting: null };
    const decided = await decideOutbox(world, { choice, decision, dryRun });
    const details = html`<p>
        ${WORDS[decision]}${choice.to === null || decision !== "suppress" ? "" : ` to ${choice.to}`}:
      </p>
      <ul>
        ${decided.map(
          ({ envelope }) =>
            html`<li>
              ${visibleText(envelope.subject)} <span class="soft">to ${envelope.recipients.join(", ")}</span>
            </li>`,
        )}
      </ul>`;
    return { change: null, details, done: null, to: OUTBOX_HREF };
  },
};

type Decision = Extract<DecideRequest["decision"], "hold" | "release" | "suppress">;

const WORDS: Readonly<Record<Decision, string>> = {
  hold: "Kept back",
  release: "Let go",
  suppress: "Never sent",
};

function decisionOf(typed: string): Decision {
  if (typed === "hold" || typed === "release" || typed === "suppress") return typed;
  throw new UserError(`"${typed}" is nothing to decide`, { hint: "choose hold, release or suppress" });
}
