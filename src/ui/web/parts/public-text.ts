// What an error says, for everybody: where things lie on the server's disk is nobody's business but the maintainer's.

/** The sentence with every absolute path cut down to its last name, `…/tree`. */
export function publicText(sentence: string): string {
  return sentence.replace(/(?<![^\s"'(=])\/(?:[^\s"'/]+\/)+(?=[^\s"'/])/g, "…/");
}
