import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { completenessStateValues } from '../../api/generated/openapi';

const CSS = join(
  import.meta.dirname,
  '../../../../../../apps/web/src/features/completeness/day-calendar.css',
);

test('each state of a day has its look in the calendar and in the legend', () => {
  const css = readFileSync(CSS, 'utf8');
  assert.ok(completenessStateValues.length > 3);
  for (const state of completenessStateValues) {
    for (const place of ['.calendar ', '.calendar-swatch'])
      assert.ok(css.includes(`${place}[data-state="${state}"]`), `${place}: ${state}`);
  }
});
