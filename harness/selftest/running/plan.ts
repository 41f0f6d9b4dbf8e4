/** On what a mutant is tried that shows in a running director alone: networks, and cases that are soon played. */
import type { Mode } from '../../../lab/index.ts';
import { packetCases } from '../../../scenarios/index.ts';
import type { PacketCase } from '../../../scenarios/kit/packet-case.ts';
import { tsDirectorOf } from '../../directors/ts/index.ts';

export interface RunningPlan {
  readonly mode: Mode;
  /** As `--fast-path` says it. */
  readonly fastPath: 'tcx' | 'xdp';
  /** With their numbers in the catalogue. */
  readonly cases: readonly { readonly one: PacketCase; readonly index: number }[];
  /** Whether the director’s life is looked at too: it is the same in any network. */
  readonly hasLife: boolean;
}

/** What rings, claims, marks, the machine’s own stack and its routes have a part in; much else shows in memory. */
const IN_NAT = [
  'request/ports request/many request/any-options request/udp-without-checksum request/padding request/broadcast-frame',
  'request/sctp request/truncated reply/ports reply/many reply/without-ip-forward ttl/expired mtu/above-df mtu/options-cut',
  'mtu/reply-above-no-df fragment/request fragment/reply fragment/any-order icmp/from-server-side icmp/echo icmp/left-alone',
  'local/no-service-tcp local/no-service-udp local/stray-segment local/other-protocol local/own-address no-server/none',
  'arp/vip-asked route/not-local route/no-connection route/requests-without-ip-forward route/no-route neighbour/waiting',
  'marks/ports marks/before-address marks/persistence rules/changed-at-once rules/cleared rules/list counters/own-errors',
  'commands/list-services connection/stays ftp/passive-data deleted/service deleted/silent persistence/sticks',
  'conversation/tcp conversation/udp',
];
/**
 * Not `request/many`: XDP sends what it forwards at the end of a batch, and what needs thought, as packets with options do,
 * may have left the director before.
 */
const IN_TUNNELS = [
  'request/ports request/udp-without-checksum outer/addresses outer/ttl outer/gre outer/gue mtu/tunnel-1480 mtu/tunnel-above-no-df',
  'fragment/request icmp/tunnel-error icmp/tunnel-fragmentation-needed local/no-service-tcp conversation/tcp conversation/udp',
];

export const RUNNING_PLANS: readonly RunningPlan[] = [
  { mode: 'nat', fastPath: 'tcx', cases: casesNamed(IN_NAT, 'nat'), hasLife: true },
  { mode: 'tun', fastPath: 'xdp', cases: casesNamed(IN_TUNNELS, 'tun'), hasLife: false },
];

/** @param program That takes the arguments of the director’s own. */
export function directorFor(program: string, { fastPath }: RunningPlan) {
  const director = tsDirectorOf(program, {
    name: 'ts',
    description: 'the director, with a mistake',
    arguments: ['--fast-path', fastPath],
  });
  // None of the cases goes by time: one that takes long need not be played again.
  return { ...director, setsClock: true };
}

function casesNamed(lines: readonly string[], mode: Mode): RunningPlan['cases'] {
  return lines
    .join(' ')
    .split(' ')
    .map((name) => {
      const index = packetCases.findIndex((one) => one.name === name);
      const one = packetCases[index];
      if (one === undefined || one.virtualTime === true || !one.modes.includes(mode)) {
        throw new Error(`${mode}/${name} is no case that is played in namespaces`);
      }
      return { one, index };
    });
}
