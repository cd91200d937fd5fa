// Whether a mail may be answered by a machine (RFC 3834): never a robot, a list's own mail, a bounce, or an answer of ours.
import type { Message } from "#model/mail";
import { headerValues } from "#model/mail";

/** Why no answer goes to that mail; null when it may be answered. `own` are the addresses that this tree writes from. */
export function whyNoAnswer(message: Message, own: readonly string[]): string | null {
  const values = (name: string): string[] => headerValues(message, name).map((value) => value.trim().toLowerCase());
  const submitted = values("auto-submitted")[0];
  if (submitted !== undefined && !/^no\b/.test(submitted)) return "it was sent by a program (Auto-Submitted)";
  if (values("precedence").some((value) => /^(?:bulk|junk|auto_reply)\b/.test(value)) && values("list-id").length === 0)
    return "it is bulk mail (Precedence)";
  for (const name of ["x-auto-response-suppress", "x-autoreply", "x-autorespond"])
    if (values(name).length > 0) return `it asks for no answer, or is one (${name})`;
  if (values("return-path").some((value) => value === "<>")) return "it is a bounce (empty Return-Path)";
  const [writer] = message.from;
  if (writer === undefined || message.from.length > 1) return "it has not one writer";
  if (
    /^(?:mailer-daemon|postmaster|no-?reply|donotreply|.*-(?:bounces|owner|request))(?:\+[^@]*)?@/i.test(writer.address)
  )
    return `"${writer.address}" is the address of a program`;
  if (own.some((one) => one.toLowerCase() === writer.address.toLowerCase())) return "this tree wrote it";
  return null;
}
