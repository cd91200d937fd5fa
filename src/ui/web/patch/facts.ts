// The answers that people come for: whether a patch is in, which version, where, since when, and why not. One short line each.
import { html } from "hono/html";
import { STANDARD_REASONS } from "#model/answers";
import type { PatchResult } from "#model/branches";
import { visibleText } from "#model/bytes";
import type { Finding } from "#checks/lint";
import type { Hold } from "#model/ledger";
import type { PostedRevision, ShownPatch } from "#app";
import { newerRevision } from "#app";
import type { Html } from "../page.ts";
import { linkedText } from "../parts/linked-text.ts";
import { moment } from "../parts/moment.ts";
import { branchHref, mailHref, patchHref, postingHref, searchHref } from "../parts/patch-link.ts";

/** What a badge says, and how it looks. */
type Badge = readonly [text: string, tone: "good" | "warn" | "bad" | "thread" | ""];

/** What stands beside the title. */
export function stateBadges({ queued, disabled, hold, lastBuilt, gone, landings, arrivals }: ShownPatch): Html {
  const origin = arrivals.at(-1)?.origin;
  const badges: Badge[] = [
    ...(origin?.kind === "mail" ? [[origin.revision, "thread"] as const] : []),
    ...(gone === null ? [] : [[`left: ${gone.reason}`, ""] as const]),
    ...(disabled ? [["disabled", "warn"] as const] : []),
    ...(hold === null || !queued ? [] : [["held", "warn"] as const]),
    ...(lastBuilt?.rejected === true
      ? [["rejected by the last build", "bad"] as const]
      : lastBuilt !== null && !disabled
        ? [["built", "good"] as const]
        : []),
    ...landings.map(({ branch }) => [`in ${branch}`, "good"] as const),
  ];
  return html`${badges.map(([text, tone]) => html`<span class="badge ${tone}">${visibleText(text)}</span> `)}`;
}

/** What the author of a newer revision wants to know first. */
export function newerHtml(patch: ShownPatch, now: Date): Html | "" {
  const newer = newerThanQueued(patch);
  if (newer === null) return "";
  return html`<p class="card told">
    <span class="badge warn">newer</span>
    <a href="${postingHref(newer.messageId)}">${visibleText(newer.revision)}</a> was
    posted${newer.at === null ? "" : html` ${moment(newer.at, now)}`}, and is not in the queue.
  </p>`;
}

/** Nobody waits for a newer revision of a patch that left. */
function newerThanQueued({ arrivals, posted, queued }: ShownPatch): PostedRevision | null {
  const origin = arrivals.at(-1)?.origin;
  return queued && origin?.kind === "mail" ? newerRevision(posted, origin.posting) : null;
}

/** The list; a fact that there is not has no line. `result` is what the last build made of the patch. */
export function factsHtml(
  patch: ShownPatch,
  result: PatchResult | null,
  findings: readonly Finding[],
  now: Date,
): Html {
  const lines: (readonly [string, Html | ""])[] = [
    ["Where", where(patch, now)],
    ["Why it left", whyGone(patch)],
    ["Version", version(patch, now)],
    ["Commit", commitOf(patch)],
    ["Last build", lastBuild(patch, result, now)],
    ["Branches", stays(patch)],
    [
      "Elsewhere",
      each(
        patch.landings,
        ({ branch, commit, at }) =>
          html`${visibleText(branch)} as <a href="${searchHref(commit)}"><code>${commit.slice(0, 12)}</code></a
            >, seen ${moment(at, now)}`,
      ),
    ],
    [
      "Held",
      patch.hold === null
        ? ""
        : html`${linkedText(holdWords(patch.hold))}
            <span class="soft">(${visibleText(nameOf(patch.hold.by))}, ${moment(patch.hold.at, now)})</span>`,
    ],
    [
      "Disabled",
      patch.disabled ? html`${linkedText(patch.disabling?.reason ?? "not applied; no reason was given")}` : "",
    ],
    ["To move up", lacking(patch)],
    ["Checks", checks(patch, now)],
    ["Lint", lint(patch, findings)],
    ["Was called", each(patch.names, (name) => html`<code>${visibleText(name)}</code>`)],
    [
      "Next version",
      patch.base === null
        ? ""
        : html`make it on <code>${patch.base.ref}</code>: <code class="break">base-commit: ${patch.base.commit}</code>`,
    ],
    ["Patch-id", patch.patchId === null ? "" : html`<code class="break">${patch.patchId}</code>`],
  ];
  return html`<dl class="facts lined">
    ${lines.map(([name, text]) =>
      text === ""
        ? ""
        : html`<div>
            <dt>${name}</dt>
            <dd>${text}</dd>
          </div>`,
    )}
  </dl>`;
}

