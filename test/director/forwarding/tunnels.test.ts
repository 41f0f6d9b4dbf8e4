import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { snapshotOf } from '../../../director/control/snapshot.ts';
import { VERDICT } from '../../../director/verdict.ts';
import {
  fromHex,
  hex,
  icmpPacket,
  ipPacket,
  join,
  pattern,
  plainChecksum,
  SYN,
  tcpPacket,
  transportChecksum,
  UDP,
  udpPacket,
} from '../../../lab/frames/index.ts';
import { readIcmp } from '../fixtures/read-icmp.ts';
import { CLIENT_TO_VIP, fromClient, fromServer, ipOf, toServer } from '../fixtures/small-frames.ts';
import {
  CIP,
  CLIENT_SIDE,
  DIRECTOR,
  RIP1,
  SERVER_SIDE,
  SILENT_RIP,
  smallDirector,
  smallNetwork,
  VIP,
} from '../fixtures/small-network.ts';

const GRE = 47;
const GUE_PORT = 6080;
const OUTER_UDP = 34;
const ROUTER = '10.0.2.254';

/** Headers between the outer IP header and the packet. */
const TUNNELS = [
  { options: '--tun-type gre', protocol: GRE, bytes: 4 },
  { options: '--tun-type gre --tun-csum', protocol: GRE, bytes: 8 },
  { options: '--tun-type gue --tun-port 6080', protocol: UDP, bytes: 12 },
  { options: '--tun-type gue --tun-port 6080 --tun-csum', protocol: UDP, bytes: 12 },
  { options: '--tun-type gue --tun-port 6080 --tun-remcsum', protocol: UDP, bytes: 12 },
] as const;

const payload = pattern(33);
/** Of an ICMP error around what it quotes: an IP header and its own. */
const ICMP_HEADERS_BYTES = 28;

function tunnelling(options: string, server: string = RIP1, serverMtuBytes = 1500) {
  const lines = ['-t', '-u'].flatMap((protocol) => [
    `-A ${protocol} ${VIP}:80 -s rr`,
    `-a ${protocol} ${VIP}:80 -r ${server}:80 -i ${options}`,
  ]);
  return smallDirector(lines, smallNetwork({}, serverMtuBytes));
}

type Director = ReturnType<typeof tunnelling>;

function onlyFrame(director: Director): Uint8Array {
  const sent = director.takeSent();
  expect(sent.length).toBe(1);
  return sent[0]?.frame as Uint8Array;
}

/** What stands between the outer IP header and `inner`, by the RFCs. A GUE tunnel's source port is the one given. */
function between(options: string, inner: Uint8Array, gueSourcePort: number): Uint8Array {
  if (options.includes('gre')) {
    if (!options.includes('csum')) return fromHex('0000 0800');
    const header = fromHex('8000 0800 0000 0000');
    return join(header.subarray(0, 4), word(plainChecksum(join(header, inner))), header.subarray(6));
  }
  const udp = join(
    word(gueSourcePort),
    word(GUE_PORT),
    word(inner.length + 12),
    word(0),
    fromHex('00 04 0000'),
  );
  if (!options.includes('csum')) return udp;
  const checksum = transportChecksum({ source: DIRECTOR.server, destination: RIP1 }, UDP, join(udp, inner));
  return join(udp.subarray(0, 6), word(checksum), udp.subarray(8));
}

function word(value: number): Uint8Array {
  return Uint8Array.of(value >> 8, value & 255);
}

function sourcePortOf(frame: Uint8Array): number {
  return ((frame[OUTER_UDP] as number) << 8) | (frame[OUTER_UDP + 1] as number);
}

