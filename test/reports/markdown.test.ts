import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderMarkdown } from '../../reports/markdown.ts';
import { sampleResult } from './full/result.ts';
import { nastyText, withEveryText } from './nasty.ts';
import { failingResult, passingResult } from './results.ts';

/** Tables of a Markdown text, as rows of cells; a bar after a backslash is part of a cell. */
function tablesOf(markdown: string): string[][][] {
  const blocks = markdown
    .trimEnd()
    .split('\n\n')
    .filter((block) => block.startsWith('| '));
  return blocks.map((block) =>
    block.split('\n').map((line) => {
      if (!/^\| .*\|$/.test(line)) throw new Error(`not a row: ${line}`);
      return line.slice(1, -1).split(/(?<!\\)(?:\\\\)*\|/);
    }),
  );
}

describe('report.md', () => {
  it('starts with the verdict', () => {
    expect(renderMarkdown(failingResult())).toMatch(
      /^# Failed: 3 of 21 cases do not hold\n\n- 2 cases failed\.\n/,
    );
    expect(renderMarkdown(passingResult())).toMatch(/^# Passed: 20 cases hold, 1 skipped\n/);
  });

  it('has a matrix of cases and modes', () => {
    const matrix = tablesOf(renderMarkdown(failingResult())).find(([head]) => head?.[0]?.includes('case'));
    expect(matrix?.[0]?.map((cell) => cell.trim())).toEqual(['case', 'nat', 'dr', 'tun', 'what it asks for']);
    const row = matrix?.find(([id]) => id?.includes('reply/source'));
    expect(row?.slice(1, 4).map((cell) => cell.trim())).toEqual(['✗', '✓', '✓']);
  });

  it('tells failures field by field, with the packet and a command to copy', () => {
    const markdown = renderMarkdown(failingResult());
    expect(markdown).toContain('| IP source | `10.0.1.100` | `10.0.2.11` |');
    expect(markdown).toContain('`captures/client-eth0.pcap` frame 12');
    expect(markdown).toContain("```sh\ntcpdump -nn -e -v -r captures/client-eth0.pcap 'tcp port 40112'\n```");
  });

  it('lists few servers of many, and counts the others', () => {
    const markdown = renderMarkdown(passingResult([{ mode: 'dr', servers: 200 }]));
    expect(markdown).toContain('And 180 servers closer');
  });

  it('has everything that a full run has', () => {
    const markdown = renderMarkdown(sampleResult());
    const heads = tablesOf(markdown).map(([head]) => head?.map((cell) => cell.trim()).join('|'));
    expect(heads).toContain('packet by packet|NAT|DR|TUN');
    expect(heads).toContain('scheduler|NAT|NAT fairness|DR|DR fairness|TUN|TUN fairness');
    expect(heads).toContain(
      'mode|through|geometric mean (packets/s)|turns|ratio to references (interval)|limited by',
    );
    expect(heads).toContain('mutant|what it does wrong|killed by');
    for (const heading of ['Which scheduler?', 'Fairness', 'At scale', 'What the figures are']) {
      expect(markdown).toContain(`\n## ${heading}\n`);
    }
    expect(markdown).toContain('sysctl -w net.ipv4.conf.all.arp_ignore=1');
    expect(markdown).toMatch(/\| direct: 0\.70 \(0\.\d+–0\.\d+\); /);
  });

  it('keeps its tables whole with any text in any field', () => {
    const sample = sampleResult();
    fc.assert(
      fc.property(fc.boolean(), nastyText, (isLarge, text) => {
        const result = isLarge ? sample : failingResult();
        // Commands stand in fenced blocks as they are; everything else must not be able to make a row or a tag.
        const markdown = renderMarkdown(withEveryText(result, () => text)).replaceAll(
          /^(`{3,})sh\n[\s\S]*?\n\1$/gm,
          '',
        );
        for (const table of tablesOf(markdown)) {
          expect(new Set(table.map((row) => row.length)).size).toBe(1);
        }
        const outsideOfCode = markdown.replaceAll(/(`+)(?!`).*?(?<!`)\1(?!`)/g, '');
        expect(outsideOfCode).not.toMatch(/<(?!\/?code>)/);
      }),
      { numRuns: 30 },
    );
  });
});
