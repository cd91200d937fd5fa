// Makes every test run hermetic: a fixed zone, no user or system git configuration, no leftover identity.
// Not a place for fixtures.

/** Runs once before all tests (vitest `globalSetup`); worker threads inherit the environment. */
export function setup(): void {
  for (const name of Object.keys(process.env)) {
    if (/^(GIT_|QUILT_|LONGARM_|EMAIL$|POSIXLY_CORRECT$|PATCH_)/.test(name)) delete process.env[name];
  }
  Object.assign(process.env, {
    TZ: "UTC",
    LC_ALL: "C.UTF-8",
    HOME: "/nonexistent",
    XDG_CONFIG_HOME: "/nonexistent",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_AUTHOR_NAME: "Test Author",
    GIT_AUTHOR_EMAIL: "author@example.org",
    GIT_COMMITTER_NAME: "Test Committer",
    GIT_COMMITTER_EMAIL: "committer@example.org",
  });
}
