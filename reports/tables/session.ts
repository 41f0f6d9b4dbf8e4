import { count, percent, points } from '../../statistics/number-text.ts';
import { duration, size } from '../format.ts';
import type { Finding, Session, Traffic } from '../result.ts';
import type { Share } from '../shares.ts';
import { type Table, tableOf } from '../table.ts';

/** What each server got, against its weight. */
export function sharesTable(shares: readonly Share[]): Table {
  return tableOf<Share>(
    [
      { heading: 'server', cell: ({ server }) => server.host },
      { heading: 'address', cell: ({ server }) => server.rip },
      { heading: 'weight', align: 'right', cell: ({ server }) => count(server.weight) },
      { heading: 'connections', align: 'right', cell: ({ server }) => count(server.connections) },
      { heading: 'share', align: 'right', cell: ({ seen }) => percent(seen) },
      { heading: 'by weight', align: 'right', cell: ({ byWeight }) => percent(byWeight) },
      { heading: 'points', align: 'right', cell: ({ seen, byWeight }) => points(seen - byWeight) },
      { heading: 'requests', align: 'right', cell: ({ server }) => count(server.requests) },
    ],
    shares,
  );
}

const milliseconds = (value: number | undefined) => (value === undefined ? '' : duration(value));

/** What was sent at the VIP, and how fast answers came. */
export function trafficTable({ traffic }: Pick<Session, 'traffic'>): Table {
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
    ],
    traffic,
  );
}

/** Field by field, what a requirement asks for and what the capture shows. */
export function fieldsTable(fields: Finding['fields']): Table {
  return tableOf(
    [
      { heading: 'field', cell: ({ field }) => field },
      { heading: 'expected', isCode: true, cell: ({ expected }) => ({ text: expected, emphasis: 'good' }) },
      { heading: 'seen', isCode: true, cell: ({ seen }) => ({ text: seen, emphasis: 'bad' }) },
    ],
    fields,
  );
}
