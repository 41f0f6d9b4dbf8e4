import { inflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nothingPacked, type Packed } from '../../reports/html/packed.ts';
import { renderHtml } from '../../reports/html/report.ts';
import type { CaseResult, Result } from '../../reports/result.ts';
import { fullResult, sampleResult } from './full/result.ts';
import { type ParsedElement, parseMarkup } from './markup-check.ts';
import { nastyText, withEveryText } from './nasty.ts';
import { failingResult, passingResult } from './results.ts';

/** Everything that the page has, folds included that are packed away until they are opened. */
const page = (result: Result, linkPrefix = ''): ParsedElement[] => {
  const elements = parseMarkup(renderHtml(result, { linkPrefix }), 'html');
  const folds = packedIn(elements).folds.flatMap((markup) => parseMarkup(inDocument(markup), 'html'));
  return [...elements, ...folds];
};
const inDocument = (markup: string) => `<!doctype html>\n<div>${markup}</div>`;
const wholeText = (result: Result) =>
  page(result)
    .map(({ text }) => text)
    .join('\n');
const attributes = (elements: readonly ParsedElement[], name: string) =>
  elements.flatMap(({ attributes }) => attributes.get(name) ?? []);
/** The script that runs; packed packets are a script element too, which does not. */
const scripts = (elements: readonly ParsedElement[]) =>
  elements.flatMap(({ name, attributes, text }) =>
    name === 'script' && !attributes.has('type') ? [text] : [],
  );
const texts = (elements: readonly ParsedElement[], name: string) =>
  elements.filter((item) => item.name === name).map(({ text }) => text);

const everything = sampleResult();
const manyServers = passingResult([
  { mode: 'nat', servers: 200, onPath: 150 },
  { mode: 'dr', scheduler: 'lc' },
  { mode: 'dr', director: 'ipvs' },
]);

