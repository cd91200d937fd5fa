// What happened to a patch, what was said of it, its versions, and how to get it.
import { html } from "hono/html";
import { visibleText } from "#model/bytes";
import { describeEvent } from "#model/ledger";
import type { ShownPatch } from "#app";
import type { Html } from "../page.ts";
import { withMailLink } from "../parts/event-line.ts";
import { linkedText } from "../parts/linked-text.ts";
import { moment } from "../parts/moment.ts";
import { compareHref, mailHref, patchFileHref, patchHref, postingHref } from "../parts/patch-link.ts";
import { shellWord } from "../parts/shell-word.ts";
import { nameOf } from "./facts.ts";

/** Public notes; private ones are there only when the caller may see them. */
export function notesHtml(patch: ShownPatch, showsPrivate: boolean, now: Date): Html | "" {
  const own = showsPrivate ? patch.privateNotes : [];
  if (patch.notes.length + own.length === 0) return "";
  return html`<h2>Notes</h2>
    <ul class="notes plain-list">
      ${patch.notes.map(
        ({ text, at, by }) =>
          html`<li>
            <p>${linkedText(text)}</p>
            <p class="soft">${visibleText(nameOf(by))}, ${moment(at, now)}</p>
          </li>`,
      )}
      ${own.map(
        ({ text, at, by }) =>
          html`<li>
            <p><span class="badge warn">private</span> ${linkedText(text)}</p>
            <p class="soft">${visibleText(nameOf(by))}, ${moment(at, now)}</p>
          </li>`,
      )}
    </ul>`;
}

/** What came into the queue and what was posted, with links to what changed in between. */
export function versionsHtml({ name, arrivals, posted }: ShownPatch, now: Date, isLate: boolean): Html | "" {
  const taken = new Set(
    arrivals.flatMap(({ origin }) => (origin.kind === "mail" ? [origin.posting, origin.messageId] : [])),
  );
  const others = (posted ?? []).filter(({ messageId }) => !taken.has(messageId));
  if (arrivals.length + others.length === 0) return "";
  const postedAt = new Map((posted ?? []).map(({ messageId, at }) => [messageId, at]));
  const rows = [
    ...arrivals.map(({ origin, at, change }) => ({
      // What was queued late stands before what was posted meanwhile.
      at: (origin.kind === "mail" ? postedAt.get(origin.posting) : null) ?? at,
      what: html`<td>
          ${origin.kind === "mail" ? html`<a href="${mailHref(origin.messageId)}">${visibleText(origin.revision)}</a>` : html`<code>${visibleText(origin.path)}</code>`}
        </td>
        <td>queued ${moment(at, now)}</td>
        <td>
          ${change === null ? "the first" : change === "same" ? "nothing changed" : change === "log" ? "its log changed" : "the change is another one"}
        </td>`,
    })),
    ...others.map(({ revision, rfc, messageId, at, subject }) => ({
      at: at ?? "",
      what: html`<td>
          <a href="${postingHref(messageId)}">${visibleText(revision)}</a
          >${rfc ? html` <span class="badge">RFC</span>` : ""}
        </td>
        <td>posted ${at === null ? "" : moment(at, now)}</td>
        <td class="soft">${visibleText(subject)}</td>`,
    })),
  ].toSorted((one, other) => one.at.localeCompare(other.at));
  return html`<h2>Versions</h2>
    <div class="scroll" tabindex="0" role="group" aria-label="Versions">
      <table>
        <thead class="unseen">
          <tr>
            <th scope="col">Version</th>
            <th scope="col">When</th>
            <th scope="col">What</th>
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            ({ what }) =>
              html`<tr>
                ${what}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${
      isLate
        ? html`<p class="soft" role="status">
            Other revisions that were posted are being looked for; <a href="${patchHref(name)}">ask again</a>.
          </p>`
        : ""
    }
    <p><a href="${compareHref(name)}">Compare any two of them</a>, or with what was posted</p>`;
}

/** Commands to copy. */
export function getHtml(patch: ShownPatch, site: string): Html | "" {
  const { name, queued, branch, commit, arrivals } = patch;
  const origin = arrivals.at(-1)?.origin;
  const commands = [
    ...(queued ? [`curl -O ${shellWord(`${site}${patchFileHref(name)}`)}`] : []),
    ...(queued && commit !== null
      ? [`git fetch ${shellWord(`${site}/source.git`)} ${shellWord(branch)}\ngit cherry-pick ${commit}`]
      : []),
    ...(origin?.kind === "mail"
      ? [`b4 am ${origin.messageId.startsWith("-") ? "-- " : ""}${shellWord(origin.messageId)}`]
      : []),
  ];
  if (commands.length === 0) return "";
  return html`<h2>Get it</h2>
    ${commands.map(
      (command, index) =>
        html`<div class="command">
          <pre id="get-${index + 1}" tabindex="0" aria-label="Command">${visibleText(command)}</pre>
          <button type="button" hidden data-copy="get-${index + 1}">Copy</button>
        </div>`,
    )}`;
}

/** Everything that was done to it, newest first. */
export function historyHtml({ name, story, notices }: ShownPatch, now: Date): Html | "" {
  const sent = new Set(notices.map(({ messageId }) => messageId));
  if (story.length === 0) return "";
  return html`<h2>History</h2>
    <ol class="story plain-list" reversed>
      ${story.toReversed().map(
        (event) =>
          html`<li>
            ${moment(event.at, now)}
            <span
              >${withMailLink(withoutName(describeEvent(event), name), event)}
              ${event.kind === "announced" && sent.has(event.messageId) ? html`<a class="evidence" href="${mailHref(event.messageId)}">mail</a>` : ""}
              <span class="soft">by ${visibleText(nameOf(event.by))}</span></span
            >
          </li>`,
      )}
    </ol>`;
}

/** On its own page a patch need not be named. */
function withoutName(text: string, name: string): string {
  return text.startsWith(`${name} `) ? text.slice(name.length + 1) : text;
}
