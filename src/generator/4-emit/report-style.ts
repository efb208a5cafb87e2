/** The report's style: light and dark, light on paper, contrast of WCAG AA; a plot is never cut by the end of a page. */
export const reportStyle = `
:root { color-scheme: light dark; --page: #fff; --text: #1c2127; --quiet: #56606b; --line: #c9cfd6; --usage: #0b5cad; --bar: #7fa8d6; --load: #f6e3c4; --warm: #eef1d6; --limit: #b3211b; --peak: #8a5200;
  --A: #1d7a3a; --B: #7a5600; --C: #b3211b; }
@media screen and (prefers-color-scheme: dark) {
  :root { --page: #14181d; --text: #e7eaee; --quiet: #a9b3be; --line: #434b55; --usage: #84bdff; --bar: #3f6ea3; --load: #3d2f17; --warm: #2b3018; --limit: #ff8f86; --peak: #f2b555;
    --A: #63c982; --B: #f2b555; --C: #ff8f86; }
}
* { box-sizing: border-box; }
body { background: var(--page); color: var(--text); font: 15px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 64rem; padding: 1rem 1.25rem 3rem; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; margin: .5rem 0; } h2 { font-size: 1.2rem; margin: 2rem 0 .25rem; border-bottom: 2px solid var(--line); } h3 { font-size: 1rem; margin: 1.25rem 0 .25rem; }
small { color: var(--quiet); font-weight: normal; font-size: .9rem; } p { margin: .25rem 0; }
.quiet, dt { color: var(--quiet); } .quiet { font-size: .9rem; }
.grade b { border: 2px solid; border-radius: .3rem; padding: 0 .4rem; margin-right: .3rem; white-space: nowrap; } .grade-A { color: var(--A); } .grade-B { color: var(--B); } .grade-C { color: var(--C); }
dl { display: flex; flex-wrap: wrap; gap: 0 1.5rem; margin: .5rem 0; } dl div { display: flex; gap: .4rem; max-width: 100%; } dt { white-space: nowrap; } dd { margin: 0; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .88rem; font-variant-numeric: tabular-nums; overflow-wrap: normal; }
th, td { padding: .15rem .5rem; text-align: right; white-space: nowrap; } th:first-child { text-align: left; } thead th { color: var(--quiet); border-bottom: 2px solid var(--line); } tbody tr { border-bottom: 1px solid var(--line); } tbody th { font-weight: normal; }
.figures { table-layout: fixed; min-width: 52rem; } .figures th:nth-child(1) { width: 17%; } .figures th:nth-child(2), .figures th:nth-child(3) { width: 6.5%; } .figures th:nth-child(4), .figures th:nth-child(8) { width: 11%; }
.figures .quantile { white-space: normal; }
.plain { width: auto; } .plain td.text { text-align: left; color: var(--quiet); }
.note { color: var(--limit); font-size: .9rem; }
figure { margin: .6rem 0; break-inside: avoid; } figcaption { font-size: .9rem; }
svg { display: block; width: 100%; height: auto; max-width: 60rem; } svg text, svg .quiet { font: 11px system-ui, sans-serif; fill: var(--quiet); }
.axis { fill: none; stroke: var(--line); } .usage { fill: var(--usage); stroke: var(--usage); stroke-width: 1.2; stroke-linejoin: round; } .bar { fill: var(--bar); }
.phase { fill: none; } .phase.load { fill: var(--load); } .phase.warm-up { fill: var(--warm); }
.level { fill: none; stroke: var(--limit); stroke-width: 1.2; } .level.kernel { stroke: var(--peak); stroke-dasharray: 5 3; } svg text.limit, svg text.kernel { paint-order: stroke; stroke: var(--page); stroke-width: 3px; } svg text.limit { fill: var(--limit); } svg text.kernel { fill: var(--peak); }
.level.quantile { stroke: var(--quiet); stroke-dasharray: 2 3; } svg text.quantile { fill: var(--quiet); }
.method { font-size: .9rem; padding-left: 1.2rem; } footer { margin-top: 2rem; }
h2, h3, figcaption { break-after: avoid; } thead { display: table-header-group; } tr { break-inside: avoid; }
@media print {
  :root { color-scheme: light; } body { max-width: none; padding: 0; font-size: 10pt; print-color-adjust: exact; } table { font-size: 8pt; } .figures { min-width: 0; } th, td { padding: .1rem .3rem; } .wide { overflow: visible; } svg { max-width: 100%; }
  @page { margin: 14mm; }
}
`;
