/**
 * Undoes what vis(3) does to the text that ps of macOS prints: `\012` is a line feed, `M-bM^FM^R` is "→". Bytes above
 * 127 are put together only to a whole character of UTF-8, since nothing marks them: "LLM-base" encodes nothing. `^A`
 * stays as it is, for the same reason.
 */
export function unvis(text: string): string {
  return text.replace(encoded, (match) => {
    if (match.startsWith("\\")) return String.fromCharCode(parseInt(match.slice(1), 8));
    const bytes = Buffer.from([...match.matchAll(encodedByte)].map(([byte]) => byteOf(byte)));
    const character = bytes.toString("utf8");
    return Buffer.from(character).equals(bytes) ? character : match;
  });
}

/** The bytes 0x80 to 0xBF, of which the rest of a character is made. */
const following = String.raw`(?:M\^[@-_]|M-[!-?]|\\240)`;
/** A control character; or a first byte with as many following ones as it asks for. */
const encoded = new RegExp(
  [
    String.raw`\\0(?!00)[0-3][0-7]|\\177`,
    `M-[B-_]${following}`,
    `M-[\`-o]${following}{2}`,
    `M-[p-t]${following}{3}`,
  ].join("|"),
  "g",
);
const encodedByte = /M\^.|M-.|\\240/g;

function byteOf(byte: string): number {
  if (byte === "\\240") return 0xa0;
  const low = byte.charCodeAt(2);
  return byte.startsWith("M-") ? low | 0x80 : (low - 64) | 0x80;
}
