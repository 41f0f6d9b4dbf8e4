import { describe, expect, test } from 'vitest';
import {
  GRE,
  IPIP,
  ipFrame,
  ipPacket,
  join,
  pattern,
  readIpv4,
  u16,
  udpOf,
  udpPacket,
} from '../../../lab/frames/index.ts';
import { udpEcho } from '../../../lab/stations/index.ts';
import { hostSpec, OTHER_MAC, STATION_MAC, Wire } from './wire.ts';

const CIP = '198.18.0.1';
const VIP = '10.0.2.100';
const toStation = (payload = pattern(4), destination = '10.0.2.11') =>
  udpPacket({ source: CIP, destination }, { sourcePort: 4000, destinationPort: 80, payload });

describe('what is for the station', () => {
  test('is in its inbox, in order of arrival, without what pads the frame', () => {
    const wire = new Wire(hostSpec());
    wire.bring(join(toStation(pattern(1)), new Uint8Array(17)));
    wire.bring(toStation(pattern(2)));
    expect(wire.station.inbox).toEqual([toStation(pattern(1)), toStation(pattern(2))]);
  });

  test.each([
    ['a frame for another station', ipFrame(OTHER_MAC, OTHER_MAC, toStation())],
    ['a packet for another address', ipFrame(OTHER_MAC, STATION_MAC, toStation(pattern(1), '10.0.2.12'))],
    ['a header with a wrong checksum', ipFrame(OTHER_MAC, STATION_MAC, toStation().with(8, 1))],
    [
      'its own address as the source',
      ipFrame(
        OTHER_MAC,
        STATION_MAC,
        udpPacket({ source: '10.0.2.11', destination: '10.0.2.11' }, { sourcePort: 1, destinationPort: 2 }),
      ),
    ],
  ])('is not: %s', (_, frame) => {
    const wire = new Wire(hostSpec());
    wire.station.receive('eth0', frame);
    expect(wire.station.inbox).toEqual([]);
  });

  test('is answered by the responder, until another one is set, or silence', () => {
    const wire = new Wire(hostSpec());
    wire.ask('10.0.2.11', '10.0.2.254');
    wire.station.answer(udpEcho({ port: 80 }));
    wire.bring(toStation(pattern(3)));
    wire.station.answer(udpEcho({ port: 80, respond: () => pattern(9) }));
    wire.bring(toStation(pattern(3)));
    wire.station.silence();
    wire.bring(toStation(pattern(3)));
    expect(wire.packets.map(({ packet }) => udpOf(packet)?.payload)).toEqual([pattern(3), pattern(9)]);
    expect(wire.station.inbox).toHaveLength(2);
  });
});

describe('waiting for a packet', () => {
  const isFrom = (source: string) => (packet: Uint8Array) => readIpv4(packet).source === source;

  test('finds one that is there already, from a number on', async () => {
    const wire = new Wire(hostSpec());
    wire.bring(toStation(pattern(1)));
    wire.bring(toStation(pattern(2)));
    expect(await wire.station.next(isFrom(CIP))).toEqual(toStation(pattern(1)));
    expect(await wire.station.next(isFrom(CIP), { from: 1 })).toEqual(toStation(pattern(2)));
    expect(wire.clock.nowMs).toBe(0);
  });

  test('ends when one comes', async () => {
    const wire = new Wire(hostSpec());
    wire.clock.after(300, () => wire.bring(toStation()));
    expect(await wire.station.next(isFrom(CIP))).toEqual(toStation());
    expect(wire.clock.nowMs).toBe(300);
  });

  test('ends without one after a second, or the time given', async () => {
    const wire = new Wire(hostSpec());
    wire.bring(toStation());
    expect(await wire.station.next(isFrom('198.18.0.2'))).toBeUndefined();
    expect(wire.clock.nowMs).toBe(1000);
    expect(await wire.station.next(isFrom('198.18.0.2'), { timeoutMs: 50 })).toBeUndefined();
    expect(wire.clock.nowMs).toBe(1050);
  });
});

describe('the end of a tunnel', () => {
  const end = () => new Wire(hostSpec({ loopback: [`${VIP}/32`], decapsulates: { interface: 'eth0' } }));
  const inner = toStation(pattern(5), VIP);
  const outer = { source: '10.0.2.1', destination: '10.0.2.11' };
  const gue = (port: number) =>
    udpPacket(outer, {
      sourcePort: 5000,
      destinationPort: port,
      payload: join(Uint8Array.of(1, IPIP, 0, 0, 9, 9, 9, 9), inner),
    });

  test.each([
    ['IP-in-IP', ipPacket(outer, IPIP, inner)],
    ['GRE', ipPacket(outer, GRE, join(u16(0, 0x0800), inner))],
    ['GRE with a checksum', ipPacket(outer, GRE, join(u16(0x8000, 0x0800, 0x1234, 0), inner))],
    ['GRE with key and sequence number', ipPacket(outer, GRE, join(u16(0x3000, 0x0800, 1, 2, 3, 4), inner))],
  ])('takes the outer header off %s', (_, packet) => {
    const wire = end();
    wire.bring(packet);
    expect(wire.station.inbox).toEqual([inner]);
  });

  test('takes generic UDP encapsulation off, with what options it has, where it was told the port', () => {
    const wire = end();
    wire.bring(gue(6080));
    wire.station.decapsulateGue(6080);
    wire.bring(gue(6080));
    expect(wire.station.inbox).toEqual([gue(6080), inner]);
  });

  test('leaves a piece of a datagram as it is', () => {
    const wire = end();
    const piece = ipPacket({ ...outer, moreFragments: true }, IPIP, inner);
    wire.bring(piece);
    expect(wire.station.inbox).toEqual([piece]);
  });

  test('drops what the inner packet does not say is for it', () => {
    const wire = new Wire(hostSpec({ decapsulates: { interface: 'eth0' } }));
    wire.bring(ipPacket(outer, IPIP, inner));
    expect(wire.station.inbox).toEqual([]);
  });

  test('is where it is said to be: others keep the outer header', () => {
    const wire = new Wire(hostSpec({ loopback: [`${VIP}/32`] }));
    wire.bring(ipPacket(outer, IPIP, inner));
    expect(wire.station.inbox).toEqual([ipPacket(outer, IPIP, inner)]);
  });
});

test('an answer that cannot be sent is lost, as a host’s would be', () => {
  const wire = new Wire(hostSpec({ routes: [] }));
  wire.station.answer(udpEcho({ port: 80 }));
  wire.bring(toStation());
  expect(wire.station.inbox).toHaveLength(1);
  expect(wire.sent).toEqual([]);
});
