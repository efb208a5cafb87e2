import { z } from "zod";
import { alertNames } from "../catalog/alerts.ts";
import { closest } from "../model/closest.ts";
import { phrase } from "../model/document.ts";

/** Labels that alerts and constants set themselves, or that Prometheus does. */
const taken = ["alertname", "severity", "owner", "hold", "workload", "resource", "job", "instance"];

const labelName = phrase("a name of letters, digits and _ that alerts and Prometheus leave free");

/** The name of a label that is free to be used. */
export const freeLabel = z
  .string(labelName)
  .regex(/^(?!__)[A-Za-z_]\w{0,62}$/, labelName)
  .refine((name) => !taken.includes(name), labelName);

const plain = phrase("one line of text in quotes, without {{");

/** A label's value. Prometheus would take {{ for a template. */
export const labelValue = z
  .string(plain)
  .max(200, plain)
  .regex(/^(?!.*\{\{)[^\p{Cc}]+$/u, plain);

/** Labels and the values they have. */
export const labelMap = z.record(freeLabel, labelValue, phrase("a map of labels and their values"));

/** A map by the names of alerts; another name is answered with the nearest. */
export function byAlert<T extends z.ZodType>(value: T) {
  const name = z
    .string()
    .refine((given) => (alertNames as readonly string[]).includes(given), {
      error: ({ input }) =>
        `${closest(String(input), alertNames) ?? "MlxHeadroomLow"} or another alert of docs/alerts.md`,
    })
    .meta({ enum: [...alertNames] });
  return z.record(name, value, phrase("a map of alerts"));
}
