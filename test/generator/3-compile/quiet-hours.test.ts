import assert from "node:assert/strict";
import {
  compileQuietHours,
  ticketRepeatSeconds,
} from "../../../src/generator/3-compile/quiet-hours.ts";
import type { QuietHours } from "../../../src/model/notify.ts";

function quiet(from: string, to: string, ...days: QuietHours["days"]): QuietHours {
  return { days, from, to, location: "Europe/Berlin" };
}

/** `[days, from, to]` of each stretch. */
function stretches(...quietHours: readonly QuietHours[]): readonly unknown[] {
  return compileQuietHours(quietHours).flatMap((interval) =>
    interval.stretches.map(({ weekdays, from, to }) => [weekdays.join(), from, to]),
  );
}

describe("quiet hours", () => {
  it("within a day stay as they are, in the time of their place", () => {
    assert.deepEqual(compileQuietHours([quiet("12:00", "13:30", "monday", "friday")]), [
      {
        name: "mlx-quiet-hours",
        stretches: [
          { weekdays: ["monday", "friday"], from: "12:00", to: "13:30", location: "Europe/Berlin" },
        ],
      },
    ]);
  });

  it("that pass midnight go on in the morning of the next day, Sunday's on Monday", () => {
    assert.deepEqual(stretches(quiet("22:00", "07:00", "friday", "sunday")), [
      ["friday,sunday", "22:00", "24:00"],
      ["saturday,monday", "00:00", "07:00"],
    ]);
  });

  it("end at midnight, however that is written", () => {
    const evening = [["saturday", "20:00", "24:00"]];
    assert.deepEqual(stretches(quiet("20:00", "24:00", "saturday")), evening);
    assert.deepEqual(stretches(quiet("20:00", "00:00", "saturday")), evening);
    assert.deepEqual(stretches(quiet("00:00", "24:00", "saturday")), [
      ["saturday", "00:00", "24:00"],
    ]);
  });

  it("of several kinds are one interval, and none is none", () => {
    const both = [quiet("12:00", "13:00", "monday"), quiet("00:00", "24:00", "sunday")];
    assert.equal(compileQuietHours(both).length, 1);
    assert.equal(stretches(...both).length, 2);
    assert.deepEqual(compileQuietHours([]), []);
  });

  it("let a ticket be due again when they are over, and not more often than each four hours", () => {
    const hours = (...quietHours: readonly QuietHours[]) => ticketRepeatSeconds(quietHours) / 3600;
    assert.equal(hours(), 12);
    assert.equal(hours(quiet("22:00", "07:00", "monday")), 9);
    assert.equal(hours(quiet("22:00", "07:00", "monday"), quiet("00:00", "24:00", "sunday")), 9);
    assert.equal(hours(quiet("00:00", "24:00", "sunday")), 12);
    assert.equal(hours(quiet("12:00", "13:00", "monday")), 4);
  });
});
