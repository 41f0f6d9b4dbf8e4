import { describe, expect, test } from 'vitest';
import {
  type IpFields,
  icmpOf,
  icmpPacket,
  pattern,
  readIpv4,
  udpPacket,
} from '../../../lab/frames/index.ts';
import type { Host } from '../../../lab/topology.ts';
import { OTHER_MAC, Wire } from './wire.ts';

const CIP = '10.0.1.2';
const RIP = '10.0.2.11';
const SPEC: Host = {
  name: 'router',
  role: 'router',
  interfaces: [
    { name: 'eth0', switch: 'clients', mac: '02:00:0a:00:01:01', addresses: ['10.0.1.1/24'] },
    { name: 'eth1', switch: 'servers', mac: '02:00:0a:00:02:fe', addresses: ['10.0.2.254/24'] },
  ],
  loopback: [],
  routes: [{ to: '198.18.0.0/15', via: CIP }],
  sysctls: { 'net.ipv4.ip_forward': 1 },
};

const request = (ip: Partial<IpFields> = {}, bytes = 10) =>
  udpPacket(
    { source: CIP, destination: RIP, ttl: 64, ...ip },
    { sourcePort: 4000, destinationPort: 80, payload: pattern(bytes) },
  );

/** A router that knows the client’s MAC address and, unless said otherwise, the server’s. */
function router(knowsServer = true): Wire {
  const wire = new Wire(SPEC);
  wire.ask('10.0.1.1', CIP, 'eth0');
  if (knowsServer) wire.ask('10.0.2.254', RIP, 'eth1');
  wire.sent.splice(0);
  return wire;
}

test('a router passes a packet on, with a hop less to live and nothing else changed', () => {
  const wire = router();
  wire.bring(request({ tos: 0x28, id: 77, options: [1, 1, 1, 0] }));
  expect(wire.packets).toEqual([
    { port: 'eth1', to: OTHER_MAC, packet: request({ ttl: 63, tos: 0x28, id: 77, options: [1, 1, 1, 0] }) },
  ]);
});

test('replies find the clients behind the client', () => {
  const wire = router();
  wire.bring(request({ source: RIP, destination: '198.18.7.1' }), 'eth1');
  expect(wire.packets).toMatchObject([{ port: 'eth0' }]);
});

test('a host that does not forward passes nothing on, and says nothing', () => {
  const wire = router();
  wire.station.setForwarding(false);
  wire.bring(request());
  wire.bring(request({ ttl: 1 }));
  expect(wire.sent).toEqual([]);
});

describe('a router says why a packet went no further:', () => {
  const only = (wire: Wire) => {
    expect(wire.packets).toHaveLength(1);
    const { port, packet } = wire.packets[0] as (typeof wire.packets)[number];
    const message = icmpOf(packet);
    if (message === undefined) throw new Error('no ICMP message');
    return { port, ...message };
  };

  test('its time to live ran out', () => {
    const wire = router();
    wire.bring(request({ ttl: 1, tos: 0xff }));
    const error = only(wire);
    expect(error).toMatchObject({ port: 'eth0', type: 11, code: 0, body: request({ ttl: 1, tos: 0xff }) });
    expect(error.ip).toMatchObject({ source: '10.0.1.1', destination: CIP, tos: 0xde });
  });

  test('it is larger than the next link takes, and must not be cut', () => {
    const wire = router();
    wire.station.setMtu('eth1', 1400);
    wire.bring(request({ dontFragment: true }, 1400));
    expect(only(wire)).toMatchObject({ type: 3, code: 4, rest: 1400 });
  });

  test('no route leads there', () => {
    const wire = router();
    wire.bring(request({ destination: '172.16.0.1' }));
    expect(only(wire)).toMatchObject({ type: 3, code: 0 });
  });

  test('nobody there answers, after three questions', () => {
    const wire = router(false);
    wire.bring(request());
    wire.clock.advance(2_999);
    expect(wire.packets).toEqual([]);
    wire.clock.advance(1);
    expect(only(wire)).toMatchObject({ port: 'eth0', type: 3, code: 1 });
  });

  test('but not about an error, nor about a later fragment', () => {
    const wire = router();
    wire.bring(icmpPacket({ source: CIP, destination: RIP, ttl: 1 }, { type: 3, code: 3, body: request() }));
    wire.bring(request({ ttl: 1, offsetBytes: 8 }));
    expect(wire.sent).toEqual([]);
  });
});

test('a router cuts what is too large and may be cut', () => {
  const wire = router();
  wire.station.setMtu('eth1', 1000);
  wire.bring(request({}, 1400));
  expect(wire.packets.map(({ packet }) => [packet.length, readIpv4(packet).ttl])).toEqual([
    [996, 63],
    [452, 63],
  ]);
});
