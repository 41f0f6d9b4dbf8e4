import { count, percent, points } from '../../statistics/number-text.ts';
import { cut } from '../columns.ts';
import { duration, size } from '../format.ts';
import type { Session, Traffic } from '../result.ts';
import { farthestFromWeight, type Share, sharesOf } from '../shares.ts';
import type { Screen } from './screen.ts';
import { table } from './table.ts';

/** Servers listed for a session; of more, those farthest from the share that their weight gives. */
const LISTED_SERVERS = 8;

/** What each server got, against its weight. */
export function shareLines(session: Session, screen: Screen): string[] {
  const shares = sharesOf(session.servers);
  if (shares.length === 0) return [];
  const listed = farthestFromWeight(shares, LISTED_SERVERS);
  const lines = table<Share>(
    screen,
    [
      { heading: 'server', value: ({ server }) => server.host },
      { heading: 'address', value: ({ server }) => server.rip },
      { heading: 'weight', align: 'right', value: ({ server }) => count(server.weight) },
      { heading: 'connections', align: 'right', value: ({ server }) => count(server.connections) },
      { heading: 'share', align: 'right', value: ({ seen }) => percent(seen) },
      { heading: 'by weight', align: 'right', value: ({ byWeight }) => percent(byWeight) },
      { heading: 'points', align: 'right', value: ({ seen, byWeight }) => points(seen - byWeight) },
      { heading: 'requests', align: 'right', value: ({ server }) => count(server.requests) },
    ],
    listed,
    2,
  );
  const left = shares.length - listed.length;
  const note = `and ${count(left)} servers nearer to the share that their weight gives`;
  return left > 0 ? [...lines, `  ${screen.paint('dim', cut(note, screen.columns - 2))}`] : lines;
}

/** What was sent at the VIP, and how fast answers came. */
export function trafficLines(session: Session, screen: Screen): string[] {
  if (session.traffic.length === 0) return [];
  const milliseconds = (value: number | undefined) => (value === undefined ? '' : duration(value));
  return table<Traffic>(
    screen,
    [
      { heading: 'traffic', value: ({ title }) => title },
      { heading: 'requests', align: 'right', value: ({ requests }) => count(requests) },
      {
        heading: 'errors',
        align: 'right',
        value: ({ errors }) => count(errors),
        style: ({ errors }) => (errors > 0 ? 'red' : undefined),
      },
      {
        heading: 'per second',
        align: 'right',
        value: ({ requestsPerSecond: rate }) => (rate === undefined ? '' : count(rate)),
      },
      { heading: 'p50', align: 'right', value: ({ latencyMs }) => milliseconds(latencyMs?.p50) },
      { heading: 'p99', align: 'right', value: ({ latencyMs }) => milliseconds(latencyMs?.p99) },
      { heading: 'max', align: 'right', value: ({ latencyMs }) => milliseconds(latencyMs?.max) },
      { heading: 'received', align: 'right', value: ({ bytes }) => size(bytes) },
    ],
    session.traffic,
    2,
  );
}