describe.each(TUNNELS)('$options', ({ options, protocol, bytes }) => {
  const overhead = 20 + bytes;

  test('the packet travels whole behind the headers of the tunnel', () => {
    const director = tunnelling(options);
    const asked = { tos: 0xbb, id: 7, dontFragment: true };
    director.receive(CLIENT_SIDE, fromClient.tcp({ flags: SYN, payload }, asked));
    const sent = onlyFrame(director);
    const inner = tcpPacket(
      { source: CIP, destination: VIP, ttl: 63, ...asked },
      { ...CLIENT_TO_VIP, flags: SYN, payload },
    );
    const outer = {
      source: DIRECTOR.server,
      destination: RIP1,
      ttl: 63,
      tos: 0xba,
      id: 0,
      dontFragment: true,
    };
    const headers = between(options, inner, sourcePortOf(sent));
    expect(hex(sent)).toBe(hex(toServer(ipPacket(outer, protocol, join(headers, inner)))));
  });

  test('shows no byte that lay in the buffer before', () => {
    const director = tunnelling(options);
    director.receive(
      CLIENT_SIDE,
      join(fromClient.udp({ payload: pattern(2) }), new Uint8Array(16).fill(0xa5)),
    );
    expect(hex(onlyFrame(director))).not.toContain('a5a5');
  });

  test('a packet that fits goes; one that does not is answered with the size that does', () => {
    const director = tunnelling(options, RIP1, 1400);
    const ask = (ipBytes: number) =>
      director.receive(
        CLIENT_SIDE,
        fromClient.udp({ payload: pattern(ipBytes - 28) }, { dontFragment: true }),
      );
    ask(1400 - overhead);
    expect(onlyFrame(director).length).toBe(14 + 1400);
    ask(1400 - overhead + 1);
    expect(readIcmp(onlyFrame(director))).toMatchObject({
      source: VIP,
      type: 3,
      code: 4,
      rest: 1400 - overhead,
    });
  });

  test('a link with less room than 68 bytes for the packet carries nothing', () => {
    const narrow = tunnelling(options, RIP1, 67 + overhead);
    expect(narrow.receive(CLIENT_SIDE, fromClient.udp()).verdict).toBe(VERDICT.drop);
    const wide = tunnelling(options, RIP1, 68 + overhead);
    wide.receive(CLIENT_SIDE, fromClient.udp());
    expect(wide.takeSent().length).toBe(1);
  });

  test.each([
    ['it allows that', false, 1],
    ['pmtu_disc is off, whatever it says', true, 0],
  ])('the outer packet is cut where the whole is too large and %s', (_when, dontFragment, pmtuDisc) => {
    const director = tunnelling(options, RIP1, 1400);
    director.core.state.settings.pmtu_disc = pmtuDisc;
    const asked = fromClient.udp({ payload: pattern(1372) }, { dontFragment });
    director.receive(CLIENT_SIDE, asked);
    const pieces = director.takeSent().map(({ frame }) => frame.subarray(14));
    expect(pieces.map((piece) => piece[6])).toEqual([0x20, 0]);
    const whole = join(...pieces.map((piece) => piece.subarray(20)));
    const inner = udpPacket(
      { source: CIP, destination: VIP, ttl: 63, dontFragment },
      { ...CLIENT_TO_VIP, payload: pattern(1372) },
    );
    const sourcePort = ((whole[0] as number) << 8) | (whole[1] as number);
    expect(hex(whole)).toBe(hex(join(between(options, inner, sourcePort), inner)));
  });

  test('an ICMP error to the service follows its connection into the tunnel', () => {
    const director = tunnelling(options);
    director.receive(CLIENT_SIDE, fromClient.udp());
    director.takeSent();
    const reply = udpPacket({ source: VIP, destination: CIP }, { sourcePort: 80, destinationPort: 4000 });
    director.receive(CLIENT_SIDE, fromClient.icmp(3, 3, reply));
    const sent = ipOf(onlyFrame(director));
    const inner = icmpPacket({ source: CIP, destination: VIP, ttl: 63 }, { type: 3, code: 3, body: reply });
    expect(hex(sent.subarray(overhead))).toBe(hex(inner));
  });

  describe('an error about a tunnel packet', () => {
    const toDirector = { source: ROUTER, destination: DIRECTOR.server };

    /** A director that has sent a tunnel packet, and that packet. */
    function connected() {
      const director = tunnelling(options);
      director.receive(CLIENT_SIDE, fromClient.udp({ payload }, { dontFragment: true }));
      return { director, request: ipOf(onlyFrame(director)).slice() };
    }

    test('is told to the client as the VIP’s, about the packet inside, and counts as output', () => {
      const { director, request } = connected();
      director.receive(SERVER_SIDE, fromServer.icmp(11, 0, request, toDirector));
      expect(readIcmp(onlyFrame(director))).toMatchObject({
        source: VIP,
        destination: CIP,
        type: 11,
        code: 0,
        quoted: request.subarray(overhead),
      });
      // Once as a packet of the connection, and once as the message that it becomes on its way out.
      const quotedBytes = request.length - overhead;
      const { outPackets, outBytes } = director.core.state.totals;
      expect([outPackets, outBytes]).toEqual([2, quotedBytes + ICMP_HEADERS_BYTES + quotedBytes]);
    });

    test('"fragmentation needed" is told, from the next packet on, less all headers of the tunnel', () => {
      const { director, request } = connected();
      const needed = fromServer.icmp(3, 4, request, toDirector, 1300);
      director.receive(SERVER_SIDE, needed);
      expect(readIcmp(onlyFrame(director)).rest).toBe(1500 - overhead);
      director.receive(CLIENT_SIDE, fromClient.udp({ payload }, { dontFragment: true }));
      director.takeSent();
      director.receive(SERVER_SIDE, needed);
      expect(readIcmp(onlyFrame(director)).rest).toBe(1300 - overhead);
    });

    test.each([
      ['the inner ports are not in it', (request: Uint8Array) => request.subarray(0, overhead + 23)],
      ['it ends within the tunnel’s headers', (request: Uint8Array) => request.subarray(0, 23)],
      [
        'it is a later fragment',
        (request: Uint8Array) => {
          request[7] = 1;
          return request;
        },
      ],
      [
        'the tunnel’s first byte is none that the director writes',
        (request: Uint8Array) => {
          request[protocol === GRE ? 20 : 28]! ^= 0x20;
          return request;
        },
      ],
      [
        'it carries something else than IPv4',
        (request: Uint8Array) => {
          request[protocol === GRE ? 23 : 29]! ^= 1;
          return request;
        },
      ],
    ])('is the stack’s if %s', (_what, quote) => {
      const { director, request } = connected();
      const { verdict } = director.receive(SERVER_SIDE, fromServer.icmp(3, 1, quote(request), toDirector));
      expect(verdict).toBe(VERDICT.deliver);
      expect(director.takeSent()).toEqual([]);
    });

    test.each([
      ['has another tunnel by now', `-e -u ${VIP}:80 -r ${RIP1}:80 -i`],
      ['is behind no tunnel any more', `-e -u ${VIP}:80 -r ${RIP1}:80 -g`],
      ['was deleted', `-d -u ${VIP}:80 -r ${RIP1}:80`],
    ])('is the stack’s if the server %s', (_what, change) => {
      const { director, request } = connected();
      director.rules(change);
      const { verdict } = director.receive(SERVER_SIDE, fromServer.icmp(3, 1, request, toDirector));
      expect(verdict).toBe(VERDICT.deliver);
      expect(director.takeSent()).toEqual([]);
    });

    test('is not told where nobody answers for the server: the kernel’s own message does not get out', () => {
      const director = tunnelling(options, SILENT_RIP);
      director.receive(CLIENT_SIDE, fromClient.udp({ payload }));
      director.advance(3_100);
      expect(director.takeSent()).toEqual([]);
    });
  });
});

