// A foreign word in a command to copy: a Message-ID that holds a quote or a semicolon must stay one word of any POSIX shell.

/** The word as it is, or in single quotes (POSIX.1-2017, XCU 2.2.2). Controls, which no terminal should be given, are left out. */
export function shellWord(text: string): string {
  const plain = text.replace(/\p{Cc}/gu, "");
  if (/^[A-Za-z0-9_./:=@%+,-]+$/.test(plain) && !plain.startsWith("-")) return plain;
  return `'${plain.replaceAll("'", "'\\''")}'`;
}
