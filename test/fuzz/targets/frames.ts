import { deepStrictEqual, ok } from 'node:assert/strict';
import * as fc from 'fast-check';
import {
  ACK,
  cut,
  ETHERTYPE_IPV4,
  etherTypeOf,
  FIN,
  get16,
  headerBytesOf,
  IPIP,
  icmpPacket,
  ipFrame,
  ipPacket,
  pattern,
  plainChecksum,
  RST,
  SYN,
  sctpPacket,
  tcpPacket,
  udpPacket,
  writeHeaderChecksum,
} from '../../../lab/frames/index.ts';
import { VirtualDirector } from '../../../lab/memory/virtual-director.ts';
import { ALL_SCHEDULERS } from '../../../scenarios/models/schedulers.ts';
import { CLIENT_TO_VIP, SERVER_TO_CLIENT } from '../../director/fixtures/small-frames.ts';
import {
  CIP,
  CLIENT_SIDE,
  MAC,
  NEIGHBOURS,
  RIP1,
  RIP2,
  SERVER_SIDE,
  smallNetwork,
  VIP,
} from '../../director/fixtures/small-network.ts';
import { type Edit, edited, edits, part } from '../edits.ts';
import type { FuzzTarget } from '../target.ts';

interface Step {
  readonly frame: number;
  readonly edits: readonly Edit[];
  readonly part: number;
  /** The header's length and checksum are made to fit the packet again, so that it gets further. */
  readonly isMended: boolean;
  readonly waitMs: number;
}

interface Input {
  readonly method: string;
  readonly scheduler: string;
  readonly settings: readonly string[];
  readonly steps: readonly Step[];
}

const INIT = Uint8Array.of(1, 0, 0, 20, 1, 1, 1, 1, 0, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 1);
const [toVip, toCip] = [
  { source: CIP, destination: VIP },
  { source: RIP1, destination: CIP },
];
const answered = tcpPacket({ source: VIP, destination: CIP }, { ...CLIENT_TO_VIP, flags: ACK });
const large = udpPacket(toVip, { ...CLIENT_TO_VIP, payload: pattern(2_000) });

const REQUESTS = [
  ...[SYN, ACK, FIN | ACK, RST, SYN | ACK].map((flags) => tcpPacket(toVip, { ...CLIENT_TO_VIP, flags })),
  tcpPacket(toVip, { ...CLIENT_TO_VIP, flags: ACK, payload: pattern(1_460) }),
  udpPacket(toVip, { ...CLIENT_TO_VIP, payload: pattern(40) }),
  ...cut(large, 1_480),
  sctpPacket(toVip, CLIENT_TO_VIP, INIT),
  icmpPacket(toVip, { type: 8, code: 0, rest: 7, body: pattern(20) }),
  icmpPacket(toVip, { type: 3, code: 4, rest: 1200, body: answered }),
  icmpPacket(toVip, { type: 11, code: 0, rest: 0, body: answered }),
  ipPacket(toVip, IPIP, tcpPacket(toVip, { ...CLIENT_TO_VIP, flags: SYN })),
].map((ip) => ({ port: CLIENT_SIDE, frame: ipFrame(MAC.client, MAC.directorClient, ip) }));

const REPLIES = [
  ...[SYN | ACK, ACK, FIN | ACK, RST].map((flags) => tcpPacket(toCip, { ...SERVER_TO_CLIENT, flags })),
  udpPacket(toCip, { ...SERVER_TO_CLIENT, payload: pattern(40) }),
  sctpPacket(toCip, SERVER_TO_CLIENT, INIT),
  icmpPacket(toCip, {
    type: 3,
    code: 3,
    rest: 0,
    body: udpPacket({ source: CIP, destination: RIP1 }, { sourcePort: 4000, destinationPort: 8080 }),
  }),
].map((ip) => ({ port: SERVER_SIDE, frame: ipFrame(MAC.server1, MAC.directorServer, ip) }));

