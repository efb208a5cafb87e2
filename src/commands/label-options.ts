import type { Call, Option } from "../model/command.ts";
import { defaultLabelNames, type LabelNames, publishedName } from "../model/container.ts";
import { UserError } from "../model/user-error.ts";

/** Flags that say what labels of containers and pods mean. */
export const labelFlags = {
  "labels.workload": {
    type: "string",
    value: "NAME",
    default: defaultLabelNames.workload,
    help: "Linux only: the label of a container or pod that names its workload, where no rule of the config does.",
  },
  "labels.monitor": {
    type: "string",
    value: "NAME",
    default: defaultLabelNames.monitor,
    help: "Linux only: the label of a container or pod that, being true, makes MLX of every process in it.",
  },
} as const satisfies Record<string, Option>;

/** Of the command that publishes. */
export const publishFlags = {
  "labels.publish": {
    type: "string",
    value: "NAME",
    multiple: true,
    help: "Linux only: a label of containers or pods to publish in mlx_process_labels_info; no other is. May be given several times.",
  },
} as const satisfies Record<string, Option>;

/** Throws a UserError where two labels would be one in Prometheus. */
export function labelOptions(command: string, call: Call): LabelNames {
  const published = [
    ...new Set((call.options["labels.publish"] as readonly string[] | undefined) ?? []),
  ];
  const second = published.find(
    (label, index) =>
      published.findIndex((each) => publishedName(each) === publishedName(label)) < index,
  );
  if (second !== undefined) {
    const first = published.find((each) => publishedName(each) === publishedName(second)) ?? "";
    const detail = `--labels.publish '${first}' and '${second}' would both be ${publishedName(second)}: leave one out.`;
    throw new UserError("bad-usage", { command, detail });
  }
  return {
    workload: String(call.options["labels.workload"] ?? defaultLabelNames.workload),
    monitor: String(call.options["labels.monitor"] ?? defaultLabelNames.monitor),
    published,
  };
}
