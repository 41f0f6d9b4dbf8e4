import type { FaultResult } from '../../../reports/result-fault.ts';

const KINDS = ['idle', 'bulk', 'udp', 'new'] as const;

/** A fault of the director that harmed nothing, as one kind of traffic met it. */
export const harmless = (mode: FaultResult['mode'], traffic: FaultResult['traffic']): FaultResult => ({
  id: `faults/director-kill/${mode}/${traffic}`,
  fault: 'director-kill',
  title: 'The director is killed',
  mode,
  director: 'ts',
  traffic,
  status: 'passed',
  promise: 'go on',
  affected: { kept: 6 },
  others: { connections: 0, harmed: 0 },
  lost: 2,
  silenceMs: 1_840,
});

/** The same in every mode and with every kind of traffic. */
export const harmlessFaults = (): FaultResult[] =>
  (['nat', 'dr', 'tun'] as const).flatMap((mode) => KINDS.map((traffic) => harmless(mode, traffic)));
