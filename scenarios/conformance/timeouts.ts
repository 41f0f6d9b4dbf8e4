/** When connections are forgotten: not a second early, and not left lying. */
import { expectValues, outcome } from '../../harness/packets/expect.ts';
import { type PacketCase, packetCase } from '../../harness/packets/packet-case.ts';
import type { Stage } from '../../harness/packets/stage.ts';
import { ALL_MODES, kernel, type Requirement } from '../../harness/requirement.ts';
import type { Mode } from '../../lab/index.ts';
import { arrivalCase } from '../play/cases.ts';
import type { ListedServer } from '../play/ipvsadm-lists.ts';
import { type Entry, Journal, judgeArrivals } from '../play/journal.ts';
import { type Client, type Protocol, Service } from '../play/service.ts';

const SOURCES = [kernel('states: timeouts, §4.2'), kernel('connections: expiry, §3.4')];

interface PlayedExpiry {
  readonly entries: readonly Entry[];
  readonly before: readonly ListedServer[];
  readonly after: readonly ListedServer[];
}

/** The longest that Linux’s timers may be late, by how far ahead they were set. */
function latenessMs(timeoutS: number): number {
  if (timeoutS < 16) return 300;
  return timeoutS < 131 ? 2_100 : 16_500;
}

interface Expiry {
  readonly timeoutS: number;
  readonly protocol?: Protocol;
  /** Segments that bring a connection into the state: `in S`, or `out FA` of rs2. */
  readonly way: readonly string[];
  readonly modes?: readonly Mode[];
  readonly prepare?: (stage: Stage) => Promise<void>;
}

/**
 * Two connections are brought into a state on rs2, and then only rs1 may be chosen. One is asked for right before its
 * time is up, the other one after.
 */
function expiryCase(words: Omit<Requirement, 'sources' | 'modes'>, expiry: Expiry): PacketCase {
  const { timeoutS, way, protocol = 'tcp', modes = ALL_MODES, prepare } = expiry;
  return packetCase<PlayedExpiry>({
    ...words,
    sources: SOURCES,
    modes,
    virtualTime: true,
    play: async (stage) => {
      await prepare?.(stage);
      const service = await Service.add(stage, { protocol, servers: [{ weight: 0 }, {}] });
      const journal = new Journal(service);
      const [early, late] = [journal.newClient(), journal.newClient()];
      for (const client of [early, late]) await bringThere(journal, service, client, way);
      await service.editServer(0);
      await service.editServer(1, { weight: 0 });
      const startedMs = 2 * (way.length + 1) * 100;
      await stage.wait(timeoutS * 1000 - startedMs);
      const before = await service.listedServers();
      const question = (client: Client) =>
        protocol === 'udp' ? service.datagram(client) : service.segment(client, 'A');
      journal.expect(question(early), 'rs2', `${timeoutS} s are not over: the connection is known.`);
      await stage.settle();
      await stage.wait(startedMs + latenessMs(timeoutS));
      const next = protocol === 'udp' ? 'rs1' : undefined;
      journal.expect(question(late), next, `${timeoutS} s are over: the connection is forgotten.`);
      await stage.settle();
      return { entries: journal.entries, before, after: await service.listedServers() };
    },
    check: (seen, { entries, before, after }) =>
      outcome(
        entries.length,
        `${entries.length} packets, before and after ${timeoutS} s of silence`,
        judgeArrivals(seen, entries),
        expectValues('A forgotten connection still counts.', {
          'connections of rs2 before': [2, before[1] && before[1].active + before[1].inactive],
          'connections of rs2 after': [1, after[1] && after[1].active + after[1].inactive],
        }),
      ),
  });
}

async function bringThere(journal: Journal, service: Service, client: Client, way: readonly string[]) {
  for (const segment of way) {
    const [side, flags] = segment.split(' ');
    if (service.protocol === 'udp') journal.expect(service.datagram(client), 'rs2', 'rs1 has weight 0.');
    else if (side === 'in') journal.expect(service.segment(client, flags!), 'rs2', 'rs1 has weight 0.');
    else service.reply(1, client, flags!);
    await service.stage.settle();
  }
}

const OPEN = ['in S', 'in A'];

