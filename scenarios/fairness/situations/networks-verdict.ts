/** What is demanded of persistence: clients that are the same under its netmask keep one server. */
import { formatIpv4, ipv4 } from '../../../director/index.ts';
import { counted } from '../../../statistics/number-text.ts';
import { opensOf, type Plan, type PlanTrace } from '../plan/plan.ts';
import type { SituationVerdict } from '../scenario.ts';

/** The servers that clients of each network were sent to. */
export function serversByNetwork(
  plan: Plan,
  { decisions }: PlanTrace,
  netmask: string,
): ReadonlyMap<string, ReadonlySet<number>> {
  const mask = ipv4(netmask);
  const servers = new Map<string, Set<number>>();
  opensOf(plan).forEach(({ client }, i) => {
    const network = `${formatIpv4(ipv4(client) & mask)}/${netmask}`;
    servers.set(network, (servers.get(network) ?? new Set()).add(decisions[i] as number));
  });
  return servers;
}

export function judgeNetworks(
  servers: ReadonlyMap<string, ReadonlySet<number>>,
): Pick<SituationVerdict, 'findings' | 'figures'> {
  const strayed = [...servers].filter(([, own]) => own.size > 1);
  return {
    findings: strayed.map(
      ([network, own]) => `Clients of ${network} were sent to ${counted(own.size, 'server')}.`,
    ),
    figures: { strayedNetworks: strayed.length, networks: servers.size },
  };
}