describe.each([
  ['passing', passingResult()],
  ['failing', failingResult()],
  ['with many servers', manyServers],
  ['without any session', passingResult([])],
  ['of everything', everything],
])('report.html of a run that is %s', (_, result) => {
  const elements = page(result);

  it('needs nothing but itself', () => {
    expect(attributes(elements, 'src')).toEqual([]);
    expect(texts(elements, 'style').join()).not.toMatch(/url\(|@import/);
    expect(scripts(elements).join()).not.toMatch(/fetch|import\(|https?:/);
    // A link to an RFC is there to be followed: nothing of the page is loaded from it.
    const toRfc = ({ name, attributes: own }: ParsedElement) =>
      name === 'a' && /^https:\/\/www\.rfc-editor\.org\/rfc\/rfc\d+(#|$)/.test(own.get('href') ?? '');
    const others = elements.filter((element) => !toRfc(element));
    for (const href of attributes(others, 'href'))
      expect(href).toMatch(/^(#|\.\/|data:,$|data:application\/vnd\.tcpdump\.pcap;base64,)/);
  });

  it('has unique ids, and every link within it leads somewhere', () => {
    const ids = attributes(elements, 'id');
    expect(ids).toHaveLength(new Set(ids).size);
    expect(brokenLinks(attributes(elements, 'href'), ids)).toEqual([]);
    for (const label of attributes(elements, 'aria-labelledby').flatMap((value) => value.split(' '))) {
      expect(ids).toContain(label);
    }
  });

  it('says the verdict in its first heading and its title', () => {
    const [first] = texts(elements, 'h1');
    expect(first).toMatch(/^(Passed|Failed): /);
    expect(texts(elements, 'title')[0]).toContain(first);
  });

  it('has the evidence of every case, linked from the matrix if it was judged from live traffic', () => {
    const evidence = elements.filter(({ attributes }) => attributes.get('class')?.startsWith('case '));
    expect(evidence).toHaveLength(result.cases.length);
    const marks = elements.filter(({ attributes }) => attributes.get('class') === 'matrix-link');
    const live = evidence.filter(({ attributes }) => !/\/(netns|memory)$/.test(attributes.get('id') ?? ''));
    expect(new Set(attributes(marks, 'href'))).toEqual(new Set(attributes(live, 'id').map((id) => `#${id}`)));
  });
});

describe('report.html of a run of everything', () => {
  const result = fullResult();
  const text = renderHtml(result, { linkPrefix: '' });
  const elements = parseMarkup(text, 'html');
  const { folds } = packedIn(elements);

  it('has a cell for every scheduler and mode, each with its evidence behind it', () => {
    const cells = elements.filter(
      ({ attributes }) =>
        attributes.get('class')?.startsWith('cell ') && attributes.get('href')?.startsWith('#suite='),
    );
    expect(cells).toHaveLength(42);
    for (const { mode, scheduler, rules } of result.sessions) {
      const id = `suite=${mode}/ts/${scheduler}`;
      expect(cells.filter(({ attributes }) => attributes.get('href') === `#${id}`)).toHaveLength(1);
      const place = text.slice(text.indexOf(`<details class="group" id="${id}">`));
      const fold = folds[Number(/data-packed="(\d+)"/.exec(place)?.[1])] ?? '';
      for (const wanted of [
        ...['class="shares"', 'class="rewrites"', 'class="ladder"', 'captures/client-eth0.pcap"'],
        ...[
          rules[0]!,
          `case=${mode}/request/destination@ts/${scheduler}`,
          `#fairness=weights/${mode}/${scheduler}@ts`,
        ],
      ]) {
        expect(fold, `${id}: ${wanted}`).toContain(wanted);
      }
    }
  });

  it('says in a cell without a session that there was none', () => {
    const [first, ...sessions] = result.sessions;
    const isOfFirst = (one: CaseResult) => one.mode === first!.mode && one.scheduler === first!.scheduler;
    const cases = result.cases.filter((one) => one.lab !== 'live' || !isOfFirst(one));
    expect(wholeText({ ...result, sessions, cases })).toMatch(
      /This run had no session of live traffic with this scheduler in this mode/,
    );
  });
});

describe('report.html', () => {
  it('opens what did not hold and folds what did', () => {
    const evidence = page(failingResult()).filter(({ name }) => name === 'details');
    const open = evidence.filter(({ attributes }) => attributes.has('open'));
    expect(attributes(open, 'class')).toEqual([
      ...['section', 'group', 'case failed', 'group', 'case failed', 'group', 'case error'],
    ]);
  });

  it('shows expected against seen, the packet and the command', () => {
    const elements = page(failingResult());
    const ofClass = (name: string) =>
      elements.filter(({ attributes }) => attributes.get('class') === name).map(({ text }) => text);
    expect(ofClass('expected')).toEqual(['10.0.1.100', '80']);
    expect(ofClass('seen').filter((text) => text !== '')).toEqual(['10.0.2.11', '8080']);
    expect(texts(elements, 'code')).toContain(
      "tcpdump -nn -e -v -r captures/client-eth0.pcap 'tcp port 40112'",
    );
  });

  it('marks what changed from hop to hop, and nothing else', () => {
    const marked = texts(page(passingResult([{ mode: 'nat' }])), 'mark').filter((text) => text !== 'marked');
    // In the network’s tables, in the table of what was rewritten, and in the ladder: the same everywhere.
    expect([...new Set(marked)].sort()).toEqual(
      [
        ...['10.0.2.11:80', '63', '02:00:0a:00:02:01', '02:00:0a:00:02:0b'],
        ...['10.0.1.100:80', '02:00:0a:00:01:01', '02:00:0a:00:01:02'],
      ].sort(),
    );
    const hops = page(passingResult([{ mode: 'nat' }])).filter(
      ({ attributes }) => attributes.get('class') === 'hops',
    );
    expect(hops).toHaveLength(2);
  });

  it('marks the outer header where the director puts it on', () => {
    const marked = texts(page(passingResult([{ mode: 'tun' }])), 'mark');
    expect([...new Set(marked.filter((text) => text.includes('→')))]).toEqual(['10.0.2.1 → 10.0.3.11']);
  });

  it('emphasises the rows of the director among those of its references', () => {
    const rows = page(everything).filter(
      ({ name, attributes }) => name === 'tr' && attributes.get('class') === 'own',
    );
    const compared = everything.throughput.filter(
      ({ status, ratios }) => status === 'measured' && ratios.length > 0,
    );
    expect(compared.length).toBeGreaterThan(0);
    expect(rows).toHaveLength(compared.length);
  });

  it('links captures from where the result lies', () => {
    const hrefs = attributes(page(passingResult([{ mode: 'nat' }]), '../run 7/'), 'href');
    expect(hrefs).toContain('./../run%207/captures/client-eth0.pcap');
  });

  it('gives two cases of the same name their own evidence', () => {
    const result = passingResult([{ mode: 'nat' }]);
    const elements = page({ ...result, cases: [...result.cases, ...structuredClone(result.cases)] });
    const ids = attributes(elements, 'id');
    expect(ids).toHaveLength(new Set(ids).size);
    expect(ids.filter((id) => id.startsWith('case=nat/reply/source'))).toHaveLength(2);
  });

  it('says so where no lab came up and where no path was seen', () => {
    const result = passingResult([{ mode: 'nat' }]);
    const noLab = wholeText({ ...result, sessions: [] });
    expect(noLab).toContain('No lab was brought up for this.');
    const sessions = result.sessions.map((session) => ({ ...session, path: { request: [], reply: [] } }));
    expect(wholeText({ ...result, sessions })).toContain('No path of a request was seen');
  });

  it('lets no text of a result become markup, a script or a foreign link', () => {
    const filled = (texts: readonly string[]) => {
      let number = 0;
      return page(
        withEveryText(everything, () => {
          number++;
          return `${texts[number % texts.length]}${number % 3}`;
        }),
      );
    };
    const plain = [...page(everything), ...filled(['two\nlines'])];
    const names = new Set(plain.map(({ name }) => name));
    const attributeNames = new Set(plain.flatMap(({ attributes }) => [...attributes.keys()]));
    const script = scripts(plain)[0];
    fc.assert(
      fc.property(fc.array(nastyText, { minLength: 1, maxLength: 11 }), (texts) => {
        const elements = filled(texts);
        expect([...new Set(elements.map(({ name }) => name)).difference(names)]).toEqual([]);
        expect(scripts(elements)).toEqual([script]);
        const found = new Set(elements.flatMap(({ attributes }) => [...attributes.keys()]));
        expect([...found.difference(attributeNames)]).toEqual([]);
        const ids = attributes(elements, 'id');
        expect(ids).toHaveLength(new Set(ids).size);
        const hrefs = attributes(elements, 'href');
        expect(hrefs.filter((href) => !/^(#[\w=./@+~-]+|\.\/[^:?#]*|data:,)$/.test(href))).toEqual([]);
        expect(brokenLinks(hrefs, ids)).toEqual([]);
        const inner = unpacked(elements).flatMap((markup) =>
          parseMarkup(inDocument(markup), 'html').map(({ name }) => name),
        );
        expect([...new Set(inner).difference(names)]).toEqual([]);
      }),
      { numRuns: 8 },
    );
  });
});

/** Links within the page that lead nowhere. */
function brokenLinks(hrefs: readonly string[], ids: readonly string[]): string[] {
  const known = new Set(ids);
  return hrefs.filter((href) => href.startsWith('#') && !known.has(href.slice(1)));
}

/** Drawings and ladders that the page unpacks when they are asked for. */
function unpacked(elements: readonly ParsedElement[]): string[] {
  const { drawings, flows } = packedIn(elements);
  return [...drawings, ...Object.values(flows).map(([, ladder]) => ladder)];
}

function packedIn(elements: readonly ParsedElement[]): Packed {
  const packed = elements.find(({ attributes }) => attributes.get('id') === 'packed')?.text ?? '';
  return packed === ''
    ? nothingPacked()
    : JSON.parse(inflateRawSync(Buffer.from(packed, 'base64')).toString());
}
