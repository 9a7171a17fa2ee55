import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';

/** Pictures of each page, for people to look at; kept only where E2E_SCREENSHOTS names a folder. */
const SCREENSHOTS = process.env.E2E_SCREENSHOTS;
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export function openBrowser(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM_PATH;
  if (executablePath === undefined || executablePath === '') {
    throw new Error(
      'No Chromium was found. Install one (apt-get install chromium), or name one: CHROMIUM_PATH=/path/to/chromium npm test',
    );
  }
  return chromium.launch({ executablePath, args: FLAGS });
}

export async function picture(page: Page, name: string): Promise<void> {
  if (SCREENSHOTS === undefined) return;
  await mkdir(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage: true });
}

/** What the page has to complain of; 401 is how it learns that nobody is signed in. */
export function failuresOf(page: Page): string[] {
  const failures: string[] = [];
  page.on('pageerror', (error) => failures.push(error.message));
  page.on('response', (response) => {
    if (response.status() >= 400 && response.status() !== 401)
      failures.push(`${response.status()} ${response.url()}`);
  });
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().includes('401')) failures.push(message.text());
  });
  return failures;
}
