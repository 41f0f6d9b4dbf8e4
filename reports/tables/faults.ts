import { MODES } from '../../lab/modes.ts';
import { count, countedOf } from '../../statistics/number-text.ts';
import type { FaultResult } from '../result-fault.ts';
import { isProblem, tally } from '../status.ts';
import { type Cell, type ColumnOf, type Table, tableOf } from '../table.ts';

/** One fault in one mode, with every kind of traffic. */
export interface FaultRow {
  readonly fault: string;
  readonly title: string;
  readonly mode: FaultResult['mode'];
  readonly director: string;
  readonly cells: readonly FaultResult[];
}

/** Rows of one fault together, as it was played in each mode. */
export function faultRows(faults: readonly FaultResult[]): FaultRow[] {
  const byFault = Map.groupBy(faults, ({ fault }) => fault);
  return [...byFault.values()].flatMap((own) =>
    [...Map.groupBy(own, ({ mode, director }) => `${mode} ${director}`).values()].flatMap((cells) =>
      cells.slice(0, 1).map(({ fault, title, mode, director }) => ({ fault, title, mode, director, cells })),
    ),
  );
}

const TRAFFIC: readonly { readonly traffic: FaultResult['traffic']; readonly heading: string }[] = [
  { traffic: 'idle', heading: 'idle TCP' },
  { traffic: 'bulk', heading: 'bulk TCP' },
  { traffic: 'udp', heading: 'UDP' },
  { traffic: 'new', heading: 'new' },
];

/** How to read the table. */
export const FAULTS_LEGEND: readonly string[] = [
  'A cell holds what became of the connections that the fault is about: those of the server that fails, or all where it is the director. Connections of other servers must go on, and are counted only where they did not.',
  'Lost: requests and datagrams without an answer, of connections that had to go on. Silence: the longest time that one of those had to wait for an answer; of a fault that was made several times, each cell has the median of them (p50).',
];

/** Columns that say what a row is of; a director that is the only one is named beneath. */
export function faultLabels(faults: readonly FaultResult[]): number {
  return directorsIn(faults).length > 1 ? 3 : 2;
}

function directorsIn(faults: readonly FaultResult[]): string[] {
  return [...new Set(faults.map(({ director }) => director))];
}

/** What each fault did to each kind of traffic in each mode. */
export function faultsTable(faults: readonly FaultResult[]): Table {
  const rows = faultRows(faults);
  const director: readonly ColumnOf<FaultRow>[] =
    faultLabels(faults) > 2 ? [{ heading: 'director', cell: ({ director }) => director }] : [];
  return tableOf<FaultRow>(
    [
      { heading: 'fault', isCode: true, cell: ({ fault }) => fault },
      { heading: 'mode', cell: ({ mode }) => MODES[mode].label },
      ...director,
      ...TRAFFIC.map(({ traffic, heading }) => ({
        heading,
        cell: ({ cells }: FaultRow) => cellOf(cells.find((one) => one.traffic === traffic)),
      })),
      { heading: 'lost', align: 'right', cell: ({ cells }) => count(sumOf(cells, ({ lost }) => lost)) },
      { heading: 'silence', align: 'right', cell: ({ cells }) => silenceOf(cells) },
      { heading: 'what was done', isNote: true, cell: ({ title }) => title },
    ],
    rows,
  );
}

/** `143 of 144 promises of IPVS kept by ts while …`, and how many could not be judged. */
export function faultsTally(faults: readonly FaultResult[]): string {
  const { held, judged } = tally(faults);
  const unjudged = faults.filter(({ status }) => status === 'error').length;
  const rest = unjudged > 0 ? `; ${count(unjudged)} could not be judged` : '';
  const [director, ...others] = directorsIn(faults);
  const by = others.length === 0 ? ` by ${director}` : '';
  return `${countedOf(held, judged, 'promise')} of IPVS kept${by} while servers, links and the director failed${rest}`;
}

export function faultProblems(faults: readonly FaultResult[]): FaultResult[] {
  return faults.filter(isProblem);
}

function cellOf(result: FaultResult | undefined): Cell | undefined {
  if (result === undefined) return undefined;
  const { status, isUnsupported = false, affected, others, silenceP50Ms } = result;
  const counts = Object.entries(affected).map(([fate, connections]) => `${connections} ${fate}`);
  const harmed = others.harmed > 0 ? [`${others.harmed} of others harmed`] : [];
  const gap = silenceP50Ms === undefined ? [] : [`p50 ${secondsOf(silenceP50Ms)}`];
  const seen = [...(counts.length + harmed.length > 0 ? [...counts, ...harmed] : ['none']), ...gap].join(
    ', ',
  );
  const notPlayed = isUnsupported ? 'unsupported' : 'not played';
  const text = status === 'skipped' ? notPlayed : status === 'error' ? 'not judged' : seen;
  return { text, marks: [status] };
}

function silenceOf(cells: readonly FaultResult[]): string {
  const longestMs = Math.max(0, ...cells.map(({ silenceMs = 0 }) => silenceMs));
  return longestMs === 0 ? '' : secondsOf(longestMs, 1);
}

function secondsOf(ms: number, digits = 2): string {
  return `${(ms / 1000).toFixed(digits)} s`;
}

function sumOf(cells: readonly FaultResult[], of: (one: FaultResult) => number): number {
  return cells.reduce((sum, one) => sum + of(one), 0);
}
