import { defineConfig } from "vitest/config";

// The tests every machine can run: npm and git only, no network, no root.
export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts", "tools/**/*.test.ts"],
    globalSetup: ["test/hermetic.ts"],
    // Two processes, not one with two threads: starting git costs a copy of the page tables of all that a process holds.
    pool: "forks",
    isolate: false,
    // The default leaves one processor free, which on two means no parallel run at all.
    maxWorkers: "100%",
    // Only against what never ends: a busy machine is no fault.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
