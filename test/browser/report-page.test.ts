import { statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CaseResult, Result } from '../../reports/result.ts';
import { fullResult } from '../reports/full/result.ts';
import { failingResult, passingResult } from '../reports/results.ts';
import { launchBrowser, openPage, type WatchedPage } from './browser.ts';
import { pageOf, removePages } from './pages.ts';

/** For machines that have more to do. The page follows a click in its own time: what comes of it is polled. */
const SLOW = { timeout: 120_000 };

const full = fullResult({ failing: true });
let browser: Browser;
let fullPage: string;
beforeAll(async () => {
  [browser, fullPage] = await Promise.all([launchBrowser(), pageOf(full)]);
}, SLOW.timeout);
afterAll(async () => {
  await browser.close();
  removePages();
});

const idOf = ({ id, lab }: CaseResult) => `case=${id}@ts/rr/${lab}`;
const caseWith = (wanted: (item: CaseResult) => boolean) =>
  full.cases.find((item) => item.flow && wanted(item))!;
const passed = caseWith(({ id }) => id === 'nat/ttl/first');
const failed = caseWith(({ status }) => status === 'failed');
/** An element by its id, whatever characters that has. */
const byId = (page: Page, id: string) => page.locator(`[id="${id}"]`);

describe.each<[string, () => Result]>([
  ['passes', passingResult],
  ['fails', failingResult],
  ['has no case', () => passingResult([])],
])('the page of a run that %s', (_, result) => {
  it('opens without a complaint and says the verdict first', async () => {
    const { page, complaints } = await openPage(browser, await pageOf(result()));
    const [heading] = await page.getByRole('heading').allTextContents();
    expect(heading).toMatch(/^[✓✗!](Passed|Failed): /);
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});

describe('the page of a full run', SLOW, () => {
  let watched: WatchedPage;
  let page: Page;
  beforeAll(async () => {
    watched = await openPage(browser, fullPage);
    page = watched.page;
  });
  afterAll(() => page.context().close());

  it('stays under 4 MB', () => {
    expect(statSync(fullPage).size).toBeLessThan(4_000_000);
  });

  it('leads from the matrix to the cases of a cell', async () => {
    const group = byId(page, 'suite=tun/ts/mh');
    expect(await group.getAttribute('open')).toBeNull();
    const cell = page.locator('a.cell[href="#suite=tun/ts/mh"]');
    expect(await cell.locator('.hidden').first().textContent()).toBe(
      'mh TUN: 14 of 14 cases passed; fairness: 3 measured only',
    );
    await cell.click();
    await expect.poll(() => group.getAttribute('open')).not.toBeNull();
    await expect.poll(() => group.locator('> summary').isVisible()).toBe(true);
    expect(await group.locator('details.case').count()).toBe(14);
  });

  it('leads from what did not hold to its packets, which stand in the page', async () => {
    await page.locator('#problems').getByRole('link', { name: failed.title }).click();
    const shown = byId(page, idOf(failed));
    await shown.locator('.rung').first().waitFor();
    expect(await shown.locator('.rung').count()).toBe(failed.flow!.rungs.length);
    expect(await shown.locator('.rung.found').count()).toBe(1);
    expect(await shown.locator('.found-here').isVisible()).toBe(true);
    expect(await shown.locator('.fields .seen').first().textContent()).toBe(
      failed.findings[0]!.fields[0]!.seen,
    );
  });

  it('shows behind a cell what the servers got, what was rewritten, packets, captures, rules and cases', async () => {
    const shown = byId(page, 'suite=tun/ts/mh');
    await page.locator('a.cell[href="#suite=tun/ts/mh"]').click();
    await shown.locator('.rung').first().waitFor();
    expect(await shown.locator('table.shares tbody tr').count()).toBe(3);
    expect(await shown.locator('table.rewrites mark').count()).toBeGreaterThan(3);
    expect(await shown.locator('.rung').count()).toBeGreaterThan(3);
    expect(await shown.locator('a.file, td a[href$=".pcap"]').count()).toBeGreaterThan(5);
    expect(await shown.getByText('-A -t 10.0.2.100:80 -s mh').count()).toBe(1);
    expect(await shown.getByRole('button', { name: 'Copy' }).count()).toBeGreaterThan(0);
  });

  it('finds cases by words, mode and status, and says how many', async () => {
    const search = page.getByRole('searchbox');
    const count = page.locator('#cases output');
    await expect.poll(() => count.textContent()).toBe(`${full.cases.length} cases`);
    await search.fill('hop counts late');
    await expect.poll(() => count.textContent()).toBe(`3 of ${full.cases.length} cases`);
    await expect.poll(() => page.locator('#cases details.case:visible').count()).toBe(3);
    await page.locator('select[name=mode]').selectOption('tun');
    const firstCase = page.locator('#cases details.case:visible code').first();
    await expect.poll(() => firstCase.textContent()).toBe('tun/ttl/late');
    await search.fill('');
    await page.locator('select[name=mode]').selectOption('');
    await page.locator('select[name=status]').selectOption('failed error');
    const bad = full.cases.filter(({ status }) => status === 'failed').length;
    await expect.poll(() => count.textContent()).toBe(`${bad} of ${full.cases.length} cases`);
    await page.locator('select[name=status]').selectOption('');
    await expect.poll(() => page.locator('#cases details.group[open]').count()).toBeLessThan(10);
  });

  it('is used with the keyboard alone', async () => {
    await page.evaluate('document.activeElement.blur()');
    await page.keyboard.press('/');
    await expect.poll(() => page.evaluate('document.activeElement.getAttribute("name")')).toBe('text');
    await page.keyboard.type('nat/ttl/reply');
    // Mode, status, the group.
    for (let stop = 0; stop < 3; stop++) await page.keyboard.press('Tab');
    const focused = () => page.evaluate<string>('document.activeElement.textContent.slice(0, 60)');
    await expect.poll(focused).toMatch(/^✗failed: ttl/);
    await page.keyboard.press('Tab');
    await expect.poll(focused).toContain('nat/ttl/reply');
    await page.keyboard.press('Enter');
    const opened = page.locator('details.case[open]:visible');
    await opened.locator('.rung').first().waitFor();
    expect(await opened.locator('.rung').count()).toBeGreaterThan(1);
    await page.getByRole('searchbox').fill('');
  });

  it('shows nothing that went wrong until now', () => {
    expect(watched.complaints).toEqual([]);
  });
});

describe('the overview, where all is well', SLOW, () => {
  let wellPage: string;
  beforeAll(async () => {
    wellPage = await pageOf(fullResult());
  }, SLOW.timeout);

  it.each([
    [1280, 2_500],
    [390, 4_600],
  ])('is short on a screen of %s pixels', async (width, most) => {
    const { page, complaints } = await openPage(browser, wellPage, { width });
    const [scrollHeight, scrollWidth] = await page.evaluate<[number, number]>(
      '[document.documentElement.scrollHeight, document.documentElement.scrollWidth]',
    );
    expect(scrollHeight).toBeLessThan(most);
    expect(scrollWidth).toBe(width);
    expect(await page.locator('#matrix a.cell').count()).toBe(42);
    expect(await page.locator('main details[open]').count()).toBe(0);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('has what did not hold right after the verdict', async () => {
    const { page } = await openPage(browser, fullPage);
    expect(await page.locator('main > :first-child').getAttribute('id')).toBe('problems');
    await page.context().close();
  });
});

describe('a link to a case', SLOW, () => {
  it.each([`#${idOf(passed)}`, `#case=${passed.id}`])(
    'opens it and unpacks its packets: %s',
    async (hash) => {
      const { page, complaints } = await openPage(browser, fullPage, { hash });
      const shown = byId(page, idOf(passed));
      await shown.locator('.rung').first().waitFor();
      const { rungs } = passed.flow!;
      expect(await shown.locator('.rung .packet > code').allTextContents()).toEqual(
        rungs.map(({ summary }) => summary),
      );
      expect(await shown.locator('.changes ins').allTextContents()).toEqual(
        rungs.flatMap(({ changed }) => changed.map(({ after }) => after)),
      );
      const top = () =>
        shown
          .locator('summary')
          .first()
          .evaluate((element) => element.getBoundingClientRect().top);
      await expect.poll(top).toBeLessThan(450);
      expect(complaints).toEqual([]);
      await page.context().close();
    },
  );

  it('to one that is not there does no harm', async () => {
    const { page, complaints } = await openPage(browser, fullPage, { hash: '#case=%E0%A4%A' });
    expect(await page.locator('h1').isVisible()).toBe(true);
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});

describe('the packets of a case', SLOW, () => {
  let page: Page;
  beforeAll(async () => {
    ({ page } = await openPage(browser, fullPage, { hash: `#${idOf(passed)}` }));
    await byId(page, idOf(passed)).locator('.rung').first().waitFor();
  });
  afterAll(() => page.context().close());

  it('are a ladder: each arrow lies between the lanes of its two hosts', async () => {
    const shown = byId(page, idOf(passed));
    const lanes = await shown.locator('.hosts span').evaluateAll((elements) =>
      elements.map((element) => {
        const { left, right } = element.getBoundingClientRect();
        return { name: element.textContent ?? '', middle: (left + right) / 2 };
      }),
    );
    const ways = await shown.locator('.way').evaluateAll((elements) =>
      elements.map((element) => {
        const { left, right } = element.getBoundingClientRect();
        return [left, right];
      }),
    );
    const middleOf = (name: string) => lanes.find((lane) => lane.name === name)!.middle;
    passed.flow!.rungs.forEach(({ from, to }, index) => {
      const [left = 0, right = 0] = ways[index] ?? [];
      const ends = [middleOf(from), middleOf(to)].sort((a, b) => a - b);
      expect(Math.abs(left - ends[0]!)).toBeLessThan(2);
      expect(Math.abs(right - ends[1]!)).toBeLessThan(2);
    });
  });

  it('point out their way on the drawing of the network', async () => {
    const shown = byId(page, idOf(passed));
    const second = shown.locator('.rung').nth(1);
    await second.hover();
    const step = await second.getAttribute('data-step');
    await expect.poll(() => shown.locator('.route.pointed').getAttribute('data-step')).toBe(step);
  });

  it('can be had as the capture that lies beside the result', async () => {
    const download = page.waitForEvent('download');
    await byId(page, idOf(passed)).getByRole('link', { name: 'Download the capture' }).click();
    const path = await (await download).path();
    expect((await download).suggestedFilename()).toBe('nat-ttl-first.pcap');
    expect(await readFile(path)).toEqual(await readFile(join(dirname(fullPage), passed.flow!.pcap)));
  });
});
