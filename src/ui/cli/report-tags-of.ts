// The tags of one person, patch by patch, for that person: taken or not, because of which mail, and why not.
import type { GivenTag } from "#model/answers";
import type { TagsOfPerson } from "#app";
import type { Terminal } from "./terminal.ts";

const PAINT = { taken: "green", "not taken": "yellow", lost: "yellow", waiting: "cyan" } as const;

export function reportTagsOf(terminal: Terminal, { tags, waitingKnown }: TagsOfPerson): void {
  const patches = Map.groupBy(tags, ({ patch }) => patch);
  terminal.line(summary(tags));
  for (const [patch, given] of patches) {
    const gone = given[0]?.gone ?? null;
    const mark = gone === null ? "" : `  ${terminal.paint("dim", gone)}`;
    terminal.line(`${terminal.paint("bold", patch)}${mark}`);
    for (const { tag, fate, why, messageId, at } of given) {
      const reason = fate === "taken" || why === "" ? "" : ` (${why})`;
      const mail = messageId === "" ? "" : `  <${messageId}>`;
      const when = at === null ? "" : `  ${at.slice(0, 10)}`;
      terminal.line(`  ${terminal.paint(PAINT[fate], fate.padEnd(9))}  ${tag}${reason}${mail}${when}`);
    }
  }
  if (!waitingKnown)
    terminal.note("longarm: tags that wait are not known: [mail] archives in longarm.toml names no archive");
}

function summary(tags: readonly GivenTag[]): string {
  const counts = Map.groupBy(tags, ({ fate }) => fate);
  const parts = [...counts].map(([fate, some]) => `${some.length} ${fate}`);
  return parts.length === 0 ? "no tag of that person is known" : parts.join(", ");
}
