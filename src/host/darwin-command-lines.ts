import { readArguments, type Arguments } from "./darwin-arguments.ts";
import {
  done,
  errnos,
  flavors,
  kernelNumber,
  pidStructure,
  type CallDarwin,
  type Refusal,
} from "./darwin-calls.ts";
import { bsdInfoSize } from "./darwin-structs.ts";

/** `CTL_KERN` and `KERN_PROCARGS2` of sysctl. */
const ctlKern = 1;
const procArguments = 49;

/** What arguments and environment may take together, unless the kernel says otherwise, and the most that it is believed. */
const usualBytes = 1024 * 1024;
const mostBytes = 16 * 1024 * 1024;

/** Reads exact arguments; undefined for a process that is not there any more. */
export function createArgumentReader(call: CallDarwin): (pid: number) => Arguments | undefined {
  const told = Number(kernelNumber(call, "kern.argmax") ?? usualBytes);
  // One buffer for all: of one that is too small the kernel would fill the end.
  const buffer = Buffer.alloc(told > 0 && told <= mostBytes ? told : usualBytes);
  return (pid) => {
    const name = Buffer.alloc(12);
    [ctlKern, procArguments, pid].forEach((part, index) => name.writeInt32LE(part, index * 4));
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(buffer.length));
    const called = call("sysctl", name, 3, buffer, length, null, 0);
    const asked = done(called);
    if ("got" in asked) {
      const bytes = buffer.subarray(0, Math.min(Number(length.readBigUInt64LE()), buffer.length));
      const read = readArguments(bytes);
      // The environment came along: it is not kept.
      bytes.fill(0);
      return read;
    }
    const why = called?.errno === errnos.EINVAL ? whyNot(call, pid) : asked.refused;
    return why === "gone" ? undefined : { missing: why };
  };
}

/** The kernel says EINVAL for a process that is gone, one of another user, and one in the middle of an exec. */
function whyNot(call: CallDarwin, pid: number): Refusal {
  const asked = pidStructure(call, pid, flavors.bsdInfo, bsdInfoSize);
  return "got" in asked ? "error" : asked.refused;
}
