import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sampleResult } from '../reports/full/result.ts';
import { throughputResults } from '../reports/full/throughput.ts';
import { launchBrowser, openPage } from './browser.ts';
import { pageOf, removePages } from './pages.ts';

const SLOW = { timeout: 120_000 };

let browser: Browser;
let file: string;
beforeAll(async () => {
  browser = await launchBrowser();
  file = await pageOf({ ...sampleResult(), throughput: throughputResults() });
}, SLOW.timeout);
afterAll(async () => {
  await browser.close();
  removePages();
});

/** Of every chart of throughput: texts outside of it, and pairs of texts that overlap. */
async function faultsOf(page: Page): Promise<string[]> {
  return page.evaluate(`[...document.querySelectorAll('#throughput-in-full svg.chart')].flatMap((chart) => {
    const frame = chart.getBoundingClientRect();
    const texts = [...chart.querySelectorAll('text')]
      .filter((one) => one.textContent !== '')
      .map((one) => ({ text: one.textContent, box: one.getBoundingClientRect() }));
    const outside = texts.filter(({ box }) => box.left < frame.left - 1 || box.right > frame.right + 1);
    const touching = texts.flatMap((a, i) => texts.slice(i + 1).filter(({ box: b }) =>
      a.box.left < b.right + 2 && b.left < a.box.right + 2 && a.box.top < b.bottom && b.top < a.box.bottom
    ).map((b) => a.text + ' touches ' + b.text));
    return [...outside.map(({ text }) => text + ' is outside'), ...touching];
  })`);
}

describe.each([1280, 390])('charts of throughput on a page of %i pixels', SLOW, (width) => {
  it('keep their labels inside and apart, and the page no wider than the screen', async () => {
    const { page, complaints } = await openPage(browser, file, { width });
    await page.evaluate('for (const fold of document.querySelectorAll("details")) fold.open = true');
    expect(await page.locator('#throughput-in-full svg.chart').count()).toBeGreaterThan(20);
    expect(await faultsOf(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});
