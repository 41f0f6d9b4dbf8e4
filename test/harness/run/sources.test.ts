/** What cases cite can be read: in the project's documents, and in every report. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { allCases } from '../../../harness/conformance/catalogue.ts';
import { sourcesCited } from '../../../harness/run/sources-cited.ts';
import { citationsIn, citedKeys } from '../../../reports/citations.ts';
import { renderHtml } from '../../../reports/html/report.ts';
import { renderMarkdown } from '../../../reports/markdown.ts';
import { fairnessScenarios } from '../../../scenarios/fairness/index.ts';
import { type Source, sourceText } from '../../../scenarios/kit/requirement.ts';
import { sourcesPage } from '../../../scenarios/publish-sources.ts';
import { SOURCE_TEXTS } from '../../../scenarios/source-texts.ts';
import { fairnessResults } from '../../reports/full/fairness.ts';
import { failingResult } from '../../reports/results.ts';

const lists: (readonly Source[])[] = [
  ...allCases().map(({ requirement }) => requirement.sources),
  ...fairnessScenarios.map(({ sources }) => sources),
];
// A contract is what this project's own documents promise: it has no text beside them.
const texts = lists.flat().filter(({ kind }) => kind !== 'contract');
const cited = [...new Set(texts.map((source) => sourceText([source])))];

describe('every source that is cited', () => {
  it.each(cited)('%s leads to a text, or to an RFC', (source) => {
    const pieces = citationsIn(source).filter(({ key, href }) => key !== undefined || href !== undefined);
    expect(pieces.length).toBeGreaterThan(0);
    for (const { key, href } of pieces) {
      if (key !== undefined) expect(SOURCE_TEXTS[key], key).toMatch(/\.$/);
      else expect(href).toMatch(/^https:\/\/www\.rfc-editor\.org\/rfc\/rfc\d+(#section-[\d.]+)?$/);
    }
    expect(pieces.map(({ text }) => text).every((text) => source.includes(text))).toBe(true);
  });

  it('is all that there are texts for', () => {
    expect(citedKeys(cited).toSorted()).toEqual(Object.keys(SOURCE_TEXTS).toSorted());
  });

  it('is in docs/sources.md', () => {
    expect(readFileSync(new URL('../../../docs/sources.md', import.meta.url), 'utf8')).toBe(sourcesPage());
  });
});

describe('a report', () => {
  const plain = failingResult();
  const source = 'article: dr-arp; kernel: NAT: TTL, §5.1, §5.2; RFC 791 §3.1';
  const cases = plain.cases.map((item) => ({ ...item, source }));
  const result = { ...plain, cases, sources: sourcesCited(cases) };

  it('has what its cases cite, and no more', () => {
    expect(Object.keys(result.sources)).toEqual(['article: dr-arp', 'kernel: §5.1', 'kernel: §5.2']);
  });

  it('has what its situations of fairness cite, and links it', () => {
    const fairness = fairnessResults().map((one) => ({
      ...one,
      source: 'kernel: schedulers, §2.13; kernel: §9.9',
    }));
    const measured = { ...plain, cases: [], fairness, sources: sourcesCited(fairness) };
    expect(Object.keys(measured.sources)).toEqual(['kernel: §2.13']);
    expect(renderHtml(measured, { linkPrefix: '' })).toContain(
      'Source: kernel: schedulers, <a href="#source=kernel-2.13">§2.13</a>; kernel: §9.9',
    );
  });

  it('links each source to what it says', () => {
    const page = renderHtml(result, { linkPrefix: '' });
    expect(page).toContain(
      '<span class="source"><a href="#source=article-dr-arp">article: dr-arp</a>; kernel: NAT: TTL, ' +
        '<a href="#source=kernel-5.1">§5.1</a>, <a href="#source=kernel-5.2">§5.2</a>; ' +
        '<a href="https://www.rfc-editor.org/rfc/rfc791#section-3.1">RFC 791 §3.1</a></span>',
    );
    expect(page).toContain('<div id="source=kernel-5.2"><dt>kernel: §5.2</dt><dd>NAT. A request gets');
  });

  it('says in Markdown what the sources of a case that did not hold say', () => {
    const text = renderMarkdown(result);
    expect(text).toContain('[RFC 791 §3.1](https://www.rfc-editor.org/rfc/rfc791#section-3.1)');
    expect(text).toContain('- kernel: §5.2: NAT. A request gets');
  });
});
