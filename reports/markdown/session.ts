import { count, percent, points } from '../../statistics/number-text.ts';
import { duration } from '../format.ts';
import type { Hop, Session } from '../result.ts';
import { farthestFromWeight, sharesOf } from '../shares.ts';
import { suiteTitle } from '../suites.ts';
import { table, text } from './syntax.ts';

/** Servers listed for a session; of more, those farthest from the share that their weight gives. */
const LISTED_SERVERS = 20;

/** What was seen in one lab: the way of a request, what each server got, and how fast. */
export function sessionBlocks(session: Session): string[] {
  const shares = sharesOf(session.servers);
  const listed = farthestFromWeight(shares, LISTED_SERVERS);
  const milliseconds = (value: number | undefined) => (value === undefined ? '' : duration(value));
  return [
    `## ${text(suiteTitle(session))}`,
    text(session.topology.title),
    ...hopBlocks('Request', session.path.request),
    ...hopBlocks('Reply', session.path.reply),
    listed.length > 0
      ? table(
          ['server', 'address', 'weight', 'connections', 'share', 'by weight', 'points', 'requests'],
          listed.map(({ server, seen, byWeight }) => [
            text(server.host),
            text(server.rip),
            count(server.weight),
            count(server.connections),
            percent(seen),
            percent(byWeight),
            points(seen - byWeight),
            count(server.requests),
          ]),
        )
      : '',
    shares.length > listed.length
      ? `And ${count(shares.length - listed.length)} servers nearer to the share that their weight gives.`
      : '',
    session.traffic.length > 0
      ? table(
          ['traffic', 'requests', 'errors', 'per second', 'p50', 'p99', 'max'],
          session.traffic.map((item) => [
            text(item.title),
            count(item.requests),
            count(item.errors),
            item.requestsPerSecond === undefined ? '' : count(item.requestsPerSecond),
            milliseconds(item.latencyMs?.p50),
            milliseconds(item.latencyMs?.p99),
            milliseconds(item.latencyMs?.max),
          ]),
        )
      : '',
  ];
}

function hopBlocks(name: string, hops: readonly Hop[]): string[] {
  if (hops.length === 0) return [`${name}: no path was seen in the captures.`];
  return [
    `${name}, as seen hop by hop:`,
    table(
      ['where', 'source → destination', 'outer header', 'TTL', 'MAC → MAC'],
      hops.map((hop) => [
        text(`${hop.host} ${hop.interface} ${hop.direction}`),
        text(`${hop.source} → ${hop.destination}`),
        hop.outer ? text(`${hop.outer.source} → ${hop.outer.destination}`) : '',
        String(hop.ttl),
        text(`${hop.sourceMac} → ${hop.destinationMac}`),
      ]),
    ),
  ];
}
