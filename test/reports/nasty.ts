import fc from 'fast-check';
import type { Result } from '../../reports/result.ts';

/** Fields that hold one of a few words, a time, or a name that ties parts of a result together. */
const FIXED = new Set([
  'format',
  'status',
  'mode',
  'role',
  'direction',
  'startedAt',
  'lab',
  'of',
  'traffic',
  'kind',
]);
/** Records whose keys are free text too. */
const NAMED = new Set(['figures', 'definitions', 'lines', 'cpu']);

/** The result with every free text in it replaced. */
export function withEveryText(result: Result, replace: (text: string) => string): Result {
  const walk = (value: unknown, key: string): unknown => {
    if (typeof value === 'string') return FIXED.has(key) ? value : replace(value);
    if (Array.isArray(value)) return value.map((item) => walk(item, key));
    if (typeof value === 'object' && value !== null) {
      return Object.fromEntries(
        Object.entries(value).map(([name, item]) => [
          NAMED.has(key) ? replace(name) : name,
          walk(item, name),
        ]),
      );
    }
    return value;
  };
  return walk(result, '') as Result;
}

/** Any code points, lone surrogates included. Fast-check's own `binary` strings first build a table of all of them. */
const anyText = fc
  .array(fc.integer({ min: 0, max: 0x10ffff }), { maxLength: 10 })
  .map((codes) => String.fromCodePoint(...codes));

/** Text that breaks out of badly made markup, tables, terminals. */
export const nastyText = fc.oneof(
  fc.constantFrom(
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    '</style></title></script><!-- -->',
    'javascript:alert(1)',
    '//example.org/x',
    'https://example.org/x',
    '../../x?y#z%00',
    'a | b || c\n| --- |',
    '`` ` ```\n# heading',
    '\u001b[2J\u001b]0;title\u0007\u009b31m',
    '\u0000\u0008\u000b\ufffe\ud800',
    ']]>&amp;&nbsp;&#0;',
    '',
    '漢字かな한국어 👩‍👩‍👧 e\u0301 \u202e',
  ),
  anyText,
);
