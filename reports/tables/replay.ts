import { count, counted } from '../../statistics/number-text.ts';
import type { ReplayDifference, ReplayedRecording } from '../result-replay.ts';
import { type Table, tableOf } from '../table.ts';

/** A row for each replayed recording. */
export function replayTable(files: readonly ReplayedRecording[]): Table {
  const ratio = ({ equal, total }: ReplayedRecording['cases']) => `${count(equal)} of ${count(total)}`;
  return tableOf<ReplayedRecording>(
    [
      { heading: 'recording', isCode: true, cell: ({ file }) => file },
      { heading: 'format', cell: ({ format }) => format },
      {
        heading: 'cases equal',
        align: 'right',
        cell: (own) => ({ text: ratio(own.cases), marks: [isEqual(own) ? 'passed' : 'failed'] }),
      },
      { heading: 'steps equal', align: 'right', cell: ({ steps }) => ratio(steps) },
      {
        heading: 'steps not played',
        align: 'right',
        cell: ({ notPlayed }) => (notPlayed > 0 ? count(notPlayed) : undefined),
      },
    ],
    files,
  );
}

export function isEqual({ cases }: Pick<ReplayedRecording, 'cases'>): boolean {
  return cases.different === 0;
}

/**
 * `test/golden/decisions/dh.json: 15 cases, 496 steps` if all are equal; otherwise `…: 14 of 15 cases, 495 of 496 steps
 * equal`.
 */
export function recordingText(recording: ReplayedRecording): string {
  const { file, cases, steps, notPlayed } = recording;
  const rest = notPlayed > 0 ? `, ${notPlayed} not played` : '';
  const tally = isEqual(recording)
    ? `${counted(cases.total, 'case')}, ${counted(steps.total, 'step')}`
    : `${cases.equal} of ${cases.total} cases, ${steps.equal} of ${steps.total} steps equal`;
  return `${file}: ${tally}${rest}`;
}

/** `84 files: 396 of 396 cases, 11255 of 11255 steps equal` */
export function totalText(files: readonly ReplayedRecording[]): string {
  const sum = (of: (one: ReplayedRecording) => number) => files.reduce((total, one) => total + of(one), 0);
  return (
    `${counted(files.length, 'file')}: ${sum(({ cases }) => cases.equal)} of ${sum(({ cases }) => cases.total)} cases, ` +
    `${sum(({ steps }) => steps.equal)} of ${sum(({ steps }) => steps.total)} steps equal`
  );
}

/** Where a case first differs, what was recorded and seen there, and the state before it. */
export function differenceLines({ case: name, step, action, findings, before }: ReplayDifference): string[] {
  const where = step < 0 ? 'before the first step' : `step ${step + 1}`;
  return [
    `${name}, ${where}: ${action}`,
    ...findings.map((finding) => `  ${finding}`),
    ...(before.length > 0 ? ['  before it:', ...before.map((line) => `    ${line}`)] : []),
  ];
}
