// A certificate for 127.0.0.1 and localhost that signs itself, made by openssl for one test.
import { execFileSync } from "node:child_process";
import { join } from "node:path";

/** Writes `cert.pem` and `key.pem` into a directory and gives their paths. */
export function makeCertificate(dir: string): { readonly cert: string; readonly key: string } {
  const [cert, key] = [join(dir, "cert.pem"), join(dir, "key.pem")];
  const names = "subjectAltName=DNS:localhost,IP:127.0.0.1";
  const args = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
  execFileSync("openssl", [...args, "-subj", "/CN=localhost", "-addext", names, "-keyout", key, "-out", cert], {
    stdio: "pipe",
  });
  return { cert, key };
}