function where({ queued, branch, entered, position, gone }: ShownPatch, now: Date): Html {
  const place = html`<a href="${branchHref(branch)}">${visibleText(branch)}</a>`;
  if (!queued)
    return gone === null ? html`no more, it was in ${place}` : html`no more: it left ${place} ${moment(gone.at, now)}`;
  return html`${place}${entered === null ? "" : html` since ${moment(entered, now)}`}, number ${position ?? 0} of the
  queue`;
}

function whyGone({ gone }: ShownPatch): Html | "" {
  if (gone === null) return "";
  const meaning = STANDARD_REASONS.get(gone.reason);
  const into =
    gone.into === null
      ? ""
      : html`, into
        ${gone.reason.includes("fold") ? html`<a href="${patchHref(gone.into)}">${visibleText(gone.into)}</a>` : visibleText(gone.into)}`;
  const note = gone.note === null ? "" : html`<br />${linkedText(gone.note)}`;
  return html`${visibleText(gone.reason)}${meaning === undefined ? "" : html` <span class="soft">(${meaning})</span>`}${into}${note}
    <br /><span class="soft">by ${visibleText(nameOf(gone.by))}</span>`;
}

function version(patch: ShownPatch, now: Date): Html {
  const { arrivals, posted } = patch;
  const last = arrivals.at(-1);
  if (last === undefined) return html`not known: it was put into the series by hand`;
  const { origin } = last;
  if (origin.kind !== "mail")
    return html`from ${origin.kind === "quilt" ? "quilt, " : ""}<code>${visibleText(origin.path)}</code>,
    ${moment(last.at, now)}`;
  const isNewest = posted !== null && posted.at(-1)?.messageId === origin.posting;
  const newer = isNewest ? html`<br /><span class="soft">the newest that was posted</span>` : "";
  const composed =
    origin.composed === undefined ? "" : html`<br /><span class="soft">${visibleText(origin.composed.reason)}</span>`;
  return html`<a href="${mailHref(origin.messageId)}">${visibleText(`${origin.revision} ${origin.part}`.trim())}</a>,
    queued ${moment(last.at, now)}${composed}${newer}`;
}

function commitOf({ commit, commitsBefore, lastBuilt }: ShownPatch): Html | "" {
  const changed = lastBuilt?.changedSince ?? null;
  const words = changed === "diff" ? "before the patch changed" : "before its description or tags changed";
  const old = changed === null ? "" : html` <span class="badge warn">${words}</span>`;
  const before =
    commitsBefore.length === 0
      ? ""
      : html`<details>
          <summary>${commitsBefore.length} before that</summary>
          <ul class="plain-list">
            ${commitsBefore.map((id) => html`<li><code class="break">${id}</code></li>`)}
          </ul>
        </details>`;
  return commit === null && before === ""
    ? ""
    : html`${commit === null ? "" : html`<code class="break">${commit}</code>${old}`}${before}`;
}

function lastBuild({ lastBuilt, queued }: ShownPatch, result: PatchResult | null, now: Date): Html | "" {
  if (!queued) return "";
  if (lastBuilt === null) return html`none since it came into its branch`;
  const tone = lastBuilt.rejected
    ? "bad"
    : result !== null && ["fuzz", "merged", "empty"].includes(result.outcome)
      ? "warn"
      : "good";
  const word = lastBuilt.rejected ? "rejected" : (result?.outcome ?? "built");
  return html`<span class="badge ${tone}">${word}</span>
    ${moment(lastBuilt.at, now)}${result === null ? "" : html`<br /><span class="soft">${hunkCounts(result)}</span>`}${lastBuilt.rejected ? html`<br /><a href="/conflicts">see why</a>` : ""}${lastBuilt.changedSince === "diff" ? html`<br />The patch changed since.` : ""}`;
}

