/** One after the other, more than there is room for at once: what is over must have left its place. */

import { cut, pattern } from '../../../lab/frames/index.ts';
import { modesWhere } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { expectValues, outcome } from '../../kit/expecting/expect.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { kernel, rfc } from '../../kit/requirement.ts';
import { ClientFlow } from '../../kit/sending/standard-flows.ts';
import { Service } from '../../kit/service.ts';
import { addStandardService } from '../../kit/standard-service.ts';

const CLIENTS = 240;
const BURST = 200;
/** UDP flows are forgotten after 300 s, by a timer of the kernel's that may be an eighth late. */
const FORGOTTEN_MS = 350_000;
/** The smallest table there is has room for 4096. */
const FLOWS = 1_500;
const ROUNDS = 3;
const ROOM = 4096;
const TOO_MANY = 20;

const connections = packetCase({
  name: 'scale/connections-in-turn',
  title: 'Connections that are over leave their places to others',
  requirement:
    'A table with room for 4096 connections serves any number in turn: 4,500 of which 1,500 are there at a time are all forwarded, of more than there is room for at once as many as fit, and none is left at the end.',
  sources: [kernel('connections: expiry, §3.4')],
  modes: modesWhere(({ rewritesAddresses }) => rewritesAddresses),
  virtualTime: true,
  atScale: true,
  room: ROOM,
  play: async (stage) => {
    const service = await Service.add(stage, { protocol: 'udp' });
    await service.meetServers();
    const arrived = () => stage.servers.reduce((sum, { inbox }) => sum + inbox.length, 0);
    const before = arrived();
    for (let i = 0; i < ROUNDS * FLOWS; i++) {
      service.datagram(service.client(Math.floor(i / CLIENTS), 1 + (i % CLIENTS)));
      if (i % BURST === BURST - 1) await stage.settle();
      if (i % FLOWS === FLOWS - 1) await stage.wait(FORGOTTEN_MS);
    }
    const forwarded = arrived() - before;
    for (let i = 0; i < ROOM + TOO_MANY; i++) {
      service.datagram(service.client(1_000 + Math.floor(i / CLIENTS), 1 + (i % CLIENTS)));
      if (i % BURST === BURST - 1) await stage.settle();
    }
    await stage.settle();
    const atOnce = arrived() - before - forwarded;
    await stage.wait(FORGOTTEN_MS);
    return { forwarded, atOnce, left: (await service.connections()).length };
  },
  check: (_seen, { forwarded, atOnce, left }) =>
    outcome(
      ROUNDS * FLOWS + ROOM,
      `${counted(ROUNDS * FLOWS, 'flow')} in ${ROUNDS} rounds, and as many as fit at once`,
      expectValues('Connections that are over are in the way of others.', {
        'datagrams forwarded': [ROUNDS * FLOWS, forwarded],
        'of those that come at once': [ROOM, atOnce],
        'connections left': [0, left],
      }),
    ),
});

/** Together more than the 4 MiB that fragments may take while they wait (net.ipv4.ipfrag_high_thresh). */
const DATAGRAMS = 1_600;
const DATAGRAM_BYTES = 2_900;
const PIECE_BYTES = 1_480;

const fragments = packetCase({
  name: 'scale/fragments-in-turn',
  title: 'Fragments that have become whole leave the memory for fragments',
  requirement:
    'The memory for fragments is a limit on those that wait: 4.6 MB of them, each datagram complete before the next one begins, are all put together and forwarded.',
  sources: [rfc('791 §3.2'), kernel('fragments: reassembled, then cut again, §1.5, §14')],
  modes: modesWhere(({ rewritesAddresses }) => rewritesAddresses),
  virtualTime: true,
  atScale: true,
  play: async (stage) => {
    await addStandardService(stage);
    const flows = Array.from({ length: 16 }, (_, i) => new ClientFlow(stage, { client: i + 1 }));
    const payload = pattern(DATAGRAM_BYTES);
    for (let i = 0; i < DATAGRAMS; i++) {
      const datagram = (flows[i % flows.length] as ClientFlow).datagram({ id: i }, { payload });
      for (const piece of cut(datagram, PIECE_BYTES)) stage.client.send(piece);
      if (i % 40 === 39) await stage.settle();
    }
    await stage.settle();
    return stage.servers[0].inbox.length;
  },
  check: (_seen, arrived) =>
    outcome(
      DATAGRAMS,
      `${counted(DATAGRAMS, 'datagram')} of two fragments each`,
      expectValues('Fragments that are no longer there are in the way of others.', {
        'fragments forwarded': [2 * DATAGRAMS, arrived],
      }),
    ),
});

export const inTurn: readonly PacketCase[] = [connections, fragments];
