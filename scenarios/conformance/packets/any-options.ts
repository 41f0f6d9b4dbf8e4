/** IP options of all kinds side by side, and lists of them that are wrong. */

import type { DecodedPacket } from '../../../lab/captures/decoded-packet.ts';
import { get32, hex, ipBytes, put32, writeHeaderChecksum } from '../../../lab/frames/index.ts';
import { ALL_MODES } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { expectNothing, expectPackets, expectValues, outcome } from '../../kit/expecting/expect.ts';
import { forwardedRequest, OUTER_ID, packetIn } from '../../kit/expecting/forwarded.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { RandomNumbers } from '../../kit/random-numbers.ts';
import { kernel, rfc } from '../../kit/requirement.ts';
import { ROUTER_ALERT, UNKNOWN_OPTION } from '../../kit/sending/ip-values.ts';
import { send } from '../../kit/sending/send.ts';
import { ClientFlow } from '../../kit/sending/standard-flows.ts';
import { addStandardService } from '../../kit/standard-service.ts';

const NOP = 1;
const RECORD_ROUTE = 7;
const TIMESTAMP = 68;
const TIME_ONLY = 0;
const WITH_ADDRESS = 1;
const PRESPECIFIED = 3;
const MOST_OPTION_BYTES = 40;
const OPTIONS_AT = 20;
const PACKETS = 80;
const SEED = 19;
const DAY_MS = 86_400_000;
/** A machine’s clock and that of its captures need not be the same. */
const TOLERATED_MS = 60_000;

/** A list with room for routers’ entries, of which some are there, and what the director has to write. */
interface OptionList {
  readonly bytes: readonly number[];
  /** The bytes as they leave. Where a time is written, its place is in `times`. */
  readonly written: readonly number[];
  readonly times: readonly number[];
}

/** @param vip The address that is recorded: requests are delivered to it. */
function recordRoute(random: RandomNumbers, vip: string): OptionList {
  const slots = 1 + random.below(3);
  const taken = random.below(slots + 1);
  const at = 4 + 4 * taken;
  const bytes = [RECORD_ROUTE, 3 + 4 * slots, at, ...filled(random, 4 * slots)];
  const written = [...bytes];
  if (taken < slots) written.splice(at - 1, 4, ...ipBytes(vip));
  if (taken < slots) written[2] = at + 4;
  return { bytes, written, times: [] };
}

function timestamp(random: RandomNumbers, vip: string): OptionList {
  const flag = [TIME_ONLY, WITH_ADDRESS, PRESPECIFIED][random.below(3)] as number;
  const entryBytes = flag === TIME_ONLY ? 4 : 8;
  const slots = 1 + random.below(2);
  const taken = random.below(slots + 1);
  const overflow = random.below(15);
  const at = 5 + entryBytes * taken;
  const bytes = [TIMESTAMP, 4 + entryBytes * slots, at, (overflow << 4) | flag];
  bytes.push(...filled(random, entryBytes * slots));
  const isAsked = random.below(2) === 0;
  // Whoever is named in the next entry is to fill it in, and nobody else.
  if (flag === PRESPECIFIED && taken < slots) bytes.splice(at - 1, 4, ...ipBytes(isAsked ? vip : '10.9.9.9'));
  const written = [...bytes];
  if (taken === slots) {
    if (flag !== PRESPECIFIED) written[3] = ((overflow + 1) << 4) | flag;
    return { bytes, written, times: [] };
  }
  if (flag === PRESPECIFIED && !isAsked) return { bytes, written, times: [] };
  if (flag === WITH_ADDRESS) written.splice(at - 1, 4, ...ipBytes(vip));
  written[2] = at + entryBytes;
  return { bytes, written, times: [at - 1 + entryBytes - 4] };
}

function filled(random: RandomNumbers, count: number): number[] {
  return Array.from({ length: count }, () => random.below(256));
}

/** Each kind once at most, in any order, with padding between them. */
function optionList(random: RandomNumbers, vip: string): OptionList {
  const others = [[NOP], [NOP, NOP], ROUTER_ALERT, UNKNOWN_OPTION].map((bytes) => ({
    ...{ bytes, written: bytes, times: [] },
  }));
  const parts = [recordRoute(random, vip), timestamp(random, vip), ...others];
  const list = { bytes: [] as number[], written: [] as number[], times: [] as number[] };
  while (parts.length > 0) {
    const [part] = parts.splice(random.below(parts.length), 1) as [OptionList];
    if (random.below(3) === 0 || list.bytes.length + part.bytes.length > MOST_OPTION_BYTES) continue;
    list.times.push(...part.times.map((at) => at + list.bytes.length));
    list.bytes.push(...part.bytes);
    list.written.push(...part.written);
  }
  const left = -list.bytes.length & 3;
  const end = left === 0 ? [] : [0, RECORD_ROUTE, 3].slice(0, left);
  const blank = end.map(() => 0);
  return { bytes: [...list.bytes, ...end], written: [...list.written, ...blank], times: list.times };
}

