import { defineConfig } from "vitest/config";

// Whole stories on a real kernel: they download it once, and need quilt, patch, python3 and the data in ../shared.
export default defineConfig({
  test: {
    include: ["test/story/**/*.story.ts"],
    globalSetup: ["test/story/kernel.ts", "test/hermetic.ts"],
    // One after the other: each wants the disk and both processors for itself, and one of them measures time.
    fileParallelism: false,
    testTimeout: 900_000,
    hookTimeout: 900_000,
  },
});
