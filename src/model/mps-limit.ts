const units: Readonly<Record<string, number>> = {
  "": 1,
  K: 1024,
  M: 1024 ** 2,
  G: 1024 ** 3,
  T: 1024 ** 4,
};

/** A limit that MPS holds a client to on one device, by the device's number as CUDA counts. */
export interface MpsLimit {
  readonly ordinal: number;
  readonly bytes: number;
}

/** Reads `0=1G,1=512MB`, the value of CUDA_MPS_PINNED_DEVICE_MEM_LIMIT; undefined for what MPS would not take. */
export function parseMpsLimits(text: string): readonly MpsLimit[] | undefined {
  const limits: MpsLimit[] = [];
  for (const entry of text.split(",")) {
    const match = /^\s*(\d{1,4})\s*=\s*(\d{1,12})\s*([KMGT]?)B?\s*$/i.exec(entry);
    if (match === null) return undefined;
    const [, ordinal = "", count = "", unit = ""] = match;
    limits.push({
      ordinal: Number(ordinal),
      bytes: Number(count) * (units[unit.toUpperCase()] ?? 1),
    });
  }
  return limits;
}
