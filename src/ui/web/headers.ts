// Headers that every answer has: what a browser may do with it. Mails and patches are hostile text, so nothing runs or is fetched
// but what the site itself brings, and nothing is guessed.

/** Content Security Policy Level 3: no inline script or style, no plugin, no frame, no form to elsewhere, no other base. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

export const SAFE_HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy": POLICY,
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=()",
};

/** For bytes that came in a mail: even where they are shown, they can do nothing (CSP `sandbox`). */
export const FOREIGN_POLICY = "default-src 'none'; sandbox";

/** `Content-Disposition` of a file to keep; the name is foreign text (RFC 6266, RFC 8187). */
export function attachment(name: string): string {
  const plain = name.replace(/[^A-Za-z0-9._-]/g, "_").slice(-100);
  const exact = encodeURIComponent(name.toWellFormed().slice(-100)).replace(
    /['()*!]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${exact}`;
}
