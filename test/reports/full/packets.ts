import type { CaseResult, LadderFlow, Rung } from '../../../reports/result.ts';
import { topologyOf } from '../labs.ts';
import { randomFrom } from './random.ts';

type Mode = CaseResult['mode'];
type Fields = Readonly<Record<string, string>>;

const GROUPS: Readonly<Record<string, string>> = {
  addresses: 'addresses and ports are rewritten',
  arp: 'who answers for the VIP',
  checksum: 'checksums follow every change',
  fragments: 'fragments stay together',
  frame: 'frames go from and to the right MAC',
  icmp: 'errors find their connection',
  mtu: 'what is too large is answered',
  options: 'IP options are kept',
  persistence: 'clients return to their server',
  ports: 'ports are kept or translated',
  'no-service': 'what matches no rule goes to the machine itself',
  reset: 'connections end when they are reset',
  states: 'states follow the flags',
  thresholds: 'full servers are left alone',
  ttl: 'every hop counts',
};
const NAMES = [
  'first',
  'established',
  'reply',
  'closing',
  'lost',
  'repeated',
  'large',
  'empty',
  'idle',
  'late',
];

/** 150 cases a mode, each with up to 40 packets. Some fail, if that is wanted. */
export function packetCases(failing: boolean): CaseResult[] {
  return (['nat', 'dr', 'tun'] as const).flatMap((mode, modeIndex) =>
    Object.entries(GROUPS).flatMap(([group, title], groupIndex) =>
      NAMES.map((name, index): CaseResult => {
        const number = (modeIndex * 15 + groupIndex) * 10 + index;
        const isWrong = failing && number % 97 === 3;
        const flow = flowOf(mode, `${mode}-${group}-${name}`, number);
        return {
          id: `${mode}/${group}/${name}`,
          title: `${title[0]!.toUpperCase()}${title.slice(1)} (${name} packet)`,
          requirement: `In ${mode.toUpperCase()} ${title}, which holds for the ${name} packet of a connection as for any other.`,
          source: index % 2 ? 'kernel: transmitters, §5.1' : 'RFC 791 §3.1',
          mode,
          director: 'ts',
          scheduler: 'rr',
          lab: number % 2 ? 'memory' : 'netns',
          status: isWrong ? 'failed' : 'passed',
          durationMs: 3 + (number % 17),
          evidence: `${flow.rungs.length} packets on ${flow.hosts.length} hosts`,
          examined: flow.rungs.length,
          findings: isWrong ? [findingOf(flow)] : [],
          findingsLeftOut: 0,
          flow,
        };
      }),
    ),
  );
}

function findingOf({ rungs }: LadderFlow): CaseResult['findings'][number] {
  const rung = rungs[rungs.length - 1]!;
  return {
    message: 'This is not the reply that the client gets as it should be.',
    fields: [
      { field: 'IP TTL', expected: '62', seen: rung.fields.find(({ field }) => field === 'IP TTL')!.value },
      { field: 'IP header checksum', expected: '0x1c2f', seen: '0x1b2f' },
    ],
    packet: {
      capture: 'captures/client-eth0.pcap',
      host: rung.to,
      interface: 'eth0',
      frame: 12,
      time: 1_772_366_400.000_123,
      summary: rung.summary,
    },
    command: "tcpdump --number -nn -e -vvv -r captures/client-eth0.pcap 2>/dev/null | grep -A 3 '^ *12  '",
  };
}

function flowOf(mode: Mode, name: string, number: number): LadderFlow {
  const random = randomFrom(number);
  const hosts = topologyOf(mode, 2)
    .hosts.filter(({ role }) => role !== 'store')
    .map(({ name }) => name);
  const packets = 2 + Math.floor(random() * (mode === 'nat' ? 18 : 12));
  const rungs: Rung[] = [];
  let atMs = 0;
  for (let packet = 0; packet < packets && rungs.length < 36; packet++) {
    const isReply = packet % 2 === 1;
    const rs = `rs${1 + (number % 2)}`;
    const way = wayOf(mode, isReply, rs);
    let before: Fields | undefined;
    for (const [from, to] of way) {
      const fields = fieldsAt(
        mode,
        isReply,
        from,
        to,
        { packet, number, id: Math.floor(random() * 65_536) },
        before,
      );
      const changed = before === undefined ? [] : differing(before, fields);
      rungs.push({
        atMs: Math.round(atMs * 1000) / 1000,
        from,
        to,
        direction: isReply ? 'reply' : 'request',
        summary: `TCP ${fields['IP source']}:${fields['source port']} > ${fields['IP destination']}:${fields['destination port']} [${fields['TCP flags']}] ${packet * 10} bytes`,
        fields: Object.entries(fields).map(([field, value]) => ({ field, value })),
        changed,
      });
      before = fields;
      atMs += 0.02 + random() * 0.1;
    }
    atMs += random() * 3;
  }
  return {
    pcap: `captures/cases/${name}.pcap`,
    hosts: [...hosts],
    rungs,
    leftOut: number % 40 === 0 ? 6 : 0,
  };
}

