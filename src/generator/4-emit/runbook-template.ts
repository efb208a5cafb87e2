/** A runbook as Handlebars text: what somebody needs who was woken first, how it was decided last. */
export const runbookTemplate = `{{head}}

# {{alert}}

{{meaning}}
{{#if changed}}

The policy has other times or thresholds than these words: those in force stand [below](#how-it-is-decided).
{{/if}}

## First steps on Linux

{{linux}}

## First steps on macOS

{{macos}}
{{#if prevent}}

## So that it does not come back

{{prevent}}
{{/if}}
{{#if wrong}}

## Where it is wrong

{{wrong}}
{{/if}}

## How it is decided
{{#if thresholds}}

{{thresholds}}
{{/if}}
{{#each rules}}

### {{title}}

{{facts}}

{{expression}}

{{sentences}}
{{/each}}
{{#if exceptions}}

## Workloads with decisions of their own

{{exceptions}}
{{/if}}
{{#if silence}}

## What hides it, and what it hides

{{silence}}
{{/if}}

## Why there is this alert

{{why}}
{{#if needs}}

{{needs}}
{{/if}}
`;
