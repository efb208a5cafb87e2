/**
 * What ps(1) of macOS makes of an argument, undone: it prints ASCII alone, by vis(3) without backslashes before `M-` and
 * `^`. A line feed and a tab are `\012` and `\011`; a byte above 127 is `M-b`, `M^F` or, for 0xa0, `\240`.
 *
 * The encoding is not reversible, for a program may be called with `M-b` itself. So bytes are put together only where
 * they are UTF-8 (`M-bM^FM^R` is →, and the `M-b` of `M-bert` stays what it is), and control characters stay as printed:
 * `^A` in an argument is more often a pattern than a byte 1.
 */
export function unvis(text: string): string {
  return text.replace(highBytes, decoded).replace(/\\01[12]/g, (code) => blanks[code] ?? code);
}

const blanks: Readonly<Record<string, string>> = { "\\011": "\t", "\\012": "\n" };

/** One or more bytes above 127. */
const highBytes = /(?:M-[!-~]|M\^[?-_]|\\240)+/g;

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The characters that the run is made of; a word before them that only looks like bytes stays. */
function decoded(run: string): string {
  const codes = run.match(/M-[!-~]|M\^[?-_]|\\240/g) ?? [];
  const whole = textOf(codes);
  if (whole !== undefined) return whole;
  let text = "";
  for (let at = 0; at < codes.length;) {
    const length = [4, 3, 2].find(
      (bytes) => at + bytes <= codes.length && textOf(codes.slice(at, at + bytes)) !== undefined,
    );
    text += textOf(codes.slice(at, at + (length ?? 0))) ?? "";
    if (length === undefined) text += codes[at] ?? "";
    at += length ?? 1;
  }
  return text;
}

function textOf(codes: readonly string[]): string | undefined {
  try {
    return utf8.decode(Uint8Array.from(codes.map(byteOf)));
  } catch {
    return undefined;
  }
}

function byteOf(code: string): number {
  if (code === "\\240") return 0xa0;
  const low = code.charCodeAt(2);
  // `^?` is 127, and `^@` to `^_` are 0 to 31.
  return 0x80 | (code[1] === "-" ? low : low ^ 0x40);
}