export const timeouts: readonly PacketCase[] = [
  expiryCase(
    {
      name: 'timeout/established',
      title: '15 minutes for an established connection',
      requirement:
        'An established connection in which nothing is said is forgotten after 900 s, and not before.',
    },
    { timeoutS: 900, way: OPEN },
  ),
  expiryCase(
    {
      name: 'timeout/syn-received',
      title: 'One minute for a half-open connection',
      requirement: 'A connection of which only the SYN was seen is forgotten after 60 s.',
    },
    { timeoutS: 60, way: ['in S'] },
  ),
  expiryCase(
    {
      name: 'timeout/fin-wait',
      title: 'Two minutes in FIN_WAIT',
      requirement:
        'In DR and TUN the client’s FIN leaves a connection in FIN_WAIT: it is forgotten 120 s after the last packet.',
    },
    { timeoutS: 120, way: [...OPEN, 'in FA'], modes: ['dr', 'tun'] },
  ),
  expiryCase(
    {
      name: 'timeout/close-wait',
      title: 'One minute in CLOSE_WAIT',
      requirement: 'In NAT a connection that only the client has closed is forgotten after 60 s.',
    },
    { timeoutS: 60, way: [...OPEN, 'in FA'], modes: ['nat'] },
  ),
  expiryCase(
    {
      name: 'timeout/time-wait',
      title: 'Two minutes in TIME_WAIT',
      requirement: 'A connection that both sides have closed is forgotten 120 s after the last packet.',
    },
    { timeoutS: 120, way: ['in S', 'in FA'] },
  ),
  expiryCase(
    {
      name: 'timeout/close',
      title: 'Ten seconds after a RST',
      requirement: 'A connection that was reset is forgotten after 10 s.',
    },
    { timeoutS: 10, way: [...OPEN, 'in R'] },
  ),
  expiryCase(
    {
      name: 'timeout/udp',
      title: 'Five minutes for a UDP flow',
      requirement:
        'UDP has no end that one could see: a flow is forgotten after 300 s without a datagram, and the next one is scheduled anew.',
    },
    { timeoutS: 300, way: ['in'], protocol: 'udp' },
  ),
  expiryCase(
    {
      name: 'timeout/set-established',
      title: 'ipvsadm --set: the first number is for established connections',
      requirement: 'ipvsadm --set changes the timeout of established connections, here to 100 s.',
    },
    {
      timeoutS: 100,
      way: OPEN,
      prepare: async ({ director }) => void (await director.ipvsadm('--set', '100', '0', '0')),
    },
  ),
  expiryCase(
    {
      name: 'timeout/set-fin',
      title: 'ipvsadm --set: the second number is for FIN_WAIT',
      requirement: 'ipvsadm --set changes the timeout of connections in FIN_WAIT, here to 20 s.',
    },
    {
      timeoutS: 20,
      way: [...OPEN, 'in FA'],
      modes: ['dr', 'tun'],
      prepare: async ({ director }) => void (await director.ipvsadm('--set', '0', '20', '0')),
    },
  ),
  expiryCase(
    {
      name: 'timeout/set-udp',
      title: 'ipvsadm --set: the third number is for UDP',
      requirement: 'ipvsadm --set changes the timeout of UDP flows, here to 30 s.',
    },
    {
      timeoutS: 30,
      way: ['in'],
      protocol: 'udp',
      prepare: async ({ director }) => void (await director.ipvsadm('--set', '0', '0', '30')),
    },
  ),
  arrivalCase(
    {
      name: 'timeout/restarted',
      title: 'Every packet starts the time anew',
      requirement:
        'A connection’s time runs from its last packet, whichever side sent it: with one every ten minutes it is never forgotten.',
      sources: SOURCES,
      virtualTime: true,
    },
    {},
    async (journal, service, stage) => {
      const [client] = await journal.open('rs3', 'round robin.');
      for (let i = 0; i < 6; i++) {
        await stage.wait(600_000);
        // In DR and TUN what the server says is not seen, so it is the client every time.
        if (stage.mode === 'nat' && i % 2 === 1) service.reply(2, client!, 'PA');
        else journal.expect(service.segment(client!, 'PA'), 'rs3', 'ten minutes of silence are not 15.');
        await stage.settle();
      }
      await stage.wait(600_000);
      journal.expect(service.segment(client!, 'PA'), 'rs3', 'the last packet was ten minutes ago.');
    },
  ),
  arrivalCase(
    {
      name: 'timeout/restarted-udp',
      title: 'Every datagram starts a flow’s time anew',
      requirement:
        'A UDP flow stays on its server as long as no five minutes pass without a datagram of either side.',
      sources: SOURCES,
      virtualTime: true,
    },
    { protocol: 'udp' },
    async (journal, service, stage) => {
      const [client] = await journal.open('rs3', 'round robin.');
      for (let i = 0; i < 6; i++) {
        await stage.wait(200_000);
        if (stage.mode === 'nat' && i % 2 === 1) service.datagramReply(2, client!);
        else journal.expect(service.datagram(client!), 'rs3', '200 s of silence are not 300.');
        await stage.settle();
      }
    },
  ),
  arrivalCase(
    {
      name: 'timeout/set-later',
      title: 'A changed timeout counts from the next packet on',
      requirement:
        'A connection that exists when ipvsadm --set changes its timeout keeps its old time until its next packet.',
      sources: SOURCES,
      virtualTime: true,
    },
    {},
    async (journal, service, stage) => {
      const [idle, busy] = await journal.open('rs3 rs2', 'round robin.');
      await stage.director.ipvsadm('--set', '50', '0', '0');
      journal.expect(service.segment(busy!, 'PA'), 'rs2', 'the connection began there.');
      await stage.settle();
      await stage.wait(60_000);
      journal.expect(service.segment(busy!, 'PA'), undefined, 'its last packet set 50 s, which are over.');
      journal.expect(service.segment(idle!, 'PA'), 'rs3', 'it still has the 900 s from before.');
    },
  ),
  packetCase<readonly string[]>({
    name: 'timeout/set-listed',
    title: 'ipvsadm --set changes what it is told to change',
    requirement:
      'ipvsadm --set takes three numbers, for established connections, FIN_WAIT and UDP; a 0 leaves that one as it was, and --timeout shows all three.',
    sources: [kernel('ipvsadm: grammar, §7.1'), kernel('ipvsadm: listing formats, §7.3')],
    modes: ALL_MODES,
    play: async ({ director }) => {
      const lists = [await director.ipvsadm('-L', '--timeout')];
      for (const values of ['100 0 0', '0 20 0', '0 0 30', '900 120 300']) {
        await director.ipvsadm('--set', ...values.split(' '));
        lists.push(await director.ipvsadm('-L', '--timeout'));
      }
      return lists.map((list) => list.trim());
    },
    check: (_seen, lists) => {
      const expected = ['900 120 300', '100 120 300', '100 20 300', '100 20 30', '900 120 300'];
      return outcome(
        lists.length,
        `${lists.length} lists`,
        expected.flatMap((values, i) =>
          expectValues(`List ${i + 1} of ${expected.length} does not show the timeouts.`, {
            list: [`Timeout (tcp tcpfin udp): ${values}`, lists[i]],
          }),
        ),
      );
    },
  }),
  arrivalCase(
    {
      name: 'timeout/short',
      title: 'Flows are forgotten while one watches',
      requirement:
        'With a timeout of two seconds, a UDP flow with a datagram every 0.7 s stays on its server, and one that is silent meanwhile is scheduled anew.',
      sources: SOURCES,
    },
    { protocol: 'udp' },
    async (journal, service, stage) => {
      await stage.director.ipvsadm('--set', '0', '0', '2');
      const [kept, left] = await journal.open('rs3 rs2', 'round robin.');
      for (let i = 0; i < 3; i++) {
        await stage.wait(700);
        journal.expect(service.datagram(kept!), 'rs3', 'its last datagram was 0.7 s ago.');
        await stage.settle();
      }
      await stage.wait(100);
      journal.expect(service.datagram(left!), 'rs1', 'two seconds without a datagram: scheduled anew.');
      await stage.settle();
      await stage.director.ipvsadm('--set', '0', '0', '300');
    },
  ),
];
