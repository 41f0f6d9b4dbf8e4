/** What a case needs, held against what a director declares. */
import type { Mode } from '../../lab/index.ts';
import { FEATURES, type FeatureName, featuresOf } from '../../scenarios/features.ts';
import type { PacketCase } from '../../scenarios/kit/packet-case.ts';
import { needsOfSession, type SessionCase } from '../../scenarios/kit/session-case.ts';
import { hasPolicy } from '../../scenarios/models/policy.ts';
import type { DirectorUnderTest } from '../directors/director-under-test.ts';
import { needsOf } from './needs.ts';
import type { PlannedCase } from './planned-case.ts';

export interface Asked<Check> {
  /** In the order of the table of features. */
  readonly needs: FeatureName[];
  readonly level: 'core' | 'extended';
  /** By which it is judged: each decision, or the policy where no more is declared. */
  readonly check: Check;
  /** What it needs and the director does not declare. */
  readonly lacking: readonly FeatureName[];
}

export async function askedOf(
  { one, index, needs }: PlannedCase,
  mode: Mode,
  director: DirectorUnderTest,
): Promise<Asked<PacketCase['check']>> {
  return asked(
    new Set(needs ?? (await needsOf(one, mode, index, featuresOf(director.declared)))),
    one,
    director,
  );
}

export function askedOfSession(
  one: SessionCase,
  mode: Mode,
  scheduler: string,
  director: DirectorUnderTest,
): Asked<SessionCase['check']> {
  const { check, checkPolicy } = one;
  const judges = { check, ...(checkPolicy !== undefined && hasPolicy(scheduler) && { checkPolicy }) };
  return asked(new Set([`mode/${mode}`, ...needsOfSession(one, scheduler)]), judges, director);
}

function asked<Check>(
  all: ReadonlySet<FeatureName>,
  { check, checkPolicy }: { readonly check: Check; readonly checkPolicy?: Check },
  { declared }: DirectorUnderTest,
): Asked<Check> {
  const features = featuresOf(declared);
  const hasOrder = [...all].every((name) => !name.startsWith('order/') || features.has(name));
  const byPolicy = hasOrder ? undefined : checkPolicy;
  const needs = [...FEATURES.keys()].filter(
    (name) => all.has(name) && !(byPolicy !== undefined && name.startsWith('order/')),
  );
  const isCore = needs.every((name) => FEATURES.get(name)?.level === 'core');
  return {
    needs,
    level: isCore ? 'core' : 'extended',
    check: byPolicy ?? check,
    lacking: needs.filter((name) => !features.has(name)),
  };
}

/** Why a case is skipped, for people. */
export function notDeclared({ name }: DirectorUnderTest, lacking: readonly FeatureName[]): string {
  const said = lacking.map((feature) => `${feature} (${FEATURES.get(feature)?.what})`);
  return `unsupported: ${name} does not declare ${said.join(', ')}`;
}
