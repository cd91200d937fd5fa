import { expect, test } from "vitest";
import { UserError } from "#model/bytes";
import { isLoopback, parseRemoteAddress, remoteScheme } from "./address.ts";

test.each([
  ["imaps://ada@mail.example.org/lists/dev", "imaps", "mail.example.org", 993, "ada", "lists/dev"],
  ["imap://ada%40example.org@mail.example.org:1143/a%20b", "imap", "mail.example.org", 1143, "ada@example.org", "a b"],
  ["NNTP://news.example.org/org.example.list", "nntp", "news.example.org", 119, null, "org.example.list"],
  ["news://news.example.org:80/g", "nntp", "news.example.org", 80, null, "g"],
  ["nntps://[::1]/g", "nntps", "::1", 563, null, "g"],
  ["https://lists.example.org/dev/", "https", "lists.example.org", 443, null, "dev/"],
])("%s", (spec, scheme, host, port, user, place) => {
  expect(parseRemoteAddress(spec)).toMatchObject({ scheme, host, port, user, place });
});

test("a password is refused and not repeated", () => {
  for (const spec of ["imaps://ada:geheim@example.org/INBOX", "https://a:geheim@example.org/%", "imap://a:geheim@/x"]) {
    let told = "";
    try {
      parseRemoteAddress(spec);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      told = `${error.message} ${error.hint} ${error.stack}`;
    }
    expect(told).not.toBe("");
    expect(told).not.toContain("geheim");
  }
});

test("what is no address, or would smuggle in a line, is refused", () => {
  for (const spec of ["nntp://", "nntp://h/%zz", "nntp://h/a%0d%0aQUIT", "imap://a%0ab@h/x", "ftp://h/x"])
    expect(() => parseRemoteAddress(spec)).toThrow(UserError);
});

test("paths are no addresses", () => {
  for (const spec of ["/a/b", "c:\\x", "list.mbox", "file:///a", "constructor://x"])
    expect(remoteScheme(spec)).toBe(null);
});

test("what is this machine", () => {
  for (const host of ["localhost", "127.0.0.1", "127.1.2.3", "::1"]) expect(isLoopback(host)).toBe(true);
  for (const host of ["localhost.example.org", "127.0.0.1.example.org", "10.0.0.1", ""])
    expect(isLoopback(host)).toBe(false);
});
