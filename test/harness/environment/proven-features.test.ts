import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { isProven, rememberProven } from '../../../harness/environment/proven-features.ts';
import { type KernelRequirement, requirementsFor } from '../../../harness/environment/requirements.ts';

const features = requirementsFor('bench').filter(
  (requirement): requirement is KernelRequirement => requirement.kind === 'kernel',
);

let file: string;
beforeEach(() => {
  file = join(mkdtempSync(join(tmpdir(), 'lvs-lab-proven-')), 'cache/kernel');
});
afterEach(() => rmSync(join(file, '../..'), { recursive: true }));

it('remembers what was proven', () => {
  expect(isProven(features, file)).toBe(false);
  rememberProven(features, file);
  expect(isProven(features, file)).toBe(true);
});

it('does not take one set of features for another', () => {
  rememberProven(features.slice(1), file);
  expect(isProven(features, file)).toBe(false);
});

it('keeps what was proven for another purpose', () => {
  rememberProven(features.slice(0, 2), file);
  rememberProven(features.slice(2), file);
  expect(isProven(features, file)).toBe(true);
});

it.each([
  ['another boot', /^.*\n/, 'another-boot\n'],
  ['another user namespace', /0 +0 +4294967295/, '0       1000          1'],
  ['other capabilities', /CapEff:.*/, 'CapEff:\t0000000000000001'],
])('tries again after %s', (_, pattern, replacement) => {
  rememberProven(features, file);
  const before = readFileSync(file, 'utf8');
  const after = before.replace(pattern, replacement);
  expect(after).not.toBe(before);
  writeFileSync(file, after);
  expect(isProven(features, file)).toBe(false);
});

it('goes on where nothing can be written', () => {
  writeFileSync(join(file, '../..', 'cache'), '');
  expect(() => rememberProven(features, file)).not.toThrow();
});
