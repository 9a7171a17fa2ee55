import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { Sentence } from '../api/types';
import { AUDIT_FACTS } from '../i18n/audit-facts';
import { serviceText } from '../i18n/service-names';
import { saidZh } from '../i18n/zh/said';
import { saidText } from './said-text';

const file = join(import.meta.dirname, '../../../../../docs/openapi.json');
const { SaidCode, AuditView, ServiceName } = (
  JSON.parse(readFileSync(file, 'utf8')) as {
    components: {
      schemas: {
        SaidCode: { enum: string[]; 'x-english': Record<string, string> };
        ServiceName: { enum: string[] };
        AuditView: { properties: { details: { description: string } } };
      };
    };
  }
).components.schemas;

const places = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();
/** Of nothing but its parameters, or a word that is the same everywhere. */
const WITHOUT_WORDS = /^(\{\w+\}[（）.。：]*)+$|^(App Key|App Secret|access token|SKU)$/;

/** A sentence as the server sends it; the English of an inner one is not sent. */
function said(code: Sentence['code'], params: Sentence['params'] = {}): Sentence {
  return { code, params, message: `The English of ${code} stands here.` };
}

describe('what the server says', () => {
  test('each code has Chinese words with exactly the parameters of the English ones', () => {
    const english = SaidCode['x-english'];
    assert.deepEqual(Object.keys(english).sort(), [...SaidCode.enum].sort());
    assert.deepEqual(Object.keys(saidZh).sort(), [...SaidCode.enum].sort());
    assert.ok(SaidCode.enum.length > 250);
    for (const [code, text] of Object.entries(saidZh)) {
      assert.deepEqual(places(text), places(english[code] ?? ''), code);
      assert.ok(/\p{Script=Han}/u.test(text) || WITHOUT_WORDS.test(text), `${code}: ${text}`);
    }
  });

  test('each fact of an audited act has its name in both languages', () => {
    const facts = [...AuditView.properties.details.description.matchAll(/`(\w+)`/g)].map(([, name]) => name);
    assert.ok(facts.length > 30);
    assert.deepEqual(Object.keys(AUDIT_FACTS).sort(), facts.sort());
  });

  const refused = said('call.refused', {
    operation: 'bg.order.amount.query',
    what: said('meaning.token_unpermitted'),
    platformCode: '3000032',
    platformMessage: 'access_token does not have permission',
  });
  const FAILURES: Record<string, Sentence> = {
    'a run without permission': said('with_remedy', {
      what: refused,
      remedy: said('remedy.grant_sensitive', {
        permission: said('permission.package', { name: 'Orders', operation: 'bg.order.amount.query' }),
      }),
    }),
    'a field that cannot be read': said('field.not_a_whole_number', {
      field: 'orderList[0].quantity',
      value: said('value.text', { text: 'two' }),
    }),
    'an answer that is no answer': said('call.failed', {
      operation: 'bg.order.list.v2.get',
      what: said('answer.incomplete', {
        what: said('answer.no_rows', { rows: 'a', total: 'b', count: 4_645 }),
      }),
    }),
    'a list that is not whole': said('run.list_incomplete', {
      lists: [
        said('what.met', {
          met: 100,
          total: 250,
          what: said('what.window', {
            what: said('what.orders'),
            by: said('by.updated'),
            from: '2026-11-27T08:00:00Z',
            to: '2026-11-27T09:00:00Z',
          }),
        }),
      ],
      next: said('next.cursor_stays'),
    }),
    'a pause for the breaker': said('log.pausing', {
      seconds: 15,
      why: said('with_remedy', {
        what: said('call.failed', { operation: 'bg.order.list.v2.get', what: said('breaker.open') }),
        remedy: said('remedy.by_itself'),
      }),
    }),
    'a poorer answer': said('record.poorer_order', {
      fields: ['currency', said('record.field_of_line', { field: 'spec', line: 'PO-1-1' })],
    }),
    'a refused field': said('input.one_of', {
      field: said('input.each', { field: 'status' }),
      allowed: ['to_ship', 'shipped'],
    }),
    'a refused id': said('input.id', { field: 'shopId', what: said('id.shop') }),
    'a dead token': said('shop.token_refused_by_code', { platformCode: '3000034' }),
    'a service that is away': said('error.service_away', { service: 'order' }),
  };

  for (const [name, sentence] of Object.entries(FAILURES)) {
    test(`${name}: on the Chinese page no Latin sentence is left, but what the platform said itself`, () => {
      const own = saidText(sentence, 'zh').replace(/平台原文：[^）]*/g, '');
      assert.match(own, /\p{Script=Han}/u);
      assert.doesNotMatch(own, /[A-Za-z]{2,}[ ,]+[A-Za-z]{2,}|The English/, own);
      assert.equal(saidText(sentence, 'en'), sentence.message);
    });
  }

  test('a service has a Chinese name, also one that only acts by itself', () => {
    const away = saidText(said('error.service_away', { service: 'order' }), 'zh');
    assert.equal(away, '订单服务没有运行。请稍后重试。');
    assert.deepEqual(
      ServiceName.enum.filter((name) => !/\p{Script=Han}/u.test(serviceText(name, 'zh'))),
      [],
    );
  });

  test('a code, or a part, that a newer server knows stays English and is named', () => {
    const unknown = { ...said('retry.unknown'), code: 'from.tomorrow' } as unknown as Sentence;
    assert.equal(saidText(unknown, 'zh'), `${unknown.message}（from.tomorrow）`);
    const outer = said('log.pausing', { seconds: 1, why: unknown });
    assert.equal(saidText(outer, 'zh'), `${outer.message}（log.pausing）`);
  });

  test('an instant stands in the zone of the shop, in both languages, and the zone is written', () => {
    const asOf = {
      ...said('log.as_of', { to: '2026-11-27T08:00:00Z', again: '2026-11-27T08:02:00Z' }),
      message: 'as of 2026-11-27T08:00:00Z; read again at 2026-11-27T08:02:00Z',
    };
    for (const language of ['zh', 'en'] as const) {
      const text = saidText(asOf, language, 'America/Los_Angeles');
      assert.doesNotMatch(text, /T08:0/);
      assert.match(text, /00:00:00 GMT-8.*00:02:00 GMT-8/);
    }
  });

  test('numbers and instants are those of the reader', () => {
    const text = saidText(
      said('log.as_of', { to: '2026-11-27T08:00:00Z', again: '2026-11-27T08:02:00Z' }),
      'zh',
    );
    assert.doesNotMatch(text, /T08:0/);
    assert.match(
      saidText(said('log.windows_many', { total: 4_645, what: said('what.orders'), windows: 2 }), 'zh'),
      /4,645/,
    );
  });
});
