/**
 * Mistakes in the fast path's programs, each of which the same frames must show: text of a source below
 * `director/fast-path/`, and what stands there instead.
 */
export interface Mutant {
  readonly sentence: string;
  readonly file: string;
  readonly before: string;
  readonly after: string;
}

function inFile(
  file: string,
  ...mutants: readonly (readonly [sentence: string, before: string, after: string])[]
): Mutant[] {
  return mutants.map(([sentence, before, after]) => ({ sentence, file, before, after }));
}

export const MUTANTS: readonly Mutant[] = [
  ...inFile(
    'decide.ts',
    [
      'A flow is found by its tag alone.',
      "      jumpIf('notEqual', R.r1, reg(R.r2), no),\n    ]),\n    add(R.r8, KEY_BYTES),",
      '    ]),\n    add(R.r8, KEY_BYTES),',
    ],
    ['Only the first place of a bucket is looked at.', '{ length: SLOTS }', '{ length: 1 }'],
    ['Later fragments are taken.', "    jumpIf('anyOf', R.r1, FRAGMENT_OFFSET, no),\n", ''],
    ['First fragments are taken.', "    jumpIf('anyOf', R.r1, MORE_FRAGMENTS, EXCEPTION),\n", ''],
    ['A TTL of 1 becomes 0.', "jumpIf('atMost', R.r1, 1, EXCEPTION)", "jumpIf('atMost', R.r1, 0, EXCEPTION)"],
    [
      'A TTL of 2 is the director’s.',
      "jumpIf('atMost', R.r1, 1, EXCEPTION)",
      "jumpIf('atMost', R.r1, 2, EXCEPTION)",
    ],
    ['A FIN is taken.', 'const SYN_FIN_RST_ACK = 0x17;', 'const SYN_FIN_RST_ACK = 0x16;'],
    ['A SYN is taken.', 'const SYN_FIN_RST_ACK = 0x17;', 'const SYN_FIN_RST_ACK = 0x15;'],
    ['A RST is taken.', 'const SYN_FIN_RST_ACK = 0x17;', 'const SYN_FIN_RST_ACK = 0x13;'],
    [
      'A segment without ACK is taken.',
      "    jumpIf('notEqual', R.r1, ACK, EXCEPTION),\n",
      "    jumpIf('anyOf', R.r1, 7, EXCEPTION),\n",
    ],
    [
      'A header with options is taken for one without.',
      "    jumpIf('notEqual', R.r1, WITHOUT_OPTIONS, EXCEPTION),\n",
      '',
    ],
    ['A wrong header checksum is made right.', "    jumpIf('notEqual', R.r3, 0xffff, EXCEPTION),\n", ''],
    [
      'A packet that is cut short is taken.',
      "    jumpIf('greater', R.r1, reg(R.r2), EXCEPTION),\n    store",
      '    store',
    ],
    [
      'The MTU is one too many.',
      'load(WIDTH.half, R.r2, R.r8, FLOW.mtuBytes),',
      'load(WIDTH.half, R.r2, R.r8, FLOW.mtuBytes), add(R.r2, 1),',
    ],
    [
      'The MTU is one too few.',
      'load(WIDTH.half, R.r2, R.r8, FLOW.mtuBytes),',
      'load(WIDTH.half, R.r2, R.r8, FLOW.mtuBytes), add(R.r2, -1),',
    ],
    [
      'A flow of a former epoch is taken.',
      "    load(WIDTH.word, R.r2, R.r8, FLOW.epoch),\n    jumpIf('notEqual', R.r1, reg(R.r2), no),\n",
      '',
    ],
    [
      'A packet that comes in elsewhere is taken.',
      "    load(WIDTH.word, R.r2, R.r8, FLOW.inputPort),\n    jumpIf('notEqual', R.r1, reg(R.r2), no),\n",
      '',
    ],
    ['A frame for another station is taken (first bytes).', '...[0, 2, 4].flatMap', '...[2, 4].flatMap'],
    ['A frame for another station is taken (last bytes).', '...[0, 2, 4].flatMap', '...[0, 2].flatMap'],
    [
      'A datagram without a checksum is rewritten.',
      "    jumpIf('equal', R.r1, 0, EXCEPTION),\n    place('transport is right'),",
      "    place('transport is right'),",
    ],
    [
      'A neighbour that is gone gets frames.',
      "    jumpIf('equal', R.r1, 0, no),\n    call(KTIME_GET_COARSE_NS),",
      '    call(KTIME_GET_COARSE_NS),',
    ],
    ['Time is not noted.', '    store(WIDTH.double, R.r8, FLOW.lastSeen, R.result),\n', ''],
    ['The use of a neighbour is not noted.', '    store(WIDTH.double, R.r9, WAY.lastUsed, R.result),\n', ''],
    ['Packets are not counted.', '    store(WIDTH.double, R.r1, COUNTER.packets, R.r2),\n', ''],
    ['Bytes are not counted.', '    store(WIDTH.double, R.r1, COUNTER.bytes, R.r2),\n', ''],
    [
      'All servers have one counter.',
      '    load(WIDTH.half, R.r2, R.r8, FLOW.counter),\n',
      '    set(R.r2, 0),\n',
    ],
    [
      'Those after a packet that needs thought overtake it.',
      '    storeNumber(WIDTH.word, R.r8, FLOW.epoch, NEVER),\n',
      '',
    ],
    [
      'UDP is taken for TCP.',
      '    store(WIDTH.word, R.stack, SCRATCH.key + KEY.protocol, R.r1),\n',
      '    storeNumber(WIDTH.word, R.stack, SCRATCH.key + KEY.protocol, TCP),\n',
    ],
    ['Merged packets go into tunnels.', "    jumpIf('equal', R.r2, KIND.tunnelled, EXCEPTION),\n", ''],
    [
      'Of a merged packet the whole must fit.',
      "    jumpIf('equal', R.r3, 0, 'one segment'),\n",
      "    jump('one segment'),\n",
    ],
    [
      'Options of a merged segment do not count.',
      '    add(R.r1, reg(R.r2)),\n    add(R.r1, -UDP_BYTES),\n',
      '    add(R.r1, 12),\n',
    ],
  ),
  ...inFile(
    'rewrite.ts',
    ['The TTL is kept.', '    store(WIDTH.byte, base, at + FRAME.ttl, R.r1),\n', ''],
    [
      'The TTL loses two.',
      '    add(R.r1, -1),\n    store(WIDTH.byte, base, at + FRAME.ttl',
      '    add(R.r1, -2),\n    store(WIDTH.byte, base, at + FRAME.ttl',
    ],
    [
      'A checksum is not told of the change.',
      'flow.at + delta), add(R.r1, reg(R.r2))]),',
      'flow.at + delta)]),',
    ],
    [
      'A checksum is inverted once.',
      "    ...fold(R.r1, R.r2),\n    calculate('xor', R.r1, 0xffff),\n    store(WIDTH.half, base, at + checksum, R.r1),",
      '    ...fold(R.r1, R.r2),\n    store(WIDTH.half, base, at + checksum, R.r1),',
    ],
    [
      'The source address is kept.',
      '    store(WIDTH.word, packet.base, packet.at + FRAME.source, R.r1),\n',
      '',
    ],
    [
      'The destination address is kept.',
      '    store(WIDTH.word, packet.base, packet.at + FRAME.destination, R.r1),\n',
      '',
    ],
    [
      'The last bytes of the frame’s source are kept.',
      '[0, 2, 4, 6, 8, 10].flatMap',
      '[0, 2, 4, 6, 8].flatMap',
    ],
    [
      'Congestion is reported in the tunnel.',
      "    add(R.r1, -1),\n    place('no congestion'),",
      "    place('no congestion'),",
    ],
    [
      'DF is not copied.',
      '    to(WIDTH.half, FRAME.fragment, R.r1),\n',
      '    storeNumber(WIDTH.half, outer.base, outer.at + FRAME.fragment, 0),\n',
    ],
    [
      'What may not be fragmented has an identification.',
      "    jumpIf('notEqual', R.r1, 0, 'no identification'),\n",
      '',
    ],
    [
      'The tunnel’s TTL is always 64.',
      '    to(WIDTH.byte, FRAME.ttl, R.r1),\n',
      '    storeNumber(WIDTH.byte, outer.base, outer.at + FRAME.ttl, 64),\n',
    ],
    ['The tunnel’s length is the packet’s.', '    add(R.r1, IP_BYTES),\n', ''],
  ),
  ...inFile(
    'xdp-program.ts',
    [
      'Padding goes on (XDP).',
      "    jumpIf('equal', R.r2, 0, 'has no padding'),\n",
      "    jump('has no padding'),\n",
    ],
    [
      'A datagram’s checksum that becomes 0 is sent as that.',
      '    store(WIDTH.half, R.r7, FRAME.udpChecksum, R.r1),\n',
      '',
    ],
    ['Ports are kept (XDP).', '    store(WIDTH.word, R.r7, FRAME.transport, R.r1),\n', ''],
    [
      'The checksum of TCP is taken for that of UDP.',
      'update(packet, FRAME.tcpChecksum, flow',
      'update(packet, FRAME.udpChecksum, flow',
    ],
  ),
  ...inFile(
    'skb-programs.ts',
    [
      'What was handed back is taken.',
      "    jumpIf32('equal', R.r1, refusedMark, 'not for the socket'),\n",
      '',
    ],
    [
      'Padding goes on (tcx).',
      "    jumpIf('equal', R.r1, reg(R.r2), 'has no padding'),\n",
      "    jump('has no padding'),\n",
    ],
    ['Ports are kept (tcx).', '    store(WIDTH.word, R.stack, HEAD + FRAME.transport, R.r1),\n', ''],
    ['A datagram’s checksum of 0 is sent as that (tcx).', '    set(R.r8, CSUM_MANGLED_0),\n', ''],
    ['The checksum is not told of the ports (tcx).', '    ...replace(FLOW.portDelta, 0),\n', ''],
    [
      'The checksum is not told of the addresses (tcx).',
      '    ...replace(FLOW.addressDelta, CSUM_PSEUDO_HEADER),\n',
      '',
    ],
    [
      'The director gets what was taken as well.',
      "    place('not for the socket'),\n    set(R.result, 0),",
      "    place('not for the socket'),\n    set(R.result, EVERYTHING),",
    ],
  ),
];
