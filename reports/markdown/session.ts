import { counted } from '../../statistics/number-text.ts';
import type { Hop, Session } from '../result.ts';
import { farthestFromWeight, sharesOf } from '../shares.ts';
import { suiteTitle } from '../suites.ts';
import { hopsTable } from '../tables/network.ts';
import { sharesTable, trafficTable } from '../tables/session.ts';
import { markdownTable, text } from './syntax.ts';

/** Servers listed for a session; of more, those farthest from the share that their weight gives. */
const LISTED_SERVERS = 20;

/** What was seen in one lab: the path of a request, what each server got, and how fast. */
export function sessionBlocks(session: Session): string[] {
  const shares = sharesOf(session.servers);
  const listed = farthestFromWeight(shares, LISTED_SERVERS);
  return [
    `## ${text(suiteTitle(session))}`,
    text(session.topology.title),
    ...hopBlocks('Request', session.path.request),
    ...hopBlocks('Reply', session.path.reply),
    listed.length > 0 ? markdownTable(sharesTable(listed)) : '',
    shares.length > listed.length
      ? `And ${counted(shares.length - listed.length, 'server')} closer to the share that their weight gives.`
      : '',
    session.traffic.length > 0 ? markdownTable(trafficTable(session)) : '',
  ];
}

function hopBlocks(name: string, hops: readonly Hop[]): string[] {
  if (hops.length === 0) return [`${name}: no path was seen in the captures.`];
  return [`${name}, as seen hop by hop:`, markdownTable(hopsTable(hops))];
}
