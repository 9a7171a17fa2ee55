import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

/** Every page, and every part of one that has an address. */
export const PAGES = [
  'dashboard',
  'orders',
  'after-sales',
  'products',
  'promotions',
  'shops',
  'completeness',
  'sync',
  'webhooks',
  'webhooks?tab=inbox',
  'webhooks?tab=found',
  'webhooks?tab=refusals',
  'quarantine',
  'people',
  'apps',
  'audit',
  'api-keys',
];

const AXE = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe-core finds that is serious or worse, with the element it found first. */
export async function seriousFindings(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate<string[]>(`axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
    violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => id + ': ' + nodes[0].html.slice(0, 200)))`);
}

/** In the page: the texts for which `isBad(text, lines)` holds, lines being those over which the part is drawn. */
const TEXTS = (root: string, part: string, isBad: string) => `(() => {
  const found = [];
  for (const element of document.querySelectorAll('${root}')) {
    const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const node = texts.currentNode;
      if (node.parentElement.closest('script, style, svg, .visually-hidden, details, .mono')) continue;
      for (const match of node.data.matchAll(${part})) {
        const range = document.createRange();
        range.setStart(node, match.index);
        range.setEnd(node, match.index + match[0].length);
        const lines = new Set([...range.getClientRects()].filter(({ width }) => width > 0).map(({ top }) => Math.round(top)));
        if (${isBad}) found.push(match[0]);
      }
    }
  }
  return found;
})()`;

/** Numbers, amounts first of all, that are broken over lines; those in addresses and ids (`mono`) are none. */
export const brokenNumbers = (page: Page): Promise<string[]> =>
  page.evaluate<string[]>(TEXTS('body', String.raw`/\p{Sc}?\d[\d.,]*\d/gu`, 'lines.size > 1'));

/** Names and words of tables on three lines or more; longer texts are sentences. */
export const piledWords = (page: Page): Promise<string[]> =>
  page.evaluate<string[]>(TEXTS('th, td', '/.{1,60}$/gu', 'match.index === 0 && lines.size > 2'));
