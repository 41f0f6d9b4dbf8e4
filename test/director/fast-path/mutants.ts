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
    'find-flow.ts',
    [
      'A flow is found by its addresses alone.',
      "      load(WIDTH.double, R.r8, R.r5, at + KEY.ports),\n      jumpIf('notEqual', R.r8, reg(R.r2), next),\n",
      '',
    ],
    [
      'A flow is found by its ports alone.',
      "      load(WIDTH.double, R.r8, R.r5, at + KEY.source),\n      jumpIf('notEqual', R.r8, reg(R.r1), next),\n",
      '',
    ],
    [
      'The bit of a group is looked for among those of twice as many.',
      "    calculate('right', R.r4, GROUPS_OF_A_WORD_SHIFT),\n",
      "    calculate('right', R.r4, GROUPS_OF_A_WORD_SHIFT + 1),\n",
    ],
    [
      'Of 32 groups only the first is asked whether it has a flow.',
      "    calculate32('right', R.r8, reg(R.r3)),\n",
      '',
    ],
    [
      'Only the line that the hash names is looked at.',
      "    ...lookAt('line', SLOTS_OF_A_LINE),\n",
      "    ...lookAt('line', SLOTS_OF_A_LINE),\n    jump(no),\n",
    ],
    [
      'Only the first place of a line is looked at.',
      "lookAt('group', SLOTS_OF_A_GROUP)",
      "lookAt('group', 1)",
    ],
    ['Later fragments are taken.', "    jumpIf('anyOf', R.r1, FRAGMENT_OFFSET, no),\n", ''],
    ['UDP is taken for TCP.', "    place('has ports'),\n", "    place('has ports'),\n    set(R.r3, TCP),\n"],
  ),
  ...inFile('flow-hash.ts', ['The hash knows one seed less.', "    calculate32('add', other, bSeed),\n", '']),
  ...inFile(
    'check-packet.ts',
    ['A FIN is taken.', 'const SYN_FIN_RST_ACK = 0x17;', 'const SYN_FIN_RST_ACK = 0x16;'],
    ['A SYN is taken.', 'const SYN_FIN_RST_ACK = 0x17;', 'const SYN_FIN_RST_ACK = 0x15;'],
    ['A RST is taken.', 'const SYN_FIN_RST_ACK = 0x17;', 'const SYN_FIN_RST_ACK = 0x13;'],
    [
      'A segment without ACK is taken.',
      "    jumpIf('notEqual', R.r1, ACK, exception),\n",
      "    jumpIf('anyOf', R.r1, 7, exception),\n",
    ],
    ['A wrong header checksum is made right.', "    jumpIf('notEqual', R.r3, 0xffff, exception),\n", ''],
    [
      'The MTU is one too many.',
      'load(WIDTH.half, R.r2, R.r8, COURSE.mtuBytes),',
      'load(WIDTH.half, R.r2, R.r8, COURSE.mtuBytes), add(R.r2, 1),',
    ],
    [
      'The MTU is one too few.',
      'load(WIDTH.half, R.r2, R.r8, COURSE.mtuBytes),',
      'load(WIDTH.half, R.r2, R.r8, COURSE.mtuBytes), add(R.r2, -1),',
    ],
    [
      'A datagram without a checksum is rewritten on its way to a server.',
      "    jumpIf('equal', R.r1, KIND.toServer, exception),\n",
      '',
    ],
    [
      'A datagram without a checksum is rewritten on its way back.',
      "    jumpIf('equal', R.r1, KIND.fromServer, exception),\n",
      '',
    ],
    ['Merged packets go into tunnels.', "    jumpIf('equal', R.r2, KIND.tunnelled, exception),\n", ''],
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
    'decide.ts',
    ['First fragments are taken.', "    jumpIf('anyOf', R.r1, MORE_FRAGMENTS, EXCEPTION),\n", ''],
    ['A TTL of 1 becomes 0.', "jumpIf('atMost', R.r1, 1, EXCEPTION)", "jumpIf('atMost', R.r1, 0, EXCEPTION)"],
    [
      'A TTL of 2 is the director’s.',
      "jumpIf('atMost', R.r1, 1, EXCEPTION)",
      "jumpIf('atMost', R.r1, 2, EXCEPTION)",
    ],
    [
      'A header with options is taken for one without.',
      "    jumpIf('notEqual', R.r1, WITHOUT_OPTIONS, EXCEPTION),\n",
      '',
    ],
    ['A packet that is cut short is taken.', "    jumpIf('greater', R.r4, reg(R.r9), EXCEPTION),\n", ''],
    [
      'A flow of a former epoch is taken.',
      "    jumpIf('equal', R.r1, reg(R.r2), 'holds'),\n    jumpIf32('notEqual', R.r2, READY, no),\n",
      "    jumpIf32('notEqual', R.r2, READY, 'holds'),\n",
    ],
    [
      'A packet is overtaken that came when its flow had been made ready.',
      "    jumpIf32('notEqual', R.r2, READY, no),\n    storeNumber(WIDTH.word, R.r5, FLOW.epoch, NEVER),\n",
      '',
    ],
    [
      'A packet that comes in elsewhere is taken.',
      "    load(WIDTH.word, R.r2, R.r8, COURSE.inputPort),\n    jumpIf('notEqual', R.r1, reg(R.r2), no),\n",
      '',
    ],
    ['A frame for another station is taken (first bytes).', '...[0, 2, 4].flatMap', '...[2, 4].flatMap'],
    ['A frame for another station is taken (last bytes).', '...[0, 2, 4].flatMap', '...[0, 2].flatMap'],
    [
      'A neighbour that is gone gets frames.',
      "    jumpIf('equal', R.r1, 0, no),\n    ...loadMapValue(R.r1, maps.board),",
      '    ...loadMapValue(R.r1, maps.board),',
    ],
    ['Time is not noted.', '    store(WIDTH.double, R.r5, FLOW.lastSeen, R.r2),\n', ''],
    ['The clock stands still.', '    store(WIDTH.double, R.r1, BOARD.clock, R.result),\n', ''],
    [
      'The clock is read once for all.',
      "    jumpIf('equal', R.r2, reg(R.result), 'clock is right'),\n",
      "    jumpIf('notEqual', R.r2, 0, 'clock is right'),\n",
    ],
    ['The use of a neighbour is not noted.', '    store(WIDTH.double, R.r9, WAY.lastUsed, R.r2),\n', ''],
    ['Packets are not counted.', '    store(WIDTH.double, R.r1, COUNTER.packets, R.r2),\n', ''],
    ['Bytes are not counted.', '    store(WIDTH.double, R.r1, COUNTER.bytes, R.r2),\n', ''],
    [
      'All servers have one counter.',
      '    load(WIDTH.half, R.r2, R.r8, COURSE.counter),\n',
      '    set(R.r2, 0),\n',
    ],
    ['All flows have one course.', '    load(WIDTH.half, R.r1, R.r5, FLOW.course),\n', '    set(R.r1, 0),\n'],
    [
      'Those after a packet that needs thought overtake it.',
      '    place(EXCEPTION),\n    storeNumber(WIDTH.word, R.r5, FLOW.epoch, NEVER),\n',
      '    place(EXCEPTION),\n',
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
      '      load(WIDTH.half, R.r2, course.base, course.at + delta),\n      add(R.r1, reg(R.r2)),\n',
      '      load(WIDTH.half, R.r2, course.base, course.at + delta),\n',
    ],
    [
      'A checksum is inverted once.',
      "    ...fold(R.r1, R.r2),\n    calculate('xor', R.r1, 0xffff),\n    store(WIDTH.half, base, at + checksum, R.r1),",
      '    ...fold(R.r1, R.r2),\n    store(WIDTH.half, base, at + checksum, R.r1),',
    ],
    ['An address is kept.', '    store(WIDTH.word, packet.base, packet.at + address, R.r1),\n', ''],
    ['A port is kept.', '    store(WIDTH.half, packet.base, packet.at + port, R.r1),\n', ''],
    [
      'The outer header’s source is the server.',
      '    load(WIDTH.word, R.r1, course.base, course.at + COURSE.source),\n',
      '    load(WIDTH.word, R.r1, course.base, course.at + COURSE.address),\n',
    ],
    ['The last bytes of the frame’s source are kept.', '{ length: 12 / step }', '{ length: 12 / step - 1 }'],
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
    [
      'A reply is rewritten as a request (XDP).',
      "    jumpIf('equal', R.r1, KIND.fromServer, 'from a server'),\n",
      '',
    ],
    [
      'The checksum of TCP is taken for that of UDP.',
      'update(packet, FRAME.tcpChecksum, course',
      'update(packet, FRAME.udpChecksum, course',
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
    [
      'A reply is rewritten as a request (tcx).',
      "    jumpIf('equal', R.r8, KIND.fromServer, 'from a server'),\n",
      '',
    ],
    ['A datagram’s checksum of 0 is sent as that (tcx).', '    set(R.r8, CSUM_MANGLED_0),\n', ''],
    ['The checksum is not told of the ports (tcx).', '    ...replace(COURSE.portDelta, 0),\n', ''],
    [
      'The checksum is not told of the addresses (tcx).',
      '    ...replace(COURSE.addressDelta, CSUM_PSEUDO_HEADER),\n',
      '',
    ],
    [
      'The director gets what was taken as well.',
      "    place('not for the socket'),\n    set(R.result, 0),",
      "    place('not for the socket'),\n    set(R.result, EVERYTHING),",
    ],
  ),
];
