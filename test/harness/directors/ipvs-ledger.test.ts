/** The ledger of what kernels do otherwise. */
import { describe, expect, test } from 'vitest';
import { allCases } from '../../../harness/conformance/catalogue.ts';
import {
  differencesOf,
  kernelLedgerSchema,
  readKernelLedger,
} from '../../../harness/directors/ipvs/known-differences.ts';

/** A catalogue that a kernel differs from in more places than this has been misread. */
const MOST = 0.02;

const entry = (name: string, kernel: string) => ({ case: name, kernel, reason: `${name} differs` });

describe('the ledger of the repository', () => {
  test('names cases of the catalogue, and for each kernel at most 2 % of them', async () => {
    const ledger = await readKernelLedger();
    const ids = new Set(allCases().map(({ id }) => id));
    expect(ledger.filter((one) => !ids.has(one.case))).toEqual([]);
    for (const kernel of new Set(ledger.map((one) => one.kernel))) {
      expect(differencesOf(ledger, kernel).size).toBeLessThanOrEqual(ids.size * MOST);
    }
  });
});

describe('a ledger', () => {
  test.each([
    ['6.1', ['a', 'b']],
    ['6.1.0-57-cloud-amd64', ['a', 'b', 'c']],
    ['6.12.117+deb12-cloud-amd64', ['d']],
    ['6.6.1', []],
  ])('says what the kernel %s does otherwise', (release, names) => {
    const ledger = [entry('a', '6.1'), entry('b', '6.1'), entry('c', '6.1.0-57'), entry('d', '6.12')];
    expect([...differencesOf(ledger, release).keys()]).toEqual(names);
  });

  test.each([
    ['the same twice', [entry('a', '6.1'), entry('a', '6.1')]],
    ['an entry without a kernel', [{ case: 'a', reason: 'it differs' }]],
    ['an entry without a reason', [{ case: 'a', kernel: '6.1', reason: '' }]],
  ])('is refused with %s', (_, ledger) => {
    expect(kernelLedgerSchema.safeParse(ledger).success).toBe(false);
  });
});
