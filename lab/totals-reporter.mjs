/**
 * mocha's spec reporter, which besides tells its parent process what it counted: the last line of `npm test` is
 * printed by bootstrap.mjs, after everything mocha itself has to say.
 */
import mocha from "mocha";

export default class TotalsReporter extends mocha.reporters.Spec {
  static description = "spec, and the totals to the parent process";

  constructor(runner, options) {
    super(runner, options);
    runner.once("end", () => {
      const { passes, failures, pending } = this.stats;
      process.send?.({ passes, failures, pending });
    });
  }
}
