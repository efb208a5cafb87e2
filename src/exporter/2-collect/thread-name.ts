/** The kernel keeps this many bytes of a thread's name. */
const longest = 15;

/**
 * The name threads are counted under, from the name the kernel has of one (its bytes as latin1), which the process
 * chose: no more than 15 characters, none of which moves a cursor, with every number that tells workers apart written
 * as N: `Thread-12` becomes `Thread-N`. Only an interpreter's version stays, as in `python3`. A name of full length
 * may have been cut, earlier for a longer number (`Thread-9 (worke`, `Thread-10 (work`): it ends at its number.
 */
export function threadName(comm: string): string {
  const text = Buffer.from(comm, "latin1")
    .toString("utf8")
    .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "\uFFFD");
  const [interpreter = ""] = /^python\d+(\.\d+)?(?![\d.])/.exec(text) ?? [];
  const rest = text.slice(interpreter.length);
  const counted = rest.replace(comm.length < longest ? /\d+/g : /\d+.*$/su, "N");
  return `${interpreter}${counted}` || "unnamed";
}
