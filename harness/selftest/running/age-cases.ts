/**
 * What a director that runs must not gather as it ages: descriptors, lines of its log, claims on packets; and that it follows
 * the machine’s routes. Counted, not timed.
 */
import { readdirSync, readFileSync } from 'node:fs';
import type { RunningState } from '../../../director/index.ts';
import { ICMP, ipText } from '../../../lab/frames/index.ts';
import { ALL_MODES } from '../../../lab/modes.ts';
import { until } from '../../../lab/netns/until.ts';
import { expectValues, outcome } from '../../../scenarios/kit/expecting/expect.ts';
import { isOf, packetIn } from '../../../scenarios/kit/expecting/forwarded.ts';
import { type PacketCase, packetCase } from '../../../scenarios/kit/packet-case.ts';
import { Service } from '../../../scenarios/kit/service.ts';
import type { Life } from './life.ts';

const SOURCES = [{ kind: 'contract', where: 'how a director lives and ends' }] as const;
const COMMON = { modes: ALL_MODES, sources: SOURCES };

const FIRST_ROUNDS = 3;
const ROUNDS = 30;
const DROPS_A_ROUND = 4;
const PORT = 7_000;
const QUIET_WITHIN_MS = 10_000;
/** More than what a director says now and then: of its rules, or of what it could not send. */
const MOST_LINES = 3;

/** Rules come and go with their connections; so do questions, and packets that nobody gets. */
export function aged({ logFile }: Life): PacketCase {
  return packetCase({
    ...COMMON,
    name: 'running/age',
    title: 'Age leaves neither descriptors nor lines in the log',
    requirement:
      'However often rules are changed, questions asked and packets dropped, the director has no more descriptors open than before and writes no line of each; and what it claimed for a service is given back with it.',
    play: async (stage) => {
      const { pid } = ((await stage.director.snapshot()) as RunningState).process;
      const counts = () => ({
        descriptors: readdirSync(`/proc/${pid}/fd`).length,
        lines: readFileSync(logFile, 'utf8').split('\n').length,
      });
      let clients = 0;
      const round = async () => {
        const service = await Service.add(stage, { port: PORT, protocol: 'udp', servers: [{}] });
        service.datagram(service.client(clients++));
        await stage.settle();
        await service.edit('-s', 'wlc');
        await service.removeServer(0);
        // Nobody is there for these.
        for (let i = 0; i < DROPS_A_ROUND; i++) service.datagram(service.client(clients++));
        await stage.settle();
        await stage.director.rules(`-D ${service.key.join(' ')}`);
      };
      for (let i = 0; i < FIRST_ROUNDS; i++) await round();
      const before = counts();
      for (let i = 0; i < ROUNDS; i++) await round();
      // A connection is closed a moment after its answer.
      const isBack = () => (counts().descriptors <= before.descriptors ? true : undefined);
      await until(isBack, { limitMs: QUIET_WITHIN_MS });
      const after = counts();
      // Another one stays, so that there are claims at all. No server is remembered of the two that go.
      await Service.add(stage, { port: PORT + 1, servers: [{}] });
      const gone = [
        await Service.add(stage, { port: PORT + 2, protocol: 'udp', servers: [] }),
        // Of all ports.
        await Service.add(stage, { port: 0, protocol: 'udp', options: ['-p', '60'], servers: [] }),
      ];
      for (const { key } of gone) await stage.director.rules(`-D ${key.join(' ')}`);
      const others = [8, 9].map((n) => ({ address: stage.clientAddress(n), port: 20_000 }));
      for (const [i, client] of others.entries()) gone[0]?.datagram(client, { port: PORT + 2 + i });
      await stage.settle();
      return { before, after, others };
    },
    check: (seen, { before, after, others }) => {
      const refusals = others.map(
        ({ address }) =>
          seen.toClients.filter((packet) => isOf(ICMP)(packet) && ipText(packetIn(packet), 16) === address)
            .length,
      );
      return outcome(
        seen.fromClients.length,
        `packets of ${FIRST_ROUNDS + ROUNDS + 3} services, one after the other`,
        expectValues('The director has gathered something as it aged.', {
          'descriptors more than before': [0, Math.max(0, after.descriptors - before.descriptors)],
          'lines of its log more than a few': [0, Math.max(0, after.lines - before.lines - MOST_LINES)],
        }),
        expectValues('The machine’s own stack does not answer where there is no service any more.', {
          'refusals of datagrams to a port, and to one of all ports': ['1 1', refusals.join(' ')],
        }),
      );
    },
  });
}

const NETWORK = '10.251.0.0/24';
const FAR = '10.251.0.9';
const DATAGRAMS = 3;

/** A server behind others: the way to it changes. */
export function routed({ host }: Life): PacketCase {
  return packetCase({
    ...COMMON,
    name: 'running/routes',
    title: 'The director follows the routes of its machine while it runs',
    requirement: 'Packets go the way that the machine’s routes say, from the moment at which they change.',
    play: async (stage) => {
      const service = await Service.add(stage, { protocol: 'udp', servers: [{ address: FAR }] });
      const macs = stage.servers.slice(0, 2).map(({ mac }) => mac);
      let clients = 0;
      try {
        for (const { address } of stage.servers.slice(0, 2)) {
          await host.run('ip', ['route', 'replace', NETWORK, 'via', address]);
          await stage.settle();
          for (let i = 0; i < DATAGRAMS; i++) service.datagram(service.client(clients++));
          await stage.settle();
        }
      } finally {
        await host.run('ip', ['route', 'del', NETWORK], { reject: false });
      }
      return macs;
    },
    check: (seen, macs) =>
      outcome(
        seen.fromClients.length,
        'datagrams for a server behind others',
        expectValues('The way is not the one that the machine’s routes say.', {
          'by way of rs1, and of rs2 after a change': [
            `${DATAGRAMS} ${DATAGRAMS}`,
            macs
              .map((mac) => seen.toServers.filter(({ destinationMac }) => destinationMac === mac).length)
              .join(' '),
          ],
        }),
      ),
  });
}
