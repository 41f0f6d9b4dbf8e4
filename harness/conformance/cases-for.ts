/** Which packet cases are played against a director. */
import type { Mode } from '../../lab/index.ts';
import type { DirectorUnderTest } from '../directors/director-under-test.ts';
import { isSelected, selectedPacketCases } from './catalogue.ts';
import type { PlannedCase } from './planned-case.ts';
import { probesOf } from './probes.ts';

/** Those of the catalogue, and what asks somebody else’s director for what it does not declare. */
export function packetCasesFor(
  director: DirectorUnderTest,
  mode: Mode,
  prefixes: readonly string[],
): PlannedCase[] {
  const probes = director.isOwn ? [] : probesOf(director);
  return [
    ...selectedPacketCases(mode, prefixes),
    ...probes.filter(({ one }) => isSelected(one, mode, prefixes)),
  ];
}
