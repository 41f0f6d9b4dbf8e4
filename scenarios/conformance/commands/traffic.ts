/** What traffic leaves in the lists: connections, counters and rates. */

import type { DirectorSnapshot } from '../../../director/index.ts';
import { ALL_MODES, MODES } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { Dialogue, judgeExchanges } from '../../kit/dialogue.ts';
import { expectValues, outcome } from '../../kit/expecting/expect.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { RandomNumbers } from '../../kit/random-numbers.ts';
import { kernel } from '../../kit/requirement.ts';
import { Service } from '../../kit/service.ts';
import { columns, counterColumns, ofOneService, serverLine, TITLES } from './titles.ts';

const SEED = 19;
const PERIODS = 24;

/** How a director orders its state is its own affair; that of lists is seen elsewhere. */
function inAnyOrder(lines: readonly string[]): string {
  return lines.toSorted().join('\n');
}

function countersText(values: DirectorSnapshot['totals']): string {
  const { connections, inPackets, outPackets, inBytes, outBytes } = values;
  return [connections, inPackets, outPackets, inBytes, outBytes].join(' ');
}

export const traffic: readonly PacketCase[] = [
  packetCase({
    name: 'commands/list-traffic',
    title: 'Each list shows the traffic in its own columns',
    requirement:
      'Active and inactive connections stand in every list but those of counters and rates, templates in that of persistent connections; --stats counts since the last -Z of the service or of all, and -Z of one service leaves the others and the totals as they are.',
    sources: [kernel('ipvsadm: listing formats, §7.3'), kernel('statistics, §8')],
    modes: ALL_MODES,
    virtualTime: true,
    play: async (stage) => {
      const dialogue = new Dialogue(stage);
      const { director, mode } = stage;
      const { repliesPassDirector, ipvsadmName } = MODES[mode];
      const udp = await Service.add(stage, { protocol: 'udp', port: 53, servers: [{}, { weight: 2 }] });
      const tcp = await Service.add(stage, { port: 80, options: ['-p', '300'], servers: [{ weight: 3 }] });
      for (let i = 0; i < 5; i++) udp.datagram(udp.client(i));
      await stage.settle();
      // The servers of the first two, in turn from the one that was added last.
      udp.datagramReply(1, udp.client(0));
      udp.datagramReply(0, udp.client(1));
      tcp.open(tcp.client(0));
      tcp.open(tcp.client(1));
      tcp.segment(tcp.client(2), 'S');
      tcp.segment(tcp.client(1), 'FA');
      await stage.settle();
      await stage.wait(2_200);
      const out = Number(repliesPassDirector);
      const [one, two] = [udp.serverAddress(0), udp.serverAddress(1)];
      const web = tcp.serverAddress(0);
      const title = {
        tcp: `TCP  ${tcp.address} rr persistent 300`,
        udp: `UDP  ${udp.address} rr`,
      };
      await dialogue.prints('-Ln', [
        ...TITLES.plain,
        title.tcp,
        serverLine(web, columns([ipvsadmName, 7], [3, 6], [2, 10], [1, 10])),
        title.udp,
        serverLine(one, columns([ipvsadmName, 7], [1, 6], [0, 10], [2, 10])),
        serverLine(two, columns([ipvsadmName, 7], [2, 6], [0, 10], [3, 10])),
      ]);
      await dialogue.prints('-Ln --persistent-conn', [
        ...TITLES.persistent,
        title.tcp,
        serverLine(web, columns([3, 9], [1, 11], [2, 10], [1, 10])),
        title.udp,
        serverLine(one, columns([1, 9], [0, 11], [0, 10], [2, 10])),
        serverLine(two, columns([2, 9], [0, 11], [0, 10], [3, 10])),
      ]);
      await dialogue.prints(`-Ln --thresholds ${udp.key.join(' ')}`, [
        ...ofOneService(TITLES.thresholds),
        title.udp,
        serverLine(one, columns([0, 10], [0, 10], [0, 10], [2, 10])),
        serverLine(two, columns([0, 10], [0, 10], [0, 10], [3, 10])),
      ]);
      const counters = (name: string, values: readonly number[], isServer = false) =>
        isServer
          ? serverLine(name, counterColumns(...values).slice(1))
          : name.padEnd(33) + counterColumns(...values);
      const web6 = [3, 6, 0, 240, 0];
      const tcpCounters = [counters(`TCP  ${tcp.address}`, web6), counters(web, web6, true)];
      const udpCounters = (all: readonly number[], first: readonly number[], second: readonly number[]) => [
        counters(`UDP  ${udp.address}`, all),
        counters(one, first, true),
        counters(two, second, true),
      ];
      const before = udpCounters(
        [5, 5, 2 * out, 165, 66 * out],
        [2, 2, out, 66, 33 * out],
        [3, 3, out, 99, 33 * out],
      );
      const zero = [0, 0, 0, 0, 0];
      await dialogue.prints('-Ln --stats', [...TITLES.stats, ...tcpCounters, ...before]);
      await dialogue.prints('-Ln --stats --exact', [...TITLES.stats, ...tcpCounters, ...before]);
      await dialogue.prints(`-Ln --stats ${tcp.key.join(' ')}`, [
        ...ofOneService(TITLES.stats),
        ...tcpCounters,
      ]);
      const snapshot = await director.snapshot();
      const totals = [snapshot.totals];
      const told = snapshot.services.flatMap((service) => [
        `${service.protocol} ${service.address} ${service.scheduler} ${countersText(service)}`,
        ...service.servers.map(
          (one) =>
            `${service.address} ${one.address} ${one.weight} ${one.activeConnections} ${one.inactiveConnections} ${one.persistentConnections} ${countersText(one)}`,
        ),
      ]);
      const state = [
        `UDP ${udp.address} rr 5 5 ${2 * out} 165 ${66 * out}`,
        `${udp.address} ${two} 2 0 3 0 3 3 ${out} 99 ${33 * out}`,
        `${udp.address} ${one} 1 0 2 0 2 2 ${out} 66 ${33 * out}`,
        `TCP ${tcp.address} rr 3 6 0 240 0`,
        `${tcp.address} ${web} 3 2 1 1 3 6 0 240 0`,
      ];
      await dialogue.does(`-Z ${udp.key.join(' ')}`);
      totals.push((await director.snapshot()).totals);
      await dialogue.prints('-Ln --stats', [
        ...TITLES.stats,
        ...tcpCounters,
        ...udpCounters(zero, zero, zero),
      ]);
      udp.datagram(udp.client(9));
      await stage.settle();
      await stage.wait(2_200);
      const after = udpCounters([1, 1, 0, 33, 0], [1, 1, 0, 33, 0], zero);
      await dialogue.prints('-Ln --stats', [...TITLES.stats, ...tcpCounters, ...after]);
      await dialogue.does('-Z');
      await dialogue.prints('-Ln --stats', [
        ...TITLES.stats,
        ...[counters(`TCP  ${tcp.address}`, zero), counters(web, zero, true)],
        ...udpCounters(zero, zero, zero),
      ]);
      // Nothing but what is shown begins anew.
      await dialogue.prints(`-Ln ${tcp.key.join(' ')}`, [
        ...ofOneService(TITLES.plain),
        title.tcp,
        serverLine(web, columns([ipvsadmName, 7], [3, 6], [2, 10], [1, 10])),
      ]);
      return { exchanges: dialogue.exchanges, totals, out, told, state };
    },
    check: (_seen, { exchanges, totals, out, told, state }) => {
      const shown = totals.map(countersText);
      const all = [8, 11, 2 * out, 405, 66 * out].join(' ');
      return outcome(
        exchanges.length,
        `${counted(exchanges.length, 'command')} about eight connections`,
        judgeExchanges(exchanges),
        expectValues('The totals are not those of all services.', {
          'before -Z': [all, shown[0]],
          'after -Z of one service': [all, shown[1]],
        }),
        expectValues('What the director says of its state is not what it lists.', {
          'services and servers': [inAnyOrder(state), inAnyOrder(told)],
        }),
      );
    },
  }),
  packetCase({
    name: 'commands/list-rates',
    title: 'Every rate follows what comes and goes, and rounds as the kernel does',
    requirement:
      '--rate shows connections, packets and bytes per second, in and out: every two seconds each estimate moves by a quarter of what it is off, rounded down, so that it rises more slowly than it falls; -Z sets it to zero.',
    sources: [kernel('statistics: estimator, §8')],
    modes: ALL_MODES,
    virtualTime: true,
    play: async (stage) => {
      const random = new RandomNumbers(SEED, 'rates');
      const service = await Service.add(stage, { protocol: 'udp', servers: [{}] });
      await service.meetServers();
      // Estimates are made every two seconds since the start: looks lie between them.
      await stage.wait(1_000);
      const periods: { readonly sent: readonly number[]; readonly shown: readonly number[] }[] = [];
      let clients = 0;
      for (let period = 0; period < PERIODS; period++) {
        const connections = random.below(3) === 0 ? 0 : random.below(7);
        let inBytes = 0;
        let replies = 0;
        for (let i = 0; i < connections; i++) {
          const client = service.client(clients++);
          inBytes += service.datagram(client, undefined, new Uint8Array(random.below(900))).length;
          await stage.settle();
          if (random.below(2) === 0) continue;
          service.datagramReply(0, client);
          replies++;
        }
        await stage.settle();
        await stage.wait(2_000 - 50 * (connections + 1));
        const list = await stage.director.ipvsadm('-Ln', '--rate', ...service.key);
        const row = list.split('\n').find((line) => line.startsWith('UDP')) ?? '';
        const seen = Number(MODES[stage.mode].repliesPassDirector);
        const sent = [connections, connections, replies * seen, inBytes, 33 * replies * seen];
        periods.push({ sent, shown: row.trim().split(/\s+/).slice(2).map(Number) });
      }
      await stage.director.rules(['-Z', ...service.key].join(' '));
      const list = await stage.director.ipvsadm('-Ln', '--rate', ...service.key);
      return { periods, zeroed: list.split('\n').find((line) => line.startsWith('UDP')) };
    },
    check: (_seen, { periods, zeroed }) => {
      const estimates = [0, 0, 0, 0, 0];
      return outcome(
        periods.length,
        `${counted(periods.length, 'look')} at five rates, two seconds apart`,
        periods.flatMap(({ sent, shown }, period) => {
          const expected = sent.map((count, i) => {
            const isBytes = i > 2;
            const rate = count * (isBytes ? 16 : 512);
            estimates[i] = estimates[i]! + ((rate - estimates[i]!) >> 2);
            return isBytes ? (estimates[i]! + 15) >> 5 : (estimates[i]! + 511) >> 10;
          });
          return expectValues(`Rates after ${period + 1} periods of two seconds.`, {
            'CPS InPPS OutPPS InBPS OutBPS': [expected.join(' '), shown.join(' ')],
          });
        }),
        expectValues('-Z does not set the rates to zero.', {
          rates: ['0 0 0 0 0', zeroed?.trim().split(/\s+/).slice(2).join(' ')],
        }),
      );
    },
  }),
];
