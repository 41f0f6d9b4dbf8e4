import { readFileSync } from 'node:fs';
import type { Result } from '../result.ts';
import { headline } from '../verdict.ts';
import { adviceSection } from './advice.ts';
import { casesSection } from './cases.ts';
import { definitionsSection } from './definitions.ts';
import { acrossModesSection, fairnessSection } from './fairness.ts';
import { introductionSection } from './introduction.ts';
import { html, Markup } from './markup.ts';
import { matrixSection } from './matrix.ts';
import { microSection, mutantsSection, replaySection, scaleSection, throughputSection } from './measured.ts';
import { networksSection } from './network.ts';
import { type Page, pageOf } from './page.ts';
import { misconfigurationsSection, problemsSection } from './problems.ts';
import { notCoveredSection, runSection, verdictHeader } from './run.ts';
import { sourcesSection } from './sources.ts';

const STYLES = ['base', 'frame', 'tables', 'charts', 'drawing', 'cases', 'ladder', 'print'];
const SCRIPTS = ['targets', 'filter', 'flows', 'copy'];

/** Parts of the page in their order, with what the table of contents calls them. One may have nothing to say. */
const SECTIONS: readonly (readonly [
  id: string,
  name: string,
  section: (page: Page) => Markup | undefined,
])[] = [
  ['problems', 'What did not hold', problemsSection],
  ['misconfigurations', 'Misconfigured', misconfigurationsSection],
  ['matrix', 'The matrix', matrixSection],
  ['not-covered', 'Not covered', notCoveredSection],
  ['about', 'How LVS works', introductionSection],
  ['advice', 'Which scheduler?', adviceSection],
  ['fairness', 'Fairness', fairnessSection],
  ['across-modes', 'Across modes', acrossModesSection],
  ['throughput', 'Throughput', throughputSection],
  ['scale', 'At scale', scaleSection],
  ['micro', 'Cost of a packet', microSection],
  ['networks', 'Networks', networksSection],
  ['cases', 'Evidence', casesSection],
  ['mutants', 'Mutants', mutantsSection],
  ['replay', 'Recordings', replaySection],
  ['definitions', 'Figures defined', definitionsSection],
  ['sources', 'Sources', sourcesSection],
  ['run', 'This run', runSection],
];

/** How links find what lies beside the result, and how such a file is read. */
export type PagePlace = Pick<Page, 'linkPrefix'> & Partial<Pick<Page, 'read'>>;

/** The report as one HTML page that needs no other file and no network. */
export function renderHtml(result: Result, place: PagePlace): string {
  const page = pageOf(result, place);
  const sections = SECTIONS.flatMap(([id, name, section]) => {
    const content = section(page);
    return content ? [{ id, name, content }] : [];
  });
  const document = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>${headline(result)} – lvs-lab</title>
<style>${STYLES.map((name) => asset(`style/${name}.css`))}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the results</a>
${verdictHeader(page)}
<nav class="contents" aria-label="Contents"><ul>
${sections.map(({ id, name }) => html`<li><a href="#${id}">${name}</a></li>`)}
</ul></nav>
<main id="main">
${sections.map(({ content }) => content)}
</main>
<script>${SCRIPTS.map((name) => asset(`script/${name}.js`))}</script>
</body>
</html>
`;
  return document.text;
}

/** A part of the page that is kept as a file of its own language. It holds no value of a result. */
function asset(name: string): Markup {
  return new Markup(`\n${readFileSync(new URL(name, import.meta.url), 'utf8')}`);
}
