/** Which packet cases are played against a director. */
import type { Mode } from '../../lab/index.ts';
import type { DirectorUnderTest } from '../directors/director-under-test.ts';
import { isSelected, selectedPacketCases } from './catalogue.ts';
import { contractCases } from './contract-cases.ts';
import type { PlannedCase } from './planned-case.ts';

/** Those of the catalogue, and those that the contract makes for somebody else’s director. */
export function packetCasesFor(
  director: DirectorUnderTest,
  mode: Mode,
  prefixes: readonly string[],
): PlannedCase[] {
  return [
    ...selectedPacketCases(mode, prefixes),
    ...contractCases(director).filter(({ one }) => isSelected(one, mode, prefixes)),
  ];
}
