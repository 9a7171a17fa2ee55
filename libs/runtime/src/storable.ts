const LONE_SURROGATE = /\p{Surrogate}/gu;

/** Text from outside as PostgreSQL can hold it: without NUL; half a character is the sign for an unreadable one. */
export function storableText(text: string): string {
  return text.replaceAll('\u0000', '').replace(LONE_SURROGATE, '\uFFFD');
}

/** JSON for a `json` or `jsonb` column: every text in it, names of fields too, as PostgreSQL can hold it. */
export function storableJson(value: unknown): string {
  const text = JSON.stringify(value);
  // Well-formed JSON.stringify writes exactly what cannot be stored as an escape.
  if (!/\\u(0000|d[89a-f])/.test(text)) return text;
  return JSON.stringify(storable(JSON.parse(text)));
}

function storable(value: unknown): unknown {
  if (typeof value === 'string') return storableText(value);
  if (Array.isArray(value)) return value.map(storable);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [storableText(name), storable(each)]),
  );
}