const sound = packetCase({
  name: 'request/any-options',
  title: 'Options of all kinds, side by side and partly filled',
  requirement:
    'The director writes the VIP into a recorded route, the time of day (milliseconds since midnight UT) into a timestamp option, with the VIP where addresses are asked for, and only its own where they are named beforehand; where no room is left it counts that in a timestamp option. What is behind the end of the list is blanked, and nothing else changes: other options and entries of other routers.',
  sources: [
    rfc('791 §3.1'),
    rfc('1812 §5.3.13.5'),
    kernel('IP options of a request for a local address, §5.1'),
  ],
  modes: ALL_MODES,
  play: async (stage) => {
    await addStandardService(stage);
    const flow = new ClientFlow(stage);
    const random = new RandomNumbers(SEED, 'IP options');
    const lists = Array.from({ length: PACKETS }, () => optionList(random, stage.vip));
    await send(stage, stage.client, [flow.datagram()]);
    await send(
      stage,
      stage.client,
      lists.map(({ bytes }, id) => flow.datagram({ id, options: [...bytes] })),
    );
    return lists;
  },
  check: (seen, lists) => {
    const wanted = seen.fromClients.slice(1).map((packet, i) => {
      const arrived = packetIn(packet).slice();
      const { written, times } = lists[i] as OptionList;
      arrived.set(written, OPTIONS_AT);
      for (const at of times) put32(arrived, OPTIONS_AT + at, timeWritten(packet, seen.toServers[i + 1], at));
      writeHeaderChecksum(arrived);
      return forwardedRequest(seen, arrived);
    });
    return outcome(
      wanted.length,
      `${counted(wanted.length, 'request')} with options`,
      expectPackets(seen.toServers.slice(1), wanted, {
        what: 'the request with its options',
        ignore: OUTER_ID,
      }),
    );
  },
});

/** What is at a place of the options of a packet that left, where that is about the time of day at which it came; else that time. */
function timeWritten(came: DecodedPacket, left: DecodedPacket | undefined, at: number): number {
  const timeMs = Math.floor(came.time * 1000) % DAY_MS;
  const packet = left?.payload;
  if (packet === undefined) return timeMs;
  const written = get32(packet.bytes, packet.at + OPTIONS_AT + at);
  if (written >= DAY_MS) return timeMs;
  const apartMs = Math.abs(written - timeMs);
  return Math.min(apartMs, Math.abs(DAY_MS - apartMs)) < TOLERATED_MS ? written : timeMs;
}

/** Each is wrong in one thing. */
const UNSOUND: readonly (readonly number[])[] = [
  [7, 1, 0, 0],
  [30, 0, 0, 0],
  [30, 6, 0, 0],
  [1, 1, 1, 30],
  [7, 7, 3, 0, 0, 0, 0, 0],
  [7, 7, 5, 0, 0, 0, 0, 0],
  [7, 6, 4, 0, 0, 0, 0, 0],
  [68, 3, 5, 0],
  [68, 8, 4, 0, 0, 0, 0, 0],
  [68, 8, 6, 0, 0, 0, 0, 0],
  [68, 8, 9, 0xf0, 0, 0, 0, 0],
  [68, 8, 9, 0xf1, 0, 0, 0, 0],
  [68, 8, 5, 1, 0, 0, 0, 0],
  [68, 8, 5, 3, 0, 0, 0, 0],
];

const unsound = packetCase({
  name: 'request/wrong-options',
  title: 'A request with wrong options reaches no server',
  requirement:
    'Where an option’s length does not fit the header, a pointer leads into the option’s own beginning or to an entry that does not fit, or a timestamp option cannot count one more router without room, the packet is not forwarded: it is for the director’s own stack to complain of it.',
  sources: [
    rfc('791 §3.1'),
    rfc('1812 §4.2.2.1'),
    kernel('IP options of a request for a local address, §5.1'),
  ],
  modes: ALL_MODES,
  play: async (stage) => {
    await addStandardService(stage);
    const flow = new ClientFlow(stage);
    await send(stage, stage.client, [flow.datagram()]);
    await send(
      stage,
      stage.client,
      UNSOUND.map((options, id) => flow.datagram({ id, options: [...options] })),
    );
  },
  check: (seen) =>
    outcome(
      seen.fromClients.length - 1,
      `${counted(seen.fromClients.length - 1, 'request')} with wrong options`,
      expectNothing(seen.toServers.slice(1), 'A request with wrong options was forwarded.'),
    ),
});

/** Stands at the end of the catalogue. */
export const optionsLeftAlone = packetCase({
  name: 'request/any-options-left-alone',
  title: 'What the director’s own stack gets has its options as they came',
  requirement:
    'A packet to a service’s port that belongs to no connection and opens none is the own stack’s, which writes itself into its options: the director hands it over as it came, to the last byte.',
  sources: [
    rfc('1812 §5.3.13.5'),
    kernel('IP options of a request for a local address, §5.1'),
    kernel('input: scheduling, §1.3'),
  ],
  modes: ALL_MODES,
  virtualTime: true,
  play: async (stage) => {
    const { machine } = stage.director;
    await addStandardService(stage);
    const flow = new ClientFlow(stage);
    const random = new RandomNumbers(SEED, 'IP options that are left alone');
    const packets = Array.from({ length: PACKETS }, (_, id) =>
      flow.segment({ id, options: [...optionList(random, stage.vip).bytes] }),
    );
    await send(stage, stage.client, packets);
    return {
      sent: packets.map((packet) => hex(flow.arrived(packet))),
      got: machine?.inbox.map(hex) ?? [],
    };
  },
  check: (seen, { sent, got }) =>
    outcome(
      sent.length,
      `${counted(sent.length, 'segment')} of no connection, with options`,
      expectValues('The stack got something else.', {
        ...Object.fromEntries(sent.map((packet, i) => [`packet ${i + 1}`, [packet, got[i]]])),
        packets: [sent.length, got.length],
      }),
      expectNothing(seen.toServers, 'A segment of no connection was forwarded.'),
    ),
});

export const anyOptions: readonly PacketCase[] = [sound, unsound];
