import { count, percent, points } from '../../statistics/number-text.ts';
import { duration, size } from '../format.ts';
import type { Finding, Session, Traffic } from '../result.ts';
import type { Share } from '../shares.ts';
import { type ColumnOf, type Table, tableOf } from '../table.ts';

/**
 * What each server got, against its weight or what the scheduler’s rule entitles it to. Behind a proxy no connection of a
 * client is a server’s, so only requests are known.
 *
 * @param longest With a bar for each server; the share that would take all of its width.
 * @param entitlement What shares are held against.
 */
export function sharesTable(
  shares: readonly Share[],
  { longest, entitlement = 'by weight' }: { readonly longest?: number; readonly entitlement?: string } = {},
): Table {
  const isProxied =
    shares.every(({ server }) => server.connections === 0) &&
    shares.some(({ server }) => server.requests > 0);
  const ofConnections = (text: string) => (isProxied ? '–' : text);
  return tableOf<Share>(
    [
      { heading: 'server', cell: ({ server }) => server.host },
      { heading: 'address', cell: ({ server }) => server.rip },
      { heading: 'weight', align: 'right', cell: ({ server }) => count(server.weight) },
      {
        heading: 'connections',
        align: 'right',
        cell: ({ server }) => ofConnections(count(server.connections)),
      },
      ...(longest === undefined ? [] : [barColumn(longest)]),
      { heading: 'share', align: 'right', cell: ({ seen }) => ofConnections(percent(seen)) },
      { heading: entitlement, align: 'right', cell: ({ entitled }) => percent(entitled) },
      {
        heading: 'points',
        align: 'right',
        cell: ({ seen, entitled }) => ofConnections(points(seen - entitled)),
      },
      { heading: 'requests', align: 'right', cell: ({ server }) => count(server.requests) },
    ],
    shares,
  );
}

function barColumn(longest: number): ColumnOf<Share> {
  return {
    heading: 'share of connections',
    cell: ({ seen, entitled }) => ({
      text: '',
      onPage: { bar: { seen: seen / longest, expected: entitled / longest } },
    }),
  };
}

const milliseconds = (value: number | undefined) => (value === undefined ? '' : duration(value));

/**
 * What was sent at the VIP, and how fast answers came.
 *
 * @param details With how long it took, and the commands that made it.
 */
export function trafficTable({ traffic }: Pick<Session, 'traffic'>, details = false): Table {
  return tableOf<Traffic>(
    [
      { heading: 'traffic', cell: ({ title }) => title },
      { heading: 'requests', align: 'right', cell: ({ requests }) => count(requests) },
      {
        heading: 'errors',
        align: 'right',
        cell: ({ errors }) => ({ text: count(errors), ...(errors > 0 && { emphasis: 'bad' }) }),
      },
      {
        heading: 'per second',
        align: 'right',
        cell: ({ requestsPerSecond: rate }) => (rate === undefined ? '' : count(rate)),
      },
      { heading: 'p50', align: 'right', cell: ({ latencyMs }) => milliseconds(latencyMs?.p50) },
      { heading: 'p99', align: 'right', cell: ({ latencyMs }) => milliseconds(latencyMs?.p99) },
      { heading: 'max', align: 'right', cell: ({ latencyMs }) => milliseconds(latencyMs?.max) },
      { heading: 'received', align: 'right', cell: ({ bytes }) => size(bytes) },
      ...(details ? TRAFFIC_DETAILS : []),
    ],
    traffic,
  );
}

const TRAFFIC_DETAILS: readonly ColumnOf<Traffic>[] = [
  { heading: 'took', align: 'right', cell: ({ durationMs }) => duration(durationMs) },
  { heading: 'command', isNote: true, isCode: true, cell: ({ command }) => command },
];

/** What was captured, and where it was kept. */
export function capturesTable(
  { captures }: Pick<Session, 'captures'>,
  hrefOf: (file: string) => string,
): Table {
  return tableOf<Session['captures'][number]>(
    [
      { heading: 'where', cell: (capture) => `${capture.host} ${capture.interface}` },
      { heading: 'file', cell: ({ file }) => ({ text: file, href: hrefOf(file) }) },
      { heading: 'packets', align: 'right', cell: ({ packets }) => count(packets) },
      { heading: 'size', align: 'right', cell: ({ bytes }) => size(bytes) },
      {
        heading: 'lost by the capture',
        align: 'right',
        cell: ({ droppedByKernel: lost }) => ({ text: count(lost), ...(lost > 0 && { emphasis: 'bad' }) }),
      },
    ],
    captures,
  );
}

/** Field by field, what a requirement asks for and what the capture shows. */
export function fieldsTable(fields: Finding['fields']): Table {
  return tableOf(
    [
      { heading: 'field', cell: ({ field }) => field },
      {
        heading: 'expected',
        isCode: true,
        cell: ({ expected }) => ({ text: expected, emphasis: 'expected' }),
      },
      { heading: 'seen', isCode: true, cell: ({ seen }) => ({ text: seen, emphasis: 'seen' }) },
    ],
    fields,
  );
}
