import { matrixOf } from '../matrix.ts';
import { liveSuitesOf, overviewOf } from '../overview.ts';
import { packetGroupsOf, packetModes } from '../packet-groups.ts';
import type { CaseResult, Result } from '../result.ts';
import { MEANINGS, STATUSES, type Status, SYMBOLS, tally, worstStatus } from '../status.ts';
import { code, table, text } from './syntax.ts';

/** Modes and schedulers whose cases stand side by side, each case in a row; of more, only how many held. */
const LISTED_SUITES = 6;

/** How everything came out, mode by mode. */
export function matrixBlocks(result: Result): string[] {
  const blocks = [...overviewBlocks(result), ...caseBlocks(result), ...packetBlocks(result)];
  if (blocks.length === 0) return [];
  const legend = [...STATUSES, 'shown' as const].map((status) => `${SYMBOLS[status]} ${MEANINGS[status]}`);
  return ['## The matrix', ...blocks, legend.join(', ')];
}

function caseBlocks(result: Result): string[] {
  const suites = liveSuitesOf(result);
  if (suites.length === 0 || suites.length > LISTED_SUITES) return [];
  const { columns, rows } = matrixOf({
    sessions: suites.flatMap(({ sessions }) => sessions),
    cases: suites.flatMap(({ cases }) => cases),
  });
  const marks = (cases: readonly CaseResult[]) => cases.map(({ status }) => SYMBOLS[status]).join(' ');
  return [
    table(
      ['case', ...columns.map(({ label }) => text(label)), 'what it asks for'],
      rows.map(({ id, title, cells }) => [code(id), ...cells.map(marks), text(title)]),
    ),
  ];
}

function overviewBlocks(result: Result): string[] {
  const { columns, rows } = overviewOf(result);
  if (rows.length < 2 && result.fairness.length === 0) return [];
  const hasFairness = result.fairness.length > 0;
  return [
    table(
      [
        'scheduler',
        ...columns.flatMap(({ label }) => [text(label), ...(hasFairness ? [`${text(label)} fairness`] : [])]),
      ],
      rows.map(({ scheduler, cells }) => [
        text(scheduler),
        ...cells.flatMap(({ suite, fairness }) => [
          judged(suite?.cases ?? []),
          ...(hasFairness ? [judged(fairness)] : []),
        ]),
      ]),
    ),
  ];
}

function packetBlocks(result: Result): string[] {
  const groups = packetGroupsOf(result);
  const modes = packetModes(groups);
  if (groups.length === 0) return [];
  return [
    table(
      ['packet by packet', ...modes.map((mode) => mode.toUpperCase())],
      groups.map(({ name, byMode }) => [text(name), ...modes.map((mode) => judged(byMode.get(mode) ?? []))]),
    ),
  ];
}

/** `✓ 14`, `✗ 12 of 14` */
function judged(items: readonly { readonly status: Status }[]): string {
  const worst = worstStatus(items);
  if (worst === undefined) return '';
  const { held, tried } = tally(items);
  return `${SYMBOLS[worst]} ${tried === 0 ? items.length : held === tried ? tried : `${held} of ${tried}`}`;
}
