import { MODES } from '../../lab/modes.ts';
import type { CaseResult, Result, Session } from '../../reports/result.ts';
import { EXIT_CODES, SCHEMA_VERSION } from '../../reports/result.ts';
import { packetAt, pathOf, topologyOf, vipOf } from './labs.ts';

type Mode = Session['mode'];

interface Wanted {
  readonly mode: Mode;
  readonly director?: string;
  readonly scheduler?: string;
  readonly servers?: number;
  /** Index of the server on the observed path. */
  readonly onPath?: number;
}

const DECAPSULATION = 'a TUN device and a loop in user space; this kernel has no ipip';

export function sessionOf({
  mode,
  director = 'ts',
  scheduler = 'wrr',
  servers = 3,
  onPath = 0,
}: Wanted): Session {
  const topology = topologyOf(mode, servers);
  const rips = topology.hosts
    .filter(({ role }) => role === 'server')
    .map((host) => host.interfaces[0]!.addresses[0]!.split('/')[0]!);
  const flag = MODES[mode].ipvsadmOption;
  const weights = [3, 2, 1];
  return {
    mode,
    director,
    scheduler,
    rules: [
      `-A -t ${vipOf(mode)}:80 -s ${scheduler}`,
      ...rips.map((rip, index) => `-a -t ${vipOf(mode)}:80 -r ${rip}:80 ${flag} -w ${weights[index % 3]}`),
    ],
    topology,
    ...(mode === 'tun' && { decapsulation: DECAPSULATION }),
    bringUpMs: 812,
    traffic: [
      {
        id: 'http',
        title: '200 connections, one request each',
        command: `autocannon -c 20 -a 200 http://${vipOf(mode)}/`,
        requests: 200,
        errors: 0,
        durationMs: 1240,
        requestsPerSecond: 161.3,
        latencyMs: { p50: 1.2, p99: 8.75, max: 21 },
        bytes: 48_200,
      },
      {
        id: 'udp',
        title: 'datagrams without an answer',
        command: 'datagrams --count 500',
        requests: 500,
        errors: 0,
        durationMs: 310,
        bytes: 0,
      },
    ],
    servers: rips.map((rip, index) => ({
      host: `rs${index + 1}`,
      rip,
      weight: weights[index % 3]!,
      connections: 34 * weights[index % 3]! - (index % 3),
      requests: 34 * weights[index % 3]! - (index % 3),
    })),
    captures: topology.hosts.flatMap((host) =>
      host.interfaces.map((item) => ({
        host: host.name,
        interface: item.name,
        file: `captures/${host.name}-${item.name}.pcap`,
        packets: 1204,
        bytes: 98_112,
        droppedByKernel: 0,
      })),
    ),
    path: pathOf(mode, onPath),
    files: ['logs/director.log', 'state/ipvsadm.txt'],
    misconfigurations: [],
  };
}

const CASES: readonly (readonly [string, string, string, string])[] = [
  [
    'request/destination',
    'The request is sent to the server as the mode says',
    'Every request leaves the director for a real server in the form of the mode.',
    'IPVS, ip_vs_xmit.c',
  ],
  [
    'request/source',
    'The client’s address is kept',
    'The source of a request is the client’s address and port on every link.',
    'the article on LVS, mode',
  ],
  [
    'request/checksum',
    'Checksums are right after rewriting',
    'IP and TCP checksums are correct in every packet that leaves the director.',
    'RFC 1624 section 3',
  ],
  [
    'reply/source',
    'The reply comes from the VIP',
    'Every reply reaches the client with the VIP as its source.',
    'the article on LVS, replies',
  ],
  [
    'reply/way',
    'The reply takes the way of the mode',
    'Replies pass the director in NAT, and never in DR and TUN.',
    'the article on LVS, replies',
  ],
  [
    'schedule/weights',
    'Connections follow the weights',
    'Each server gets connections in proportion to its weight.',
    'IPVS, ip_vs_wrr.c',
  ],
  [
    'arp/silence',
    'Servers do not announce the VIP',
    'No real server answers ARP for the VIP.',
    'the article on LVS, DR',
  ],
];

