import type { NativeProcess } from "../model/darwin.ts";
import { known, missing, type Figure } from "../model/figure.ts";
import {
  done,
  errnos,
  flavors,
  kernelNumber,
  ofKernel,
  pidInfo,
  pidStructure,
  type CallDarwin,
  type Got,
} from "./darwin-calls.ts";
import {
  countFds,
  readRusage,
  readTaskAllInfo,
  readVmInfo,
  rusageV6Size,
  secondsOf,
  taskAllInfoSize,
  vmInfoWords,
  type Rusage,
  type VmInfo,
} from "./darwin-structs.ts";

/** TASK_VM_INFO of `task_info`. */
const vmInfo = 22;

/** Flavors of `proc_pid_rusage`, the newest first: that of macOS 13, and that of 10.13, which has all that is read. */
const rusageFlavors = [6, 4] as const;

/** No process opens more; a list beyond it is not asked for. */
const mostFdBytes = 8 * 1024 * 1024;

/** Asks for figures of processes, and remembers what the machine is able to tell. */
export interface DarwinSampler {
  /** Undefined for a process that is not there any more. */
  sample(pid: number): NativeProcess | undefined;
}

export function createDarwinSampler(call: CallDarwin): DarwinSampler {
  const ticksPerSecond = kernelNumber(call, "hw.tbfrequency");
  const rusageOf = createRusageReader(call);
  return {
    sample(pid) {
      const vm = vmInfoOf(call, pid);
      const fds = fdsOf(call, pid);
      const rusage = rusageOf(pid);
      // Last, for it tells best who is gone: to task_name_for_pid those are refused like any other.
      const all = pidStructure(call, pid, flavors.taskAllInfo, taskAllInfoSize);
      if ([fds, rusage, all].some((each) => "refused" in each && each.refused === "gone"))
        return undefined;
      const task = read(all, readTaskAllInfo);
      const used = read(rusage, (each) => each);
      const memory = read(vm, (each) => each);
      return {
        pid,
        startTime: task((each) => each.startTime),
        cpuUserSeconds: used((each) => secondsOf(each.userTicks, ticksPerSecond)),
        cpuSystemSeconds: used((each) => secondsOf(each.systemTicks, ticksPerSecond)),
        residentBytes: used((each) => each.residentBytes),
        footprintBytes: used((each) => each.footprintBytes),
        footprintPeakBytes: used((each) => each.footprintPeakBytes),
        compressedBytes: memory((each) => each.compressedBytes),
        graphicsBytes: memory((each) => each.graphicsBytes),
        wiredBytes: used((each) => each.wiredBytes),
        pageIns: used((each) => each.pageIns),
        diskReadBytes: used((each) => each.diskReadBytes),
        diskWrittenBytes: used((each) => each.diskWrittenBytes),
        threads: task((each) => each.threads),
        openFds: read(fds, known)((each) => each),
      };
    },
  };
}

/** Reads what was got once, and gives its figures, or for each why there is none. */
function read<Raw, Seen>(
  got: Got<Raw>,
  see: (raw: Raw) => Seen,
): (figure: (seen: Seen) => Figure) => Figure {
  if (!("got" in got)) {
    const why = missing(got.refused === "gone" ? "error" : got.refused);
    return () => why;
  }
  const seen = see(got.got);
  return (figure) => figure(seen);
}

/** The kernel answers EINVAL to a flavor that it does not know, once and for all. */
export function createRusageReader(call: CallDarwin): (pid: number) => Got<Rusage> {
  let left: readonly number[] = rusageFlavors;
  return function ask(pid): Got<Rusage> {
    const [flavor] = left;
    if (flavor === undefined) return { refused: "unsupported" };
    const buffer = Buffer.alloc(rusageV6Size);
    const called = call("proc_pid_rusage", pid, flavor, buffer);
    if (called !== undefined && called.result !== 0 && called.errno === errnos.EINVAL) {
      left = left.slice(1);
      return ask(pid);
    }
    const asked = done(called);
    return "got" in asked ? { got: readRusage(buffer) } : asked;
  };
}

/** Without a buffer the kernel guesses a size; with one that was too small it fills it, and says nothing of the rest. */
function fdsOf(call: CallDarwin, pid: number): Got<number> {
  const guess = pidInfo(call, pid, flavors.listFds, null);
  if (!("got" in guess)) return guess;
  for (let room = guess.got + 8; room <= mostFdBytes; room *= 2) {
    const written = pidInfo(call, pid, flavors.listFds, Buffer.alloc(room));
    if (!("got" in written)) return written;
    if (written.got <= room - 8) return { got: countFds(written.got) };
  }
  return { refused: "error" };
}

/** Through a name port, for which no right to the process's memory is needed. Each is given back: they would pile up. */
function vmInfoOf(call: CallDarwin, pid: number): Got<VmInfo> {
  const self = call("mach_task_self");
  if (self === undefined) return { refused: "unsupported" };
  const port = Buffer.alloc(4);
  const named = ofKernel(call("task_name_for_pid", self.result, pid, port));
  if (!("got" in named)) return named;
  try {
    const words = Buffer.alloc(4);
    words.writeUInt32LE(vmInfoWords);
    const buffer = Buffer.alloc(vmInfoWords * 4);
    const asked = ofKernel(call("task_info", port.readUInt32LE(), vmInfo, buffer, words));
    return "got" in asked ? { got: readVmInfo(buffer, words.readUInt32LE()) } : asked;
  } finally {
    call("mach_port_deallocate", self.result, port.readUInt32LE());
  }
}
