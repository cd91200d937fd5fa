// The laws of every archive against every kind on disk; test/slow/archives.slow.ts does the same at length.
import { archiveContract } from "./contract.ts";
import { quickKinds } from "./contract-kinds.ts";

for (const [name, kind] of Object.entries(quickKinds)) archiveContract(name, kind);
