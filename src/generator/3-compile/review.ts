/**
 * How often the rules of the review group are evaluated, in seconds. What they judge changes within days, and looking
 * days back costs more than anything else here; longer than 5 minutes Prometheus would forget alerts in between.
 */
export const reviewIntervalSeconds = 120;

/** How far apart samples and evaluations of their claims are: windows of days in steps of 15 seconds take minutes. */
export const reviewStepSeconds = 1800;
