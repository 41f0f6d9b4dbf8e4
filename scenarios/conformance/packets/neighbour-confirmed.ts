/** How a station is confirmed that is believed to be there. */

import { arpQuestion } from '../../../lab/frames/index.ts';
import { modesWhere } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { expectValues, outcome } from '../../kit/expecting/expect.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { rfc } from '../../kit/requirement.ts';
import { Service } from '../../kit/service.ts';
import { answer, askedFor, clientsAt, questionsFor, resolution, strangerOf } from './neighbour-stations.ts';

const ON_LINK = modesWhere(({ serversOnLink }) => serversOnLink);

/** An answer is believed for so long. */
const BELIEVED_MS = 30_000;
const QUESTIONS = 3;
const STEP_MS = 250;

const confirmed = packetCase({
  name: 'neighbour/falls-silent',
  title: 'A station is asked itself whether it is still there, while packets go on to it',
  requirement:
    'An answer is believed for a while. The next packet after that is sent at once, and the station is asked itself, three times, a second apart, while packets go on to it; where it does not answer, everybody is asked, and packets wait.',
  sources: [rfc('826'), rfc('1122 §2.3.2.1'), resolution('confirmation')],
  modes: ON_LINK,
  virtualTime: true,
  play: async (stage) => {
    const address = strangerOf(stage, 0);
    const service = await Service.add(stage, { protocol: 'udp', servers: [{ address }] });
    let packets = 0;
    const goOn = async (ms: number) => {
      for (let passedMs = 0; passedMs < ms; passedMs += STEP_MS) {
        service.datagram(service.client(packets++));
        await stage.wait(STEP_MS);
      }
    };
    await goOn(STEP_MS);
    await answer(stage, address);
    await goOn(BELIEVED_MS - 1_000);
    await stage.wait(2_000);
    await goOn(QUESTIONS * 1_000);
    // Past the moment at which it is given up.
    await stage.wait(STEP_MS / 2);
    const beforeSilence = packets;
    await goOn(3 * STEP_MS);
    await answer(stage, address, 1);
    return { address, packets, beforeSilence };
  },
  check: (seen, { address, packets, beforeSilence }) => {
    const [, first, , third] = questionsFor(seen, address).map(({ time }) => time);
    const numbers = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, i) => from + i).join(' ');
    return outcome(
      packets,
      `${counted(packets, 'packet')} to a station that falls silent`,
      expectValues('It was not asked as it should have been.', {
        'who was asked': ['all rs1 rs1 rs1 all', askedFor(seen, address)],
        'seconds that three questions take': [2, Math.round(10 * ((third ?? 0) - (first ?? 0))) / 10],
      }),
      expectValues('Packets went elsewhere than they should.', {
        'packets to rs1': [numbers(0, beforeSilence), clientsAt(seen, 'rs1')],
        'packets that waited, to rs2': [numbers(beforeSilence, packets), clientsAt(seen, 'rs2')],
      }),
    );
  },
});

const supposed = packetCase({
  name: 'neighbour/supposed',
  title: 'A station that asked, or that another process knew, is believed and asked itself',
  requirement:
    'Who asks for an address of the director’s says whose MAC address its own is, and a process that takes over knows the stations of the one before for half a minute: packets go there at once, and the station itself is asked whether that is so. After that time everybody is asked, and packets wait.',
  sources: [rfc('826'), resolution('confirmation')],
  modes: ON_LINK,
  virtualTime: true,
  play: async (stage) => {
    const addresses = [0, 1, 2].map((n) => strangerOf(stage, n));
    const services: Service[] = [];
    for (const [i, address] of addresses.entries()) {
      services.push(await Service.add(stage, { protocol: 'udp', port: 2500 + i, servers: [{ address }] }));
    }
    const [asker, known, forgotten] = services as [Service, Service, Service];
    const [station] = stage.servers;
    station.sendFrame('eth0', arpQuestion(station.mac, addresses[0] as string, stage.dip));
    await stage.settle();
    asker.datagram(asker.client(0));
    await stage.settle();
    for (const [i, service] of [known, forgotten].entries()) {
      service.datagram(service.client(1 + i));
      await stage.settle();
      await answer(stage, addresses[1 + i] as string);
    }
    // By then the first one has been asked as often as it is.
    await stage.wait(QUESTIONS * 1_000 - 500);
    stage.director.handOver?.();
    known.datagram(known.client(3));
    await stage.wait(BELIEVED_MS + 1_000);
    forgotten.datagram(forgotten.client(4));
    await stage.settle();
    return addresses;
  },
  check: (seen, addresses) => {
    const asked = (i: number) => askedFor(seen, addresses[i] as string);
    return outcome(
      5,
      'five packets to stations that answer no question, or once',
      expectValues('A packet went elsewhere than it should.', {
        'packets to rs1': ['0 1 2 3', clientsAt(seen, 'rs1')],
      }),
      expectValues('They were not asked as they should have been.', {
        'the one that asked': ['rs1 rs1 rs1', asked(0)],
        'the one that was known before': ['all rs1 rs1 rs1', asked(1)],
        'the one that was not needed for half a minute': ['all all', asked(2)],
      }),
    );
  },
});

export const neighbourConfirmed: readonly PacketCase[] = [confirmed, supposed];
