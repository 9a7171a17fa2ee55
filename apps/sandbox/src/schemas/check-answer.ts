import { type Fields, readKey, type Shape } from './notation.js';

/** What an answer has that its schema does not say, or lacks, with the path of each. Empty: as documented. */
export function checkAnswer(shape: Shape, value: unknown, path = 'result'): string[] {
  switch (shape) {
    case 'int':
      return Number.isSafeInteger(value) ? [] : [`${path} is ${shown(value)}, not an integer`];
    case 'string':
    case 'boolean':
      return typeof value === shape ? [] : [`${path} is ${shown(value)}, not a ${shape}`];
  }
  if (isList(shape)) {
    if (!Array.isArray(value)) return [`${path} is ${shown(value)}, not a list`];
    return value.flatMap((item, index) => checkAnswer(shape[0], item, `${path}[${index}]`));
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return [`${path} is ${shown(value)}, not an object`];
  }
  return checkKeys(shape, value as Record<string, unknown>, path);
}

function checkKeys(fields: Fields, value: Record<string, unknown>, path: string): string[] {
  const problems: string[] = [];
  const known = new Set<string>();
  for (const [key, shape] of Object.entries(fields)) {
    const { name, isNullable, isOptional } = readKey(key);
    known.add(name);
    const found = value[name];
    if (found === undefined) {
      if (!isOptional) problems.push(`${path}.${name} is missing`);
    } else if (found !== null || !isNullable) {
      problems.push(...checkAnswer(shape, found, `${path}.${name}`));
    }
  }
  const others = Object.keys(value).filter((name) => !known.has(name));
  return [...problems, ...others.map((name) => `${path}.${name} is not documented`)];
}

function isList(shape: Exclude<Shape, string>): shape is readonly [Shape] {
  return Array.isArray(shape);
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? 'missing').slice(0, 60);
}
