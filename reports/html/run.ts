import { count, counted } from '../../statistics/number-text.ts';
import { duration, size, wallTime } from '../format.ts';
import { MEANINGS, STATUSES, type Status } from '../status.ts';
import { headline } from '../verdict.ts';
import { html, type Markup } from './markup.ts';
import { command, heading, mark, type Page } from './page.ts';

/** The verdict: big, in words, with its reasons and counts. */
export function verdictHeader({ result }: Page): Markup {
  const { status, reasons, counts, exitCode } = result.verdict;
  const sign: Status = status === 'passed' || status === 'failed' ? status : 'error';
  return html`<header class="verdict ${sign}">
<p class="product">lvs-lab <span>report</span></p>
<h1>${mark(sign)}${headline(result)}</h1>
${reasons.length > 0 ? html`<ul class="reasons">${reasons.map((reason) => html`<li>${reason}</li>`)}</ul>` : undefined}
<ul class="counts">${STATUSES.map(
    (name) =>
      html`<li class="${name}${counts[name] === 0 ? ' none' : ''}"><strong>${count(counts[name])}</strong> ${MEANINGS[name]}</li>`,
  )}</ul>
<p class="facts">${wallTime(result.run.startedAt)} · took ${duration(result.run.durationMs)} · exit code ${exitCode}</p>
</header>`;
}

/** Facts about the run that somebody needs to do it again. */
export function runSection({ result }: Page): Markup {
  const { run, directors } = result;
  const facts: readonly (readonly [string, string])[] = [
    ['Run', run.id],
    ['Version', run.version],
    ['Seed', String(run.seed)],
    ...(run.shard ? [['Part', `${run.shard.index} of ${run.shard.of}`] as const] : []),
    ['Kernel', run.machine.kernel],
    ['Processor', `${run.machine.cpu}, ${counted(run.machine.cores, 'core')}`],
    ['Memory', size(run.machine.memoryBytes)],
    ['Node', run.machine.node],
  ];
  return html`<section id="run">
${heading(2, 'run', 'This run')}
${command(run.command)}
<dl class="run-facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
<h3>Directors under test</h3>
<ul class="directors">${directors.map(
    ({ name, description, available, reason }) =>
      html`<li><strong>${name}</strong>: ${description}${available ? undefined : html` <em>Could not run here: ${reason ?? 'no reason was given'}</em>`}</li>`,
  )}</ul>
</section>`;
}

/** What the run left out and why, directors that could not run here included; nothing if it left out nothing. */
export function notCoveredSection({ result }: Page): Markup | undefined {
  const sentences = [
    ...result.notCovered,
    ...result.directors
      .filter(({ available }) => !available)
      .map(({ name, reason }) => `${name} could not run here: ${reason ?? 'no reason was given'}.`),
  ];
  if (sentences.length === 0) return undefined;
  return html`<section id="not-covered">
${heading(2, 'not-covered', 'What this run did not cover')}
<ul>${sentences.map((sentence) => html`<li>${sentence}</li>`)}</ul>
</section>`;
}