test('an error about a GUE packet to another port than the tunnel’s is the stack’s', () => {
  const director = tunnelling('--tun-type gue --tun-port 6080');
  director.receive(CLIENT_SIDE, fromClient.udp({ payload }));
  const request = ipOf(onlyFrame(director)).slice();
  request[23]! ^= 1;
  const error = fromServer.icmp(3, 1, request, { source: ROUTER, destination: DIRECTOR.server });
  expect(director.receive(SERVER_SIDE, error).verdict).toBe(VERDICT.deliver);
});

test('optional fields that somebody else’s GUE header has are skipped', () => {
  const director = tunnelling('--tun-type gue --tun-port 6080');
  director.receive(CLIENT_SIDE, fromClient.udp({ payload }));
  const request = ipOf(onlyFrame(director));
  const longer = join(
    request.subarray(0, 28),
    fromHex('02'),
    request.subarray(29, 32),
    new Uint8Array(8),
    request.subarray(32),
  );
  director.receive(
    SERVER_SIDE,
    fromServer.icmp(3, 1, longer, { source: ROUTER, destination: DIRECTOR.server }),
  );
  expect(hex(readIcmp(onlyFrame(director)).quoted)).toBe(hex(request.subarray(32)));
});

test.each(['--tun-type gre --tun-csum', '--tun-type gue --tun-port 6080 --tun-csum'])(
  'a checksum that would be 0 is written as ffff: %s',
  (options) => {
    const at = options.includes('gre') ? 38 : OUTER_UDP + 6;
    const director = tunnelling(options);
    const checksumWith = (word: readonly number[]) => {
      director.receive(
        CLIENT_SIDE,
        fromClient.udp({ payload: Uint8Array.from(word), checksum: 0 }, { dontFragment: true }),
      );
      return [...onlyFrame(director).subarray(at, at + 2)];
    };
    // Adding the checksum itself to what it covers makes the sum all ones.
    expect(checksumWith(checksumWith([0, 0]))).toEqual([0xff, 0xff]);
  },
);

