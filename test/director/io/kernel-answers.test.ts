import { describe, expect, test } from 'vitest';
import { neighbourOf, vouchedFor } from '../../../director/io/kernel-neighbours.ts';
import { routeIn } from '../../../director/io/kernel-routes.ts';
import { formatIpv4, formatMac, ipv4 } from '../../../director/wire/addresses.ts';
import { messagesIn, type NetlinkMessage, NetlinkRequest } from '../../../native/netlink.ts';

/** A message of the kernel, from numbers of the given sizes in bytes. */
function message(
  type: number,
  ...fields: readonly (readonly [value: number, bytes: number])[]
): NetlinkMessage {
  const body = Buffer.concat(
    fields.map(([value, bytes]) => {
      const field = Buffer.alloc(bytes);
      field.writeIntLE(value, 0, Math.min(bytes, 4));
      return field;
    }),
  );
  const header = Buffer.alloc(16);
  header.writeUInt32LE(16 + body.length, 0);
  header.writeUInt16LE(type, 4);
  header.writeUInt32LE(7, 8);
  const bytes = Uint8Array.from(Buffer.concat([header, body]));
  const [only] = messagesIn(new DataView(bytes.buffer), bytes.length);
  return only as NetlinkMessage;
}

const attribute = (type: number, value: number) =>
  [
    [8, 2],
    [type, 2],
    [value, 4],
  ] as const;
/** As it stands in a message: in network byte order. */
const address = (text: string) => Buffer.from(text.split('.').map(Number)).readInt32LE();

const ROUTE = 24;
const UNICAST = 1;
const LOCAL = 2;
const routeHeader = (type: number) =>
  [
    [2, 4],
    [0, 3],
    [type, 1],
    [0, 4],
  ] as const;
const OUT_OF_3 = attribute(4, 3);
const VIA_GATEWAY = attribute(5, address('10.0.2.254'));

describe('an answer about a route', () => {
  test('says the port, the gateway and the address of packets of its own', () => {
    const answer = message(
      ROUTE,
      ...routeHeader(UNICAST),
      ...OUT_OF_3,
      ...VIA_GATEWAY,
      ...attribute(7, address('10.0.2.1')),
    );
    expect(answer.sequence).toBe(7);
    expect(routeIn(answer, false)).toEqual({
      port: 3,
      gateway: ipv4('10.0.2.254'),
      preferredSource: ipv4('10.0.2.1'),
    });
  });

  test('says the MTU of the route, and whether that is locked', () => {
    const metrics = [[20, 2], [8, 2], ...attribute(1, 1 << 2), ...attribute(2, 1400)] as const;
    const answer = message(ROUTE, ...routeHeader(UNICAST), ...OUT_OF_3, ...metrics);
    expect(routeIn(answer, true)).toMatchObject({ port: 3, mtuBytes: 1400, mtuIsLocked: true });
  });

  test('says how long a path MTU holds that the kernel has learned, which is none of forwarded packets', () => {
    const metrics = [[12, 2], [8, 2], ...attribute(2, 1300)] as const;
    const cacheInfo = [
      [36, 2],
      [12, 2],
      [0, 8],
      [250, 4],
      [0, 20],
    ] as const;
    const answer = message(ROUTE, ...routeHeader(UNICAST), ...OUT_OF_3, ...metrics, ...cacheInfo);
    expect(routeIn(answer, false)).toMatchObject({ mtuBytes: 1300, expiresInMs: 2500 });
    expect(routeIn(answer, true)).toMatchObject({ expiresInMs: 2500 });
    expect(routeIn(answer, true)).not.toHaveProperty('mtuBytes');
  });

  test.each([
    [101, 'network unreachable'],
    [113, 'host unreachable'],
    [13, 'prohibited'],
    [22, 'blackhole'],
  ])('may be the error %i: %s', (errno, reason) => {
    expect(routeIn(message(2, [-errno, 4], [0, 16]), false)).toBe(reason);
  });

  test('leads nowhere to send to where the machine takes the packet itself, or the gateway has no IPv4 address', () => {
    expect(routeIn(message(ROUTE, ...routeHeader(LOCAL), ...OUT_OF_3), false)).toBe('host unreachable');
    const viaIpv6 = [
      [22, 2],
      [18, 2],
      [10, 2],
      [0, 16],
      [0, 2],
    ] as const;
    expect(routeIn(message(ROUTE, ...routeHeader(UNICAST), ...OUT_OF_3, ...viaIpv6), false)).toBe(
      'host unreachable',
    );
  });
});

describe('an entry for a neighbour', () => {
  const MAC = [
    [10, 2],
    [2, 2],
    [0x78563412, 4],
    [0xbc9a, 4],
  ] as const;
  const entry = (state: number, flags: number) =>
    message(
      28,
      [2, 4],
      [3, 4],
      [state, 2],
      [flags, 1],
      [1, 1],
      ...attribute(1, address('10.0.2.11')),
      ...MAC,
    );

  test('says whose it is', () => {
    const found = neighbourOf(entry(0x80, 0));
    expect([found?.port, formatIpv4(found?.address ?? 0)]).toEqual([3, '10.0.2.11']);
    expect(neighbourOf(message(28, [10, 4], [3, 4], [0x80, 2], [0, 2]))).toBeUndefined();
  });

  test.each([
    ['permanent', 0x80, 0, true],
    ['without ARP', 0x40, 0, true],
    ['reachable', 0x02, 0, false],
    ['stale', 0x04, 0, false],
    ['learned elsewhere and reachable', 0x02, 0x10, true],
    ['learned elsewhere and stale', 0x04, 0x10, true],
    ['learned elsewhere and failed', 0x20, 0x10, false],
  ])('that is %s', (_name, state, flags, isVouchedFor) => {
    const mac = vouchedFor(entry(state, flags));
    expect(mac && formatMac(mac)).toBe(isVouchedFor ? '12:34:56:78:9a:bc' : undefined);
  });
});

test('a request says what it asks, and stops at its end when it is used again', () => {
  const request = new NetlinkRequest(26);
  request.begin(Uint8Array.of(2, 32)).address(1, ipv4('10.0.2.11')).number(3, 5).finish(1);
  const bytes = request.begin(Uint8Array.of(2, 32)).address(1, ipv4('10.0.2.12')).finish(2);
  expect(Buffer.from(bytes).toString('hex')).toBe(
    ['1c000000', '1a000100', '02000000', '00000000', '02200000', '08000100', '0a00020c'].join(''),
  );
});