/** `5 hunks: 3 where they say, 1 with offset, 1 with fuzz`. */
function hunkCounts({ files, reason }: PatchResult): string {
  const hunks = files.flatMap((file) => file.hunks.map((hunk) => ({ hunk, merged: file.kind === "merged" })));
  const counts = new Map<string, number>();
  for (const { hunk, merged } of hunks) {
    const word =
      hunk.kind === "rejected"
        ? merged
          ? "merged"
          : "rejected"
        : hunk.fuzz > 0
          ? "with fuzz"
          : hunk.offset !== 0
            ? "with an offset"
            : "where they say";
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const all = `${hunks.length} ${hunks.length === 1 ? "hunk" : "hunks"}`;
  if (reason !== null) return reason;
  return hunks.length === 0
    ? "no hunks"
    : `${all}: ${[...counts].map(([word, count]) => `${count} ${word}`).join(", ")}`;
}

function stays({ stays: all }: ShownPatch): Html | "" {
  if (all.length < 2) return "";
  return each(
    all,
    ({ branch, from, until }) =>
      html`${visibleText(branch)}
        <span class="soft">from ${from.slice(0, 10)}${until === null ? "" : ` to ${until.slice(0, 10)}`}</span>`,
  );
}

function holdWords({ until, tag, person, reason }: Hold): string {
  const ends = [
    ...(until === null ? [] : [`until ${until}`]),
    ...(tag === null ? [] : [`until it has ${tag}`]),
    ...(person === null ? [] : [`until ${person} agrees`]),
  ];
  return ends.length === 0 ? reason : `${ends.join(", ")}: ${reason}`;
}

function lacking({ lacking: found }: ShownPatch): Html | "" {
  if (found === null) return "";
  const doubts = found.doubts.map((doubt) => html`<li class="soft">${visibleText(doubt)}</li>`);
  const { missing, waitsFor, to } = found;
  if (missing.length + waitsFor.length === 0) {
    const [tone, words] = doubts.length === 0 ? ["good", "ready"] : ["", "nothing seen missing"];
    return html`<span class="badge ${tone}">${words}</span> for ${visibleText(to)}
      <ul class="plain-list">
        ${doubts}
      </ul>`;
  }
  return html`for <a href="${branchHref(to)}">${visibleText(to)}</a>:
    <ul class="missing">
      ${missing.map((one) => html`<li>${visibleText(one)}</li>`)}${waitsFor.length === 0 ? "" : waiting(waitsFor)}${doubts}
    </ul>`;
}

function waiting(names: readonly string[]): Html {
  const list = each(names, (name) => html`<a href="${patchHref(name)}">${visibleText(name)}</a>`);
  if (names.length === 1) return html`<li>waits for ${list}</li>`;
  return html`<li>
    <details>
      <summary>waits for ${names.length} others that go with it</summary>
      ${list}
    </details>
  </li>`;
}

const CHECK_TONE = { success: "good", warning: "warn", fail: "bad", pending: "" } as const;

function checks({ checks: all }: ShownPatch, now: Date): Html | "" {
  return each(
    all,
    ({ context, state, url, text, at }) =>
      html`<span class="badge ${CHECK_TONE[state]}">${state}</span>
        ${url !== null && /^https?:\/\//i.test(url) ? html`<a href="${url}" rel="nofollow noreferrer">${visibleText(context)}</a>` : visibleText(context)}
        ${text === null ? "" : linkedText(text)} <span class="soft">${moment(at, now)}</span>`,
  );
}

const LEVEL_TONE = { error: "bad", warn: "warn", note: "" } as const;

function lint({ queued, name }: ShownPatch, findings: readonly Finding[]): Html | "" {
  if (!queued) return "";
  return html`${findings.length === 0 ? html`<span class="badge good">nothing found</span>` : ""}${each(findings, ({ lint: rule, level, message }) => html`<span class="badge ${LEVEL_TONE[level]}">${level}</span> ${visibleText(message)} <span class="soft">[${rule}]</span>`)}
    <p class="soft fine">Style and commits are looked at by <code>longarm lint ${visibleText(name)}</code></p>`;
}

function each<T>(items: readonly T[], line: (item: T) => Html): Html | "" {
  return items.length === 0
    ? ""
    : html`<ul class="plain-list">
        ${items.map((item) => html`<li>${line(item)}</li>`)}
      </ul>`;
}

/** Without the address. */
export function nameOf(person: string): string {
  return person.replace(/ <[^<>]*>$/, "");
}
