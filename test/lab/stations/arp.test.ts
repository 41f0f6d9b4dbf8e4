import { describe, expect, test } from 'vitest';
import { pattern, udpPacket } from '../../../lab/frames/index.ts';
import { StationError } from '../../../lab/stations/index.ts';
import { hostSpec, OTHER_MAC, STATION_MAC, Wire } from './wire.ts';

const VIP = '10.0.2.100';
const packet = (destination: string, source = '10.0.2.11') =>
  udpPacket({ source, destination }, { sourcePort: 1, destinationPort: 2, payload: pattern(4) });

describe('a station that sends', () => {
  test('asks for a neighbour first, keeps packets until it answers, and remembers', () => {
    const wire = new Wire(hostSpec());
    wire.station.send(packet('10.0.2.12'));
    wire.station.send(packet('10.0.2.12'));
    expect(wire.packets).toEqual([]);
    expect(wire.arp).toMatchObject([
      { operation: 'request', senderIp: '10.0.2.11', senderMac: STATION_MAC, targetIp: '10.0.2.12' },
    ]);
    wire.answerArp();
    wire.station.send(packet('10.0.2.12'));
    expect(wire.packets).toEqual(Array(3).fill({ port: 'eth0', to: OTHER_MAC, packet: packet('10.0.2.12') }));
    expect(wire.arp).toHaveLength(1);
  });

  test('asks for its gateway where the destination is on no link', () => {
    const wire = new Wire(hostSpec());
    wire.station.send(packet('198.18.0.1'));
    expect(wire.arp).toMatchObject([{ targetIp: '10.0.2.254' }]);
  });

  test('asks three times, a second apart, and then gives the packets up', () => {
    const wire = new Wire(hostSpec());
    wire.station.send(packet('10.0.2.12'));
    wire.clock.advance(10_000);
    expect(wire.arp).toHaveLength(3);
    wire.answerArp();
    expect(wire.packets).toEqual([]);
  });

  test('says where it has no route to', () => {
    const wire = new Wire(hostSpec({ routes: [] }));
    expect(() => wire.station.send(packet('198.18.0.1'))).toThrow(
      new StationError('rs1 has no route to 198.18.0.1'),
    );
  });

  test('cuts what does not fit, and refuses to where it must not', () => {
    const wire = new Wire(hostSpec());
    wire.station.setMtu('eth0', 576);
    const ip = { source: '10.0.2.11', destination: '10.0.2.12' };
    const ports = { sourcePort: 1, destinationPort: 2, payload: pattern(700) };
    wire.station.send(udpPacket(ip, ports));
    wire.answerArp();
    expect(wire.packets.map((one) => one.packet.length)).toEqual([572, 176]);
    expect(() => wire.station.send(udpPacket({ ...ip, dontFragment: true }, ports))).toThrow(
      'rs1 is to send a packet of 728 bytes that must not be cut out of eth0, whose MTU is 576',
    );
  });
});

describe('a station that holds the VIP on lo', () => {
  const holder = (sysctls: Record<string, number>) =>
    new Wire(hostSpec({ loopback: [`${VIP}/32`], sysctls }));

  test('answers for the address of the interface', () => {
    const wire = holder({ 'net.ipv4.conf.all.arp_ignore': 1 });
    wire.ask('10.0.2.11', '10.0.2.254');
    expect(wire.arp).toMatchObject([{ operation: 'reply', senderIp: '10.0.2.11', senderMac: STATION_MAC }]);
  });

  test.each([
    ['with arp_ignore 0', {}, 1],
    ['not with arp_ignore 1 on all interfaces', { 'net.ipv4.conf.all.arp_ignore': 1 }, 0],
    ['not with arp_ignore 1 on this one', { 'net.ipv4.conf.eth0.arp_ignore': 1 }, 0],
  ])('answers for the VIP %s', (_, sysctls, answers) => {
    const wire = holder(sysctls);
    wire.ask(VIP, '10.0.2.254');
    expect(wire.arp).toHaveLength(answers);
  });

  test.each([
    ['in the VIP’s name with arp_announce 0', {}, VIP],
    ['in its own with arp_announce 2', { 'net.ipv4.conf.all.arp_announce': 2 }, '10.0.2.11'],
  ])('asks %s when it sends from the VIP', (_, sysctls, senderIp) => {
    const wire = holder(sysctls);
    wire.station.send(packet('10.0.2.12', VIP));
    expect(wire.arp).toMatchObject([{ operation: 'request', senderIp }]);
  });

  test('does not answer for others, nor once it is silent', () => {
    const wire = holder({});
    wire.ask('10.0.2.12', '10.0.2.254');
    wire.station.silence();
    wire.ask('10.0.2.11', '10.0.2.254');
    expect(wire.sent).toEqual([]);
  });

  test('knows who asked it', () => {
    const wire = holder({});
    wire.ask('10.0.2.11', '10.0.2.254');
    wire.station.send(packet('198.18.0.1'));
    expect(wire.packets).toHaveLength(1);
  });
});

test('a client answers for the clients behind it', () => {
  const wire = new Wire(hostSpec(), { standsFor: ['198.18.0.0/15'] });
  wire.ask('198.19.255.1', '10.0.2.254');
  wire.bring(packet('198.18.3.1', '10.0.2.100'));
  expect(wire.arp).toMatchObject([{ operation: 'reply', senderIp: '198.19.255.1' }]);
  expect(wire.station.inbox).toEqual([packet('198.18.3.1', '10.0.2.100')]);
});

test('bytes that are no ARP packet are passed over', () => {
  const wire = new Wire(hostSpec());
  wire.station.receive('eth0', Uint8Array.from([...Array(6).fill(255), ...Array(6).fill(2), 8, 6, 1, 2, 3]));
  expect(wire.sent).toEqual([]);
});
