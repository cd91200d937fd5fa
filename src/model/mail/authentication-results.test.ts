// Which of the many fields of a mail are the verdicts of its receiver. The fields themselves: cases/authentication-results.txt.
import { expect, test } from "vitest";
import { bytesOf } from "#model/bytes";
import { receiverResults } from "./authentication-results.ts";
import { parseMessage } from "./message.ts";

const said = (header: string, trusted: readonly string[] = []): string | null => {
  const found = receiverResults(parseMessage(bytesOf(`${header}\nFrom: ann@example.org\n\nbody\n`)), trusted);
  if (found === null) return null;
  const verdicts = found.results.map(({ method, result }) => `${method}=${result}`).join(" ");
  return `${found.instance === null ? "" : `${found.instance} `}${found.host}: ${verdicts}`;
};

const RECEIVED = `Received: from list.example.org by archive.example.net with ESMTP
Authentication-Results: list.example.org;
\tdkim=pass header.d=example.org
Received: from out.example.org (out.example.org [192.0.2.1])
\tby list.example.org (Postfix) with ESMTPS id 1
Authentication-Results: list.example.org; arc=none
ARC-Authentication-Results: i=1; list.example.org; dmarc=fail
Authentication-Results: list.example.org; dmarc=pass header.from=example.org
Received: by out.example.org with SMTP id 2
Authentication-Results: list.example.org; spf=pass
Authentication-Results: inside.example.org; dkim=none`;

test("fields of the topmost host count down to the hop that handed the mail over", () => {
  expect(said(RECEIVED)).toBe("list.example.org: dkim=pass arc=none dmarc=pass");
});

test("a forged field below a foreign hop does not count", () => {
  expect(said(`Received: by archive.example.net\n${RECEIVED.split("\n").slice(8).join("\n")}`)).toBe(
    "list.example.org: spf=pass",
  );
  expect(said(RECEIVED, ["archive.example.net"])).toBe(null);
});

test("only hosts that are trusted count when any is named", () => {
  expect(said(RECEIVED, ["INSIDE.example.org"])).toBe("inside.example.org: dkim=none");
  expect(said(RECEIVED, ["other.example.org"])).toBe(null);
});

test("an ARC chain speaks where no plain field does, the last instance first", () => {
  expect(
    said(
      "ARC-Authentication-Results: i=1; a.example.org; spf=pass\nARC-Authentication-Results: i=2; b.example.org; spf=fail",
    ),
  ).toBe("2 b.example.org: spf=fail");
});

test("a field without a host says nothing unless there is no other", () => {
  expect(said("Authentication-Results: dkim=pass header.d=example.org")).toBe(null);
});
