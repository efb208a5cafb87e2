/**
 * The status page as one handlebars text: no assets from elsewhere, light and dark, readable without colour. The
 * script fetches the page again and swaps its body, so that a page without scripts still works.
 */
export const pageTemplate = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>mlx-headroom</title>
<style>
:root { color-scheme: light dark; --line: #8884; --fine: #2e8b57; --low: #c77700; --critical: #c62828; --track: #8883; }
body { font: 15px/1.45 system-ui, sans-serif; margin: 0 auto; max-width: 72rem; padding: 1.5rem; }
h1 { font-size: 1.3rem; margin: 0; }
header p, .note { color: #777; margin: .2rem 0 1rem; }
article { border-top: 1px solid var(--line); padding: .9rem 0; display: grid; grid-template-columns: 17rem 1fr; gap: 1.5rem; }
h2 { font-size: 1rem; margin: 0; overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: auto 1fr; gap: 0 .6rem; margin: .3rem 0; color: #777; }
dt::after { content: ":"; } dd { margin: 0; overflow-wrap: anywhere; }
.bar { display: grid; grid-template-columns: 5rem 9rem 1fr; gap: .7rem; align-items: center; margin: .15rem 0; }
.bar small { overflow-wrap: anywhere; }
progress { width: 100%; height: .8rem; appearance: none; border: 0; background: var(--track); border-radius: .4rem; overflow: hidden; }
progress::-webkit-progress-bar { background: var(--track); }
progress::-webkit-progress-value { background: var(--fine); } progress::-moz-progress-bar { background: var(--fine); }
progress.low::-webkit-progress-value { background: var(--low); } progress.low::-moz-progress-bar { background: var(--low); }
progress.critical::-webkit-progress-value { background: var(--critical); } progress.critical::-moz-progress-bar { background: var(--critical); }
.critical small b, .fault { color: var(--critical); }
details { color: #777; margin-top: .4rem; }
@media (max-width: 50rem) { article { grid-template-columns: 1fr; gap: .5rem; } }
</style>
</head>
<body>
<header>
<h1>mlx-headroom {{version}}</h1>
<p>{{#if machine}}{{machine}} · {{/if}}{{hostMemory}} · <a href="{{telemetryPath}}">metrics</a></p>
</header>
<main>
{{#each processes}}
<article>
<div>
<h2>{{workload}}</h2>
<dl>
<dt>pid</dt><dd>{{pid}}</dd>
<dt>runtime</dt><dd>{{runtime}}, {{role}}</dd>
{{#if model}}<dt>model</dt><dd>{{model}}</dd>{{/if}}
{{#if port}}<dt>port</dt><dd>{{port}}</dd>{{/if}}
{{#if user}}<dt>user</dt><dd>{{user}}</dd>{{/if}}
<dt>memory</dt><dd>{{memory}}</dd>
</dl>
</div>
<div>
{{#each bars}}
<div class="bar {{level}}"><span>{{resource}}</span>
<progress class="{{level}}" max="100" value="{{full}}" aria-label="{{resource}} in use: {{full}} percent">{{full}} %</progress>
<small><b>{{text}}</b><br>bound by {{source}} ({{scope}})</small></div>
{{/each}}
{{#if absent}}<details open><summary>not known</summary>{{#each absent}}{{this}}<br>{{/each}}</details>{{/if}}
{{#if unlimited}}<details><summary>no limit set</summary>{{#each unlimited}}{{this}}<br>{{/each}}</details>{{/if}}
</div>
</article>
{{else}}
<p>No MLX process runs here. <code>mlx-headroom ps --explain PID</code> says why a process is not counted.</p>
{{/each}}
{{#if down}}<h2>Workloads without a process</h2><ul>{{#each down}}<li>{{name}}: {{expected}}</li>{{/each}}</ul>{{/if}}
{{#if collectors}}<p class="fault">Not everything could be read: {{#each collectors}}{{this}} {{/each}}</p>{{/if}}
{{#if dropped}}<p class="fault">{{dropped}} left out because of a cap; see mlx_exporter_dropped_total.</p>{{/if}}
</main>
<script>
setInterval(async () => {
  if (document.hidden || document.querySelector("details:focus-within")) return;
  try {
    const text = await (await fetch(location.href)).text();
    const main = new DOMParser().parseFromString(text, "text/html").querySelector("main");
    if (!main) return;
    const open = [...document.querySelectorAll("details")].map((details) => details.open);
    main.querySelectorAll("details").forEach((details, index) => { details.open = open[index] ?? details.open; });
    document.querySelector("main").replaceWith(main);
    document.title = "mlx-headroom";
  } catch { document.title = "(no answer) mlx-headroom"; }
}, 5000);
</script>
</body>
</html>
`;