function wayOf(mode: Mode, isReply: boolean, rs: string): (readonly [string, string])[] {
  if (mode === 'nat')
    return isReply
      ? [
          [rs, 'director'],
          ['director', 'client'],
        ]
      : [
          ['client', 'director'],
          ['director', rs],
        ];
  if (isReply)
    return [
      [rs, 'router'],
      ['router', 'client'],
    ];
  const last: (readonly [string, string])[] =
    mode === 'tun'
      ? [
          ['director', 'router'],
          ['router', rs],
        ]
      : [['director', rs]];
  return [['client', 'router'], ['router', 'director'], ...last];
}

function fieldsAt(
  mode: Mode,
  isReply: boolean,
  from: string,
  to: string,
  { packet, number, id }: { packet: number; number: number; id: number },
  before: Fields | undefined,
): Fields {
  const client = '10.0.1.2';
  const vip = mode === 'nat' ? '10.0.1.100' : '10.0.2.100';
  const rip = `10.0.2.${11 + (number % 2)}`;
  const afterDirector = mode === 'nat' && (isReply ? to !== 'director' : from === 'director');
  const port = String(40_000 + number);
  const server = mode === 'nat' && (isReply ? !afterDirector : afterDirector) ? rip : vip;
  const isOuter =
    mode === 'tun' && !isReply && before !== undefined && from !== 'client' && to !== 'director';
  const ttl = before === undefined ? 64 : Number(before['IP TTL']) - (isOuter && from === 'router' ? 0 : 1);
  return {
    'source MAC': `02:00:0a:00:02:${from.length.toString(16).padStart(2, '0')}`,
    'destination MAC': `02:00:0a:00:02:${to.length.toString(16).padStart(2, '0')}`,
    ...(isOuter && {
      'outer IP TTL': from === 'director' ? '64' : '63',
      'outer IP source': '10.0.2.1',
      'outer IP destination': rip,
      'outer IP protocol': '4',
    }),
    'IP version': '4',
    'IP header length': '20 bytes',
    'IP TOS': '0x00',
    'IP total length': `${40 + packet * 10} bytes`,
    'IP identification': before?.['IP identification'] ?? String(id),
    'IP don’t fragment': 'true',
    'IP more fragments': 'false',
    'IP fragment offset': '0 bytes',
    'IP TTL': String(ttl),
    'IP protocol': '6',
    'IP header checksum': `0x${((id * 7 + ttl) & 0xffff).toString(16).padStart(4, '0')}`,
    'IP source': isReply ? server : client,
    'IP destination': isReply ? client : server,
    'source port': isReply ? (server === rip ? '8080' : '80') : port,
    'destination port': isReply ? port : server === rip ? '8080' : '80',
    'TCP sequence number': String(1_000_000 + number * 7919 + packet),
    'TCP acknowledgement number': packet === 0 ? '0' : String(2_000_000 + number * 104_729 + packet),
    'TCP header length': '20 bytes',
    'TCP flags': packet === 0 ? 'SYN' : packet === 1 ? 'SYN ACK' : 'ACK',
    'TCP window': '65535',
    'TCP checksum': `0x${((number * 31 + packet * 7 + (afterDirector ? 5 : 0)) & 0xffff).toString(16).padStart(4, '0')}`,
    'TCP urgent pointer': '0',
  };
}

function differing(before: Fields, after: Fields): Rung['changed'] {
  const names = new Set([...Object.keys(after), ...Object.keys(before)]);
  return [...names]
    .map((field) => ({ field, before: before[field] ?? 'none', after: after[field] ?? 'none' }))
    .filter((change) => change.before !== change.after);
}