describe('the source port of a GUE tunnel', () => {
  const director = tunnelling('--tun-type gue --tun-port 6080');
  const portFor = (sourcePort: number, source: string = CIP) => {
    director.receive(CLIENT_SIDE, fromClient.udp({ sourcePort }, { source }));
    return sourcePortOf(onlyFrame(director));
  };

  test('is one of the local ports, and the same for all packets of a flow', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1024, max: 65_535 }), (port) => {
        const chosen = portFor(port);
        expect(chosen).toBeGreaterThanOrEqual(32_768);
        expect(chosen).toBeLessThan(60_999);
        expect(portFor(port)).toBe(chosen);
      }),
    );
  });

  test('differs between most flows, by port as by address', () => {
    const byPort = new Set(Array.from({ length: 500 }, (_, i) => portFor(2_000 + i)));
    const byAddress = new Set(Array.from({ length: 200 }, (_, i) => portFor(4_000, `10.0.1.${i + 10}`)));
    // Five hundred of 28,231 collide about four times.
    expect(byPort.size).toBeGreaterThan(480);
    expect(byAddress.size).toBeGreaterThan(190);
  });

  test('is that of its addresses alone for an ICMP message', () => {
    director.receive(CLIENT_SIDE, fromClient.udp());
    director.takeSent();
    const reply = udpPacket({ source: VIP, destination: CIP }, { sourcePort: 80, destinationPort: 4000 });
    const ports = [1, 3].map((code) => {
      director.receive(CLIENT_SIDE, fromClient.icmp(3, code, reply));
      return sourcePortOf(onlyFrame(director));
    });
    expect(ports[0]).toBe(ports[1]);
  });
});

test('a connection follows its server to another tunnel', () => {
  const director = tunnelling('--tun-type gre');
  const protocolSent = () => {
    director.receive(CLIENT_SIDE, fromClient.udp());
    return onlyFrame(director)[23];
  };
  expect(protocolSent()).toBe(GRE);
  director.rules(`-e -u ${VIP}:80 -r ${RIP1}:80 -i --tun-type gue --tun-port 6080`);
  expect(protocolSent()).toBe(UDP);
  expect(snapshotOf(director.core.state, director.nowMs).connections.length).toBe(1);
});
