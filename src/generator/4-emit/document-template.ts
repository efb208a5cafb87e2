/** What is written down about a workload, as Handlebars text: one fact a line, so that a diff shows what changed and nothing else. */
export const documentTemplate = `{{head}}

# {{title}}

{{summary}}

## What it is

{{facts}}

## What is normal

Figures are per process: of several processes each sample takes the largest. Scenarios are never pooled.
Quantiles are of the steady phase, with the upper bound at 95 % confidence in brackets where it is known; one that the samples do not carry is left out.
The maximum is of every phase; of CPU it is that of the steady one.
{{#each scenarios}}

### {{name}}

{{about}}

{{figures}}
{{#if notes}}

{{notes}}
{{/if}}
{{/each}}
{{#if components}}

### What memory is made of

{{components}}
{{/if}}

## Which limits, and why these

{{aboutLimits}}

{{limits}}

## What watches it

{{#if thresholds}}
By these thresholds; those of other alerts stand in their rules:

{{thresholds}}

{{/if}}
As these alerts fire for it; those about its host and about the monitoring itself are the same for all:

{{alerts}}
{{#if off}}

{{off}}
{{/if}}

These numbers are series that alerts join with and dashboards draw:

{{constants}}

## How sure

{{grade}}
{{#if raise}}

{{raise}}
{{/if}}

## When to review

{{review}}

## What is not known

{{gaps}}

## How it was recorded

{{#if recordings}}
{{recordings}}

{{/if}}
To record it again, each scenario as often as the grade that is wanted takes, under the same load:

{{commands}}
`;
