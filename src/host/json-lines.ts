/** Puts lines of JSON together from chunks of any size. */
export function jsonLinesIn(tell: (line: unknown) => void): (chunk: Buffer) => void {
  let parts: Buffer[] = [];
  return (chunk) => {
    let start = 0;
    for (let end = chunk.indexOf("\n"); end !== -1; end = chunk.indexOf("\n", start)) {
      const line = Buffer.concat([...parts, chunk.subarray(start, end)]).toString("utf8");
      parts = [];
      start = end + 1;
      tell(JSON.parse(line) as unknown);
    }
    if (start < chunk.length) parts.push(chunk.subarray(start));
  };
}
