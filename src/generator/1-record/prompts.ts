/** Short words that most tokenizers have as one token each. */
const words =
  "the of and to in is that for it as was with be by on not he his but at are this have from or had an they which one you were all her she there would their we him been has when who will no more if out so up said what its about than into them can only other time new some could these two may first then do any like my now over such our man me even most made after also did many off before must well back through years where much your way down should because long each just state those people too mr how little good world make very year still see own work men day get here old life both between being under three never know same last another while us might great go come since against right came take".split(
    " ",
  );

/**
 * A prompt of so many words that is always the same for its number, and another from its very beginning for any other:
 * a server that caches prompts by their common beginning finds nothing of it in the cache.
 */
export function promptText(number: number, length: number): string {
  let state = (number * 2_654_435_761 + 1) >>> 0;
  const next = () => {
    // Numerical Recipes' generator: good enough that two numbers share no run of words.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return words[Math.floor((state / 2 ** 32) * words.length)] ?? "";
  };
  return [String(number), ...Array.from({ length: Math.max(0, length - 1) }, next)].join(" ");
}
