import { readFileSync } from 'node:fs';
import { matrixOf } from '../matrix.ts';
import type { Place } from '../render.ts';
import type { Result } from '../result.ts';
import { isProblem } from '../status.ts';
import { suitesOf, suiteTitle } from '../suites.ts';
import { headline } from '../verdict.ts';
import { createIds } from './ids.ts';
import { html, Markup } from './markup.ts';
import { matrixSection } from './matrix.ts';
import type { Page } from './page.ts';
import { problemsSection } from './problems.ts';
import { suiteSection } from './suite.ts';
import { aboutSection, machineSection, verdictHeader } from './verdict.ts';

const STYLE = asset('page.css');
const SCRIPT = asset('page.js');

/** The report as one HTML page that needs no other file and no network. */
export function renderHtml(result: Result, place: Place): string {
  const page: Page = { result, ids: createIds(), linkPrefix: place.linkPrefix };
  const suites = suitesOf(result);
  const problems = result.cases.filter(isProblem);
  const document = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>${headline(result)} – lvs-lab</title>
<style>${STYLE}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the results</a>
${verdictHeader(page)}
<nav aria-label="Sections"><ul>
${problems.length > 0 ? html`<li><a href="#problems">What did not hold</a></li>` : undefined}
<li><a href="#about">How LVS works</a></li>
<li><a href="#cases">Cases</a></li>
${suites.map((suite) => html`<li><a href="#${page.ids.of('suite', suite.key)}">${suiteTitle(suite)}</a></li>`)}
<li><a href="#run">Run</a></li>
</ul></nav>
<main id="main">
${problemsSection(page, problems)}
${aboutSection()}
${matrixSection(page, matrixOf(result))}
${suites.map((suite) => suiteSection(page, suite))}
${machineSection(page)}
</main>
<script>${SCRIPT}</script>
</body>
</html>
`;
  return document.text;
}

/** A part of the page that is kept as a file of its own language. It holds no value of a result. */
function asset(name: string): Markup {
  return new Markup(`\n${readFileSync(new URL(name, import.meta.url), 'utf8')}`);
}
