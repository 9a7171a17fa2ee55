import { isHttpUrl } from '../http-url.js';

/** A control request that cannot be done as asked; answered with 400 (404 for things that do not exist, 401 and 403 for callers that may not). */
export class ControlError extends Error {
  constructor(
    readonly field: string,
    message: string,
    readonly status: 400 | 401 | 403 | 404 = 400,
  ) {
    super(message);
  }
}

/** Reads one JSON object field by field; what was not read at the end is refused, so that no typing error passes. */
export class ControlBody {
  readonly #read = new Set<string>();

  constructor(
    private readonly values: Record<string, unknown>,
    private readonly path = '',
  ) {}

  static parse(raw: unknown): ControlBody {
    const text = Buffer.isBuffer(raw) ? raw.toString('utf8').trim() : '';
    if (text === '') return new ControlBody({});
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      throw new ControlError('body', 'the body is not valid JSON');
    }
    return ControlBody.from(value, '');
  }

  static from(value: unknown, path: string): ControlBody {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new ControlError(path || 'body', `${path || 'the body'} must be a JSON object`);
    }
    return new ControlBody({ ...value }, path === '' ? '' : `${path}.`);
  }

  #take(name: string): unknown {
    this.#read.add(name);
    return this.values[name] ?? undefined;
  }

  #fail(name: string, must: string): never {
    throw new ControlError(this.path + name, `${this.path}${name} must be ${must}`);
  }

  #require<T>(name: string, value: T | undefined): T {
    if (value === undefined) throw new ControlError(this.path + name, `${this.path}${name} is required`);
    return value;
  }

  has(name: string): boolean {
    return this.values[name] !== undefined && this.values[name] !== null;
  }

  int(name: string, low: number, high: number): number | undefined {
    const value = this.#take(name);
    if (value === undefined) return undefined;
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < low || value > high) {
      return this.#fail(name, `a whole number from ${low} to ${high}`);
    }
    return value;
  }

  requiredInt(name: string, low: number, high: number): number {
    return this.#require(name, this.int(name, low, high));
  }

  number(name: string, low: number, high: number): number | undefined {
    const value = this.#take(name);
    if (value === undefined) return undefined;
    if (typeof value !== 'number' || value < low || value > high) {
      return this.#fail(name, `a number from ${low} to ${high}`);
    }
    return value;
  }

  text(name: string, maxLength = 200): string | undefined {
    const value = this.#take(name);
    if (value === undefined) return undefined;
    if (typeof value !== 'string' || value === '' || value.length > maxLength) {
      return this.#fail(name, `a text of 1 to ${maxLength} characters`);
    }
    return value;
  }

  requiredText(name: string, maxLength = 200): string {
    return this.#require(name, this.text(name, maxLength));
  }

  url(name: string): string | undefined {
    const value = this.text(name, 2000);
    if (value !== undefined && !isHttpUrl(value)) {
      return this.#fail(name, 'an http or https address');
    }
    return value;
  }

  boolean(name: string): boolean | undefined {
    const value = this.#take(name);
    if (value !== undefined && typeof value !== 'boolean') return this.#fail(name, 'true or false');
    return value;
  }

  oneOf<T extends string | number>(name: string, choices: readonly T[]): T | undefined {
    const value = this.#take(name);
    if (value === undefined) return undefined;
    return choices.find((choice) => choice === value) ?? this.#fail(name, `one of ${choices.join(', ')}`);
  }

  requiredOneOf<T extends string | number>(name: string, choices: readonly T[]): T {
    return this.#require(name, this.oneOf(name, choices));
  }

  texts(name: string): string[] | undefined {
    const value = this.#take(name);
    if (value === undefined) return undefined;
    if (!Array.isArray(value)) return this.#fail(name, 'a list of texts');
    return value.map((item: unknown) =>
      typeof item === 'string' ? item : this.#fail(name, 'a list of texts'),
    );
  }

  ints(name: string, low: number, high: number): number[] | undefined {
    const value = this.#take(name);
    if (value === undefined) return undefined;
    if (!Array.isArray(value)) return this.#fail(name, 'a list of whole numbers');
    return value.map((item: unknown) =>
      typeof item === 'number' && Number.isSafeInteger(item) && item >= low && item <= high
        ? item
        : this.#fail(name, `a list of whole numbers from ${low} to ${high}`),
    );
  }

  object(name: string): ControlBody | undefined {
    const value = this.#take(name);
    return value === undefined ? undefined : ControlBody.from(value, this.path + name);
  }

  objects(name: string): ControlBody[] | undefined {
    const value = this.#take(name);
    if (value === undefined) return undefined;
    if (!Array.isArray(value)) return this.#fail(name, 'a list of objects');
    return value.map((item: unknown, index) => ControlBody.from(item, `${this.path}${name}[${index}]`));
  }

  scalars(name: string): Record<string, string | number | boolean> | undefined {
    const value = this.#take(name);
    if (value === undefined) return undefined;
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return this.#fail(name, 'an object');
    const scalars: Record<string, string | number | boolean> = {};
    for (const [key, item] of Object.entries(value)) {
      if (typeof item !== 'string' && typeof item !== 'number' && typeof item !== 'boolean') {
        return this.#fail(`${name}.${key}`, 'a text, number or boolean');
      }
      scalars[key] = item;
    }
    return scalars;
  }

  /** To be called when everything has been read. */
  end(): void {
    for (const name of Object.keys(this.values)) {
      if (!this.#read.has(name)) {
        const known = [...this.#read].join(', ') || 'none';
        throw new ControlError(this.path + name, `${this.path}${name} is unknown; known fields: ${known}`);
      }
    }
  }
}
