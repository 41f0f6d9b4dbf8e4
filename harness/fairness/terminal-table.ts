/** Fairness results as tables that people read in a terminal, situation by situation. */
import { columnsOf, cut } from '../../reports/columns.ts';
import type { AcrossModes, FairnessResult } from '../../reports/result-figures.ts';
import type { Screen } from '../../reports/terminal/screen.ts';
import { count, percent } from '../../statistics/number-text.ts';

const MARKS: Readonly<Record<FairnessResult['status'], string>> = {
  passed: '✓',
  failed: '✗',
  error: '!',
  skipped: '-',
  shown: '·',
};

export function fairnessTables(results: readonly FairnessResult[], screen: Screen): string {
  const situations = [...new Set(results.map(({ situation }) => situation))];
  return situations
    .map((situation) =>
      table(
        results.filter((one) => one.situation === situation),
        screen,
      ),
    )
    .join('\n');
}

/** Results that say the same in several modes share a row. */
interface Row {
  readonly modes: string[];
  readonly result: FairnessResult;
  readonly text: string;
}

function table(results: readonly FairnessResult[], { columns, paint }: Screen): string {
  const rows = rowsOf(results);
  const nameWidth = Math.max(...rows.map(({ result }) => nameOf(result).length));
  const modesWidth = Math.max(...rows.map(({ modes }) => modes.join(' ').length));
  const lines = rows.map(({ modes, result, text }) => {
    const { status, lab } = result;
    const style = status === 'passed' ? 'green' : status === 'shown' ? 'dim' : 'red';
    const cells = [nameOf(result).padEnd(nameWidth), modes.join(' ').padEnd(modesWidth), lab.padEnd(6)];
    const head = `  ${MARKS[status]} ${cells.join('  ')}  `;
    return wrap(head, text, columns).replace(MARKS[status], paint(style, MARKS[status]));
  });
  const [{ situation, title }] = results as [FairnessResult];
  const heading = paint('bold', `${situation}: ${title}`);
  const samples = sampleTexts(results).map((text) => wrap('  ', text, columns));
  return `${[heading, ...samples, ...lines].join('\n')}\n`;
}

function rowsOf(results: readonly FairnessResult[]): Row[] {
  const rows = new Map<string, Row>();
  for (const result of results) {
    const isWrong = result.status === 'failed' || result.status === 'error';
    const text = isWrong ? (result.reason ?? '') : result.conclusion;
    const key = [nameOf(result), result.lab, result.status, text].join('\n');
    const known = rows.get(key);
    if (known === undefined) rows.set(key, { modes: [result.mode], result, text });
    else known.modes.push(result.mode);
  }
  return [...rows.values()];
}

function nameOf({ id }: FairnessResult): string {
  return id.slice(id.lastIndexOf('/') + 1);
}

/** How much was looked at, and how small an unfairness that shows. */
function sampleTexts(results: readonly FairnessResult[]): string[] {
  const samples = results
    .map(({ sample }) => sample)
    .filter(({ detectableEffect }) => detectableEffect % 1 > 0);
  if (samples.length === 0) return [];
  const range = (values: readonly number[], text: (value: number) => string) => {
    const [least, most] = [text(Math.min(...values)), text(Math.max(...values))];
    return least === most ? least : `${least} to ${most}`;
  };
  const made = range(
    samples.map(({ connections }) => connections),
    count,
  );
  const effect = range(
    samples.map(({ detectableEffect }) => detectableEffect),
    percent,
  );
  const [{ alpha, power }] = samples as [FairnessResult['sample']];
  const falseAlarms = alpha === 0 ? 'no false alarms' : `α ${alpha.toExponential()}`;
  return [
    `${made} connections each: a server’s share changed by ${effect} of itself shows with power ${power}, ${falseAlarms}`,
  ];
}

/** The text in as many lines as it takes, below each other. */
function wrap(head: string, text: string, columns: number): string {
  const indent = ' '.repeat(columnsOf(head));
  const room = Math.max(30, columns - indent.length);
  const lines: string[] = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) as string;
    if (line !== '' && columnsOf(line) + 1 + columnsOf(word) > room) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines.map((line, i) => (i === 0 ? head : indent) + cut(line, room)).join('\n');
}

export function acrossModesTable(rows: readonly AcrossModes[], { columns, paint }: Screen): string {
  if (rows.length === 0) return '';
  const names = rows.map(({ situation, scheduler }) => `${situation} ${scheduler}`);
  const width = Math.max(...names.map((name) => name.length));
  const lines = rows.map(({ digests, alike, mustBeAlike }, i) => {
    const shown = Object.entries(digests).map(([mode, digest]) => `${mode} ${digest.slice(0, 8)}`);
    const verdict = alike ? 'alike' : mustBeAlike ? 'NOT ALIKE' : 'differ, as they may';
    return `  ${alike || !mustBeAlike ? '✓' : '✗'} ${(names[i] as string).padEnd(width)}  ${shown.join('  ')}  ${verdict}`;
  });
  const reasons = new Set(
    rows.map(({ situation, reason }) => wrap('  ', `${situation}: ${reason}`, columns)),
  );
  const heading = paint('bold', 'across modes: who was chosen, connection by connection');
  return `${[heading, ...lines, ...reasons].join('\n')}\n`;
}
