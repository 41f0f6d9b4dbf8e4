/** Which packets are the director's, and which its own machine's. */

import type { DecodedPacket } from '../../../lab/captures/decoded-packet.ts';
import { ACK, ICMP, ipText, RST, SYN, TCP, tcpPacket, UDP, udpPacket } from '../../../lab/frames/index.ts';
import { ALL_MODES, MODES } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { expectValues, outcome } from '../../kit/expecting/expect.ts';
import { packetIn } from '../../kit/expecting/forwarded.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { RandomNumbers } from '../../kit/random-numbers.ts';
import { kernel } from '../../kit/requirement.ts';
import type { Stage } from '../../kit/stage.ts';

const MARK = 91;
const MARKED_PORT = 6103;
const ROUNDS = 8;
const CHANGES = 6;
const CLIENT_PORT = 30_700;

/** A service, and an endpoint that it is for. */
interface Kind {
  readonly key: string;
  readonly options: string;
  readonly protocol: typeof TCP | typeof UDP;
  readonly port: number;
  /** The port that its servers are listed with. */
  readonly serverPort: number;
}

function kinds(vip: string): readonly Kind[] {
  const udp = (port: number) =>
    ({ key: `-u ${vip}:${port}`, options: '', protocol: UDP, port, serverPort: port }) as const;
  const tcp = (port: number) =>
    ({ key: `-t ${vip}:${port}`, options: '', protocol: TCP, port, serverPort: port }) as const;
  return [
    tcp(6100),
    tcp(21),
    udp(6101),
    // Of the key exchange: AH and ESP follow its flows.
    udp(500),
    { key: `-f ${MARK}`, options: '', protocol: TCP, port: MARKED_PORT, serverPort: 0 },
    { key: `-u ${vip}:0`, options: '-p 60', protocol: UDP, port: 6109, serverPort: 0 },
  ];
}

interface Server {
  method: string;
  weight: number;
}

/** Rules that change at random, and what follows from them. */
class ChangingRules {
  readonly #stage: Stage;
  readonly #numbers: RandomNumbers;
  readonly kinds: readonly Kind[];
  /** Servers of the services that are there, by the service's key and by the server's index. */
  readonly services = new Map<string, Map<number, Server>>();
  isMarked = false;

  constructor(stage: Stage, numbers: RandomNumbers) {
    this.#stage = stage;
    this.#numbers = numbers;
    this.kinds = kinds(stage.vip);
  }

