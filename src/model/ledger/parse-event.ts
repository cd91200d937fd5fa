// One event read from its JSON text: what an event of each kind must say, and nothing about the file that it stands in.
import type { CheckState, LedgerEvent } from "./event.ts";

/** The event; "unknown" for a kind of newer versions, null for what is no event. */
export function parseEvent(text: string): LedgerEvent | "unknown" | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (!COMMON(value) || !isNested(value, MAX_NESTING)) return null;
  const event = value as LedgerEvent;
  if (!Object.hasOwn(FIELDS, event.kind)) return "unknown";
  return isText(event.by) && FIELDS[event.kind](event) ? event : null;
}

type Test = (value: unknown) => boolean;

const isText: Test = (value) => typeof value === "string";
const isTextOrNull: Test = (value) => value === null || isText(value);
const isCount: Test = (value) => typeof value === "number";
const isTable: Test = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const listOf =
  (test: Test): Test =>
  (value) =>
    Array.isArray(value) && value.every(test);
const tableOf = (fields: Readonly<Record<string, Test>>): Test => {
  const tests = Object.entries(fields);
  return (value) => isTable(value) && tests.every(([key, test]) => test(Object(value)[key]));
};

const MAIL_ORIGIN = tableOf({ messageId: isText, posting: isText, revision: isText, part: isText });
const FILE_ORIGIN = tableOf({ path: isText });
const TAGS = listOf(tableOf({ tag: isText, messageId: isText, verdict: isText }));
const isOrigin: Test = (value) =>
  tableOf({ kind: isText })(value) && (Object(value).kind === "mail" ? MAIL_ORIGIN : FILE_ORIGIN)(value);
const CHECK_STATES: ReadonlySet<string> = new Set<CheckState>(["success", "warning", "fail", "pending"]);

/** What an event of each kind must say beside `op`, `at` and `by`; without it, whoever uses the event would stumble. */
const FIELDS: Readonly<Record<LedgerEvent["kind"], Test>> = {
  created: tableOf({ preset: isText, base: isText }),
  queued: tableOf({ patch: isText, branch: isText, title: isText, author: isText, origin: isOrigin, tags: TAGS }),
  tagged: tableOf({ patch: isText, tags: TAGS, replaced: listOf(isText) }),
  dropped: tableOf({ patch: isText, branch: isText, reason: isText, into: isTextOrNull, note: isTextOrNull }),
  moved: tableOf({ patch: isText, from: isText, to: isText }),
  promoted: tableOf({ patch: isText, from: isText, to: isText }),
  reordered: tableOf({ branch: isText, order: isText }),
  renamed: tableOf({ patch: isText, from: isText }),
  updated: tableOf({
    patch: isText,
    change: (value) => ["same", "log", "diff"].includes(String(value)),
    title: isText,
    author: isText,
    origin: isOrigin,
    from: isOrigin,
    tags: listOf(tableOf({ tag: isText, messageId: isText, verdict: isText })),
    lost: listOf(isText),
  }),
  folded: tableOf({ patch: isText, fixes: listOf(isText) }),
  held: tableOf({ patch: isText, reason: isText, until: isTextOrNull, tag: isTextOrNull, person: isTextOrNull }),
  released: tableOf({ patch: isText }),
  disabled: tableOf({ patch: isText, reason: isTextOrNull }),
  enabled: tableOf({ patch: isText }),
  noted: tableOf({ patch: isText, text: isText }),
  checked: tableOf({
    patch: isText,
    context: isText,
    state: (value) => isText(value) && CHECK_STATES.has(String(value)),
    url: isTextOrNull,
    text: isTextOrNull,
  }),
  linked: tableOf({
    newer: isText,
    older: isText,
    relation: (value) => value === "revision" || value === "unrelated" || value === "forgotten",
  }),
  announced: tableOf({ patch: isText, notice: isText, messageId: isText }),
  built: tableOf({
    base: isText,
    branches: (value) => isTable(value) && Object.values(Object(value)).every(isText),
    rejected: listOf(isText),
  }),
  rebased: tableOf({ from: isText, to: isText, dropped: listOf(isText) }),
  refreshed: tableOf({ patch: isText, moved: isCount, fuzz: isCount, anew: listOf(isText) }),
  edited: tableOf({ patch: isText, files: listOf(isText), broke: listOf(isText) }),
  resolved: tableOf({ patch: isText, conflicts: listOf(tableOf({ id: isText, path: isText })) }),
  landed: tableOf({ patch: isText, branch: isText, commit: isText }),
  left: tableOf({ patch: isText, branch: isText, commit: isText, revertedBy: isTextOrNull }),
  "merge-resolved": tableOf({
    merge: isText,
    part: isText,
    conflicts: listOf(tableOf({ id: isText, path: isText })),
  }),
  fetched: tableOf({ tree: isText, from: isTextOrNull, to: isText }),
  conflicted: tableOf({ branch: isText, tree: isText, path: isText }),
  unconflicted: tableOf({ branch: isText, tree: isText, path: isText }),
  published: tableOf({
    publish: isText,
    remote: isTextOrNull,
    queue: isTextOrNull,
    branches: (value) => isTable(value) && Object.values(Object(value)).every(isText),
    before: (value) => isTable(value) && Object.values(Object(value)).every(isTextOrNull),
    map: isTextOrNull,
    notices: listOf(isText),
  }),
  commanded: tableOf({
    messageId: isText,
    from: isText,
    results: listOf(tableOf({ line: isText, outcome: isText, text: isText })),
    answer: isTextOrNull,
    silent: isTextOrNull,
  }),
  undone: tableOf({ undoes: isText }),
};
const COMMON = tableOf({ kind: isText, op: isText, at: isText });

/** Lists and tables inside each other in one event; ours have four. Printing what is nested without end needs a stack without end. */
const MAX_NESTING = 20;

/** Whether lists and tables are nested at most `deep` times. */
function isNested(value: unknown, deep: number): boolean {
  if (typeof value !== "object" || value === null) return true;
  return deep > 0 && Object.values(value).every((part) => isNested(part, deep - 1));
}
