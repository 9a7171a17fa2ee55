import { Transform } from 'class-transformer';
import { ValidateBy } from 'class-validator';
import { isDay } from './day.js';
import { canonicalInstant } from './instant.js';
import { isTimeZone } from './time-zone.js';

interface FieldOptions {
  /** The field is a list of them. */
  readonly each?: boolean;
  /** In place of the type's own text; `$property` is the field's name. */
  readonly message?: string;
}

const types = new Set<string>();

/**
 * A type of text that a message may hold. A text field of a contract has exactly one of them and no bare decorator
 * (`fields.spec.ts`), so that what reaches SQL and the bus has been parsed.
 */
function textType(
  name: string,
  check: (text: string) => boolean,
  says: string,
  { each = false, message }: FieldOptions = {},
): PropertyDecorator {
  types.add(name);
  const own = each ? `$property must be a list in which each ${says}` : `$property ${says}`;
  return ValidateBy(
    {
      name,
      validator: {
        validate: (value) => typeof value === 'string' && check(value),
        defaultMessage: () => own,
      },
    },
    { each, ...(message === undefined ? {} : { message }) },
  );
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
  const says =
    'must be an instant with its zone from 1970 to 2199, such as 2026-11-01T00:00:00Z or 2026-11-01T08:00:00+08:00 (in an address, write + as %2B)';
  return both(
    canonical(canonicalInstant),
    textType('instant', (text) => canonicalInstant(text) !== undefined, says, options),
  );
}

/** A day of the calendar, in whatever zone the field says. */
export function IsDay(options?: FieldOptions): PropertyDecorator {
  return textType('day', isDay, 'must be a day from 1970 to 2199, such as 2026-11-01', options);
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export function isId(text: unknown): text is string {
  return typeof text === 'string' && UUID.test(text);
}

/**
 * An id of ours: a UUID, in lower case for whoever reads the field.
 * @param of what it is the id of, with its article: `a shop`
 */
export function IsId(of: string, options?: FieldOptions): PropertyDecorator {
  return both(
    canonical((text) => text.toLowerCase()),
    textType('id', isId, `must be the id of ${of} (a UUID)`, options),
  );
}

const VISIBLE_ASCII = /^[\x21-\x7e]+$/;

function isVisible(text: string, min: number, max: number): boolean {
  return text.length >= min && text.length <= max && VISIBLE_ASCII.test(text);
}

/** An id or number that a marketplace gave: letters, digits and signs without blanks. */
export function IsMarketplaceId(options?: FieldOptions): PropertyDecorator {
  const says = 'must be an id of the marketplace: 1 to 100 letters, digits or signs, without blanks';
  return textType('marketplaceId', (text) => isVisible(text, 1, 100), says, options);
}

/** `nextCursor` of the page before. What stands in it is read by `decodeCursor`. */
export function IsCursor(): PropertyDecorator {
  const says = 'must be `nextCursor` of the page before, unchanged';
  return textType('cursor', (text) => /^[\w-]{1,600}$/.test(text), says);
}

/** Text of people, with a length in UTF-16 units. That it can be stored at all is seen to by `validateInput`. */
export function IsText(min: number, max: number, options?: FieldOptions): PropertyDecorator {
  const says = `must have ${min} to ${max} characters`;
  return textType('text', (text) => text.length >= min && text.length <= max, says, options);
}

/** What is searched for: up to 100 characters, of which one is a letter or a digit of any script. */
export function IsSearch(options?: FieldOptions): PropertyDecorator {
  const says = 'must have 1 to 100 characters, of which one is a letter or a digit';
  return textType('search', (text) => text.length <= 100 && /[\p{L}\p{N}]/u.test(text), says, options);
}

/** A name that can be seen: not of blanks alone. */
export function IsName(options?: FieldOptions): PropertyDecorator {
  const says = 'must have 1 to 100 characters, not only blanks';
  return textType('name', (text) => text.length <= 100 && /[^\p{Z}\p{C}]/u.test(text), says, options);
}

/** A key, secret or code as a machine wrote it: visible ASCII without blanks. */
export function IsCode(min: number, max: number, options?: FieldOptions): PropertyDecorator {
  const says = `must have ${min} to ${max} letters, digits or signs, without blanks`;
  return textType('code', (text) => isVisible(text, min, max), says, options);
}

/** A SHA-256, hexadecimal. */
export function IsSha256(): PropertyDecorator {
  return textType('sha256', (text) => /^[0-9a-f]{64}$/.test(text), 'must be a SHA-256, hexadecimal');
}

export function IsCurrency(): PropertyDecorator {
  return textType('currency', (text) => /^[A-Z]{3}$/.test(text), 'must be an ISO 4217 code such as USD');
}

export function IsTimeZoneName(): PropertyDecorator {
  const says = 'must be an IANA zone such as America/Los_Angeles or Europe/Berlin, or UTC';
  return textType('timeZone', isTimeZone, says);
}

/** The names under which class-validator keeps these types. */
export function textTypes(): ReadonlySet<string> {
  return types;
}