const FRAMES = [...REQUESTS, ...REPLIES];
const SETTINGS = [
  'sloppy_tcp=1',
  'sloppy_sctp=1',
  'nat_icmp_send=1',
  'expire_nodest_conn=1',
  'secure_tcp=3',
  'drop_entry=3',
  'conn_max=3',
  'drop_packet=3',
  'pmtu_disc=0',
  'conn_reuse_mode=0',
  'schedule_icmp=1',
];
const ETHERNET_BYTES = 14;
const LARGEST_IP_BYTES = 1_500;
const BEHIND = [0x00, 0xff, 0x50] as const;

const step: fc.Arbitrary<Step> = fc.record({
  frame: fc.nat(FRAMES.length - 1),
  edits,
  part,
  isMended: fc.boolean(),
  waitMs: fc.constantFrom(0, 0, 0, 30, 2_000, 70_000),
});

/** No frame makes the director fail, send what is not whole, or answer by what happens to lie behind the frame in memory. */
export const frames: FuzzTarget<Input> = {
  name: 'frames',
  takes: 'frames that arrive at the director',
  inputs: fc.record({
    method: fc.constantFrom('-m', '-g', '-i'),
    scheduler: fc.constantFrom(...ALL_SCHEDULERS),
    settings: fc.subarray(SETTINGS, { maxLength: 3 }),
    steps: fc.array(step, { minLength: 1, maxLength: 12 }),
  }),
  check(input) {
    const [first, ...others] = BEHIND.map((behind) => seenOf(input, behind));
    for (const other of others) deepStrictEqual(other, first, 'what lies behind a frame decides');
  },
};

/** All that can be seen of a director that gets these frames. */
function seenOf({ method, scheduler, settings, steps }: Input, behind: number) {
  const director = new VirtualDirector({ network: smallNetwork(), neighbours: NEIGHBOURS, behind });
  for (const setting of settings) {
    const [name = '', value] = setting.split('=');
    director.set(name, Number(value));
  }
  for (const service of ['-t', '-u', '--sctp-service']) {
    director.rules(`-A ${service} ${VIP}:80 -s ${scheduler}`);
    for (const rip of [RIP1, RIP2])
      director.rules(`-a ${service} ${VIP}:80 -r ${rip}:${method === '-m' ? 8080 : 80} ${method}`);
  }
  const seen = steps.map((one) => {
    director.advance(one.waitMs);
    const { port, frame } = frameOf(one);
    const { verdict, handed } = director.receive(port, frame);
    const sent = director.takeSent();
    for (const { frame: out } of sent) isWhole(out);
    return { verdict, handed, sent };
  });
  return { seen, snapshot: director.snapshot() };
}

function frameOf({ frame: number, edits: changes, part: length, isMended }: Step) {
  const { port, frame } = FRAMES[number] as (typeof FRAMES)[number];
  const made = edited(frame, changes, length);
  const ip = made.subarray(ETHERNET_BYTES);
  const isMendable = isMended && ip.length >= 20 && headerBytesOf(ip) >= 20 && headerBytesOf(ip) <= ip.length;
  if (isMendable) {
    ip[2] = ip.length >> 8;
    ip[3] = ip.length & 255;
    writeHeaderChecksum(ip);
  }
  return { port, frame: made };
}

function isWhole(frame: Uint8Array): void {
  if (etherTypeOf(frame) !== ETHERTYPE_IPV4) return;
  const ip = frame.subarray(ETHERNET_BYTES);
  const total = get16(ip, 2);
  ok(total >= 20 && total <= ip.length && total <= LARGEST_IP_BYTES, `sends a packet of ${total} bytes`);
  ok(plainChecksum(ip.subarray(0, headerBytesOf(ip))) === 0, 'sends a wrong header checksum');
  ok((ip[8] as number) > 0, 'sends a packet without TTL');
}
