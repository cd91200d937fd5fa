import { defineConfig } from "vitest/config";

// The tests every machine can run: npm and git only, no network, no root.
export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts", "tools/**/*.test.ts"],
    globalSetup: ["test/hermetic.ts"],
    pool: "threads",
    isolate: false,
    testTimeout: 30_000,
  },
});
