// What pages of mails say where the tree knows no mails yet.
import { html } from "hono/html";
import type { Html } from "../page.ts";

/** How to get an index of mails. */
export function noIndex(): Html {
  return html`<div class="card">
    <p>This tree has no index of mails yet, so nothing can be said about what was posted.</p>
    <p>
      Whoever runs it writes into longarm.toml: <code>[mail]</code> and below it
      <code>archives = ["PATH or URL"]</code>, and then runs <code>longarm mail sync</code>.
    </p>
  </div>`;
}
