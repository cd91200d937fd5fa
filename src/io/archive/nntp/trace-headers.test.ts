import { expect, test } from "vitest";
import { byteString, fromByteString } from "#model/bytes";
import { withoutTraceHeaders } from "./trace-headers.ts";

const without = (text: string): string => byteString(withoutTraceHeaders(fromByteString(text)));

test("what news servers add goes, with its continuation lines; nothing else does", () => {
  expect(without("Path: a!b\nSubject: x\nXref: h\n g:1\n\tg:2\nNewsgroups: g\n\nPath: body\n")).toBe(
    "Subject: x\n\nPath: body\n",
  );
  expect(without("X-Path: a\nPathology: b\n Path: c\n\nXref: d")).toBe("X-Path: a\nPathology: b\n Path: c\n\nXref: d");
  expect(without("\nPath: body\n")).toBe("\nPath: body\n");
  expect(without("Subject: x\nPath: a")).toBe("Subject: x\n");
});
