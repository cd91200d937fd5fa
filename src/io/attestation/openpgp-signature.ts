// One OpenPGP message as patatt makes it: some signed bytes, who signed them and when, and whether a key fits. By openpgp.js.
// Knows no keyring and no mail.
import type { Bytes } from "#model/bytes";
import { textOf } from "#model/bytes";

/** A signed message, not yet checked. */
export interface OpenPgpSignature {
  /** The bytes that it signs. */
  readonly data: Bytes;
  /** Ids of the keys that it says signed it, hexadecimal in capitals. */
  readonly keyIds: readonly string[];
  /** When it says it was made, milliseconds since 1970; null when it does not. */
  readonly created: number | null;
  /**
   * Whether one of the keys in a file, armored or not, made it; null when the file holds no key. Keys that have run out since
   * fit, for they are judged as of the time of the signature.
   */
  readonly fits: (keys: Bytes) => Promise<boolean | null>;
}

/** Reads a message; null when it is no signed OpenPGP message. */
export async function readOpenPgp(blob: Bytes): Promise<OpenPgpSignature | null> {
  const openpgp = await import("openpgp");
  const read = async (): ReturnType<typeof openpgp.readMessage<Uint8Array>> =>
    (await openpgp.readMessage({ binaryMessage: blob })).unwrapCompressed();
  try {
    const message = await read();
    const data = message.getLiteralData();
    if (data === null) return null;
    const keyIds = message.getSigningKeyIDs().map((id) => id.toHex().toUpperCase());
    // The signature stands behind the data and is read when it is checked; without a key that only gives its time.
    const { signatures } = await openpgp.verify({ message, verificationKeys: [] });
    await Promise.allSettled(signatures.map(({ verified }) => verified));
    const packets = (await signatures[0]?.signature)?.packets ?? [];
    const created = packets[0]?.created?.getTime() ?? null;
    const fits = async (file: Bytes): Promise<boolean | null> => {
      const found = isArmored(file)
        ? openpgp.readKeys({ armoredKeys: textOf(file) })
        : openpgp.readKeys({ binaryKeys: file });
      const verificationKeys = await found.catch(() => null);
      if (verificationKeys === null) return null;
      const date = created === null ? {} : { date: new Date(created) };
      const checked = await openpgp.verify({ message: await read(), verificationKeys, ...date });
      const results = await Promise.allSettled(checked.signatures.map(({ verified }) => verified));
      return results.some((one) => one.status === "fulfilled" && one.value);
    };
    return { data, keyIds, created, fits };
  } catch {
    // Whatever the bytes are, they are no such message; the package says so only by throwing.
    return null;
  }
}

function isArmored(key: Bytes): boolean {
  return textOf(key.subarray(0, 2000)).includes("-----BEGIN PGP");
}
