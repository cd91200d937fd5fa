// Bytes and byte strings: the two forms in which foreign text travels unchanged through the model.
// Not a place for text handling; what a person reads is decoded where it is shown, and made safe to look at by `visibleText`.

export type { ByteString, Bytes } from "./bytes.ts";
export {
  byteString,
  bytesOf,
  concatBytes,
  equalBytes,
  fromByteString,
  noBytes,
  readableBytes,
  textOf,
} from "./bytes.ts";
export { fileError } from "./file-error.ts";
export { lineCount, lineStarts, splitLines } from "./lines.ts";
export type { Path } from "./path.ts";
export { pathOf, pathProblem, quotedPath, quotePath, readablePath, unquotePath } from "./path.ts";
export type { Problem } from "./problem.ts";
export { withoutEmptyLines, withoutEnd } from "./trim.ts";
export type { ExitCode } from "./user-error.ts";
export { UserError } from "./user-error.ts";
export { UNSAFE_TEXT, visibleText } from "./visible-text.ts";
