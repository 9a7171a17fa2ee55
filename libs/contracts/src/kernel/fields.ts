import { Transform } from 'class-transformer';
import { ValidateBy } from 'class-validator';
import { type InputFault, inputFault, type SaidCode, say } from '../said/index.js';
import { isDay } from './day.js';
import { canonicalInstant } from './instant.js';
import { isTimeZone } from './time-zone.js';

type IdOf = SaidCode extends infer Code ? (Code extends `id.${infer Of}` ? Of : never) : never;

interface FieldOptions {
  /** The field is a list of them. */
  readonly each?: boolean;
  /** What it is refused with in place of the type's own words. */
  readonly says?: InputFault;
}

const types = new Set<string>();

/**
 * A type of field that a message may hold. A text field of a contract has exactly one of them and no bare decorator
 * (`inputs.spec.ts` of the gateway), so that what reaches SQL and the bus has been parsed.
 */
function fieldType(
  name: string,
  check: (value: unknown) => boolean,
  fault: InputFault,
  { each = false, says: instead }: FieldOptions = {},
): PropertyDecorator {
  types.add(name);
  return ValidateBy({ name, validator: { validate: check } }, { each, ...says(instead ?? fault) });
}

function textType(
  name: string,
  check: (text: string) => boolean,
  fault: InputFault,
  options?: FieldOptions,
): PropertyDecorator {
  return fieldType(name, (value) => typeof value === 'string' && check(value), fault, options);
}

/** Options of a rule of class-validator: what it refuses with. Its own texts reach nobody, they are in one language. */
export function says(fault: InputFault): { readonly context: InputFault } {
  return { context: fault };
}

/** Makes one text of all the ways to write a value; what is no such value stays as it is and is refused. */
function canonical(form: (text: string) => string | undefined): PropertyDecorator {
  return Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' ? (form(value) ?? value) : value,
  );
}

function both(...decorators: readonly PropertyDecorator[]): PropertyDecorator {
  return (target, key) => {
    for (const decorate of decorators) decorate(target, key);
  };
}

/** An instant with its zone; whoever reads the field gets it as UTC, `2026-11-01T00:00:00.000Z`. */
export function IsInstant(options?: FieldOptions): PropertyDecorator {
  return both(
    canonical(canonicalInstant),
    textType('instant', (text) => canonicalInstant(text) !== undefined, inputFault('input.instant'), options),
  );
}

/** A day of the calendar, in whatever zone the field says. */
export function IsDay(options?: FieldOptions): PropertyDecorator {
  return textType('day', isDay, inputFault('input.day'), options);
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export function isId(text: unknown): text is string {
  return typeof text === 'string' && UUID.test(text);
}

/**
 * An id of ours: a UUID, in lower case for whoever reads the field.
 * @param of what it is the id of
 */
export function IsId(of: IdOf, options?: FieldOptions): PropertyDecorator {
  return both(
    canonical((text) => text.toLowerCase()),
    textType('id', isId, inputFault('input.id', { what: say(`id.${of}`) }), options),
  );
}

const VISIBLE_ASCII = /^[\x21-\x7e]+$/;

function isVisible(text: string, min: number, max: number): boolean {
  return text.length >= min && text.length <= max && VISIBLE_ASCII.test(text);
}

/** An id or number that a marketplace gave: letters, digits and signs without blanks. */
export function IsMarketplaceId(options?: FieldOptions): PropertyDecorator {
  return textType(
    'marketplaceId',
    (text) => isVisible(text, 1, 100),
    inputFault('input.marketplace_id'),
    options,
  );
}

/** `nextCursor` of the page before. What stands in it is read by `decodeCursor`. */
export function IsCursor(): PropertyDecorator {
  return textType('cursor', (text) => /^[\w-]{1,600}$/.test(text), inputFault('input.cursor'));
}

/** Text of people, with a length in UTF-16 units. That it can be stored at all is seen to by `validateInput`. */
export function IsText(min: number, max: number, options?: FieldOptions): PropertyDecorator {
  const fault = inputFault('input.text', { min, max });
  return textType('text', (text) => text.length >= min && text.length <= max, fault, options);
}

/** What is searched for: up to 100 characters, of which one is a letter or a digit of any script. */
export function IsSearch(options?: FieldOptions): PropertyDecorator {
  return textType(
    'search',
    (text) => text.length <= 100 && /[\p{L}\p{N}]/u.test(text),
    inputFault('input.search'),
    options,
  );
}

/** A name that can be seen: not of blanks alone. */
export function IsName(options?: FieldOptions): PropertyDecorator {
  return textType(
    'name',
    (text) => text.length <= 100 && /[^\p{Z}\p{C}]/u.test(text),
    inputFault('input.name'),
    options,
  );
}

/** A key, secret or code as a machine wrote it: visible ASCII without blanks. */
export function IsCode(min: number, max: number, options?: FieldOptions): PropertyDecorator {
  return textType(
    'code',
    (text) => isVisible(text, min, max),
    inputFault('input.code', { min, max }),
    options,
  );
}

/** A SHA-256, hexadecimal. */
export function IsSha256(): PropertyDecorator {
  return textType('sha256', (text) => /^[0-9a-f]{64}$/.test(text), inputFault('input.sha256'));
}

export function IsCurrency(): PropertyDecorator {
  return textType('currency', (text) => /^[A-Z]{3}$/.test(text), inputFault('input.currency'));
}

export function IsTimeZoneName(): PropertyDecorator {
  return textType('timeZone', isTimeZone, inputFault('input.time_zone'));
}

/** A whole number. In an address it stands as text: `@Type(() => Number)` above it. */
export function IsWhole(min: number, max: number): PropertyDecorator {
  return fieldType(
    'whole',
    (value) => Number.isInteger(value) && Number(value) >= min && Number(value) <= max,
    inputFault('input.whole', { min, max }),
  );
}

/** The names under which class-validator keeps these types. */
export function fieldTypes(): ReadonlySet<string> {
  return types;
}
