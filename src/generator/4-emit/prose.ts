import Handlebars from "handlebars";

/**
 * Fills the gaps of a sentence for people; a gap without a value is a bug and throws. Prometheus writes its own
 * templates with the same braces: they come in as values and pass through untouched.
 */
export function prose(sentence: string, values: Readonly<Record<string, string>>): string {
  return Handlebars.compile(sentence, { strict: true, noEscape: true })(values);
}
