import { readFileSync } from 'node:fs';
import { type DumpLine, isList, isObject, type Json, stableText, withSortedRows } from './dump-line.js';

/**
 * What is called otherwise after a rename; everything else is equal. Each part maps a name before to the name after.
 * `keys`: names of fields, filters and path parameters, wherever they stand. `paths`: whole path templates, those whose
 * parameters alone were renamed need no entry. `subjects`: of events. `values`: by the field's name before, its words.
 * `texts`: names before of fields whose numbers are texts afterwards.
 */
export interface Names {
  readonly keys: Readonly<Record<string, string>>;
  readonly paths: Readonly<Record<string, string>>;
  readonly subjects: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly texts: readonly string[];
}

export const NO_NAMES: Names = { keys: {}, paths: {}, subjects: {}, values: {}, texts: [] };

/** Every difference as a sentence; none when the dumps are equal through the names. */
export function compareFiles(before: string, after: string, names?: string): string[] {
  const given: Partial<Names> = names === undefined ? {} : (JSON.parse(readFileSync(names, 'utf8')) as Names);
  const unknown = Object.keys(given).filter((part) => !(part in NO_NAMES));
  if (unknown.length > 0) throw new Error(`${names}: ${unknown.join(', ')} is no part of a map of names`);
  return compare(read(before), read(after), { ...NO_NAMES, ...given });
}

function read(file: string): DumpLine[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((text) => text !== '')
    .map((text) => JSON.parse(text) as DumpLine);
}

export function compare(before: readonly DumpLine[], after: readonly DumpLine[], names: Names): string[] {
  const found = [...staleNames(before, after, names)];
  const left = new Map<string, DumpLine[]>();
  for (const line of after.map(withSortedRows)) {
    const title = titleOf(line);
    left.set(title, [...(left.get(title) ?? []), line]);
  }
  // Of equal titles, those that are equal find each other first.
  const unmatched: DumpLine[] = [];
  for (const line of before.map((each) => withSortedRows(renamed(each, names)))) {
    const others = left.get(titleOf(line)) ?? [];
    const text = stableText({ ...line });
    const at = others.findIndex((other) => stableText({ ...other }) === text);
    if (at < 0) unmatched.push(line);
    else others.splice(at, 1);
  }
  for (const line of unmatched) {
    const other = left.get(titleOf(line))?.shift();
    if (other === undefined) found.push(`missing after: ${titleOf(line)}`);
    else found.push(`${titleOf(line)}: ${firstDifference({ ...line }, { ...other }, '')}`);
  }
  for (const [title, others] of left) found.push(...others.map(() => `only after: ${title}`));
  return found;
}

/** What is asked, or what an event is about: by it the two sides find each other. */
function titleOf(line: DumpLine): string {
  if (line.kind === 'answer') return `${line.path} ${stableText(line.question)}`;
  return `${line.subject} ${stableText(idsOf(line.payload))}`;
}

/** The texts of an event's top two levels that look like numbers of the marketplace or ids: the same on both sides. */
function idsOf(payload: Json): string[] {
  if (!isObject(payload)) return [];
  return Object.values(payload)
    .flatMap((value) => (isObject(value) ? Object.values(value) : [value]))
    .filter((value): value is string => typeof value === 'string' && /^(<shop |PO-|\d{9,}$)/.test(value))
    .sort();
}

function renamed(line: DumpLine, names: Names): DumpLine {
  if (line.kind === 'event')
    return {
      ...line,
      subject: names.subjects[line.subject] ?? line.subject,
      payload: renamedValue(line.payload, names, ''),
    };
  const question = renamedValue(line.question, names, '');
  return {
    ...line,
    path: names.paths[line.path] ?? renamedPath(line.path, names),
    question: question as Record<string, string>,
    body: renamedValue(line.body, names, ''),
  };
}

function renamedPath(path: string, { keys }: Names): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => `{${keys[name] ?? name}}`);
}

