// format=flowed (RFC 3676) to plain lines: an explicit step that nothing else in this part takes, since it changes bytes.
import type { Bytes } from "#model/bytes";
import { byteString } from "#model/bytes";

/**
 * Joins flowed lines (those that end in a space) with the line below them when both have the same quote depth,
 * and removes space-stuffing. With `delsp` the space at the end goes too. The signature line `-- ` stays as it is.
 * A quoted line keeps the blank after its `>`s, as people write it.
 */
export function unflow(bytes: Bytes, delsp: boolean): Bytes {
  // What goes is more than what comes, but for one line end.
  const out = Buffer.allocUnsafe(bytes.length + 1);
  let length = 0;
  const write = (text: string): void => {
    length += out.write(text, length, "latin1");
  };
  let depth = "";
  let open = false;
  for (let at = 0; at < bytes.length;) {
    const newline = bytes.indexOf(LF, at);
    const line = byteString(bytes, at, newline < 0 ? bytes.length : newline);
    const end = newline < 0 ? "" : "\n";
    at = newline < 0 ? bytes.length : newline + 1;
    const { quotes, content, cr } = readLine(line);
    const signature = content === "-- ";
    const joins = open && quotes === depth && !signature;
    if (open && !joins) write("\n");
    const text = content.startsWith(" ") && !signature ? content.slice(1) : content;
    if (!joins) write(quotes !== "" && text !== content ? `${quotes} ` : quotes);
    const soft = !signature && end !== "" && text.endsWith(" ");
    write(soft && delsp ? text.slice(0, -1) : text);
    if (!soft) write(cr + end);
    depth = quotes;
    open = soft;
  }
  // A flowed paragraph that nothing follows still ends its line.
  if (open) write("\n");
  return out.subarray(0, length);
}

const LF = 10;

function readLine(line: string): { quotes: string; content: string; cr: string } {
  const cr = line.endsWith("\r") ? "\r" : "";
  const quotes = /^>*/.exec(line)?.[0] ?? "";
  return { quotes, content: line.slice(quotes.length, line.length - cr.length), cr };
}
