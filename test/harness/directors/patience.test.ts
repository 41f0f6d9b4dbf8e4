import { expect, it } from 'vitest';
import { Patience } from '../../../harness/directors/patience.ts';
import { LabError, NotReadyError } from '../../../lab/index.ts';

it('a director that hung is not waited for as long again, until it has started', async () => {
  const patience = new Patience();
  const limits: number[] = [];
  const start = (error?: Error) =>
    patience.with(async (limitMs) => {
      limits.push(limitMs);
      if (error !== undefined) throw error;
      return 'started';
    });
  await expect(start(new LabError('bad rules'))).rejects.toThrow('bad rules');
  await expect(start(new NotReadyError('it hangs'))).rejects.toThrow('it hangs');
  await expect(start(new NotReadyError('it hangs'))).rejects.toThrow('it hangs');
  expect(await start()).toBe('started');
  expect(await start()).toBe('started');
  expect(limits).toEqual([30_000, 30_000, 5_000, 5_000, 30_000]);
});
