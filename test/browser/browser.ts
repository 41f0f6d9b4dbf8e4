import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';

/** Pictures that people look at after a run. */
export const PICTURES = fileURLToPath(new URL('../../reports/out/browser', import.meta.url));

/** Debian’s Chromium without a window. @throws Error that says what to install. */
export function launchBrowser(): Promise<Browser> {
  // Root has no sandbox to run in, and the pages are our own.
  return chromium.launch({ executablePath: chromiumPath(), args: ['--no-sandbox'] });
}

function chromiumPath(): string {
  const found = (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'chromium'))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
  if (found === undefined)
    throw new Error('There is no chromium on PATH. Install it: apt-get install chromium');
  return found;
}

/** A page that remembers everything that went wrong in it. */
export interface WatchedPage {
  readonly page: Page;
  /** Errors of scripts, errors on the console, and requests that leave the file. */
  readonly complaints: readonly string[];
}

export async function openPage(
  browser: Browser,
  file: string,
  options: { readonly hash?: string; readonly dark?: boolean; readonly width?: number } = {},
): Promise<WatchedPage> {
  const { hash = '', dark = false, width = 1300 } = options;
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    colorScheme: dark ? 'dark' : 'light',
    acceptDownloads: true,
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('request', (request) => {
    if (!/^(file|data|blob):/.test(request.url())) complaints.push(`asked for ${request.url()}`);
  });
  await page.goto(`file://${file}${hash}`);
  return { page, complaints };
}
