/** What a value may be: any of these, each as written, or with `*` for any text and `?` for one character. */
export type Globs = readonly string[];

/**
 * Whether a value is one of those. A backslash takes the next character as it is. Takes time in proportion to both
 * lengths multiplied at the most, whatever is in them: values come from strangers.
 */
export function matchesGlob(globs: Globs, value: string): boolean {
  return globs.some((glob) => matches(tokensOf(glob), value));
}

/** `any` for a star, `one` for a question mark, else the character itself. */
type Token = { readonly is: string } | "one" | "any";

function tokensOf(glob: string): readonly Token[] {
  return [...glob.matchAll(/\\([^])|([^])/gu)].map(([, escaped, plain = ""]) => {
    if (escaped !== undefined) return { is: escaped };
    return plain === "*" ? "any" : plain === "?" ? "one" : { is: plain };
  });
}

/** Goes back to the last star only: what an earlier one took can always be taken by the last. */
function matches(tokens: readonly Token[], value: string): boolean {
  const characters = Array.from(value);
  let token = 0;
  let at = 0;
  let star: { readonly token: number; at: number } | undefined;
  while (at < characters.length) {
    const wanted = tokens[token];
    if (wanted === "any") {
      star = { token, at };
      token += 1;
    } else if (wanted === "one" || (wanted !== undefined && wanted.is === characters[at])) {
      token += 1;
      at += 1;
    } else if (star !== undefined) {
      star.at += 1;
      at = star.at;
      token = star.token + 1;
    } else return false;
  }
  return tokens.slice(token).every((rest) => rest === "any");
}
