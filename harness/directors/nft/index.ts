/** The kernel's own NAT: nftables gives each new connection the next server in turn (`numgen`), and conntrack keeps it there. */
import { LabError, type LabHost } from '../../../lab/index.ts';
import { modesWhere } from '../../../lab/modes.ts';
import { findCommand } from '../../environment/system-path.ts';
import type { BalancedService, Reference, RunningReference } from '../director-under-test.ts';

const TABLE = 'ip lvs-lab-reference';

export const nft: Reference = {
  name: 'nft',
  isReference: true,
  description: 'nftables DNAT: numgen and conntrack of the kernel',
  kind: 'balancer',
  modes: modesWhere(({ rewritesAddresses }) => rewritesAddresses),
  protocols: ['tcp', 'udp'],
  unavailable: async () =>
    findCommand('nft') === undefined ? 'nft is not installed (package nftables)' : undefined,
  start,
};

async function start(host: LabHost, services: readonly BalancedService[]): Promise<RunningReference> {
  const { exitCode, stderr } = await host.run('nft', ['-f', '-'], {
    input: natRules(services),
    reject: false,
  });
  if (exitCode !== 0) throw new LabError(`nftables on ${host.name} does not balance: ${stderr.trim()}`);
  return {
    ended: new Promise(() => undefined),
    stop: async () => {
      await host.run('nft', ['delete', 'table', ...TABLE.split(' ')]);
    },
  };
}

/** The ruleset, as `nft -f` reads it. */
export function natRules(services: readonly BalancedService[]): string {
  const rules = services.map(({ protocol, address, port, servers }) => {
    const map = servers.map((server, i) => `${i} : ${server.address} . ${server.port}`).join(', ');
    return `ip daddr ${address} ${protocol} dport ${port} dnat ip addr . port to numgen inc mod ${servers.length} map { ${map} }`;
  });
  return [
    `table ${TABLE} {`,
    '  chain prerouting {',
    '    type nat hook prerouting priority dstnat;',
    ...rules.map((rule) => `    ${rule}`),
    '  }',
    '}',
    '',
  ].join('\n');
}
