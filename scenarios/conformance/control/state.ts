/** What a director says of itself. */

import { ALL_MODES } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { expectValues, outcome } from '../../kit/expecting/expect.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { contract } from '../../kit/requirement.ts';
import { Service } from '../../kit/service.ts';
import { refusalText } from './refusal-text.ts';

const CLIENTS = 60;
const MTU_BYTES = 1_400;

export const state: readonly PacketCase[] = [
  packetCase({
    name: 'control/state',
    title: 'A director says what it balances, on which interfaces, and how it was started',
    requirement:
      'The state of a director has its services with their servers and counters, its connections, or only their number where that is asked for, what it ended of packets and why, and the interfaces that it works on with their MTUs and forwarding as they are now.',
    sources: [contract('the control socket')],
    modes: ALL_MODES,
    virtualTime: true,
    play: async (stage) => {
      const { director, topology } = stage;
      const client = director.control?.client;
      const service = await Service.add(stage, { servers: [{ weight: 0 }, { weight: 70_000 }] });
      for (let i = 0; i < CLIENTS; i++) service.open(service.client(i));
      service.segment(service.client(CLIENTS), 'A');
      await stage.settle();
      await client?.settle();
      const own = topology.hosts.find(({ role }) => role === 'director');
      const ports = own?.interfaces ?? [];
      const ipForward = own?.sysctls['net.ipv4.ip_forward'] === 1;
      const mtuBytes = Object.fromEntries(ports.map(({ name, mtu = 1_500 }) => [name, mtu]));
      const whole = await client?.snapshot();
      const summary = await client?.summary();
      await director.setServerSideMtu(MTU_BYTES);
      await director.setIpForward(!ipForward);
      const later = await client?.summary();
      const refused: Record<string, readonly [string, string]> = {};
      for (const method of ['stop', 'reset'] as const) {
        refused[method] = [noProcess(method), await refusalText(() => client?.[method]())];
      }
      refused.handover = [noProcess('handover'), await refusalText(() => client?.handOver())];
      refused.inheritance = [noProcess('inheritance'), await refusalText(() => client?.inheritance(1))];
      const lastPort = ports.at(-1)?.name ?? '';
      return { whole, summary, later, mtuBytes, ipForward, lastPort, refused, address: service.address };
    },
    check: (_seen, { whole, summary, later, mtuBytes, ipForward, lastPort, refused, address }) => {
      const { upMs, pid, ...running } = whole?.process ?? {};
      const expected = {
        isRevived: false,
        connectionCount: CLIENTS,
        ports: Object.keys(mtuBytes),
        mtuBytes,
        ipForward,
        fastPath: { places: {}, flows: 0 },
        fastPathChoice: 'off',
        lostFrames: 0,
        untakenFrames: {},
      };
      const { connections, ...withoutConnections } = whole ?? {};
      const { connections: none, process: _process, ...rest } = summary ?? {};
      const { process: _other, ...same } = withoutConnections as Partial<NonNullable<typeof whole>>;
      return outcome(
        connections?.length ?? 0,
        counted(connections?.length ?? 0, 'connection'),
        expectValues('A director does not say what there is.', {
          'its process': [JSON.stringify(expected), JSON.stringify(running)],
          'a process and its age': ['number number', `${typeof pid} ${typeof upMs}`],
          connections: [CLIENTS, connections?.length],
          'servers of connections': [1, new Set(connections?.map(({ server }) => server)).size],
          'connections of a summary': [0, none?.length],
          'all else of a summary': [JSON.stringify(same), JSON.stringify(rest)],
          services: [address, whole?.services.map((service) => service.address).join(' ')],
          weights: [
            '0 70000',
            whole?.services[0]?.servers
              .map(({ weight }) => weight)
              .toSorted()
              .join(' '),
          ],
          'MTU and forwarding later': [
            JSON.stringify([{ ...mtuBytes, [lastPort]: MTU_BYTES }, !ipForward]),
            JSON.stringify([later?.process.mtuBytes, later?.process.ipForward]),
          ],
        }),
        expectValues('What is asked of a process is answered by one in memory.', refused),
      );
    },
  }),
];

function noProcess(method: string): string {
  return `a director in memory is no process: ${method} does not apply to it`;
}
