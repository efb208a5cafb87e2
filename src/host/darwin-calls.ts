import type { Reason } from "../model/figure.ts";

/** What a call takes: buffers, numbers, a text, or no buffer. */
export type CallArgument = Buffer | number | bigint | string | null;

/** Every function of libSystem that is called, what it returns and takes, once. */
export const darwinSignatures = {
  proc_pidinfo: ["int", ["int", "int", "uint64_t", "void *", "int"]],
  proc_pid_rusage: ["int", ["int", "int", "void *"]],
  sysctl: ["int", ["void *", "uint32_t", "void *", "void *", "void *", "size_t"]],
  sysctlbyname: ["int", ["str", "void *", "void *", "void *", "size_t"]],
  // The function: `mach_task_self_`, which its name stands for in C, is a datum.
  mach_task_self: ["uint32_t", []],
  task_name_for_pid: ["int", ["uint32_t", "int", "void *"]],
  task_info: ["int", ["uint32_t", "uint32_t", "void *", "void *"]],
  mach_port_deallocate: ["int", ["uint32_t", "uint32_t"]],
} as const;

export type DarwinFunction = keyof typeof darwinSignatures;

/** Calls a function of libSystem; undefined where this library has none of that name. */
export type CallDarwin = (
  name: DarwinFunction,
  ...args: readonly CallArgument[]
) => { readonly result: number; readonly errno: number } | undefined;

/** Why a call gave nothing: `gone` when there is no such process any more. */
export type Refusal = Reason | "gone";

/** What came of a call. */
export type Got<T> = { readonly got: T } | { readonly refused: Refusal };

/** Flavors of `proc_pidinfo`: PROC_PIDLISTFDS, PROC_PIDTASKALLINFO and PROC_PIDTBSDINFO. */
export const flavors = { listFds: 1, taskAllInfo: 2, bsdInfo: 3 } as const;

/** errno of macOS, as far as anybody here asks. */
export const errnos = { EPERM: 1, ESRCH: 3, EACCES: 13, EINVAL: 22, ENOTSUP: 45 } as const;

/** kern_return_t, as far as anybody here asks. */
const kernReturns = { success: 0, failure: 5, noAccess: 8, notSupported: 46 } as const;

export function refusalOf(errno: number): Refusal {
  switch (errno) {
    case errnos.EPERM:
    case errnos.EACCES:
      return "forbidden";
    case errnos.ESRCH:
      return "gone";
    case errnos.EINVAL:
    case errnos.ENOTSUP:
      return "unsupported";
    default:
      return "error";
  }
}

/** `proc_pidinfo`: how many bytes of the buffer were written. It returns 0 for nothing to tell, and for an error. */
export function pidInfo(
  call: CallDarwin,
  pid: number,
  flavor: number,
  buffer: Buffer | null,
): Got<number> {
  const called = call("proc_pidinfo", pid, flavor, 0n, buffer, buffer?.length ?? 0);
  if (called === undefined) return { refused: "unsupported" };
  if (called.result > 0 || called.errno === 0) return { got: called.result };
  return { refused: refusalOf(called.errno) };
}

/** A structure of `proc_pidinfo`, which must have just the size that was asked for. */
export function pidStructure(
  call: CallDarwin,
  pid: number,
  flavor: number,
  size: number,
): Got<Buffer> {
  const buffer = Buffer.alloc(size);
  const written = pidInfo(call, pid, flavor, buffer);
  if (!("got" in written)) return written;
  return written.got === size ? { got: buffer } : { refused: "error" };
}

/** A function that returns 0, or −1 with errno. */
export function done(called: ReturnType<CallDarwin>): Got<true> {
  if (called === undefined) return { refused: "unsupported" };
  return called.result === 0 ? { got: true } : { refused: refusalOf(called.errno) };
}

/** `task_name_for_pid` says KERN_FAILURE to whoever may not, and of a process that is gone. */
export function ofKernel(called: ReturnType<CallDarwin>): Got<true> {
  if (called === undefined) return { refused: "unsupported" };
  switch (called.result) {
    case kernReturns.success:
      return { got: true };
    case kernReturns.failure:
    case kernReturns.noAccess:
      return { refused: "forbidden" };
    case kernReturns.notSupported:
      return { refused: "unsupported" };
    default:
      return { refused: "error" };
  }
}

/** A number that the kernel keeps under a name, in 4 or 8 bytes; undefined where it keeps none. */
export function kernelNumber(call: CallDarwin, name: string): bigint | undefined {
  const value = Buffer.alloc(8);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(value.length));
  const answered = done(call("sysctlbyname", name, value, length, null, 0));
  if (!("got" in answered)) return undefined;
  const bytes = length.readBigUInt64LE();
  if (bytes === 8n) return value.readBigUInt64LE();
  return bytes === 4n ? BigInt(value.readUInt32LE()) : undefined;
}
