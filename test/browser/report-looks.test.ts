import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import axe, { type AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sampleResult } from '../reports/full/result.ts';
import { failingResult, passingResult } from '../reports/results.ts';
import { launchBrowser, openPage, PICTURES } from './browser.ts';
import { oneOfEach, pageOf, removePages, trendsPage } from './pages.ts';

/** For machines that have more to do. */
const SLOW = { timeout: 120_000 };

let browser: Browser;
const files: Record<string, string> = {};
beforeAll(async () => {
  await mkdir(PICTURES, { recursive: true });
  browser = await launchBrowser();
  files.passing = await pageOf(passingResult());
  files.failing = await pageOf(failingResult());
  files.everything = await pageOf(sampleResult());
  files.each = await pageOf(oneOfEach());
  files.trends = trendsPage();
}, SLOW.timeout);
afterAll(async () => {
  await browser.close();
  removePages();
});

/** Opens everything that folds away, packets included. */
async function unfold(page: Page): Promise<void> {
  await page.evaluate('for (const fold of document.querySelectorAll("details")) fold.open = true');
  await expect.poll(() => page.locator('[data-flow]').count()).toBe(0);
}

/** What axe finds serious or critical, a line each. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations: found } = await page.evaluate<AxeResults>(
    'axe.run(document, { resultTypes: ["violations"] })',
  );
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.length} times, such as ${nodes[0]?.html.slice(0, 200)}`);
}

/** The first few screens of a page: the whole of one that is unfolded takes seconds to draw. */
async function pictureTop(page: Page, name: string, width: number): Promise<void> {
  const clip = { x: 0, y: 0, width, height: 4000 };
  await page.screenshot({ path: join(PICTURES, `${name}.png`), clip, fullPage: true });
}

describe.each(['light', 'dark'])('in %s', SLOW, (theme) => {
  it('axe finds nothing serious in a page that has one of each, unfolded', async () => {
    const { page, complaints } = await openPage(browser, files.each!, { dark: theme === 'dark' });
    await unfold(page);
    expect(await violations(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await pictureTop(page, `unfolded-${theme}`, 1280);
    await page.context().close();
  });

  it.each(['passing', 'failing', 'everything'])('a page is pictured: %s', async (name) => {
    const { page } = await openPage(browser, files[name]!, { dark: theme === 'dark' });
    await page.screenshot({ path: join(PICTURES, `${name}-${theme}.png`) });
    await page.context().close();
  });
});

describe('on a narrow screen', SLOW, () => {
  it.each(['passing', 'each'])('nothing is wider than the screen: %s', async (name) => {
    const { page } = await openPage(browser, files[name]!, { width: 360 });
    await unfold(page);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    await pictureTop(page, `${name}-narrow`, 360);
    await page.context().close();
  });
});

describe('trends', SLOW, () => {
  it.each([
    [1300, 3],
    [360, 1],
  ])('on a screen of %i pixels stand %i beside each other, at full size', async (width, columns) => {
    const { page, complaints } = await openPage(browser, files.trends!, { width });
    expect(await violations(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    const boxes = await Promise.all((await page.locator('.plot svg').all()).map((svg) => svg.boundingBox()));
    const [first] = boxes;
    expect(boxes.filter((box) => Math.abs(box!.y - first!.y) < 40)).toHaveLength(columns);
    expect(first!.width).toBeGreaterThan(300);
    expect(complaints).toEqual([]);
    await pictureTop(page, `trends-${width}`, width);
    await page.context().close();
  });
});

describe('on paper', SLOW, () => {
  it('what did not hold has its packets, and the rest is folded', async () => {
    const { page } = await openPage(browser, files.everything!);
    await page.emulateMedia({ media: 'print' });
    const shown = page.locator('details.case[open]');
    expect(await shown.count()).toBe(7);
    expect(await page.locator('.ladder:visible').count()).toBe(5);
    expect(await page.locator('nav:visible, form:visible, button:visible').count()).toBe(0);
    await page.pdf({
      path: join(PICTURES, 'everything.pdf'),
      preferCSSPageSize: true,
      printBackground: true,
    });
    await page.context().close();
  });
});

describe('without scripts', SLOW, () => {
  it('the page has the verdict, what did not hold with its packets, and where the others’ captures are', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(`file://${files.everything}`);
    expect(await page.locator('h1').textContent()).toMatch(/Failed: 7 of \d+ cases do not hold$/);
    expect(await page.locator('.ladder:visible').count()).toBe(5);
    expect(await page.locator('form:visible').count()).toBe(0);
    expect(await page.locator('[data-flow] a.file').count()).toBeGreaterThan(0);
    await context.close();
  });
});
