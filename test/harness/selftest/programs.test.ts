/** Mutants of which nothing but the contract for directors is known. */
import { expect, it } from 'vitest';
import { mutants } from '../../../harness/selftest/mutants/index.ts';
import { tryInNamespaces } from '../../../harness/selftest/try-in-namespaces.ts';
import type { MutantResult } from '../../../reports/result-figures.ts';
import { temporaryRunDirectory } from '../../lab/fixtures/traces.ts';
import { describeAsRoot } from '../../root.ts';

describeAsRoot('a mutant behind the contract', () => {
  it('is killed by the case that kills it in memory, which the right director passes as a program', async () => {
    await using directory = await temporaryRunDirectory();
    const wrong = mutants.find(({ id }) => id === 'request-ttl-kept')!;
    const killedBy = [{ id: 'nat/request/ttl', message: '' }];
    const known: MutantResult[] = [{ ...wrong, lab: 'memory', status: 'killed', killedBy, durationMs: 0 }];
    const options = { seed: 1, directory: directory.path, isExternal: true };
    expect(await tryInNamespaces(wrong, known, options)).toMatchObject({
      isExternal: true,
      status: 'killed',
      killedBy: [{ id: 'nat/request/ttl', message: expect.stringContaining('not the request') }],
    });
  }, 60_000);
});
