/** The catalogue: every case there is, in each mode in which it applies, and how cases are selected. */
import type { Mode } from '../../lab/index.ts';
import { ALL_MODES } from '../../lab/modes.ts';
import { packetCases, sessionCases } from '../../scenarios/index.ts';
import { caseId, type Requirement } from '../../scenarios/kit/requirement.ts';
import type { SessionCase } from '../../scenarios/kit/session-case.ts';
import { startsWithAny } from './id-prefix.ts';
import type { PlannedCase } from './planned-case.ts';

/** Numbers of packet cases go from 0 on; the scripted conversation’s is the one after. */
export const CONVERSATION_INDEX = packetCases.length;

/** Cases of live sessions in a mode whose ids start with one of the prefixes; all where there is none. */
export function selectedScenarios(mode: Mode, prefixes: readonly string[]): SessionCase[] {
  return sessionCases.filter((one) => isSelected(one, mode, prefixes));
}

/** The same of cases that are played packet by packet. */
export function selectedPacketCases(mode: Mode, prefixes: readonly string[]): PlannedCase[] {
  return packetCases
    .map((one, index) => ({ one, index }))
    .filter(({ one }) => isSelected(one, mode, prefixes));
}

/** Whether a case applies in a mode, and its id starts with one of the prefixes; any does where there is none. */
export function isSelected(one: Requirement, mode: Mode, prefixes: readonly string[]): boolean {
  return one.modes.includes(mode) && startsWithAny(caseId(one, mode), prefixes);
}

export interface CatalogueEntry {
  readonly id: string;
  readonly requirement: Requirement;
}

/** Every case, mode by mode, in the order in which they are judged. */
export function allCases(modes: readonly Mode[] = ALL_MODES): CatalogueEntry[] {
  return modes.flatMap((mode) =>
    [...sessionCases, ...packetCases]
      .filter(({ modes }) => modes.includes(mode))
      .map((requirement) => ({ id: caseId(requirement, mode), requirement })),
  );
}

/**
 * Prefixes that select nothing in any of these modes, a sentence each.
 * @param list The command that shows all ids. @param more Cases beside those of the catalogue.
 */
export function selectingNothing(
  prefixes: readonly string[],
  modes: readonly Mode[],
  list: string,
  more: readonly Requirement[] = [],
): string[] {
  return prefixes
    .filter((prefix) =>
      modes.every(
        (mode) => !selectsAny(mode, prefix) && !more.some((one) => isSelected(one, mode, [prefix])),
      ),
    )
    .map(
      (prefix) =>
        `No case id starts with "${prefix}" in mode ${modes.join(', ')}${perhaps(prefix, modes)}; "${list}" shows all ids.`,
    );
}

/** Whether there is a case in a mode whose id starts with a prefix. */
function selectsAny(mode: Mode, prefix: string): boolean {
  return selectedScenarios(mode, [prefix]).length + selectedPacketCases(mode, [prefix]).length > 0;
}

/** Ids begin with the mode: where a prefix names another one, or none, what was meant can be told. */
function perhaps(prefix: string, modes: readonly Mode[]): string {
  const [mode, ...rest] = prefix.split('/');
  const subject = ALL_MODES.some((one) => one === mode) ? rest.join('/') : prefix;
  const meant = modes
    .map((one) => `${one}/${subject}`)
    .filter((id) => modes.some((one) => selectsAny(one, id)));
  return meant.length === 0 ? '' : ` (perhaps ${meant.map((id) => `"${id}"`).join(', ')})`;
}
