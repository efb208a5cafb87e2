/**
 * The simple commands of a shell text as lists of words, in order: those of pipes, lists and conditions, without
 * assignments before them, redirections and comments. Enough for what stands in documentation, and no shell.
 */
export function shellCommands(text: string): readonly (readonly string[])[] {
  return text
    .replace(/\\\n\s*/g, " ")
    .split("\n")
    .flatMap((line) => commandsOf(line.replace(/^\s*\$ /, "")));
}

const token =
  /\s+|#.*$|\d*[<>]&\d*|&&|\|\||[|;&]|(?:'[^']*'|"(?:\\.|[^"\\])*"|\\.|[^\s|;&'"\\])+/gy;
const keywords = new Set(["if", "then", "else", "while", "until", "do", "!", "time", "exec"]);

function commandsOf(line: string): readonly (readonly string[])[] {
  const commands: string[][] = [[]];
  for (const [piece] of line.matchAll(token)) {
    if (/^\s|^#/.test(piece)) continue;
    const words = commands.at(-1) ?? [];
    if (/^(?:&&|\|\||[|;&])$/.test(piece)) commands.push([]);
    else if (words.length > 0 || !(keywords.has(piece) || /^\w+=/.test(piece)))
      words.push(piece.replace(/['"\\]/g, ""));
  }
  return commands.map(withoutRedirections).filter((words) => words.length > 0);
}

function withoutRedirections(words: readonly string[]): readonly string[] {
  return words.filter(
    (word, index) => !/^\d*[<>]/.test(word) && !/^\d*[<>]+$/.test(words[index - 1] ?? ""),
  );
}
