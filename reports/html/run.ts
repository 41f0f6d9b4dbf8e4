import { count, counted } from '../../statistics/number-text.ts';
import { duration, size, wallTime } from '../format.ts';
import { MEANINGS, STATUSES, type Status } from '../status.ts';
import { headline } from '../verdict.ts';
import { html, type Markup } from './markup.ts';
import { command, mark, type Page } from './page.ts';

/** The verdict in words, with its reasons; what was run, when, how long, and on what. */
export function verdictHeader({ result }: Page): Markup {
  const { status, reasons, counts, exitCode } = result.verdict;
  const { command: line, startedAt, durationMs, machine, profile } = result.run;
  const sign: Status = status === 'passed' || status === 'failed' ? status : 'error';
  // Where all is well, the headline has them.
  const others = STATUSES.filter((name) => status !== 'passed' && name !== 'passed' && counts[name] > 0);
  const tally = others.length > 0 && counts.passed > 0 ? (['passed', ...others] as const) : others;
  return html`<header class="verdict ${sign}">
<p class="product">lvs-lab <span>report</span></p>
<h1>${mark(sign)}${headline(result)}</h1>
${reasons.length > 0 ? html`<ul class="reasons">${reasons.map((reason) => html`<li>${reason}</li>`)}</ul>` : undefined}
${tally.length > 0 ? html`<ul class="counts">${tally.map((name) => html`<li class="${name}"><strong>${count(counts[name])}</strong> ${MEANINGS[name]}</li>`)}</ul>` : undefined}
<p class="facts"><code>${line}</code>${profile === undefined ? undefined : `, profile ${profile}`} · ${wallTime(startedAt)} · took ${duration(durationMs)} · exit code ${exitCode}<br>
${machine.cpu}, ${counted(machine.cores, 'core')}, ${size(machine.memoryBytes)} · Linux ${machine.kernel} · Node ${machine.node}</p>
</header>`;
}

/** Facts about the run that somebody needs to do it again. */
export function runSection({ result }: Page): Markup {
  const { run, directors } = result;
  const facts: readonly (readonly [string, string])[] = [
    ['Run', run.id],
    ['Version', run.version],
    ...(run.commit === undefined ? [] : [['Commit', run.commit] as const]),
    ['Seed', String(run.seed)],
    ...(run.profile === undefined ? [] : [['Profile', run.profile] as const]),
    ...(run.shard ? [['Part', `${run.shard.index} of ${run.shard.of}`] as const] : []),
    ['Kernel', run.machine.kernel],
    ['Processor', `${run.machine.cpu}, ${counted(run.machine.cores, 'core')}`],
    ['Memory', size(run.machine.memoryBytes)],
    ['Node', run.machine.node],
  ];
  return html`${command(run.command)}
<dl class="run-facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
<h3>Directors under test</h3>
<ul class="directors">${directors.map(
    ({ name, description, available, reason }) =>
      html`<li><strong>${name}</strong>: ${description}${available ? undefined : html` <em>Could not run here: ${reason ?? 'no reason was given'}</em>`}</li>`,
  )}</ul>`;
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
  return html`<ul>${sentences.map((sentence) => html`<li>${sentence}</li>`)}</ul>`;
}
