/** What a fault takes of a director: one that has not got it is not played, with the reason. */

import { FAULT_MODELS, type FaultName } from '../../scenarios/faults/model.ts';
import type { TrafficKind } from '../../scenarios/faults/observation.ts';
import type { FeatureName } from '../../scenarios/features.ts';
import { featuresOf } from '../../scenarios/features.ts';
import { notDeclared } from '../conformance/declared-needs.ts';
import type { DirectorUnderTest, RunningDirector } from '../directors/director-under-test.ts';

/** What can be done to a running director, by name: what it is asked for, and whether it has that. */
const MEANS = {
  freezing: { what: 'way to have it stand still', isHad: ({ freeze }) => freeze !== undefined },
  signals: { what: 'process that can be sent signals', isHad: ({ signal }) => signal !== undefined },
  replacement: {
    what: 'command that replaces it while it runs',
    isHad: ({ replace }) => replace !== undefined,
  },
  ending: {
    what: 'process or program that can end while its kernel goes on',
    isHad: ({ machine }) => machine === undefined,
  },
} satisfies Record<string, { readonly what: string; readonly isHad: (running: RunningDirector) => boolean }>;

export type Means = keyof typeof MEANS;

/** Of every fault: the services are balanced so. */
const ALWAYS: readonly FeatureName[] = ['scheduler/rr', 'protocol/tcp'];
const OF_TRAFFIC: Partial<Readonly<Record<TrafficKind, FeatureName>>> = { udp: 'protocol/udp' };

/** Why a fault is not played, as a clause; undefined if it is. */
export function whyNotPlayed(
  fault: FaultName,
  means: Means | undefined,
  director: DirectorUnderTest,
  running: RunningDirector,
): string | undefined {
  const features = featuresOf(director.declared);
  const lacking = [...ALWAYS, ...FAULT_MODELS[fault].needs].filter((name) => !features.has(name));
  if (lacking.length > 0) return notDeclared(director, lacking);
  if (means === undefined || MEANS[means].isHad(running)) return undefined;
  return `unsupported: ${director.name} has no ${MEANS[means].what}`;
}

/** The same of one kind of traffic across every fault. */
export function whyNoTraffic(traffic: TrafficKind, director: DirectorUnderTest): string | undefined {
  const need = OF_TRAFFIC[traffic];
  if (need === undefined || featuresOf(director.declared).has(need)) return undefined;
  return notDeclared(director, [need]);
}
