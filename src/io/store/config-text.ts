// A configuration file as TOML, and how what is wrong with it is said. Which keys it may have is config-schema.ts's.
import { parse, TomlError } from "smol-toml";
import { UserError } from "#model/bytes";

/** The tables of a text. Throws UserError naming `file`, line and column where it is not TOML. */
export function parseToml(text: string, file: string): unknown {
  try {
    return parse(text);
  } catch (cause) {
    if (!(cause instanceof TomlError)) throw cause;
    const reason = cause.message.split("\n")[0]?.replace(/^Invalid TOML document: /, "") ?? "not TOML";
    throw new UserError(`${file}:${cause.line}:${cause.column}: ${reason}`, {
      hint: "mend the file and run the command again",
      cause,
    });
  }
}

/** Throws the UserError that names the file. */
export type Fail = (message: string, hint: string) => never;

/** Failing in a file. */
export function failIn(file: string): Fail {
  return (message, hint) => {
    throw new UserError(`${file}: ${message}`, { hint });
  };
}
