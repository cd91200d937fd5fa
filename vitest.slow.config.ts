import { defineConfig } from "vitest/config";

// Hostile input for minutes: fuzzing, growth of time, files of hundreds of megabytes. Needs npm and git only.
export default defineConfig({
  test: {
    include: ["test/slow/**/*.slow.ts"],
    globalSetup: ["test/hermetic.ts"],
    // The processes under test are measured, so they do not run beside each other.
    fileParallelism: false,
    testTimeout: 900_000,
    hookTimeout: 900_000,
  },
});
