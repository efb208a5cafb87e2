/**
 * The status page's style: light and dark, colours at WCAG AA contrast and never alone in what they say, nothing that
 * moves. A row's details are as wide as the table and lie below its other cells, which are therefore one line high
 * (two in a narrow window, where the columns that go are still in the details). Columns are told by their place, which
 * keeps 256 rows small: 1 workload, 2 pid, 3 tightest limit, 4 memory used, 5 to 8 what is left.
 */
export const pageStyle = `
:root { color-scheme: light dark; --page: #fff; --text: #1c2127; --quiet: #56606b; --line: #d5dae0; --track: #dfe3e8; --hover: #f3f5f7;
  --fine: #1d7a3a; --low: #8a5200; --critical: #b3211b; --link: #0b5cad; --soft-low: #fff3dc; --soft-critical: #fdeae8; }
@media (prefers-color-scheme: dark) {
  :root { --page: #14181d; --text: #e7eaee; --quiet: #a4aeb9; --line: #343b44; --track: #39414b; --hover: #1d232a;
    --fine: #63c982; --low: #f2b555; --critical: #ff8f86; --link: #84bdff; --soft-low: #38290c; --soft-critical: #431b19; }
}
* { box-sizing: border-box; }
html { overflow-anchor: none; scroll-padding-top: 3rem; }
body { background: var(--page); color: var(--text); font: 15px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 100rem; padding: 1rem 1.25rem 4rem; }
h1 { font-size: 1.25rem; margin: 0; } h1 small { color: var(--quiet); font-weight: normal; }
h2 { font-size: 1rem; margin: 1.5rem 0 .25rem; }
a { color: var(--link); } p { margin: .25rem 0; } code, kbd { font: .9em ui-monospace, monospace; }
kbd { border: 1px solid var(--quiet); border-radius: .2rem; padding: 0 .3rem; }
.quiet, dt { color: var(--quiet); }
.skip { position: absolute; left: -100vw; } .skip:focus { left: 1rem; top: .25rem; background: var(--page); padding: .25rem .5rem; z-index: 3; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 2px; } #processes:focus { outline: 0; }
.summary { display: flex; flex-wrap: wrap; gap: .5rem 2.5rem; margin: 1rem 0; padding: 0; list-style: none; }
.summary li { min-width: 6rem; } .summary strong { display: block; font-size: 1.5rem; line-height: 1.3; } .summary progress { width: 12rem; }
.problems { border-left: .25rem solid var(--critical); background: var(--soft-critical); margin: 1rem 0; padding: .5rem 1rem; }
.problems h2 { margin: 0; } .problems ul { margin: 0; padding-left: 1.2rem; overflow-wrap: anywhere; }
#tools { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem 1rem; margin: .5rem 0; } #tools[hidden] { display: none; } #rhythm { margin-left: auto; }
button, input { font: inherit; color: inherit; background: var(--page); border: 1px solid var(--quiet); border-radius: .3rem; padding: .2rem .6rem; }
input { width: min(22rem, 60vw); } ::placeholder { color: var(--quiet); opacity: 1; }

progress { appearance: none; width: 3.5rem; height: .6rem; border: 0; border-radius: .3rem; overflow: hidden; background: var(--track); vertical-align: middle; color: var(--fine); }
progress::-webkit-progress-bar { background: var(--track); } progress::-webkit-progress-value { background: currentColor; } progress::-moz-progress-bar { background: currentColor; }
@media (forced-colors: active) { progress { appearance: auto; } }
.low > strong, .low > progress, .low > span, tr.low td > progress, tr.low td:nth-child(3) b, td b.low { color: var(--low); }
.critical > strong, .critical > progress, .critical > span, tr.critical td > progress, tr.critical td:nth-child(3) b, td b.critical { color: var(--critical); }

.board { container-type: inline-size; }
table { border-collapse: collapse; width: 100%; table-layout: fixed; font-size: .93rem; font-variant-numeric: tabular-nums; }
thead th { position: sticky; top: 0; z-index: 2; background: var(--page); box-shadow: inset 0 -2px var(--line); color: var(--quiet); font-size: .85rem; text-align: left; vertical-align: bottom; padding: .4rem .5rem; }
tbody tr { border-bottom: 1px solid var(--line); } tbody tr:hover { background: var(--hover); }
tbody th, td { padding: .2rem .5rem; text-align: left; vertical-align: top; font-weight: normal; }
td { white-space: nowrap; overflow: hidden; text-overflow: ellipsis; } td b { font-weight: 600; }
tr > :nth-child(2), tr > :nth-child(n+4) { text-align: right; }
tr > :nth-child(2) { width: 5rem; } tr > :nth-child(3) { width: 21.5rem; } tr > :nth-child(4) { width: 7.8rem; } tr > :nth-child(n+5) { width: 10rem; } tr > :nth-child(n+6) { width: 8.8rem; }
td:nth-child(3) b { display: inline-block; min-width: 4.8rem; border-radius: .25rem; padding: 0 .35rem; margin-right: .4rem; }
tr.critical td:nth-child(3) b { background: var(--soft-critical); } tr.low td:nth-child(3) b { background: var(--soft-low); } tr.fine td:nth-child(3) b { font-weight: normal; }

summary { cursor: pointer; overflow: hidden; white-space: nowrap; text-overflow: ellipsis; font-weight: 600; }
details[open] > summary { white-space: normal; word-break: break-all; }
th details > div { position: relative; width: calc(100cqw - 1rem); padding: .25rem 1rem .5rem 1.1rem; overflow-wrap: anywhere; }
dl { display: flex; flex-wrap: wrap; gap: 0 1.5rem; margin: .25rem 0; } dl div { display: flex; gap: .4rem; max-width: 100%; } dt { white-space: nowrap; } dd { margin: 0; overflow-wrap: anywhere; }
th ul { list-style: none; margin: .25rem 0; padding: 0; } th i { color: var(--quiet); font-style: normal; }
th li { display: grid; grid-template-columns: 6.5rem 9rem minmax(23rem, auto) 1fr; gap: 0 .75rem; align-items: center; } th li progress { width: 100%; }
.missing { margin-top: 1.5rem; } .missing summary { min-height: 0; } .missing dl { display: block; } .missing dt { margin-top: .5rem; white-space: normal; } .missing dd { margin-left: 1rem; }
#stale:not(:empty) { position: fixed; inset: auto 0 0; z-index: 3; margin: 0; padding: .6rem 1.25rem; background: var(--soft-critical); color: var(--critical); border-top: 2px solid var(--critical); font-weight: 600; }

@media (max-width: 88rem) { tr > :nth-child(n+7) { display: none; } }
@media (max-width: 70rem) { tr > :nth-child(4), tr > :nth-child(6) { display: none; } }
@media (max-width: 54rem) {
  tr > :nth-child(2), tr > :nth-child(n+4) { display: none; } tr > :nth-child(3) { width: 54%; } td progress { display: none; }
  td:nth-child(3) span { display: block; overflow: hidden; text-overflow: ellipsis; }
  th summary { height: 3em; white-space: normal; word-break: break-all; } details[open] > summary { height: auto; min-height: 3em; }
  th li { grid-template-columns: 6.5rem 1fr; margin-bottom: .4rem; } th li span, th li i { grid-column: 1 / -1; }
  .summary { gap: .5rem 1.5rem; } .summary li { min-width: 0; }
}
`;
