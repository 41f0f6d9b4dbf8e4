/**
 * Program: plays the catalogue against the director as this process has loaded it, unchanged or as a mutant
 * (`source-change.ts`), and prints the result as JSON.
 *
 *     node --import …/source-change.ts mutant-child.ts --first request/ttl --enough 3 --seed 1
 */
import { parseArgs } from 'node:util';
import { packetCases } from '../../scenarios/index.ts';
import { runMutant } from './run-mutants.ts';

const { values } = parseArgs({
  options: {
    first: { type: 'string', default: '' },
    enough: { type: 'string', default: '3' },
    seed: { type: 'string', default: '1' },
  },
});
const found = await runMutant(packetCases, {
  first: values.first,
  enough: Number(values.enough),
  seed: Number(values.seed),
});
process.stdout.write(JSON.stringify(found));
