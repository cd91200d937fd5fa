import { defineConfig } from "vitest/config";

// Our answers against those of real tools and real mails; needs them and the data in ../shared.
export default defineConfig({
  test: {
    include: ["test/oracle/**/*.oracle.ts"],
    globalSetup: ["test/hermetic.ts"],
    testTimeout: 600_000,
  },
});
