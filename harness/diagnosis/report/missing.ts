/** What would be needed to judge what could not be judged. */

import type { OpenedCapture } from '../../../lab/captures/files/open-capture.ts';
import { formatAddress, formatEndpoint } from '../../../lab/captures/format.ts';
import type { Misconfiguration } from '../../../reports/result.ts';
import { counted, countedOf } from '../../../statistics/number-text.ts';
import { type Flow, isOpening } from '../view/flow.ts';
import { either } from '../view/sentences.ts';
import type { SiteView } from '../view/site-view.ts';
import type { LookedAt } from './looked-at.ts';

/** @param found What explains why connections got no answer. */
export function missing(
  views: readonly SiteView[],
  captures: readonly OpenedCapture[],
  found: readonly Misconfiguration[],
  { services, connections, direct }: LookedAt,
): string[] {
  if (connections === 0) {
    return [
      direct > 0
        ? `Only connections straight to real servers (health checks) are in these captures, and no request of a client for ${either(services)}: capture while a client tries.`
        : `No request for ${either(services)} is in these captures: ${insteadOf(captures)}. Capture while a client tries, on the interface that its packets pass.`,
    ];
  }
  const hosts = new Set(found.map(({ host }) => host));
  const open = views.flatMap((view) =>
    view.flows.filter((flow) => !view.isAnswered(flow) && !isExplained(view, flow, hosts)),
  );
  return [
    ...(open.length > 0
      ? [
          `${countedOf(open.length, connections, 'connection')}: no answer is in these captures, nor how the request ended. ${whereToCapture(views)}`,
        ]
      : []),
    ...views.flatMap(unseenServers),
  ];
}

function isExplained(view: SiteView, flow: Flow, hosts: ReadonlySet<string>): boolean {
  return hosts.has(view.site.director.host) || view.serversOf(flow).some(({ host }) => hosts.has(host));
}

/** Points that would show how it went on. */
function whereToCapture(views: readonly SiteView[]): string {
  const points = new Set(
    views.flatMap(({ site, mode }) => [
      ...(site.director.captures.length === 0 && mode.repliesPassDirector
        ? ['the director, on both sides']
        : []),
      ...site.servers
        .filter(({ captures }) => captures.length === 0)
        .map(({ ripText }) => `real server ${ripText}`),
      ...(site.others.length === 0 ? ['a client'] : []),
    ]),
  );
  return points.size === 0 ? 'Capture for longer.' : `Capture on ${either([...points])} too.`;
}

function unseenServers(view: SiteView): string[] {
  const unseen = view.site.servers.filter(
    (server) =>
      server.captures.length === 0 && !view.flows.some((flow) => view.serversOf(flow).includes(server)),
  );
  return unseen.map(
    ({ ripText }) => `Real server ${ripText}: no capture of it was given, and no request for it was seen.`,
  );
}

/** What the captures do hold. */
function insteadOf(captures: readonly OpenedCapture[]): string {
  const packets = captures.flatMap((capture) => capture.packets);
  if (packets.length === 0) return 'they are empty';
  const ends = new Map<string, number>();
  for (const packet of packets) {
    const { payload } = packet;
    if (payload === undefined) continue;
    const { destination, destinationPort, sourcePort } = payload;
    const isToService = isOpening(packet) || (destinationPort !== 0 && destinationPort < sourcePort);
    const end = isToService ? formatEndpoint(destination, destinationPort) : formatAddress(destination);
    ends.set(end, (ends.get(end) ?? 0) + 1);
  }
  const most = [...ends].sort(([, a], [, b]) => b - a).slice(0, 3);
  return most.length === 0
    ? `none of their ${counted(packets.length, 'packet')} is IPv4`
    : `they hold ${counted(packets.length, 'packet')}, most of them to ${either(most.map(([end]) => end))}`;
}
