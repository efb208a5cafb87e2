/** Which recording is to be made. */
export interface Subject {
  readonly workload: string;
  readonly scenario: string;
}
