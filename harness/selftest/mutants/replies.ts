/** Mistakes on a reply’s way back to the client: NAT’s, since no other mode sees replies. */
import type { Mutant } from '../mutant.ts';

export const replies: readonly Mutant[] = [
  {
    id: 'reply-source-kept',
    sentence: 'Replies leave with the real server’s address as their source.',
    file: 'forwarding/nat.ts',
    before: '  setIpSource(bytes, ip, virtualAddress);\n',
    after: '',
    expected: 'reply/ports',
  },
  {
    id: 'reply-port-kept',
    sentence: 'Replies leave with the port that the real server listens on.',
    file: 'forwarding/nat.ts',
    before: '  if (hasPorts(packet)) setSourcePort(bytes, l4, virtualPort);\n',
    after: '',
    expected: 'reply/ports',
  },
  {
    id: 'reply-udp-port-kept',
    sentence: 'UDP replies leave with the port that the real server listens on.',
    file: 'forwarding/nat.ts',
    before: 'if (hasPorts(packet)) setSourcePort',
    after: 'if (packet.protocol === PROTOCOL.tcp) setSourcePort',
    expected: 'reply/ports',
  },
  {
    id: 'reply-leaks-once-in-a-thousand',
    sentence: 'One reply in a thousand leaves with the real server’s address.',
    file: 'forwarding/nat.ts',
    before:
      'export function rewriteReply(packet: Packet, virtualAddress: number, virtualPort: number): void {\n',
    after:
      'let replies = 0;\nexport function rewriteReply(packet: Packet, virtualAddress: number, virtualPort: number): void {\n  if (++replies % 1000 === 0) return;\n',
    expected: 'reply/many',
  },
  {
    id: 'reply-ttl-kept',
    sentence: 'Replies leave with the TTL that they came with.',
    file: 'outgoing.ts',
    before: 'decrementTtl(packet.bytes, packet.ip);\n    rewriteReply',
    after: 'rewriteReply',
    expected: 'reply/ttl',
  },
  {
    id: 'reply-ttl-one-forwarded',
    sentence: 'A reply with TTL 1 is forwarded with TTL 0.',
    file: 'outgoing.ts',
    before: "if (ipTtl(bytes, ip) <= 1) return this.#refuse(packet, TTL_EXCEEDED, 'TTL exceeded', nowMs);",
    after: "if (ipTtl(bytes, ip) < 1) return this.#refuse(packet, TTL_EXCEEDED, 'TTL exceeded', nowMs);",
    expected: 'ttl/reply-expired',
  },
  {
    id: 'reply-ip-checksum',
    sentence: 'The IP header checksum of a reply is not computed anew.',
    file: 'forwarding/nat.ts',
    before:
      'updateTransportChecksum(packet, fromAddress, virtualAddress, fromPort, virtualPort);\n  writeIpChecksum(bytes, ip);',
    after: 'updateTransportChecksum(packet, fromAddress, virtualAddress, fromPort, virtualPort);',
    expected: 'reply/ports',
  },
  {
    id: 'reply-transport-checksum',
    sentence: 'The TCP or UDP checksum of a reply is left as the server computed it.',
    file: 'forwarding/nat.ts',
    before: '  updateTransportChecksum(packet, fromAddress, virtualAddress, fromPort, virtualPort);\n',
    after: '',
    expected: 'reply/ports',
  },
  {
    id: 'reply-df-ignored',
    sentence: 'A reply with DF that is larger than the link to the client is cut instead of refused.',
    file: 'outgoing.ts',
    before: 'if (ipDontFragment(bytes, ip) && packet.wireBytes > nextHop.mtuBytes) {',
    after: 'if (ipDontFragment(bytes, ip) && packet.wireBytes > 65_535) {',
    expected: 'mtu/reply-above-df',
  },
  {
    id: 'reply-without-forwarding',
    sentence: 'Replies are forwarded although ip_forward is off.',
    file: 'outgoing.ts',
    before:
      "if (!routes.ipForward) return this.#state.drop('net.ipv4.ip_forward is off');\n    const nextHop = this.#route(packet);\n    if (typeof nextHop === 'string') return this.#refuseRoute",
    after:
      "const nextHop = this.#route(packet);\n    if (typeof nextHop === 'string') return this.#refuseRoute",
    expected: 'reply/without-ip-forward',
  },
  {
    id: 'reply-state-unseen',
    sentence: 'Replies do not move a connection’s state.',
    file: 'outgoing.ts',
    before: 'connections.output(row, packet, nowMs);\n    return this.#send',
    after: 'return this.#send',
    expected: 'states/client-closes',
  },
  {
    id: 'reply-not-counted',
    sentence: 'Replies are not counted.',
    file: 'outgoing.ts',
    before:
      'countOut(this.#state, row, packet.totalBytes);\n    connections.output(row, packet, nowMs);\n    return this.#send',
    after: 'connections.output(row, packet, nowMs);\n    return this.#send',
    expected: 'counters/traffic',
  },
  {
    id: 'claims-without-ranges',
    sentence:
      'Replies of servers behind marks, FTP and services of every port are the own routing’s as well.',
    file: 'claim-ledger.ts',
    before: '    serverRanges: ofServers.flatMap(({ ranges }) => ranges),\n',
    after: '    serverRanges: [],\n',
    expected: 'reply/any-service',
  },
];
