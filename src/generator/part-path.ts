import type { Layout } from "../model/plan.ts";
import { pathsOf } from "./4-emit/layout.ts";
import { ruleFileNames } from "./4-emit/rule-files.ts";
import type { Finding } from "./plan-check/check-plan.ts";

/** Where a part of a plan is written. */
export function partPath(layout: Layout): (part: Finding["part"]) => string {
  const paths = pathsOf(layout);
  return (part) => {
    switch (part.kind) {
      case "test":
        return paths.test(part.name);
      case "baselines":
        return paths.rules({ name: part.name, slug: part.name });
      case "dashboard":
        return paths.dashboard(part.name);
      case "thresholds":
      case "policy":
      case "alerts":
      case "history":
        return paths.rules({ name: ruleFileNames[part.kind] });
    }
  };
}
