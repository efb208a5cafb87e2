/** Puts lines of JSON together from chunks of any size. */
export function jsonLinesIn(tell: (line: unknown) => void): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (let end = rest.indexOf("\n"); end !== -1; end = rest.indexOf("\n")) {
      const line = rest.subarray(0, end).toString("utf8");
      rest = rest.subarray(end + 1);
      tell(JSON.parse(line) as unknown);
    }
  };
}
