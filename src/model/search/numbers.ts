// Numbers with signs inside, as words: "6.7" is one word, as it is in lore, and not "6" and "7" side by side.
// A tokenizer that splits at signs is told so by letters that look like them and that no mail has.

/** Lisu tone letters. */
const JOINTS: Readonly<Record<string, string>> = { ".": "\uA4F8", ",": "\uA4F9", ";": "\uA4FC" };

/** The text with the signs between two digits replaced; for text that is indexed and for words that are looked for, both. */
export function joinNumbers(text: string): string {
  return text.replace(/(?<=\d)[.,;](?=\d)/g, (sign) => JOINTS[sign] ?? sign);
}
