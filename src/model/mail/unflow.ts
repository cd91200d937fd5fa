// format=flowed (RFC 3676) to plain lines: an explicit step that nothing else in this part takes, since it changes bytes.
import type { Bytes } from "#model/bytes";
import { byteString, fromByteString } from "#model/bytes";

/**
 * Joins flowed lines (those that end in a space) with the line below them when both have the same quote depth,
 * and removes space-stuffing. With `delsp` the space at the end goes too. The signature line `-- ` stays as it is.
 * A quoted line keeps the blank after its `>`s, as people write it.
 */
export function unflow(bytes: Bytes, delsp: boolean): Bytes {
  const out: string[] = [];
  let depth = "";
  let open = false;
  const lines = byteString(bytes).split("\n");
  const ended = lines.at(-1) === "";
  if (ended) lines.pop();
  for (const [index, line] of lines.entries()) {
    const end = index < lines.length - 1 || ended ? "\n" : "";
    const { quotes, content, cr } = readLine(line);
    const signature = content === "-- ";
    const joins = open && quotes === depth && !signature;
    if (open && !joins) out.push("\n");
    const text = content.startsWith(" ") && !signature ? content.slice(1) : content;
    if (!joins) out.push(quotes, quotes !== "" && text !== content ? " " : "");
    const soft = !signature && end !== "" && text.endsWith(" ");
    out.push(soft && delsp ? text.slice(0, -1) : text, soft ? "" : cr + end);
    depth = quotes;
    open = soft;
  }
  // A flowed paragraph that nothing follows still ends its line.
  if (open) out.push("\n");
  return fromByteString(out.join(""));
}

function readLine(line: string): { quotes: string; content: string; cr: string } {
  const cr = line.endsWith("\r") ? "\r" : "";
  const quotes = /^>*/.exec(line)?.[0] ?? "";
  return { quotes, content: line.slice(quotes.length, line.length - cr.length), cr };
}
