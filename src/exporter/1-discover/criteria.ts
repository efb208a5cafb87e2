import {
  defaultLabelNames,
  type HousingSource,
  type LabelNames,
  noHousing,
} from "../../model/container.ts";
import type { WorkloadRule } from "../../model/workload-rule.ts";

/** By what a process is told to be MLX and given its workload's name, besides its command line. */
export interface Criteria {
  readonly rules: readonly WorkloadRule[];
  readonly housing: HousingSource;
  readonly labelNames: LabelNames;
}

/** Of what is not given, the usual. */
export function criteriaOf(given: Partial<Criteria>): Criteria {
  const { rules = [], housing = noHousing, labelNames = defaultLabelNames } = given;
  return { rules, housing, labelNames };
}
