/** What a run says that is the same in every run of the same release: verdicts, digests, figures that follow from the seed. */
import type { CaseResult, Result } from '../../reports/result.ts';
import type { FaultResult } from '../../reports/result-fault.ts';
import type {
  AcrossModes,
  FairnessResult,
  MicroFigure,
  MutantResult,
  ScaleResult,
} from '../../reports/result-figures.ts';
import { placeOf } from '../../reports/tables/mutants.ts';

/** One thing that is gated, as named values: `status`, `examined`, `digest`, `jain`. */
export type Fact = Readonly<Record<string, string | number>>;

/** Parts of a baseline that hold facts. */
export const SECTIONS = ['cases', 'fairness', 'acrossModes', 'scale', 'mutants', 'allocations'] as const;

export type Section = (typeof SECTIONS)[number];

export interface FoundFact {
  readonly section: Section;
  /** Tells it from every other of its section: `nat/reply/source (live ts rr)`. */
  readonly key: string;
  /** As the result has it: `nat/reply/source`. */
  readonly id: string;
  readonly fact: Fact;
  /** Why its status is what it is, where the result says so. */
  readonly why?: string;
}

export function factsOf(result: Result): FoundFact[] {
  return [
    ...result.cases.map(caseFact),
    ...(result.faults ?? []).map(faultFact),
    ...result.fairness.map(fairnessFact),
    ...result.acrossModes.map(acrossModesFact),
    ...result.scale.map(scaleFact),
    ...result.mutants.map(mutantFact),
    ...(result.micro ?? []).filter(({ deterministic }) => deterministic).map(allocationFact),
  ];
}

export function isSame(a: Fact, b: Fact): boolean {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].every((name) => a[name] === b[name]);
}

export function caseFact(one: CaseResult): FoundFact {
  const { id, lab, director, scheduler, status, examined, reason, findings } = one;
  const why = reason ?? findings[0]?.message;
  return {
    section: 'cases',
    key: `${id} (${lab} ${director} ${scheduler})`,
    id,
    // Live traffic is as much as the machine makes of it; scripts are the same every time.
    fact: { status, ...(lab === 'live' ? {} : { examined }) },
    ...(why === undefined ? {} : { why }),
  };
}

export function faultFact({ id, director, status, reason }: FaultResult): FoundFact {
  const why = reason === undefined ? {} : { why: reason };
  return { section: 'cases', key: `${id} (${director})`, id, fact: { status }, ...why };
}

export function fairnessFact(one: FairnessResult): FoundFact {
  const { id, lab, director, status, sample, sequence, figures, deterministic, reason } = one;
  return {
    section: 'fairness',
    key: `${id} (${lab} ${director})`,
    id,
    fact: {
      status,
      connections: sample.connections,
      ...(sequence === undefined ? {} : { digest: sequence.digest }),
      ...Object.fromEntries(deterministic.map((name) => [name, figures[name] ?? 'absent'])),
    },
    ...(reason === undefined ? {} : { why: reason }),
  };
}

export function acrossModesFact({ situation, scheduler, connections, digests }: AcrossModes): FoundFact {
  const id = situation === undefined ? scheduler : `${situation}/${scheduler}`;
  return { section: 'acrossModes', key: id, id, fact: { connections, ...digests } };
}

export function scaleFact({ scheduler, connections, servers, figures, digest }: ScaleResult): FoundFact {
  const id = `${scheduler} (${connections} connections, ${servers} servers)`;
  return { section: 'scale', key: id, id, fact: { digest, ...figures } };
}

export function mutantFact(mutant: MutantResult): FoundFact {
  const { id, status, sentence } = mutant;
  return {
    section: 'mutants',
    key: `${id} (${placeOf(mutant)})`,
    id,
    fact: { status },
    why: sentence,
  };
}

export function allocationFact({ group, name, value, unit }: MicroFigure): FoundFact {
  const id = `${group}: ${name}`;
  return { section: 'allocations', key: id, id, fact: { [unit]: Math.round(value) } };
}
