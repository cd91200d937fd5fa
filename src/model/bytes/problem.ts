// What a parser found wrong in foreign input. Parsers return problems, they never throw them.

/** One fault found in foreign input: a sentence without a full stop, and where it is. */
export interface Problem {
  readonly message: string;
  /** 1-based line of the parsed bytes, where the parser knows it. */
  readonly line?: number;
}
