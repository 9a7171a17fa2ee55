import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';

interface Variable {
  readonly property: string;
  readonly name: string;
  readonly about: string;
}

const variablesOf = new WeakMap<object, Variable[]>();

/**
 * Binds a field of a config class to an environment variable. The field's initial value is the default; a field
 * without one must be set. Secrets never have a default.
 */
export function Env(name: string, about: string): PropertyDecorator {
  return (target, property) => {
    const known = variablesOf.get(target) ?? [];
    variablesOf.set(target, [...known, { property: String(property), name, about }]);
  };
}

function variablesOfClass(Config: new () => object): Variable[] {
  const found: Variable[] = [];
  for (
    let proto = Config.prototype;
    proto !== null && proto !== Object.prototype;
    proto = Object.getPrototypeOf(proto)
  ) {
    found.push(...(variablesOf.get(proto) ?? []));
  }
  return found;
}

/** The names of the variables that a config class declares; what it does not declare reaches no process that reads it. */
export function declaredVariables(Config: new () => object): string[] {
  return variablesOfClass(Config).map(({ name }) => name);
}

/** `KEY=value` lines; what `npm start` leaves behind so that one service can also be started by hand. */
function readEnvFile(path: string): NodeJS.Dict<string> {
  if (path === '') return {};
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return {};
  }
  return parseEnv(text);
}

function typeOf(Config: new () => object, property: string): unknown {
  return Reflect.getMetadata('design:type', Config.prototype, property);
}

/**
 * The value that a text means for a field of this type, truth in any case (`True` of older systems' files); a text that means none stays a text and is refused with the
 * others. (class-transformer's own conversion takes `false`, `no` and `0` for true, and `true` for the number 1.)
 */
function fromText(type: unknown, text: string): string | number | boolean {
  if (type === Number && /^-?\d+(\.\d+)?$/.test(text.trim())) return Number(text);
  if (type === Boolean && /^(true|false)$/i.test(text)) return text.toLowerCase() === 'true';
  return text;
}

/** Raised at start only; the text goes to the operator as it is. */
export class ConfigError extends Error {}

/**
 * Reads a config class from the environment, then from the file named by `OMNI_ENV_FILE` (default `.data/omni.env`,
 * empty for none). Only the variables that the class names are read.
 * @throws ConfigError naming each variable that is missing or wrong, and what it is for.
 */
export function loadConfig<T extends object>(Config: new () => T, env: NodeJS.ProcessEnv = process.env): T {
  const file = readEnvFile(env.OMNI_ENV_FILE ?? '.data/omni.env');
  const variables = variablesOfClass(Config);
  const given = variables
    .map(({ property, name }) => [property, env[name] ?? file[name]] as const)
    .filter((pair): pair is readonly [string, string] => pair[1] !== undefined && pair[1] !== '')
    .map(([property, text]) => [property, fromText(typeOf(Config, property), text)] as const);
  const config = plainToInstance(Config, Object.fromEntries(given), { exposeDefaultValues: true });
  const errors = validateSync(config, { stopAtFirstError: true });
  if (errors.length > 0) {
    const lines = errors.map((error) => {
      const variable = variables.find(({ property }) => property === error.property);
      const problem = Object.values(error.constraints ?? {}).join(', ');
      return `  ${variable?.name ?? error.property}: ${problem}. It is ${variable?.about ?? 'a setting'}`;
    });
    throw new ConfigError(`The configuration is not usable:\n${lines.join('\n')}`);
  }
  return config;
}
