import { ALL_MODES } from '../../../lab/modes.ts';
import type {
  CaseResult,
  Misconfiguration,
  Result,
  Session,
  SessionTopology,
} from '../../../reports/result.ts';
import { ALL_SCHEDULERS } from '../../../scenarios/models/schedulers.ts';
import { topologyOf } from '../labs.ts';
import { judged, passingResult } from '../results.ts';
import { acrossModes, DEFINITIONS, fairnessResults, scaleResults } from './fairness.ts';
import { harmlessFaults } from './faults.ts';
import { generatedMutants } from './generated.ts';
import { mutants } from './mutants.ts';
import { packetCases } from './packets.ts';
import { throughputResults } from './throughput.ts';

/** A result as large as a run of everything makes: 3 modes × 14 schedulers and all that goes with them. */
export function fullResult({ failing = false } = {}): Result {
  const suites = ALL_MODES.flatMap((mode) => ALL_SCHEDULERS.map((scheduler) => ({ mode, scheduler })));
  const result = passingResult(suites);
  const live = result.cases.flatMap((item) => [
    item,
    { ...item, id: `${item.id}-again`, title: `${item.title}, once more` },
  ]);
  return judged({
    ...result,
    sessions: result.sessions.map((session, index) =>
      failing && index === 16 ? { ...session, misconfigurations: [ANNOUNCING] } : session,
    ),
    cases: [...live.map((item) => (failing ? worsened(item) : item)), ...packetCases(failing)],
    packetNetworks: ALL_MODES.map((mode) => ({ mode, topology: packetNetwork(mode) })),
    notCovered: [
      'Captures in a user namespace of an ordinary user: this run was made by root.',
      'GUE and GRE tunnels on live traffic: the kernel here has no such devices; they were played packet by packet.',
      'The Linux kernel’s own IPVS: this kernel has no module ip_vs.',
    ],
    definitions: DEFINITIONS,
    fairness: fairnessResults(),
    acrossModes: acrossModes(),
    scale: scaleResults(),
    throughput: throughputResults(),
    faults: harmlessFaults(),
    micro: MICRO,
    replay: REPLAY,
    mutants: mutants(failing),
    generated: generatedMutants(),
  });
}

/** Packet cases need no store. */
function packetNetwork(mode: Session['mode']): SessionTopology {
  const { switches, hosts, ...network } = topologyOf(mode);
  return {
    ...network,
    switches: switches.filter(({ name }) => name !== 'storage'),
    hosts: hosts
      .filter(({ role }) => role !== 'store')
      .map((host) => ({ ...host, interfaces: host.interfaces.filter((item) => item.switch !== 'storage') })),
  };
}

function worsened(item: CaseResult): CaseResult {
  if (item.mode !== 'dr' || item.scheduler !== 'lc' || !item.id.includes('arp')) return item;
  return {
    ...item,
    status: 'failed',
    findings: [{ message: 'rs2 answered an ARP request for the VIP 10.0.2.100.', fields: [] }],
  };
}

export const ANNOUNCING: Misconfiguration = {
  id: 'dr-arp',
  message: 'rs2 answers ARP requests for the VIP, so clients may reach it past the director.',
  host: 'rs2',
  cure: ['sysctl -w net.ipv4.conf.all.arp_ignore=1', 'sysctl -w net.ipv4.conf.all.arp_announce=2'],
  findings: [{ message: 'rs2 answered an ARP request for the VIP 10.0.2.100.', fields: [] }],
};

const REPLAY: Result['replay'] = {
  files: [
    {
      file: 'test/golden/decisions/rr.json',
      format: 'decisions',
      cases: { total: 22, equal: 22, different: 0 },
      steps: { total: 1005, equal: 1005, different: 0 },
      notPlayed: 0,
      differences: [],
    },
    {
      file: 'test/golden/ipvsadm/list.json',
      format: 'ipvsadm transcripts',
      cases: { total: 9, equal: 9, different: 0 },
      steps: { total: 211, equal: 211, different: 0 },
      notPlayed: 2,
      differences: [],
    },
  ],
  errors: [],
};

const MICRO: Result['micro'] = [
  {
    group: 'established packet',
    name: 'NAT request',
    value: 162.4,
    unit: 'ns',
    reference: { name: 'copying the frame', value: 10.1 },
    goal: 200,
    deterministic: false,
  },
  {
    group: 'established packet',
    name: 'NAT request: heap per call',
    value: 0,
    unit: 'bytes',
    goal: 0,
    deterministic: true,
  },
];

/** A few of everything that a full result has, quick to render: two sessions, a dozen packet cases, and so on. */
export function sampleResult(): Result {
  const full = fullResult({ failing: true });
  const isKept = ({ mode, scheduler }: Pick<CaseResult, 'mode' | 'scheduler'>) =>
    mode === 'nat' ? scheduler === 'rr' : mode === 'dr' && scheduler === 'lc';
  const isOfTwo = ({ scheduler }: { readonly scheduler: string }) => ['rr', 'lc'].includes(scheduler);
  const packets = full.cases.filter(({ flow }) => flow !== undefined);
  return judged({
    ...full,
    sessions: full.sessions.filter(isKept),
    cases: [
      ...full.cases.filter((item) => item.flow === undefined && isKept(item)),
      ...packets.filter(({ status }, index) => status === 'failed' || index % 80 === 0),
    ],
    fairness: full.fairness.filter(
      (one) => isOfTwo(one) && (one.mode === 'nat' || one.situation === 'weights'),
    ),
    acrossModes: full.acrossModes.filter(isOfTwo),
    scale: full.scale.filter(isOfTwo),
    throughput: full.throughput.filter(({ mode }) => mode === 'nat'),
    mutants: full.mutants.slice(38, 44),
  });
}
