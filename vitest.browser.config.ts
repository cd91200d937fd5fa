import { defineConfig } from "vitest/config";

// Pages in Debian's Chromium. Needs that, and nothing from elsewhere.
export default defineConfig({
  test: {
    include: ["test/browser/**/*.browser.ts"],
    globalSetup: ["test/hermetic.ts"],
    fileParallelism: false,
    testTimeout: 600_000,
    hookTimeout: 120_000,
  },
});
