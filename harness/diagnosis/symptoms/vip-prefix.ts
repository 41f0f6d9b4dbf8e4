/**
 * An address of a real server’s loopback, or of a device without a link, has a prefix that covers the client: to Linux the
 * whole network is then local, and a reply to the client never leaves the host.
 */
import { shellWord } from '../../../director/shown-text.ts';
import { formatAddress } from '../../../lab/captures/format.ts';
import type { HostFacts } from '../host-facts.ts';
import { isWithin } from '../host-facts.ts';
import { nameOf, type SiteServer } from '../site.ts';
import { clientsText } from '../view/addresses.ts';
import { silentAt } from '../view/silence.ts';
import type { SiteView } from '../view/site-view.ts';
import { inEveryMode, type Symptom, shown } from './symptom.ts';

export const vipPrefix: Symptom = {
  id: 'vip-prefix',
  occursIn: inEveryMode,
  isOfTheNetwork: true,
  isLastResort: false,
  leavesUnanswered: true,
  find: (view) => view.site.servers.flatMap((server) => swallowed(view, server)),
};

function swallowed(view: SiteView, server: SiteServer) {
  const { facts } = server;
  if (facts === undefined) return [];
  const wide = wideAddresses(facts);
  const found = wide.flatMap((one) => {
    const exchanges = silentAt(view, server).filter(({ flow }) => isWithin(flow.client, one));
    return exchanges.length === 0 ? [] : [{ ...one, exchanges }];
  });
  return found.map(({ address, prefixLength, port, exchanges }) => ({
    id: 'vip-prefix',
    host: server.host,
    message: `${nameOf(server)} has ${address}/${prefixLength} on ${port}, which makes the whole network local to it: its replies to ${clientsText(exchanges.map(({ flow }) => flow))} never leave the host. An address there must be a /32.`,
    cure: [
      `ip address del ${address}/${prefixLength} dev ${shellWord(port)}`,
      `ip address add ${address}/32 dev ${shellWord(port)}`,
    ],
    findings: shown(
      exchanges.flatMap(({ requests }) => requests),
      `The server does not answer this request; ${formatAddress(exchanges[0]?.flow.client ?? 0)} lies within ${address}/${prefixLength}.`,
    ),
  }));
}

/** Link types of devices that lead to no network of hosts. */
const WITHOUT_A_LINK = ['loopback', 'ipip', 'tunnel', 'gre', 'none', 'void'];

function wideAddresses({ interfaces }: HostFacts) {
  return [...interfaces].flatMap(([port, { linkType, isWithoutArp, addresses }]) =>
    WITHOUT_A_LINK.includes(linkType) || isWithoutArp
      ? addresses
          .filter(({ address, prefixLength }) => prefixLength < 32 && !address.startsWith('127.'))
          .map((one) => ({ ...one, port }))
      : [],
  );
}
