import type { Result } from '../result.ts';
import { isProblem } from '../status.ts';
import { headline } from '../verdict.ts';
import { adviceSection } from './advice.ts';
import { casesSection, FEW_CASES } from './cases.ts';
import { definitionsSection } from './definitions.ts';
import { directorsSection } from './directors.ts';
import { acrossModesSection, fairnessSection } from './fairness.ts';
import { introductionSection } from './introduction.ts';
import { html, type Markup } from './markup.ts';
import { matrixSection } from './matrix.ts';
import {
  faultsSection,
  floodsSection,
  generatedSection,
  microSection,
  mutantsSection,
  replaySection,
  scaleSection,
  throughputInFullSection,
} from './measured.ts';
import { networksSection } from './network.ts';
import { packedScript } from './packed.ts';
import { anchor, type Page, pageOf } from './page.ts';
import { misconfigurationsSection, problemsSection } from './problems.ts';
import { notCoveredSection, runSection, verdictHeader } from './run.ts';
import { asset, shell } from './shell.ts';
import { sourcesSection } from './sources.ts';
import { throughputSection } from './throughput.ts';

const STYLES = ['base', 'frame', 'tables', 'charts', 'drawing', 'cases', 'ladder', 'print'];
const SCRIPTS = ['packed', 'targets', 'filter', 'flows', 'copy'];

interface Section {
  readonly id: string;
  /** What the table of contents calls it. */
  readonly name: string;
  readonly title: string;
  /** What is in it; nothing where it has nothing to say. */
  readonly content: (page: Page) => Markup | undefined;
  /** Folds away, unless this says that it has to be seen. Absent: stands open. */
  readonly isOpen?: (result: Result) => boolean;
}

const never = () => false;
/** What runs without live traffic were made for. */
const hasNoSession = ({ sessions }: Result) => sessions.length === 0;
/** Figures fold away beside cases. */
const isMeasuredOnly = ({ cases, sessions }: Result) => cases.length + sessions.length === 0;

/** The overview: what came out, on the first two screens where all is well. */
const OVERVIEW: readonly Section[] = [
  { id: 'problems', name: 'What did not hold', title: 'What did not hold', content: problemsSection },
  {
    id: 'misconfigurations',
    name: 'Misconfigured',
    title: 'What is misconfigured, and how to fix it',
    content: misconfigurationsSection,
  },
  { id: 'matrix', name: 'The matrix', title: 'Every scheduler in every mode', content: matrixSection },
  {
    id: 'across-modes',
    name: 'Across modes',
    title: 'One scheduler, three modes',
    content: acrossModesSection,
  },
  { id: 'throughput', name: 'Throughput', title: 'Throughput and latency', content: throughputSection },
  {
    id: 'not-covered',
    name: 'Not covered',
    title: 'What this run did not cover',
    content: notCoveredSection,
  },
];

/** Everything else, on demand. */
const ON_DEMAND: readonly Section[] = [
  { id: 'about', name: 'How LVS works', title: 'How LVS works', content: introductionSection, isOpen: never },
  {
    id: 'advice',
    name: 'Which scheduler?',
    title: 'Which scheduler?',
    content: adviceSection,
    isOpen: never,
  },
  {
    id: 'directors',
    name: 'Directors',
    title: 'Directors beside each other',
    content: directorsSection,
    isOpen: hasNoSession,
  },
  {
    id: 'cases',
    name: 'Evidence',
    title: 'Evidence, case by case',
    content: casesSection,
    isOpen: ({ cases }) => cases.length <= FEW_CASES || cases.some(isProblem),
  },
  {
    id: 'fairness',
    name: 'Fairness',
    title: 'Fairness, situation by situation',
    content: fairnessSection,
    isOpen: (result) => isMeasuredOnly(result) || result.fairness.some(isProblem),
  },
  {
    id: 'throughput-in-full',
    name: 'Throughput in full',
    title: 'Throughput and latency in full',
    content: throughputInFullSection,
    isOpen: isMeasuredOnly,
  },
  {
    id: 'faults',
    name: 'Faults',
    title: 'Faults: what becomes of connections',
    content: faultsSection,
    isOpen: (result) => isMeasuredOnly(result) || (result.faults ?? []).some(isProblem),
  },
  {
    id: 'floods',
    name: 'Floods',
    title: 'Floods of new connections',
    content: floodsSection,
    isOpen: hasNoSession,
  },
  {
    id: 'scale',
    name: 'At scale',
    title: 'Schedulers at scale',
    content: scaleSection,
    isOpen: (result) => isMeasuredOnly(result) && result.fairness.length === 0,
  },
  { id: 'micro', name: 'Cost of a packet', title: 'Cost of a packet', content: microSection, isOpen: never },
  {
    id: 'networks',
    name: 'Networks',
    title: 'Networks, and the path of a request',
    content: networksSection,
    isOpen: never,
  },
  {
    id: 'mutants',
    name: 'Mutants',
    title: 'Mutants',
    content: mutantsSection,
    isOpen: hasNoSession,
  },
  {
    id: 'generated',
    name: 'Generated mutants',
    title: 'Generated mutants',
    content: generatedSection,
    isOpen: hasNoSession,
  },
  {
    id: 'replay',
    name: 'Recordings',
    title: 'Recordings of the kernel',
    content: replaySection,
    isOpen: hasNoSession,
  },
  {
    id: 'definitions',
    name: 'Figures defined',
    title: 'What the figures are',
    content: definitionsSection,
    isOpen: never,
  },
  {
    id: 'sources',
    name: 'Sources',
    title: 'Sources of the requirements',
    content: sourcesSection,
    isOpen: never,
  },
  {
    id: 'run',
    name: 'This run',
    title: 'This run: machine, versions, how to reproduce it',
    content: runSection,
    isOpen: never,
  },
];

/** How links find what lies beside the result, and how such a file is read. */
export type PagePlace = Pick<Page, 'linkPrefix'> & Partial<Pick<Page, 'read'>>;

/** The report as one HTML page that needs no other file and no network. */
export function renderHtml(result: Result, place: PagePlace): string {
  const page = pageOf(result, place);
  const made = [...OVERVIEW, ...ON_DEMAND].flatMap((section) => {
    const content = section.content(page);
    return content ? [{ ...section, content }] : [];
  });
  const body = html`${verdictHeader(page)}
<nav class="contents" aria-label="Contents"><ul>
${made.map(({ id, name }) => html`<li><a href="#${id}">${name}</a></li>`)}
</ul></nav>
<main id="main">
${made.map((section) => sectionMarkup(section, result))}
</main>
${packedScript(page)}
<script>${SCRIPTS.map((name) => asset(`script/${name}.js`))}</script>`;
  return shell(headline(result), STYLES, body);
}

function sectionMarkup(
  { id, title, content, isOpen }: Omit<Section, 'content'> & { readonly content: Markup },
  result: Result,
): Markup {
  if (isOpen === undefined) {
    return html`<section id="${id}">\n<h2>${title} ${anchor(id)}</h2>\n${content}\n</section>\n`;
  }
  const body = html`<summary><h2>${title}</h2></summary>\n${content}\n`;
  return isOpen(result)
    ? html`<details class="section" id="${id}" open>${body}</details>\n`
    : html`<details class="section" id="${id}">${body}</details>\n`;
}
