// Mail: one message, its parts, mailboxes and trailers. Which messages make a patch series is the part #model/postings.

export type { Address } from "./address.ts";
export { MAX_ADDRESSES, parseAddresses, printAddress, sameAddress } from "./address.ts";
export type { BodyPart } from "./body-parts.ts";
export { bodyParts, MAX_DEPTH, MAX_PARTS } from "./body-parts.ts";
export type { MailDate } from "./date.ts";
export { parseDate } from "./date.ts";
export type { DecodedText } from "./decode-text.ts";
export { decodeText, toUtf8 } from "./decode-text.ts";
export { decodeWords, encodeWords } from "./decode-words.ts";
export { findDiff, nextLine } from "./diff-start.ts";
export type { Header } from "./headers.ts";
export { MAX_HEADERS, splitHeaders, unfold } from "./headers.ts";
export { mboxForm } from "./mbox-form.ts";
export type { Mbox, MboxForm, MboxMail, MboxQuoting } from "./mbox.ts";
export { printMbox, splitMbox, splitMboxPart, startsWithFrom } from "./mbox.ts";
export type { Message } from "./message.ts";
export { headerValues, parseMessage } from "./message.ts";
export type { MessageId } from "./message-id.ts";
export { parseMessageId, parseMessageIds } from "./message-id.ts";
export type { ParameterizedValue } from "./parameters.ts";
export { parseParameters } from "./parameters.ts";
export type { PatchText } from "./patch-text.ts";
export { patchText } from "./patch-text.ts";
export type { SplitDescription, Trailer } from "./trailers.ts";
export { makeTrailer, parseTrailers, printTrailers, readTrailer } from "./trailers.ts";
export { unflow } from "./unflow.ts";
