import { z } from "zod";
import { map, phrase } from "../model/document.ts";
import { ruleVariable } from "../model/workload-rule.ts";

/** What an editor shows for a key. */
const says = (description: string): { readonly description: string } => ({ description });

/** One value or a list of them; `*` and `?` stand for other characters. */
function globs(what: string) {
  const one = z.string(phrase(what));
  return z
    .union([one, z.array(one).min(1, phrase("a list of at least one"))], phrase(what))
    .transform((given) => (typeof given === "string" ? [given] : given));
}

const quoted = "text in quotes, or a list of such texts";

function globMap(what: string, key: z.ZodString = z.string()) {
  return z
    .record(key, globs(quoted), phrase(`a map of ${what}s`))
    .refine((given) => Object.keys(given).length > 0, phrase(`a map of at least one ${what}`));
}

const flags = z
  .record(z.string(), z.string(phrase("text: put it in quotes")), phrase("a map of flags"))
  .superRefine((given, context) => {
    const bare = Object.keys(given).find((flag) => !flag.startsWith("-"));
    if (bare === undefined) return;
    const message = "written as on the command line, such as --port";
    context.addIssue({ code: "custom", path: [bare], message });
  })
  .meta({
    ...says("Flags of the command line with the values they must have, as text."),
    propertyNames: { pattern: "^-" },
  });

const environment = globMap(
  "variable",
  z.string().regex(ruleVariable, phrase("MLX_RANK or a name that starts with MLX_HEADROOM_")),
).meta({
  ...says("Variables of the environment with the values they may have, as text."),
  minProperties: 1,
});

const unitExample =
  "the name of a systemd service or scope, such as chat.service, or the label of a launchd job, such as local.chat";
const unit = globs(unitExample)
  // Without a dot it is a unit whose ending was forgotten, or else a label, as a backslash says.
  .refine(
    (given) => given.every((each) => /[*?\\]|.\.(?!(?:slice|socket|target|timer)$)./.test(each)),
    phrase(unitExample),
  )
  .meta(
    says(
      "The innermost systemd unit that runs it, on macOS the label of its launchd job, or a list; * and ? are wild.",
    ),
  );

const labels = (of: string) =>
  globMap("label")
    .meta({ ...says(`Labels of the ${of} with the values they may have.`), minProperties: 1 })
    .optional();

const name = globs(quoted);

/** A map of conditions, of which there must be one. */
function conditions<const Shape extends z.core.$ZodLooseShape>(shape: Shape, description: string) {
  const keys = Object.keys(shape);
  const expected = `at least one of ${keys.slice(0, -1).join(", ")} or ${keys.at(-1) ?? ""}`;
  return map(shape)
    .refine((given) => Object.keys(given).length > 0, phrase(expected))
    .meta({ ...says(description), minProperties: 1 });
}

/** `match` of a workload. */
export const matchSchema = conditions(
  {
    runtime: z
      .string(phrase("the name of a runtime, as 'mlx-headroom ps' shows it"))
      .meta(says("The runtime's name as 'mlx-headroom ps' shows it."))
      .optional(),
    program: z
      .string(phrase("the name of a script, module or binary"))
      .meta(says("The script, module or binary itself; it also claims what is no known runtime."))
      .optional(),
    flags: flags.optional(),
    user: z
      .string(phrase("a name, or a uid in quotes"))
      .meta(says("The owner's name, or the uid in quotes."))
      .optional(),
    unit: unit.optional(),
    environment: environment.optional(),
    container: conditions(
      {
        name: name.meta(says("The container's name.")).optional(),
        image: name.meta(says("Its image, as it was started with.")).optional(),
        label: labels("container"),
      },
      "What its container engine, or Kubernetes, says of its container.",
    ).optional(),
    pod: conditions(
      {
        name: name.meta(says("The pod's name.")).optional(),
        namespace: name.meta(says("The pod's namespace.")).optional(),
        label: labels("pod"),
      },
      "What Kubernetes says of its pod.",
    ).optional(),
  },
  "Conditions, all of which must hold; at least one.",
);
