/** The report as Handlebars text: every value is escaped, because names come from recordings. It needs no script. */
export const reportTemplate = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{{policy}}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="mlx-headroom {{version}}">
<title>{{workload}}: baseline</title>
<style>{{{style}}}</style>
</head>
<body>
<header>
<h1>{{workload}} <small>baseline, recorded {{recorded}}</small></h1>
<p class="grade"><b class="grade-{{grade}}">Grade {{grade}}</b> {{why}}.</p>
<dl>{{#each environment}}<div><dt>{{name}}</dt><dd>{{value}}</dd></div>{{/each}}</dl>
</header>
<main>
<h2 id="figures">Figures</h2>
<p class="quiet">Per process: of several processes each sample takes the largest. Scenarios are never pooled. Quantiles are of the steady phase, each with its upper bound at 95 % confidence (≤); one that the samples do not carry is left out. Max is of every phase, of CPU that of the steady one.</p>
{{#each scenarios}}
<section>
<h3 id="{{id}}">{{name}} <small>{{runs}}, grade {{grade}}</small></h3>
<p>{{why}}.</p>
{{#if phases}}<p class="quiet">{{phases}}.</p>{{/if}}
<div class="wide"><table class="figures">
<thead><tr><th scope="col">Resource</th><th scope="col">n</th><th scope="col">n<sub>eff</sub></th><th scope="col">min</th><th scope="col">p50 (≤)</th><th scope="col">p95 (≤)</th><th scope="col">p99 (≤)</th><th scope="col">max</th></tr></thead>
<tbody>
{{#each rows}}
<tr><th scope="row">{{title}}</th><td>{{n}}</td><td>{{nEff}}</td><td>{{min}}</td>{{#each quantiles}}<td class="quantile">{{this}}</td>{{/each}}<td><b>{{max}}</b></td></tr>
{{/each}}
</tbody>
</table></div>
{{#each notes}}<p class="note">{{this}}.</p>{{/each}}
</section>
{{/each}}
{{#if components}}
<h2 id="components">What memory is made of</h2>
<div class="wide"><table class="plain">
<tbody>{{#each components}}<tr><th scope="row">{{name}}</th><td>{{value}}</td><td class="text">{{from}}</td></tr>{{/each}}</tbody>
</table></div>
{{/if}}
<h2 id="recordings">Recordings</h2>
<p class="quiet">On the left usage over time, with the least and the largest value of each moment; on the right how often each level was held in the steady phase. Both have the same scale. Tinted: load, then warm-up. Solid line: the lowest hard limit; dashed: the kernel's own mark; dotted: p95 of the scenario.</p>
{{#each recordings}}
<section class="recording">
<h3>{{scenario}} <small>{{file}}</small></h3>
<p class="quiet">{{about}}.</p>
{{#each plots}}
<figure>
<figcaption><b>{{title}}</b> {{caption}}</figcaption>
<svg viewBox="0 0 720 152" role="img" aria-label="{{title}} over time: {{caption}}">
{{#each plot.phases}}<rect class="phase {{name}}" x="{{x}}" y="{{y}}" width="{{width}}" height="{{height}}"/>{{#if labelled}}<text class="quiet" x="{{x}}" dx="1" y="11">{{name}}</text>{{/if}}{{/each}}
<path class="axis" d="M76,16V136H560M580,16V136"/>
{{#each plot.bars}}<rect class="bar" x="{{x}}" y="{{y}}" width="{{width}}" height="{{height}}"/>{{/each}}
{{#each plot.lines}}<path class="usage" d="{{this}}"/>{{/each}}
{{#each plot.levels}}<path class="level {{kind}}" d="M76,{{y}}H712"/>{{#if label}}<text class="{{kind}}" x="556" y="{{labelY}}" text-anchor="end">{{label}}</text>{{/if}}{{/each}}
<text class="quiet" x="70" y="24" text-anchor="end">{{plot.top}}</text><text class="quiet" x="70" y="136" text-anchor="end">{{plot.bottom}}</text>
<text class="quiet" x="76" y="150">0</text><text class="quiet" x="560" y="150" text-anchor="end">{{plot.end}}</text><text class="quiet" x="580" y="150">how often</text>
</svg>
</figure>
{{/each}}
{{#if flat}}<p class="quiet">Never changed: {{flat}}.</p>{{/if}}
</section>
{{/each}}
<h2 id="method">How it was worked out</h2>
<ul class="method">
<li>A quantile p is printed when n<sub>eff</sub> independent samples would have one above it with 95 % probability: 5 for p50, 59 for p95, 299 for p99. Quantiles are linear between neighbours (type 7).</li>
<li>Its upper bound is an order statistic (binomial), without any assumption about the distribution.</li>
<li>n<sub>eff</sub> of a run is n(1−ρ)/(1+ρ), ρ the autocorrelation of neighbouring samples with its bias in short series taken out, or less where samples hang together for longer than that says.</li>
<li>A maximum marked as cut off was reached at 98 % or more of a hard limit, or when the kernel killed something: the true one is not known.</li>
<li>Grade A: three runs and n<sub>eff</sub> of 299 in every scenario under load. B: two runs or 59. C: less, or a peak that cannot be trusted.</li>
</ul>
</main>
<footer class="quiet">Made by mlx-headroom {{version}}.</footer>
</body>
</html>
`;