export function casesOf({ mode, director = 'ts', scheduler = 'wrr' }: Wanted): CaseResult[] {
  return CASES.map(([id, title, requirement, source], index) => {
    const base = {
      id: `${mode}/${id}`,
      title,
      requirement,
      source,
      mode,
      director,
      scheduler,
      lab: 'live' as const,
    };
    if (mode === 'nat' && id === 'arp/silence') {
      const reason = 'In NAT the servers do not hold the VIP.';
      return {
        ...base,
        status: 'skipped',
        reason,
        evidence: 'nothing',
        examined: 0,
        findings: [],
        findingsLeftOut: 0,
      };
    }
    const examined = 1204 - index;
    const evidence = `${examined} packets on director eth0 and on every server’s eth0`;
    return { ...base, status: 'passed', evidence, examined, findings: [], findingsLeftOut: 0 };
  });
}

/** A result with one session for each of these, all of whose cases pass. */
export function passingResult(
  wanted: readonly Wanted[] = [{ mode: 'nat' }, { mode: 'dr' }, { mode: 'tun' }],
): Result {
  return judged({
    format: 'lvs-lab result',
    schemaVersion: SCHEMA_VERSION,
    run: {
      id: '20260301-120000-7f3a',
      version: '0.1.0',
      command: 'npm run bench -- --director ts --seed 42',
      startedAt: '2026-03-01T12:00:00.000Z',
      durationMs: 83_400,
      seed: 42,
      profile: 'default',
      machine: {
        kernel: '6.18.0',
        cpu: 'Example CPU @ 2.4 GHz',
        cores: 2,
        memoryBytes: 8_000_000_000,
        node: 'v24.21.0',
      },
    },
    verdict: {
      status: 'passed',
      exitCode: 0,
      reasons: [],
      counts: { passed: 0, failed: 0, skipped: 0, error: 0 },
    },
    directors: [
      { name: 'ts', description: 'the director of this project, in TypeScript', available: true },
      {
        name: 'ipvs',
        description: 'the Linux kernel’s own',
        available: false,
        reason: 'this kernel has no module ip_vs',
      },
    ],
    sessions: wanted.map(sessionOf),
    cases: wanted.flatMap(casesOf),
    notCovered: [],
    definitions: {},
    sources: {},
    fairness: [],
    acrossModes: [],
    scale: [],
    throughput: [],
    mutants: [],
  });
}

/** The same with failures of every shape: with and without a packet, a table of fields or a command; and an error. */
export function failingResult(): Result {
  const result = passingResult();
  return judged({
    ...result,
    cases: result.cases.map((item) => {
      if (item.id === 'nat/reply/source')
        return { ...item, status: 'failed', findings: [WRONG_SOURCE], findingsLeftOut: 198 };
      if (item.id === 'dr/arp/silence') return { ...item, status: 'failed', findings: [ARP_ANSWER] };
      if (item.id === 'tun/request/checksum') {
        return {
          ...item,
          status: 'error',
          reason: 'the capture of rs2 eth0 is cut: 98,112 bytes, its headers say 98,304',
          examined: 0,
        };
      }
      return item;
    }),
  });
}

const WRONG_SOURCE: CaseResult['findings'][number] = {
  message: 'The reply reached the client with the server’s own address.',
  fields: [
    { field: 'IP source', expected: '10.0.1.100', seen: '10.0.2.11' },
    { field: 'TCP source port', expected: '80', seen: '8080' },
  ],
  packet: packetAt(
    'client',
    'eth0',
    12,
    'IP 10.0.2.11.8080 > 10.0.1.2.40112: Flags [S.], seq 1, ack 1, win 65160, length 0',
  ),
  command: "tcpdump -nn -e -v -r captures/client-eth0.pcap 'tcp port 40112'",
};

const ARP_ANSWER: CaseResult['findings'][number] = {
  message: 'rs2 answered an ARP request for the VIP 10.0.2.100.',
  fields: [],
};

export function judged(result: Result): Result {
  const counts = { passed: 0, failed: 0, skipped: 0, error: 0 };
  for (const { status } of result.cases) counts[status]++;
  const bad = counts.failed + counts.error;
  if (bad === 0)
    return { ...result, verdict: { status: 'passed', exitCode: EXIT_CODES.passed, reasons: [], counts } };
  const reasons = [`${counts.failed} cases failed.`, `${counts.error} case could not be judged.`];
  return { ...result, verdict: { status: 'failed', exitCode: EXIT_CODES.failed, reasons, counts } };
}
