import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import ts from 'typescript';

/**
 * A member that is new to a vocabulary of the contract must be given its words, colour or place before the page compiles.
 * The page is compiled once with one more member in every vocabulary of its generated client.
 */
const ROOT = join(import.meta.dirname, '../../..');
const CONFIG = join(ROOT, 'apps/web/tsconfig.json');
const CLIENT = join(ROOT, 'apps/web/src/api/generated/openapi.ts');

/** What is shown to nobody, or is shown as it came. */
const NOT_SHOWN: Readonly<Record<string, string>> = {
  OrderSort: 'the page takes the order that the gateway chooses',
  SessionClientKind: 'a session is shown by its browser and system',
  SyncHealthState: 'the page asks for stale and for partly read shops only',
};

const newMember = (vocabulary: string) => `a_new_${vocabulary}`;

/** The client with one more member in each named vocabulary, and their names. */
function grown(client: string): { text: string; vocabularies: string[] } {
  const vocabularies: string[] = [];
  const text = client
    .replace(/^ {8}(\w+): ((?:"[^"]*"(?: \| )?)+);$/gm, (_, name: string, members: string) => {
      vocabularies.push(name);
      return `        ${name}: ${members} | "${newMember(name)}";`;
    })
    .replace(
      /^(export const \w+Values: ReadonlyArray<FlattenedDeepRequired<components>\["schemas"\]\["(\w+)"\]> = \[.*)\];$/gm,
      (_, before: string, name: string) => `${before}, "${newMember(name)}"];`,
    );
  return { text, vocabularies };
}

describe('the vocabularies of the page', () => {
  const { config } = ts.readConfigFile(CONFIG, (path) => ts.sys.readFile(path));
  const { options, fileNames } = ts.parseJsonConfigFileContent(config, ts.sys, join(CONFIG, '..'));
  const { text, vocabularies } = grown(ts.sys.readFile(CLIENT) ?? '');
  const host = ts.createCompilerHost(options);
  const { readFile } = host;
  host.readFile = (file) => (file === CLIENT ? text : readFile.call(host, file));
  const program = ts.createProgram(fileNames, options, host);
  const refused = program
    .getSemanticDiagnostics()
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));

  test('are found in the client', () => assert.ok(vocabularies.length > 30, vocabularies.join(', ')));

  for (const vocabulary of vocabularies) {
    test(`a member that is new to ${vocabulary} does not compile`, () => {
      const isRefused = refused.some((message) => message.includes(newMember(vocabulary)));
      const why = NOT_SHOWN[vocabulary];
      if (why === undefined) assert.ok(isRefused, 'the page compiles, and shows nothing of it');
      else assert.ok(!isRefused, `it is shown, so that it is no longer true that ${why}`);
    });
  }
});