  async change(): Promise<void> {
    const { director, vip } = this.#stage;
    const kind = this.kinds[this.#numbers.below(this.kinds.length)]!;
    const servers = this.services.get(kind.key);
    switch (this.#numbers.below(servers === undefined ? 3 : 12)) {
      case 0:
        this.isMarked = !this.isMarked;
        return director.mark(vip, this.isMarked ? MARK : 0, MARKED_PORT);
      case 11:
        this.services.delete(kind.key);
        return director.rules(`-D ${kind.key}`);
      case 10:
        for (const on of [false, true]) await director.setIpForward(on);
        return;
      case 9:
        if (this.#numbers.below(3) > 0) return;
        this.services.clear();
        return director.rules('-C');
      default:
        if (servers !== undefined) return this.#changeServer(kind, servers);
        this.services.set(kind.key, new Map());
        return director.rules(`-A ${kind.key} -s rr ${kind.options}`);
    }
  }

  #changeServer({ key, serverPort }: Kind, servers: Map<number, Server>): Promise<void> {
    const { mode, method, director, servers: stations } = this.#stage;
    const at = this.#numbers.below(stations.length);
    const name = `${key} -r ${stations[at]!.address}${serverPort === 0 ? '' : `:${serverPort}`}`;
    const known = servers.get(at);
    if (known !== undefined && this.#numbers.below(3) === 0) {
      servers.delete(at);
      return director.rules(`-d ${name}`);
    }
    const other = MODES[mode].rewritesAddresses ? '-g' : '-m';
    const server = {
      method: this.#numbers.below(3) === 0 ? other : method,
      weight: this.#numbers.below(4) === 0 ? 0 : 1,
    };
    servers.set(at, server);
    return director.rules(
      `${known === undefined ? '-a' : '-e'} ${name} ${server.method} -w ${server.weight}`,
    );
  }

  /** By what option a server of what a packet of this kind is for is forwarded to. */
  methodOf(kind: Kind, at: number): string | undefined {
    return this.#serviceOf(kind)?.get(at)?.method;
  }

  /** The servers that may get a packet of this kind, by index; none where it is not balanced. */
  serving(kind: Kind): readonly number[] {
    return [...(this.#serviceOf(kind) ?? [])].filter(([, { weight }]) => weight > 0).map(([at]) => at);
  }

  /** The service itself, or the one of every port. */
  #serviceOf({ key, protocol }: Kind): ReadonlyMap<number, Server> | undefined {
    const own = key.startsWith('-f') && !this.isMarked ? undefined : this.services.get(key);
    return own ?? (protocol === UDP ? this.services.get(this.kinds.at(-1)!.key) : undefined);
  }
}

/** A packet to where a service may be, or the reply to it. */
function packetOf(
  { protocol }: Kind,
  [source, sourcePort]: End,
  [destination, destinationPort]: End,
  flags: number,
) {
  const ends = { source, destination };
  const ports = { sourcePort, destinationPort };
  return protocol === TCP ? tcpPacket(ends, { ...ports, flags }) : udpPacket(ends, ports);
}

type End = readonly [address: string, port: number];

const REFUSED = 'refused';
const NOTHING = 'nothing';
const FLAGS = 13;

/** What a client is told. */
function toldBy(packet: DecodedPacket): string {
  const bytes = packetIn(packet);
  if (bytes[9] === ICMP) return REFUSED;
  if (bytes[9] === TCP && ((bytes[20 + FLAGS] as number) & RST) !== 0) return REFUSED;
  return `a reply of ${ipText(bytes, 12)}`;
}

export const claimedPackets: readonly PacketCase[] = [
  packetCase({
    name: 'rules/claimed',
    title: 'Whatever the rules become, each packet is answered once',
    requirement:
      'After any changes of services, servers, marks and the network’s settings a packet for a service that has a server is the director’s alone, any other is refused once, by the director or its machine’s own stack, and a NAT server’s reply reaches the client once and as the VIP’s: which packets are the director’s follows from the rules as they are, and not from how they came about.',
    sources: [
      kernel('hooks: LOCAL_IN for requests, FORWARD for replies, §1.1'),
      kernel('input: service look-up, §1.3'),
      kernel('NAT, §5.2'),
    ],
    modes: ALL_MODES,
    virtualTime: true,
    play: async (stage) => {
      const { director, vip, servers, mode } = stage;
      const rules = new ChangingRules(stage, new RandomNumbers(ROUNDS, mode));
      const told = new Map<string, { readonly kind: string; readonly expected: string }>();
      const claims: [before: string, after: string][] = [];
      for (let round = 0; round < ROUNDS; round++) {
        for (let i = 0; i < CHANGES; i++) await rules.change();
        for (const kind of rules.kinds) {
          const client: End = [stage.clientAddress(told.size + 1), CLIENT_PORT];
          const serving = rules.serving(kind);
          stage.client.send(packetOf(kind, client, [vip, kind.port], SYN));
          await stage.settle();
          const at = servers.findIndex(({ inbox }) =>
            inbox.some((packet) => ipText(packet, 12) === client[0]),
          );
          const isReplying = at >= 0 && MODES[mode].repliesPassDirector && rules.methodOf(kind, at) === '-m';
          if (isReplying) {
            servers[at]!.send(packetOf(kind, [servers[at]!.address, kind.port], client, SYN | ACK));
            await stage.settle();
          }
          const expected = isReplying ? `a reply of ${vip}` : serving.length > 0 ? NOTHING : REFUSED;
          told.set(client[0], { kind: `round ${round + 1}, ${kind.key}`, expected });
        }
        await stage.wait(1_000);
        // Another process is told what has become of the rules, and nothing else.
        const before = String(director.kept?.().claims);
        director.handOver?.();
        claims.push([before, String(director.kept?.().claims)]);
      }
      return { told, claims };
    },
    check: (seen, { told, claims }) => {
      const answers = new Map<string, string[]>();
      for (const packet of seen.toClients) {
        const to = ipText(packetIn(packet), 16);
        answers.set(to, [...(answers.get(to) ?? []), toldBy(packet)]);
      }
      return outcome(
        told.size,
        `${counted(told.size, 'client')} while rules changed`,
        expectValues(
          'A client is not told what it should be.',
          Object.fromEntries(
            [...told].map(([address, { kind, expected }]) => [
              kind,
              [expected, answers.get(address)?.join(', ') ?? NOTHING] as const,
            ]),
          ),
        ),
        expectValues(
          'What is claimed does not follow from the rules as they are.',
          Object.fromEntries(claims.map(([before, after], i) => [`after round ${i + 1}`, [after, before]])),
        ),
      );
    },
  }),
];
