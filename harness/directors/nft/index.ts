/** The kernel's own NAT: nftables gives each new connection the next server in turn (`numgen`), and conntrack keeps it there. */
import { readFileSync } from 'node:fs';
import { LabError, type LabHost } from '../../../lab/index.ts';
import { modesWhere } from '../../../lab/modes.ts';
import type { Declared } from '../../../scenarios/features.ts';
import { findCommand } from '../../environment/system-path.ts';
import type {
  BalancedServer,
  BalancedService,
  DirectorUnderTest,
  Reference,
  RunningReference,
} from '../director-under-test.ts';
import { type Balancer, directorOf } from '../whole-rules.ts';

/** Conntrack has 16 bits for them; 0 is its default. */
const MOST_ZONES = 65_535;

/** The machine's setting, which is not changed for a measurement. */
const MOST_CONNECTIONS = '/proc/sys/net/netfilter/nf_conntrack_max';

const TABLE = 'ip lvs-lab-nft';

const described = {
  name: 'nft',
  kind: 'balancer',
  modes: modesWhere(({ rewritesAddresses }) => rewritesAddresses),
  protocols: ['tcp', 'udp'],
  learnsIn: 1,
  mostFlows: () => Number(readFileSync(MOST_CONNECTIONS, 'utf8')),
  unavailable: async () =>
    findCommand('nft') === undefined ? 'nft is not installed (package nftables)' : undefined,
} as const;

export const nft: Reference = {
  ...described,
  isReference: true,
  description: 'nftables DNAT: numgen and conntrack of the kernel',
  start: async (host, services): Promise<RunningReference> => {
    await load(host, services);
    return { ended: new Promise(() => undefined), stop: () => unload(host) };
  },
};

const DECLARED: Declared = {
  modes: described.modes,
  families: ['ipv4'],
  protocols: described.protocols,
  schedulers: { rr: 'policy', wrr: 'policy' },
  abilities: ['end-to-end', 'edits', 'icmp', 'fragments'],
};

export const nftDirector: DirectorUnderTest = directorOf({
  ...described,
  isReference: false,
  description: 'nftables DNAT as a director: numgen and conntrack of the kernel',
  declared: DECLARED,
  // The kernel forwards within the call that sends a packet, or soon after where the machine is busy.
  quietMs: 10,
  balance: async (host): Promise<Balancer> => {
    await beLiberal(host);
    let zone = 1;
    return {
      load: (services) => load(host, services, zone),
      reset: () => {
        zone = (zone % MOST_ZONES) + 1;
        return load(host, [], zone);
      },
      ended: new Promise(() => undefined),
      stop: () => unload(host),
    };
  },
});

/** IPVS looks at no window: conntrack is not to take segments outside of theirs for strangers. */
async function beLiberal(host: LabHost): Promise<void> {
  await host.run('sysctl', ['-q', '-w', 'net.netfilter.nf_conntrack_tcp_be_liberal=1']);
}

async function load(host: LabHost, services: readonly BalancedService[], zone?: number): Promise<void> {
  const { exitCode, stderr } = await host.run('nft', ['-f', '-'], {
    input: natRules(services, zone),
    reject: false,
  });
  if (exitCode !== 0) throw new LabError(`nftables on ${host.name} does not balance: ${stderr.trim()}`);
}

async function unload(host: LabHost): Promise<void> {
  await host.run('nft', ['delete', 'table', ...TABLE.split(' ')]);
}

/**
 * The ruleset, as `nft -f` reads it, in place of the one before. A service without servers has no rule.
 *
 * @param zone Of conntrack: a connection is unknown in every zone but its own. The kernel’s default unless given.
 */
export function natRules(services: readonly BalancedService[], zone?: number): string {
  const rules = services
    .filter(({ servers }) => servers.length > 0)
    .map(({ protocol, address, port, servers }) => {
      const turns = turnsOf(servers);
      const map = turns.map((server, i) => `${i} : ${server.address} . ${server.port}`).join(', ');
      return `ip daddr ${address} ${protocol} dport ${port} dnat ip addr . port to numgen inc mod ${turns.length} map { ${map} }`;
    });
  return [
    `table ${TABLE}`,
    `delete table ${TABLE}`,
    `table ${TABLE} {`,
    ...(zone === undefined
      ? []
      : [
          '  chain zone {',
          '    type filter hook prerouting priority raw;',
          `    ct zone set ${zone}`,
          '  }',
          '  chain own {',
          '    type filter hook output priority raw;',
          `    ct zone set ${zone}`,
          '  }',
        ]),
    '  chain prerouting {',
    '    type nat hook prerouting priority dstnat;',
    ...rules.map((rule) => `    ${rule}`),
    '  }',
    '}',
    '',
  ].join('\n');
}

/** A round: each server as often as its weight says. */
function turnsOf(servers: readonly BalancedServer[]): BalancedServer[] {
  return servers.flatMap((server) => Array.from({ length: server.weight }, () => server));
}
