/** The conformance report that is published. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { conformanceOf } from '../../reports/conformance/document.ts';
import { yamlOf } from '../../reports/conformance/yaml.ts';
import { conformanceJsonSchema } from '../../reports/publish-schema.ts';
import type { CaseResult, Result } from '../../reports/result.ts';
import { casesOf, failingResult, passingResult } from './results.ts';

const published = readFileSync(new URL('../../reports/conformance.schema.json', import.meta.url), 'utf8');
const schema = z.fromJSONSchema(JSON.parse(published));
const [template] = casesOf({ mode: 'nat' });

function one(
  id: string,
  status: CaseResult['status'],
  level: CaseResult['level'],
  needs: string[],
): CaseResult {
  const reason = status === 'skipped' ? { reason: `needs ${needs.join(', ')}` } : {};
  return { ...template!, id, director: 'mine', status, level: level!, needs, ...reason };
}

const RESULT: Result = {
  ...passingResult(),
  directors: [
    {
      name: 'mine',
      description: 'a director: "mine"',
      version: '2.0',
      url: 'https://example.org/',
      available: true,
      features: ['mode/nat', 'edits'],
    },
  ],
  cases: [
    one('nat/a', 'passed', 'core', ['mode/nat']),
    one('nat/b', 'failed', 'extended', ['edits']),
    one('nat/c', 'skipped', 'extended', ['marks']),
    one('nat/d', 'skipped', 'extended', ['marks']),
    one('nat/e', 'skipped', 'core', ['edits']),
  ],
};

describe('the conformance report', () => {
  it('has core and extended results apart, and skips with their reasons', () => {
    expect(conformanceOf(RESULT).directors[0]).toMatchObject({
      name: 'mine',
      all: { result: 'failed', passed: 1, failed: 1, unsupported: 2, skipped: 1 },
      core: { result: 'passed', passed: 1, skipped: 1 },
      extended: { result: 'failed', failed: 1, unsupported: 2 },
      failed: ['nat/b'],
      skipped: [
        { reason: 'needs marks', cases: 2 },
        { reason: 'needs edits', cases: 1 },
      ],
    });
  });

  it('is YAML whose texts no reader takes for something else', () => {
    const text = yamlOf(conformanceOf(RESULT));
    expect(text).toMatch(/^format: "lvs-lab conformance"\nschemaVersion: 1\nsuite:\n {2}name: "lvs-lab"\n/);
    expect(text).toContain('\ndirectors:\n  - name: "mine"\n    description: "a director: \\"mine\\""\n');
    expect(text).toContain(
      '\n    failed:\n      - "nat/b"\n    skipped:\n      - reason: "needs marks"\n        cases: 2\n',
    );
  });

  it.each([
    [{ a: [], b: {} }, 'a: []\nb: {}\n'],
    [{ a: [[1, 2], [3]] }, 'a:\n  - - 1\n    - 2\n  - - 3\n'],
    [{ a: 'no', b: undefined, c: true }, 'a: "no"\nc: true\n'],
  ])('writes %j', (value, expected) => {
    expect(yamlOf(value)).toBe(expected);
  });

  it('is as its schema says, which is published as it is', () => {
    expect(published).toBe(conformanceJsonSchema());
    for (const result of [RESULT, passingResult(), failingResult()]) {
      expect(schema.safeParse(JSON.parse(JSON.stringify(conformanceOf(result)))).error).toBeUndefined();
    }
    expect(schema.safeParse({ ...conformanceOf(RESULT), format: 'other' }).success).toBe(false);
  });
});
