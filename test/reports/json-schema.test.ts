import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { resultJsonSchema } from '../../reports/publish-schema.ts';
import { sampleResult } from './full/result.ts';
import { failingResult, passingResult } from './results.ts';

const published = readFileSync(new URL('../../reports/result.schema.json', import.meta.url), 'utf8');

describe('result.schema.json', () => {
  it('is what the schema says now (node reports/publish-schema.ts writes it anew)', () => {
    expect(published).toBe(resultJsonSchema());
  });

  // The published text alone is put to the test, as a program in another language would use it.
  const schema = z.fromJSONSchema(JSON.parse(published));

  it.each([
    ['passing', passingResult()],
    ['failing', failingResult()],
    ['of everything', sampleResult()],
  ])('takes a result that is %s', (_, result) => {
    expect(schema.safeParse(JSON.parse(JSON.stringify(result))).error).toBeUndefined();
  });

  it.each([
    ['another version', { schemaVersion: 1 }],
    ['an unknown member', { colour: 'blue' }],
    ['a verdict without a status', { verdict: {} }],
    ['cases that are no list', { cases: {} }],
    ['a member that is missing', { throughput: undefined }],
  ])('refuses %s', (_, change) => {
    const changed = JSON.parse(JSON.stringify({ ...passingResult(), ...change }));
    expect(schema.safeParse(changed).success).toBe(false);
  });
});
