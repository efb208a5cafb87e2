/**
 * The status page as one handlebars text: no assets from elsewhere, whole without its script. Parts marked
 * `data-live` are swapped by the script, by their id.
 */
export const pageTemplate = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{#if critical}}{{critical}} critical, {{/if}}mlx-headroom</title>
<style>{{{style}}}</style>
</head>
<body>
<a class="skip" href="#processes">Skip to the processes</a>
<header>
<h1>mlx-headroom <small>{{version}}</small></h1>
<p class="quiet"><span id="machine" data-live>{{#if machine}}{{machine}} · {{/if}}</span>as of <time id="taken" datetime="{{taken}}" data-live>{{takenText}}</time> · <a href="{{telemetryPath}}">metrics</a></p>
</header>
<main id="view">
<ul class="summary" id="summary" data-live>
<li><strong>{{count}}</strong>{{#if one}}process{{else}}processes{{/if}} in {{workloads}}</li>
<li{{#if critical}} class="critical"{{/if}}><strong>{{critical}}</strong>critical</li>
<li{{#if low}} class="low"{{/if}}><strong>{{low}}</strong>low</li>
{{#if unknown}}<li><strong>{{unknown}}</strong>unknown</li>{{/if}}
{{#each host}}
<li{{#if known}} class="{{level}}"{{/if}}><strong>{{left}}</strong>{{#if known}}<progress max="100" value="{{full}}" aria-label="{{name}} in use">{{full}} %</progress><br>{{/if}}{{text}}</li>
{{/each}}
</ul>
<section class="problems" id="problems" data-live{{#unless problems}} hidden{{/unless}}>
<h2>What is wrong</h2>
<ul>{{#each problems}}<li>{{this}}</li>{{/each}}</ul>
</section>
<h2 id="processes" tabindex="-1">Processes, the one worst off first</h2>
<div id="tools" hidden><label for="filter">Filter <kbd>/</kbd></label><input id="filter" type="search" autocomplete="off" spellcheck="false" placeholder="name, pid, model, user, critical …"><output id="found" for="filter"></output><span class="quiet" id="rhythm"></span><button type="button" id="pause">Pause</button></div>
<p class="quiet" id="still">Without its script this page neither filters nor refreshes itself.</p>
<div class="board">
<table aria-labelledby="processes">
<thead><tr><th scope="col">Workload</th><th scope="col">PID</th><th scope="col">Tightest limit</th><th scope="col">Memory used</th><th scope="col">Memory left</th><th scope="col">CPU left</th><th scope="col">Descriptors left</th><th scope="col">Threads left</th></tr></thead>
<tbody id="rows" data-live>
{{#each processes}}
<tr class="{{level}}"><th scope="row"><details id="{{key}}"><summary>{{workload}}</summary>
<div><dl>{{#each facts}}<div><dt>{{name}}</dt><dd>{{value}}</dd></div>{{/each}}</dl>
<ul>{{#each bars}}<li class="{{level}}"><b>{{resource}}</b><progress max="100" value="{{full}}" aria-hidden="true"></progress><span>{{text}}{{#if marked}}, {{level}}{{/if}}</span><i>bound by {{bound}}</i></li>{{/each}}</ul>
{{#if absent}}<p>Not known: {{absent}}.</p>{{/if}}
{{#if unlimited}}<p>No limit set: {{unlimited}}.</p>{{/if}}
</div></details></th><td>{{pid}}</td><td><b>{{level}}</b>{{#if known}}<progress max="100" value="{{full}}" aria-hidden="true"></progress>{{/if}} <span>{{tightest}}</span></td><td>{{memory}}</td>{{#each cells}}<td>{{#if marked}}<b class="{{level}}">{{text}} {{level}}</b>{{else}}{{text}}{{/if}}</td>{{/each}}</tr>
{{/each}}
</tbody>
</table>
</div>
<div id="rest" data-live>
{{#unless count}}<p>No MLX process runs here. <code>mlx-headroom ps --explain PID</code> says why a process is not counted.</p>{{/unless}}
{{#if unseen}}<p>{{unseen}}</p>{{/if}}
{{#if notShown}}<p>{{notShown}} more are better off and not shown; the metrics hold them all.</p>{{/if}}
{{#if idle}}<h2>Workloads without a process, and not expected to have one</h2><p>{{idle}}</p>{{/if}}
{{#if missing}}
<details class="missing" id="missing"><summary>What is not known, and why</summary>
<dl>{{#each missing}}<dt>{{reason}}</dt><dd>{{fields}}</dd>{{/each}}</dl>
</details>
{{/if}}
</div>
</main>
<p id="stale" role="alert"></p>
<script>{{{script}}}</script>
</body>
</html>
`;
