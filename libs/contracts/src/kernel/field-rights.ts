import 'reflect-metadata';
import { type Caller, FIELD_RIGHTS, type FieldRight, holds } from './caller.js';

type Class = abstract new (...args: never[]) => object;

interface Hidden {
  readonly field: string;
  readonly right: FieldRight;
  /** What stands there for a caller without the right. */
  readonly instead: unknown;
}

interface Plan {
  readonly hidden: Hidden[];
  readonly inner: { readonly field: string; readonly plan: Plan }[];
}

const declared = new Map<object, Hidden[]>();
const open = new Map<object, Map<string | null, string>>();
const plans = new Map<Class, Plan>();

function declare(right: FieldRight, instead: unknown): PropertyDecorator {
  return (prototype, field) => {
    const fields = declared.get(prototype) ?? [];
    declared.set(prototype, [...fields, { field: String(field), right, instead }]);
  };
}

/** A field of a view that only callers with `amounts.read` for its shop see. */
export function Amount(instead: unknown = null): PropertyDecorator {
  return declare('amounts.read', instead);
}

/** A field of a view that only callers with `addresses.read` for its shop see. */
export function Personal(instead: unknown = null): PropertyDecorator {
  return declare('addresses.read', instead);
}

/** An amount that whoever may ask sees, with the reason; on a class: all of its amounts. */
export function OpenAmount(reason: string): PropertyDecorator & ClassDecorator {
  return (target: object, field?: string | symbol) => {
    const prototype: object = field === undefined ? (target as Class).prototype : target;
    const reasons = open.get(prototype) ?? new Map<string | null, string>();
    open.set(prototype, reasons.set(field === undefined ? null : String(field), reason));
  };
}

/** For the test that no amount is forgotten: is it said who sees the field? */
export function isFieldDeclared(view: Class, field: string): boolean {
  return chainOf(view).some((prototype) => {
    const reasons = open.get(prototype);
    const isHidden = declared.get(prototype)?.some((each) => each.field === field) === true;
    return isHidden || reasons?.has(field) === true || reasons?.has(null) === true;
  });
}

/**
 * The one place where fields are withheld, in the service that owns them: every row of a shop passes here when it becomes
 * a view. What is withheld is said at the fields (`@Amount`, `@Personal`), those of inner views included.
 */
export function asSeenBy<View extends { readonly shopId: string }>(
  caller: Caller,
  view: new () => View,
  row: View,
): View {
  const withheld = FIELD_RIGHTS.filter((right) => !holds(caller, right, row.shopId));
  return withheld.length === 0 ? row : (without(planOf(view), row, withheld) as View);
}

function without(plan: Plan, value: unknown, withheld: readonly FieldRight[]): unknown {
  if (Array.isArray(value)) return value.map((each) => without(plan, each, withheld));
  if (typeof value !== 'object' || value === null) return value;
  const seen: Record<string, unknown> = { ...value };
  for (const { field, right, instead } of plan.hidden) {
    if (field in seen && withheld.includes(right)) seen[field] = instead;
  }
  for (const { field, plan: inner } of plan.inner) {
    if (field in seen) seen[field] = without(inner, seen[field], withheld);
  }
  return seen;
}

function planOf(view: Class): Plan {
  const known = plans.get(view);
  if (known !== undefined) return known;
  const hidden = chainOf(view).flatMap((prototype) => declared.get(prototype) ?? []);
  const plan: Plan = { hidden, inner: [] };
  // Before the inner ones: a view may hold views of its own kind.
  plans.set(view, plan);
  for (const { field, type } of describedFields(view)) {
    if (isClass(type)) plan.inner.push({ field, plan: planOf(type) });
  }
  return plan;
}

/** The fields of a view as Swagger knows them, those of its parents included. */
export function describedFields(view: Class): { readonly field: string; readonly type: unknown }[] {
  const prototype: object = view.prototype;
  const names: unknown = Reflect.getMetadata('swagger/apiModelPropertiesArray', prototype);
  if (!Array.isArray(names)) return [];
  return names.map((name) => {
    // Swagger writes a colon before each.
    const field = String(name).slice(1);
    const about: { type?: unknown } | undefined = Reflect.getMetadata(
      'swagger/apiModelProperties',
      prototype,
      field,
    );
    return { field, type: about?.type };
  });
}

function isClass(type: unknown): type is Class {
  const isBuiltIn =
    type === String || type === Number || type === Boolean || type === Object || type === Date;
  return typeof type === 'function' && !isBuiltIn && type.prototype !== undefined;
}

/** The prototypes of a class and of those that it extends. */
function chainOf(view: Class): object[] {
  const chain: object[] = [];
  for (
    let prototype: object | null = view.prototype;
    prototype !== null && prototype !== Object.prototype;
    prototype = Object.getPrototypeOf(prototype) as object | null
  ) {
    chain.push(prototype);
  }
  return chain;
}
