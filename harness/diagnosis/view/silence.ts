/** Requests that reached a real server and got nothing back. */
import type { SiteServer } from '../site.ts';
import { refusalsOf } from './refusals.ts';
import { type Exchange, lastTimeAt, type SiteView } from './site-view.ts';

/** A server that takes longer to accept a connection, or to answer a datagram, is not what is meant here. */
const PATIENCE_S = 0.5;

/** Exchanges without a reply, of which no acknowledgement tells that there was one after all. */
export function silentAt(view: SiteView, server: SiteServer): Exchange[] {
  if (refusalsOf(view, server).length > 0) return [];
  return view
    .exchangesAt(server)
    .filter(({ flow, replies }) => replies.length === 0 && !view.hasProgress(flow))
    .filter(({ flow }) => !isRefusedByIcmp(view, server, flow.client, flow.clientPort));
}

/** Those that were repeated, or of which the capture would show an answer if there were one. */
export function provenSilentAt(view: SiteView, server: SiteServer): Exchange[] {
  const last = lastTimeAt(view, server.host);
  return silentAt(view, server).filter(
    ({ requests }) => requests.length > 1 || last - (requests[0]?.time ?? last) >= PATIENCE_S,
  );
}

function isRefusedByIcmp(view: SiteView, server: SiteServer, client: number, clientPort: number): boolean {
  return view.unreachables.some(
    ({ host, about }) =>
      host === server.host &&
      about.source === client &&
      (about.sourcePort === clientPort || about.sourcePort === 0),
  );
}
