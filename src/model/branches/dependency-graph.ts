// The dependencies of a queue as a graph in the DOT language (graphviz.org/doc/info/lang.html). Drawing it is for others.
import { readablePath } from "#model/bytes";
import type { QueuedPatch } from "#model/queue";
import { showName } from "#model/queue";
import type { Dependency } from "./dependencies.ts";

/** A directed graph, arrows from each patch to those it stands on, patches boxed by branch; names quoted and escaped. */
export function dependencyDot(queue: readonly QueuedPatch[], dependencies: readonly Dependency[]): string {
  const branches = Map.groupBy(queue, ({ branch }) => branch ?? "");
  const clusters = [...branches].map(([branch, patches], index) => {
    const nodes = patches.map(({ name }) => `    ${quoted(showName(name))};`);
    return [`  subgraph cluster_${index} {`, `    label=${quoted(branch)};`, ...nodes, "  }"].join("\n");
  });
  const arrows = dependencies.map(
    ({ patch, on, paths }) =>
      `  ${quoted(showName(patch))} -> ${quoted(showName(on))} [tooltip=${quoted(paths.map(readablePath).join(" "))}];`,
  );
  const style = ["  rankdir=BT;", "  node [shape=box fontname=sans fontsize=10];", "  edge [color=gray40];"];
  return `${["digraph queue {", ...style, ...clusters, ...arrows, "}"].join("\n")}\n`;
}

function quoted(text: string): string {
  return `"${text.replace(/[\\"]/g, "\\$&").replaceAll("\n", " ")}"`;
}
