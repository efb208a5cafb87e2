/**
 * A pure function of a text that remembers its latest results: files such as `/proc/PID/limits` read the same for most
 * processes and from one look to the next. The results must not be changed by whoever gets them.
 */
export function remembered<T>(parse: (text: string) => T, most = 512): (text: string) => T {
  const results = new Map<string, T>();
  return (text) => {
    const known = results.get(text);
    if (known !== undefined) return known;
    if (results.size >= most) results.clear();
    const result = parse(text);
    results.set(text, result);
    return result;
  };
}
