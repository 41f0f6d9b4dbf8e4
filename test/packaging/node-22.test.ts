import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const PACKAGED = '{api,director,harness,lab,native,reports,scenarios,statistics}/**/*.ts';

/** What Node 24 has and Node 22 has not. The compiler knows both, and the tests run on 24. */
const SINCE_24 = new RegExp(
  [
    String.raw`\bnew (Async)?DisposableStack\b`,
    String.raw`\bnew SuppressedError\b`,
    String.raw`\bFloat16Array\b`,
    String.raw`\bPromise\.try\b`,
    String.raw`\bRegExp\.escape\b`,
    String.raw`\bError\.isError\b`,
    String.raw`\bUint8Array\.from(Base64|Hex)\b`,
    String.raw`\.to(Base64|Hex)\(`,
    String.raw`\bIterator\.concat\b`,
    String.raw`\bMath\.(sumPrecise|f16round)\b`,
  ].join('|'),
);

it('is written for Node 22 too, but for what needs a checkout, which brings its own Node', () => {
  const files = globSync(PACKAGED, { cwd: PROJECT, exclude: ['reports/out/**', 'harness/selftest/**'] });
  expect(files.length).toBeGreaterThan(500);
  const found = files.filter((file) => SINCE_24.test(readFileSync(join(PROJECT, file), 'utf8')));
  expect(found).toEqual([]);
});
