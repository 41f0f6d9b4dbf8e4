import { expect, it } from 'vitest';
import { lvsLabHere } from '../command-line.ts';

it.each([
  [['bench', '--profile', 'ful'], 'full'],
  [['bench', '--mode', 'DR'], 'dr'],
  [['conformance', '--mode', 'nat,tunn'], 'tun'],
  [['bench', '--break', 'dr-apr'], 'dr-arp'],
  [['fairness', '--scheduler', 'wrrr'], 'wrr'],
  [['fairness', '--situation', 'restrat'], 'restart'],
])('a value that is misspelt is answered with the nearest one: %j', async (args, nearest) => {
  const { exitCode, stderr } = await lvsLabHere(...args);
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(new RegExp(`\\(Did you mean ${nearest}\\?\\)$`));
});

it('what is like none of the values is answered without one', async () => {
  const { stderr } = await lvsLabHere('bench', '--profile', 'everything');
  expect(stderr).not.toMatch(/Did you mean/);
});
