/** Whose MAC address is known for good, and how many are remembered. */

import { modesWhere } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { expectValues, outcome } from '../../kit/expecting/expect.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { rfc } from '../../kit/requirement.ts';
import { Service } from '../../kit/service.ts';
import { answer, clientsAt, questionsFor, resolution, strangerOf } from './neighbour-stations.ts';

const ON_LINK = modesWhere(({ serversOnLink }) => serversOnLink);

const permanent = packetCase({
  name: 'neighbour/permanent',
  title: 'A MAC address that an administrator gave is used unasked',
  requirement:
    'Where the machine has a permanent neighbour entry, packets go to that station at once, those that waited included, and nobody is asked for it however much time passes; a changed entry holds from then on, and once it is removed the station is asked for.',
  sources: [rfc('826'), resolution('permanent entries')],
  modes: ON_LINK,
  virtualTime: true,
  play: async (stage) => {
    const address = strangerOf(stage, 0);
    const service = await Service.add(stage, { protocol: 'udp', servers: [{ address }] });
    const steps = [
      async () => undefined,
      async () => stage.director.setPermanentNeighbour(address, stage.servers[0].mac),
      async () => undefined,
      async () => stage.director.setPermanentNeighbour(address, stage.servers[1].mac),
      async () => stage.director.setPermanentNeighbour(address, undefined),
      async () => await answer(stage, address, 2),
    ];
    for (const [i, step] of steps.entries()) {
      await step();
      service.datagram(service.client(i));
      await stage.settle();
      // Longer than an answer is believed.
      if (i === 1) await stage.wait(100_000);
    }
    return { address, sent: steps.length };
  },
  check: (seen, { address, sent }) => {
    return outcome(
      sent,
      `${counted(sent, 'packet')} to a server that answers no question`,
      expectValues('A packet went to another station than it should.', {
        'packets to rs1, which is given after the first one': ['0 1 2', clientsAt(seen, 'rs1')],
        'packets to rs2, which is given then': ['3', clientsAt(seen, 'rs2')],
        'packets to rs3, which answers when nobody is given any more': ['4 5', clientsAt(seen, 'rs3')],
      }),
      expectValues('It was not asked for as it should be.', {
        'ARP requests': [2, questionsFor(seen, address).length],
      }),
    );
  },
});

/** gc_thresh1 to 3: kept in any case, wanted, and most of all. */
const LIMITS = [4, 8, 12] as const;
const [KEPT, WANTED, MOST] = LIMITS;
/** An answer is believed for half a minute, and what was needed within five seconds after that is spared. */
const UNUSED_MS = 36_000;
/** Unneeded for a minute after it was believed, and looked at every 15 seconds. */
const FORGOTTEN_MS = 120_000;

const limited = packetCase({
  name: 'neighbour/limited',
  title: 'The table of neighbours is bounded, and forgets whom nobody needs',
  requirement:
    'There are never more neighbours than gc_thresh3: a packet that needs one more is lost, and nobody is asked. Where there are more than gc_thresh2, room is made for a new one by forgetting some that nobody has needed for a while, but none that is in use; from gc_thresh1 on, all that nobody has needed for a minute are forgotten, and with fewer none.',
  sources: [resolution('the table’s limits')],
  modes: ON_LINK,
  virtualTime: true,
  play: async (stage) => {
    const { director } = stage;
    director.setNeighbourLimits(LIMITS);
    const addresses = Array.from({ length: MOST + 2 }, (_, i) => strangerOf(stage, i));
    const services: Service[] = [];
    for (const [i, address] of addresses.entries()) {
      services.push(await Service.add(stage, { protocol: 'udp', port: 2300 + i, servers: [{ address }] }));
    }
    const size = () => Number(director.kept?.().neighbours);
    const arrive: number[] = [];
    let packets = 0;
    /** One more packet to a server. */
    const use = async (i: number, arrives = true) => {
      services[i]?.datagram(services[i]!.client(packets));
      if (arrives) arrive.push(packets);
      packets++;
      await stage.settle();
      await answer(stage, addresses[i] as string);
    };
    const sizes: Record<string, number> = {};
    await use(0);
    // Beside the first server there may be the station that clients come by.
    const others = size() - 1;
    for (let i = 1; i < MOST - others; i++) await use(i);
    const oneMore = MOST - others;
    sizes['of a full table'] = size();
    await use(oneMore, false);
    for (let passedMs = 0; passedMs < UNUSED_MS; passedMs += 4_000) {
      await stage.wait(4_000);
      await use(0);
    }
    await use(oneMore);
    sizes['when room was made'] = size();
    await use(0);
    sizes['after one in use was needed'] = size();
    await stage.wait(FORGOTTEN_MS);
    sizes['after two minutes, at most'] = Math.max(size(), KEPT - 1);
    for (let i = 1; size() < KEPT - 1; i++) await use(i);
    const few = size();
    await stage.wait(FORGOTTEN_MS);
    sizes['of few, forgotten after two minutes'] = few - size();
    return { packets, arrive: arrive.join(' '), sizes };
  },
  check: (seen, { packets, arrive, sizes }) =>
    outcome(
      packets,
      `${counted(packets, 'packet')} to servers, with at most ${MOST} neighbours`,
      expectValues('Not those packets were sent that should have been.', {
        'packets to rs1, which answers for all servers': [arrive, clientsAt(seen, 'rs1')],
      }),
      expectValues('Other neighbours are remembered than should be.', {
        'of a full table': [MOST, sizes['of a full table']],
        'when room was made': [WANTED, sizes['when room was made']],
        'after one in use was needed': [WANTED, sizes['after one in use was needed']],
        'after two minutes, at most': [KEPT - 1, sizes['after two minutes, at most']],
        'of few, forgotten after two minutes': [0, sizes['of few, forgotten after two minutes']],
      }),
    ),
});

const QUEUE = 101;

const queued = packetCase({
  name: 'neighbour/queue',
  title: 'So many packets wait for a MAC address, the newest ones',
  requirement:
    'While a server’s MAC address is asked for, 101 of its packets wait; of more the oldest are let go.',
  sources: [rfc('1122 §2.3.2.2'), resolution('the queue’s length')],
  modes: ON_LINK,
  virtualTime: true,
  play: async (stage) => {
    const address = strangerOf(stage, 0);
    const service = await Service.add(stage, { protocol: 'udp', servers: [{ address }] });
    const packets = Array.from({ length: QUEUE + 3 }, (_, i) => service.datagram(service.client(i)));
    await stage.settle();
    await answer(stage, address);
    return packets.length;
  },
  check: (seen, sent) =>
    outcome(
      sent,
      `${counted(sent, 'packet')} at once`,
      expectValues('Others waited than should have.', {
        'packets that waited': [
          Array.from({ length: QUEUE }, (_, i) => i + sent - QUEUE).join(' '),
          clientsAt(seen, 'rs1'),
        ],
      }),
    ),
});

export const neighbourTable: readonly PacketCase[] = [permanent, limited, queued];
