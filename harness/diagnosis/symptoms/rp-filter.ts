/** A real server’s strict reverse path filter (RFC 3704) drops requests: they arrive on one interface, and the way back to the client leads by another. */
import { shellWord } from '../../../director/shown-text.ts';
import { formatAddress } from '../../../lab/captures/format.ts';
import { effectiveSetting, type HostFacts, type HostInterface, hasAddress, routeTo } from '../host-facts.ts';
import { nameOf, type SiteServer } from '../site.ts';
import { silentAt } from '../view/silence.ts';
import type { Exchange, SiteView } from '../view/site-view.ts';
import { inEveryMode, type Symptom, shown } from './symptom.ts';

const STRICT = 1;

export const rpFilter: Symptom = {
  id: 'rp-filter',
  occursIn: inEveryMode,
  isOfTheNetwork: true,
  isLastResort: false,
  leavesUnanswered: true,
  find: (view) => view.site.servers.flatMap((server) => filteredAt(view, server)),
};

function filteredAt(view: SiteView, server: SiteServer) {
  const { facts } = server;
  if (facts === undefined) return [];
  // Without the VIP a packet is dropped or routed on, filter or not.
  if (!view.mode.rewritesAddresses && !hasAddress(facts, view.site.vipText)) return [];
  const dropped = silentAt(view, server).flatMap((exchange) => {
    const ports = strictPortsFor(view, facts, exchange);
    return ports.length === 0 ? [] : [{ ...exchange, ports }];
  });
  const [first] = dropped;
  if (first === undefined) return [];
  const scopes = ['all', ...first.ports].filter(
    (scope) => facts.settings.get(`net.ipv4.conf.${scope}.rp_filter`) === STRICT,
  );
  const back = routeTo(facts, first.flow.client)?.device;
  return [
    {
      id: 'rp-filter',
      host: server.host,
      message: `${nameOf(server)} checks reverse paths strictly (rp_filter=1 on ${first.ports.join(', ')}), and its way back to ${formatAddress(first.flow.client)} leads by ${back ?? 'no interface'}: a request that arrives on another interface than that is dropped without a word.`,
      cure: [`sysctl -w ${scopes.map((scope) => shellWord(`net.ipv4.conf.${scope}.rp_filter=0`)).join(' ')}`],
      findings: shown(
        dropped.flatMap(({ requests }) => requests),
        'The server does not answer this request.',
      ),
    },
  ];
}

/** Interfaces by which the request may have come, that filter strictly, and by which the client is not reached. */
function strictPortsFor(view: SiteView, facts: HostFacts, { flow, requests }: Exchange): string[] {
  const back = routeTo(facts, flow.client)?.device;
  const arrival = new Set(requests.map(({ destinationMac }) => destinationMac));
  return [...facts.interfaces]
    .filter(([port, one]) => {
      if (port === back || one.linkType === 'loopback' || !one.isUp) return false;
      const isArrival = view.mode.encapsulates
        ? isTunnel(one, view.site.vipText)
        : one.mac !== undefined && arrival.has(one.mac);
      return isArrival && effectiveSetting(facts, port, 'rp_filter') === STRICT;
    })
    .map(([port]) => port);
}

/** What comes out of a tunnel arrives on a device that has the VIP, or no address; every other has one of its own. */
function isTunnel({ addresses }: HostInterface, vip: string): boolean {
  return addresses.every(({ address }) => address === vip);
}
