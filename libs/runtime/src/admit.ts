import 'reflect-metadata';
import { defaultMetadataStorage } from 'class-transformer/cjs/storage.js';
import { getMetadataStorage, IS_OPTIONAL, ValidationTypes } from 'class-validator';
import { type FieldError, refusedField } from './errors.js';

type Constructor = new () => object;
type Plain = Record<string, unknown>;

/** So many fields are named in a refusal; of more, only how many. */
export const NAMED_FIELDS = 20;
/** Of a free-form value, such as a public key. Ours are one or two levels deep. */
const MAX_DEPTH = 16;
const SHOWN_NAME = 60;

/** What plain input is worth before anything is made of it. */
export interface Admission {
  /** The input with the fields that its class knows, and nothing else. */
  readonly known: Plain;
  /** The first `NAMED_FIELDS` of those that the class does not know. */
  readonly unknown: readonly FieldError[];
  readonly unknownCount: number;
  /** Why nothing may be made of it: no object where one belongs, text that cannot be stored, too deep. */
  readonly faults: readonly FieldError[];
}

interface Field {
  /** The class of what stands in it, where that is one of ours. */
  readonly nested: Constructor | null;
  /** Null in it means that it is left out. */
  readonly isOptional: boolean;
}

type Rule = ReturnType<ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']>[number];

const fieldsOfClass = new WeakMap<Constructor, ReadonlyMap<string, Field>>();

/** The fields that a class validates. */
function fieldsOf(Input: Constructor): ReadonlyMap<string, Field> {
  const seen = fieldsOfClass.get(Input);
  if (seen !== undefined) return seen;
  const rules = getMetadataStorage().getTargetValidationMetadatas(Input, '', false, false);
  const named = (property: string, is: (rule: Rule) => boolean) =>
    rules.some((rule) => rule.propertyName === property && is(rule));
  const fields = new Map(
    rules.map(({ propertyName }): [string, Field] => [
      propertyName,
      {
        nested: named(propertyName, ({ type }) => type === ValidationTypes.NESTED_VALIDATION)
          ? classOf(Input, propertyName)
          : null,
        isOptional: named(propertyName, ({ name }) => name === IS_OPTIONAL),
      },
    ]),
  );
  fieldsOfClass.set(Input, fields);
  return fields;
}

/** @throws for a nested field without `@Type`: its elements would be validated as nothing. */
function classOf(Input: Constructor, property: string): Constructor {
  for (
    let each: object | null = Input;
    each !== null && each !== Function.prototype;
    each = Object.getPrototypeOf(each)
  ) {
    const type = defaultMetadataStorage.findTypeMetadata(each, property)?.typeFunction();
    if (typeof type === 'function') return type as Constructor;
  }
  throw new Error(`${Input.name}.${property} is nested and has no @Type`);
}

/** A class of input with those of what stands in it. */
export function inputClasses(Input: Constructor): Constructor[] {
  const found = new Set([Input]);
  for (const each of found) {
    for (const { nested } of fieldsOf(each).values()) if (nested !== null) found.add(nested);
  }
  return [...found];
}

class Walk {
  readonly unknown: FieldError[] = [];
  readonly faults: FieldError[] = [];
  unknownCount = 0;

  fault(fault: FieldError): void {
    if (this.faults.length < NAMED_FIELDS) this.faults.push(fault);
  }

  object(Input: Constructor, plain: Plain, path: string): Plain {
    const fields = fieldsOf(Input);
    const known: Plain = {};
    for (const name of Object.keys(plain)) {
      // `JSON.parse` makes a field of it that no class has; nothing is ever read from it.
      if (name === '__proto__') continue;
      const field = fieldPath(path, name);
      const of = fields.get(name);
      const value = plain[name];
      if (of === undefined) this.notKnown(field);
      else if (value === null && of.isOptional) continue;
      else
        known[name] = of.nested === null ? this.value(value, field, 0) : this.nested(of.nested, value, field);
    }
    return known;
  }

  private notKnown(field: string): void {
    this.unknownCount += 1;
    if (this.unknown.length < NAMED_FIELDS) {
      this.unknown.push(refusedField(field, 'input.unknown'));
    }
  }

  private nested(Input: Constructor, value: unknown, path: string): unknown {
    if (Array.isArray(value)) return value.map((each, index) => this.item(Input, each, `${path}.${index}`));
    return value === null || value === undefined ? value : this.item(Input, value, path);
  }

  private item(Input: Constructor, value: unknown, path: string): unknown {
    if (isPlain(value)) return this.object(Input, value, path);
    this.fault(refusedField(path, 'input.not_an_object'));
    return undefined;
  }

  /** Checks texts wherever they stand; what cannot be written to the database or the bus is refused here, once for all. */
  private value(value: unknown, path: string, depth: number): unknown {
    if (typeof value === 'string') {
      if (value.includes('\u0000')) this.fault(refusedField(path, 'input.nul'));
      else if (/\p{Surrogate}/u.test(value)) this.fault(refusedField(path, 'input.half_character'));
    } else if (value !== null && typeof value === 'object') {
      if (depth === MAX_DEPTH) this.fault(refusedField(path, 'input.too_deep', { most: MAX_DEPTH }));
      else
        for (const [name, each] of Object.entries(value)) {
          const field = fieldPath(path, name);
          // class-transformer makes a value anew by its `constructor`, whoever wrote that.
          if (name === 'constructor') this.fault(refusedField(field, 'input.no_field_name'));
          this.value(name, field, depth);
          this.value(each, field, depth + 1);
        }
    }
    return value;
  }
}

/** Looks at every field once, in time that grows with the input, and makes nothing of it. */
export function admit(Input: Constructor, plain: Plain): Admission {
  const walk = new Walk();
  const known = walk.object(Input, plain, '');
  return { known, unknown: walk.unknown, unknownCount: walk.unknownCount, faults: walk.faults };
}

export function isPlain(value: unknown): value is Plain {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** A name comes from outside: shown in part, and without what cannot be shown. */
function fieldPath(path: string, name: string): string {
  const shown = (name.length > SHOWN_NAME ? `${name.slice(0, SHOWN_NAME)}…` : name).replace(
    /\p{Surrogate}/gu,
    '\uFFFD',
  );
  return path === '' ? shown : `${path}.${shown}`;
}
