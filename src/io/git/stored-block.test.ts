// Stored blocks are zlib's, both ways.
import { assert, property, uint8Array } from "fast-check";
import { expect, test } from "vitest";
import { deflateSync, inflateSync } from "node:zlib";
import { MAX_STORED, storedBlock, storedContent } from "./stored-block.ts";

const contents = uint8Array({ maxLength: MAX_STORED, size: "max" });

test("zlib reads what is stored, and what zlib stores is read", () => {
  assert(
    property(contents, (content) => {
      const stream = storedBlock(content);
      expect(Buffer.compare(inflateSync(stream), content)).toBe(0);
      const behind = Buffer.concat([stream, Buffer.from("next entry")]);
      expect(Buffer.compare(storedContent(behind, content.length) ?? Buffer.from("null"), content)).toBe(0);
      const zlibs = storedContent(deflateSync(content, { level: 0 }), content.length);
      expect(Buffer.compare(zlibs ?? Buffer.from("null"), content)).toBe(0);
    }),
  );
});

test("any other stream is zlib's", () => {
  const content = Buffer.from("a line that repeats\n".repeat(9));
  expect(storedContent(deflateSync(content), content.length)).toBeNull();
  expect(storedContent(storedBlock(content), content.length - 1)).toBeNull();
  expect(storedContent(storedBlock(content).subarray(0, -1), content.length)).toBeNull();
});

test("a damaged stream is not taken, whichever byte it is", () => {
  const content = Buffer.from("int alloc_dax(void);\n");
  const stream = storedBlock(content);
  for (let at = 0; at < stream.length; at++) {
    const damaged = Buffer.from(stream);
    damaged[at] = (damaged[at] ?? 0) ^ 0x10;
    let zlibs: Buffer | null = null;
    try {
      zlibs = inflateSync(damaged);
    } catch {
      // It refuses, too.
    }
    const ours = storedContent(damaged, content.length);
    expect(ours === null || (zlibs !== null && Buffer.compare(ours, zlibs) === 0), `byte ${at}`).toBe(true);
  }
});
