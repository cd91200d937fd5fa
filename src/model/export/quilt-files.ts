// The patches of a posting as a quilt series: named as the queue names them, but in no queue.
import type { Bytes } from "#model/bytes";
import { byteString, bytesOf } from "#model/bytes";
import type { Diff } from "#model/diff";
import { parseDiff } from "#model/diff";
import { printAddress } from "#model/mail";
import type { DiffStyle } from "#model/notices";
import { noticeName, patchBlock, uniqueName } from "#model/notices";
import type { ComposedPatch } from "#model/queue";

/** File name to content, `series` last; every name is one word of ASCII. */
export function quiltFiles(composed: readonly ComposedPatch[], style: DiffStyle): ReadonlyMap<string, Bytes> {
  const files = new Map<string, Bytes>();
  for (const patch of composed) {
    const name = uniqueName(noticeName(patch.mail.subject.title), new Set([...files.keys(), "series"]));
    files.set(name, patchFile(name, patch, parseDiff(patch.mail.diff), style));
  }
  files.set("series", bytesOf([...files.keys()].map((name) => `${name}\n`).join("")));
  return files;
}

function patchFile(name: string, { title, author, date, log }: ComposedPatch, diff: Diff, style: DiffStyle): Bytes {
  const shown = author === null ? "" : printAddress(author);
  return patchBlock(
    { name, author: byteString(bytesOf(shown)), title: byteString(bytesOf(title)), date, log, diff },
    style,
  );
}
