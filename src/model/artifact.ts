/** One file the generator makes: a path with forward slashes below the output folder, and its whole text. */
export interface Artifact {
  readonly path: string;
  readonly text: string;
}
