import fc from "fast-check";

/** Words that the kernel's files are made of, and the numbers that break careless parsers. */
const words = [
  "max",
  "unlimited",
  "some",
  "full",
  "total=",
  "cpu",
  "cpu0",
  "btime",
  "VmRSS:",
  "VmSwap:",
  "Cpus_allowed_list:",
  "Threads:",
  "Max open files",
  "Max cpu time",
  "memory",
  "cgroup",
  "cgroup2",
  "oom_kill",
  "nr_throttled",
  "inactive_file",
  "MemTotal:",
  "0::/",
  "4:memory:/",
  "/..",
  "/../../a",
  "rw,memory",
  " kB",
  " - ",
  "-",
  "-1",
  "0",
  "0-3",
  "9223372036854771712",
  "18446744073709551615",
  "99999999999999999999",
  "1e999",
  "NaN",
  "Infinity",
  "0x10",
  "()",
  "(",
  ")",
  ":",
  ",",
  "  ",
  " ",
  "\t",
  "\n",
  "\0",
  "\u0001",
  "é",
];

/** What a file under /proc or /sys may hold on a day when everything goes wrong: bytes, and almost sensible text. */
export const arbitraryFile: fc.Arbitrary<Buffer> = fc.oneof(
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  fc
    .array(fc.oneof(fc.constantFrom(...words), fc.nat().map(String)), { maxLength: 60 })
    .map((tokens) => Buffer.from(tokens.join(""))),
  fc
    .array(fc.oneof(fc.constantFrom(...words), fc.nat().map(String)), { maxLength: 60 })
    .map((tokens) => Buffer.from(tokens.join(" "))),
);

/** The same as text, as parsers get it. */
export const arbitraryText: fc.Arbitrary<string> = arbitraryFile.map((bytes) =>
  bytes.toString("latin1"),
);

/** Whether a number can be a count of anything: no NaN, not infinite, not below 0. */
export function isCount(value: number): boolean {
  return Number.isFinite(value) && value >= 0;
}
