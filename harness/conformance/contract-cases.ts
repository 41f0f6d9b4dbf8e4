/** The cases that the contract itself makes for a director: they are played with somebody else’s alone. */
import type { DirectorUnderTest } from '../directors/director-under-test.ts';
import { CONVERSATION_INDEX } from './catalogue.ts';
import type { PlannedCase } from './planned-case.ts';
import { probesOf } from './probes.ts';
import { resetCases } from './reset-cases.ts';

export function contractCases(director: DirectorUnderTest): PlannedCase[] {
  if (director.isOwn) return [];
  return [...probesOf(director), ...resetCases(director)].map((planned, at) => ({
    ...planned,
    index: CONVERSATION_INDEX + 1 + at,
  }));
}
