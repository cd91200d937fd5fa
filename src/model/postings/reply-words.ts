// The words by which mailers mark an answer or a forwarded mail, in the languages that are seen on lists. Data, and no grammar.

// Reply and forward words that mailers write by themselves, by language.
const REPLY_WORDS = [
  "re|fwd?|fw", // English, and most others
  "aw|antw|antwort|wg|wtr", // German
  "antw|doorst", // Dutch
  "sv|vs|vl|svar|frs", // Nordic
  "rif|r|i|rép|tr|rv|res|enc|ref", // Italian, French, Spanish, Portuguese
  "odp|odpowiedź|pd|vá|továbbítás|ats|atb|ynt|ilt|İlt", // Polish, Hungarian, Baltic, Welsh, Turkish
  "ответ|отв|на|пересл|відп", // Russian, Ukrainian
  "απ|σχετ|πρθ", // Greek
  "回复|回覆|答复|答覆|回信|转发|轉寄|轉發|返信|転送|回信|회신|답장|전달", // Chinese, Japanese, Korean
];
/** A reply or forward word with its colon at the start of a subject; "Re[2]:", "Re^2:" count. */
export const REPLY = new RegExp(
  `^(?:${REPLY_WORDS.join("|")})\\s*(?:\\[\\d{1,3}\\]|\\(\\d{1,3}\\)|\\^\\d{1,3})?\\s*[:：]\\s*`,
  "iu",
);

/** Any other short word with a colon directly before a bracket, as b4 reads it; "RFC: [PATCH]" is no answer. */
export const SHORT_WORD = /^(?!rfc)\p{L}{2,3}\s*[:：]\s*(?=\[)/iu;
