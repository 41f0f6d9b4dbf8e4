/** Ownership of the VIP on the network: the director’s alone. */

import { formatAddress } from '../../../lab/captures/format.ts';
import { modesWhere } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { findingAbout } from '../../kit/finding.ts';
import { article, rfc } from '../../kit/requirement.ts';
import type { SessionCase } from '../../kit/session-case.ts';

const vipOwner: SessionCase = {
  name: 'arp/vip-owner',
  title: 'Real servers keep quiet about the VIP',
  requirement:
    'A real server holds the VIP but never says so: it answers no ARP request for it and names it as sender in none of its own.',
  sources: [article('dr-arp'), article('tun-arp'), rfc('826')],
  modes: modesWhere(({ rewritesAddresses }) => !rewritesAddresses),
  check: (evidence) => {
    const { service } = evidence;
    const spoken = service.servers.flatMap(({ host }) =>
      evidence.sentBy(host, 'eth0').filter(({ arp }) => arp !== undefined),
    );
    const heard = service.servers.flatMap(({ host }) =>
      evidence.on(host, 'eth0').filter(({ arp }) => arp?.isReply === false && arp.targetIp === service.vip),
    );
    return {
      examined: spoken.length + heard.length,
      evidence: `servers heard ${counted(heard.length, 'request')} for ${formatAddress(service.vip)} and sent ${counted(spoken.length, 'ARP packet')}`,
      findings: spoken
        .filter(({ arp }) => arp?.senderIp === service.vip)
        .map((packet) =>
          findingAbout(packet, `A real server says that it has ${formatAddress(service.vip)}.`),
        ),
    };
  },
};

export const virtualAddress: readonly SessionCase[] = [vipOwner];