function renamedValue(value: Json, names: Names, field: string): Json {
  if (isList(value)) return value.map((each) => renamedValue(each, names, field));
  if (isObject(value))
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => [names.keys[key] ?? key, renamedValue(each, names, key)]),
    );
  if (typeof value === 'string') return names.values[field]?.[value] ?? value;
  return typeof value === 'number' && names.texts.includes(field) ? String(value) : value;
}

function firstDifference(before: Json, after: Json, at: string): string | undefined {
  if (stableText(before) === stableText(after)) return undefined;
  if (isList(before) && isList(after)) {
    if (before.length !== after.length) return `${at}: ${before.length} before, ${after.length} after`;
    const index = before.findIndex((each, n) => stableText(each) !== stableText(after[n] ?? null));
    return firstDifference(before[index] ?? null, after[index] ?? null, `${at}[${index}]`);
  }
  if (isObject(before) && isObject(after)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
      const [left, right] = [before[key], after[key]];
      if (left === undefined) return `${at}.${key} is there only after`;
      if (right === undefined) return `${at}.${key} is there only before`;
      const difference = firstDifference(left, right, `${at}.${key}`);
      if (difference !== undefined) return difference;
    }
  }
  return `${at}: ${stableText(before).slice(0, 120)} before, ${stableText(after).slice(0, 120)} after`;
}

/** A name in the map that stands for nothing hides a mistake; one that still stands afterwards is a rename forgotten. */
function staleNames(before: readonly DumpLine[], after: readonly DumpLine[], names: Names): string[] {
  const [old, present] = [namesIn(before), namesIn(after)];
  const check = (part: string, map: Readonly<Record<string, string>>, of: (seen: Seen) => Set<string>) =>
    Object.entries(map).flatMap(([from, to]) => [
      ...(of(old).has(from) ? [] : [`${part}: ${from} occurs nowhere before`]),
      ...(from !== to && of(present).has(from) ? [`${part}: ${from} still stands after`] : []),
    ]);
  return [
    ...check('keys', names.keys, ({ keys }) => keys),
    ...check('paths', names.paths, ({ paths }) => paths),
    ...check('subjects', names.subjects, ({ subjects }) => subjects),
    ...Object.entries(names.values).flatMap(([field, words]) =>
      Object.keys(words).flatMap((word) => [
        ...(old.words.has(`${field} ${word}`) ? [] : [`values: ${field} ${word} occurs nowhere before`]),
        ...(!Object.values(words).includes(word) && present.words.has(`${names.keys[field] ?? field} ${word}`)
          ? [`values: ${field} ${word} still stands after`]
          : []),
      ]),
    ),
    ...names.texts.flatMap((field) =>
      old.numbers.has(field) ? [] : [`texts: ${field} is nowhere a number before`],
    ),
  ];
}

interface Seen {
  readonly keys: Set<string>;
  readonly paths: Set<string>;
  readonly subjects: Set<string>;
  /** `field word` */
  readonly words: Set<string>;
  /** Fields that hold a number somewhere. */
  readonly numbers: Set<string>;
}

function namesIn(lines: readonly DumpLine[]): Seen {
  const seen: Seen = {
    keys: new Set(),
    paths: new Set(),
    subjects: new Set(),
    words: new Set(),
    numbers: new Set(),
  };
  const look = (value: Json, field: string): void => {
    if (isList(value)) for (const each of value) look(each, field);
    else if (isObject(value))
      for (const [key, each] of Object.entries(value)) {
        seen.keys.add(key);
        look(each, key);
      }
    else if (typeof value === 'string') seen.words.add(`${field} ${value}`);
    else if (typeof value === 'number') seen.numbers.add(field);
  };
  for (const line of lines) {
    if (line.kind === 'event') {
      seen.subjects.add(line.subject);
      look(line.payload, '');
      continue;
    }
    seen.paths.add(line.path);
    for (const [, name = ''] of line.path.matchAll(/\{(\w+)\}/g)) seen.keys.add(name);
    look(line.question, '');
    look(line.body, '');
  }
  return seen;
}
