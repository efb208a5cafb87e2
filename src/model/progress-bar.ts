/** One line at the bottom of a terminal that is drawn again and again. */
export interface ProgressBar {
  /** `done` of the bar's total, and a text beside it. */
  update(done: number, text: string): void;
  /** Prints a line above the bar. */
  say(line: string): void;
  /** Leaves the bar as it is and gives the terminal back. */
  stop(): void;
}
