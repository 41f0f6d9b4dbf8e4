/** A point at which only requests, or only replies, were captured, while the other direction demonstrably works. */
import type { SiteView } from '../view/site-view.ts';

export function oneDirectionRemarks(view: SiteView): string[] {
  return view.site.servers.flatMap((server) => {
    if (server.captures.length === 0) return [];
    const exchanges = view.exchangesAt(server);
    const answered = exchanges.filter(({ flow }) => view.isAnswered(flow));
    if (answered.length > 0 && answered.every(({ replies }) => replies.length === 0)) {
      return [
        `The capture of ${server.host} shows requests and no replies, although clients get replies: it was taken in one direction, or replies leave by another interface.`,
      ];
    }
    const replies = view.flows.flatMap((flow) => {
      const leg = flow.legs.get(server.host);
      return [...(leg?.answered ?? []), ...(leg?.returned ?? [])];
    });
    return exchanges.length === 0 && replies.length > 0
      ? [
          `The capture of ${server.host} shows replies and no requests: it was taken in one direction, or requests arrive on another interface.`,
        ]
      : [];
  });
}
