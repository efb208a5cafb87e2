import type { Layout } from "../model/plan.ts";
import { pathsOf } from "./4-emit/layout.ts";
import type { Finding } from "./plan-check/check-plan.ts";

/** Where a part of a plan is written. */
export function partPath(layout: Layout): (part: Finding["part"]) => string {
  const paths = pathsOf(layout);
  return (part) => {
    switch (part.kind) {
      case "test":
        return paths.test(part.name);
      case "baselines":
        return paths.baselines(part.name);
      case "thresholds":
      case "alerts":
      case "dashboard":
        return paths[part.kind];
    }
  };
}
