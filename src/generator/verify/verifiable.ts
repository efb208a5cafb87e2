/** What other programs can say something of: paths with forward slashes below the output folder. */
export interface Verifiable {
  readonly rules: readonly string[];
  /** Files of claims, with how many evaluations each takes: the longest are begun first. */
  readonly tests: readonly { readonly path: string; readonly evaluations: number }[];
  readonly prometheus: readonly string[];
  readonly alertmanager: readonly string[];
  /** Who must hear of which alert. */
  readonly routes: readonly Route[];
}

export interface Route {
  readonly receiver: string;
  readonly labels: Readonly<Record<string, string>>;
}
