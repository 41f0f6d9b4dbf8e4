/** Mistakes with fragments and neighbours. */
import type { Mutant } from '../mutant.ts';

export const fragments: readonly Mutant[] = [
  {
    id: 'fragment-order',
    sentence: 'A datagram is put together only if its fragments come in order.',
    file: 'network/reassembly.ts',
    before: "if (fit === 'duplicate') return 'ignored';",
    after:
      "if (fit === 'duplicate') return 'ignored';\n  if (start !== datagram.payloadBytes) return 'corrupt';",
    expected: 'fragment/any-order',
  },
  {
    id: 'fragment-size-forgotten',
    sentence: 'What came in fragments leaves in fragments of the link’s size instead of theirs.',
    file: 'network/reassembly.ts',
    before: 'packet.largestFragmentBytes = datagram.largestBytes;',
    after: 'packet.largestFragmentBytes = 0;',
    expected: 'fragment/small',
  },
  {
    id: 'fragment-offset',
    sentence: 'Fragments are cut at bytes that are no multiple of eight.',
    file: 'network/fragmentation.ts',
    before: 'left <= room ? left : room & ~7',
    after: 'left <= room ? left : room & ~3',
    expected: 'mtu/options-cut',
  },
  {
    id: 'fragment-more-flag',
    sentence: 'The last fragment says that more follow.',
    file: 'network/fragmentation.ts',
    before: 'at, length < left, packet',
    after: 'at, true, packet',
    expected: 'fragment/request',
  },
  {
    id: 'fragments-of-others-mixed',
    sentence: 'Fragments of two datagrams with the same source and destination are mixed up.',
    file: 'network/reassembly.ts',
    before: 'ipId(bytes, ip)',
    after: '0',
    expected: 'fragment/interleaved',
  },
  {
    id: 'fragment-memory-endless',
    sentence: 'Whatever one sender begins is kept until its time is up.',
    file: 'network/reassembly.ts',
    before: 'sender.heldBytes + cost > MAX_HELD_BYTES_OF_SOURCE',
    after: 'sender.heldBytes + cost > MAX_HELD_BYTES',
    expected: 'fragment/flood',
  },
  {
    id: 'neighbour-given-up-silently',
    sentence: 'When nobody answers ARP for the server, the client is not told.',
    file: 'network/neighbours.ts',
    before: 'for (const frame of neighbour.waiting.splice(0)) this.#events.unreachable(neighbour, frame);',
    after: 'neighbour.waiting.length = 0;',
    expected: 'neighbour/silent',
  },
  {
    id: 'first-packet-lost',
    sentence: 'The packet that makes the director ask for a server’s MAC address is lost.',
    file: 'network/neighbours.ts',
    before: 'for (const frame of neighbour.waiting.splice(0)) this.#events.release(neighbour, frame);',
    after: 'neighbour.waiting.length = 0;',
    expected: 'request/ports',
  },
  {
    id: 'pieces-of-the-packet-before',
    sentence: 'A packet that came whole is cut as the one before it was.',
    file: 'packet.ts',
    before: '    this.largestFragmentBytes = 0;\n',
    after: '',
    expected: 'fragment/apart',
  },
];
