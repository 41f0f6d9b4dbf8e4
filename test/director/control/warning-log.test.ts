import { expect, test } from 'vitest';
import { WarningLog } from '../../../director/control/warning-log.ts';

test('a warning is said once, and again when it comes back', () => {
  const said: string[] = [];
  const log = new WarningLog((text) => said.push(text));
  for (const warnings of [['a'], ['a', 'b'], ['b'], ['a', 'b'], []]) log.update(warnings);
  expect(said).toEqual(['warning: a', 'warning: b', 'warning: a']);
});
