/**
 * DR and TUN: a real server gets requests and says nothing. On the wire the VIP missing there and the reverse path filter
 * look alike; what the host says of itself tells them apart.
 */
import { MODES } from '../../../lab/modes.ts';
import type { Misconfiguration } from '../../../reports/result.ts';
import { finding, findingAbout } from '../../../scenarios/kit/finding.ts';
import { counted } from '../../../statistics/number-text.ts';
import { exchangeAt, refusalsOf } from '../exchange.ts';
import { effectiveSetting, type HostFacts, hasAddress } from '../host-facts.ts';
import { nameOf, type Site, type SiteServer } from '../site.ts';
import { SHOWN_PACKETS, type Symptom } from './symptom.ts';

const STRICT = 1;

export const silentServer: Symptom = {
  id: 'silent-server',
  find: (site) =>
    MODES[site.mode].rewritesAddresses ? [] : site.servers.flatMap((server) => silence(site, server) ?? []),
};

function silence(site: Site, server: SiteServer): Misconfiguration | undefined {
  const exchange = exchangeAt(site, server);
  if (exchange === undefined || exchange.requests.length === 0 || exchange.replies.length > 0)
    return undefined;
  if (refusalsOf(site, server).length > 0) return undefined;
  const named = server.facts === undefined ? undefined : cause(site, server, server.facts);
  return {
    ...(named ?? unknownCause(site, server)),
    host: server.host,
    findings: exchange.requests
      .slice(0, SHOWN_PACKETS)
      .map((packet) => findingAbout(packet, 'The server does not answer this request.'))
      .concat(
        finding(
          `${counted(exchange.requests.length, 'request')} reached ${server.host}, and no reply left it.`,
        ),
      ),
  };
}

type Named = Pick<Misconfiguration, 'id' | 'message' | 'cure'>;

function cause(site: Site, server: SiteServer, facts: HostFacts): Named | undefined {
  if (!hasAddress(facts, site.vipText)) {
    return {
      id: 'vip-missing',
      message: `${nameOf(server)} does not have the VIP ${site.vipText}: a packet for it is not for this host, and is dropped.`,
      cure: [
        'sysctl -w net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.all.arp_announce=2',
        `ip address add ${site.vipText}/32 dev lo`,
      ],
    };
  }
  const strict = [...facts.addresses.keys()].filter(
    (port) => port !== 'lo' && effectiveSetting(facts, port, 'rp_filter') === STRICT,
  );
  if (strict.length === 0) return undefined;
  const scopes = ['all', ...strict].filter(
    (scope) => facts.settings.get(`net.ipv4.conf.${scope}.rp_filter`) === STRICT,
  );
  return {
    id: 'rp-filter',
    message: `${nameOf(server)} checks reverse paths strictly (rp_filter=1 on ${strict.join(', ')}): a request that arrives on another interface than the one that leads back to the client is dropped without a word.`,
    cure: [`sysctl -w ${scopes.map((scope) => `net.ipv4.conf.${scope}.rp_filter=0`).join(' ')}`],
  };
}

function unknownCause({ mode, vipText }: Site, server: SiteServer): Named {
  const checks = [
    `ip address show to ${vipText}   # empty: ip address add ${vipText}/32 dev lo`,
    'sysctl -a 2>/dev/null | grep "\\.rp_filter = 1"   # any line: set it to 0',
    ...(MODES[mode].encapsulates
      ? ['ip link show tunl0   # missing or down: modprobe ipip && ip link set tunl0 up']
      : []),
  ];
  return {
    id: 'silent-server',
    message: `${nameOf(server)} gets requests and answers nothing: the VIP is not there, or reverse path filtering drops them${MODES[mode].encapsulates ? ', or it has no tunnel device' : ''}. Captures alone cannot tell; ask the host, or give what it says with --facts.`,
    cure: checks,
  };
}
