/** A new file that lines are added to, and that is whole up to its last line feed whatever happens to us. */
export interface AppendFile {
  readonly path: string;
  /** Adds text that ends with a line feed. What does not fit is taken back and thrown as a UserError. */
  append(text: string): void;
  /** Resolves nothing and throws nothing: what was added is on the disk as far as the disk lets it. */
  close(): void;
}
