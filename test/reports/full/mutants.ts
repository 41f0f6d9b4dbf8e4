import { ALL_MODES } from '../../../lab/modes.ts';
import type { MutantResult } from '../../../reports/result-figures.ts';

const FAULTS: readonly (readonly [string, string, string])[] = [
  ['ttl', 'does not decrement the TTL', 'ttl/first'],
  ['checksum', 'leaves the TCP checksum as it was', 'checksum/first'],
  ['udp-zero', 'fills in a UDP checksum that the sender left out', 'checksum/empty'],
  ['reply-port', 'gives replies the server’s port', 'ports/reply'],
  ['destination', 'rewrites the destination where it must not', 'addresses/first'],
  ['quote', 'does not rewrite what an ICMP error quotes', 'icmp/first'],
  ['fin', 'forgets a connection at its first FIN', 'states/closing'],
  ['skip', 'leaves out one server in a hundred turns', 'states/repeated'],
];

/** Eighty mutants: all killed, or one survives. */
export function mutants(failing: boolean): MutantResult[] {
  return Array.from({ length: 80 }, (_, index): MutantResult => {
    const [fault, sentence, expected] = FAULTS[index % FAULTS.length]!;
    const mode = ALL_MODES[index % 3]!;
    const hasSurvived = failing && index === 41;
    return {
      id: `${mode}-${fault}-${Math.floor(index / FAULTS.length) + 1}`,
      sentence: `The director ${sentence}.`,
      file: `director/forwarding/${mode}.ts`,
      before: 'const next = ttl - 1;',
      after: 'const next = ttl;',
      lab: index % 8 === 0 ? 'netns' : 'memory',
      status: hasSurvived ? 'survived' : 'killed',
      expected: `${mode}/${expected}`,
      killedBy: hasSurvived
        ? []
        : [
            { id: `${mode}/${expected}`, message: 'This is not the request that rs1 gets as it should be.' },
            ...(index % 3 === 0
              ? [{ id: `${mode}/addresses/established`, message: 'One packet too many.' }]
              : []),
          ],
      durationMs: 400 + index * 3,
    };
  });
}
