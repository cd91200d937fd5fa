// What came with a form, or stands in an address: names and values, in order. Reading them from a request is read-form.ts's.

export interface Form {
  /** The first value of that name in one line, without blanks around it; "" for none. */
  line(name: string): string;
  /** The same; null for none. */
  given(name: string): string | null;
  /** The first value of that name with its lines as they are. */
  text(name: string): string;
  /** Every value of that name. */
  all(name: string): readonly string[];
  /** Names of patches: one value may hold several, with blanks between them. */
  names(name: string): readonly string[];
  has(name: string): boolean;
  /** What the operation was asked, without what the site itself puts into forms. */
  readonly asked: readonly (readonly [string, string])[];
}

/** Names that the site gives a meaning of its own, for every operation. */
const OWN = new Set(["proof", "stamp", "plan", "run"]);

export function formOf(fields: URLSearchParams): Form {
  // A browser ends the lines of a text with CR LF (HTML, "constructing the entry list").
  const values = [...fields].map(([name, value]) => [name, value.replaceAll("\r\n", "\n")] as const);
  const all = (name: string): readonly string[] => values.filter(([one]) => one === name).map(([, value]) => value);
  const line = (name: string): string => (all(name)[0] ?? "").trim().replace(/\s+/g, " ");
  return {
    line,
    given: (name) => line(name) || null,
    text: (name) => (all(name)[0] ?? "").trim(),
    all,
    names: (name) => [...new Set(all(name).flatMap((value) => value.split(/\s+/)))].filter((one) => one !== ""),
    has: (name) => all(name).length > 0,
    asked: values.filter(([name]) => !OWN.has(name)),
  };
}
