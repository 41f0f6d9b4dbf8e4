/** Mistakes in neighbours, routes, path MTUs and checksums. */
import type { Mutant } from '../mutant.ts';

export const network: readonly Mutant[] = [
  {
    id: 'neighbour-queue-ten',
    sentence: 'Only ten packets wait for a server’s MAC address.',
    file: 'network/neighbours.ts',
    before: 'export const QUEUE_PACKETS = 101;',
    after: 'export const QUEUE_PACKETS = 10;',
    expected: 'request/each-server',
  },
  {
    id: 'neighbour-confirmed-by-broadcast',
    sentence: 'A known MAC address is confirmed by asking everybody instead of the station.',
    file: 'network/neighbours.ts',
    before: 'neighbour.state === NEIGHBOUR.probing ? neighbour.mac : undefined',
    after: 'neighbour.state === NEIGHBOUR.unknown ? neighbour.mac : undefined',
    expected: 'neighbour/confirmed',
  },
  {
    id: 'neighbour-new-mac-ignored',
    sentence:
      'A server that comes back with another MAC address is not believed until its old one is asked about.',
    file: 'network/neighbours.ts',
    before: 'if (neighbour.state === NEIGHBOUR.unknown || neighbour.state >= NEIGHBOUR.noarp) return;',
    after: 'if (neighbour.state !== NEIGHBOUR.incomplete && neighbour.state !== NEIGHBOUR.probing) return;',
    expected: 'neighbour/new-mac',
  },
  {
    id: 'route-prefix-zero',
    sentence: 'A default route is looked at before the routes to networks.',
    file: 'network/snapshot-routes.ts',
    before: 'b.prefixLength - a.prefixLength',
    after: '(a.prefixLength === 0 ? -1 : 0) || b.prefixLength - a.prefixLength',
    expected: 'request/ports',
  },
  {
    id: 'path-mtu-tiny',
    sentence: 'A reported path MTU is believed however small it is.',
    file: 'network/routes.ts',
    before: 'const believed = Math.max(mtuBytes, MIN_PATH_MTU_BYTES);',
    after: 'const believed = Math.max(mtuBytes, 68);',
    expected: 'icmp/tunnel-least',
  },
  {
    id: 'martian-vip-source',
    sentence: 'A packet that claims to come from the VIP itself is balanced.',
    file: 'core.ts',
    before: 'if (routes.isLocal(packet.source) || !isUnicast(packet.source)) return VERDICT.pass;',
    after: 'if (!isUnicast(packet.source)) return VERDICT.pass;',
    expected: 'request/impossible',
  },
  {
    id: 'high-addresses-pseudo-header',
    sentence:
      'Checksums that are computed anew are wrong where the destination is 128.0.0.0 or higher (a signed shift).',
    file: 'wire/checksum.ts',
    before: '(destination >>> 16) + (destination & 0xffff)',
    after: '(destination >> 16) + (destination & 0xffff)',
    expected: 'reply/udp-without',
  },
  {
    id: 'port-update-carry-lost',
    sentence: 'The checksum update for a port folds its carry only once.',
    file: 'wire/checksum.ts',
    before:
      'let total = (~checksum & 0xffff) + (~from & 0xffff) + to;\n  total = (total & 0xffff) + (total >>> 16);\n',
    after: 'let total = (~checksum & 0xffff) + (~from & 0xffff) + to;\n',
    expected: 'request/checksum-carries',
  },
  {
    id: 'sctp-always-resealed',
    sentence: 'NAT computes an SCTP checksum anew although no port changes.',
    file: 'forwarding/nat.ts',
    before: 'if (fromPort !== toPort) writeSctpChecksum(bytes, l4, l4Bytes);',
    after: 'writeSctpChecksum(bytes, l4, l4Bytes);',
    expected: 'sctp/wrong',
  },
  {
    id: 'neighbour-permanent-asked-for',
    sentence: 'A station whose MAC address an administrator gave is asked for all the same.',
    file: 'network/neighbours.ts',
    before: '    const vouched = this.#events.known?.(port, address);\n',
    after: '    const vouched = undefined as Uint8Array | undefined;\n',
    expected: 'neighbour/permanent',
  },
  {
    id: 'neighbours-without-limit',
    sentence: 'The table of neighbours grows past gc_thresh3.',
    file: 'network/neighbours.ts',
    before: '    return this.#counted < mostEntries;\n',
    after: '    return true;\n',
    expected: 'neighbour/limited',
  },
  {
    id: 'neighbour-asked-by-each-packet',
    sentence: 'A station in doubt is asked by each packet, and never given up.',
    file: 'network/neighbour.ts',
    before: '  probing: 3,\n',
    after: '  probing: 2,\n',
    expected: 'neighbour/falls-silent',
  },
];
