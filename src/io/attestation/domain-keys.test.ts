// Keys from a name server: a real one, of a few lines, on the loopback address.
import { createSocket, type Socket } from "node:dgram";
import { afterAll, beforeAll, expect, test } from "vitest";
import { dnsKeys } from "./domain-keys.ts";

let server: Socket;
let address = "";
const questions: string[] = [];

// Answers TXT questions by the first label of the name: `key`, `none` (no such name), anything else not at all.
beforeAll(async () => {
  server = createSocket("udp4");
  server.on("message", (question, from) => {
    const name = nameIn(question);
    questions.push(name);
    const isKey = name.startsWith("key.");
    if (!isKey && !name.startsWith("none.")) return;
    const header = Buffer.from(question.subarray(0, 12));
    // Answer, recursion available; 3 is "no such name" (RFC 1035 section 4.1.1).
    header.writeUInt16BE(isKey ? 0x8180 : 0x8183, 2);
    header.writeUInt16BE(isKey ? 1 : 0, 6);
    header.writeUInt32BE(0, 8);
    const strings = ["v=DKIM1; ", "p=AAAA"].map((text) => Buffer.from(`${String.fromCharCode(text.length)}${text}`));
    const data = Buffer.concat(strings);
    const record = Buffer.from([0xc0, 12, 0, 16, 0, 1, 0, 0, 0, 60, 0, data.length]);
    const asked = question.subarray(12, 12 + name.length + 2 + 4);
    server.send(Buffer.concat(isKey ? [header, asked, record, data] : [header, asked]), from.port, from.address);
  });
  await new Promise<void>((done) => {
    server.bind(0, "127.0.0.1", done);
  });
  address = `127.0.0.1:${server.address().port}`;
});
afterAll(() => server.close());

function nameIn(question: Buffer): string {
  const labels: string[] = [];
  for (let at = 12; (question[at] ?? 0) > 0; at += (question[at] ?? 0) + 1) {
    labels.push(question.toString("latin1", at + 1, at + 1 + (question[at] ?? 0)));
  }
  return labels.join(".");
}

test("a record in pieces is one, a name that is not there has none, and each is asked once", async () => {
  const keys = dnsKeys([address]);
  expect(await keys("key._domainkey.example.org")).toBe("v=DKIM1; p=AAAA");
  expect(await keys("key._domainkey.example.org")).toBe("v=DKIM1; p=AAAA");
  expect(await keys("none._domainkey.example.org")).toBe(null);
  expect(questions).toEqual(["key._domainkey.example.org", "none._domainkey.example.org"]);
});

test("who does not answer is not asked again", async () => {
  const keys = dnsKeys([address], 200);
  await expect(keys("silent._domainkey.example.org")).rejects.toThrow(/ETIMEOUT/);
  const before = questions.length;
  await expect(keys("key._domainkey.example.org")).rejects.toThrow(/ETIMEOUT/);
  expect(questions.length).toBe(before);
});
