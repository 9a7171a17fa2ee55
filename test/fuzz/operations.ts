import { readFileSync } from 'node:fs';

export interface Schema {
  readonly $ref?: string;
  readonly allOf?: readonly Schema[];
  readonly type?: string;
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly nullable?: boolean;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema?: Schema;
}

export interface Operation {
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly Parameter[];
  readonly body: Schema | null;
  /** Every status that the description names. */
  readonly statuses: ReadonlySet<number>;
}

interface Described {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { content?: Record<string, { schema?: Schema }> };
  readonly responses: Readonly<Record<string, unknown>>;
}

/** The OpenAPI file as a fuzzer needs it. */
export class Description {
  readonly operations: readonly Operation[];
  private readonly schemas: Readonly<Record<string, Schema>>;

  constructor(file = 'docs/openapi.json') {
    const document = JSON.parse(readFileSync(file, 'utf8')) as {
      paths: Record<string, Record<string, Described>>;
      components: { schemas: Record<string, Schema> };
    };
    this.schemas = document.components.schemas;
    this.operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(
        ([method, described]): Operation => ({
          method: method.toUpperCase(),
          path,
          parameters: described.parameters ?? [],
          body: described.requestBody?.content?.['application/json']?.schema ?? null,
          statuses: new Set(Object.keys(described.responses).map(Number)),
        }),
      ),
    );
  }

  resolve(schema: Schema): Schema {
    const named = schema.$ref ?? schema.allOf?.[0]?.$ref;
    return named === undefined ? schema : (this.schemas[named.split('/').at(-1) ?? ''] ?? {});
  }
}
